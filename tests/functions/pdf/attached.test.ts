// Files inside a PDF: they become documents like the attachments of a mail.
import { PDFDocument, PDFHexString, PDFString } from "@cantoo/pdf-lib";
import { Buffer } from "node:buffer";
import { expect, it } from "vitest";
import { openPdf } from "../../../supabase/functions/ocr/pdf.ts";

const CII = '<?xml version="1.0"?><rsm:CrossIndustryInvoice xmlns:rsm="urn:x"></rsm:CrossIndustryInvoice>';

async function partsOf(files: [string, Uint8Array | string][]): Promise<[string, string][]> {
  const pdf = await PDFDocument.create();
  pdf.addPage();
  for (const [name, content] of files) await pdf.attach(Buffer.from(content), name);
  await using document = await openPdf({ bytes: await pdf.save(), mime_type: "application/pdf", filename: "a.pdf" });
  const parts = (await document.attachedParts?.()) ?? [];
  return await Promise.all(
    parts.map(
      async (part): Promise<[string, string]> => [
        part.filename,
        await part.bytes().then(
          (bytes) => Buffer.from(bytes).toString(),
          ({ code }: { code: string }) => `refused: ${code}`,
        ),
      ],
    ),
  );
}

it("are parts with their names and bytes", async () => {
  const files: [string, string][] = [
    ["Rechnung März.pdf", "%PDF-1.4 and more"],
    ["notes.txt", "Some notes"],
  ];
  expect((await partsOf(files)).sort()).toEqual([...files].sort());
  expect(await partsOf([])).toEqual([]);
});

it("are no parts where they are the XML of an e-invoice; other XML is", async () => {
  const ubl =
    '<?xml version="1.0"?>\n<!-- made -->\n<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>';
  const parts = await partsOf([
    ["factur-x.xml", CII],
    ["rechnung.xml", ubl],
    ["data.xml", "<data>1</data>"],
    ["a.txt", "a"],
  ]);
  expect(parts.map(([name]) => name).sort()).toEqual(["a.txt", "data.xml"]);
});

it("beyond as many as become documents are said to be too many", async () => {
  const parts = await partsOf(
    Array.from({ length: 203 }, (_, at): [string, string] => [`${String(at).padStart(3, "0")}.txt`, `${at}`]),
  );
  expect(parts).toHaveLength(201);
  expect(parts.at(-1)?.[1]).toBe("refused: too_many_parts");
});

it("that unpack to more than is ever unpacked are refused, and cost the others nothing", async () => {
  const parts = await partsOf([
    ["a.txt", "before"],
    ["bomb.bin", new Uint8Array(150 * 1024 * 1024)],
    ["c.txt", "after"],
  ]);
  expect(Object.fromEntries(parts)).toEqual({
    "a.txt": "before",
    "bomb.bin": expect.stringMatching(/^refused: (too_complex|unpacked_too_large)$/),
    "c.txt": "after",
  });
});

/** A PDF whose second page has a note with a file, and one without. */
async function noted(): Promise<Uint8Array> {
  const pdf = await PDFDocument.create();
  pdf.addPage().drawText("The first page of a report with its annex.");
  const page = pdf.addPage();
  page.drawText("The second page of a report with its annex.");
  const field = pdf.getForm().createTextField("name");
  field.setText("Hazel Penrose");
  field.addToPage(page, { x: 50, y: 500, width: 200, height: 20 });
  const file = pdf.context.register(pdf.context.flateStream("The annex", { Type: "EmbeddedFile" }));
  const spec = {
    Type: "Filespec",
    F: PDFString.of("annex.txt"),
    UF: PDFHexString.fromText("Anläge.txt"),
    EF: { F: file },
  };
  for (const note of [
    { Subtype: "Text" },
    { Subtype: "FileAttachment", FS: spec, Contents: PDFString.of("See there") },
  ])
    page.node.addAnnot(pdf.context.register(pdf.context.obj({ Type: "Annot", Rect: [10, 10, 30, 30], ...note })));
  await pdf.attach(Buffer.from("Of the whole"), "whole.txt");
  return await pdf.save({ useObjectStreams: false });
}

it.each([
  ["", (bytes: Uint8Array) => bytes, "pdf_text_layer"],
  [", in a file that only the second reader opens", (bytes: Uint8Array) => bytes.slice(0, -30), "unpdf"],
])("of a note on a page are parts too%s", async (_what, damage, engine) => {
  const bytes = damage(await noted());
  const read = async (isTextRead: boolean) => {
    await using document = await openPdf({ bytes, mime_type: "application/pdf", filename: "a.pdf" });
    expect(document.engine).toBe(engine);
    if (isTextRead) {
      expect(await document.textOf(1)).toContain("first page");
      expect(await document.textOf(2)).toMatch(/Hazel Penrose[^]*second page[^]*Comment: See there/);
    }
    const parts = (await document.attachedParts?.()) ?? [];
    return await Promise.all(
      parts.map(async (part) => [part.position, part.filename, Buffer.from(await part.bytes()).toString()]),
    );
  };
  const expected = [
    [1, "whole.txt", "Of the whole"],
    [2, "Anläge.txt", "The annex"],
  ];
  expect(await read(true)).toEqual(expected);
  // Where an earlier run has read the pages
  expect(await read(false)).toEqual(expected);
});
