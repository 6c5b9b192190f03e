import { PipelineError } from "../errors.ts";
import type { Orientation } from "./orientation.ts";

/**
 * A PDF that shows a JPEG and nothing else, so that pdfium decodes it: at once in grey, in the size that is wanted, and with
 * the colours of print (CMYK) that web decoders do not know.
 * @param orientation how the camera held it: the page shows it upright. 1 shows it as it is stored.
 * @throws {PipelineError} broken_file where the picture's end is missing
 */
export function pdfAround(
  jpeg: Uint8Array,
  { width, height }: { width: number; height: number },
  orientation: Orientation = 1,
): Uint8Array {
  const { components, start } = frameOf(jpeg);
  if (lastEnd(jpeg) < start) throw new PipelineError("broken_file");
  const colours = { 1: "/DeviceGray", 4: "/DeviceCMYK /Decode [1 0 1 0 1 0 1 0]" }[components] ?? "/DeviceRGB"; // Adobe writes CMYK inverted
  const parts: Uint8Array[] = [bytesOf("%PDF-1.4\n")];
  const offsets: number[] = [];
  let length = parts[0]!.length;
  const write = (part: Uint8Array): void => {
    parts.push(part);
    length += part.length;
  };
  const object = (...content: (string | Uint8Array)[]): void => {
    offsets.push(length);
    write(bytesOf(`${offsets.length} 0 obj\n`));
    for (const part of content) write(typeof part === "string" ? bytesOf(part) : part);
    write(bytesOf("\nendobj\n"));
  };
  const page = orientation >= 5 ? [height, width] : [width, height];
  const paint = `q ${matrixOf(orientation, page[0]!, page[1]!).join(" ")} cm /I Do Q`;
  object("<< /Type /Catalog /Pages 2 0 R >>");
  object("<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
  object(
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${page.join(" ")}] /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >> >>`,
  );
  object(`<< /Length ${paint.length} >>\nstream\n${paint}\nendstream`);
  object(
    `<< /Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace ${colours} /BitsPerComponent 8 /Filter /DCTDecode /Length ${jpeg.length} >>\nstream\n`,
    jpeg,
    "\nendstream",
  );
  const table = length;
  write(
    bytesOf(
      `xref\n0 6\n0000000000 65535 f \n${offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("")}`,
    ),
  );
  write(bytesOf(`trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`));
  const pdf = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    pdf.set(part, at);
    at += part.length;
  }
  return pdf;
}

const encoder = new TextEncoder();
const bytesOf = (text: string): Uint8Array => encoder.encode(text);

/** Where the last mark of a picture's end stands (EOI); -1 where there is none. */
function lastEnd(jpeg: Uint8Array): number {
  for (let at = jpeg.lastIndexOf(0xd9); at > 0; at = jpeg.lastIndexOf(0xd9, at - 1))
    if (jpeg[at - 1] === 0xff) return at - 1;
  return -1;
}

/** What puts a picture upright on a page of that size: x = a u + c v + e and y = b u + d v + f, with u to its right and v up. */
function matrixOf(orientation: Orientation, width: number, height: number): number[] {
  switch (orientation) {
    case 1:
      return [width, 0, 0, height, 0, 0];
    case 2:
      return [-width, 0, 0, height, width, 0];
    case 3:
      return [-width, 0, 0, -height, width, height];
    case 4:
      return [width, 0, 0, -height, 0, height];
    case 5:
      return [0, -height, -width, 0, width, height];
    case 6:
      return [0, -height, width, 0, 0, height];
    case 7:
      return [0, height, width, 0, 0, 0];
    case 8:
      return [0, height, -width, 0, width, 0];
  }
}

/** How many colours a JPEG's frame has, and where in the file the frame begins. */
function frameOf(jpeg: Uint8Array): { components: number; start: number } {
  for (let at = 2; at + 9 < jpeg.length; ) {
    const marker = jpeg[at + 1]!;
    if (jpeg[at] !== 0xff) break;
    if (marker === 0xff) {
      at += 1;
      continue;
    } // a fill byte
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc)
      return { components: jpeg[at + 9]!, start: at };
    at += 2 + ((jpeg[at + 2]! << 8) | jpeg[at + 3]!);
  }
  throw new PipelineError("broken_file");
}
