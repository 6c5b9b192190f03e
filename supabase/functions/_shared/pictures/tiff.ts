import { inflateRawSync } from "node:zlib";
import type { IFD } from "utif2";
import { PipelineError } from "../errors.ts";
import { boundFax } from "./fax.ts";
import { assertPixels, type ImageSize, imageSize } from "./image-size.ts";

/** TIFF 6.0, section 2: bytes of a value, by its type. */
const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4];
const ENTRY_BYTES = 12;

/** Tags behind which the library looks for more directories: thumbnails, cameras' notes. None of them is a page. */
const INNER = new Set([330, 34665, 34853, 37500, 50740, 61440]);
/** A tag and a type that nothing looks at. */
const [UNUSED, BYTE] = [65_000, 1];

/** Most directories; the function that counts pages stops at the same. */
const MAX_DIRECTORIES = 10_000;

/** None, CCITT (2, 3, 4), LZW, JPEG (old, new), deflate (two numbers), PackBits: what scanners and fax machines write. */
const COMPRESSIONS = new Set([1, 2, 3, 4, 5, 6, 7, 8, 32946, 32773]);
const DEFLATE = new Set([8, 32946]);
const JPEG = new Set([6, 7]);
/** Fax lines hold a bit a pixel. */
const FAX = new Set([2, 3, 4]);

/** How often the bytes of a file are decoded, where pieces lie over one another. */
const MOST_PASSES = 8;

/** Bits of a pixel: four colors of 16 bits. */
const MAX_BITS = 64;
const MAX_STRIPS = 100_000;

/**
 * A copy of a TIFF's bytes that the library reads in bounded time and memory: it follows every chain of directories for as long
 * as it goes on, and believes every number of values. The chain here ends where it would run in a circle, the values are no more
 * than the file has bytes, and there are no directories within directories.
 *
 * @throws {PipelineError} broken_file
 */
export function checkedTiff(bytes: Uint8Array): ArrayBuffer {
  const copy = new Uint8Array(bytes);
  const view = new DataView(copy.buffer);
  if (copy.length < 8) throw new PipelineError("broken_file");
  const little = view.getUint16(0) === 0x4949;
  const seen = new Set<number>();
  let values = 0;
  let link = 4;
  for (let at = view.getUint32(link, little); at !== 0; at = view.getUint32(link, little)) {
    const entries = at + 2 <= copy.length ? view.getUint16(at, little) : 0;
    const end = at + 2 + entries * ENTRY_BYTES;
    if (seen.has(at) || seen.size >= MAX_DIRECTORIES || entries === 0 || end + 4 > copy.length) {
      view.setUint32(link, 0, little);
      break;
    }
    seen.add(at);
    for (let entry = at + 2; entry < end; entry += ENTRY_BYTES) {
      const count = view.getUint32(entry + 4, little);
      const size = count * (TYPE_BYTES[view.getUint16(entry + 2, little)] ?? 1);
      values += count;
      if (values > copy.length) throw new PipelineError("broken_file");
      const outside = size > 4 && view.getUint32(entry + 8, little) + size > copy.length;
      if (!outside && !INNER.has(view.getUint16(entry, little))) continue;
      view.setUint16(entry, UNUSED, little);
      view.setUint16(entry + 2, BYTE, little);
      view.setUint32(entry + 4, 1, little);
    }
    link = end;
  }
  if (link === 4) throw new PipelineError("broken_file");
  return copy.buffer;
}

/**
 * The bytes from which the library decodes a picture, after its directory was checked: pixels, bits and pieces are what the picture
 * can need. What is deflated is unpacked here, to the size that the directory gives it and no further; the directory is changed to
 * say that nothing is packed.
 *
 * @throws {PipelineError} broken_file, image_too_large
 */
