import type { Word } from "../_shared/pages.ts";
import type { Mark, Marks } from "./markdown.ts";

/** A cell, or a whole line, and how far it reaches along its line. */
export type PlacedCell = { text: string; x0: number; x1: number };
/** A line of a page as it is read: its cells in their order, where it stands, and how large its letters are. */
export type PlacedLine = { text: string; cells: PlacedCell[]; y0: number; y1: number; size: number };

/** How much larger than the running text a heading is set. Boxes of recognized words are as high as their letters happen to be. */
const HEADING = { layer: 1.15, picture: 1.4 };
/** Longer lines are no headings, however large. */
const MAX_HEADING = 120;
const LEVELS = 3;
/** Sizes that differ by less are one. */
const SAME_SIZE = 0.06;
/** Lines of the page that are looked at to find a line of the text: words that were broken are put together, so some are not found. */
const LOOK_AHEAD = 12;
/** No table that people read has more columns; what looks like one costs too much to look at. */
const MAX_COLUMNS = 100;
/** White of more than so many line heights parts tables. */
const TABLE_GAP = 3.5;
/** White of more than this share of a word's height parts cells of a recognized line. */
const WORD_GAP = 1.4;

/** What the lines of a page's text are, by the places of its lines on the page. */
export function marksOfPage(text: string, placed: readonly PlacedLine[], source: keyof typeof HEADING): Marks {
  const lines = text.split("\n");
  const marks = new Array<Mark | undefined>(lines.length).fill(undefined);
  const found = aligned(lines, placed);
  const levelOf = headings(placed, HEADING[source]);
  let table: { at: number; line: PlacedLine }[] = [];
  /** The last row that has cells side by side. */
  let full: PlacedLine | undefined;
  const endTable = (): void => {
    full = undefined;
    markTable(table, marks);
    table = [];
  };
  for (const [at, line] of lines.entries()) {
    if (line === "") continue;
    const own = found[at];
    if (!own) {
      endTable();
      if (BULLET.test(line)) marks[at] = { kind: "item", depth: 0 };
      continue;
    }
    const before = table.at(-1)?.line;
    if (before && (own.y0 - before.y1 > TABLE_GAP * before.size || own.y1 < before.y0)) endTable();
    const level = own.cells.length === 1 ? levelOf(own) : undefined;
    if (level !== undefined) {
      endTable();
      marks[at] = { kind: "heading", level };
    } else if (own.cells.length > 1 && own.cells.length <= MAX_COLUMNS) {
      table.push({ at, line: own });
      full = own;
    } else if (table.length > 0 && full && isInOneColumn(own, full, table.at(-1)!.line)) table.push({ at, line: own });
    else {
      endTable();
      if (BULLET.test(line)) marks[at] = { kind: "item", depth: 0 };
    }
  }
  endTable();
  return marks;
}

const BULLET = /^[•▪●‣◦∙○■□*–-]\s+\S/u;

/** For each line of a text the line of the page that it is, where it is one. */
function aligned(lines: string[], placed: readonly PlacedLine[]): (PlacedLine | undefined)[] {
  let next = 0;
  return lines.map((line) => {
    if (line === "") return undefined;
    for (let at = next; at < Math.min(placed.length, next + LOOK_AHEAD); at += 1)
      if (placed[at]!.text === line) {
        next = at + 1;
        return placed[at];
      }
    return undefined;
  });
}

