/** The first picture of a GIF: its pixels, and where its block begins and ends in the file. */
export type GifPicture = { width: number; height: number; start: number; end: number };

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
  const end = afterBlocks(at + 10 + colours(view.getUint8(at + 9)) + 1);
  return { width: view.getUint16(at + 5, true), height: view.getUint16(at + 7, true), start: at, end };
}

/**
 * The GIF with its first picture only, on a screen of just its size: what the head claims for the whole animation is nobody's
 * bound.
 */
export function withoutAnimation(gif: Uint8Array): Uint8Array {
  const picture = firstPicture(new DataView(gif.buffer, gif.byteOffset, gif.byteLength));
  if (!picture) return gif;
  const still = new Uint8Array(picture.end + 1);
  still.set(gif.subarray(0, picture.end));
  still[picture.end] = 0x3b; // the trailer
  const head = new DataView(still.buffer);
  head.setUint16(6, picture.width, true);
  head.setUint16(8, picture.height, true);
  head.setUint32(picture.start + 1, 0); // from the top left
  return still;
}
