import { deflateSync } from "node:zlib";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { buffer } from "node:stream/consumers";
import { PDFiumLibrary } from "@hyzyla/pdfium";
import PDFDocument from "pdfkit";
import encodeJpeg, { init as initJpeg } from "@jsquash/jpeg/encode.js";

/** Grey pixels, one byte each, row by row from the top left. */
export type Grey = { width: number; height: number; data: Uint8Array };

type PdfObject = string | Uint8Array;

/** Writes numbered objects (the first is number 1 and the catalog) as a PDF. */
function pdfOf(objects: PdfObject[], trailer = ""): Uint8Array {
  const parts: Buffer[] = [Buffer.from("%PDF-1.4\n")];
  const offsets: number[] = [];
  let length = parts[0]!.length;
  const write = (part: PdfObject): void => {
    const bytes = typeof part === "string" ? Buffer.from(part, "latin1") : Buffer.from(part);
    parts.push(bytes);
    length += bytes.length;
  };
  objects.forEach((object, index) => {
    offsets.push(length);
    write(`${index + 1} 0 obj\n`);
    write(object);
    write("\nendobj\n");
  });
  const table = length;
  write(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`);
  for (const offset of offsets) write(`${String(offset).padStart(10, "0")} 00000 n \n`);
  write(`trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${trailer} >>\nstartxref\n${table}\n%%EOF\n`);
  return Buffer.concat(parts);
}

function stream(dictionary: string, bytes: Uint8Array): Uint8Array {
  return Buffer.concat([
    Buffer.from(`<< ${dictionary} /Length ${bytes.length} >>\nstream\n`),
    bytes,
    Buffer.from("\nendstream"),
  ]);
}

/** An A5 page in Helvetica, 16 points, one line a line. */
export function textPdf(lines: string[], trailer = ""): Uint8Array {
  const escaped = lines.map((line) => `(${line.replace(/[\\()]/g, "\\$&")}) Tj T*`).join("\n");
  return pdfOf(
    [
      "<< /Type /Catalog /Pages 2 0 R >>",
      "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 420 595] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
      stream("", Buffer.from(`BT /F 16 Tf 24 TL 40 520 Td\n${escaped}\nET`, "latin1")),
      "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ],
    trailer,
  );
}

/** The same page as pixels, at 150 dots an inch as scanners do. */
export async function scanOf(lines: string[]): Promise<Grey> {
  const library = await PDFiumLibrary.init();
  const document = await library.loadDocument(textPdf(lines));
  const { width, height, data } = await document
    .getPage(0)
    .render({ width: 875, height: 1240, scale: 1, colorSpace: "Gray", render: "bitmap" });
  document.destroy();
  library.destroy();
  return { width, height, data };
}

const resolve = createRequire(import.meta.url).resolve;

/** An A5 page in Liberation Sans (of pdf.js), which has Greek, Cyrillic and Hebrew letters too. */
export async function pdfInAnyScript(lines: string[]): Promise<Uint8Array> {
  const page = new PDFDocument({ size: "A5" });
  page.font(resolve("pdfjs-dist/standard_fonts/LiberationSans-Regular.ttf")).fontSize(16).text(lines.join("\n"));
  page.end();
  return new Uint8Array(await buffer(page));
}

/** A scan as a photo of it on a wooden table that is nearly as bright as the paper, and whose grain crosses the picture. */
export function onWood({ width, height, data }: Grey): Grey {
  const table = { width: width * 2, height: Math.round(height * 1.2) };
  const photo = new Uint8Array(table.width * table.height);
  for (let y = 0; y < table.height; y++)
    for (let x = 0; x < table.width; x++) {
      const bend = Math.sin(x / 90) * 8;
      const grain =
        Math.sin((y + bend) / 9) * 16 + Math.sin((y + bend) / 31 + x / 400) * 14 + Math.sin(x * 12.9 + y * 78.2) * 4;
      photo[y * table.width + x] = 186 + grain;
    }
  const [left, top] = [Math.round(width / 2), Math.round(height / 10)];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) photo[(top + y) * table.width + left + x] = (data[y * width + x]! * 160) / 255 + 56;
  return { ...table, data: photo };
}

/** A PDF whose pages (A5) are pictures and nothing else. */
export function scannedPdf(pages: Grey[]): Uint8Array {
  const kids = pages.map((_, index) => `${3 + index * 3} 0 R`).join(" ");
  return pdfOf([
    "<< /Type /Catalog /Pages 2 0 R >>",
    `<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`,
    ...pages.flatMap(({ width, height, data }, index) => [
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 420 595] /Contents ${4 + index * 3} 0 R /Resources << /XObject << /I ${5 + index * 3} 0 R >> >> >>`,
      stream("", Buffer.from("q 420 0 0 595 0 0 cm /I Do Q")),
      stream(
        `/Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /FlateDecode`,
        deflateSync(data),
      ),
    ]),
  ]);
}

/** A PDF that wants a password which nobody has: its password check values are zeros. */
export function encryptedPdf(): Uint8Array {
  const zeros = "00".repeat(32);
  return textPdf(
    ["secret"],
    `/Encrypt << /Filter /Standard /V 1 /R 2 /O <${zeros}> /U <${zeros}> /P -4 >> /ID [<00> <00>]`,
  );
}

