import { joinedBytes } from "../../_shared/bytes.ts";
import type { Bounds } from "./bounds.ts";
import { GatheredBytes } from "./gathered-bytes.ts";

/** A file that stands in a text itself, as mail programs before MIME and Usenet's send them. */
export type EncodedFile = { filename: string; bytes: Uint8Array };

const MAX_FILES = 200;
const MAX_LINE = 1_024;

/**
 * The files in a text that are written as uuencode (POSIX) or yEnc (yenc-draft 1.3), and the text without them. One that does not come to its end,
 * or whose lines are not what they say, stays text. Null where there is none.
 */
export function encodedFiles(bytes: Uint8Array, bounds: Bounds): { text: Uint8Array; files: EncodedFile[] } | null {
  const files: EncodedFile[] = [];
  const kept: Uint8Array[] = [];
  let copied = 0;
  for (let line = lineAt(bytes, 0); line && files.length < MAX_FILES; line = lineAt(bytes, line.next)) {
    bounds.step();
    const file = uuencoded(bytes, line, bounds) ?? yencoded(bytes, line, bounds);
    if (!file) continue;
    files.push({ filename: file.filename, bytes: file.bytes });
    kept.push(bytes.subarray(copied, line.from));
    copied = line.next = file.next;
  }
  if (files.length === 0) return null;
  kept.push(bytes.subarray(copied));
  return { text: joinedBytes(kept), files };
}

/** A line, without what ends it, and where the next one begins. */
type Line = { from: number; to: number; next: number };
type Found = EncodedFile & { next: number };

function lineAt(bytes: Uint8Array, from: number): Line | null {
  if (from >= bytes.length) return null;
  const end = bytes.indexOf(LINE_FEED, from);
  const next = end < 0 ? bytes.length : end + 1;
  let to = end < 0 ? bytes.length : end;
  if (to > from && bytes[to - 1] === CARRIAGE_RETURN) to -= 1;
  return { from, to, next };
}

const [LINE_FEED, CARRIAGE_RETURN] = [10, 13];

/** A short line as text; empty where it is longer than the line that begins a file. */
const shortText = (bytes: Uint8Array, { from, to }: Line): string =>
  to - from > MAX_LINE ? "" : new TextDecoder("latin1").decode(bytes.subarray(from, to));

const NAME = new TextDecoder();

function uuencoded(bytes: Uint8Array, first: Line, bounds: Bounds): Found | null {
  if (bytes[first.from] !== 0x62) return null; // "b"
  const begin = /^begin(-base64)? [0-7]{3,4} (.{1,500})$/.exec(shortText(bytes, first));
  if (!begin) return null;
  const isBase64 = begin[1] !== undefined;
  const decoded = new GatheredBytes();
  for (let line = lineAt(bytes, first.next); line; line = lineAt(bytes, line.next)) {
    bounds.step();
    const end = isBase64 ? "====" : "end";
    if (line.to - line.from <= MAX_END && shortText(bytes, line).trimEnd() === end) {
      const name = bytes.subarray(first.from + begin[0].length - begin[2]!.length, first.to);
      return { filename: NAME.decode(name).trim(), bytes: joinedBytes([...decoded]), next: line.next };
    }
    if (!(isBase64 ? fromBase64(bytes, line, decoded) : fromUu(bytes, line, decoded))) return null;
  }
  return null;
}

/** Longer than the line that ends a file, with blanks behind it. */
const MAX_END = 20;
/** Whether the line is base64. */
function fromBase64(bytes: Uint8Array, line: Line, to: GatheredBytes): boolean {
  try {
    const decoded = atob(shortText(bytes, line));
    const room = to.room(decoded.length);
    for (let at = 0; at < decoded.length; at += 1) room[at] = decoded.charCodeAt(at);
    return true;
  } catch {
    return false;
  }
}

const [BLANK, BACKTICK, MAX_SIGNS] = [0x20, 0x60, 64];

/** Whether the line is uuencode: its length, then four signs for three bytes. Blanks at its end may have been lost; a sign for what it sums to may follow. */
function fromUu(bytes: Uint8Array, line: Line, to: GatheredBytes): boolean {
  let end = line.to;
  while (end > line.from && bytes[end - 1] === BLANK) end -= 1;
  if (end === line.from) return true;
  if (end - line.from > MAX_SIGNS) return false;
  for (let at = line.from; at < end; at += 1) if (bytes[at]! < BLANK || bytes[at]! > BACKTICK) return false;
  const value = (at: number): number => (at < end ? (bytes[at]! - BLANK) & 63 : 0);
  const length = value(line.from);
  if (end - line.from > Math.ceil(length / 3) * 4 + 2) return false;
  const room = to.room(length);
  for (let at = line.from + 1, put = 0; put < length; at += 4, put += 3) {
    const [a, b, c, d] = [value(at), value(at + 1), value(at + 2), value(at + 3)];
    room[put] = (a << 2) | (b >> 4);
    room[put + 1] = ((b & 15) << 4) | (c >> 2);
    room[put + 2] = ((c & 3) << 6) | d;
  }
  return true;
}

const [EQUALS, DOT] = [0x3d, 0x2e];

/** What stands before a sign and after it; the text alone where it has none. */
function halved(text: string, sign: string): string[] {
  const at = text.indexOf(sign);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + sign.length)];
}

/** A part of a file of several parts stays text: one mail does not have the others. */
function yencoded(bytes: Uint8Array, first: Line, bounds: Bounds): Found | null {
  if (bytes[first.from] !== EQUALS) return null;
  const [attributes = "", name] = halved(shortText(bytes, first), " name=");
  if (!attributes.startsWith("=ybegin ") || !name || /\bpart=/.test(attributes)) return null;
  const size = Number(/\bsize=(\d{1,9})\b/.exec(attributes)?.[1] ?? Number.NaN);
  if (!(size <= bytes.length)) return null;
  const decoded = new Uint8Array(size);
  let length = 0;
  for (let line = lineAt(bytes, first.next); line; line = lineAt(bytes, line.next)) {
    bounds.scan(line.next - line.from);
    bounds.step();
    if (bytes[line.from] === EQUALS && bytes[line.from + 1] === 0x79) {
      if (length !== size || !shortText(bytes, line).startsWith("=yend ")) return null;
      const written = bytes.subarray(first.to - name.length, first.to);
      return { filename: NAME.decode(written).trim(), bytes: decoded, next: line.next };
    }
    // What a mail or a message of Usenet carries doubles a dot that begins a line.
    const doubled = bytes[line.from] === DOT && bytes[line.from + 1] === DOT;
    for (let at = line.from + Number(doubled); at < line.to; at += 1) {
      const isEscaped = bytes[at] === EQUALS;
      if (isEscaped) at += 1;
      if (length >= size) return null;
      decoded[length] = (bytes[at]! - (isEscaped ? 106 : 42)) & 0xff;
      length += 1;
    }
  }
  return null;
}
