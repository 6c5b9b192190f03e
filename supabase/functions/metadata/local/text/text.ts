import { trimmedEnd, whole } from "../../../_shared/trim.ts";

/** The text of one page, as a describing engine is given it. */
export type TextPage = { page_number: number; text: string };

/**
 * One line of a page. `text` stands in the page word for word (whitespace folded, at most 240 characters: longer lines
 * are cut at a space); `key` is the same line for comparing: " lower case words without accents or marks ". `cells` are its parts that stand
 * side by side on the page, two spaces apart: a row of a table, or lines of two columns. `afterGap`: a blank line stands
 * above, or nothing at all.
 */
export type Line = { page: number; row: number; text: string; key: string; cells: string[]; afterGap?: boolean };

/** A value with the words it was read from; `confidence`: how likely it is right (see confidence.ts). */
export type Finding<T> = { value: T; page: number; quote: string; confidence?: number };

/** What is looked at: the ends of a long document tell what it is, and the work stays bounded for hostile text. */
export const LIMITS = {
  headPages: 5,
  tailPages: 2,
  /** Characters of one page: its beginning and its end. */
  pageHead: 12_000,
  pageTail: 4_000,
  /** Every pattern runs on one line at a time, so this also bounds the cost of any pattern. */
  lineLength: 240,
  lines: 1_500,
} as const;

/** The lines of the pages that count: the first five and the last two, of each the beginning and the end. */
export function linesOf(pages: TextPage[]): Line[] {
  const lines: Line[] = [];
  for (const page of pagesThatCount(pages)) {
    let row = 0;
    let afterGap = true;
    // Every control character but the tab ends a line, so that a quote never holds one and still stands in the page.
    for (const raw of endsOf(page.text).split(/[^\P{Cc}\t]/u)) {
      if (raw.trim() === "") afterGap = true;
      for (const text of chunksOf(foldSpace(raw))) {
        if (lines.length === LIMITS.lines) return lines;
        const cells =
          raw.length <= LIMITS.lineLength ? raw.split(/\s{2,}|\t/u).filter((cell) => cell.trim() !== "") : [];
        lines.push({
          page: page.page_number,
          row: row++,
          text,
          key: keyOf(text),
          cells: cells.length > 1 ? cells.map(foldSpace) : [text],
          afterGap,
        });
        afterGap = false;
      }
    }
  }
  return lines;
}

function pagesThatCount(pages: TextPage[]): TextPage[] {
  const withText = pages.filter((page) => /\S/u.test(page.text)).sort((a, b) => a.page_number - b.page_number);
  const { headPages, tailPages } = LIMITS;
  return withText.length <= headPages + tailPages
    ? withText
    : [...withText.slice(0, headPages), ...withText.slice(-tailPages)];
}

function endsOf(text: string): string {
  const { pageHead, pageTail } = LIMITS;
  return text.length <= pageHead + pageTail
    ? text
    : `${whole(text.slice(0, pageHead))}\n${whole(text.slice(-pageTail))}`;
}

function chunksOf(line: string): string[] {
  const chunks: string[] = [];
  let rest = line;
  while (rest.length > LIMITS.lineLength) {
    const space = rest.lastIndexOf(" ", LIMITS.lineLength);
    const chunk = space > 0 ? rest.slice(0, space) : whole(rest.slice(0, LIMITS.lineLength));
    chunks.push(chunk);
    rest = rest.slice(chunk.length).trimStart();
  }
  if (rest !== "") chunks.push(rest);
  return chunks;
}

/** Without control characters and invisible marks, bidi overrides among them, which would make a text show as another. */
export function visible(text: string): string {
  return foldSpace(text.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, " ").replace(/[\p{Cf}\p{Co}\p{Cn}]/gu, ""));
}

/** Whether a cell says anything, and is no mark alone, such as a colon in a column of its own. */
export const hasWords = (cell: string): boolean => /[\p{L}\p{N}]/u.test(cell);

/** Runs of whitespace become one space; the ends are trimmed. */
export function foldSpace(text: string): string {
  return text.replace(/\s+/gu, " ").trim();
}

/**
 * A text of the same length in which every digit is 0 to 9, be it written in Arabic, Persian, Devanagari or full width,
 * and the marks beside them are the common ones. Marks that turn the direction of writing become blanks.
 */
export function plainDigits(text: string): string {
  if (!/[^\x20-\x7e\u00a1-\u024f]/.test(text)) return text;
  return text
    .replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660))
    .replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x6f0))
    .replace(/[०-९]/g, (digit) => String(digit.charCodeAt(0) - 0x966))
    .replace(/[\uff01-\uff5e]/g, (mark) => String.fromCharCode(mark.charCodeAt(0) - 0xfee0))
    .replace(/٫/g, ".")
    .replace(/[٬’]/g, "'")
    .replace(/[‐‑−]/g, "-")
    .replace(/[\u061c\u200b-\u200f\u202a-\u202e\u2066-\u2069\u00a0\u2000-\u200a\u202f]/g, " ");
}