export function boundedPicture(file: ArrayBuffer, directory: IFD, maxPixels: number): ArrayBuffer {
  const list = (tag: number): number[] => Array.from((directory[`t${tag}`] ?? []) as ArrayLike<number>, Number);
  const value = (tag: number, missing: number): number => list(tag)[0] ?? missing;
  const [width, height] = [value(256, 0), value(257, 0)];
  assertPixels({ width, height }, maxPixels);
  const bits = value(258, 1) * value(277, 1);
  const compression = value(259, 1);
  // A number may be written as a fraction.
  const isWhole = [width, height, bits].every((number) => Number.isInteger(number) && number > 0);
  if (!isWhole || bits > MAX_BITS || !COMPRESSIONS.has(compression) || (FAX.has(compression) && bits !== 1))
    throw new PipelineError("broken_file");
  const isTiled = directory["t322"] !== undefined;
  const [tileWidth, tileHeight] = isTiled
    ? [value(322, 0), value(323, 0)]
    : [width, Math.min(value(278, height), height)];
  if (![tileWidth, tileHeight].every((number) => Number.isInteger(number) && number > 0))
    throw new PipelineError("broken_file");
  // A tile may reach beyond the picture, but not by pictures.
  assertPixels({ width: tileWidth, height: tileHeight }, maxPixels);
  const pieces = Math.ceil(width / tileWidth) * Math.ceil(height / tileHeight);
  const offsets = list(isTiled ? 324 : 273);
  const lengths = list(isTiled ? 325 : 279);
  if (pieces > MAX_STRIPS || offsets.length > MAX_STRIPS || offsets.length === 0)
    throw new PipelineError("broken_file");
  const pieceAt = (index: number): Uint8Array =>
    new Uint8Array(file).subarray(offsets[index]!, offsets[index]! + (lengths[index] ?? file.byteLength));
  const packed = lengths.reduce((sum, length) => sum + length, 0);
  if (offsets.length > 1 && packed > file.byteLength * MOST_PASSES) throw new PipelineError("broken_file");

  if (JPEG.has(compression)) {
    // Its decoder believes what the JPEG says of its own size.
    const starts = [...offsets.keys()].map(pieceAt);
    const whole = value(513, 0);
    if (whole > 0) starts.push(new Uint8Array(file).subarray(whole));
    for (const jpeg of starts) {
      const size = imageSize(jpeg, "jpeg");
      if (size) assertPixels(size, maxPixels);
    }
    return file;
  }
  if (!DEFLATE.has(compression)) return file;

  const rowBytes = Math.ceil((tileWidth * bits) / 8);
  const pieceBytes = rowBytes * tileHeight;
  const unpacked = new Uint8Array(file.byteLength + offsets.slice(0, pieces).length * pieceBytes);
  // The library takes the byte order from the file's head.
  unpacked.set(new Uint8Array(file, 0, 8));
  let at = 8;
  const starts: number[] = [];
  for (let index = 0; index < Math.min(offsets.length, pieces); index += 1) {
    starts.push(at);
    // Behind the two bytes of zlib's head; what is cut off gives what there is of it.
    const piece = inflated(pieceAt(index).subarray(2), pieceBytes);
    unpacked.set(piece, at);
    at += pieceBytes;
  }
  directory["t259"] = [1];
  directory[isTiled ? "t324" : "t273"] = starts;
  directory[isTiled ? "t325" : "t279"] = starts.map(() => pieceBytes);
  return unpacked.buffer;
}

/** @throws {PipelineError} broken_file where it is no deflate stream, or unpacks to more than the picture has */
function inflated(packed: Uint8Array, most: number): Uint8Array {
  try {
    const unpacked = inflateRawSync(packed, { maxOutputLength: most, finishFlush: 2 /* Z_SYNC_FLUSH */ });
    // Deno's own types and Node's, in which it is one, do not know each other.
    return unpacked as unknown as Uint8Array;
  } catch (cause) {
    throw new PipelineError("broken_file", undefined, { cause });
  }
}

