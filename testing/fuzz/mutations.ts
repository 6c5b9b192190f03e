import { Buffer } from "node:buffer";
import type { Random } from "../random.ts";

/** Largest text that a mutation makes, and now and then: it is then as large as a project takes, or unpacks to so much. */
const MOST_BYTES = 4_000_000;
const MOST_BYTES_NOW_AND_THEN = 20_000_000;

const NUMBERS = [
  0, 1, -1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0xffff_fffe, 512, 65_536,
];

/** Changes bytes, without knowing what they mean. */
export function mutateBytes(bytes: Uint8Array, random: Random): Uint8Array {
  let result = Buffer.from(bytes);
  for (let left = random.times(8); left > 0 && result.length > 8; left -= 1) {
    const at = random.below(result.length - 4);
    const length = Math.min(random.times(2_000), result.length - at);
    const kind = random.below(8);
    if (kind === 0) result[at] = random.below(256);
    else if (kind === 1) result[at]! ^= 1 << random.below(8);
    else if (kind === 2) result.writeInt32LE(random.pick(NUMBERS) | 0, at);
    else if (kind === 3) result.writeInt32BE(random.pick(NUMBERS) | 0, at);
    else if (kind === 4) result.writeUInt16LE(random.pick(NUMBERS) & 0xffff, at);
    else if (kind === 5) result = Buffer.concat([result.subarray(0, at), result.subarray(at + length)]);
    else if (kind === 6) result = repeated(result, at, length, random.times(5_000));
    else
      result = Buffer.concat([
        result.subarray(0, at),
        Buffer.alloc(random.times(200_000), random.pick([0, 32, 10, 255, 60, 40])),
        result.subarray(at),
      ]);
  }
  return result;
}

function repeated(bytes: Buffer, at: number, length: number, times: number): Buffer<ArrayBuffer> {
  const count = Math.min(times, Math.ceil(MOST_BYTES / length));
  const piece = bytes.subarray(at, at + length);
  return Buffer.concat([bytes.subarray(0, at), ...Array<Buffer>(count).fill(piece), bytes.subarray(at)]);
}

const SPLINTERS = [
  "<!---->",
  "<!--",
  "-->",
  "<![CDATA[",
  "]]>",
  "<?x?>",
  "<!DOCTYPE a [",
  "&amp;",
  "&#0;",
  "&#xD800;",
  "&#x10FFFF;",
  "<",
  ">",
  '"',
  "'",
  "\0",
  "\uD800",
  " ",
  "\t",
  "\n",
  "\r\n\r\n",
  "=",
  ":",
  ";",
  ",",
  "/",
  "{",
  "}",
  "\\",
  "\\'00",
  "\\bin99999 ",
  "\\u-1?",
  "--",
  "a:",
  "[h]",
  "%",
  "%%EOF",
  "<<",
  ">>",
  "[",
  "]",
  "(",
  ")",
  "0 0 R",
  "obj",
  "stream\n",
  "=?utf-8?b?",
  "?=",
  "<a>",
  "</a>",
  "<p/>",
  "<td>",
  "-1",
  "99999999999",
  "1e308",
  "NaN",
];

/** Changes a text as something with tags, numbers and names. */
export function mutateText(text: string, random: Random, splinters: readonly string[] = SPLINTERS): string {
  let result = text;
  const isLarge = random.chance(0.08);
  const most = isLarge ? MOST_BYTES_NOW_AND_THEN : MOST_BYTES;
  for (let left = random.times(6); left > 0; left -= 1) {
    const kind = random.below(9);
    const at = random.below(result.length + 1);
    const times = isLarge ? 5_000_000 : random.times(50_000);
    if (kind === 0) result = inserted(result, at, random.pick(splinters), times, most);
    else if (kind === 1) result = inserted(result, at, random.pick(splinters) + random.pick(splinters), times, most);
    else if (kind === 2) result = replacedMatch(result, /-?\d+/g, random, () => String(random.pick(NUMBERS)));
    else if (kind === 3)
      result = replacedMatch(
        result,
        /"[^"<>]{0,200}"/g,
        random,
        (value) => `"${value.slice(1, -1).repeat(times).slice(0, 200_000)}"`,
      );
    else if (kind === 4)
      result = replacedMatch(result, /<[^<>]{1,200}>/g, random, (tag) =>
        tag.repeat(Math.min(times, most / tag.length)),
      );
    else if (kind === 5)
      result = replacedMatch(result, /<(\w[\w:]{0,40})[^<>]{0,100}>[^<>]{0,100}<\/\1>/g, random, (element) =>
        element.repeat(Math.min(times, most / element.length)),
      );
    else if (kind === 6) result = replacedMatch(result, /<\/[^<>]{1,100}>/g, random, () => "");
    else if (kind === 7)
      result = replacedMatch(result, /\b[\w.-]{2,40}\b/g, random, (word) => word.repeat(Math.min(times, 2_000)));
    else {
      const piece = result.slice(at, at + random.times(500));
      result = inserted(result, at, piece, times, most);
    }
    if (result.length > most) result = result.slice(0, most);
  }
  return result;
}

function inserted(text: string, at: number, piece: string, times: number, most: number): string {
  const count = Math.max(1, Math.min(times, Math.floor(most / Math.max(1, piece.length))));
  return text.slice(0, at) + piece.repeat(count) + text.slice(at);
}

/** One of the first matches, changed. */
function replacedMatch(text: string, pattern: RegExp, random: Random, change: (match: string) => string): string {
  const matches = Array.from(text.slice(0, 200_000).matchAll(pattern));
  if (matches.length === 0) return text;
  const match = random.pick(matches);
  return text.slice(0, match.index) + change(match[0]) + text.slice(match.index + match[0].length);
}
