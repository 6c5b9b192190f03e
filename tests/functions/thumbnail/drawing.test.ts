// The picture of a first page: small, upright, and bounded whatever the file asks for.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import decodeWebp, { init as initDecode } from "@jsquash/webp/decode.js";
import encodeWebp, { init as initEncode } from "@jsquash/webp/encode.js";
import { beforeAll, expect, it } from "vitest";
import { ROOT } from "../../../scripts/checkout.ts";
import { drawThumbnail, THUMBNAIL } from "../../../supabase/functions/thumbnail/drawing.ts";
import { toBmp, toGif, toTiff } from "../../../testing/fixtures/other-pictures.ts";
import { newPicture, type Picture, toJpeg, toPng } from "../../../testing/fixtures/picture.ts";
import { rawPdf, rawStream } from "../../../testing/fixtures/raw-pdf.ts";

const [RED, BLUE] = [
  [255, 0, 0],
  [0, 0, 255],
] as const;

beforeAll(async () => {
  globalThis.ImageData ??= class {} as never;
  const wasm = async (file: string) =>
    WebAssembly.compile(await readFile(createRequire(import.meta.url).resolve(`@jsquash/webp/codec/${file}`)));
  await initDecode(await wasm("dec/webp_dec.wasm"));
  await initEncode(await wasm("enc/webp_enc_simd.wasm"));
});

/** A picture whose left half is red and whose right half is blue. */
function redAndBlue(width: number, height: number, alpha = 255): Picture {
  const picture = newPicture(width, height);
  for (let at = 0; at < width * height; at += 1)
    picture.data.set([...(at % width < width / 2 ? RED : BLUE), alpha], at * 4);
  return picture;
}

/** The same JPEG as a camera on its side writes it: with an EXIF orientation. */
function turned(jpeg: Uint8Array, orientation: number): Uint8Array {
  const tiff = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];
  const exif = [0x45, 0x78, 0x69, 0x66, 0, 0, ...tiff];
  return Uint8Array.from([0xff, 0xd8, 0xff, 0xe1, 0, exif.length + 2, ...exif, ...jpeg.subarray(2)]);
}

/** The same WebP with an EXIF orientation: as RFC 9649 has it, with the chunk VP8X before and EXIF behind. */
function withExif(webp: Uint8Array, width: number, height: number, orientation: number): Uint8Array {
  const tiff = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];
  const chunk = (name: string, data: number[]) => [
    ...Buffer.from(name),
    ...[data.length, 0, 0, 0],
    ...data,
    ...(data.length % 2 ? [0] : []),
  ];
  const uint24 = (value: number) => [value & 0xff, (value >> 8) & 0xff, value >> 16];
  const extended = chunk("VP8X", [0x08, 0, 0, 0, ...uint24(width - 1), ...uint24(height - 1)]);
  const body = Buffer.from([...Buffer.from("WEBP"), ...extended, ...webp.subarray(12), ...chunk("EXIF", tiff)]);
  const head = Buffer.alloc(8);
  head.write("RIFF");
  head.writeUInt32LE(body.length, 4);
  return new Uint8Array(Buffer.concat([head, body]));
}

async function drawn(bytes: Uint8Array, type: string) {
  const webp = await drawThumbnail(bytes, type);
  if (!webp) return null;
  expect(Buffer.from(webp.subarray(0, 4)).toString()).toBe("RIFF");
  expect(webp.length).toBeLessThan(100_000);
  const { width, height, data } = await decodeWebp(webp.slice().buffer);
  /** The color at a place, in shares of the width and the height, as a word. */
  const at = (x: number, y: number): string => {
    const place = (Math.floor(y * height) * width + Math.floor(x * width)) * 4;
    const [red = 0, green = 0, blue = 0] = data.subarray(place, place + 3);
    if (red > 200 && green > 200 && blue > 200) return "white";
    return red > 180 && blue < 90 ? "red" : blue > 180 && red < 90 ? "blue" : `${red},${green},${blue}`;
  };
  return { width, height, data, at };
}

const file = async (name: string): Promise<Uint8Array> => new Uint8Array(await readFile(`${ROOT}/${name}`));

