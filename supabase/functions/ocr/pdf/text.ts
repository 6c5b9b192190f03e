import { readable } from "../../_shared/readable.ts";
import { trimmedEnd } from "../../_shared/trim.ts";
import { inReadingOrder } from "./columns.ts";
import type { Glyph, Turn } from "./layer.ts";
import { type Line, linesOf, textOf } from "./lines.ts";
import { slantedLabels } from "./slanted.ts";
import { standsUpright } from "./vertical.ts";
import { wordsOf } from "./words.ts";

const TURNS: Turn[] = [0, 1, 2, 3];

/** White of more than this many line heights parts paragraphs. */
const PARAGRAPH = 0.9;

/**
 * The text of a page from its glyphs: lines in reading order, an empty line between paragraphs. What is turned comes after
 * what is upright, what stands at a slant (a watermark) at the end.
 */
export function textOfGlyphs(glyphs: Glyph[]): string {
  const { upright, labels } = standsUpright(glyphs);
  const turned = TURNS.map((turn) => upright.filter((glyph) => glyph.turn === turn)).sort(
    (a, b) => b.length - a.length,
  );
  const parts = turned.map((glyphs) => paragraphs(inReadingOrder(linesOf(wordsOf(glyphs)))));
  parts.push(paragraphs(linesOf(wordsOf(labels))));
  parts.push(slantedLabels(upright.filter((glyph) => glyph.turn === null)).join("\n"));
  return clean(
    parts
      .map((part) => part.trim())
      .filter((part) => part !== "")
      .join("\n\n"),
  );
}

function paragraphs(lines: Line[]): string {
  return lines
    .map((line, index) => {
      const before = lines[index - 1];
      const white = before ? line.y0 - before.y1 : 0;
      // A line that is higher up begins another column.
      const parted =
        before && (white > PARAGRAPH * Math.min(line.y1 - line.y0, before.y1 - before.y0) || line.y1 < before.y0);
      return (index === 0 ? "" : parted ? "\n\n" : "\n") + textOf(line);
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
