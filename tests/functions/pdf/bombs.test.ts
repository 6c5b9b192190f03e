// PDFs of a few kilobytes that unpack to more than there is memory for.
import { PDFDocument, PDFName } from "@cantoo/pdf-lib";
import { expect, it } from "vitest";
import { openPdf } from "../../../supabase/functions/ocr/pdf.ts";

/** Which of the two bounds is met first, that of work or that of memory, is the library's affair. */
const TOO_MUCH = expect.stringMatching(/^(too_complex|unpacked_too_large)$/);
const MEGABYTE = 1024 * 1024;
const open = (bytes: Uint8Array) => openPdf({ bytes, mime_type: "application/pdf", filename: "a.pdf" });

/** Pages that draw what they are given, or are made to hold a line of text. */
async function pdfOf(contents: (Uint8Array | string)[], attached?: Uint8Array): Promise<Uint8Array> {
  const pdf = await PDFDocument.create();
  for (const content of contents) {
    const page = pdf.addPage();
    if (typeof content === "string") page.drawText(content, { x: 72, y: 700 });
    else page.node.set(PDFName.of("Contents"), pdf.context.register(pdf.context.flateStream(content)));
  }
  if (attached) await pdf.attach(attached, "factur-x.xml");
  return pdf.save();
}
const rectangles = (bytes: number) => new Uint8Array(Buffer.alloc(bytes, "0 0 1 1 re f\n"));

it("refuses a page that unpacks to more than there is memory for, and reads the others", async () => {
  const bytes = await pdfOf(["The first page.", rectangles(12 * MEGABYTE), "The third page."]);
  expect(bytes.length).toBeLessThan(MEGABYTE);
  await using document = await open(bytes);
  expect(await document.textOf(1)).toBe("The first page.");
  await expect(document.textOf(2)).rejects.toMatchObject({
    code: TOO_MUCH,
    message: expect.stringContaining("Page 2"),
  });
  expect(await document.textOf(3)).toBe("The third page.");
});

it("refuses white space of 150 MB, which draws nothing", async () => {
  await using document = await open(await pdfOf([new Uint8Array(150 * MEGABYTE).fill(32)]));
  await expect(document.textOf(1)).rejects.toMatchObject({ code: TOO_MUCH });
});

it("lets other files that are open be read afterwards", async () => {
  await using other = await open(await pdfOf(["Another file."]));
  await using document = await open(await pdfOf([rectangles(12 * MEGABYTE)]));
  await expect(document.textOf(1)).rejects.toMatchObject({ code: TOO_MUCH });
  expect(await other.textOf(1)).toBe("Another file.");
});

it("refuses an attachment that unpacks to more, and leaves out what is merely too large", async () => {
  await using document = await open(await pdfOf(["An invoice."], new Uint8Array(150 * MEGABYTE)));
  await expect(document.attachments?.()).rejects.toMatchObject({ code: TOO_MUCH });
  expect(await document.textOf(1)).toBe("An invoice.");
  await using large = await open(await pdfOf(["An invoice."], new Uint8Array(6 * MEGABYTE)));
  expect(await large.attachments?.()).toEqual([]);
});
