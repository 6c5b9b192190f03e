import { Buffer } from "node:buffer";
import { joinedBytes } from "../../_shared/bytes.ts";

/** Most bytes that the streams of a file unpack to, in all, if the second reader is to have it: it unpacks each whole. */
const SECOND_UNPACKED_BYTES = 64 * 1024 * 1024;
/** Most bytes beside the streams: the second reader makes objects of all of them, at a hundred times their size. */
const SECOND_STRUCTURE_BYTES = 1024 * 1024;
/** The same, where all that a file holds is made objects at once: its notes, or each step of drawing a page. */
export const OBJECTS_UNPACKED_BYTES = 4 * 1024 * 1024;
/** Streams that a file may have, or say that it has. */
const MAX_STREAMS = 50_000;
/** How often a file's packed bytes are looked at, where streams begin within others. */
const MOST_PASSES = 8;
/** What LZW packs best comes to so many times its size. */
const LZW_RATIO = 1_365;

/**
 * Whether all streams of a PDF together unpack to little, so that a reader without bounds of its own may have it. Streams of an encrypted file cannot
 * be looked into: it has to be known (PDFium has opened it). Looks at the bytes alone, as the file may be too broken for anything else.
 */
export async function unpacksToLittle(
  bytes: Uint8Array,
  { isKnown, most = SECOND_UNPACKED_BYTES }: { isKnown: boolean; most?: number },
): Promise<boolean> {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!isKnown && file.includes("/Encrypt")) return false;
  if (bytes.length > most / LZW_RATIO && file.includes("/LZW")) return false;
  let left = most;
  let structure = bytes.length;
  let packed = bytes.length * MOST_PASSES;
  let streams = 0;
  for (const { begin, end } of streamsOf(bytes, file)) {
    if (end >= 0) structure -= end - begin;
    const content = bytes.subarray(begin, end < 0 ? undefined : end);
    if (isDeflated(content)) packed -= content.length;
    streams += 1;
    if (packed < 0 || streams > MAX_STREAMS) return false;
    left -= await unpackedBytes(content, left);
    if (left <= 0) return false;
  }
  return left > 0 && structure <= SECOND_STRUCTURE_BYTES;
}

/** What an object of a file may say of itself before its stream. */
const HEAD_BYTES = 2_000;

/**
 * Whether the objects of a PDF have a name such as "/AF", and unpack to little. An encrypted file cannot be looked into: it has it where it packs its
 * objects. Looks at the bytes alone.
 */
export async function hasObjectsWith(bytes: Uint8Array, name: string): Promise<boolean> {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let found = namesIn(file, name);
  const isEncrypted = file.includes("/Encrypt");
  let left = OBJECTS_UNPACKED_BYTES;
  let packed = bytes.length * MOST_PASSES;
  let streams = 0;
  for (const { at, begin, end } of streamsOf(bytes, file)) {
    streams += 1;
    if (streams > MAX_STREAMS) return false;
    const head = file.toString("latin1", Math.max(0, at - HEAD_BYTES), at);
    if (!/\/(?:ObjStm|XRef)\b/.test(head.slice(head.lastIndexOf(" obj") + 1))) continue;
    const content = bytes.subarray(begin, end < 0 ? undefined : end);
    packed -= content.length;
    if (packed < 0) return false;
    const pieces: Uint8Array[] = [];
    left -= await unpackedBytes(content, left, pieces);
    if (left <= 0) return false;
    found ||= isEncrypted || namesIn(Buffer.from(joinedBytes(pieces)), name);
  }
  return found && left > 0;
}

/** Where streams begin and end (-1 where none does), by the words around them. One may say that it begins within another. */
function* streamsOf(bytes: Uint8Array, file: Buffer): Generator<{ at: number; begin: number; end: number }> {
  let end = 0;
  let begin = 0;
  for (let at = file.indexOf("stream"); at >= 0; at = file.indexOf("stream", at + 6)) {
    if (file.subarray(at - 3, at).toString("latin1") === "end") continue;
    // The same end is not looked for again, nor the same line breaks: of all that begin before it, each would go through the file.
    if (end >= 0 && end < at) end = file.indexOf("endstream", at);
    begin = Math.max(begin, at + 6);
    while (bytes[begin] === 13 || bytes[begin] === 10) begin += 1;
    yield { at, begin, end };
  }
}

/** Whether a file has a name, and not only as the beginning of a longer one. */
function namesIn(file: Buffer, name: string): boolean {
  for (let at = file.indexOf(name); at >= 0; at = file.indexOf(name, at + 1))
    if (!/^[\w.-]/.test(file.toString("latin1", at + name.length, at + name.length + 1))) return true;
  return false;
}

/** How much deflated bytes unpack to, counted up to `most`; 0 where they are no such. What is packed twice counts twice. `pieces` gets the bytes. */
async function unpackedBytes(packed: Uint8Array, most: number, pieces?: Uint8Array[]): Promise<number> {
  if (!isDeflated(packed)) return 0;
  let count = 0;
  let again: Uint8Array[] | undefined;
  const source = new Blob([packed as BlobPart]).stream().pipeThrough(new DecompressionStream("deflate"));
  const reader = source.getReader();
  try {
    while (count < most) {
      const { value, done } = await reader.read();
      if (done) break;
      if (count === 0 && isDeflated(value)) again = [];
      again?.push(value);
      pieces?.push(value);
      count += value.length;
    }
  } catch {
    // What comes behind the end, or is broken, is not unpacked by anybody.
  } finally {
    void reader.cancel().catch(() => {});
  }
  return again && count < most ? count + (await unpackedBytes(joinedBytes(again), most - count)) : count;
}

/** The two bytes that zlib writes first (RFC 1950, 2.2). */
const isDeflated = ([method = 0, flags = 0]: Uint8Array): boolean =>
  (method & 15) === 8 && method >> 4 <= 7 && ((method << 8) | flags) % 31 === 0;
