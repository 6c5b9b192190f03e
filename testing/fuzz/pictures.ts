import { Buffer } from "node:buffer";
import { crc32, deflateSync, inflateSync } from "node:zlib";
import { toBmp, toGif, toTiff } from "../fixtures/other-pictures.ts";
import { newPicture, type Picture, toJpeg, toPng } from "../fixtures/picture.ts";
import { webpOf } from "../../supabase/functions/thumbnail/codecs.ts";
import type { Random } from "../random.ts";
import { mutateTiff } from "./containers.ts";
import { mutateBytes } from "./mutations.ts";
import type { Seeds } from "./seeds.ts";

/** Pictures of all formats that are decoded, in the thumbnail function and in the OCR engine. */
export async function pictureSeeds(): Promise<Seeds[]> {
  const picture = striped(96, 64);
  return [
    { ending: "png", type: "image/png", files: [await toPng(picture), ...odd()], mutate: mutatePng },
    {
      ending: "jpg",
      type: "image/jpeg",
      files: [await toJpeg(picture, 80), await toJpeg(picture, 30, { grey: true })],
      mutate: mutateJpeg,
    },
    { ending: "gif", type: "image/gif", files: [toGif(96, 64)], mutate: mutateHeadOrBytes(6, 32) },
    { ending: "bmp", type: "image/bmp", files: [toBmp(picture)], mutate: mutateHeadOrBytes(10, 54) },
    { ending: "webp", type: "image/webp", files: [await webpOf(picture)], mutate: mutateHeadOrBytes(12, 40) },
    {
      ending: "tif",
      type: "image/tiff",
      files: [toTiff(picture, 1), packed(picture)],
      mutate: (file, random) => (random.chance(0.7) ? mutateTiff(file, random) : mutateBytes(file, random)),
    },
  ];
}

function striped(width: number, height: number): Picture {
  const picture = newPicture(width, height);
  for (let at = 0; at < picture.data.length; at += 4)
    picture.data.set([(at * 7) % 256, at % 400 < 200 ? 20 : 230, (at >> 6) % 256, 255], at);
  return picture;
}

const chunk = (type: string, content: Uint8Array): Buffer => {
  const body = Buffer.concat([Buffer.from(type, "latin1"), content]);
  const piece = Buffer.alloc(body.length + 8);
  piece.writeUInt32BE(content.length);
  body.copy(piece, 4);
  piece.writeUInt32BE(crc32(body), body.length + 4);
  return piece;
};
const SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex");

/** PNGs of other kinds: 16 bits and alpha, a palette with alpha, a bit a pixel, interlaced. */
function odd(): Uint8Array[] {
  const made = (depth: number, color: number, interlaced: number, rowBytes: number, extra: Buffer[] = []): Buffer => {
    const head = Buffer.from([0, 0, 0, 16, 0, 0, 0, 16, depth, color, 0, 0, interlaced]);
    const rows = Buffer.alloc((rowBytes + 1) * 24, 0x5a);
    for (let at = 0; at < rows.length; at += rowBytes + 1) rows[at] = (at / (rowBytes + 1)) % 5;
    return Buffer.concat([
      SIGNATURE,
      chunk("IHDR", head),
      ...extra,
      chunk("IDAT", deflateSync(rows)),
      chunk("IEND", Buffer.alloc(0)),
    ]);
  };
  const palette = [chunk("PLTE", Buffer.alloc(768, 0x80)), chunk("tRNS", Buffer.alloc(256, 0x40))];
  return [made(16, 6, 0, 128), made(8, 3, 0, 16, palette), made(1, 0, 0, 2), made(8, 2, 1, 48)];
}

/** A TIFF in strips that are packed, several pages long. */
function packed({ width, height, data }: Picture): Uint8Array {
  const rgb = Buffer.from(
    Array.from({ length: width * height * 3 }, (_, at) => data[Math.floor(at / 3) * 4 + (at % 3)]!),
  );
  const strip = deflateSync(rgb);
  const entries = [
    [256, width],
    [257, height],
    [258, 8],
    [259, 8],
    [262, 2],
    [273, 0],
    [277, 3],
    [278, height],
    [279, strip.length],
    [317, 2],
  ] as const;
  const size = 2 + entries.length * 12 + 4;
  const bytes = Buffer.alloc(8 + 2 * size + strip.length);
  bytes.write("II*\0", "latin1");
  bytes.writeUInt32LE(8, 4);
  for (const page of [0, 1]) {
    const at = 8 + page * size;
    bytes.writeUInt16LE(entries.length, at);
    for (const [index, [tag, value]] of entries.entries()) {
      bytes.writeUInt16LE(tag, at + 2 + index * 12);
      bytes.writeUInt16LE(4, at + 4 + index * 12);
      bytes.writeUInt32LE(1, at + 6 + index * 12);
      bytes.writeUInt32LE(tag === 273 ? 8 + 2 * size : value, at + 10 + index * 12);
    }
    bytes.writeUInt32LE(page === 0 ? 8 + size : 0, at + size - 4);
  }
  strip.copy(bytes, 8 + 2 * size);
  return bytes;
}

