/**
 * What a line of a page's text is. Markdown is made of the text's own lines by these marks, so that both have the same words.
 *
 * - `heading`: 1 to 6
 * - `item`: of a list, so many lists within others; a sign or number of its own may begin it
 * - `row`: of a table; its cells stand two spaces apart in the line. `columns`: the column of each cell from 0, where they are not one after the other
 *   from the first on. `begins`: of another table than the row before; `goesOn`: its cells go on with those of the row before
 */
export type Mark =
  | { kind: "heading"; level: number }
  | { kind: "item"; depth: number }
  | { kind: "row"; columns?: number[]; begins?: boolean; goesOn?: boolean; cells?: string[] };

/** What the lines of a text are, by their places; undefined is text. */
export type Marks = readonly (Mark | undefined)[];

const BETWEEN_CELLS = / {2,}/;
/** No table of a page that people read has more columns; a wider one stays as its lines are. */
const MAX_COLUMNS = 100;
const BULLET = /^[•▪●‣◦∙·○■□*–—-]\s+/u;
const NUMBER = /^(?:(\d{1,3})|[a-zA-Z])[.)]\s+/;

/** A text as Markdown; null where that is the text as it stands. */
export function markdownOf(text: string, marks: Marks = marksOfText(text)): string | null {
  const lines = text.split("\n");
  const blocks: string[] = [];
  let isParted = false;
  /** The number that goes on with a list. */
  let next: number | undefined;
  let last: "text" | "item" | "block" | undefined;
  const put = (kind: "text" | "item" | "block", lines: string[]): void => {
    const isApart = last !== undefined && (kind !== last || kind === "block");
    // A list goes on behind an empty line.
    if (isApart || (isParted && kind !== "item")) blocks.push("");
    isParted = false;
    blocks.push(...lines);
    last = kind;
  };
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at]!;
    const mark = marks[at];
    if (line === "") {
      isParted = blocks.length > 0;
    } else if (mark?.kind === "heading") put("block", [`${"#".repeat(mark.level)} ${inline(line.trim())}`]);
    else if (mark?.kind === "item") {
      const written = item(line.trim(), last === "item" ? next : undefined);
      put("item", [`${"  ".repeat(mark.depth)}${written}`]);
      const number = /^\d{1,3}/.exec(written)?.[0];
      next = number === undefined ? undefined : Number(number) + 1;
    } else if (mark?.kind === "row") {
      const end = endOfTable(lines, marks, at);
      put("block", tableOf(lines, marks, at, end));
      at = end;
    } else put("text", [escaped(line)]);
  }
  const markdown = blocks.join("\n").trimEnd();
  return markdown === text.trimEnd() ? null : markdown;
}

/** The last row of the table that begins at a line. Empty lines may stand between rows. */
function endOfTable(lines: string[], marks: Marks, from: number): number {
  let end = from;
  for (let at = from + 1; at < lines.length; at += 1) {
    const mark = marks[at];
    if (mark?.kind === "row" && !mark.begins) end = at;
    else if (lines[at] !== "") break;
  }
  return end;
}

function tableOf(lines: string[], marks: Marks, from: number, to: number): string[] {
  const rows: Row[] = [];
  for (let at = from; at <= to; at += 1) {
    const mark = marks[at];
    if (mark?.kind !== "row") continue;
    const cells = mark.cells ?? lines[at]!.split(BETWEEN_CELLS);
    const columns = mark.columns?.length === cells.length ? mark.columns : cells.map((_, index) => index);
    const before = rows.at(-1);
    if (mark.goesOn && before) addTo(before, { cells, columns });
    else rows.push({ cells: [...cells], columns: [...columns] });
  }
  const used = [...new Set(rows.flatMap(({ columns }) => columns))].toSorted((a, b) => a - b);
  const places = new Map(used.map((column, place) => [column, place]));
  const width = used.length;
  if (width < 2 || width > MAX_COLUMNS) return lines.slice(from, to + 1).map(escaped);
  const written = rows.map(({ cells, columns }) => {
    const row = new Array<string>(width).fill("");
    for (const [index, cell] of cells.entries())
      row[places.get(columns[index]!)!] = inline(cell).replaceAll("|", "\\|");
    return `| ${row.join(" | ")} |`;
  });
  return [written[0]!, `|${" --- |".repeat(width)}`, ...written.slice(1)];
}

type Row = { cells: string[]; columns: number[] };

/** Puts the second line of a row to its first. */
function addTo(row: Row, { cells, columns }: Row): void {
  for (const [index, column] of columns.entries()) {
    const at = row.columns.indexOf(column);
    if (at >= 0) row.cells[at] += ` ${cells[index]}`;
    else {
      row.columns.push(column);
      row.cells.push(cells[index]!);
    }
  }
}

/** An item with the sign that Markdown has for one. Numbers stay where they count on: those of a list are counted when it is shown. */
function item(line: string, next: number | undefined): string {
  const [number = "", digits] = NUMBER.exec(line) ?? [];
  if (!number) return `- ${inline(line.replace(BULLET, ""))}`;
  const isCounted = digits !== undefined && (next === undefined || Number(digits) === next);
  return isCounted ? `${number.trim()} ${inline(line.slice(number.length))}` : `- ${escaped(line)}`;
}

/** What begins a block of Markdown, or would be shown as something else within one. */
const BLOCK = /^(\s*)(#{1,6}(?=\s|$)|[-+*>](?=\s|$)|\||={2,}$|-{2,}$|~~~|```)/;
const ORDERED = /^(\s*\d{1,9})([.)])(?=\s)/;
const INLINE = /[\\`*[\]]|<(?=[a-z!/?])|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|&(?=#?\w{1,30};)/giu;

const inline = (line: string): string => line.replace(INLINE, "\\$&");
const escaped = (line: string): string => inline(line).replace(BLOCK, "$1\\$2").replace(ORDERED, "$1\\$2");

/** What the lines of a text alone tell: lists, and tables whose rows have as many cells each. */
export function marksOfText(text: string): Marks {
  const lines = text.split("\n");
  const counts = lines.map((line) => (line.includes("  ") ? line.trim().split(BETWEEN_CELLS).length : 1));
  return lines.map((line, at): Mark | undefined => {
    const cells = counts[at]!;
    if (cells > 1 && (counts[at - 1] === cells || counts[at + 1] === cells) && !line.startsWith(" "))
      return counts[at - 1] === cells ? ROW : FIRST_ROW;
    const isList = (other: string | undefined): boolean =>
      other !== undefined && (BULLET.test(other) || NUMBER.test(other));
    if (BULLET.test(line) || (NUMBER.test(line) && (isList(lines[at - 1]) || isList(lines[at + 1])))) return ITEM;
    return undefined;
  });
}

export const ROW: Mark = { kind: "row" };
export const FIRST_ROW: Mark = { kind: "row", begins: true };
const ITEM: Mark = { kind: "item", depth: 0 };
