// Pages that show something and whose text layer says nothing, or nonsense.
import { PDFDict, PDFDocument, PDFName } from "@cantoo/pdf-lib";
import { expect, it } from "vitest";
import { line, makePdf } from "../../../testing/fixtures/pdf.ts";
import { type3Pdf } from "../../../testing/fixtures/type3.ts";
import { openPdf } from "../../../supabase/functions/ocr/pdf.ts";

const SENTENCES = [
  "Dear plot holders, the committee met on the first Monday of March.",
  "It was agreed that every plot pays the same share of the water rates,",
];
const draw = (drawing: Parameters<typeof makePdf>[2]) => makePdf("2026-03-01T00:00:00Z", {}, drawing);
async function read(bytes: Uint8Array): Promise<string | null> {
  await using document = await openPdf({ bytes, mime_type: "application/pdf", filename: "a.pdf" });
  return document.textOf(1);
}

/** The PDF with a table that calls each letter of its fonts a space. */
async function allSpaces(bytes: Uint8Array): Promise<Uint8Array> {
  const pdf = await PDFDocument.load(bytes);
  const letters = Array.from({ length: 60 }, (_, code) => `<${code.toString(16).padStart(2, "0")}> <0020>`).join(" ");
  const table = pdf.context.register(
    pdf.context.stream(
      `/CIDInit /ProcSet findresource begin 12 dict begin begincmap 1 begincodespacerange <00> <ff> endcodespacerange 60 beginbfchar ${letters} endbfchar endcmap end end`,
    ),
  );
  for (const [, object] of pdf.context.enumerateIndirectObjects()) {
    if (object instanceof PDFDict && object.get(PDFName.of("Subtype")) === PDFName.of("Type3"))
      object.set(PDFName.of("ToUnicode"), table);
  }
  return pdf.save({ useObjectStreams: false });
}

it("has letters recognized that their font calls spaces", async () => {
  expect(await read(await allSpaces(await type3Pdf(SENTENCES, (code) => `a${code * 7}`)))).toBeNull();
});

it("reads a page of nothing but spaces as blank", async () => {
  expect(await read(await draw((pdf) => line(pdf, "        ", 72, 100)))).toBe("");
});

it("has text recognized whose words stand backwards", async () => {
  const backwards = SENTENCES.map((sentence) => [...sentence].reverse().join(""));
  expect(
    await read(await draw((pdf) => backwards.forEach((text, row) => line(pdf, text, 72, 100 + 20 * row)))),
  ).toBeNull();
});

it("reads words whose letters were put down one by one, from the last to the first", async () => {
  const bytes = await draw((pdf) => {
    SENTENCES.forEach((sentence, row) => {
      let x = 72 + pdf.widthOfString(sentence);
      for (const char of [...sentence].reverse()) {
        x -= pdf.widthOfString(char);
        line(pdf, char, x, 100 + 20 * row);
      }
    });
  });
  expect(await read(bytes)).toBe(SENTENCES.join("\n"));
});

it("reads a table of contents whose dots stand apart", async () => {
  const chapters = ["Introduction", "Methods", "Results and discussion", "Conclusions", "References", "Index"];
  const lines = chapters.map((chapter, index) => `${chapter}${" .".repeat(60 - chapter.length)} ${index * 7}`);
  const text = await read(await draw((pdf) => lines.forEach((text, row) => line(pdf, text, 72, 100 + 20 * row))));
  expect(text).toBe(lines.join("\n"));
});

it.each([-90, -60, -45, -30, 30, 45])(
  "keeps the labels of a chart apart that are turned by %i degrees",
  async (angle) => {
    const months = ["January", "February", "March 2026", "Q4", "Q1", "Later"];
    const bytes = await draw((pdf) => {
      line(pdf, "Income by month", 72, 60);
      months.forEach((month, index) => {
        const [x, y] = [100 + 30 * index, 400];
        pdf.save();
        line(pdf.rotate(angle, { origin: [x, y] }), month, x, y);
        pdf.restore();
      });
    });
    const text = await read(bytes);
    expect(text?.split("\n").filter((line) => months.includes(line))).toEqual(months);
  },
);

it("reads a watermark as one line, however wide apart its letters are", async () => {
  const bytes = await draw((pdf) => {
    pdf.text(SENTENCES.join(" "));
    pdf.fontSize(60);
    line(pdf.rotate(-45, { origin: [200, 500] }), "D R A F T", 200, 500, { characterSpacing: 6 });
  });
  expect((await read(bytes))?.split("\n").at(-1)?.replaceAll(" ", "")).toBe("DRAFT");
});
