import { type Line, linesOf } from "./lines.ts";
import { runsFromRight } from "./right-to-left.ts";

/** A gap that lines one below the other have in common: the white between two columns. */
type Gutter = {
  left: number;
  right: number;
  /** The first line with words on its left side; the last with words on its right, and what goes on below that on the left. */
  first: number;
  last: number;
  /** How many lines have words on its left side, and on its right. */
  lefts: number;
  rights: number;
};

/** Columns have at least this many lines each; fewer are taken for cells. */
const MIN_LINES = 4;
/** A line of running text, unlike a cell of a table, has this many letters and fills this much of its column; */
const MIN_LETTERS = 12;
const MIN_LETTER_SHARE = 0.7;
const MIN_FILL = 0.6;
/** and this share of a column's lines are such ones: the others are headings, and the last lines of paragraphs. */
const MIN_RUNNING = 0.6;
/** How wide the white between columns is at least, in shares of a line's height. */
const COLUMN_GAP = 0.8;
/** A line with more gaps than this is no line of columns. */
const MAX_GAPS = 30;
/** Gaps that go on at the same time: letters without a height would make each go on in each of the next line. */
const MAX_OPEN = 64;
/** Gaps of a page that are tried: more than it has columns, and a table of a thousand cells does not cost more. */
const MAX_TRIES = 24;

/**
 * Puts the lines of a page in the order in which they are read: where there are columns of running text, one after the other;
 * a table is left as it is, row by row.
 */
export function inReadingOrder(lines: Line[], tries = { left: MAX_TRIES }): Line[] {
  if (tries.left <= 0) return lines;
  for (const gutter of guttersOf(lines)) {
    if ((tries.left -= 1) < 0) break;
    const between = lines.slice(gutter.first, gutter.last + 1).flatMap((line) => line.words);
    const middle = (gutter.left + gutter.right) / 2;
    const sides = [
      linesOf(between.filter((word) => word.x1 <= middle)),
      linesOf(between.filter((word) => word.x1 > middle)),
    ];
    // A side may hold further columns, whose gaps only a closer look tells from those of a table.
    if (!sides.every((side) => isProse(side, true))) continue;
    const columns = sides.map((side) => inReadingOrder(side, tries));
    if (!columns.every((column) => isProse(column))) continue;
    return [
      ...inReadingOrder(lines.slice(0, gutter.first), tries),
      ...(runsFromRight(between.map(({ text }) => text).join("")) ? columns.reverse() : columns).flat(),
      ...inReadingOrder(lines.slice(gutter.last + 1), tries),
    ];
  }
  return lines;
}

/** The gaps between at least so many lines on each side, the longest first. */
function guttersOf(lines: Line[]): Gutter[] {
  const found: Gutter[] = [];
  let open: Gutter[] = [];
  const keep = (gutter: Gutter) => Math.min(gutter.lefts, gutter.rights) >= MIN_LINES && found.push(gutter);
  lines.forEach((line, index) => {
    const gaps = gapsOf(line);
    const next: Gutter[] = [];
    const goOn = (gutter: Gutter, gap: Gap) => {
      const left = Math.max(gap.left, gutter.left);
      const right = Math.min(gap.right, gutter.right);
      if (next.length < MAX_OPEN && right > left && right - left >= COLUMN_GAP * height(line))
        next.push(withLine({ ...gutter, left, right }, line, index, lines[index - 1]));
    };
    for (const gutter of open) {
      const before = next.length;
      for (const gap of gaps) goOn(gutter, gap);
      if (next.length === before) keep(gutter);
    }
    for (const gap of gaps) {
      const isNew = !next.some((gutter) => gutter.left < gap.right && gutter.right > gap.left);
      if (isNew)
        goOn(
          { left: Number.NEGATIVE_INFINITY, right: Number.POSITIVE_INFINITY, first: -1, last: -1, lefts: 0, rights: 0 },
          gap,
        );
    }
    open = next;
  });
  open.forEach(keep);
  return found.sort((a, b) => b.lefts + b.rights - a.lefts - a.rights);
}

/** A gutter with one more line beside it. */
function withLine(gutter: Gutter, line: Line, index: number, before: Line | undefined): Gutter {
  const onLeft = line.x0 < gutter.left;
  const onRight = line.x1 > gutter.right;
  const goesOn =
    onRight || (onLeft && gutter.last === index - 1 && before !== undefined && line.y0 - before.y1 < height(line));
  return {
    ...gutter,
    first: gutter.first < 0 && onLeft ? index : gutter.first,
    last: goesOn ? index : gutter.last,
    lefts: gutter.lefts + Number(onLeft),
    rights: gutter.rights + Number(onRight),
  };
}

type Gap = { left: number; right: number; inner: boolean };

/** What a line leaves white: between its words, and before and after them, where another column may be. */
function gapsOf(line: Line): Gap[] {
  const gaps = [
    { left: Number.NEGATIVE_INFINITY, right: line.x0, inner: false },
    { left: line.x1, right: Number.POSITIVE_INFINITY, inner: false },
  ];
  let reach = line.words[0]!.x1;
  for (const word of line.words) {
    if (word.x0 - reach >= COLUMN_GAP * height(line)) gaps.push({ left: reach, right: word.x0, inner: true });
    reach = Math.max(reach, word.x1);
  }
  if (gaps.length > MAX_GAPS) gaps.length = 2;
  return gaps;
}

/** Whether lines are running text: of many words, most of them letters, that fill the column and stand close together. */
function isProse(lines: Line[], gapsAllowed = false): boolean {
  if (lines.length < MIN_LINES) return false;
  const widest = Math.max(...lines.map((line) => line.x1 - line.x0));
  const running = lines.filter((line) => {
    const text = line.words.map((word) => word.text).join("");
    const letters = text.match(/\p{L}/gu)?.length ?? 0;
    const parted = !gapsAllowed && gapsOf(line).some((gap) => gap.inner);
    return (
      letters >= MIN_LETTERS &&
      letters >= MIN_LETTER_SHARE * text.length &&
      line.x1 - line.x0 >= MIN_FILL * widest &&
      !parted
    );
  });
  return running.length >= MIN_RUNNING * lines.length;
}

const height = (line: Line): number => line.y1 - line.y0;
