// Form fields and notes as programs write them without a drawing.
import { expect, it } from "vitest";
import { rawPdf, rawStream } from "../../../testing/fixtures/raw-pdf.ts";
import { openPdf } from "../../../supabase/functions/ocr/pdf.ts";

const PRINT = "The form of the club, to be filled in by members";

async function read(annotation: string, isListed = true): Promise<string | null> {
  const bytes = rawPdf([
    `<</Type/Catalog/Pages 2 0 R${isListed ? "/AcroForm<</Fields[6 0 R]>>" : ""}>>`,
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Annots[6 0 R]/Resources<</Font<</F 5 0 R>>>>>>",
    rawStream(`BT /F 12 Tf 50 700 Td (${PRINT}) Tj ET`),
    "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    `<</Type/Annot/P 3 0 R/F 4/Rect[50 560 262 612]${annotation}>>`,
  ]);
  await using document = await openPdf({ bytes, mime_type: "application/pdf", filename: "a.pdf" });
  return document.textOf(1);
}

it.each([
  ["a box that is checked by its value", "/Subtype/Widget/FT/Btn/T(c)/V/Yes", "[x]"],
  ["a box that is checked by its state", "/Subtype/Widget/FT/Btn/T(c)/AS/On", "[x]"],
  ["a choice, by its label", "/Subtype/Widget/FT/Ch/Ff 131072/T(c)/Opt[[(de)(Germany)][(fr)(France)]]/V(fr)", "France"],
  ["a choice that was typed", "/Subtype/Widget/FT/Ch/Ff 393216/T(c)/Opt[(A)(B)]/V(Typed itself)", "Typed itself"],
  [
    "several choices",
    "/Subtype/Widget/FT/Ch/Ff 2097152/T(c)/Opt[(A one)(B)(C three)]/V[(A one)(C three)]",
    "A one, C three",
  ],
  ["lines", "/Subtype/Widget/FT/Tx/Ff 4096/T(c)/V(Line one\\rLine two)", "Line one\nLine two"],
  [
    "rich text",
    "/Subtype/Widget/FT/Tx/Ff 33554432/T(c)/RV(<body><p>Rich <b>&amp; typed</b></p></body>)",
    "Rich & typed",
  ],
  ["a typed note in rich text", "/Subtype/FreeText/RC(<p>Paid</p><p>in full</p>)", "Paid\nin full"],
  ["a stamp", "/Subtype/Stamp/Contents(Approved by Hazel)", "Comment: Approved by Hazel"],
])("reads %s", async (_what, annotation, expected) => {
  expect(await read(annotation)).toBe(`${PRINT}\n\n${expected}`);
});

it("reads a field that its form does not list", async () => {
  expect(await read("/Subtype/Widget/FT/Tx/T(c)/V(Hazel Penrose)", false)).toBe(`${PRINT}\n\nHazel Penrose`);
});

it.each([
  ["a box that is off", "/Subtype/Widget/FT/Btn/T(c)/V/Off"],
  ["a button", "/Subtype/Widget/FT/Btn/Ff 65536/T(c)/MK<</CA(Submit)>>"],
  ["a password", "/Subtype/Widget/FT/Tx/Ff 8192/T(c)/V(secret)"],
  ["a hidden note", "/Subtype/FreeText/Contents(hidden)/F 2"],
])("leaves out %s", async (_what, annotation) => {
  expect(await read(annotation)).toBe(PRINT);
});

/** A page with boxes whose field stands above them. */
async function readBoxes(field: string, ...boxes: string[]): Promise<string | null> {
  const kids = boxes.map((_, at) => `${7 + at} 0 R`).join(" ");
  const bytes = rawPdf([
    "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[6 0 R]>>>>",
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    `<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Annots[${kids}]/Resources<</Font<</F 5 0 R>>>>>>`,
    rawStream(`BT /F 12 Tf 50 700 Td (${PRINT}) Tj ET`),
    "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    `<</FT/Btn/T(c)${field}/Kids[${kids}]>>`,
    ...boxes.map(
      (box, at) => `<</Type/Annot/Subtype/Widget/Parent 6 0 R/Rect[50 ${560 - at * 40} 70 ${580 - at * 40}]${box}>>`,
    ),
  ]);
  await using document = await openPdf({ bytes, mime_type: "application/pdf", filename: "a.pdf" });
  return await document.textOf(1);
}
const states = (name: string): string => `/AP<</N<</${name} 4 0 R/Off 4 0 R>>>>`;

it.each<[string, string, string[], number]>([
  ["one box", "/V/Yes", [states("Yes")], 1],
  ["one box, of no known look", "/V/Yes", [""], 1],
  ["one of several", "/Ff 32768/V/b", [states("a"), states("b"), states("c")], 1],
  ["a value in text", "/V(Yes)", [states("Yes")], 1],
  ["none of several without looks", "/Ff 32768/V/b", ["", ""], 0],
  ["a state that says no", "/V/Yes", [`${states("Yes")}/AS/Off`], 0],
  ["a value that says no", "/V/Off", [states("Yes")], 0],
])("reads boxes that are checked by the value of the field above them: %s", async (_what, field, boxes, count) => {
  expect((await readBoxes(field, ...boxes))?.match(/\[x\]/g)?.length ?? 0).toBe(count);
});
