import { Buffer } from "node:buffer";
import { deflateSync } from "node:zlib";
import { newPicture, toJpeg } from "../fixtures/picture.ts";
import { rawPdf } from "../fixtures/raw-pdf.ts";
import type { Random } from "../random.ts";
import { mutateBytes } from "./mutations.ts";
import type { Seeds } from "./seeds.ts";

/**
 * The codings of scans: JBIG2 (ITU-T T.88), JPEG 2000 (T.800) and fax (T.4, T.6), as pictures of a PDF and of a TIFF; and JPEG in a TIFF.
 * Each file is made anew by the coding's own grammar, with numbers that its decoder has to bear: bytes changed at random rarely get beyond a head.
 */
export async function scanSeeds(): Promise<Seeds[]> {
  const none = [new Uint8Array(0)];
  const picture = newPicture(64, 48);
  for (let at = 0; at < picture.data.length; at += 1) picture.data[at] = (at * 37) % 256;
  const jpegs = [await toJpeg(picture, 60), await toJpeg(picture, 30, { grey: true })];
  const pdf = { ending: "pdf", type: "application/pdf", files: none, isDrawn: true };
  const tiff = { ending: "tif", type: "image/tiff" };
  return [
    { ...pdf, name: "jbig2", mutate: (_, random) => pdfOf(jbig2(random), random) },
    { ...pdf, name: "jpx", mutate: (_, random) => pdfOf(jpx(random), random) },
    { ...pdf, name: "ccitt", mutate: (_, random) => pdfOf(ccitt(random), random) },
    { ...tiff, name: "faxtif", files: none, mutate: (_, random) => faxTiff(random) },
    { ...tiff, name: "jpegtif", files: jpegs, mutate: jpegTiff },
  ];
}

type Scan = { width: number; height: number; filter: string; parameters: string; data: Buffer; more?: string[] };

/** Numbers of pixels, of which most are in reach. */
const side = (random: Random): number =>
  random.chance(0.6)
    ? random.times(300)
    : random.pick([0, 1, 7, 2_000, 8_000, 20_000, 65_535, 100_000, 0x7fff_ffff, 0xffff_ffff]);
/** Of data: what it holds, and how much of it. */
function noise(random: Random): Buffer {
  const length = random.chance(0.9) ? random.times(3_000) : random.times(2_000_000);
  if (random.chance(0.4)) return Buffer.alloc(length, random.below(256));
  const piece = Buffer.from(Array.from({ length: Math.min(length, 2_000) }, () => random.below(256)));
  return Buffer.alloc(length, piece);
}
const u8 = (value: number): Buffer => Buffer.from([value & 255]);
const u16 = (value: number): Buffer => Buffer.from([(value >> 8) & 255, value & 255]);
const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
};
const binary = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

/** A page that shows the scan, once or often; its data as it is, or packed once more. */
function pdfOf({ width, height, filter, parameters, data, more = [] }: Scan, random: Random): Uint8Array {
  const isPacked = random.chance(0.2);
  const stream = isPacked ? deflateSync(data) : data;
  const filters = isPacked ? `[/FlateDecode /${filter}]` : `/${filter}`;
  const settings = isPacked ? `[null <<${parameters}>>]` : `<<${parameters}>>`;
  const shown = "q 500 0 0 700 9 9 cm /I Do Q\n".repeat(random.chance(0.9) ? 1 : random.times(300));
  const kind = random.pick([
    "/BitsPerComponent 1/ColorSpace/DeviceGray",
    "/BitsPerComponent 8/ColorSpace/DeviceRGB",
    "/ImageMask true",
    "",
  ]);
  const object = (head: string, content: string): string =>
    `<<${head}/Length ${content.length}>>\nstream\n${content}\nendstream`;
  return rawPdf([
    "<</Type/Catalog/Pages 2 0 R>>",
    "<</Type/Pages/Count 1/Kids[3 0 R]>>",
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>",
    object("", shown),
    object(
      `/Type/XObject/Subtype/Image/Width ${width}/Height ${height}${kind}/Filter ${filters}/DecodeParms ${settings}`,
      binary(stream),
    ),
    ...more,
  ]);
}