/** The level of a heading, by the sizes that are larger than that of most letters; undefined for what is none. */
function headings(placed: readonly PlacedLine[], factor: number): (line: PlacedLine) => number | undefined {
  const letters = new Map<number, number>();
  for (const { size, text } of placed) letters.set(rounded(size), (letters.get(rounded(size)) ?? 0) + text.length);
  let body = 0;
  let most = 0;
  for (const [size, count] of letters) if (count > most) [body, most] = [size, count];
  const isHeading = ({ size, text }: PlacedLine): boolean =>
    body > 0 && size >= body * factor && text.length <= MAX_HEADING && /\p{L}\p{L}/u.test(text);
  const sizes: number[] = [];
  for (const { size } of placed.filter(isHeading).toSorted((a, b) => b.size - a.size))
    if (sizes.length === 0 || size < sizes.at(-1)! * (1 - SAME_SIZE)) sizes.push(size);
  return (line) =>
    isHeading(line)
      ? Math.min(LEVELS, sizes.findIndex((size) => line.size >= size * (1 - SAME_SIZE)) + 1 || LEVELS)
      : undefined;
}

const rounded = (size: number): number => Math.round(size * 2) / 2;

/** Whether the only cell of a line stands below one cell of the rows above and no other: it goes on with that cell. */
function isInOneColumn({ cells, y0, size }: PlacedLine, above: PlacedLine, last: PlacedLine): boolean {
  const cell = cells[0]!;
  if (cells.length > 1 || y0 - last.y1 > size) return false;
  const under = above.cells.filter(({ x0, x1 }) => x0 < cell.x1 && x1 > cell.x0);
  const next = above.cells.find(({ x0 }) => x0 > cell.x0 + size);
  return under.length <= 1 && (next ? cell.x1 < next.x0 : above.cells.some(({ x0 }) => Math.abs(x0 - cell.x0) < size));
}

/** Marks the rows of a table, if it is one: at least two rows have cells side by side. */
function markTable(rows: { at: number; line: PlacedLine }[], marks: (Mark | undefined)[]): void {
  const goesOn = secondLines(rows.map(({ line }) => line));
  while (rows.length > 0 && rows.at(-1)!.line.cells.length < 2 && !goesOn[rows.length - 1]) rows.pop();
  if (rows.filter(({ line }) => line.cells.length > 1).length < 2) return;
  const columns = columnsOf(rows.map(({ line }) => line));
  if (columns.length > MAX_COLUMNS) return;
  for (const [index, { at, line }] of rows.entries()) {
    marks[at] = {
      kind: "row",
      ...(index === 0 ? { begins: true } : {}),
      ...(goesOn[index] ? { goesOn: true } : {}),
      cells: line.cells.map(({ text }) => text),
      columns: places(line.cells, columns),
    };
  }
}

/** A line stands closer to the one above, whose cells it goes on with, than the next row does. */
const CLOSER = 0.9;
const LEAST_ROWS = 3;

/** Which lines of a table are the second, or a further one, of their row: they have fewer cells, and stand closer to the line above than rows do. */
function secondLines(lines: PlacedLine[]): boolean[] {
  const most = lines.reduce((most, { cells }) => Math.max(most, cells.length), 0);
  const isFull = ({ cells }: PlacedLine): boolean => cells.length > 1 && cells.length >= most - 1;
  const pitches = lines.map((line, at) => (at === 0 ? 0 : line.y0 - lines[at - 1]!.y0));
  const found = lines.map(() => false);
  // A letterhead with a number beside it has lines close together, too.
  if (lines.filter(isFull).length < LEAST_ROWS) return found;
  let next = lines.length;
  const nextFull = new Array<number>(lines.length);
  for (let at = lines.length - 1; at >= 0; at -= 1) {
    nextFull[at] = next;
    if (isFull(lines[at]!)) next = at;
  }
  const widest = pitches.reduce((most, pitch, at) => (isFull(lines[at]!) ? Math.max(most, pitch) : most), 0);
  for (let at = 1; at < lines.length; at += 1) {
    if (isFull(lines[at]!) || (lines[at]!.cells.length >= lines[at - 1]!.cells.length && !found[at - 1])) continue;
    // Of the last row, what the rows before had
    const between = nextFull[at]! < lines.length ? pitches[nextFull[at]!]! : widest;
    found[at] = pitches[at]! < between * CLOSER;
  }
  return found;
}

type Column = { x0: number; x1: number };

