import type { ScalarField } from "../../_shared/extraction/schema.ts";
import type { Box } from "../../_shared/extraction/values.ts";
import { BALANCE, balanceColumn, flowColumns } from "./flows.ts";
import type { Row } from "./grid.ts";
import type { Labels } from "./labels.ts";
import type { Product } from "./products.ts";
import { columnsOfTaught, type TaughtHeading } from "../learned/headings.ts";

/**
 * A column of a table as its heading says: the field that it holds, or null for one that the schema does not ask for.
 * `sign`: of the amounts in a column for what goes out (-1) or comes in (1).
 */
export type Column = { path: string | null; field: ScalarField | null; box: Box | null; sign?: -1 | 1 };
export type Heading = { columns: Column[]; index: number };

/** What the headings of a table may name. `flow`: the path of the amounts of transactions. */
export type TableFields = {
  fields: Map<string, ScalarField>;
  labels: Labels;
  taught: TaughtHeading[];
  product: Product | null;
  flow: string | null;
};

/** Whether two headings name the same columns. */
export const sameColumns = (one: Heading, other: Heading): boolean =>
  one.columns.map(({ path }) => path).join() === other.columns.map(({ path }) => path).join();

/** The columns that a line of headings names; null where it names fewer than two of the schema's, or holds numbers. */
export function headingOf(
  row: Row,
  index: number,
  { fields, labels, taught: headings, product, flow }: TableFields,
): Heading | null {
  if (row.text.length > 200 || /\d{3}/.test(row.text)) return null;
  const taught = columnsOfTaught(row, headings);
  const flows = flow && !taught ? flowColumns(row.cells) : null;
  const balance = flow ? balanceColumn(row.cells) : -1;
  const used = new Set<string>();
  const columns: Column[] = [];
  const wholes: number[] = [];
  for (const path of taught?.values() ?? []) used.add(path);
  for (const [nth, cell] of row.cells.entries()) {
    const known = taught?.get(nth);
    if (known !== undefined) {
      columns.push({ path: known, field: fields.get(known)!, box: cell.box });
      continue;
    }
    if (flow && (nth === flows?.out || nth === flows?.into)) {
      used.add(flow);
      columns.push({ path: flow, field: fields.get(flow)!, box: cell.box, sign: nth === flows.out ? -1 : 1 });
      continue;
    }
    if (nth === balance) {
      columns.push({ ...BALANCE, box: cell.box });
      continue;
    }
    const matches = labels.find(cell.key).sort((a, b) => a.start - b.start);
    const own = matches.filter(({ start }) => start <= 1);
    if (row.cells.length > 1) {
      // One heading a cell: a word or two may stand behind it, such as a unit or a currency.
      const match = own.find(({ phrase }) => cell.key.length - phrase.length <= 14);
      // "Pos Art-Nr Beschreibung": headings that nothing parts; the last one is the one that stands over what follows.
      const last = match ?? matches.find(({ start, end }) => start > 1 && end >= cell.key.length - 2);
      if (product && last?.paths.includes(product.whole)) wholes.push(nth);
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
  if (product && wholes.length === 2) partWholes(columns, wholes as [number, number], product, fields);
  return used.size >= 2 || taught ? { columns, index } : null;
}

/** Of two columns that are called the product the last one is it; the first one is the factor that no other is: "Amount  Product  Price  Total". */
function partWholes(
  columns: Column[],
  [first, last]: [number, number],
  { factors, whole }: Product,
  fields: Map<string, ScalarField>,
): void {
  const missing = factors.filter((path) => columns.every((column) => column.path !== path));
  const [factor] = missing;
  if (missing.length !== 1 || !factor || columns[first]!.path !== whole || columns[last]!.path !== null) return;
  Object.assign(columns[first]!, { path: factor, field: fields.get(factor)! });
  Object.assign(columns[last]!, { path: whole, field: fields.get(whole)! });
}
