import { Buffer } from "node:buffer";

/** Bytes that are decoded at once: Deno makes a string of them character by character, in 32 bytes each until it is put together. */
const PIECE_BYTES = 64 * 1024;

/** Bytes that the guess looks at: more make it no better. */
const SAMPLE_BYTES = 64 * 1024;

/** What a text in a Western language is taken for; nearly all such files come from Windows, whose charset holds the others' letters. */
const WESTERN = new Set(["ISO-8859-1", "ISO-8859-9", "windows-1252", "windows-1254"]);
/** Of a few letters every charset of two bytes is just about possible, to chardet, with a confidence of 10 in 100. */
const NO_GUESS = 10;

/**
 * The text of a file that may be in any charset: by its byte order mark, else UTF-8 if it is that, else as it says itself, else
 * by what the bytes look like. Without the mark, and with line ends as `\n`.
 *
 * @param declared the charset that the file names for itself, if it does
 */
export async function decodeText(bytes: Uint8Array, declared?: string): Promise<string> {
  return (await decode(bytes, declared)).replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
}

async function decode(bytes: Uint8Array, declared: string | undefined): Promise<string> {
  const mark = markedCharset(bytes);
  if (!mark) {
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
      // Some other charset, then.
    }
  }
  if (mark && !mark.startsWith("utf-32")) return new TextDecoder(mark).decode(bytes);
  // Not TextDecoder: it knows neither UTF-32 nor the code pages of DOS, and Node's takes windows-1252 for ISO 8859-1.
  const { default: iconv } = await import("iconv-lite");
  const named = mark ?? (declared && iconv.encodingExists(declared) ? declared : await guess(bytes));
  const charset = iconv.encodingExists(named) ? named : "windows-1252";
  const table = iconv.decode(Buffer.from(EVERY_BYTE), charset);
  // Of UTF-8, each byte that stands alone is a character, too: the one for what is none
  if (table.length === 256 && !/^utf/i.test(charset)) return byTable(bytes, table);
  const decoder = iconv.getDecoder(charset);
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    const piece = bytes.subarray(at, at + PIECE_BYTES);
    const text = decoder.write(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength));
    // A search puts the characters together, and sets the memory of the single ones free.
    text.search("\0");
    pieces.push(text);
  }
  return pieces.join("") + (decoder.end() ?? "");
}

const EVERY_BYTE = Uint8Array.from({ length: 256 }, (_, byte) => byte);

/** A charset of one byte a character, in a twentieth of the time: `table` has the character of each byte. */
function byTable(bytes: Uint8Array, table: string): string {
  const codes = Uint16Array.from(table, (character) => character.charCodeAt(0));
  const pieces: string[] = [];
  const piece = new Uint16Array(PIECE_BYTES);
  const utf16 = new TextDecoder("utf-16le", { ignoreBOM: true });
  for (let from = 0; from < bytes.length; from += PIECE_BYTES) {
    const length = Math.min(PIECE_BYTES, bytes.length - from);
    for (let at = 0; at < length; at++) piece[at] = codes[bytes[from + at]!]!;
    pieces.push(utf16.decode(piece.subarray(0, length)));
  }
  return pieces.join("");
}

/** The charset that a byte order mark names. */
export function markedCharset(bytes: Uint8Array): string | undefined {
  const [a, b, c, d] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return "utf-8";
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? "utf-32le" : "utf-16le";
  if (a === 0xfe && b === 0xff) return "utf-16be";
  return a === 0 && b === 0 && c === 0xfe && d === 0xff ? "utf-32be" : undefined;
}

async function guess(bytes: Uint8Array): Promise<string> {
  const { analyse } = await import("chardet");
  const [best] = analyse(bytes.subarray(0, SAMPLE_BYTES));
  return !best || best.confidence <= NO_GUESS || WESTERN.has(best.name) ? "windows-1252" : best.name;
}