/** A segment: its number, what kind it is, to which others it refers, and its data (T.88, 7.2). */
function segment(number: number, type: number, refers: number[], data: Buffer, random: Random): Buffer {
  const count = random.chance(0.95) ? refers.length : random.below(7);
  const length = random.chance(0.95) ? data.length : random.pick([0, 0xffff_ffff, 0x7fff_ffff, data.length * 2]);
  return Buffer.concat([u32(number), u8(type), u8(count << 5), Buffer.from(refers), u8(1), u32(length), data]);
}

/** The adaptive pixels of a template: mostly those that the standard names. */
const adaptive = (template: number, random: Random): Buffer =>
  random.chance(0.7)
    ? Buffer.from(template === 0 ? [3, -1, -3, -1, 2, -2, -2, -2] : [3, -1])
    : Buffer.from(Array.from({ length: template === 0 ? 8 : 2 }, () => random.below(256)));
const region = (random: Random): Buffer =>
  Buffer.concat([
    u32(side(random)),
    u32(side(random)),
    u32(random.pick([0, 0, 5, 0xffff_ffff])),
    u32(random.pick([0, 0, 5, 0xffff_fff0])),
    u8(random.below(5)),
  ]);

function jbig2(random: Random): Scan {
  const [width, height] = [side(random), side(random)];
  const pieces: Buffer[] = [];
  let number = 0;
  const known: { number: number; type: number }[] = [];
  const add = (type: number, refers: number[], data: Buffer): void => {
    known.push({ number, type });
    pieces.push(segment(number, type, refers, data, random));
    number += 1;
  };
  const pageHeight = random.chance(0.9) ? height : 0xffff_ffff;
  add(
    48,
    [],
    Buffer.concat([
      u32(width),
      u32(pageHeight),
      u32(0),
      u32(0),
      u8(random.below(256)),
      u16(random.pick([0, 0x8001, 0xffff])),
    ]),
  );
  const referred = (...types: number[]): number[] =>
    known
      .filter(({ type }) => types.includes(type))
      .slice(-3)
      .map((one) => one.number);
  for (let left = random.times(random.chance(0.9) ? 6 : 200); left > 0; left -= 1) {
    const template = random.below(4);
    const kind = random.below(8);
    const many = random.pick([0, 1, 3, 40, 2_000, 60_000, 1_000_000, 0xffff_ffff]);
    const flags = (template << 1) | random.pick([0, 0, 0, 1, 8, 16]);
    if (kind <= 1)
      add(
        random.pick([36, 38, 39]),
        [],
        Buffer.concat([region(random), u8(flags), flags & 1 ? u8(0) : adaptive(template, random), noise(random)]),
      );
    else if (kind === 2) {
      const settings = (template << 10) | random.pick([0, 0, 1, 2, 3, 0x100, 0x300]);
      add(
        0,
        referred(0, 53),
        Buffer.concat([
          u16(settings),
          adaptive(template, random),
          u32(many),
          u32(random.pick([many, 1, 0])),
          noise(random),
        ]),
      );
    } else if (kind === 3)
      add(
        random.pick([4, 6, 7]),
        referred(0, 53),
        Buffer.concat([region(random), u16(random.below(65_536)), u32(many), noise(random)]),
      );
    else if (kind === 4)
      add(
        16,
        [],
        Buffer.concat([
          u8(flags),
          u8(random.pick([0, 1, 8, 255])),
          u8(random.pick([0, 1, 8, 255])),
          u32(random.pick([0, 1, 15, 60_000, 0xffff_ffff])),
          noise(random),
        ]),
      );
    else if (kind === 5)
      add(
        random.pick([20, 22, 23]),
        referred(16),
        Buffer.concat([
          region(random),
          u8(random.below(256)),
          u32(side(random)),
          u32(side(random)),
          u32(random.below(500)),
          u32(random.below(500)),
          u16(random.below(3_000)),
          u16(random.below(3_000)),
          noise(random),
        ]),
      );
    else if (kind === 6)
      add(
        random.pick([40, 42, 43]),
        referred(36, 4, 20, 40),
        Buffer.concat([region(random), u8(random.below(4)), adaptive(0, random).subarray(0, 4), noise(random)]),
      );
    else
      add(
        53,
        [],
        Buffer.concat([
          u8(random.below(256)),
          u32(random.pick([0, 0x8000_0000, 5])),
          u32(random.pick([0, 100, 0x7fff_ffff])),
          noise(random),
        ]),
      );
  }
  if (random.chance(0.7)) add(49, [], Buffer.alloc(0));
  const data = Buffer.concat(pieces);
  const isGlobal = random.chance(0.2);
  return {
    width: random.chance(0.8) ? width : side(random),
    height: random.chance(0.8) ? height : side(random),
    filter: "JBIG2Decode",
    parameters: isGlobal ? "/JBIG2Globals 6 0 R" : "",
    data,
    more: isGlobal ? [`<</Length ${data.length}>>\nstream\n${binary(data)}\nendstream`] : [],
  };
}

