import type { Word } from "../supabase/functions/_shared/pages.ts";
import { type TextLine, thousandths } from "./recognizer.ts";

/** Scripts that set no blanks between words, and the marks that go with them. */
const BEFORE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\u3000-\u303f\uff01-\uff60ー]$/u;
const AFTER = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\u3000-\u303f\uff01-\uff60ー]/u;
/** A gap that is wider than this share of a sign's height is one that somebody set. */
const GAP = 0.8;

/** Lines whose signs of such scripts are one word where they stand together: tesseract parts them where it likes. */
export function withoutBlanksBetweenSigns(lines: TextLine[]): TextLine[] {
  return lines.map((line) => {
    const words: Word[] = [];
    for (const word of line.words) {
      const last = words.at(-1);
      if (last && BEFORE.test(last.text) && AFTER.test(word.text) && isNear(last, word))
        words[words.length - 1] = together(last, word);
      else words.push(word);
    }
    return { ...line, words };
  });
}

const isNear = (one: Word, other: Word): boolean =>
  other.x0 - one.x1 < GAP * Math.max(one.y1 - one.y0, other.y1 - other.y0) && other.x1 > one.x0;

function together(one: Word, other: Word): Word {
  const [first, second] = [one.text.length, other.text.length];
  return {
    text: one.text + other.text,
    x0: Math.min(one.x0, other.x0),
    y0: Math.min(one.y0, other.y0),
    x1: Math.max(one.x1, other.x1),
    y1: Math.max(one.y1, other.y1),
    confidence: thousandths((one.confidence * first + other.confidence * second) / (first + second)),
  };
}
