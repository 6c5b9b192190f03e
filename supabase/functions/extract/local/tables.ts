import { kindOf, type ArrayField, type ScalarField } from "../../_shared/extraction/schema.ts";
import type { Box, Value } from "../../_shared/extraction/values.ts";
import type { Cell, Row } from "./grid.ts";
import type { Labels } from "./labels.ts";
import { parseValues, type Reading } from "./parse.ts";
import type { Check } from "../../_shared/extraction/checks.ts";
import { byProduct, comesOut, numericCells, productOf } from "./products.ts";
import { columnsOfTaught, type TaughtHeading } from "../learned/headings.ts";

/** A column of a table as its heading says: the field that it holds, or null for one that the schema does not ask for. */
export type Column = { path: string | null; field: ScalarField | null; box: Box | null };
export type Heading = { columns: Column[]; index: number };

/** A cell of a table row with the readings that it may have, the likeliest first. */
export type TableCell = {
  path: string;
  readings: Value[];
  box: Box | null;
  confidence: number | null;
  /** Other words of the row may be this cell as well. */
  unsure?: boolean;
};
/** `page` is null for a line of an e-invoice's XML. `sure`: its cells stand in the columns, and none that is required is missing. */
export type TableRow = { page: number | null; quote: string; cells: TableCell[]; sure: boolean };

/** Lines without a value, after which a table has ended: a footer, the next section. */
const MOST_BARE = 6;

/**
 * The rows of a table: what stands below a line of headings, up to the sums. `isEnd`: whether a line belongs to what comes after
 * the table. A table that goes on over pages has its headings again, or none.
 */
export function tableRows(
  name: string,
  array: ArrayField,
  rows: Row[],
  labels: Labels,
  isEnd: (row: Row) => boolean,
  reading: Reading,
  { taught, checks }: { taught: TaughtHeading[]; checks: Check[] },
): TableRow[] {
  const fields = new Map(Object.entries(array.items.properties).map(([column, field]) => [`${name}.${column}`, field]));
  const found: (TableRow & { isNote: boolean; byProduct: boolean })[] = [];
  let loose = false;
  let wide = false;
  let heading: Heading | null = null;
  const required = (array.items.required ?? []).map((column) => `${name}.${column}`);
  const product = checks.map(productOf).find((one) => one !== null) ?? null;
  let bare = 0;
  let merged = -1;
  rows.forEach((row, index) => {
    if (index <= merged) return;
    const next = headingOf(row, index, fields, labels, taught);
    if (next) {
      // The headings of a page that goes on; another table's are not this one's.
      if (!heading || found.length === 0 || sameColumns(next, heading)) heading = next;
      bare = 0;
      return;
    }
    if (!heading) return;
    if (isEnd(row)) {
      heading = null;
      return;
    }
    const { cells, aligned } = cellsIn(row, heading, reading);
    const numbers = numericCells(row).length;
    if (numbers > 1 && row.cells.length > heading.columns.length && !row.cells[0]!.box) wide = true;
    const counted =
      product && !comesOut(cells, product) ? byProduct(row, rows[index + 1], heading, product, reading) : null;
    if (counted) {
      merged = index + counted.rows - 1;
      bare = 0;
      loose = true;
      found.push({
        page: row.page,
        quote: counted.quote,
        cells: counted.cells,
        sure: true,
        isNote: false,
        byProduct: true,
      });
      return;
    }
    const enough = cells.filter(({ path }) => kindOf(fields.get(path)!) !== "string").length > 0;
    if (!enough) {
      bare += 1;
      if (bare > MOST_BARE) heading = null;
      return;
    }
    bare = 0;
    const sure = aligned && required.every((path) => cells.some((cell) => cell.path === path));
    found.push({
      page: row.page,
      quote: row.text.slice(0, 290),
      cells,
      sure,
      isNote: !sure && numbers < 2,
      byProduct: false,
    });
  });
  // Where lines are written loosely, notes with a number stand between them: "Bruttopreis: 9,90". Of what else stands there the columns are a guess.
  if (loose) return found.filter(({ isNote }) => !isNote).map((row) => ({ ...row, sure: row.sure && row.byProduct }));
  // A line of more cells than headings shows that some column has none, so that as many cells are no proof.
  return wide ? found.map((row) => ({ ...row, sure: false })) : found;
}

const sameColumns = (one: Heading, other: Heading): boolean =>
  one.columns.map(({ path }) => path).join() === other.columns.map(({ path }) => path).join();

/** The columns that a line of headings names; null where it names fewer than two of the schema's, or holds numbers. */
function headingOf(
  row: Row,
  index: number,
  fields: Map<string, ScalarField>,
  labels: Labels,
  headings: TaughtHeading[],
): Heading | null {
  if (row.text.length > 200 || /\d{3}/.test(row.text)) return null;
  const taught = columnsOfTaught(row, headings);
  const used = new Set<string>();
  const columns: Column[] = [];
  for (const path of taught?.values() ?? []) used.add(path);
  for (const [nth, cell] of row.cells.entries()) {
    const known = taught?.get(nth);
    if (known !== undefined) {
      columns.push({ path: known, field: fields.get(known)!, box: cell.box });
      continue;
    }
    const matches = labels.find(cell.key).sort((a, b) => a.start - b.start);
    const own = matches.filter(({ start }) => start <= 1);
    if (row.cells.length > 1) {
      // One heading a cell: a word or two may stand behind it, such as a unit or a currency.
      const match = own.find(({ phrase }) => cell.key.length - phrase.length <= 14);
      // "Pos Art-Nr Beschreibung": headings that nothing parts; the last one is the one that stands over what follows.
      const last = match ?? matches.find(({ start, end }) => start > 1 && end >= cell.key.length - 2);
      const path = last?.paths.find((one) => fields.has(one) && !used.has(one)) ?? null;
      if (path) used.add(path);
      columns.push({ path, field: path ? fields.get(path)! : null, box: cell.box });
      continue;
    }
    for (const match of matches) {
      const path = match.paths.find((one) => fields.has(one) && !used.has(one));
      if (!path) continue;
      used.add(path);
      columns.push({ path, field: fields.get(path)!, box: null });
    }
  }
  return used.size >= 2 || taught ? { columns, index } : null;
}