/** A codestream of JPEG 2000 (T.800, annex A), with or without the boxes of a JP2 around it. */
function jpx(random: Random): Scan {
  const [width, height] = [side(random), side(random)];
  const components = random.chance(0.9) ? random.pick([1, 3, 4]) : random.pick([0, 2, 200, 16_384]);
  const tile = (whole: number): number => (random.chance(0.6) ? whole : random.pick([0, 1, 2, 16, 500, 0xffff_ffff]));
  const marker = (kind: number, body: Buffer): Buffer =>
    Buffer.concat([u16(0xff00 | kind), u16(random.chance(0.98) ? body.length + 2 : random.below(65_536)), body]);
  const levels = random.chance(0.8) ? random.below(6) : random.pick([32, 33, 255]);
  const precincts = random.chance(0.3)
    ? Buffer.from(Array.from({ length: Math.min(levels, 33) + 1 }, () => random.pick([0, 0x11, 0x55, 0xff, 0x01])))
    : Buffer.alloc(0);
  const style = (precincts.length > 0 ? 1 : 0) | random.pick([0, 0, 2, 4, 6]);
  const layers = random.chance(0.7) ? random.times(5) : random.pick([0, 1_000, 65_535]);
  const blocks = Buffer.from([random.pick([0, 2, 4, 4, 8, 255]), random.pick([0, 2, 4, 4, 8, 255])]);
  const cod = marker(
    0x52,
    Buffer.concat([
      u8(style),
      u8(random.below(6)),
      u16(layers),
      u8(random.below(2)),
      u8(levels),
      blocks,
      u8(random.chance(0.7) ? 0 : random.below(64)),
      u8(random.below(2)),
      precincts,
    ]),
  );
  const steps = Buffer.from(
    Array.from({ length: 3 * Math.min(levels, 33) + 1 }, () => random.pick([0x40, 0x48, 0x50, 0xff, 0])),
  );
  const siz = marker(
    0x51,
    Buffer.concat([
      u16(0),
      u32(width),
      u32(height),
      u32(0),
      u32(0),
      u32(tile(width)),
      u32(tile(height)),
      u32(0),
      u32(0),
      u16(components),
      ...Array.from({ length: Math.min(components, 16_384) }, () =>
        Buffer.from([
          random.chance(0.9) ? 7 : random.below(256),
          random.chance(0.9) ? 1 : random.below(256),
          random.chance(0.9) ? 1 : random.below(256),
        ]),
      ),
    ]),
  );
  const parts: Buffer[] = [];
  for (let left = random.times(random.chance(0.9) ? 3 : 2_000), index = 0; left > 0; left -= 1, index += 1) {
    const data = random.chance(0.5)
      ? Buffer.alloc(random.times(5_000), random.pick([0, 0x80, 0xc0]))
      : noise(random).subarray(0, 20_000);
    const extra = random.chance(0.2)
      ? marker(random.pick([0x52, 0x5c, 0x5f, 0x61, 0x58, 0x55]), noise(random).subarray(0, random.times(200)))
      : Buffer.alloc(0);
    const head = marker(
      0x90,
      Buffer.concat([
        u16(random.chance(0.9) ? index : random.below(65_536)),
        u32(random.chance(0.8) ? 14 + extra.length + data.length : random.pick([0, 12, 0xffff_ffff])),
        u8(random.chance(0.8) ? 0 : random.below(256)),
        u8(random.pick([1, 0, 255])),
      ]),
    );
    parts.push(head, extra, u16(0xff93), data);
  }
  const stream = Buffer.concat([
    u16(0xff4f),
    siz,
    cod,
    marker(0x5c, Buffer.concat([u8(0x40), steps])),
    ...parts,
    u16(0xffd9),
  ]);
  const box = (type: string, body: Buffer): Buffer =>
    Buffer.concat([
      u32(random.chance(0.97) ? body.length + 8 : random.pick([0, 1, 8, 0xffff_ffff])),
      Buffer.from(type, "latin1"),
      body,
    ]);
  const palette = random.chance(0.2)
    ? [
        box(
          "pclr",
          Buffer.concat([u16(random.pick([1, 256, 1_024, 65_535])), u8(random.pick([1, 3, 255])), noise(random)]),
        ),
        box("cmap", noise(random).subarray(0, 4 * random.times(8))),
      ]
    : [];
  const header = box(
    "jp2h",
    Buffer.concat([
      box("ihdr", Buffer.concat([u32(height), u32(width), u16(components), Buffer.from([7, 7, 0, 0])])),
      box("colr", Buffer.concat([Buffer.from([1, 0, 0]), u32(random.pick([16, 17, 18, 12, 0]))])),
      ...palette,
    ]),
  );
  const boxed = Buffer.concat([
    box("jP  ", Buffer.from("0d0a870a", "hex")),
    box("ftyp", Buffer.from("jp2 \0\0\0\0jp2 ", "latin1")),
    header,
    box("jp2c", stream),
  ]);
  const data = random.chance(0.5) ? stream : boxed;
  return {
    width,
    height,
    filter: "JPXDecode",
    parameters: "",
    data: random.chance(0.1) ? Buffer.from(mutateBytes(data, random)) : data,
  };
}

