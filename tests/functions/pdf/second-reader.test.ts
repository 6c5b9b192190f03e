// PDFs, and pages of PDFs, that PDFium cannot read and pdf.js can.
import { PDFDocument, PDFName } from "@cantoo/pdf-lib";
import { expect, it } from "vitest";
import { makePdf } from "../../../testing/fixtures/pdf.ts";
import { type3Pdf } from "../../../testing/fixtures/type3.ts";
import { openPdf } from "../../../supabase/functions/ocr/pdf.ts";

const SENTENCES = [
  "Dear plot holders, the committee met on the first Monday of March.",
  "It was agreed that every plot pays the same share of the water rates,",
];
const MEGABYTE = 1024 * 1024;
const open = (bytes: Uint8Array) => openPdf({ bytes, mime_type: "application/pdf", filename: "a.pdf" });
const letter = () => makePdf("2026-03-01T00:00:00Z", {}, (pdf) => pdf.text(SENTENCES[0]!));

it("opens a download whose last bytes are lost", async () => {
  await using document = await open((await letter()).slice(0, -60));
  expect(document.pageCount).toBe(1);
  expect(await document.textOf(1)).toBe(SENTENCES[0]);
  expect(document.engine).toBe("unpdf");
});

it("opens a download that was cut off before the last of its pages, whose list of pages came first", async () => {
  const pdf = await PDFDocument.create();
  for (const sentence of SENTENCES) pdf.addPage().drawText(sentence, { x: 72, y: 700, size: 10 });
  const bytes = await pdf.save({ useObjectStreams: false });
  // In the middle of the second page's text
  const cut = Buffer.from(bytes).lastIndexOf("stream");
  await using document = await open(bytes.slice(0, Buffer.from(bytes).lastIndexOf("stream", cut - 10) + 40));
  expect(document.pageCount).toBe(2);
  expect(await document.textOf(1)).toBe(SENTENCES[0]);
});

it("says that a file is broken when neither opens it", async () => {
  await expect(open((await letter()).slice(0, 400))).rejects.toMatchObject({ code: "broken_file" });
});

it("finds no text in an encrypted file that lost its key with its last bytes", async () => {
  const pdf = await makePdf("2026-03-01T00:00:00Z", { ownerPassword: "owner", pdfVersion: "1.7" }, (pdf) =>
    pdf.text("secret"),
  );
  await using document = await open(pdf.slice(0, -60));
  expect(await document.textOf(1)).toBeNull();
  expect(document.doubtfulTextOf?.(1)).toBe("");
});

it.each([
  ["the names of its letters", (code: number) => `C${code}`],
  ["their codes in hexadecimal", (code: number) => `G${code.toString(16).toUpperCase()}`],
])("reads a font that says nothing but %s", async (_what, nameOf) => {
  await using document = await open(await type3Pdf(SENTENCES, nameOf));
  expect(await document.textOf(1)).toBe(SENTENCES.join("\n"));
  expect(document.engineOf?.(1)).toBe("unpdf");
});

it("has a page recognized whose letters neither knows, instead of calling it blank", async () => {
  await using document = await open(await type3Pdf(SENTENCES, (code) => `a${code * 7}`));
  expect(await document.textOf(1)).toBeNull();
  expect(document.doubtfulTextOf?.(1)).toBe("");
  expect(document.engineOf?.(1)).toBe("pdf_text_layer");
});

it("leaves what PDFium reads to PDFium, in the same file", async () => {
  const mixed = await PDFDocument.load(await type3Pdf(SENTENCES, (code) => `C${code}`));
  mixed.addPage().drawText("A page that PDFium reads.", { x: 72, y: 700 });
  await using document = await open(await mixed.save({ useObjectStreams: false }));
  expect(await document.textOf(2)).toBe("A page that PDFium reads.");
  expect(document.engineOf?.(2)).toBe("pdf_text_layer");
  expect(await document.textOf(1)).toBe(SENTENCES.join("\n"));
  expect(document.engineOf?.(1)).toBe("unpdf");
});

it.each([
  ["much", (bytes: Uint8Array, pdf: PDFDocument) => pdf.context.flateStream(bytes)],
  [
    "much by being packed twice",
    (bytes: Uint8Array, pdf: PDFDocument) =>
      pdf.context.flateStream(pdf.context.flateStream(bytes).getContents(), { Note: "packed twice" }),
  ],
])("does not give it a broken file that unpacks to %s", async (_what, streamOf) => {
  const pdf = await PDFDocument.create();
  const page = pdf.addPage();
  const stream = streamOf(new Uint8Array(65 * MEGABYTE).fill(32), pdf);
  if (stream.dict.has(PDFName.of("Note")))
    stream.dict.set(PDFName.of("Filter"), pdf.context.obj(["FlateDecode", "FlateDecode"]));
  page.node.set(PDFName.of("Contents"), pdf.context.register(stream));
  const bytes = await pdf.save({ useObjectStreams: false });
  expect(bytes.length).toBeLessThan(MEGABYTE);
  // PDFium has it, whose work is bounded.
  await using document = await open(bytes.slice(0, -60));
  expect(document.engine).toBe("pdf_text_layer");
  await expect(document.textOf(1)).rejects.toMatchObject({
    code: expect.stringMatching(/^(unpacked_too_large|too_complex)$/),
  });
});
