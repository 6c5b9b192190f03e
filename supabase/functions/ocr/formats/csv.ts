import type { Bounds } from "./bounds.ts";
import { decodeText } from "./charset.ts";
import { rowInCell, type Table, tableOf, withCommas } from "./csv-dialect.ts";
import { eachRow } from "./csv-rows.ts";
import { type FileText, written } from "./file-text.ts";
import { PageWriter } from "./page-writer.ts";
import { without } from "./white-space.ts";

/** A first line that tells Excel the delimiter, and is not shown. */
const NAMES_DELIMITER = /^"?sep=([^\w\s"'\\]|\t|\\t)"?[\t ,;]{0,9}(?:\n|$)/i;

/** A table in text form (RFC 4180, and what people make of it): a row is a line. How it is written is found in the text. */
export async function readCsv(bytes: Uint8Array, bounds: Bounds, filename: string): Promise<FileText> {
  // Marks stand where files were put together, too, and hide the quotes behind them.
  const decoded = without(await decodeText(bytes), "\uFEFF");
  const [line = "", sign] = NAMES_DELIMITER.exec(decoded.slice(0, 20)) ?? [];
  const text = decoded.slice(line.length);
  const isTabbed = sign === "\\t" || (/\.(?:tsv|tab)$/i.test(filename) && text.includes("\t"));
  const table = tableOf(text, bounds, isTabbed ? "\t" : sign);
  const isDump = table.delimiter === "\t" && NOTHING_IN_DUMP.test(text);
  const pages = new PageWriter(bounds);
  eachRow(text, table, bounds, (cells, quoted = []) => {
    const row = rowOf(cells, quoted, table, bounds);
    pages.row(isDump ? row.map(unescaped) : withoutNulls(row, table));
  });
  return written(pages);
}

function rowOf(cells: string[], quoted: readonly boolean[], table: Table, bounds: Bounds): string[] {
  const inner = rowInCell(cells, quoted, table, bounds);
  if (inner?.length === table.columns) return inner;
  const texts = withCommas(cells, quoted, table);
  return texts.length === 1 || texts.length === table.columns ? texts : cells;
}

/** PostgreSQL and MySQL write tables with tabs, `\N` where nothing is, and what would part cells or rows with a backslash (COPY, SELECT ... INTO OUTFILE). */
const NOTHING_IN_DUMP = /(?:^|\t)\\N(?:\t|$)/m;
/** What a longer cell would become has the memory of many. */
const MAX_ESCAPED_CHARACTERS = 100_000;
function unescaped(cell: string): string {
  if (cell === "\\N") return "";
  if (cell.length > MAX_ESCAPED_CHARACTERS || !cell.includes("\\")) return cell;
  return cell.replace(/\\([nrt\\])/g, (_, sign: string) => (sign === "\\" ? "\\" : " "));
}

/** Databases that write backslashes write `\N` where nothing is. */
const withoutNulls = (cells: string[], { backslashes }: Table): string[] =>
  backslashes ? cells.map((cell) => (cell === "\\N" ? "" : cell)) : cells;