/** " lower case words without accents or marks ", with the digits that OCR puts into words (INV0ICE) read as letters. */
export function keyOf(text: string): string {
  if (text.length > WORD) return madeKey(text);
  const known = WORD_KEYS.get(text);
  if (known !== undefined) return known;
  if (WORD_KEYS.size >= MOST_WORDS) WORD_KEYS.clear();
  const key = madeKey(text);
  WORD_KEYS.set(text, key);
  return key;
}

/** The keys of single words, which come back again and again. */
const WORD_KEYS = new Map<string, string>();
const WORD = 24;
const MOST_WORDS = 4_000;

/** Letters that are one with others in a key, and hold no mark that could be taken off. */
const LETTERS: Record<string, string> = {
  ß: "ss",
  ł: "l",
  ø: "o",
  đ: "d",
  ı: "i",
  æ: "ae",
  œ: "oe",
  þ: "th",
  ς: "σ",
};

/** "領 収 書", "급 여 명 세 서": a heading that is set apart, one character at a time. */
const SET_APART = /^(?:[\p{Script=Han}\p{Script=Hangul}] ){1,9}[\p{Script=Han}\p{Script=Hangul}]$/u;

function madeKey(text: string): string {
  if (SET_APART.test(text)) return madeKey(text.replaceAll(" ", ""));
  // Labels and values that a PDF puts side by side without a space: "TTCSomme à payer", "20-10-2015Invoice Date".
  const parted = text
    .normalize("NFKD")
    // A voiced kana and a Korean syllable are characters of their own.
    .replace(/(?![\u3099\u309a])\p{M}/gu, "")
    .normalize("NFC")
    .replace(/(?<=[\p{Lu}\d])(?=\p{Lu}\p{Ll}{2})/gu, " ");
  const folded = parted.toLowerCase().replace(/[ßłøđıæœþς]/g, (letter) => LETTERS[letter] ?? letter);
  const read = folded.replace(/(?<=\p{L})[015](?=\p{L})/gu, (digit) =>
    digit === "0" ? "o" : digit === "1" ? "i" : "s",
  );
  return ` ${read.replace(/[^\p{L}\p{N}%]+/gu, " ").trim()} `;
}

/**
 * Where a phrase of a table begins in a key, or -1. A phrase is in key form without the outer spaces; `*` at its
 * beginning or end stands for the rest of a compound word (`*rechnung` finds "mietrechnung").
 */
export function indexIn(key: string, phrase: string): number {
  return key.indexOf(needleOf(phrase));
}

/**
 * What a phrase is in a key: between blanks, but where words are written without them. Chinese, Japanese and Korean
 * words are found inside runs, Arabic and Hebrew ones with a prefix ("the", "in") before them.
 */
export function needleOf(phrase: string): string {
  let needle = NEEDLES.get(phrase);
  if (needle === undefined) {
    const start = phrase.startsWith("*") ? phrase.slice(1) : PREFIXED.test(phrase) ? phrase : ` ${phrase}`;
    needle = start.endsWith("*") ? start.slice(0, -1) : `${start} `;
    if (RUNS_ON.test(phrase)) needle = phrase;
    NEEDLES.set(phrase, needle);
  }
  return needle;
}

/** Words of these scripts stand in runs. */
export const RUNS_ON = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
/** Words of these have their article or preposition before them, without a blank. */
const PREFIXED = /^[\p{Script=Arabic}\p{Script=Hebrew}]/u;

/** A key that speaks to the reader: "Here is your electricity bill". */
export const INTRODUCTION = /^ (?:here s|here is|this is|hier ist|voici|aqui esta|aqui tiene|ecco|hier is) /;

/** What is looked for, for each phrase of the tables. Only tables are asked for, so it does not grow. */
const NEEDLES = new Map<string, string>();

/** Whether a key holds one of the phrases. */
export function holds(key: string, phrases: readonly string[]): boolean {
  return inScriptOf(key, phrases).some((phrase) => indexIn(key, phrase) >= 0);
}

/** The phrases that a key can hold: one of letters a to z alone holds none of another script. */
export function inScriptOf(key: string, phrases: readonly string[]): readonly string[] {
  // Most keys are such, and a short list costs less than the look-up.
  if (phrases.length < 12 || NOT_PLAIN.test(key)) return phrases;
  let plain = PLAIN_PHRASES.get(phrases);
  if (!plain) PLAIN_PHRASES.set(phrases, (plain = phrases.filter((phrase) => !NOT_PLAIN.test(phrase))));
  return plain;
}

const NOT_PLAIN = /[^\x20-\x7e]/;
const PLAIN_PHRASES = new WeakMap<readonly string[], readonly string[]>();

/** In small letters; the dotted capital of Turkish has its dot already. */
export const lowered = (text: string): string => text.replaceAll("İ", "i").toLowerCase();

/** The words of a key. */
export function wordsOf(key: string): string[] {
  return key.split(" ").filter((word) => word !== "");
}

/** Shortens at a word boundary; a single word that is too long is cut. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  const space = text.lastIndexOf(" ", length);
  const cut = space > length / 3 ? text.slice(0, space) : whole(text.slice(0, length));
  return trimmedEnd(cut, /[\s,;:.&(–-]/u);
}