it("draws the first page of a PDF as large as the box allows", async () => {
  const picture = (await drawn(await file("samples/Doc1.pdf"), "application/pdf"))!;
  expect([picture.width, picture.height]).toEqual([396, 560]);
  expect(picture.at(0.01, 0.01)).toBe("white");
  expect(picture.data.filter((value) => value < 100).length).toBeGreaterThan(1_000);
});

it.each([
  [1, [0.1, 0.5], [0.9, 0.5], 400],
  [2, [0.9, 0.5], [0.1, 0.5], 400],
  [3, [0.9, 0.5], [0.1, 0.5], 400],
  [4, [0.1, 0.5], [0.9, 0.5], 400],
  [5, [0.5, 0.1], [0.5, 0.9], 373],
  [6, [0.5, 0.1], [0.5, 0.9], 373],
  [7, [0.5, 0.9], [0.5, 0.1], 373],
  [8, [0.5, 0.9], [0.5, 0.1], 373],
] as const)("shows a photo upright that was held as EXIF's %s", async (orientation, red, blue, width) => {
  const picture = (await drawn(turned(await toJpeg(redAndBlue(1_200, 800), 90), orientation), "image/jpeg"))!;
  expect(picture.width).toBe(width);
  expect([picture.at(red[0], red[1]), picture.at(blue[0], blue[1])]).toEqual(["red", "blue"]);
});

it("draws a PNG, and shows what is transparent as white", async () => {
  const picture = (await drawn(await toPng(redAndBlue(900, 600)), "image/png"))!;
  expect([picture.width, picture.height]).toEqual([400, 267]);
  expect([picture.at(0.1, 0.5), picture.at(0.9, 0.5)]).toEqual(["red", "blue"]);
  const half = redAndBlue(100, 100);
  for (let at = 3; at < half.data.length / 2; at += 4) half.data[at] = 0;
  const transparent = (await drawn(await toPng(half), "image/png"))!;
  expect([transparent.width, transparent.at(0.1, 0.2), transparent.at(0.1, 0.8)]).toEqual([100, "white", "red"]);
});

it("draws a WebP", async () => {
  const { width, height, data } = redAndBlue(1_000, 500);
  const webp = new Uint8Array(await encodeWebp({ width, height, data, colorSpace: "srgb" } as ImageData));
  const picture = (await drawn(webp, "image/webp"))!;
  expect([picture.width, picture.at(0.1, 0.5), picture.at(0.9, 0.5)]).toEqual([400, "red", "blue"]);
});

it("shows a WebP upright that was held otherwise", async () => {
  const { width, height, data } = redAndBlue(900, 600);
  const plain = new Uint8Array(await encodeWebp({ width, height, data, colorSpace: "srgb" } as ImageData));
  const picture = (await drawn(withExif(plain, 900, 600, 6), "image/webp"))!;
  expect([picture.width, picture.height]).toEqual([373, 560]);
  expect([picture.at(0.5, 0.1), picture.at(0.5, 0.9)]).toEqual(["red", "blue"]);
});

it("draws the first picture of a GIF", async () => {
  const picture = (await drawn(toGif(600, 300), "image/gif"))!;
  expect([picture.width, picture.height]).toEqual([400, 200]);
  expect([picture.at(0.1, 0.5), picture.at(0.9, 0.5)]).toEqual(["red", "blue"]);
});

it("draws a BMP", async () => {
  const picture = (await drawn(toBmp(redAndBlue(500, 250)), "image/bmp"))!;
  expect([picture.width, picture.height]).toEqual([400, 200]);
  expect([picture.at(0.1, 0.5), picture.at(0.9, 0.5)]).toEqual(["red", "blue"]);
});

it.each([1, 3, 6, 8] as const)("draws the first page of a TIFF that was held as %s", async (orientation) => {
  const picture = (await drawn(toTiff(redAndBlue(900, 600), orientation), "image/tiff"))!;
  expect([picture.width, picture.height]).toEqual(orientation < 5 ? [400, 267] : [373, 560]);
  const [x, y] = orientation < 5 ? [0.1, 0.5] : [0.5, 0.1];
  const isTurned = orientation === 3 || orientation === 8;
  expect([picture.at(x, y), picture.at(1 - x, 1 - y)]).toEqual(isTurned ? ["blue", "red"] : ["red", "blue"]);
});

