import { Buffer } from "node:buffer";
import { trimmedEnd } from "../../_shared/trim.ts";
import { eastAsianUtf16, unmarkedUtf16 } from "../../_shared/utf16.ts";
import { withLineFeeds } from "./white-space.ts";
import { likelihoodOfSigns, type Likelihood, likelyCharsets } from "./likely-charset.ts";

/** Bytes that are decoded at once: Deno makes a string of them character by character, in 32 bytes each until it is put together. */
const PIECE_BYTES = 64 * 1024;

/**
 * The text of a file that may be in any charset: by its byte order mark, else UTF-16 or UTF-8 if it is that, else as it says itself if its bytes
 * can be that, else by what the bytes look like. Without the mark, and with line ends as `\n`.
 *
 * @param declared the charset that the file names for itself, if it does
 */
export async function decodeText(bytes: Uint8Array, declared?: string): Promise<string> {
  return withLineFeeds((await decode(bytes, declared)).replace(MARKS, ""));
}

/** Byte order marks, some of which were encoded twice. */
const MARKS = /^(?:\uFEFF|\u00EF\u00BB\u00BF){1,3}/;

async function decode(bytes: Uint8Array, declared: string | undefined): Promise<string> {
  const mark = markedCharset(bytes);
  if (mark && !mark.startsWith("utf-32")) return new TextDecoder(mark).decode(bytes);
  const unmarked = mark ? undefined : unmarkedUtf16(bytes);
  if (unmarked) return new TextDecoder(unmarked).decode(bytes);
  const isUtf7 = !mark && declared && ALL_ASCII.test(declared) && bytes.length <= MAX_UTF_7_BYTES;
  if (isUtf7 && bytes.every((byte) => byte < 0x80))
    return decodeAs((await import("iconv-lite")).default, bytes, "utf-7");
  const text = mark ? undefined : (japaneseText(bytes) ?? utf8Text(bytes));
  const utf16 = mark ? [] : likelyUtf16(bytes);
  if (text !== undefined && (utf16.length === 0 || !CONTROLS.test(trimmedEnd(text, /\0/)))) return text;
  if (text !== undefined) return new TextDecoder(utf16[0]!.charset).decode(bytes);
  // Not TextDecoder: it knows neither UTF-32 nor the code pages of DOS, and Node's takes windows-1252 for ISO 8859-1.
  const { default: iconv } = await import("iconv-lite");
  if (mark) return decodeAs(iconv, bytes, mark);
  const named = declared && (SAME_AS[declared.toLowerCase()] ?? declared);
  const isKnown = named && !/^utf-?8$/i.test(named) && iconv.encodingExists(named);
  const asNamed = isKnown ? decodeAs(iconv, bytes, named) : null;
  const fits = isKnown && asNamed !== null && !NO_TEXT.test(asNamed);
  const inLatin9 = (text: string): string => (IN_LATIN_9.test(text) ? decodeAs(iconv, bytes, "iso-8859-15") : text);
  if (fits && named !== declared && named === "windows-1252" && IN_LATIN_9.test(asNamed)) return inLatin9(asNamed);
  if (fits && bytes.length <= FEW_BYTES) return asNamed;
  const likely = [...(await likelyCharsets(bytes)), ...utf16].toSorted((a, b) => b.likelihood - a.likelihood);
  if (fits && !isUnlikely(named, likely)) return asNamed;
  for (const { charset, likelihood } of likely) {
    if (likelihood < LEAST_LIKELY) break;
    const decoded = decodeAs(iconv, bytes, charset);
    if (!NO_TEXT.test(decoded)) return charset === "windows-1252" ? inLatin9(decoded) : decoded;
  }
  return inLatin9(decodeAs(iconv, bytes, "windows-1252"));
}

/** More is no mail in UTF-7, and takes seconds. */
const MAX_UTF_7_BYTES = 1024 * 1024;
/** UTF-7, whose letters are all ASCII, so that nothing but its name tells it. */
const ALL_ASCII = /^(?:unicode-1-1-|x-unicode-2-0-)?utf-?7$/i;

