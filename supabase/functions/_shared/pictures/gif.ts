import { joinedBytes } from "../bytes.ts";

/** The first picture of a GIF: its pixels, and where its block, and the data in it, begins and ends in the file. */
export type GifPicture = { width: number; height: number; start: number; data: number; end: number };

/**
 * Finds the first picture. Its own size counts, not the one that the file's head claims for the whole screen.
 * @returns null where there is none
 * @throws {RangeError} where the file is cut off before its end
 */
export function firstPicture(view: DataView): GifPicture | null {
  const colours = (flags: number): number => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  const afterBlocks = (at: number): number => {
    // data comes in blocks of up to 255 bytes; an empty one is the last
    for (let length = view.getUint8(at); length > 0; length = view.getUint8(at)) at += length + 1;
    return at + 1;
  };
  let at = 13 + colours(view.getUint8(10));
  while (view.getUint8(at) === 0x21) at = afterBlocks(at + 2); // extensions: comments, timing
  if (view.getUint8(at) !== 0x2c) return null;
  const data = at + 10 + colours(view.getUint8(at + 9));
  const end = afterBlocks(data + 1);
  return { width: view.getUint16(at + 5, true), height: view.getUint16(at + 7, true), start: at, data, end };
}

/**
 * The GIF with its first picture only, on a screen of just its size: what the head claims for the whole animation is nobody's
 * bound.
 */
export function withoutAnimation(gif: Uint8Array): Uint8Array {
  const picture = firstPicture(new DataView(gif.buffer, gif.byteOffset, gif.byteLength));
  if (!picture) return gif;
  const still = joinedBytes([gif.subarray(0, picture.data), soundData(gif, picture), Uint8Array.of(TRAILER)]);
  const head = new DataView(still.buffer, still.byteOffset);
  head.setUint16(6, picture.width, true);
  head.setUint16(8, picture.height, true);
  head.setUint32(picture.start + 1, 0); // from the top left
  return still;
}

const TRAILER = 0x3b;
const BLOCK_BYTES = 255;

/** The data of a picture up to where it names a code that there is not yet: the decoder would look for it for ever. */
function soundData(gif: Uint8Array, { data, end }: GifPicture): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let at = data + 1; at < end - 1; at += gif[at]! + 1) blocks.push(gif.subarray(at + 1, at + 1 + gif[at]!));
  const packed = joinedBytes(blocks);
  const length = soundBytes(packed, gif[data]!);
  if (length === packed.length) return gif.subarray(data, end);
  const pieces: Uint8Array[] = [gif.subarray(data, data + 1)];
  for (let at = 0; at < length; at += BLOCK_BYTES) {
    const block = packed.subarray(at, Math.min(at + BLOCK_BYTES, length));
    pieces.push(Uint8Array.of(block.length), block);
  }
  return joinedBytes([...pieces, Uint8Array.of(0)]);
}

/** How many bytes come before the first code (LZW, GIF89a, appendix F) that cannot be; all of them where there is none. */
function soundBytes(packed: Uint8Array, codeSize: number): number {
  if (codeSize > MAX_CODE_SIZE) return 0;
  const clear = 1 << codeSize;
  let next = clear + 2;
  let size = codeSize + 1;
  let isFirst = true;
  let bits = 0;
  let count = 0;
  for (let at = 0; ; ) {
    while (count < size && at < packed.length) {
      bits |= packed[at]! << count;
      count += 8;
      at += 1;
    }
    if (count < size) break;
    const code = bits & ((1 << size) - 1);
    if (code === clear + 1) break;
    if (code !== clear && (isFirst ? code > clear : code > next)) return Math.floor((at * 8 - count) / 8);
    bits >>= size;
    count -= size;
    if (code === clear) {
      [next, size, isFirst] = [clear + 2, codeSize + 1, true];
      continue;
    }
    if (!isFirst && next < MAX_CODES) {
      next += 1;
      if (next >= 1 << size && size < MAX_BITS) size += 1;
    }
    isFirst = false;
  }
  return packed.length;
}

/** Bits of a pixel, and of a code. */
const [MAX_CODE_SIZE, MAX_BITS] = [8, 12];
const MAX_CODES = 1 << MAX_BITS;