/** Codes of T.4 and T.6: modes of two dimensions, runs of white and of black, ends of lines. */
const CODES = [
  "1",
  "011",
  "010",
  "000011",
  "000010",
  "0000011",
  "0000010",
  "0001",
  "001",
  "00110101",
  "000111",
  "0111",
  "10",
  "11",
  "11011",
  "0000001111",
  "010011011",
  "000000011111",
  "000000000001",
  "0000001111000",
  "11010",
  "0000110111",
];

function faxData(random: Random): Buffer {
  if (random.chance(0.2)) return noise(random);
  const used = Array.from({ length: random.times(6) }, () => random.pick(CODES));
  let bits = "";
  while (bits.length < 8_000) bits += random.pick(used);
  const piece = Buffer.from(
    Array.from({ length: 1_000 }, (_, at) => Number.parseInt(bits.slice(at * 8, at * 8 + 8), 2)),
  );
  return Buffer.alloc(random.chance(0.85) ? random.times(20_000) : random.times(4_000_000), piece);
}

function ccitt(random: Random): Scan {
  const [width, height] = [side(random), side(random)];
  const flag = (name: string): string => (random.chance(0.3) ? `/${name} ${random.pick(["true", "false"])}` : "");
  const parameters = `/K ${random.pick([-1, -1, 0, 4])}/Columns ${random.chance(0.8) ? width : side(random)}/Rows ${random.chance(0.7) ? height : side(random)}${["EncodedByteAlign", "EndOfLine", "EndOfBlock", "BlackIs1"].map(flag).join("")}`;
  return { width, height, filter: "CCITTFaxDecode", parameters, data: faxData(random) };
}