/** A grey PNG. `header` may claim another size than the pixels have. */
export function png(
  { width, height, data }: Grey,
  header: { width: number; height: number } = { width, height },
): Uint8Array {
  const rows = Buffer.alloc(height * (width + 1)); // each row begins with its filter, 0: none
  for (let y = 0; y < height; y++) rows.set(data.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  const ihdr = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0]);
  ihdr.writeUInt32BE(header.width, 0);
  ihdr.writeUInt32BE(header.height, 4);
  const chunks = [chunk("IHDR", ihdr), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), ...chunks]);
}

/** A PNG of one ink, white or black or between, on a transparent ground: the darker a pixel of the scan, the more ink it has. */
export function printOnTransparency({ width, height, data }: Grey, ink: number): Uint8Array {
  const rows = Buffer.alloc(height * (width * 4 + 1));
  for (let y = 0, to = 0; y < height; y++) {
    to += 1; // the filter, 0: none
    for (let x = 0; x < width; x++, to += 4) rows.set([ink, ink, ink, 255 - data[y * width + x]!], to);
  }
  const ihdr = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 6, 0, 0, 0]);
  ihdr.writeUInt32BE(width, 0);
  ihdr.writeUInt32BE(height, 4);
  const chunks = [chunk("IHDR", ihdr), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), ...chunks]);
}

function chunk(type: string, body: Uint8Array): Buffer {
  const typed = Buffer.concat([Buffer.from(type), body]);
  const result = Buffer.alloc(typed.length + 8);
  result.writeUInt32BE(body.length, 0);
  result.set(typed, 4);
  result.writeUInt32BE(crc32(typed), typed.length + 4);
  return result;
}

/** CRC-32 as PNG uses it; node:zlib has it from Node 22 on only. */
function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/** The picture turned by a quarter to the left, as a camera stores it that was held on its side. */
export function turnedLeft({ width, height, data }: Grey): Grey {
  const turned = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) turned[(width - 1 - x) * height + y] = data[y * width + x]!;
  }
  return { width: height, height: width, data: turned };
}

/** A JPEG; with `orientation`, in an EXIF segment of the little-endian kind that many cameras write. */
export async function jpeg({ width, height, data }: Grey, orientation?: number): Promise<Uint8Array> {
  const wasm = await readFile(createRequire(import.meta.url).resolve("@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm"));
  await (initJpeg as (wasm: WebAssembly.Module) => Promise<void>)(await WebAssembly.compile(wasm));
  const colours = new Uint8ClampedArray(data.length * 4).fill(255);
  data.forEach((grey, index) => colours.fill(grey, index * 4, index * 4 + 3));
  const bytes = Buffer.from(
    await encodeJpeg({ width, height, data: colours, colorSpace: "srgb" } as ImageData, { quality: 80 }),
  );
  if (orientation === undefined) return bytes;
  const exif = Buffer.from([
    0xff,
    0xe1,
    0,
    34,
    ...Buffer.from("Exif\0\0II*\0"),
    8,
    0,
    0,
    0,
    1,
    0,
    0x12,
    0x01,
    3,
    0,
    1,
    0,
    0,
    0,
    orientation,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
  ]);
  return Buffer.concat([bytes.subarray(0, 2), exif, bytes.subarray(2)]);
}

/** Grey pages in one TIFF (revision 6.0), uncompressed, each in one strip. `subfile` 1 is a thumbnail, 4 a mask. */
export function tiff(pages: (Grey & { subfile?: number; resolution?: [x: number, y: number] })[]): Uint8Array {
  const parts: Buffer[] = [Buffer.from("II*\0\0\0\0\0", "latin1")];
  let length = 8;
  let link = { part: parts[0]!, at: 4 }; // where the place of the next directory is written
  for (const { width, height, data: pixels, subfile = 0, resolution } of pages) {
    const end = pixels.length + (pixels.length % 2);
    const fractions = new Uint8Array(new Uint32Array(resolution ? [resolution[0], 1, resolution[1], 1] : []).buffer);
    const data = Buffer.concat([pixels, Buffer.alloc(end - pixels.length), fractions]);
    const entries = [
      [254, 4, subfile],
      [256, 4, width],
      [257, 4, height],
      [258, 3, 8],
      [259, 3, 1],
      [262, 3, 1],
      [273, 4, length],
      [277, 3, 1],
      [278, 4, height],
      [279, 4, pixels.length],
      ...(resolution ? [[282, 5, length + end] as const, [283, 5, length + end + 8] as const] : []),
    ] as const;
    const padding = data.length % 2;
    const directory = Buffer.alloc(2 + entries.length * 12 + 4);
    directory.writeUInt16LE(entries.length, 0);
    entries.forEach(([tag, type, value], index) => {
      const at = 2 + index * 12;
      directory.writeUInt16LE(tag, at);
      directory.writeUInt16LE(type, at + 2);
      directory.writeUInt32LE(1, at + 4);
      directory.writeUInt32LE(value, at + 8);
    });
    link.part.writeUInt32LE(length + data.length + padding, link.at);
    link = { part: directory, at: directory.length - 4 };
    parts.push(Buffer.from(data), Buffer.alloc(padding), directory);
    length += data.length + padding + directory.length;
  }
  return Buffer.concat(parts);
}