/** Control characters that no text has, but for NULs at its end. */
const CONTROLS = /[\0-\x08\x0E-\x1A\x1C-\x1F\x7F-\x84\x86-\x9F]/;
const LEAST_LIKELY_UTF16 = 0.6;

/** UTF-16 without a mark and without zero bytes: Chinese, Japanese and Korean in common signs. The likelier of the two first. */
function likelyUtf16(bytes: Uint8Array): Likelihood[] {
  return eastAsianUtf16(bytes)
    .map((charset) => ({
      charset,
      likelihood: likelihoodOfSigns(new TextDecoder(charset).decode(bytes.subarray(0, 4_096))),
    }))
    .filter(({ likelihood }) => likelihood >= LEAST_LIKELY_UTF16)
    .toSorted((a, b) => b.likelihood - a.likelihood);
}

/** So few tell nothing against what is said of them, and a file may have a hundred thousand such values. */
export const FEW_BYTES = 32;
/** Below this it is no more than a guess. */
const LEAST_LIKELY = 0.2;
/** What a file says of itself is not believed where its bytes are nothing in that charset, and a text in another. */
const [NOTHING, SURELY] = [0, 0.5];

function isUnlikely(named: string, likely: Likelihood[]): boolean {
  const name = named.toLowerCase().replace(/[^a-z0-9]/g, "");
  const its = likely.find(({ charset }) => charset.replace(/[^a-z0-9]/g, "") === name);
  return its !== undefined && its.likelihood < NOTHING && (likely[0]?.likelihood ?? 0) > SURELY;
}

/** What browsers read for charsets that are named by habit (WHATWG Encoding Standard). Bytes that are no ASCII are in another one. */
const SAME_AS: Record<string, string> = {
  "iso-8859-1": "windows-1252",
  latin1: "windows-1252",
  "iso-8859-9": "windows-1254",
  "iso-8859-8-i": "iso-8859-8",
  "iso-8859-8-e": "iso-8859-8",
  "iso-8859-6-i": "iso-8859-6",
  "iso-8859-6-e": "iso-8859-6",
  "us-ascii": "",
  ascii: "",
};

/** What nobody types: in ISO 8859-15 the euro, and the letters œ and Œ within words, are what these signs are in windows-1252. */
const IN_LATIN_9 = /¤|\p{L}[¼½]|[¼½]\p{Ll}/u;

/** What comes of bytes in a charset that they are not in: no character, or a control character that nobody types. */
const NO_TEXT = /[\uFFFD\u0080-\u0084\u0086-\u009F]/;

type Iconv = typeof import("iconv-lite");

const decodeAs = (iconv: Iconv, bytes: Uint8Array, charset: string): string =>
  [...decodedPieces(iconv, bytes, charset)].join("");

/** Decodes bytes piece by piece, so that a caller can stop early. Each piece is a flat string. */
export function* decodedPieces(iconv: Iconv, bytes: Uint8Array, charset: string): Generator<string> {
  const codes = codesOf(iconv, charset);
  const decoder = codes ? undefined : iconv.getDecoder(charset);
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    const piece = bytes.subarray(at, at + PIECE_BYTES);
    if (codes) {
      yield byTable(piece, codes);
      continue;
    }
    const text = decoder!.write(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength));
    // A search puts the characters together, and sets the memory of the single ones free.
    text.search("\0");
    yield text;
  }
  yield decoder?.end() ?? "";
}

/** By charset, under the name that the library knows it by: of one byte a character, the code of each byte; null for others. */
const tables = new Map<string, Uint16Array | null>();

function codesOf(iconv: Iconv, charset: string): Uint16Array | null {
  // Files may write a name in any way, and a worker lives longer than they do.
  const name = charset.toLowerCase().replace(/:\d{4}$|[^\da-z]/g, "");
  let codes = tables.get(name);
  if (codes === undefined) {
    const table = iconv.decode(Buffer.from(EVERY_BYTE), charset);
    // UTF-8 decodes to 256 characters as well: a lone byte becomes U+FFFD
    const isTable = table.length === 256 && !/^utf/i.test(charset);
    codes = isTable ? Uint16Array.from(table, (character) => character.charCodeAt(0)) : null;
    tables.set(name, codes);
  }
  return codes;
}