/** The columns of a table: where its fullest rows have cells, widened by what stands in one of them alone. */
function columnsOf(lines: PlacedLine[]): Column[] {
  const columns: Column[] = [];
  for (const { cells } of lines.toSorted((a, b) => b.cells.length - a.cells.length)) {
    if (columns.length === cells.length && columns.length > 0 && fits(cells, columns)) {
      for (const [index, cell] of inOrder(cells).entries()) widen(columns[index]!, cell);
      continue;
    }
    for (const cell of cells) {
      const under = columns.filter((column) => column.x0 < cell.x1 && column.x1 > cell.x0);
      if (under.length === 0) columns.push({ x0: cell.x0, x1: cell.x1 });
      else if (under.length === 1) widen(under[0]!, cell);
    }
    columns.sort((a, b) => a.x0 - b.x0);
    if (columns.length > MAX_COLUMNS) return columns;
  }
  return columns;
}

const inOrder = (cells: PlacedCell[]): PlacedCell[] => [...cells].sort((a, b) => a.x0 - b.x0);

/** Whether each cell of a row stands in its own column, or in none of the others: headings above figures stand at the other side. */
const fits = (cells: PlacedCell[], columns: Column[]): boolean =>
  inOrder(cells).every((cell, index) => {
    const [before, after] = [columns[index - 1], columns[index + 1]];
    return (!before || cell.x0 >= before.x1) && (!after || cell.x1 <= after.x0);
  });

function widen(column: Column, cell: PlacedCell): void {
  column.x0 = Math.min(column.x0, cell.x0);
  column.x1 = Math.max(column.x1, cell.x1);
}

/** The column of each cell, in the order in which a row is read: from the right where its cells come from there. */
function places(cells: PlacedCell[], columns: Column[]): number[] {
  const isFromRight = cells.length > 1 && cells[0]!.x0 > cells.at(-1)!.x0;
  let least = 0;
  const read = isFromRight ? columns.toReversed() : columns;
  return cells.map(({ x0, x1 }, index) => {
    const shares = read.map((column) => Math.min(column.x1, x1) - Math.max(column.x0, x0));
    // Of a cell over several columns the first that is left
    const first = shares.findIndex((share, at) => at >= least && share > 0);
    const place = Math.max(
      least,
      Math.min(first < 0 ? least : first, Math.max(least, read.length - cells.length + index)),
    );
    least = place + 1;
    return place;
  });
}

/** The lines of a recognized page by its words, which come in the order of its text; none where they do not. */
export function linesOfWords(text: string, words: readonly Word[]): PlacedLine[] {
  const placed: PlacedLine[] = [];
  let next = 0;
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const own: Word[] = [];
    let length = 0;
    while (length < line.length && next < words.length) {
      own.push(words[next]!);
      length += words[next]!.text.length + (own.length > 1 ? 1 : 0);
      next += 1;
    }
    if (own.map((word) => word.text).join(" ") !== line) return [];
    placed.push(lineOf(line, own));
  }
  return placed;
}

function lineOf(text: string, words: Word[]): PlacedLine {
  const heights = words.map(({ y0, y1 }) => y1 - y0).sort((a, b) => a - b);
  const size = heights[heights.length >> 1]!;
  const cells: PlacedCell[] = [];
  for (const [index, word] of words.entries()) {
    const before = words[index - 1];
    const gap = before ? Math.max(word.x0 - before.x1, before.x0 - word.x1) : Number.POSITIVE_INFINITY;
    const last = cells.at(-1);
    if (!last || gap > WORD_GAP * size) cells.push({ text: word.text, x0: word.x0, x1: word.x1 });
    else {
      last.text += ` ${word.text}`;
      widen(last, { text: "", x0: word.x0, x1: word.x1 });
    }
  }
  const [y0, y1] = [Math.min(...words.map((word) => word.y0)), Math.max(...words.map((word) => word.y1))];
  return { text, cells, y0, y1, size };
}
