// What nobody sees is in no text, and letters are as they are typed: in every format, from one list.
import { PDFDocument, PDFHexString } from "@cantoo/pdf-lib";
import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import { eml, msg } from "../../../testing/fixtures/mail.ts";
import { docx, odf, p, pptx, shape, xlsx } from "../../../testing/fixtures/office.ts";
import { packed } from "../../../testing/fixtures/packed.ts";
import { attribute, der, properties, property, signed, tnef } from "../../../testing/fixtures/wrapped.ts";
import { safeName } from "../../../supabase/functions/_shared/file-name.ts";
import type { OpenedAs } from "../../../supabase/functions/_shared/file-formats.ts";
import { readable } from "../../../supabase/functions/_shared/readable.ts";
import { parseEinvoice } from "../../../supabase/functions/ocr/einvoice.ts";
import { openPdf } from "../../../supabase/functions/ocr/pdf.ts";
import { pagesOf } from "./reading.ts";

const LETTERS: [what: string, written: string, read: string][] = [
  ["accents apart from their letters", "Mu\u0308nchen Cafe\u0301 Å\u0323", "München Café Ạ\u030A"],
  ["soft hyphens", "Donau\u00ADdampf\u00ADschiff", "Donaudampfschiff"],
  ["spaces and joiners without a width", "zu\u200Bletzt\u2060 \uFEFFauch\u200C\u200D 12\u200D3", "zuletzt auch 123"],
  ["marks of direction", "a\u200Eb\u200Fc\u202Ad\u202Ee\u202C\u2066f\u2069\u061C", "abcdef"],
  ["marks of annotation, and hidden letters", "note\uFFF9x\u{E0041}\u{E0042}y\u034F\u206A", "notexy"],
  ["ligatures", "ﬁnden Oﬀer ﬂott ﬃ ﬅ \uFB13", "finden Offer flott ffi st մն"],
  ["Arabic letters in the form that they have in a word", "\uFEB3\uFEFC\uFEE1", "سلام"],
  ["Hebrew letters with their points", "\uFB2A\uFB4B", "\u05E9\u05C1\u05D5\u05B9"],
  ["Hangul of single letters", "\u1112\u1161\u11AB\u1100\u1173\u11AF", "한글"],
  [
    "what joins and parts letters where it has to",
    "می\u200Cخواهم 👩\u200D🔬 क\u094D\u200Dष",
    "می\u200Cخواهم 👩\u200D🔬 क\u094D\u200Dष",
  ],
  [
    "flags, and signs of Japan as they are",
    "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F} ㈱ ① ｱ",
    "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F} ㈱ ① ｱ",
  ],
];

const rtf = (text: string): string =>
  `{\\rtf1\\ansi\\uc1 ${Array.from({ length: text.length }, (_, at) => `\\u${((text.charCodeAt(at) + 0x8000) & 0xffff) - 0x8000}?`).join("")}}`;
const utf16 = (text: string): Buffer => Buffer.from(`${text}\0`, "utf16le");

/** A file of each format that holds a text. */
const FILES: Record<OpenedAs<"text">, (text: string) => Uint8Array | string> = {
  txt: (text) => text,
  md: (text) => `# ${text}`,
  csv: (text) => `a,b\n${text},1`,
  html: (text) => `<p>${text}</p>`,
  rtf,
  docx: (text) => docx(p(text)),
  xlsx: (text) => xlsx({ S: '<row><c t="s"><v>0</v></c></row>' }, { strings: [text] }),
  pptx: (text) => pptx([{ body: shape(text) }]),
  odt: (text) => odf("text", `<text:p>${text}</text:p>`),
  ods: (text) =>
    odf(
      "spreadsheet",
      `<table:table table:name="S"><table:table-row><table:table-cell><text:p>${text}</text:p></table:table-cell></table:table-row></table:table>`,
    ),
  eml: (text) => eml(`=?utf-8?b?${Buffer.from(text).toString("base64")}?=`, "Body"),
  msg: (text) => msg({ subject: "S", body: text }),
  tnef: (text) => tnef(attribute(1, 0x69003, properties(property(0x1f, 0x1000, utf16(text))))),
  p7m: (text) => signed(der, der(4, Buffer.from(eml("S", text)))),
  zip: (text) => packed({ [`${text}.txt`]: "member" }),
};

describe.each(LETTERS)("%s", (_what, written, expected) => {
  it.each(Object.entries(FILES) as [OpenedAs<"text">, (text: string) => Uint8Array | string][])(
    "in %s",
    async (type, make) => {
      expect((await pagesOf(type, make(written))).join("\n")).toContain(expected);
    },
  );

  it("in fields, notes and comments of a PDF", async () => {
    const pdf = await PDFDocument.create();
    const page = pdf.addPage();
    page.drawText("A form of the club that has to be filled in.", { x: 50, y: 700 });
    for (const [at, kind] of ["FreeText", "Text"].entries())
      page.node.addAnnot(
        pdf.context.register(
          pdf.context.obj({
            ...{ Type: "Annot", Subtype: kind, Rect: [50, 500 - 100 * at, 450, 520 - 100 * at] },
            Contents: PDFHexString.fromText(`${kind}${kind === "Text" ? "," : ""} ${written}`),
          }),
        ),
      );
    await using document = await openPdf({ bytes: await pdf.save(), mime_type: "application/pdf", filename: "a.pdf" });
    const text = (await document.textOf(1)) ?? "";
    expect(text).toContain(`Comment: Text, ${expected}`);
    expect(text).toContain(`FreeText ${expected}`);
  });

  it("in names of files, the XML of an e-invoice, and again", () => {
    expect(safeName(`${written}.pdf`)).toBe(`${expected}.pdf`);
    const xml = `<Invoice><AccountingSupplierParty><Party><PartyName><Name>${written}</Name></PartyName></Party></AccountingSupplierParty></Invoice>`;
    expect(parseEinvoice(xml)?.seller).toBe(expected);
    expect(readable(expected)).toBe(expected);
  });
});
