import { readable } from "../../_shared/readable.ts";
import { trimmedEnd } from "../../_shared/trim.ts";
import { inReadingOrder } from "./columns.ts";
import type { Turn } from "./frame.ts";
import type { Glyph } from "./layer.ts";
import type { PlacedLine } from "../structure.ts";
import { CELL_GAP, isFromRight, type Line, linesOf, textOf } from "./lines.ts";
import { runsFromRight } from "./right-to-left.ts";
import { slantedLabels } from "./slanted.ts";
import { standsUpright } from "./vertical.ts";
import { wordsOf } from "./words.ts";

const TURNS: Turn[] = [0, 1, 2, 3];

/** White of more than this many line heights parts paragraphs. */
const PARAGRAPH = 0.9;

/** What a page says, and the lines that its text was made of, in the same order. */
export type LaidOut = { text: string; lines: PlacedLine[] };

/** As `textOfGlyphs`, with the places of the lines. */
export function layoutOfGlyphs(glyphs: Glyph[]): LaidOut {
  const lines: Line[] = [];
  const text = textOfGlyphs(glyphs, lines);
  const onPage = runsFromRight(text);
  return { text, lines: lines.map((line) => placedLine(line, isFromRight(line, onPage))) };
}

function placedLine(line: Line, fromRight: boolean): PlacedLine {
  const text = clean(textOf(line, fromRight));
  const texts = text.split(/ {2,}/);
  const groups: { x0: number; x1: number }[] = [];
  for (const { x0, x1 } of line.words) {
    const last = groups.at(-1);
    if (!last || x0 - last.x1 > CELL_GAP * (line.y1 - line.y0)) groups.push({ x0, x1 });
    else last.x1 = Math.max(last.x1, x1);
  }
  // A line from the right has its cells in that order.
  if (fromRight) groups.reverse();
  const cells =
    texts.length === groups.length
      ? texts.map((cell, index) => ({ text: cell, ...groups[index]! }))
      : [{ text, x0: line.x0, x1: line.x1 }];
  return { text, cells, y0: line.y0, y1: line.y1, size: line.y1 - line.y0 };
}

/**
 * The text of a page from its glyphs: lines in reading order, an empty line between paragraphs. What is turned comes after
 * what is upright, what stands at a slant (a watermark) at the end.
 */
export function textOfGlyphs(glyphs: Glyph[], lines: Line[] = []): string {
  const onPage = runsFromRight(glyphs.map(({ char }) => char).join(""));
  const { upright, labels } = standsUpright(glyphs);
  const turned = TURNS.map((turn) => upright.filter((glyph) => glyph.turn === turn)).sort(
    (a, b) => b.length - a.length,
  );
  const parts = turned.map((glyphs) => {
    const read = inReadingOrder(linesOf(wordsOf(glyphs)));
    for (const line of read) lines.push(line);
    return paragraphs(read, onPage);
  });
  parts.push(paragraphs(linesOf(wordsOf(labels)), onPage));
  parts.push(slantedLabels(upright.filter((glyph) => glyph.turn === null)).join("\n"));
  return clean(
    parts
      .map((part) => part.trim())
      .filter((part) => part !== "")
      .join("\n\n"),
  );
}

function paragraphs(lines: Line[], onPage: boolean): string {
  return lines
    .map((line, index) => {
      const before = lines[index - 1];
      const white = before ? line.y0 - before.y1 : 0;
      // A line that is higher up begins another column.
      const parted =
        before && (white > PARAGRAPH * Math.min(line.y1 - line.y0, before.y1 - before.y0) || line.y1 < before.y0);
      return (index === 0 ? "" : parted ? "\n\n" : "\n") + textOf(line, isFromRight(line, onPage));
    })
    .join("");
}

/** A word that is broken at the end of a line: letter, hyphen, and the rest in lower case at the beginning of the next line. */
const BROKEN_WORD = /(?<=\p{L})[-\u2010]\n(?=\p{Ll})([^\s]+)[ ]?/gu;

/** Folds ligatures, mends words that were broken at the end of a line, drops what a text cannot hold (NUL, half characters). */
export function clean(text: string): string {
  return readable(text.toWellFormed())
    .replaceAll("\0", "")
    .replace(BROKEN_WORD, "$1\n")
    .split("\n")
    .map((line) => trimmedEnd(line, /[ \t]/))
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}