it("has no picture of a BMP or a TIFF with more pixels than it may have, nor of one that is cut off", async () => {
  const bmp = toBmp(redAndBlue(20, 20));
  new DataView(bmp.buffer).setInt32(18, 60_000, true);
  new DataView(bmp.buffer).setInt32(22, 60_000, true);
  expect(await drawThumbnail(bmp, "image/bmp")).toBeNull();
  const tiff = toTiff(redAndBlue(20, 20), 1, { width: 60_000, height: 60_000 });
  expect(await drawThumbnail(tiff, "image/tiff")).toBeNull();
  await expect(drawThumbnail(tiff.subarray(0, 6), "image/tiff")).rejects.toMatchObject({ code: "broken_file" });
});

it("has no picture of an empty page, nor of a format that is not drawn", async () => {
  expect(await drawThumbnail(await file("tests/fixtures/blank.pdf"), "application/pdf")).toBeNull();
  expect(await drawThumbnail(await toPng(redAndBlue(80, 80, 0)), "image/png")).toBeNull();
  expect(await drawThumbnail(await file("tests/fixtures/minutes.docx"), "application/msword")).toBeNull();
});

it("does not decode a picture with more pixels than it may have", async () => {
  const png = (await toPng(redAndBlue(20, 20))).slice();
  new DataView(png.buffer).setUint32(16, 60_000);
  new DataView(png.buffer).setUint32(20, 60_000);
  expect(await drawThumbnail(png, "image/png")).toBeNull();
  const jpeg = await toJpeg(redAndBlue(20, 20), 80);
  const frame = jpeg.findIndex((byte, at) => byte === 0xff && jpeg[at + 1] === 0xc0);
  new DataView(jpeg.buffer, jpeg.byteOffset).setUint32(frame + 5, 0xeaeaeaea);
  expect(await drawThumbnail(jpeg, "image/jpeg")).toBeNull();
});

it("gives up a page that draws without end, and draws the next file all the same", async () => {
  // Twelve forms, each of which draws the one below it forty times.
  const forms = Array.from({ length: 12 }, (_, level) =>
    rawStream(
      level === 0 ? "0 0 300 300 re f" : "/F Do ".repeat(40),
      `/Type/XObject/Subtype/Form/BBox[0 0 600 800]${level === 0 ? "" : `/Resources<</XObject<</F ${level + 4} 0 R>>>>`}`,
    ),
  );
  const hostile = rawPdf([
    "<</Type/Catalog/Pages 2 0 R>>",
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</XObject<</F 16 0 R>>>>>>",
    rawStream("/F Do ".repeat(40)),
    ...forms,
  ]);
  await expect(drawThumbnail(hostile, "application/pdf")).rejects.toMatchObject({
    name: "PipelineError",
    retryable: false,
  });
  expect(await drawn(await file("samples/Doc1.pdf"), "application/pdf")).not.toBeNull();
});

it.each([
  ["encrypted_pdf", "encrypted.pdf", "application/pdf"],
  ["broken_file", "broken.pdf", "application/pdf"],
  ["broken_file", "garbage-with-pdf-header.pdf", "application/pdf"],
])("says %s of %s", async (code, name, type) => {
  await expect(drawThumbnail(await file(`tests/fixtures/${name}`), type)).rejects.toMatchObject({ code });
});

it("fits a page of any shape into the box", async () => {
  const shaped = (box: string) =>
    rawPdf([
      "<</Type/Catalog/Pages 2 0 R>>",
      "<</Type/Pages/Kids[3 0 R]/Count 1>>",
      `<</Type/Page/Parent 2 0 R/MediaBox[${box}]/Contents 4 0 R>>`,
      rawStream("1 0 0 rg 0 0 14000 14000 re f"),
    ]);
  for (const box of ["0 0 14000 3", "0 0 3 14000", "0 0 1 1", "0 0 0 0"]) {
    const picture = await drawn(shaped(box), "application/pdf");
    expect(picture?.width ?? 1, box).toBeLessThanOrEqual(THUMBNAIL.width);
    expect(picture?.height ?? 1, box).toBeLessThanOrEqual(THUMBNAIL.height);
  }
});
