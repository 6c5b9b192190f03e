import type { Grey } from "./picture/grey.ts";
import { scaled } from "./picture/grey.ts";
import { confidenceOf, type TextLine } from "./recognizer.ts";

/**
 * Pages in a script that the model does not know come back as words of the model's own, with little confidence. Measured with the
 * English model, over words of letters alone, because digits are read in any script: Greek, Cyrillic, Hebrew, Arabic, Armenian and
 * Georgian print 0.15 to 0.58 in small letters and up to 0.65 in capitals, many of which look like Latin ones; the poorest of 8 poor receipts
 * 0.675; clean print in an unknown language of Latin letters 0.75 and more.
 */
const LEAST_OF_LETTERS = 0.6;
/** Cyrillic and Greek read as Latin have capitals within words ("HOMep", "daKTypa"): 18 to 57% of them; receipts have up to 4%. */
const LEAST_OF_MIXED = 0.7;
const MIXED_SHARE = 0.12;
/** Of everything that was read: Japanese 0.22, Arabic 0.24. */
const LEAST_OF_ALL = 0.45;
/** Of a few characters with less than this, none is right. */
const LEAST_OF_FEW = 0.3;
/** So many characters say something about a page; formulas are shorter. */
const ENOUGH = 30;
const FEW = 8;

/**
 * What a poor scan in the model's own script has and a page in another script has not: whole words that were read for sure, in
 * one case. Their share of the letters is 11 to 79% on 31 receipts and a form that was copied too often, and 0 to 7% (two words) on
 * pages in Greek, Cyrillic and Hebrew, in small letters, capitals and title case.
 */
const SURE = 0.92;
const SURE_WORD = /^\p{P}?(?:\p{Lu}?\p{Ll}{3,}|\p{Lu}{4,})\p{P}?$/u;
const LEAST_SURE = { words: 4, share: 0.1 };

const WORD_OF_LETTERS = /^\p{P}?\p{L}[\p{L}'’-]+\p{P}?$/u;
const MIXED = /\p{Ll}\p{Lu}|\p{Lu}\p{Lu}\p{Ll}/u;

/** Whether what was read may be what stands on the page, as opposed to another script, or to marks that are no text. */
export function isLegible(lines: TextLine[]): boolean {
  const words = lines.flatMap((line) => line.words);
  const ofLetters = words.filter((word) => WORD_OF_LETTERS.test(word.text));
  if (hasSureWords(ofLetters)) return true;
  const characters = lengthOf(words);
  const confidence = confidenceOf(lines);
  if (characters >= FEW && confidence < LEAST_OF_FEW) return false;
  if (characters >= ENOUGH && confidence < LEAST_OF_ALL) return false;
  if (lengthOf(ofLetters) < ENOUGH) return true;
  const mixed = ofLetters.filter((word) => MIXED.test(word.text)).length;
  const least = mixed >= ofLetters.length * MIXED_SHARE ? LEAST_OF_MIXED : LEAST_OF_LETTERS;
  return confidenceOf([{ block: 0, words: ofLetters }]) >= least;
}

function hasSureWords(ofLetters: { text: string; confidence: number }[]): boolean {
  const sure = ofLetters.filter((word) => word.confidence >= SURE && SURE_WORD.test(word.text));
  return sure.length >= LEAST_SURE.words && lengthOf(sure) >= lengthOf(ofLetters) * LEAST_SURE.share;
}

const lengthOf = (words: { text: string }[]): number => words.reduce((sum, word) => sum + word.text.length, 0);

/** Pixels of the longer side that are looked at. */
const SIDE = 1_000;
/** After light was evened out, paper is near white. */
const INK = 110;
/** Letters are so high on that scale, and so wide where they run together; dust is smaller, shadows and punched holes are few. */
const LETTER = { least: 5, mostHigh: 60, mostWide: 250 };
const LEAST_LETTERS = 12;

/** Whether a cleaned picture shows marks of the size of letters, and more of them than dust and holes make. */
export function showsPrint(picture: Grey): boolean {
  const shrink = Math.min(1, SIDE / Math.max(picture.width, picture.height));
  const { width, height, data } = scaled(
    picture,
    Math.max(1, Math.round(picture.width * shrink)),
    Math.max(1, Math.round(picture.height * shrink)),
  );
  const seen = new Uint8Array(data.length);
  let letters = 0;
  for (let start = 0; start < data.length && letters < LEAST_LETTERS; start++) {
    if (seen[start] || data[start]! >= INK) continue;
    const mark = { left: width, right: 0, top: height, bottom: 0 };
    const stack = [start];
    seen[start] = 1;
    while (stack.length > 0) {
      const at = stack.pop()!;
      const [x, y] = [at % width, Math.floor(at / width)];
      mark.left = Math.min(mark.left, x);
      mark.right = Math.max(mark.right, x);
      mark.top = Math.min(mark.top, y);
      mark.bottom = Math.max(mark.bottom, y);
      for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++)
        for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
          const next = ny * width + nx;
          if (seen[next] || data[next]! >= INK) continue;
          seen[next] = 1;
          stack.push(next);
        }
    }
    const [wide, high] = [mark.right - mark.left + 1, mark.bottom - mark.top + 1];
    if (high >= LETTER.least && high <= LETTER.mostHigh && wide >= 2 && wide <= LETTER.mostWide) letters += 1;
  }
  return letters >= LEAST_LETTERS;
}