const ESCAPE = 0x1b;

/** Japanese as mails have it, ISO-2022-JP: bytes of ASCII alone, with escape sequences that nothing else has. */
function japaneseText(bytes: Uint8Array): string | undefined {
  const at = bytes.indexOf(ESCAPE);
  if (at < 0 || !/^\x1b(?:\$[@B]|\([JI])/.test(String.fromCharCode(...bytes.subarray(at, at + 3)))) return undefined;
  try {
    return new TextDecoder("iso-2022-jp", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** A text that is UTF-8, but for a few bytes (of lines that came from elsewhere), which are taken for windows-1252. */
function utf8Text(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return mixedText(bytes);
  }
}

/** So many characters of UTF-8 for each byte that is none make a text UTF-8: what looks like one by chance is rare. */
const SOUND_FOR_EACH_STRAY = 8;
const MAX_STRAYS = 10_000;

function mixedText(bytes: Uint8Array): string | undefined {
  const strays: number[] = [];
  let sound = 0;
  for (let at = 0; at < bytes.length; ) {
    const length = characterBytes(bytes, at);
    if (length > 1) sound += 1;
    if (length === 0 && strays.push(at) > MAX_STRAYS) return undefined;
    at += length || 1;
  }
  if (sound < SOUND_FOR_EACH_STRAY * strays.length) return undefined;
  const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
  const pieces: string[] = [];
  let from = 0;
  for (const at of strays) {
    pieces.push(utf8.decode(bytes.subarray(from, at)), WINDOWS_1252[bytes[at]! - 0x80] ?? "\uFFFD");
    from = at + 1;
  }
  return pieces.join("") + utf8.decode(bytes.subarray(from));
}

/** From 0x80 on; the five bytes that are none are what a browser makes of them. */
const WINDOWS_1252 =
  "€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ" +
  String.fromCharCode(...Array.from({ length: 96 }, (_, index) => 0xa0 + index));

/** The bytes of the UTF-8 character at a place; 0 where there is none. */
function characterBytes(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  if (first < 0x80) return 1;
  const length =
    first >= 0xc2 && first <= 0xdf ? 2 : first >= 0xe0 && first <= 0xef ? 3 : first >= 0xf0 && first <= 0xf4 ? 4 : 0;
  if (at + length > bytes.length) return 0;
  for (let next = at + 1; next < at + length; next += 1) if ((bytes[next]! & 0xc0) !== 0x80) return 0;
  const second = bytes[at + 1]!;
  const isTooLong = (first === 0xe0 && second < 0xa0) || (first === 0xf0 && second < 0x90);
  const isNone = (first === 0xed && second > 0x9f) || (first === 0xf4 && second > 0x8f);
  return isTooLong || isNone ? 0 : length;
}

const EVERY_BYTE = Uint8Array.from({ length: 256 }, (_, byte) => byte);

const UTF_16 = new TextDecoder("utf-16le", { ignoreBOM: true });

const PIECE = new Uint16Array(PIECE_BYTES);

/** At most PIECE_BYTES in a charset of one byte a character, in a twentieth of the time. */
function byTable(bytes: Uint8Array, codes: Uint16Array): string {
  for (let at = 0; at < bytes.length; at++) PIECE[at] = codes[bytes[at]!]!;
  return UTF_16.decode(PIECE.subarray(0, bytes.length));
}

/** The charset that a byte order mark names. */
export function markedCharset(bytes: Uint8Array): string | undefined {
  const [a, b, c, d] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return "utf-8";
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? "utf-32le" : "utf-16le";
  if (a === 0xfe && b === 0xff) return "utf-16be";
  return a === 0 && b === 0 && c === 0xfe && d === 0xff ? "utf-32be" : undefined;
}