/** A TIFF of strips or tiles: what each tag says, and the data behind the head. */
function tiffOf(tags: [tag: number, ...values: number[]][], data: Buffer): Buffer {
  const directory = Buffer.alloc(2 + tags.length * 12 + 4);
  const lists: Buffer[] = [];
  let at = 8 + data.length + directory.length;
  directory.writeUInt16LE(tags.length);
  for (const [index, [tag, ...values]] of tags.entries()) {
    const place = 2 + index * 12;
    directory.writeUInt16LE(tag, place);
    directory.writeUInt16LE(4, place + 2);
    directory.writeUInt32LE(values.length, place + 4);
    if (values.length === 1) directory.writeUInt32LE(values[0]! >>> 0, place + 8);
    else {
      const list = Buffer.alloc(values.length * 4);
      for (const [position, value] of values.entries()) list.writeUInt32LE(value >>> 0, position * 4);
      directory.writeUInt32LE(at, place + 8);
      at += list.length;
      lists.push(list);
    }
  }
  const head = Buffer.from("II*\0\0\0\0\0", "latin1");
  head.writeUInt32LE(8 + data.length, 4);
  return Buffer.concat([head, data, directory, ...lists]);
}

/** Where the strips of data lie: one, several, or all of them over one another. */
function strips(length: number, random: Random): { offsets: number[]; lengths: number[] } {
  const count = random.chance(0.6) ? 1 : random.times(random.chance(0.8) ? 40 : 20_000);
  const isShared = random.chance(0.2);
  const each = Math.ceil(length / count);
  const places = Array.from({ length: count }, (_, at) => at);
  return {
    offsets: places.map((at) => 8 + (isShared ? 0 : at * each)),
    lengths: places.map(() => (isShared ? length : each)),
  };
}

function faxTiff(random: Random): Uint8Array {
  const [width, height] = [side(random), side(random)];
  const data = faxData(random);
  const { offsets, lengths } = strips(data.length, random);
  const isTiled = random.chance(0.2);
  return tiffOf(
    [
      [256, width],
      [257, height],
      [258, random.chance(0.95) ? 1 : 8],
      [259, random.pick([2, 3, 4, 4])],
      [262, random.below(2)],
      [266, random.pick([1, 2])],
      ...(isTiled ? [] : ([[273, ...offsets]] as [number, ...number[]][])),
      [277, 1],
      ...(isTiled
        ? []
        : ([
            [278, random.chance(0.7) ? Math.ceil(height / offsets.length) : side(random)],
            [279, ...lengths],
          ] as [number, ...number[]][])),
      [292, random.below(8)],
      [293, random.below(2)],
      ...(isTiled
        ? ([
            [322, side(random)],
            [323, side(random)],
            [324, ...offsets],
            [325, ...lengths],
          ] as [number, ...number[]][])
        : []),
    ],
    data,
  );
}

/** A JPEG in a TIFF, in the old way (6) or the new one (7), with or without its tables beside it. */
function jpegTiff(jpeg: Uint8Array, random: Random): Uint8Array {
  const data = Buffer.from(random.chance(0.5) ? mutateBytes(jpeg, random) : jpeg);
  const frame = data.indexOf(Buffer.from([0xff, 0xc0]));
  if (frame > 0 && frame + 20 < data.length && random.chance(0.6)) {
    data.writeUInt16BE(side(random) & 0xffff, frame + random.pick([5, 7]));
    if (random.chance(0.3)) data[frame + random.whole(9, 18)] = random.below(256);
    if (random.chance(0.2)) data[frame + 1] = random.pick([0xc1, 0xc2, 0xc3, 0xc9]);
  }
  const { offsets, lengths } = strips(data.length, random);
  const [width, height] = random.chance(0.5) ? [64, 48] : [side(random), side(random)];
  return tiffOf(
    [
      [256, width],
      [257, height],
      random.chance(0.9) ? [258, 8, 8, 8] : [258, 8],
      [259, random.pick([6, 7, 7])],
      [262, random.pick([6, 2, 1])],
      [273, ...offsets],
      [277, random.pick([3, 3, 1, 4])],
      [278, random.chance(0.7) ? Math.ceil(height / offsets.length) : side(random)],
      [279, ...lengths],
      ...(random.chance(0.4)
        ? ([
            [347, ...Array.from(data.subarray(0, 600))],
            [512, random.pick([1, 14])],
            [513, random.pick([8, 0, 9, 0xffff_ffff])],
            [514, data.length],
            [519, 8, 8, 8],
            [520, 8, 8, 8],
            [521, 8, 8, 8],
            [530, random.pick([1, 2, 0]), 2],
          ] as [number, ...number[]][])
        : []),
    ],
    data,
  );
}
