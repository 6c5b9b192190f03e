import { PipelineError } from "../../supabase/functions/_shared/errors.ts";

/**
 * A PDF that shows a JPEG and nothing else, so that pdfium decodes it: at once in grey, in the size that is wanted, and with
 * the colours of print (CMYK) that web decoders do not know.
 * @throws {PipelineError} broken_file where the picture's end is missing
 */
export function pdfAround(jpeg: Uint8Array, { width, height }: { width: number; height: number }): Uint8Array {
  const { components, start } = frameOf(jpeg);
  if (Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength).lastIndexOf(Buffer.from([0xff, 0xd9])) < start)
    throw new PipelineError("broken_file");
  const colours = { 1: "/DeviceGray", 4: "/DeviceCMYK /Decode [1 0 1 0 1 0 1 0]" }[components] ?? "/DeviceRGB"; // Adobe writes CMYK inverted
  const parts: Uint8Array[] = [Buffer.from("%PDF-1.4\n")];
  const offsets: number[] = [];
  let length = parts[0]!.length;
  const write = (part: Uint8Array): void => {
    parts.push(part);
    length += part.length;
  };
  const object = (...content: (string | Uint8Array)[]): void => {
    offsets.push(length);
    write(Buffer.from(`${offsets.length} 0 obj\n`));
    for (const part of content) write(typeof part === "string" ? Buffer.from(part) : part);
    write(Buffer.from("\nendobj\n"));
  };
  const paint = `q ${width} 0 0 ${height} 0 0 cm /I Do Q`;
  object("<< /Type /Catalog /Pages 2 0 R >>");
  object("<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
  object(
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${width} ${height}] /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >> >>`,
  );
  object(`<< /Length ${paint.length} >>\nstream\n${paint}\nendstream`);
  object(
    `<< /Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace ${colours} /BitsPerComponent 8 /Filter /DCTDecode /Length ${jpeg.length} >>\nstream\n`,
    jpeg,
    "\nendstream",
  );
  const table = length;
  write(
    Buffer.from(
      `xref\n0 6\n0000000000 65535 f \n${offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("")}`,
    ),
  );
  write(Buffer.from(`trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`));
  return Buffer.concat(parts, length);
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
