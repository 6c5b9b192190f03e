import { Buffer } from "node:buffer";
import { joinedBytes } from "../../_shared/bytes.ts";
import { decodeText } from "./charset.ts";

/**
 * Words of a head that are written in ASCII (RFC 2047): their charset, how they are packed, and what is packed. Programs fold lines within
 * them, and cut the last one off.
 */
const WORD = /=\?([^?\s*]{1,40})(?:\*[^?\s]{0,20})?\?([bq])\?((?:[^?\s]|\r?\n[ \t])*)(?:\?=|\r?$(?!\n[ \t]))/gim;
/** Most characters of a name that are looked at. */
const MAX_NAME = 4_000;
/** Bytes of a word that is written again; readers take no longer ones for granted. */
const WORD_BYTES = 45;

type Word = { charset: string; bytes: Uint8Array; from: number; to: number };

/**
 * The head of a mail with its encoded words in UTF-8, whatever they say that they are in. Words side by side are put together first: programs cut
 * characters in two. Words that are in UTF-8 and say so stay as they are.
 */
export async function withReadableWords(head: string): Promise<string> {
  const pieces: string[] = [];
  let from = 0;
  for (const words of runsOf(head)) {
    const [first, last] = [words[0]!, words.at(-1)!];
    if (words.every(isSound) && isWhole(head.slice(first.from, last.to))) continue;
    const all = joinedBytes(words.map(({ bytes }) => bytes));
    const text = await decodeText(all, first.charset);
    // Some programs encode what is encoded.
    pieces.push(head.slice(from, first.from), encoded(await plainWords(text)));
    from = last.to;
  }
  return pieces.join("") + head.slice(from);
}

/** The same as a text without encoded words. In a name they may have blanks of their own. */
export async function plainWords(text: string): Promise<string> {
  const pieces: string[] = [];
  let from = 0;
  for (const words of runsOf(text.slice(0, MAX_NAME), wordsInName)) {
    const all = joinedBytes(words.map(({ bytes }) => bytes));
    pieces.push(text.slice(from, words[0]!.from), await decodeText(all, words[0]!.charset));
    from = words.at(-1)!.to;
  }
  return pieces.join("") + text.slice(from);
}

function* wordsInHead(head: string): Generator<Word> {
  for (const found of head.matchAll(WORD)) {
    const [whole, charset = "", kind = "", content = ""] = found;
    yield {
      charset: charset.toLowerCase(),
      bytes: unpacked(kind, content.replace(/\s+/g, "")),
      from: found.index,
      to: found.index + whole.length,
    };
  }
}

function* wordsInName(name: string): Generator<Word> {
  for (let from = name.indexOf("=?"); from >= 0; from = name.indexOf("=?", from + 2)) {
    const charsetEnd = name.indexOf("?", from + 2);
    const kind = name.charAt(charsetEnd + 1);
    // Programs cut names that are too long.
    const found = name.indexOf("?=", charsetEnd + 3);
    const end = found < 0 ? name.length : found;
    if (charsetEnd < 0) return;
    if (!/^[bq]$/i.test(kind) || name.charAt(charsetEnd + 2) !== "?") continue;
    const charset = name
      .slice(from + 2, charsetEnd)
      .replace(/\*.*/, "")
      .toLowerCase();
    yield { charset, bytes: unpacked(kind, name.slice(charsetEnd + 3, end)), from, to: end + 2 };
    from = end;
  }
}

/** Words of one charset with nothing but white space between them. */
function runsOf(head: string, find = wordsInHead): Word[][] {
  const runs: Word[][] = [];
  for (const word of find(head)) {
    const before = runs.at(-1)?.at(-1);
    if (before?.charset === word.charset && head.slice(before.to, word.from).trim() === "") runs.at(-1)!.push(word);
    else runs.push([word]);
  }
  return runs;
}

function unpacked(kind: string, content: string): Uint8Array {
  // A Buffer is one; the types that Deno 2.1 has of Node's do not say so.
  if (kind.toLowerCase() === "b") return Buffer.from(content, "base64") as unknown as Uint8Array;
  const text = content
    .replaceAll("_", " ")
    .replace(/=([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Whether words are written as the rules say, so that a reader that knows no others reads them. */
const isWhole = (words: string): boolean => words.endsWith("?=") && !/[^?=\s]\s|\s[^=\s]/.test(words);

function isSound({ charset, bytes }: Word): boolean {
  if (charset !== "utf-8") return false;
  try {
    return !/\u001B|=\?/.test(utf8.decode(bytes));
  } catch {
    return false;
  }
}

/** A text as words in UTF-8. */
function encoded(text: string): string {
  const words: string[] = [];
  let word: string[] = [];
  let size = 0;
  const end = (): void => {
    if (word.length > 0) words.push(`=?utf-8?B?${Buffer.from(word.join("")).toString("base64")}?=`);
    [word, size] = [[], 0];
  };
  for (const char of text) {
    const bytes = Buffer.byteLength(char);
    if (size + bytes > WORD_BYTES) end();
    word.push(char);
    size += bytes;
  }
  end();
  return words.join(" ");
}
