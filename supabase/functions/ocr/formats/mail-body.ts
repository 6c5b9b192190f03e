import type { Bounds } from "./bounds.ts";
import type { MarkedLine } from "./file-text.ts";
import { htmlLines } from "./html.ts";
import { lettersOf, plainLines, trimmedLines } from "./mail.ts";

/** A hint to use another program has few letters, and its mail many times as many. */
const MOST_OF_A_STUB = 300;
const STUB_TO_MAIL = 3;

/**
 * What a mail says: its plain text; or what its HTML shows where there is no plain text, where that is but a hint to use another program, and where
 * the HTML says more. Both where each says something that the other does not.
 */
export function bodyOf({ text = "", html = "" }: { text?: string; html?: string }, bounds: Bounds): MarkedLine[] {
  const isPage = PAGE.test(text);
  const page = html === "" && isPage ? text : html;
  const plain = text.trim() === "" || isPage ? [] : plainLines(text, bounds);
  if (plain.length > 0 && page === "") return plain;
  const shown = trimmedLines(htmlLines(page, bounds));
  if (plain.length === 0) return shown;
  const said = shown.map((line) => line.text).join("\n");
  const more = /html/i.test(text) ? 1 : STUB_TO_MAIL;
  const letters = lettersOf(text);
  if (letters <= MOST_OF_A_STUB && lettersOf(said) > more * letters) return shown;
  const [inPlain, inPage] = [wordsOf(text.slice(0, COMPARED_CHARACTERS).replace(ADDRESS, " ")), wordsOf(said)];
  if (!hasMore(inPage, inPlain)) return plain;
  return hasMore(inPlain, inPage) ? [...trimmedLines(plain), { text: "" }, ...shown] : shown;
}

/** Programs put the page itself where its plain text should stand. */
const PAGE = /^\s{0,999}<(?:!doctype\s{1,9}html|html|head|body)\b/i;
/** Addresses of links, which a page does not show. */
const ADDRESS = /\b(?:https?:\/\/|mailto:)\S+/gi;
/** Words; of scripts without spaces their signs. */
const WORD = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{M}\p{N}]{1,100}/gu;
/** Characters whose words are compared: a mail that is longer says at its beginning what its forms say. */
const COMPARED_CHARACTERS = 100_000;

const wordsOf = (text: string): Set<string> =>
  new Set(text.slice(0, COMPARED_CHARACTERS).toLowerCase().match(WORD) ?? []);

/** From so many words, and so many numbers, on that another text does not have, a text says more. */
const MORE_WORDS = 0.2;
const MORE_NUMBERS = 3;

function hasMore(words: Set<string>, than: Set<string>): boolean {
  const others = [...words].filter((word) => !than.has(word));
  return others.length > MORE_WORDS * words.size || others.filter((word) => /\d/.test(word)).length >= MORE_NUMBERS;
}
