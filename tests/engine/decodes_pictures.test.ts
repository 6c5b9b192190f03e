import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { crc32 } from "node:zlib";
import { encode as encodeBmp } from "bmp-ts";
import encodeWebp, { init as initWebp } from "@jsquash/webp/encode.js";
import { expect, test } from "vitest";
import { decodePicture, pagesOf } from "../../engine/picture/decode.ts";
import { greyOfRgba } from "../../engine/picture/grey.ts";
import { fileKind, type ImageKind } from "../../supabase/functions/_shared/pictures/image-size.ts";
import { Bounds } from "../../supabase/functions/ocr/formats/bounds.ts";
import { countTiffImages } from "../../supabase/functions/ocr/formats/tiff.ts";
import { jpeg, png, tiff, turnedLeft } from "./documents.ts";

const MOST = 1_000_000;
const PICTURE = {
  width: 48,
  height: 32,
  data: Uint8Array.from({ length: 48 * 32 }, (_, at) => (at % 48 < 24 ? 20 : 230)),
}; // dark left half

const rgba = (): Uint8ClampedArray<ArrayBuffer> =>
  Uint8ClampedArray.from([...PICTURE.data].flatMap((grey) => [grey, grey, grey, 255]));

async function webp(): Promise<Uint8Array> {
  const wasm = await readFile(createRequire(import.meta.url).resolve("@jsquash/webp/codec/enc/webp_enc.wasm"));
  await (initWebp as unknown as (module: WebAssembly.Module) => Promise<void>)(await WebAssembly.compile(wasm));
  return new Uint8Array(
    await encodeWebp({ width: 48, height: 32, data: rgba(), colorSpace: "srgb" } as ImageData, { quality: 95 }),
  );
}

/** Blue, green and red follow the fourth byte in this library. */
const bmp = (): Uint8Array =>
  encodeBmp({
    width: 48,
    height: 32,
    data: Buffer.from([...PICTURE.data].flatMap((grey) => [255, grey, grey, grey])),
    bitPP: 24,
  }).data;

/** Two colours, dark and light, in one picture of 2 x 1 at (5, 5) of a screen of 60,000 x 60,000; LZW: clear, 0, 1, end. */
const gif = (): Uint8Array =>
  Buffer.from([
    ...Buffer.from("GIF89a"),
    0x60,
    0xea,
    0x60,
    0xea,
    0x80,
    0,
    0,
    20,
    20,
    20,
    230,
    230,
    230,
    0x2c,
    5,
    0,
    5,
    0,
    2,
    0,
    1,
    0,
    0,
    2,
    2,
    0x44,
    0x0a,
    0,
    0x3b,
  ]);

const FILES: [ImageKind, () => Uint8Array | Promise<Uint8Array>][] = [
  ["jpeg", () => jpeg(PICTURE)],
  ["png", () => png(PICTURE)],
  ["webp", webp],
  ["bmp", bmp],
  ["tiff", () => tiff([PICTURE])],
];

test.each(FILES)("a %s is decoded to grey", async (kind, file) => {
  const bytes = await file();
  expect(fileKind(bytes)).toBe(kind);
  const { picture, width, height } = await decodePicture(bytes, kind, 1, MOST);
  expect([width, height, picture.width, picture.height]).toEqual([48, 32, 48, 32]);
  const [dark, light] = [picture.data[16 * 48 + 8]!, picture.data[16 * 48 + 40]!];
  expect([Math.abs(dark - 20) <= 4, Math.abs(light - 230) <= 4]).toEqual([true, true]);
});

test.each(FILES)("a %s with more pixels than are taken is not decoded", async (kind, file) => {
  await expect(decodePicture(await file(), kind, 1, 1_000)).rejects.toMatchObject({ code: "image_too_large" });
});

test.each(FILES)("a %s that is cut off is called broken", async (kind, file) => {
  const bytes = await file();
  await expect(decodePicture(bytes.subarray(0, kind === "tiff" ? 6 : 50), kind, 1, MOST)).rejects.toMatchObject({
    code: "broken_file",
  });
});

test("a GIF is decoded by its first picture's own size, whatever its screen claims", async () => {
  const { picture } = await decodePicture(gif(), "gif", 1, MOST);
  expect(picture).toEqual({ width: 2, height: 1, data: Uint8Array.of(20, 230) });
});

test("a JPEG is turned as its camera was held", async () => {
  const { picture, width, height } = await decodePicture(await jpeg(turnedLeft(PICTURE), 6), "jpeg", 1, MOST);
  expect([width, height, picture.data[8]! < 60, picture.data[40]! > 200]).toEqual([48, 32, true, true]);
});

/** A WebP with a chunk EXIF at its end, with or without the mark that a JPEG has before it. */
async function turnedWebp(orientation: number, mark: string): Promise<Uint8Array> {
  const plain = await webp();
  const head = Buffer.from("II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0", "latin1");
  const exif = Buffer.concat([Buffer.from(mark, "latin1"), head, Buffer.from([orientation, 0, 0, 0, 0, 0, 0, 0])]);
  const extended = Buffer.alloc(18);
  extended.write("VP8X", 0);
  extended.writeUInt32LE(10, 4);
  extended[8] = 0b1000; // it has EXIF
  extended.writeUIntLE(48 - 1, 12, 3);
  extended.writeUIntLE(32 - 1, 15, 3);
  const chunk = Buffer.alloc(8);
  chunk.write("EXIF", 0);
  chunk.writeUInt32LE(exif.length, 4);
  const file = Buffer.concat([plain.subarray(0, 12), extended, plain.subarray(12), chunk, exif]);
  file.writeUInt32LE(file.length - 8, 4);
  return file;
}

