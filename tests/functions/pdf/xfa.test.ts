// Forms that only Adobe Reader shows: their data is read, in place of the page that says "Please wait...".
import { PDFDocument, PDFName, PDFString } from "@cantoo/pdf-lib";
import { expect, it } from "vitest";
import { openPdf } from "../../../supabase/functions/ocr/pdf.ts";

const WAIT = "Please wait... If this message is not eventually replaced by the document, your viewer cannot show it.";

async function textOf(page: string, data: string | null): Promise<string | null> {
  const pdf = await PDFDocument.create();
  pdf.addPage().drawText(page, { size: 8, x: 20 });
  if (data !== null) {
    const packets = ["template", "<template/>", "datasets", data].map((packet, at) =>
      at % 2 === 0 ? PDFString.of(packet) : pdf.context.register(pdf.context.flateStream(packet)),
    );
    pdf.catalog.set(PDFName.of("AcroForm"), pdf.context.register(pdf.context.obj({ Fields: [], XFA: packets })));
  }
  await using document = await openPdf({ bytes: await pdf.save(), mime_type: "application/pdf", filename: "a.pdf" });
  return await document.textOf(1);
}

const DATA =
  '<xfa:datasets xmlns:xfa="http://www.xfa.org/schema/xfa-data/1.0/"><xfa:data><form1><Name>Hazel Penrose</Name><Sum>1190.00</Sum><Empty/>' +
  "<Row><Item>Paper &amp; pens</Item></Row></form1></xfa:data></xfa:datasets>";

it("is read as what was filled in", async () => {
  expect(await textOf(WAIT, DATA)).toBe("Name: Hazel Penrose\nSum: 1190.00\nItem: Paper & pens");
});

it("keeps its page where the page shows something, and where the file is no such form", async () => {
  expect(await textOf("The form as it is printed, with its fields", DATA)).toContain("as it is printed");
  expect(await textOf(WAIT, null)).toContain("Please wait");
});

it.each(["<xfa:datasets/>", "no XML"])("says that it is an XFA form where its data is %s", async (data) => {
  await expect(textOf(WAIT, data)).rejects.toMatchObject({ code: "xfa_form" });
});
