import { Buffer } from "node:buffer";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { PDFDocument } from "@cantoo/pdf-lib";
import iconv from "iconv-lite";
import { ROOT } from "../../scripts/checkout.ts";
import { eml, msg } from "../fixtures/mail.ts";
import { docx, odf, p, pptx, shape, tr, xlsx } from "../fixtures/office.ts";
import { attached, attribute, der, properties, property, signed, tnef } from "../fixtures/wrapped.ts";
import { packed } from "../fixtures/packed.ts";
import { mutateCompound, mutateMime, mutatePdf, mutateTiff, mutateZip } from "./containers.ts";
import { mutateBytes, mutateText } from "./mutations.ts";
import { pictureSeeds } from "./pictures.ts";
import { scanSeeds } from "./scans.ts";
import type { Random } from "../random.ts";

/** Sound files of one format, and how they are made unsound. */
export type Seeds = {
  /** The ending of its files' names, and what the fuzzer calls it where that is something else. */
  ending: string;
  name?: string;
  /** Whether the OCR engine draws it, beside the pictures. */
  isDrawn?: boolean;
  type: string;
  files: Uint8Array[];
  mutate(file: Uint8Array, random: Random): Uint8Array;
};

const THEN = new Date("2026-01-01T12:00:00Z");
const OPEN_XML = "application/vnd.openxmlformats-officedocument";
const OPEN_DOCUMENT = "application/vnd.oasis.opendocument";

const asText = (file: Uint8Array, random: Random): Uint8Array =>
  random.chance(0.2)
    ? mutateBytes(file, random)
    : Buffer.from(mutateText(Buffer.from(file).toString("latin1"), random), "latin1");

/** All formats that hold text of their own, and the pictures that are decoded. */
export async function seeds(): Promise<Seeds[]> {
  const table = `<w:tbl>${tr("Item", "Price")}${tr("Paper", "5.00")}</w:tbl>`;
  const files = [{ filename: "a.txt", type: "text/plain", content: Buffer.from("attached") }];
  return [
    { ending: "pdf", type: "application/pdf", files: await pdfs(), mutate: mutatePdf },
    {
      ending: "docx",
      type: `${OPEN_XML}.wordprocessingml.document`,
      files: [docx(p("Größe") + table, { header: p("Head"), footer: p("Foot"), footnotes: p("Note") })],
      mutate: mutateZip,
    },
    {
      ending: "xlsx",
      type: `${OPEN_XML}.spreadsheetml.sheet`,
      files: [
        xlsx(
          {
            S: '<row><c s="1"><v>46096</v></c><c t="s"><v>0</v></c><c s="2"><v>1234.5</v></c></row>',
            T: '<row><c t="inlineStr"><is><t>in</t></is></c></row>',
          },
          { strings: ["shared", "text"], styles: [14, '_-* #,##0.00\\ "€"_-;\\-* #,##0.00\\ "€"_-'] },
        ),
      ],
      mutate: mutateZip,
    },
    {
      ending: "pptx",
      type: `${OPEN_XML}.presentationml.presentation`,
      files: [pptx([{ body: shape("Slide"), notes: shape("Said") }, { body: shape("Second") }])],
      mutate: mutateZip,
    },
    {
      ending: "odt",
      type: `${OPEN_DOCUMENT}.text`,
      files: [
        odf(
          "text",
          '<text:p>Größe<text:s text:c="3"/>x</text:p><table:table><table:table-row><table:table-cell><text:p>c</text:p></table:table-cell></table:table-row></table:table>',
        ),
      ],
      mutate: mutateZip,
    },
    {
      ending: "ods",
      type: `${OPEN_DOCUMENT}.spreadsheet`,
      files: [
        odf(
          "spreadsheet",
          '<table:table table:name="S"><table:table-row table:number-rows-repeated="3"><table:table-cell table:number-columns-repeated="4"><text:p>v</text:p></table:table-cell></table:table-row></table:table>',
        ),
      ],
      mutate: mutateZip,
    },
    {
      ending: "rtf",
      type: "application/rtf",
      files: [
        Buffer.from(
          String.raw`{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset0 A;}{\f1\fcharset204 B;}}Gr\'f6\'dfe {\b bold}\par\f1\'cf\'f0\trowd\cellx1\intbl a\cell b\cell\row{\*\x y}\u8364?\page end}`,
        ),
      ],
      mutate: asText,
    },
    {
      ending: "txt",
      type: "text/plain",
      files: [iconv.encode("Größe 5 €\nline\fpage", "windows-1252"), Buffer.from("\uFEFFtext", "utf16le")],
      mutate: asText,
    },
    { ending: "csv", type: "text/csv", files: [Buffer.from('a;b;c\n1;"two; 2";3\n"x ""y""";z;\n')], mutate: asText },
    {
      ending: "html",
      type: "text/html",
      files: [
        Buffer.from(
          '<!doctype html><html><head><meta charset=utf-8><title>t</title></head><body><p style="color:red">Größe<br>x<table><tr><td>a<td>b</table><ul><li>i<li>j</ul><pre>p\n q</pre><svg><a/></svg></body></html>',
        ),
      ],
      mutate: asText,
    },
    {
      ending: "eml",
      type: "message/rfc822",
      files: [
        eml("Hello", "Text", files),
        eml("=?utf-8?q?Gr=C3=B6?=", "<p>x</p>", [...files, ...files], ["To: A <a@b.c>, B: c@d.e, f@g.h;"]),
      ],
      mutate: mutateMime,
    },
    {
      ending: "msg",
      type: "application/vnd.ms-outlook",
      files: [
        msg({
          subject: "Hello",
          body: "Text",
          attachments: [{ filename: "a.txt", content: Buffer.from("attached".repeat(1_000)) }],
        }),
      ],
      mutate: mutateCompound,
    },
    {
      ending: "dat",
      type: "application/ms-tnef",
      files: [
        tnef(
          attribute(1, 0x69003, properties(property(0x1e, 0x1000, Buffer.from("Some text\0")))),
          ...attached("OFFER~1.TXT", "The offer", "Offer for März.txt"),
        ),
      ],
      mutate: mutateBytes,
    },
    {
      ending: "p7m",
      type: "application/pkcs7-mime",
      files: [
        signed(der, der(4, Buffer.from(eml("Signed", "Text", files)))),
        signed(der, der(4, Buffer.from("%PDF-1.4"))),
      ],
      mutate: mutateBytes,
    },
    {
      ending: "zip",
      type: "application/zip",
      files: [packed({ "a.txt": "member", "b/c.csv": "a,b\n1,2", "d.bin": new Uint8Array(5_000) })],
      mutate: mutateZip,
    },
    { ending: "tiff", type: "image/tiff", files: [twoPages()], mutate: mutateTiff },
    ...(await pictureSeeds()),
    ...(await scanSeeds()),
  ];
}