const SIZES = [0, 1, 2, 255, 3_000, 6_000, 10_000, 65_535, 0x7fff_ffff, 0xffff_ffff];

/** Chunks of a PNG: fields of its head, its rows unpacked and packed again, chunks twice or gone; with sums that are right, mostly. */
function mutatePng(png: Uint8Array, random: Random): Uint8Array {
  if (random.chance(0.2)) return mutateBytes(png, random);
  const file = Buffer.from(png);
  const chunks: { type: string; content: Buffer }[] = [];
  for (let at = 8; at + 12 <= file.length; at += 12 + file.readUInt32BE(at))
    chunks.push({
      type: file.toString("latin1", at + 4, at + 8),
      content: file.subarray(at + 8, at + 8 + file.readUInt32BE(at)),
    });
  for (let left = random.times(4); left > 0; left -= 1) {
    const one = random.pick(chunks);
    const kind = random.below(6);
    if (one.type === "IHDR" && one.content.length >= 13) {
      one.content = Buffer.from(one.content);
      if (kind < 3) one.content.writeUInt32BE(random.pick(SIZES), random.pick([0, 4]));
      else one.content[random.whole(8, 12)] = random.pick([0, 1, 2, 3, 4, 6, 8, 16, 32, 255]);
    } else if (one.type === "IDAT" && kind < 4) {
      const rows = kind === 0 ? Buffer.alloc(random.times(60_000_000)) : mutateBytes(unpacked(one.content), random);
      one.content = deflateSync(rows);
    } else if (kind === 4) chunks.push({ ...one });
    else if (kind === 5 && chunks.length > 1) chunks.splice(chunks.indexOf(one), 1);
    else if (one.content.length > 8) one.content = Buffer.from(mutateBytes(one.content, random));
  }
  return Buffer.concat([SIGNATURE, ...chunks.map(({ type, content }) => chunk(type, content))]);
}

function unpacked(content: Uint8Array): Uint8Array {
  try {
    return inflateSync(content, { maxOutputLength: 10_000_000 });
  } catch {
    return content;
  }
}

/** Markers of a JPEG: its size, its tables, segments twice; and its bytes. */
function mutateJpeg(jpeg: Uint8Array, random: Random): Uint8Array {
  const bytes = Buffer.from(jpeg);
  const frame = [0xc0, 0xc2].map((kind) => bytes.indexOf(Buffer.from([0xff, kind]))).find((at) => at > 0) ?? -1;
  if (frame > 0 && random.chance(0.5)) {
    const kind = random.below(4);
    if (kind < 2) bytes.writeUInt16BE(random.pick(SIZES) & 0xffff, frame + random.pick([5, 7]));
    else if (kind === 2) bytes[frame + random.whole(9, 18)] = random.below(256);
    else bytes[frame + 1] = random.pick([0xc0, 0xc1, 0xc2, 0xc3, 0xc9, 0xca]);
    return random.chance(0.7) ? bytes : mutateBytes(bytes, random);
  }
  return mutateBytes(bytes, random);
}

/** Numbers in the head of a file, where its sizes are; or any bytes. */
const mutateHeadOrBytes =
  (from: number, to: number) =>
  (file: Uint8Array, random: Random): Uint8Array => {
    if (random.chance(0.5)) return mutateBytes(file, random);
    const bytes = Buffer.from(file);
    for (let left = random.times(4); left > 0; left -= 1) {
      const at = random.whole(from, Math.min(to, bytes.length) - 4);
      if (random.chance(0.5)) bytes.writeUInt16LE(random.pick(SIZES) & 0xffff, at);
      else bytes.writeUInt32LE(random.pick(SIZES), at);
    }
    return bytes;
  };
