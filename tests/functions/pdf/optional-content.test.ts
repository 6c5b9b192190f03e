// Layers that are switched off: a text layer has their text, and nobody sees it.
import { expect, it } from "vitest";
import { rawPdf, rawStream } from "../../../testing/fixtures/raw-pdf.ts";
import { openPdf } from "../../../supabase/functions/ocr/pdf.ts";
import { openBroken } from "../../../supabase/functions/ocr/pdf/broken.ts";

const at = (y: number, text: string): string => `BT /F 12 Tf 50 ${y} Td (${text}) Tj ET\n`;
const FONTS = "/Font<</F 5 0 R>>";
const HIDDEN = at(600, "The hidden layer");
const layer = (name: string, content: string): string => `/OC /${name} BDC ${content} EMC\n`;
const form = (content: string, more = "", resources = ""): string =>
  rawStream(content, `/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<<${FONTS}${resources}>>${more}`);

type Page = { content: string; properties?: string; forms?: string[]; config?: string };
/** A page with text that is always shown, a layer ON and what else is given. Its forms are X0, X1, …; objects 8, 9, … */
const paged = ({ content, properties = "", forms = [], config = "" }: Page): Uint8Array =>
  rawPdf([
    `<</Type/Catalog/Pages 2 0 R/OCProperties<</OCGs[6 0 R 7 0 R]/D<</ON[6 0 R]/OFF[7 0 R]${config}>>>>>>`,
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    `<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<<${FONTS}/Properties<</ON 6 0 R/OFF 7 0 R${properties}>>/XObject<<${forms.map((_, index) => `/X${index} ${8 + index} 0 R`).join("")}>>>>>>`,
    rawStream(at(700, "Always shown") + layer("ON", at(650, "The shown layer")) + content),
    "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    "<</Type/OCG/Name(Layer)>>",
    "<</Type/OCG/Name(Layer)>>",
    ...forms,
  ]);

async function read(page: Page): Promise<string | null> {
  await using document = await openPdf({ bytes: paged(page), mime_type: "application/pdf", filename: "a.pdf" });
  const text = await document.textOf(1);
  expect(document.engineOf?.(1)).toBe("pdf_text_layer");
  return text;
}

const SHOWN = "Always shown\n\nThe shown layer";

it.each<[string, Page]>([
  ["text", { content: layer("OFF", HIDDEN) }],
  ["text where other text is shown", { content: layer("OFF", at(650, "Die verborgene")) }],
  ["a layer within it that is on", { content: layer("OFF", layer("ON", HIDDEN)) }],
  ["white and invisible text", { content: layer("OFF", `1 g 3 Tr ${HIDDEN}`) }],
  [
    "membership of layers that are not all on",
    { content: layer("M", HIDDEN), properties: "/M<</Type/OCMD/OCGs[6 0 R 7 0 R]/P/AllOn>>" },
  ],
  [
    "an expression within an expression",
    { content: layer("M", HIDDEN), properties: "/M<</Type/OCMD/VE[/And 6 0 R[/Not[/Or 6 0 R 7 0 R]]]>>" },
  ],
  ["a form that is such itself", { content: "/X0 Do", forms: [form(HIDDEN, "/OC 7 0 R")] }],
  ["a form that is drawn in it", { content: layer("OFF", "/X0 Do"), forms: [form(HIDDEN)] }],
  ["text of a form", { content: "/X0 Do", forms: [form(layer("OFF", HIDDEN), "", "/Properties<</OFF 7 0 R>>")] }],
  [
    "a form in a form",
    {
      content: "/X0 Do",
      forms: [form("/X1 Do", "", "/XObject<</X1 9 0 R>>"), form(HIDDEN, "/OC 7 0 R")],
    },
  ],
  ["all layers but those that are on", { content: layer("OFF", HIDDEN), config: "/BaseState/OFF" }],
])("is left out: %s", async (_what, page) => {
  expect(await read(page)).toBe(SHOWN);
});

it.each<[string, Page]>([
  ["white text", { content: layer("ON", `1 g ${at(600, "More")}`) }],
  ["membership of any", { content: layer("M", at(600, "More")), properties: "/M<</Type/OCMD/OCGs[6 0 R 7 0 R]>>" }],
  ["a form", { content: "/X0 Do", forms: [form(at(600, "More"), "/OC 6 0 R")] }],
  [
    "a form beside one that is off",
    { content: "/X0 Do /X1 Do", forms: [form(at(600, "More")), form(HIDDEN, "/OC 7 0 R")] },
  ],
])("leaves what is on: %s", async (_what, page) => {
  expect(await read(page)).toBe(`${SHOWN}\n\nMore`);
});

it("is told from what is on by its layer, not by its name, up to many of them", async () => {
  const layers = Array.from({ length: 300 }, (_, index) =>
    layer(
      index % 3 === 0 ? "OFF" : "ON",
      `BT /F 6 Tf ${50 + 60 * (index % 8)} ${500 - 12 * Math.floor(index / 8)} Td (n${index}) Tj ET`,
    ),
  );
  const few = await read({ content: layers.slice(0, 60).join("") });
  expect(few).toContain("n1 ");
  expect(few).not.toContain("n3 ");
  // More than can be looked at: rather too much than too little.
  expect(await read({ content: layers.join("") })).toContain("n1 ");
});