/** PDFs with text, a form, a file inside; and those that the project has. */
async function pdfs(): Promise<Uint8Array[]> {
  const pdf = await PDFDocument.create();
  pdf.setCreationDate(THEN);
  pdf.setModificationDate(THEN);
  const page = pdf.addPage();
  page.drawText("The first page of a letter.", { x: 72, y: 700 });
  page.drawRectangle({ x: 10, y: 10, width: 100, height: 50 });
  pdf.getForm().createTextField("name").addToPage(page, { x: 72, y: 600 });
  pdf.getForm().getTextField("name").setText("filled in");
  pdf.addPage().drawText("Second", { x: 72, y: 700 });
  await pdf.attach(
    Buffer.from(
      '<?xml version="1.0"?><rsm:CrossIndustryInvoice xmlns:rsm="r"><rsm:ExchangedDocument><ram:ID xmlns:ram="m">7</ram:ID></rsm:ExchangedDocument></rsm:CrossIndustryInvoice>',
    ),
    "factur-x.xml",
    { creationDate: THEN, modificationDate: THEN },
  );
  const made = await Promise.all([pdf.save({ useObjectStreams: false }), pdf.save()]);
  const kept = ["tests/fixtures/mixed.pdf", "tests/fixtures/blank.pdf", "samples/Doc1.pdf", "samples/brief.pdf"];
  return [...made, ...(await Promise.all(kept.map((file) => readFile(path.join(ROOT, file)))))];
}

/** Two grey pages of a pixel. */
function twoPages(): Uint8Array {
  const bytes = Buffer.alloc(160);
  bytes.write("II*\0", "latin1");
  bytes.writeUInt32LE(8, 4);
  for (const [at, next] of [
    [8, 70],
    [70, 0],
  ] as const) {
    const entries = [
      [256, 1],
      [257, 1],
      [258, 8],
      [273, 4],
    ] as const;
    bytes.writeUInt16LE(entries.length, at);
    for (const [index, [tag, value]] of entries.entries()) {
      bytes.writeUInt16LE(tag, at + 2 + index * 12);
      bytes.writeUInt16LE(4, at + 4 + index * 12);
      bytes.writeUInt32LE(1, at + 6 + index * 12);
      bytes.writeUInt32LE(value, at + 10 + index * 12);
    }
    bytes.writeUInt32LE(next, at + 2 + entries.length * 12);
  }
  return bytes;
}