test("a PNG is turned as its EXIF says", async () => {
  const plain = Buffer.from(png(PICTURE));
  const head = Buffer.from("II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0", "latin1");
  const chunk = Buffer.alloc(head.length + 12);
  chunk.writeUInt32BE(head.length, 0);
  chunk.write("eXIf", 4);
  head.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + head.length)), 8 + head.length);
  const { picture } = await decodePicture(
    Buffer.concat([plain.subarray(0, 33), chunk, plain.subarray(33)]),
    "png",
    1,
    MOST,
  );
  // Its left half was dark; turned to the right, its upper half is
  expect([picture.width, picture.height, picture.data[8 * 32 + 16]! < 60]).toEqual([32, 48, true]);
});

test.each(["", "Exif\0\0"])("a WebP is turned as its EXIF says, after the mark %j", async (mark) => {
  const upsideDown = await decodePicture(await turnedWebp(3, mark), "webp", 1, MOST);
  expect([upsideDown.picture.data[16 * 48 + 8]! > 200, upsideDown.picture.data[16 * 48 + 40]! < 60]).toEqual([
    true,
    true,
  ]);
  const onItsSide = await decodePicture(await turnedWebp(6, mark), "webp", 1, MOST);
  // Its left half was dark; turned to the right, its upper half is
  expect([onItsSide.width, onItsSide.height, onItsSide.picture.data[8 * 32 + 16]! < 60]).toEqual([32, 48, true]);
  expect(onItsSide.picture.data[40 * 32 + 16]! > 200).toBe(true);
  expect((await decodePicture(await turnedWebp(9, mark), "webp", 1, MOST)).width).toBe(48);
});

test("each directory of a TIFF is a page", async () => {
  const bytes = tiff([PICTURE, { width: 3, height: 1, data: Uint8Array.of(1, 2, 3) }]);
  expect(await pagesOf(bytes, "tiff")).toBe(2);
  expect((await decodePicture(bytes, "tiff", 2, MOST)).picture).toMatchObject({ width: 3, height: 1 });
  await expect(decodePicture(bytes, "tiff", 3, MOST)).rejects.toMatchObject({ code: "invalid_request" });
});

test("a fax of half as many lines as columns an inch is stretched, and one whose resolution cannot be is not", async () => {
  const half = { width: 48, height: 16, data: PICTURE.data.subarray(0, 48 * 16) };
  const sizeAt = async (resolution: [number, number]): Promise<number[]> => {
    const { width, height } = await decodePicture(tiff([{ ...half, resolution }]), "tiff", 1, MOST);
    return [width, height];
  };
  expect(await sizeAt([204, 98])).toEqual([48, 33]);
  expect(await sizeAt([204, 196])).toEqual([48, 16]);
  expect(await sizeAt([98, 204])).toEqual([100, 16]);
  expect(await sizeAt([300, 1])).toEqual([48, 16]);
  expect(await sizeAt([0, 0])).toEqual([48, 16]);
});

test("thumbnails and masks of a TIFF are no pages, for the engine and for the function that counts them", async () => {
  const page = { width: 3, height: 1, data: Uint8Array.of(1, 2, 3) };
  const bytes = tiff([PICTURE, { ...page, subfile: 1 }, { ...page, subfile: 2 }, { ...page, subfile: 4 }]);
  expect([await pagesOf(bytes, "tiff"), countTiffImages(bytes, new Bounds())]).toEqual([2, 2]);
  expect((await decodePicture(bytes, "tiff", 2, MOST)).picture).toMatchObject({ width: 3, height: 1 });
});

test("a HEIC is known by its brand, and called broken where nothing is inside", async () => {
  const bytes = Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic", "latin1");
  expect(fileKind(bytes)).toBe("heic");
  await expect(decodePicture(bytes, "heic", 1, MOST)).rejects.toMatchObject({ code: "broken_file" });
});

/** Pixels of one grey and alpha each, in a row. */
const greyOf = (...pixels: [grey: number, alpha: number][]): number[] => [
  ...greyOfRgba(pixels.length, 1, Uint8Array.from(pixels.flatMap(([grey, alpha]) => [grey, grey, grey, alpha]))).data,
];

test("dark print on transparency stands on white, and light print is inverted, with its soft edges", () => {
  expect(greyOf([0, 255], [0, 128], [0, 0], [0, 0])).toEqual([0, 127, 255, 255]);
  expect(greyOf([255, 255], [255, 128], [0, 0], [0, 0])).toEqual([0, 127, 255, 255]);
});

test("paper in a transparent frame keeps its print, and the frame becomes like the paper", () => {
  expect(greyOf([255, 255], [0, 255], [255, 255], [0, 0])).toEqual([255, 0, 255, 255]);
  expect(greyOf([0, 255], [255, 255], [0, 255], [0, 0])).toEqual([0, 255, 0, 0]);
});

test("a picture without a single solid pixel is white", () => {
  expect(greyOf([0, 0], [9, 0])).toEqual([255, 255]);
});
