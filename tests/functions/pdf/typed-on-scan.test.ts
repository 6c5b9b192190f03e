// A scan with a form on it: what was filled in and noted stands beside what is recognized.
import { PDFDocument, PDFName, PDFString } from "@cantoo/pdf-lib";
import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import type { Page, Word } from "../../../supabase/functions/_shared/pages.ts";
import type { createModelBudget } from "../../../supabase/functions/_shared/model-budget.ts";
import { recognizeEach } from "../../../supabase/functions/ocr/page-errors.ts";
import { openPdf } from "../../../supabase/functions/ocr/pdf.ts";

const PICTURE = await readFile(new URL("../../fixtures/one-word.png", import.meta.url));
const [WIDTH, HEIGHT] = [600, 800];

/** A scan of 600 × 800 points with fields that have no drawing of their own, and notes. */
async function scan(rotation = 0): Promise<Uint8Array> {
  const pdf = await PDFDocument.create();
  const page = pdf.addPage([WIDTH, HEIGHT]);
  page.drawImage(await pdf.embedPng(PICTURE), { x: 0, y: 0, width: WIDTH, height: HEIGHT });
  page.node.set(PDFName.of("Rotate"), pdf.context.obj(rotation));
  const form = pdf.getForm();
  const at = (x: number, y: number, width = 200) => ({ x, y, width, height: 20 });
  const name = form.createTextField("name");
  name.setText("Hazel Pénrose");
  name.addToPage(page, at(200, 690));
  const plot = form.createDropdown("plot");
  plot.setOptions(["Plot 16", "Plot 17"]);
  plot.select("Plot 17");
  plot.addToPage(page, at(200, 590));
  const agreed = form.createCheckBox("agreed");
  agreed.addToPage(page, at(100, 490, 20));
  agreed.check();
  const other = form.createCheckBox("other");
  other.addToPage(page, at(100, 390, 20));
  for (const field of form.getFields())
    for (const widget of field.acroField.getWidgets()) widget.dict.delete(PDFName.of("AP"));
  for (const [kind, text] of [
    ["FreeText", "Paid by transfer"],
    ["Text", "Call her back"],
  ] as const)
    page.node.addAnnot(
      pdf.context.register(
        pdf.context.obj({ Type: "Annot", Subtype: kind, Rect: [100, 100, 300, 120], Contents: PDFString.of(text) }),
      ),
    );
  return await pdf.save({ updateFieldAppearances: false });
}

/** Words of the print: the labels at the left of the fields, and at the right of the boxes. */
const LABELS: [string, number, number][] = [
  ["Name:", 100, 700],
  ["Plot:", 100, 600],
  ["I", 140, 500],
  ["agree", 160, 500],
  ["Other", 140, 400],
];
const wordsIn = (place: (x: number, y: number) => [number, number]): Word[] =>
  LABELS.map(([text, x, y]) => {
    const [left, top] = place(x, y);
    return { text, x0: left - 20, y0: top - 16, x1: left + 20, y1: top + 16, confidence: 0.9 };
  });
const TEXT = "Name:\nPlot:\nI agree\nOther";

async function read(bytes: Uint8Array, page: Partial<Page>): Promise<Page> {
  const file = { bytes, mime_type: "application/pdf", filename: "scan.pdf" };
  await using document = await openPdf(file);
  expect(await document.textOf(1)).toBeNull();
  const recognized: Page = { page_number: 1, text: TEXT, engine: "tesseract", confidence: 0.9, words: null, ...page };
  const [result] = await recognizeEach(async () => [recognized], {
    file,
    document,
    pages: [1],
    signal: new AbortController().signal,
    attempt: 1,
    budget: {} as ReturnType<typeof createModelBudget>, // nothing here is paid for
  });
  return result!;
}

const BESIDE = "Name: Hazel Pénrose\nPlot: Plot 17\n[x] I agree\nOther\n\nPaid by transfer\nComment: Call her back";

it("gives values their places beside the labels", async () => {
  const { text, words } = await read(await scan(), {
    words: wordsIn((x, y) => [2 * x, 2 * (HEIGHT - y)]),
    picture: { width: 2 * WIDTH, height: 2 * HEIGHT, rotation: 0 },
  });
  expect(text).toBe(BESIDE);
  expect(words).toContainEqual({ text: "Plot 17", x0: 399, y0: 379, x1: 801, y1: 421, confidence: 1 });
});

it("gives them their places on a page that is shown turned, and that was turned to be read", async () => {
  const right = await read(await scan(90), {
    words: wordsIn((x, y) => [2 * x, 2 * (HEIGHT - y)]),
    picture: { width: 2 * WIDTH, height: 2 * HEIGHT, rotation: 270 },
  });
  expect(right.text).toBe(BESIDE);
});

it("puts them at the end where nobody knows the places, with the names of the boxes", async () => {
  expect((await read(await scan(), {})).text).toBe(
    `${TEXT}\n\nHazel Pénrose\nPlot 17\n[x] agreed\nPaid by transfer\nComment: Call her back`,
  );
});

it("leaves values alone that were read in their fields, and takes no word elsewhere for one", async () => {
  const picture = { width: WIDTH, height: HEIGHT, rotation: 0 };
  const [name, ...labels] = wordsIn((x, y) => [x, HEIGHT - y]);
  const hazel = (y0: number): Word[] =>
    ["Hazel", "Pénrose"].map((text, at) => ({
      text,
      x0: 220 + 50 * at,
      y0,
      x1: 260 + 50 * at,
      y1: y0 + 10,
      confidence: 0.8,
    }));
  const inField = {
    text: TEXT.replace("Name:", "Name: Hazel Pénrose"),
    words: [name!, ...hazel(95), ...labels],
    picture,
  };
  expect((await read(await scan(), inField)).text.match(/Hazel/g)).toHaveLength(1);
  const elsewhere = { text: `${TEXT} Hazel Pénrose`, words: [name!, ...labels, ...hazel(395)], picture };
  expect((await read(await scan(), elsewhere)).text).toContain("Name: Hazel Pénrose\n");
});

it("says once what the picture shows too", async () => {
  const { text } = await read(await scan(), { text: "Name: HAZEL PÉNROSE, Plot 17" });
  expect(text.match(/Hazel|Plot 17/gi)).toHaveLength(2);
});

it("keeps them where nothing reads the picture", async () => {
  const { text } = await read(await scan(), { text: "" });
  for (const value of ["Hazel Pénrose", "Plot 17", "[x]", "Paid by transfer", "Call her back"])
    expect(text).toContain(value);
});