const RECT = "/Rect[50 400 250 420]";
const FIELD = "/Subtype/Widget/FT/Tx";
/** A page with notes. Objects: 6 a layer that is on, 7 one that is off, 8 how a note looks, 9 and on what else is given. */
const withNotes = (notes: string[], more: string[] = []): Uint8Array =>
  rawPdf([
    "<</Type/Catalog/Pages 2 0 R/OCProperties<</OCGs[6 0 R 7 0 R]/D<</OFF[7 0 R]>>>>/AcroForm<</Fields[]>>>>",
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    `<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<<${FONTS}>>/Annots[${notes.map((note) => `<</Type/Annot${note}>>`).join("")}]>>`,
    rawStream(at(700, "Always shown")),
    "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    "<</Type/OCG/Name(On)>>",
    "<</Type/OCG/Name(Off)>>",
    form("BT /F 12 Tf 2 5 Td (Drawn) Tj ET", "/Matrix[1 0 0 1 0 0]").replace("/BBox[0 0 600 800]", "/BBox[0 0 200 20]"),
    ...more,
  ]);

async function textOf(bytes: Uint8Array): Promise<string | null> {
  await using document = await openPdf({ bytes, mime_type: "application/pdf", filename: "a.pdf" });
  return await document.textOf(1);
}

it.each<[string, string]>([
  ["a comment", `/Subtype/Text${RECT}/Contents(Note)`],
  ["typed text", `/Subtype/FreeText${RECT}/Contents(Note)`],
  ["a stamp", `/Subtype/Stamp${RECT}/Contents(Note)/AP<</N 8 0 R>>`],
  ["a value", `${FIELD}${RECT}/T(a)/V(Note)`],
])("leaves out a note that hangs on a layer which is off, and no other: %s", async (_what, note) => {
  expect(await textOf(withNotes([`${note}/OC 7 0 R`]))).toBe("Always shown");
  expect(await textOf(withNotes([`${note}/OC 6 0 R`]))).toMatch(/Note|Drawn/);
  expect(await textOf(withNotes([`${note}/OC 7 0 R`, `${note}/OC 6 0 R`]))).toMatch(/Note|Drawn/);
});

it.each<[string, boolean, string]>([
  ["any of them", true, "/OCGs[6 0 R 7 0 R]"],
  ["all of them", false, "/OCGs[6 0 R 7 0 R]/P/AllOn"],
  ["none of them", true, "/OCGs 7 0 R/P/AllOff"],
  ["not all of them", false, "/OCGs[6 0 R]/P/AnyOff"],
  ["an expression that holds", true, "/VE[/And 6 0 R[/Not[/And 6 0 R 7 0 R]]]"],
  ["an expression that does not", false, "/VE[/Or 7 0 R[/Not 6 0 R]]"],
])("shows a note with several layers by %s: %s", async (_what, isShown, layers) => {
  const text = await textOf(withNotes([`/Subtype/Text${RECT}/Contents(Note)/OC 9 0 R`], [`<</Type/OCMD${layers}>>`]));
  expect(text).toBe(isShown ? "Always shown\n\nComment: Note" : "Always shown");
});

it.each(["Watermark", "Line", "Square", "Redact"])("reads what a note shows of itself: %s", async (kind) => {
  expect(await textOf(withNotes([`/Subtype/${kind}${RECT}/L[50 400 250 420]/AP<</N 8 0 R>>`]))).toBe(
    "Always shown\n\nDrawn",
  );
});

it("reads a comment that is kept as rich text alone", async () => {
  expect(await textOf(withNotes([`/Subtype/Text${RECT}/RC(<body><p>Rich &amp; more</p></body>)`]))).toBe(
    "Always shown\n\nComment: Rich & more",
  );
});

// The library that opens cut-off files asks for it; Deno has it, Node 20 does not.
type Movable = { transferToFixedLength?: (this: ArrayBuffer) => ArrayBuffer };
(ArrayBuffer.prototype as Movable).transferToFixedLength ??= function () {
  return this.slice(0);
};

it.each<[string, Page]>([
  ["text", { content: layer("OFF", HIDDEN) }],
  ["a form that is such itself", { content: "/X0 Do", forms: [form(HIDDEN, "/OC 7 0 R")] }],
  ["a layer within it that is on", { content: layer("OFF", layer("ON", HIDDEN)) }],
])("is left out where the second reader reads the page: %s", async (_what, page) => {
  await using document = await openBroken(paged(page), undefined, new Error("not opened"));
  expect(await document.textOf(1)).toBe(SHOWN);
});

it("has its notes left out where the second reader reads the page", async () => {
  const bytes = rawPdf([
    "<</Type/Catalog/Pages 2 0 R/OCProperties<</OCGs[6 0 R 7 0 R]/D<</OFF[7 0 R]>>>>>>",
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    `<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<<${FONTS}>>/Annots[8 0 R 9 0 R]>>`,
    rawStream(at(700, "Always shown")),
    "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    "<</Type/OCG/Name(On)>>",
    "<</Type/OCG/Name(Off)>>",
    `<</Type/Annot/Subtype/Text${RECT}/Contents(Hidden)/OC 7 0 R>>`,
    `<</Type/Annot/Subtype/Text${RECT}/Contents(Shown)/OC 6 0 R>>`,
  ]);
  await using document = await openBroken(bytes, undefined, new Error("not opened"));
  expect(await document.textOf(1)).toBe("Always shown\n\nComment: Shown");
});
