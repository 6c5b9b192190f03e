import { type Fields, kindOf, scalarsOf } from "../../_shared/extraction/schema.ts";

/** A row of public.schema_rows. */
export type Row = {
  document_id: string;
  name: string;
  extraction_id: string;
  row_number: number;
  status: string;
  values: Record<string, unknown>;
  evidence?: Record<string, unknown>;
};
export type Cell = string | number | boolean | null;
export type Table = { columns: string[]; cellsOf(row: Row): Cell[] };

/** The columns of a schema's table: which document it is, then each field; of money the currency in a column of its own. */
export function tableOf(fields: Fields, lineItems: string | undefined): Table {
  const columns: string[] = ["document_id", "name", "status"];
  const readers: ((row: Row) => Cell)[] = [(row) => row.document_id, (row) => row.name, (row) => row.status];
  const add = (column: string, read: (row: Row) => unknown): void => {
    columns.push(column);
    readers.push((row) => cellOf(read(row)));
  };
  if (lineItems !== undefined) add(`${lineItems}.row`, (row) => row.row_number + 1);
  for (const [path, field] of scalarsOf(fields)) {
    if (path.includes(".") && !path.startsWith(`${lineItems}.`)) continue;
    if (kindOf(field) !== "money") {
      add(path, (row) => row.values[path]);
      continue;
    }
    const part = (row: Row, name: "amount" | "currency") =>
      (row.values[path] as Record<string, unknown> | null | undefined)?.[name];
    add(path, (row) => part(row, "amount"));
    add(`${path}_currency`, (row) => part(row, "currency"));
  }
  return { columns, cellsOf: (row) => readers.map((read) => read(row)) };
}

function cellOf(value: unknown): Cell {
  if (value === undefined || value === null) return null;
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? value
    : JSON.stringify(value);
}
