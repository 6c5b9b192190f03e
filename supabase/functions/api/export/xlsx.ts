// @ts-types="write-excel-file/universal"
import writeExcelFile from "write-excel-file/universal";
import { PipelineError } from "../../_shared/errors.ts";
import type { Cell, Row, Table } from "./table.ts";

/** A workbook is made in memory. */
export const MOST_WORKBOOK_ROWS = 10_000;
/** The longest text that a cell may have (Excel specifications and limits). */
const MOST_CHARACTERS = 32_767;

/**
 * An Excel workbook of one sheet. Every cell has its type, so that a text is never a formula.
 *
 * @throws PipelineError invalid_request where there are more than MOST_WORKBOOK_ROWS
 */
export async function xlsxOf(table: Table, pages: AsyncIterable<Row[]>): Promise<Blob> {
  const rows = [table.columns.map((column) => ({ type: String, value: column, fontWeight: "bold" as const }))];
  const cells: ReturnType<typeof typed>[][] = [];
  for await (const page of pages) {
    for (const row of page) cells.push(table.cellsOf(row).map(typed));
    if (cells.length > MOST_WORKBOOK_ROWS)
      throw new PipelineError(
        "invalid_request",
        `There are more than ${MOST_WORKBOOK_ROWS} rows. Filter them with where, or take csv or json.`,
      );
  }
  return await writeExcelFile([...rows, ...cells], { stickyRowsCount: 1 }).toBlob();
}

function typed(cell: Cell) {
  if (cell === null || cell === "") return null;
  if (typeof cell === "number") return { type: Number, value: cell };
  if (typeof cell === "boolean") return { type: Boolean, value: cell };
  // XML 1.0 has no control characters, and no halves of characters.
  const storable = cell.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, " ").toWellFormed();
  return { type: String, value: storable.slice(0, MOST_CHARACTERS) };
}
