// Text layers of whole PDFs: which are read, which have to be recognized, and which files do not open.
import { PDFDocument as PdfLib, PDFName } from "@cantoo/pdf-lib";
import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { line, makePdf, type Pdf } from "../../../testing/fixtures/pdf.ts";
import type { OpenedDocument, OpenOptions } from "../../../supabase/functions/ocr/document.ts";
import { openPdf } from "../../../supabase/functions/ocr/pdf.ts";

const SENTENCES = [
  "Dear plot holders, the committee met on the first Monday of March.",
  "It was agreed that every plot pays the same share of the water rates,",
  "whatever its size may be, and that nobody waters by hose in summer.",
  "The next meeting will be held in the hall at noon, and tea is served.",
];
const PICTURE = await readFile(new URL("../../fixtures/one-word.png", import.meta.url));
const draw = (drawing: (pdf: Pdf) => void, options = {}) => makePdf("2026-03-01T00:00:00Z", options, drawing);
const letter = (pdf: Pdf) => SENTENCES.forEach((sentence, index) => line(pdf, sentence, 72, 100 + 16 * index));
const scan = (pdf: Pdf) => pdf.image(PICTURE, 0, 0, { width: pdf.page.width, height: pdf.page.height });

async function open(bytes: Uint8Array, options: OpenOptions = {}): Promise<OpenedDocument> {
  return openPdf({ bytes, mime_type: "application/pdf", filename: "a.pdf" }, options);
}
/** The text of the first page; null where it has to be recognized. */
async function read(
  bytes: Uint8Array,
  options?: OpenOptions,
): Promise<{ text: string | null; doubtful: string | undefined }> {
  const document = await open(bytes, options);
  const text = await document.textOf(1);
  const doubtful = document.doubtfulTextOf?.(1);
  await document[Symbol.asyncDispose]();
  return { text, doubtful };
}

it("reads a letter line by line", async () => {
  expect((await read(await draw(letter))).text).toBe(SENTENCES.join("\n"));
});

it("reads a page that is shown turned, and one whose text is turned", async () => {
  const turnedPage = await PdfLib.load(await draw(letter));
  turnedPage.getPage(0).setRotation({ type: "degrees", angle: 90 } as never);
  expect((await read(await turnedPage.save())).text).toBe(SENTENCES.join("\n"));
  for (const angle of [90, 180, 270]) {
    const turnedText = await draw(
      (pdf) => letter(pdf.rotate(angle, { origin: [pdf.page.width / 2, pdf.page.height / 2] })),
      { size: [842, 842] },
    );
    expect((await read(turnedText)).text).toBe(SENTENCES.join("\n"));
  }
});

it("reads what was filled into a form", async () => {
  const pdf = await PdfLib.load(await draw(letter));
  const field = pdf.getForm().createTextField("plot");
  field.setText("Plot 17, Ada Bell");
  field.addToPage(pdf.getPage(0), { x: 72, y: 500, width: 200, height: 20 });
  expect((await read(await pdf.save())).text).toBe(`${SENTENCES.join("\n")}\n\nPlot 17, Ada Bell`);
});

it("leaves out what nobody sees: text beside the page, and invisible text among what is shown", async () => {
  const bytes = await draw((pdf) => {
    letter(pdf);
    line(pdf, "beside the page", 700, 100);
    pdf.addContent("3 Tr");
    line(pdf, "hidden", 72, 300);
  });
  expect((await read(bytes)).text).toBe(SENTENCES.join("\n"));
});

it("reads a blank page as one without text", async () => {
  expect(await read(await draw(() => {}))).toEqual({ text: "", doubtful: "" });
});

it("has a scan recognized, one with a stamp too, and keeps the stamp for want of anything better", async () => {
  expect((await read(await draw(scan))).text).toBeNull();
  const stamped = await draw((pdf) => {
    scan(pdf);
    line(pdf, "Received 3 March 2026", 400, 20);
  });
  expect(await read(stamped)).toEqual({ text: null, doubtful: "Received 3 March 2026" });
});

it("has a scan recognized under which somebody else's recognition lies, and keeps that", async () => {
  const bytes = await draw((pdf) => {
    scan(pdf);
    pdf.addContent("3 Tr");
    letter(pdf);
  });
  expect(await read(bytes)).toEqual({ text: null, doubtful: SENTENCES.join("\n") });
});

it("has letters recognized that are drawn as shapes", async () => {
  expect(
    (await read(await draw((pdf) => pdf.path("M 100 100 L 120 60 L 140 100 M 108 84 L 132 84").stroke()))).text,
  ).toBeNull();
});

it("opens a PDF that restricts printing and asks for no password", async () => {
  const bytes = await draw(letter, {
    ownerPassword: "owner",
    permissions: { printing: "highResolution" },
    pdfVersion: "1.7",
  });
  expect((await read(bytes)).text).toBe(SENTENCES.join("\n"));
});

it.each(["1.4", "1.7", "1.7ext3"])(
  "opens a PDF that asks for a password with that one alone (PDF %s)",
  async (pdfVersion) => {
    const bytes = await draw(letter, { userPassword: "pass-wört", pdfVersion });
    await expect(open(bytes)).rejects.toMatchObject({ code: "encrypted_pdf" });
    await expect(open(bytes, { password: "other" })).rejects.toMatchObject({ code: "wrong_password" });
    if (pdfVersion === "1.7ext3")
      expect((await read(bytes, { password: "pass-wört" })).text).toBe(SENTENCES.join("\n"));
  },
);

it.each(["broken.pdf", "garbage-with-pdf-header.pdf"])(
  "says of %s that it is broken, and opens the next file",
  async (name) => {
    await expect(
      open(new Uint8Array(await readFile(new URL(`../../fixtures/${name}`, import.meta.url)))),
    ).rejects.toMatchObject({ code: "broken_file" });
    expect((await read(await draw(letter))).text).toBe(SENTENCES.join("\n"));
  },
);

it("opens a page of a long document without those before it", async () => {
  const long = await draw((pdf) => {
    for (let page = 1; page < 1000; page += 1) pdf.text(`Page ${page}`).addPage();
  });
  const document = await open(long);
  expect(await document.textOf(999)).toBe("Page 999");
  await document[Symbol.asyncDispose]();
});

it('reads what was filled in where no appearance was drawn, and a checked box as "[x]"', async () => {
  const pdf = await PdfLib.load(await draw(letter));
  const [form, page] = [pdf.getForm(), pdf.getPage(0)];
  const name = form.createTextField("name");
  name.setText("Ada Bell");
  name.addToPage(page, { x: 72, y: 500, width: 200, height: 20 });
  const box = form.createCheckBox("agreed");
  box.addToPage(page, { x: 72, y: 450, width: 12, height: 12 });
  box.check();
  for (const widget of name.acroField.getWidgets()) widget.dict.delete(PDFName.of("AP"));
  const { text } = await read(await pdf.save({ updateFieldAppearances: false }));
  expect(text).toContain("Ada Bell");
  expect(text).toContain("[x]");
});