/** One picture of a TIFF as it is stored, four bytes a pixel, and how it was held. */
export type TiffPicture = ImageSize & { rgba: Uint8Array };

/** The pictures of a TIFF, at least one; small copies of one and masks are no pages (NewSubfileType, tag 254: bits 0 and 2). */
export async function tiffDirectories(bytes: Uint8Array): Promise<IFD[]> {
  const { default: UTIF } = await import("utif2");
  try {
    const pictures = UTIF.decode(checkedTiff(bytes)).filter(
      (directory) => directory["t256"] && directory["t257"] && !(numberOf(directory, "t254") & 0b101),
    );
    if (pictures.length > 0) return pictures;
    throw new Error("the TIFF has no picture");
  } catch (cause) {
    throw new PipelineError("broken_file", undefined, { cause });
  }
}

/**
 * Decodes one picture of a TIFF.
 * @param page from 1
 * @throws {PipelineError} broken_file, image_too_large, invalid_request where it has no such page
 */
export async function decodeTiff(bytes: Uint8Array, page: number, maxPixels: number): Promise<TiffPicture> {
  const { default: UTIF } = await import("utif2");
  const directory = (await tiffDirectories(bytes))[page - 1];
  if (!directory) throw new PipelineError("invalid_request", `The TIFF has no page ${page}.`);
  const orientation = numberOf(directory, "t274");
  const picture = boundedPicture(checkedTiff(bytes), directory, maxPixels);
  const [tileWidth] = (directory["t322"] ?? directory["t256"]) as number[];
  boundFax(UTIF, { width: Number(tileWidth), height: numberOf(directory, "t257") });
  const [width, height] = [numberOf(directory, "t256"), numberOf(directory, "t257")];
  const [across, down] = stretchOf(directory);
  const size = { width: Math.round(width * across), height: Math.round(height * down) };
  assertPixels(size, maxPixels);
  UTIF.decodeImage(picture, directory);
  return {
    ...size,
    orientation: (orientation >= 1 && orientation <= 8 ? orientation : 1) as ImageSize["orientation"],
    rgba: stretched(UTIF.toRGBA8(directory), { width, height }, size),
  };
}

/** A fax may have twice as many pixels an inch across as down, or half as many; what is beyond is no resolution. */
const [LEAST_STRETCH, MOST_STRETCH] = [1.5, 4];

/** How much a picture is wider and higher than its pixels, where they are no squares. */
function stretchOf(directory: IFD): [across: number, down: number] {
  const ratio = fractionOf(directory, "t282") / fractionOf(directory, "t283");
  const isStretched = (times: number): boolean => times >= LEAST_STRETCH && times <= MOST_STRETCH;
  return [isStretched(1 / ratio) ? 1 / ratio : 1, isStretched(ratio) ? ratio : 1];
}

function stretched(rgba: Uint8Array, from: { width: number; height: number }, to: typeof from): Uint8Array {
  if (from.width === to.width && from.height === to.height) return rgba;
  const pixels = new Uint32Array(rgba.buffer, rgba.byteOffset, from.width * from.height);
  const result = new Uint32Array(to.width * to.height);
  for (let y = 0; y < to.height; y++) {
    const row = Math.floor((y * from.height) / to.height) * from.width;
    for (let x = 0; x < to.width; x++)
      result[y * to.width + x] = pixels[row + Math.floor((x * from.width) / to.width)]!;
  }
  return new Uint8Array(result.buffer);
}

/** A number that the library leaves as what is above and below its line. */
function fractionOf(directory: IFD, tag: string): number {
  const value = (directory[tag] as (number | [number, number])[] | undefined)?.[0];
  return Array.isArray(value) ? value[0] / value[1] : Number(value ?? 0);
}

const numberOf = (directory: IFD, tag: string): number => Number((directory[tag] as number[] | undefined)?.[0] ?? 0);
