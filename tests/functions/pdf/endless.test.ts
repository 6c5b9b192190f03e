// PDFs that look small and take the library minutes.
import { PDFDocument, PDFName } from "@cantoo/pdf-lib";
import { expect, it } from "vitest";
import { openPdf } from "../../../supabase/functions/ocr/pdf.ts";

const open = (bytes: Uint8Array) => openPdf({ bytes, mime_type: "application/pdf", filename: "a.pdf" });

/** A page that draws the operators; `{font}` stands for a font. */
async function pdfOf(contents: string[]): Promise<Uint8Array> {
  const pdf = await PDFDocument.create();
  const font = await pdf.embedFont("Courier");
  for (const content of contents) {
    const page = pdf.addPage();
    const name = page.node.newFontDictionary("F", font.ref);
    page.node.set(
      PDFName.of("Contents"),
      pdf.context.register(pdf.context.flateStream(content.replaceAll("{font}", String(name)))),
    );
  }
  return pdf.save();
}

/** Words all over the page, each with a space that lies over other words: the library compares every one with those around it. */
const grid = (words: number): string =>
  `BT {font} 5 Tf ${Array.from({ length: words }, (_, at) => `1 0 0 1 ${(at % 60) * 10} ${Math.floor(at / 60) % 600} Tm (w w) Tj`).join("\n")} ET`;
const text = (line: string): string => `BT {font} 12 Tf 72 700 Td (${line}) Tj ET`;

it("stops at a page that takes too much work, and reads the others", async () => {
  await using document = await open(await pdfOf([text("The first page."), grid(45_000), text("The third page.")]));
  expect(await document.textOf(1)).toBe("The first page.");
  await expect(document.textOf(2)).rejects.toMatchObject({
    code: "too_complex",
    message: expect.stringContaining("Page 2"),
  });
  expect(await document.textOf(3)).toBe("The third page.");
});

it("reads a page that is as dense as print gets", async () => {
  const lines = Array.from({ length: 150 }, (_, at) => `1 0 0 1 20 ${790 - at * 5} Tm (${"word ".repeat(60)}) Tj`);
  await using document = await open(await pdfOf([`BT {font} 4 Tf ${lines.join("\n")} ET`]));
  expect(await document.textOf(1)).toContain("word word");
});

it("leaves out an attachment whose name is a megabyte of nothing", async () => {
  const pdf = await PDFDocument.create();
  pdf.addPage();
  await pdf.attach(new TextEncoder().encode("<a/>"), "a.xml", { description: "" });
  const nuls = "\0".repeat(800_000);
  const bytes = await pdf.save({ useObjectStreams: false });
  const source = Buffer.from(bytes).toString("latin1");
  const long = source.replaceAll(/\/(UF|F) (<[0-9A-F]*>|\([^)]*\))/g, (_, key) => `/${key} (${nuls}x)`);
  expect(long.length).toBeGreaterThan(source.length + 800_000);
  await using document = await open(Buffer.from(long, "latin1"));
  expect(await document.attachments?.()).toEqual([]);
});
