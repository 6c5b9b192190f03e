import { Zip, ZipDeflate } from "fflate";
import type { Cell, Row, Table } from "./table.ts";

/** A sheet has 1,048,576 rows at most, and a function has to end in its time. */
export const MOST_WORKBOOK_ROWS = 200_000;
/** The longest text that a cell may have (Excel specifications and limits). */
const MOST_CHARACTERS = 32_767;
/**
 * An Excel workbook of one sheet, row by row: what is held of it is one page. Every cell has its type, so that a text is never a
 * formula. Beyond MOST_WORKBOOK_ROWS the sheet's last row says that it was cut, and how to get the rest.
 */
export async function* xlsxOf(
  table: Table,
  pages: AsyncIterable<Row[]>,
  most = MOST_WORKBOOK_ROWS,
): AsyncGenerator<Uint8Array, void> {
  const encoder = new TextEncoder();
  let made: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    made.push(chunk);
  });
  const taken = (): Uint8Array[] => {
    const all = made;
    made = [];
    return all;
  };
  for (const [name, text] of Object.entries(PARTS)) {
    const part = new ZipDeflate(name, { level: 1 });
    zip.add(part);
    part.push(encoder.encode(text), true);
  }
  const sheet = new ZipDeflate("xl/worksheets/sheet1.xml", { level: 1 });
  zip.add(sheet);
  const write = (text: string, last = false): void => sheet.push(encoder.encode(text), last);
  write(`${SHEET_BEGINS}${rowOf(table.columns, ' s="1"')}`);
  let rows = 0;
  for await (const page of pages) {
    const some = page.slice(0, most - rows);
    write(some.map((row) => rowOf(table.cellsOf(row))).join(""));
    rows += some.length;
    yield* taken();
    if (some.length === page.length) continue;
    const cut = `Only the first ${most} rows are here. Filter them with where, or take csv or json, which have all.`;
    write(rowOf([cut], ' s="1"'));
    break;
  }
  write("</sheetData></worksheet>", true);
  zip.end();
  yield* taken();
}

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships";
const DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/** The smallest workbook that Excel opens without repair (ECMA-376, part 1): one sheet, a plain style and a bold one. */
const PARTS = {
  "[Content_Types].xml": `${XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${TYPE}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPE}.styles+xml"/></Types>`,
  "_rels/.rels": `${XML}<Relationships xmlns="${RELATIONS}"><Relationship Id="rId1" Type="${DOCUMENT}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  "xl/workbook.xml": `${XML}<workbook xmlns="${MAIN}" xmlns:r="${DOCUMENT}"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  "xl/_rels/workbook.xml.rels": `${XML}<Relationships xmlns="${RELATIONS}"><Relationship Id="rId1" Type="${DOCUMENT}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${DOCUMENT}/styles" Target="styles.xml"/></Relationships>`,
  "xl/styles.xml": `${XML}<styleSheet xmlns="${MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs></styleSheet>`,
};

/** The first row stays in sight. */
const SHEET_BEGINS = `${XML}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>`;

/** A row; cells without a place stand one behind the other, so an empty one is written, too. */
const rowOf = (cells: Cell[], style = ""): string => `<row>${cells.map((cell) => cellOf(cell, style)).join("")}</row>`;

function cellOf(cell: Cell, style: string): string {
  if (cell === null || cell === "") return "<c/>";
  if (typeof cell === "number") return `<c${style}><v>${cell}</v></c>`;
  if (typeof cell === "boolean") return `<c${style} t="b"><v>${cell ? 1 : 0}</v></c>`;
  return `<c${style} t="inlineStr"><is><t xml:space="preserve">${textOf(cell)}</t></is></c>`;
}

const ESCAPED: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** XML 1.0 has no control characters, and no halves of characters. "_x0041_" would be read as "A". */
function textOf(text: string): string {
  const storable = text
    .slice(0, MOST_CHARACTERS)
    .toWellFormed()
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, " ")
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, "_x005F_");
  return storable.replace(/[&<>]/g, (sign) => ESCAPED[sign]!);
}
