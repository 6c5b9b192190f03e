// Files that hang on parts of a PDF (/AF) and are in no list of it, as programs for PDF/A-3 and PDF 2.0 write them.
import { Buffer } from "node:buffer";
import { type PDFDict, PDFDocument, PDFHexString, PDFName } from "@cantoo/pdf-lib";
import { expect, it } from "vitest";
import { findEinvoice } from "../../../supabase/functions/ocr/einvoice.ts";
import { openPdf } from "../../../supabase/functions/ocr/pdf.ts";

const CII =
  '<?xml version="1.0"?><rsm:CrossIndustryInvoice xmlns:rsm="urn:x"><rsm:ExchangedDocument><ram:ID xmlns:ram="m">7</ram:ID></rsm:ExchangedDocument></rsm:CrossIndustryInvoice>';

/** A PDF with files that hang on what `hang` names. */
async function made(useObjectStreams: boolean): Promise<Uint8Array> {
  const pdf = await PDFDocument.create();
  const page = pdf.addPage();
  page.drawText("The first page of a report with its annex.", { x: 50, y: 700 });
  const spec = (name: string, content: string) =>
    pdf.context.register(
      pdf.context.obj({
        Type: "Filespec",
        UF: PDFHexString.fromText(name),
        AFRelationship: "Data",
        EF: { F: pdf.context.register(pdf.context.flateStream(content, { Type: "EmbeddedFile" })) },
      }),
    );
  const hang = (dict: PDFDict, ...files: ReturnType<typeof spec>[]) =>
    dict.set(PDFName.of("AF"), pdf.context.obj(files));
  await pdf.attach(Buffer.from("Of the list"), "list.txt");
  const note = pdf.context.obj({ Type: "Annot", Subtype: "Text", Rect: [10, 10, 30, 30] });
  hang(note as PDFDict, spec("note.txt", "Of a note"));
  page.node.addAnnot(pdf.context.register(note));
  hang(page.node, spec("Seite ä.csv", "a;b"));
  hang(pdf.catalog, spec("whole.txt", "Of the whole"), spec("rechnung.xml", CII));
  await pdf.flush();
  // What stands in both places is one file.
  const listed = (pdf.catalog.lookup(PDFName.of("AF")) as unknown as { asArray(): unknown[] }).asArray();
  expect(listed.length).toBeGreaterThan(0);
  return await pdf.save({ useObjectStreams });
}

it.each([false, true])("are parts like those that are attached, once each; objects packed: %s", async (packed) => {
  await using document = await openPdf({ bytes: await made(packed), mime_type: "application/pdf", filename: "a.pdf" });
  const parts = (await document.attachedParts?.()) ?? [];
  const files = await Promise.all(
    parts.map(async (part) => [part.filename, Buffer.from(await part.bytes()).toString()]),
  );
  expect(files[0]).toEqual(["list.txt", "Of the list"]);
  expect(Object.fromEntries(files)).toEqual({
    "list.txt": "Of the list",
    "note.txt": "Of a note",
    "Seite ä.csv": "a;b",
    "whole.txt": "Of the whole",
  });
  expect(new Set(parts.map(({ position }) => position)).size).toBe(4);
  // The XML of an e-invoice belongs to its PDF.
  expect(findEinvoice(await document.attachments!(), () => {})).not.toBeNull();
});
