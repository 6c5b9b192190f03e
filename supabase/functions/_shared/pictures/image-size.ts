import { PipelineError } from "../errors.ts";
import type { OpenedAs } from "../file-formats.ts";
import { firstPicture } from "./gif.ts";
import { jpegOrientation, type Orientation, pngOrientation, webpOrientation } from "./orientation.ts";

/** What kind of file the bytes are, by their first bytes alone. */
export type ImageKind = OpenedAs<"picture">;
export type FileKind = OpenedAs<"pdf"> | ImageKind;

/** Pixels of an image as stored, and how it was held. */
export type ImageSize = { width: number; height: number; orientation: Orientation };

type Pixels = { width: number; height: number };

const MAX_SIDE = 32_767; // tesseract counts pixels in 16 bits

const ascii = (bytes: Uint8Array, start: number, end: number): string =>
  String.fromCharCode(...bytes.subarray(start, end));

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The kind of a file, or null where it is none that the engine reads. A PDF may begin with up to 1,024 bytes of other things. */
export function fileKind(bytes: Uint8Array): FileKind | null {
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return "jpeg";
  if (ascii(bytes, 0, 8) === "\x89PNG\r\n\x1a\n") return "png";
  if (ascii(bytes, 0, 4) === "RIFF" && ascii(bytes, 8, 12) === "WEBP") return "webp";
  if (/^GIF8[79]a$/.test(ascii(bytes, 0, 6))) return "gif";
  if (ascii(bytes, 0, 2) === "BM" && bytes.length > 26) return "bmp";
  if (["II*\0", "MM\0*"].includes(ascii(bytes, 0, 4))) return "tiff";
  if (ascii(bytes, 4, 8) === "ftyp" && /^(hei[cx]|hev[cx]|mif1|msf1)$/.test(ascii(bytes, 8, 12))) return "heic";
  if (ascii(bytes, 0, 1024).includes("%PDF-")) return "pdf";
  return null;
}

/**
 * Reads width and height from the header, so that an image with too many pixels is never decoded.
 * @param kind a TIFF or HEIC has no header that says it; their decoders tell the size before they decode
 * @returns null where the header is cut off or contradicts itself
 */
export function imageSize(bytes: Uint8Array, kind: ImageKind): ImageSize | null {
  if (kind === "tiff" || kind === "heic") return null;
  try {
    const size = { jpeg: jpegSize, png: pngSize, webp: webpSize, gif: gifSize, bmp: bmpSize }[kind](viewOf(bytes));
    return size && size.width > 0 && size.height > 0 ? { ...size, orientation: orientationOf(bytes, kind) } : null;
  } catch (error) {
    if (error instanceof RangeError) return null; // the header ends early
    throw error;
  }
}

function orientationOf(bytes: Uint8Array, kind: ImageKind): Orientation {
  if (kind === "jpeg") return jpegOrientation(bytes);
  if (kind === "png") return pngOrientation(bytes);
  return kind === "webp" ? webpOrientation(bytes) : 1;
}

/** @throws {PipelineError} image_too_large */
export function assertPixels({ width, height }: { width: number; height: number }, maxPixels: number): void {
  if (width * height <= maxPixels && Math.max(width, height) <= MAX_SIDE) return;
  throw new PipelineError(
    "image_too_large",
    `The image has ${width} x ${height} pixels; up to ${maxPixels} in all and ${MAX_SIDE} a side can be read. Scale it down.`,
  );
}

function bmpSize(view: DataView): Pixels | null {
  if (view.getUint32(14, true) === 12) return { width: view.getUint16(18, true), height: view.getUint16(20, true) }; // OS/2
  // More colors than the file could hold: the decoder would make room for all of them.
  if (view.getUint32(46, true) > view.byteLength / 4) return null;
  return { width: view.getInt32(18, true), height: Math.abs(view.getInt32(22, true)) }; // negative: from the top down
}

function pngSize(view: DataView): Pixels | null {
  if (view.getUint32(12) !== 0x49484452) return null; // IHDR is always the first chunk
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

function gifSize(view: DataView): Pixels | null {
  const picture = firstPicture(view);
  return picture && { width: picture.width, height: picture.height };
}

/** The three forms of a WebP: lossy `VP8 `, lossless `VP8L`, extended `VP8X` (RFC 9649). */
function webpSize(view: DataView): Pixels | null {
  const uint24 = (at: number): number => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  switch (view.getUint32(12)) {
    case 0x56503820: // "VP8 "
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
    case 0x5650384c: {
      // "VP8L": 14 bits of width - 1, 14 bits of height - 1
      const bits = view.getUint32(21, true);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 0x56503858: // "VP8X"
      return { width: uint24(24) + 1, height: uint24(27) + 1 };
    default:
      return null;
  }
}

/** Walks the JPEG's segments to the first start-of-frame marker. */
function jpegSize(view: DataView): Pixels | null {
  for (let at = 2; ; ) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    } // a fill byte
    if (marker === 0xda || marker === 0xd9) return null; // the image begins or ends without a frame header
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    const length = view.getUint16(at + 2);
    if (length < 2) return null;
    at += 2 + length;
  }
}
