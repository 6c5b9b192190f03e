import type { Word } from "../../_shared/pages.ts";
import { foldSpace, keyOf } from "../../metadata/local/text/text.ts";
import type { Box, ExtractPage } from "../../_shared/extraction/values.ts";

/** A part of a row with white around it: a cell of a table, a label, a value. `box` where the words have boxes. */
export type Cell = { text: string; key: string; start: number; box: Box | null; confidence: number | null };
/** A line of a page. `text` stands in the page word for word, whitespace folded; each cell begins at its `start` in it. */
export type Row = { page: number; text: string; key: string; cells: Cell[] };

const MOST_CHARACTERS = 400;
/** White between two cells, in shares of the height of a word. */
const CELL_GAP = 1.3;

/** The rows of all pages, in order. */
export function rowsOf(pages: ExtractPage[]): Row[] {
  const rows: Row[] = [];
  for (const page of [...pages].sort((a, b) => a.page_number - b.page_number)) {
    const boxes = boxesOf(page);
    for (const raw of page.text.split(/[^\P{Cc}\t]/u)) {
      const text = foldSpace(raw);
      if (text === "" || text.length > MOST_CHARACTERS) {
        boxes?.skip(text);
        continue;
      }
      const words = boxes?.take(text) ?? null;
      const cells = words ? cellsOfWords(words) : cellsOfText(raw);
      rows.push({ page: page.page_number, text, key: keyOf(text), cells });
    }
  }
  return rows;
}

function cellsOfText(raw: string): Cell[] {
  const cells: Cell[] = [];
  let start = 0;
  for (const part of raw.split(/\s{2,}|\t/u)) {
    const text = foldSpace(part);
    if (text === "") continue;
    cells.push({ text, key: keyOf(text), start, box: null, confidence: null });
    start += text.length + 1;
  }
  return cells;
}

function cellsOfWords(words: Word[]): Cell[] {
  const cells: Cell[] = [];
  let start = 0;
  let run: Word[] = [];
  const end = () => {
    const text = run.map((word) => word.text).join(" ");
    cells.push({
      text,
      key: keyOf(text),
      start,
      box: boxOf(run),
      confidence: Math.min(...run.map(({ confidence }) => confidence)),
    });
    start += text.length + 1;
    run = [];
  };
  for (const word of words) {
    const last = run.at(-1);
    const height = Math.max(1, word.y1 - word.y0);
    if (last && word.x0 - last.x1 > CELL_GAP * height) end();
    run.push(word);
  }
  if (run.length > 0) end();
  return cells;
}

/** The box that holds two boxes. */
export const boxAround = (one: Box | null, other: Box | null): Box | null =>
  one && other
    ? [Math.min(one[0], other[0]), Math.min(one[1], other[1]), Math.max(one[2], other[2]), Math.max(one[3], other[3])]
    : null;

export function boxOf(words: Word[]): Box {
  return [
    Math.min(...words.map(({ x0 }) => x0)),
    Math.min(...words.map(({ y0 }) => y0)),
    Math.max(...words.map(({ x1 }) => x1)),
    Math.max(...words.map(({ y1 }) => y1)),
  ];
}

/**
 * Hands out the word boxes of a page line by line: the text was made of the same words, in the same order. Null for a page
 * without boxes. A line whose words are not the next ones has none.
 */
function boxesOf(page: ExtractPage): { take(text: string): Word[] | null; skip(text: string): void } | null {
  const words = (page.words ?? []).filter(({ text }) => text.trim() !== "");
  if (words.length === 0) return null;
  let at = 0;
  /** How far ahead a line is looked for, where the order of words is another. */
  const REACH = 60;
  const take = (text: string): Word[] | null => {
    const tokens = text.split(" ");
    for (let from = at; from < Math.min(words.length, at + REACH); from++) {
      if (foldSpace(words[from]!.text) !== tokens[0]) continue;
      const line = words.slice(from, from + tokens.length);
      if (line.length === tokens.length && line.every((word, nth) => foldSpace(word.text) === tokens[nth])) {
        at = from + tokens.length;
        return line;
      }
    }
    return null;
  };
  return { take, skip: (text) => void (text !== "" && take(text)) };
}
