import { kindOf, type ArrayField, type ScalarField } from "../../_shared/extraction/schema.ts";
import { type Box, numberOf, type Value } from "../../_shared/extraction/values.ts";
import { moneyIn } from "../../metadata/local/amounts/money.ts";
import { BALANCE, flowOf, settleByBalance, withAmount } from "./flows.ts";
import type { Cell, Row } from "./grid.ts";
import { type Column, type Heading, headingOf, sameColumns } from "./headings.ts";
import type { Labels } from "./labels.ts";
import { parseValues, type Reading } from "./parse.ts";
import type { Check } from "../../_shared/extraction/checks.ts";
import { byProduct, comesOut, numericCells, type Product, productOf } from "./products.ts";
import type { TaughtHeading } from "../learned/headings.ts";

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
export type TableRow = {
  page: number | null;
  quote: string;
  cells: TableCell[];
  sure: boolean;
  /** Of a statement: what there is after this line. */
  balance?: number;
  /** The balances before and after the line bear its amount out. */
  settled?: true;
};

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
  const own = flowOf(array);
  const flow = own === null ? null : `${name}.${own}`;
  const found: (TableRow & { isNote: boolean; byProduct: boolean })[] = [];
  const beside: number[] = [];
  let loose = false;
  let wide = false;
  let heading: Heading | null = null;
  const required = (array.items.required ?? []).map((column) => `${name}.${column}`);
  const product = checks.map(productOf).find((one) => one !== null) ?? null;
  let bare = 0;
  let merged = -1;
  rows.forEach((row, index) => {
    if (index <= merged) return;
    const next = headingOf(row, index, { fields, labels, taught, product, flow });
    if (next) {
      // The headings of a page that goes on; another table's are not this one's.
      if (!heading || found.length === 0 || sameColumns(next, heading)) heading = next;
      bare = 0;
      return;
    }
    if (flow) beside.push(...moneyIn(row.text).map(({ amount }) => amount));
    if (!heading) return;
    if (isEnd(row)) {
      heading = null;
      return;
    }
    const { cells: named, aligned, balance } = cellsIn(row, heading, reading);
    const cells = product && aligned ? withFactor(named, row, heading, product, fields, reading) : named;
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
      ...(balance !== null && { balance }),
      isNote: !sure && numbers < 2,
      byProduct: false,
    });
  });
  if (flow) settleByBalance(found, flow, beside);
  // Where lines are written loosely, notes with a number stand between them: "Bruttopreis: 9,90". Of what else stands there the columns are a guess.
  if (loose) return found.filter(({ isNote }) => !isNote).map((row) => ({ ...row, sure: row.sure && row.byProduct }));
  // A line of more cells than headings shows that some column has none, so that as many cells are no proof.
  return wide ? found.map((row) => ({ ...row, sure: false })) : found;
}

/** The cells of a row, with the factor that no heading names where a number in a column without a name comes to the product: "#  Product  Price  Total". */
function withFactor(
  cells: TableCell[],
  row: Row,
  { columns }: Heading,
  product: Product,
  fields: Map<string, ScalarField>,
  reading: Reading,
): TableCell[] {
  const missing = product.factors.filter((path) => columns.every((column) => column.path !== path));
  const [path] = missing;
  if (missing.length !== 1 || !path || columns.length !== row.cells.length) return cells;
  const found = numericCells(row).flatMap(({ cell, at, values: [value], hasUnit }) => {
    // The number of a line is no quantity.
    if (columns[at]!.path !== null || value === undefined || (/^\d{1,3}\.?$/.test(cell.text) && !hasUnit)) return [];
    const isMoney = kindOf(fields.get(path)!) === "money";
    const typed = isMoney ? { amount: value, currency: reading.currency } : value;
    const factor: TableCell = { path, readings: [typed], box: cell.box, confidence: cell.confidence };
    return comesOut([...cells, factor], product) ? [factor] : [];
  });
  return found.length === 1 ? [...found, ...cells] : cells;
}

/** The cells of a row in their columns. `aligned`: they stand below the headings, or are as many. */
function cellsIn(
  row: Row,
  { columns }: Heading,
  reading: Reading,
): { cells: TableCell[]; aligned: boolean; balance: number | null } {
  const cells = row.cells.length === 1 && columns.length > 1 ? splitRow(row) : row.cells;
  const placed = cells.every(({ box }) => box) && columns.every(({ box }) => box);
  // Of what goes out and what comes in a line has one. Without boxes nothing tells which.
  const parted = columns.find(({ sign }) => sign === 1);
  const isEither = !placed && parted !== undefined && cells.length === columns.length - 1;
  const named = isEither ? columns.filter((column) => column !== parted) : columns;
  const found = placed ? byBoxes(cells, named, reading) : byOrder(cells, named, reading);
  const balance = found.find(({ path }) => path === BALANCE.path);
  return {
    cells: found
      .filter(({ path }) => path !== BALANCE.path)
      .map((cell) => (isEither && cell.path === parted.path ? { ...cell, unsure: true } : cell)),
    aligned: placed || cells.length === named.length,
    balance: balance ? numberOf(balance.readings[0]!) : null,
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
  const readings = readingsOf(column, cell, reading).map((value) =>
    column.sign ? withAmount(value, column.sign * Math.abs(numberOf(value) ?? 0)) : value,
  );
  return readings.length > 0 ? { path: column.path!, readings, box: cell.box, confidence: cell.confidence } : null;
}

/** Of what goes out and what comes in, where a line says both, one is nothing. */
const withoutNothing = (cells: TableCell[]): TableCell[] =>
  cells.filter(
    (cell) => numberOf(cell.readings[0]!) !== 0 || !cells.some((other) => other !== cell && other.path === cell.path),
  );

/** Each cell to the column that it stands under. */
function byBoxes(cells: Cell[], columns: Column[], reading: Reading): TableCell[] {
  const found: TableCell[] = [];
  const taken = new Set<Column>();
  for (const cell of cells) {
    const [x0, , x1] = cell.box!;
    const distance = ({ box }: Column): number => {
      const [left, , right] = box!;
      const overlap = Math.min(x1, right) - Math.max(x0, left);
      return overlap > 0 ? -overlap : Math.min(Math.abs(x1 - right), Math.abs(x0 - left), -overlap);
    };
    const column = [...columns].sort((a, b) => distance(a) - distance(b))[0]!;
    if (column.path === null || taken.has(column)) continue;
    const placed = tableCell(column, cell, reading);
    if (!placed) continue;
    taken.add(column);
    found.push(placed);
  }
  return withoutNothing(found);
}

/** Cells without boxes: one a column where there are as many; else in order, each number to a column of numbers. */
function byOrder(cells: Cell[], columns: Column[], reading: Reading): TableCell[] {
  if (cells.length === columns.length)
    return withoutNothing(cells.flatMap((cell, nth) => tableCell(columns[nth]!, cell, reading) ?? []));
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
  return withoutNothing(from(0, 0).cells);
}

/** A row whose cells stand one blank apart: the words before the first number, and each number behind them. */
function splitRow(row: Row): Cell[] {
  const [whole] = row.cells;
  const tokens = row.text.split(" ");
  const isNumber = (token: string): boolean => /^[-+€$£]?\d[\d.,']*[-+%€$£]?$/.test(token);
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