/** The cells of a row in their columns. `aligned`: they stand below the headings, or are as many. */
function cellsIn(row: Row, heading: Heading, reading: Reading): { cells: TableCell[]; aligned: boolean } {
  const cells = row.cells.length === 1 && heading.columns.length > 1 ? splitRow(row) : row.cells;
  const placed = cells.every(({ box }) => box) && heading.columns.every(({ box }) => box);
  return {
    cells: placed ? byBoxes(cells, heading.columns, reading) : byOrder(cells, heading.columns, reading),
    aligned: placed || cells.length === heading.columns.length,
  };
}

const readingsOf = (column: Column, cell: Cell, reading: Reading): Value[] => {
  if (!column.field) return [];
  const kind = kindOf(column.field);
  const parsed = parseValues(column.field, cell.text, reading);
  if (kind === "string") return parsed.map(({ value }) => value);
  // In a cell of numbers nothing but a unit or a tax code stands beside the number.
  const values = parsed.filter(
    ({ start, end }) =>
      cell.text.slice(0, start).replace(/[^\p{L}\d]/gu, "").length +
        cell.text.slice(end).replace(/[^\p{L}\d]/gu, "").length <=
      6,
  );
  // A rate is none.
  if (values.length > 0 || kind !== "money" || cell.text.includes("%")) return values.map(({ value }) => value);
  // A column of amounts may be of whole numbers.
  return parseValues({ type: "number" }, cell.text, reading)
    .filter(({ start, end }) => start <= 3 && end >= cell.text.length - 3)
    .map(({ value }) => ({ amount: value as number, currency: reading.currency }));
};

function tableCell(column: Column, cell: Cell, reading: Reading): TableCell | null {
  const readings = readingsOf(column, cell, reading);
  return readings.length > 0 ? { path: column.path!, readings, box: cell.box, confidence: cell.confidence } : null;
}

/** Each cell to the column that it stands under. */
function byBoxes(cells: Cell[], columns: Column[], reading: Reading): TableCell[] {
  const found = new Map<string, TableCell>();
  for (const cell of cells) {
    const [x0, , x1] = cell.box!;
    const distance = ({ box }: Column): number => {
      const [left, , right] = box!;
      const overlap = Math.min(x1, right) - Math.max(x0, left);
      return overlap > 0 ? -overlap : Math.min(Math.abs(x1 - right), Math.abs(x0 - left), -overlap);
    };
    const column = [...columns].sort((a, b) => distance(a) - distance(b))[0]!;
    if (column.path === null || found.has(column.path)) continue;
    const placed = tableCell(column, cell, reading);
    if (placed) found.set(column.path, placed);
  }
  return [...found.values()];
}

/** Cells without boxes: one a column where there are as many; else in order, each number to a column of numbers. */
function byOrder(cells: Cell[], columns: Column[], reading: Reading): TableCell[] {
  if (cells.length === columns.length)
    return cells.flatMap((cell, nth) => tableCell(columns[nth]!, cell, reading) ?? []);
  if (cells.length > columns.length + 2) return [];
  // The best way to give cells to columns in order: as many as can be, as far right as can be.
  const best: ({ score: number; cells: TableCell[] } | null)[][] = [];
  const from = (cell: number, column: number): { score: number; cells: TableCell[] } => {
    if (cell >= cells.length || column >= columns.length) return { score: 0, cells: [] };
    const known = best[cell]?.[column];
    if (known) return known;
    let result = from(cell, column + 1);
    const skipped = from(cell + 1, column);
    if (skipped.score > result.score) result = skipped;
    const placed = tableCell(columns[column]!, cells[cell]!, reading);
    if (placed) {
      const rest = from(cell + 1, column + 1);
      const text = kindOf(columns[column]!.field!) === "string" && !/\p{L}{2}/u.test(cells[cell]!.text);
      const score = rest.score + (text ? 0.5 : 2) + column / 100;
      if (score > result.score) result = { score, cells: [placed, ...rest.cells] };
    }
    (best[cell] ??= [])[column] = result;
    return result;
  };
  return from(0, 0).cells;
}

/** A row whose cells stand one blank apart: the words before the first number, and each number behind them. */
function splitRow(row: Row): Cell[] {
  const [whole] = row.cells;
  const tokens = row.text.split(" ");
  const isNumber = (token: string): boolean => /^[-+€$£]?\d[\d.,']*[-%€$£]?$/.test(token);
  // A letter at the end is a code of tax.
  const last = tokens.findLastIndex(
    (token, nth) => !isNumber(token) && /\p{L}/u.test(token) && (token.length > 1 || nth < tokens.length - 1),
  );
  const first = tokens.findIndex((token) => !isNumber(token));
  if (first < 0) return tokens.map((text) => cellOf(text, whole!));
  const cells = [...tokens.slice(0, first), tokens.slice(first, last + 1).join(" "), ...tokens.slice(last + 1)];
  return cells.filter((text) => text !== "").map((text) => cellOf(text, whole!));
}

const cellOf = (text: string, whole: Cell): Cell => ({ ...whole, text, key: ` ${text.toLowerCase()} `, box: null });
