import type { Drawing } from "./drawing.ts";
import type { Glyph } from "./layer.ts";

/** Why a text layer is not taken for what stands on its page. */
export type Doubt =
  /** There is no text, but something is seen. */
  | "no_text"
  /** A picture with a few words around it: a scan with a stamp. */
  | "few_words"
  /** Text that is not shown, under a picture: somebody else's recognition. */
  | "invisible"
  /** The fonts do not say which characters they show. */
  | "unmapped"
  /** Characters, but no words. */
  | "garbage";

/** A page whose largest picture covers this much of it is taken for a scan, */
export const SCAN_PICTURE = 0.5;
/** unless it has this many visible characters. */
const SCAN_CHARACTERS = 200;
/** With fewer characters than this, anything that is drawn may be letters too. */
const FEW_CHARACTERS = 16;
/** Shares of the characters. */
const MAX_INVISIBLE = 0.5;
const MAX_UNMAPPED = 0.15;
const MIN_READABLE = 0.4;
/** Fewer characters, or words, than this say nothing about a text. */
const ENOUGH_CHARACTERS = 40;
const ENOUGH_WORDS = 12;
/** Share of vowels among the letters of longer Latin words: 0.35 to 0.5 in the languages that are written so. */
const MIN_VOWELS = 0.25;

/**
 * Whether a page's text layer is what stands on the page; null when it is. `drawing` is asked for only where it decides.
 * Wrong doubt costs a recognition, and nothing is lost: without one, the layer is used after all.
 */
export function doubtOf(glyphs: Glyph[], text: string, drawing: () => Drawing): Doubt | null {
  const visible = glyphs.filter((glyph) => !glyph.invisible);
  if (glyphs.length === 0) return drawing().picture > 0 || drawing().shapes || drawing().marked?.() ? "no_text" : null;
  if (glyphs.length - visible.length > MAX_INVISIBLE * glyphs.length) {
    // Invisible text over nothing is all that there is to read.
    return drawing().picture > 0 ? "invisible" : null;
  }
  if (glyphs.filter(isUnmapped).length > MAX_UNMAPPED * glyphs.length) return "unmapped";
  if (isGarbage(text)) return "garbage";
  if (visible.length < FEW_CHARACTERS && (drawing().picture > 0 || drawing().shapes)) return "few_words";
  return visible.length < SCAN_CHARACTERS && drawing().picture >= SCAN_PICTURE ? "few_words" : null;
}

/** Characters for private use are a font's own pictures: bullets in a sound text, everything in a broken one. */
const isUnmapped = ({ char, unmapped }: Glyph): boolean => unmapped || /[\uFFFD\p{Co}]/u.test(char);

/** Text that a font with a shifted or missing table of characters gives: signs instead of letters, or letters that make no words. */
export function isGarbage(text: string): boolean {
  const characters = text.match(/\S/gu) ?? [];
  if (characters.length < ENOUGH_CHARACTERS) return false;
  // Leaders and rules are signs too, and say nothing.
  const telling =
    characters
      .join("")
      .replace(/([^\p{L}\p{N}])\1{2,}/gu, "")
      .match(/\S/gu) ?? [];
  const readable = telling.filter((char) => /[\p{L}\p{N}]/u.test(char)).length;
  if (telling.length >= ENOUGH_CHARACTERS && readable < MIN_READABLE * telling.length) return true;
  const all = text.match(/[\p{L}\p{N}]+/gu) ?? [];
  if (isReversed(all)) return true;
  const words = all.filter((word) => /^\p{Script=Latin}{4,}$/u.test(word));
  if (words.length < ENOUGH_WORDS) return false;
  const letters = words.join("").normalize("NFD").replace(/\p{M}/gu, "");
  return letters.replace(/[^aeiouyæœøı]/gi, "").length < MIN_VOWELS * letters.length;
}

/** Words that every page of a language has, and that are no word of another one backwards. */
const COMMON = new Set(
  "the and for with that this from your und mit von für nicht werden les pour dans avec une para por que con della che per het een van voor och att med nie oraz jest ve için".split(
    " ",
  ),
);
const BACKWARDS = new Set([...COMMON].map((word) => [...word].reverse().join("")));
/** So many common words backwards, and so many times as many as forwards, are no accident. */
const MIN_BACKWARDS = 3;
const BACKWARDS_TO_FORWARDS = 3;

/** Whether words stand backwards, as in files that were written from right to left or mirrored. */
function isReversed(words: string[]): boolean {
  let backwards = 0;
  let forwards = 0;
  for (const word of words.slice(0, MOST_WORDS)) {
    const lower = word.toLowerCase();
    if (BACKWARDS.has(lower)) backwards += 1;
    if (COMMON.has(lower)) forwards += 1;
  }
  return backwards >= MIN_BACKWARDS && backwards > BACKWARDS_TO_FORWARDS * forwards;
}

/** More words than these say nothing more about a page. */
const MOST_WORDS = 2_000;
