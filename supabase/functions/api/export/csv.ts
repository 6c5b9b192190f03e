import type { Cell, Row, Table } from "./table.ts";

/** CSV as spreadsheets read it: UTF-8 with a mark, texts quoted, and none that a spreadsheet would run as a formula. */
export async function* csvOf(table: Table, pages: AsyncIterable<Row[]>): AsyncGenerator<string, void> {
  yield `\uFEFF${lineOf(table.columns)}`;
  for await (const rows of pages) yield rows.map((row) => lineOf(table.cellsOf(row))).join("");
}

const lineOf = (cells: Cell[]): string => `${cells.map(fieldOf).join(",")}\r\n`;

function fieldOf(cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell !== "string") return String(cell);
  return `"${(/^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell).replaceAll('"', '""')}"`;
}
