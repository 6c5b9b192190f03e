// Small files that stop a careless reader. Each goes through the readers as they run in Deno, in a process that can be stopped.
import { deflateSync } from "node:zlib";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../../scripts/checkout.ts";
import { eml } from "../../testing/fixtures/mail.ts";
import { docx, odf, p, xlsx } from "../../testing/fixtures/office.ts";
import { packed } from "../../testing/fixtures/packed.ts";
import { LARGE_SHAPES } from "../../testing/fuzz/large-shapes.ts";
import { ENGINE_LIMITS, LIMITS, type Reading, Worker } from "../../testing/fuzz/worker.ts";
import { temporaryFolder } from "../../testing/temporary.ts";
import { FORMATS, type FormatName, formatOfName } from "../../supabase/functions/_shared/file-formats.ts";

const HOSTILE = path.join(ROOT, "tests/fixtures/hostile");
const latin1 = (text: string): Uint8Array => Buffer.from(text, "latin1");
const zip = (files: Record<string, string>): Uint8Array =>
  zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, latin1(text)])), { level: 6 });

const RELATIONS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"';
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const relation = (id: string, type: string, target: string): string =>
  `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`;
const many = (count: number, make: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => make(at)).join("");

/** An office file whose main part names others. */
const office = (main: string, content: string, relations: string, parts: Record<string, string>): Uint8Array =>
  zip({
    "[Content_Types].xml": `<Types><Override PartName="/${main}" ContentType="x"/></Types>`,
    "_rels/.rels": `<Relationships ${RELATIONS}>${relation("r", "officeDocument", main)}</Relationships>`,
    [main]: content,
    [main.replace(/([^/]+)$/, "_rels/$1.rels")]: `<Relationships ${RELATIONS}>${relations}</Relationships>`,
    ...parts,
  });
const workbook = (sheets: string, relations: string, parts: Record<string, string>): Uint8Array =>
  office("xl/workbook.xml", `<workbook><sheets>${sheets}</sheets></workbook>`, relations, parts);

/** A PDF of these objects, the first of which is the catalog. */
const pdf = (...objects: string[]): Uint8Array =>
  latin1(
    `%PDF-1.7\n${objects.map((body, at) => `${at + 1} 0 obj\n${body}\nendobj\n`).join("")}trailer <</Root 1 0 R>>\n%%EOF`,
  );
const stream = (content: string, head = ""): string => {
  const bytes = deflateSync(latin1(content));
  return `<<${head}/Length ${bytes.length}/Filter/FlateDecode>>stream\n${bytes.toString("latin1")}\nendstream`;
};
const page = (content: string, resources = "", ...more: string[]): Uint8Array =>
  pdf(
    "<</Type/Catalog/Pages 2 0 R>>",
    "<</Type/Pages/Count 1/Kids[3 0 R]>>",
    `<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<<${resources}>>>>`,
    content,
    ...more,
  );

/** A black and white TIFF of one strip of a fax, of which bytes say what they like. */
function fax(compression: number, width: number, strip: Uint8Array): Uint8Array {
  const entries = [
    [256, width],
    [257, 64],
    [258, 1],
    [259, compression],
    [262, 0],
    [273, 8],
    [277, 1],
    [278, 64],
    [279, strip.length],
  ] as const;
  const directory = Buffer.alloc(2 + entries.length * 12 + 4);
  directory.writeUInt16LE(entries.length);
  for (const [index, [tag, value]] of entries.entries()) {
    directory.writeUInt16LE(tag, 2 + index * 12);
    directory.writeUInt16LE(4, 4 + index * 12);
    directory.writeUInt32LE(1, 6 + index * 12);
    directory.writeUInt32LE(value, 10 + index * 12);
  }
  const head = Buffer.from("II*\0\0\0\0\0", "latin1");
  head.writeUInt32LE(8 + strip.length, 4);
  return Buffer.concat([head, strip, directory]);
}

const FILES: Record<string, [ending: FormatName, make: () => Uint8Array]> = {
  "comments one after the other": ["txt", () => latin1(`${"<!---->".repeat(500)}x`)],
  "declarations one after the other": ["html", () => latin1(`${"<?xml ?> ".repeat(400)}x`)],
  "a cut-off PDF of a dictionary that names its catalog a million times": [
    "pdf",
    () => latin1(`%PDF-1.7\n1 0 obj\n<<${"/Page /Catalog ".repeat(1_000_000)}\n`),
  ],
  "a cut-off PDF of a million catalogs without a number": [
    "pdf",
    () => latin1(`%PDF-1.7\n${" obj /Catalog".repeat(1_000_000)}\n`),
  ],
  "a mail of 20,000 parts whose heads do not end": [
    "eml",
    () =>
      latin1(
        `From: a@b.c\nContent-Type: multipart/mixed; boundary=b\n\n${'--b\nContent-Type: text/plain; name="a.txt"\n>\n'.repeat(20_000)}`,
      ),
  ],
  "a mail of 600,000 lines": ["eml", () => latin1(`From: a@b.c\nSubject: s\n\n${"x\n".repeat(600_000)}`)],
  "comments in a member of an archive": ["zip", () => packed({ "a.txt": `${"<!---->".repeat(500)}x` })],
  "a line of spaces with a letter behind": ["txt", () => latin1(`${" ".repeat(400_000)}x`)],
  "tabs and spaces in a table": ["csv", () => latin1(`a,${" \t".repeat(400_000)}x\n`)],
  "quotes that never close": ["csv", () => latin1('a,"b\n'.repeat(200_000))],
  "a row of a million cells": ["csv", () => latin1(",".repeat(1_000_000))],
  "a row of two million cells with a letter": ["csv", () => latin1("a,".repeat(2_600_000))],
  "a row of five million cells, of which one has quotes": ["csv", () => latin1(`"a";${";".repeat(5_000_000)}`)],
  "a million rows with a cell in the middle": ["csv", () => latin1(";z;\n".repeat(1_300_000))],
  "a text in quotes of two million lines": ["csv", () => latin1(`a,b\n"${"x\n".repeat(2_600_000)}",2\n`)],
  "a text in quotes of two million quotes": ["csv", () => latin1(`a,b\n"${'""'.repeat(2_600_000)}",2\n`)],
  "five million bytes of letters": ["rtf", () => latin1(`{\\rtf1\\ansi ${"\\'e4".repeat(5_000_000)}}`)],
  "a cell of five million letters": ["csv", () => latin1("x".repeat(5_000_000))],
  "five million quotes": ["csv", () => latin1('"'.repeat(5_000_000))],
  "a cell of two million escapes, in the table of a database": [
    "csv",
    () => latin1(`a\tb\nc\t\\N\n${"\\n".repeat(2_000_000)}\tx\n`),
  ],
  "two million line ends of two characters": ["txt", () => latin1("x\r\n".repeat(1_700_000))],
  "a slide that is shown 8,000 times": [
    "pptx",
    () =>
      office(
        "ppt/presentation.xml",
        `<p><sldIdLst>${many(8_000, (at) => `<sldId r:id="r${at}"/>`)}</sldIdLst></p>`,
        many(8_000, (at) => relation(`r${at}`, "slide", "slide.xml")),
        { "ppt/slide.xml": `<sld>${"<a:p><a:t>x</a:t></a:p>".repeat(5_000)}</sld>` },
      ),
  ],
  "10,000 sheets that are one": [
    "xlsx",
    () =>
      workbook(
        many(10_000, (at) => `<sheet name="s${at}" r:id="r${at}"/>`),
        many(10_000, (at) => relation(`r${at}`, "worksheet", "s.xml")),
        { "xl/s.xml": `<sheetData>${"<row><c><v>1</v></c></row>".repeat(5_000)}</sheetData>` },
      ),
  ],
  "sheets times relations": [
    "xlsx",
    () =>
      workbook(
        many(60_000, (at) => `<sheet name="s${at}" r:id="x${at}"/>`),
        many(60_000, (at) => relation(`r${at}`, "worksheet", "s.xml")),
        { "xl/s.xml": "<sheetData/>" },
      ),
  ],
  "a long text that a million cells share": [
    "xlsx",
    () => xlsx({ S: `<row>${'<c t="s"><v>0</v></c>'.repeat(300_000)}</row>` }, { strings: ["long ".repeat(6_000)] }),
  ],
  "a million shared texts that are empty": [
    "xlsx",
    () =>
      workbook("", relation("r", "sharedStrings", "s.xml"), { "xl/s.xml": `<sst>${"<si/>".repeat(4_000_000)}</sst>` }),
  ],
  "number formats that are none, each another": [
    "xlsx",
    () =>
      workbook('<sheet name="s" r:id="r"/>', relation("r", "worksheet", "s.xml") + relation("t", "styles", "t.xml"), {
        "xl/t.xml": `<s><numFmts>${many(20_000, (at) => `<numFmt numFmtId="${200 + at}" formatCode="${at} 0${"E+".repeat(100)}"/>`)}</numFmts><cellXfs>${many(20_000, (at) => `<xf numFmtId="${200 + at}"/>`)}</cellXfs></s>`,
        "xl/s.xml": `<sheetData>${many(20_000, (at) => `<row><c s="${at}"><v>1.5</v></c></row>`)}</sheetData>`,
      }),
  ],
  "a number format of 40,000 characters": [
    "xlsx",
    () => xlsx({ S: '<row><c s="1"><v>1</v></c></row>'.repeat(1_000) }, { styles: ["#,".repeat(20_000)] }),
  ],
  "elements within each other, closed by other names": [
    "docx",
    () => docx(`${"<w:a>".repeat(1_900)}${"</w:b>".repeat(2_000_000)}`),
  ],
  "a comment of 50 megabytes": ["docx", () => docx(`<!--${"-".repeat(50_000_000)}-->`)],
  "an attribute of 50 megabytes": ["docx", () => docx(`<w:p a="${"x".repeat(50_000_000)}"/>`)],
  "an element with a million attributes": ["docx", () => docx(`<w:p ${many(1_000_000, (at) => `a${at}="" `)}/>`)],
  "ten million elements": ["docx", () => docx("<w:p/>".repeat(10_000_000))],
  "one header, named 10,000 times": [
    "docx",
    () =>
      office(
        "word/document.xml",
        `<w:document>${p("x")}</w:document>`,
        many(10_000, (at) => relation(`h${at}`, "header", "h.xml")),
        {
          "word/h.xml": `<w:hdr>${p("head").repeat(5_000)}</w:hdr>`,
        },
      ),
  ],
  "rows and cells that repeat": [
    "ods",
    () =>
      odf(
        "spreadsheet",
        `<table:table table:name="S">${`<table:table-row table:number-rows-repeated="99999999">${`<table:table-cell table:number-columns-repeated="99999999"><text:p>${"v".repeat(500)}</text:p></table:table-cell>`.repeat(200)}</table:table-row>`.repeat(50)}</table:table>`,
      ),
  ],
  "groups that open, and pieces in another charset": ["rtf", () => latin1(`{\\rtf1${"\\'e9 {\\f1 ".repeat(500_000)}}`)],
  "nothing but letters of a code page": ["rtf", () => latin1(`{\\rtf1${"\\'00".repeat(5_000_000)}}`)],
  "a NUL, and half of a character": ["rtf", () => latin1("{\\rtf1 a\0b\\u-10179?c}")],
  "elements that the reader closes itself": ["html", () => latin1("<p><table><tr><td>".repeat(300_000))],
  "closings of what was never opened": ["html", () => latin1(`${"<b>".repeat(1_900)}${"</i>".repeat(1_000_000)}`)],
  "parts within parts": [
    "eml",
    () =>
      latin1(
        `Subject: s\r\nFrom: a@b.c\r\n${many(30_000, (at) => `Content-Type: multipart/mixed; boundary="${at}"\r\n\r\n--${at}\r\n`)}`,
      ),
  ],
  "100,000 parts": [
    "eml",
    () =>
      latin1(
        `Subject: s\r\nFrom: a@b.c\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n${"--x\r\n\r\n\r\n".repeat(100_000)}`,
      ),
  ],
  "an address list of brackets": [
    "eml",
    () =>
      eml(
        "s",
        "text",
        [],
        [`To: ${"(".repeat(300_000)}`, `Cc: ${"a:".repeat(100_000)}`, `Bcc: ${'"'.repeat(200_000)}`],
      ),
  ],
  "an encoded subject of a million words": [
    "eml",
    () => latin1(`Subject: ${"=?utf-8?q?=41?= ".repeat(100_000)}\r\nFrom: a@b.c\r\n\r\nx`),
  ],
  "members with names that are no names": [
    "zip",
    () =>
      zip(
        Object.fromEntries(
          ["../../up.txt", "/root.txt", "C:\\drive.txt", "nul\0.txt", "\uD800.txt", "CON", "x".repeat(60_000)].map(
            (name) => [name, "text"],
          ),
        ),
      ),
  ],
  "60,000 members": [
    "zip",
    () =>
      zipSync(Object.fromEntries(Array.from({ length: 60_000 }, (_, at) => [`${at}`, new Uint8Array(0)])), {
        level: 0,
      }),
  ],
  "forms that draw forms that draw forms": [
    "pdf",
    () => {
      const form = (at: number): string =>
        stream("/N Do ".repeat(20), `/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</N ${at} 0 R>>>>`);
      return page(
        stream("/N Do"),
        "/XObject<</N 5 0 R>>",
        ...Array.from({ length: 12 }, (_, at) => form(6 + at)),
        stream("0 0 1 1 re f"),
      );
    },
  ],
  "a page that draws a million lines": ["pdf", () => page(stream("0 0 m 9 9 l S\n".repeat(1_000_000)))],
  "words all over the page": [
    "pdf",
    () =>
      page(
        stream(
          `BT /F 5 Tf ${many(45_000, (at) => `1 0 0 1 ${(at % 60) * 10} ${Math.floor(at / 60) % 600} Tm (w w) Tj `)} ET`,
        ),
        "/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Courier>>>>",
      ),
  ],
  "brackets without end": ["pdf", () => page(stream("[".repeat(3_000_000)))],
  "a million elements in a file inside": [
    "pdf",
    () =>
      pdf(
        "<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(a.xml) 4 0 R]>>>>>>",
        "<</Type/Pages/Count 1/Kids[3 0 R]>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
        "<</Type/Filespec/F(a.xml)/EF<</F 5 0 R>>>>",
        stream(`<Invoice>${"<a/>".repeat(1_200_000)}</Invoice>`),
      ),
  ],
  "lists of files that name one another": [
    "pdf",
    () =>
      pdf(
        "<</Type/Catalog/Pages 2 0 R/AF[]/Names<</EmbeddedFiles 4 0 R>>>>",
        "<</Type/Pages/Count 1/Kids[3 0 R]>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
        "<</Kids[4 0 R 4 0 R]>>",
      ),
  ],
  "what is no object, behind the objects": [
    "pdf",
    () =>
      latin1(
        `${Buffer.from(pdf("<</Type/Catalog/Pages 2 0 R/AF[]>>", "<</Type/Pages/Count 0/Kids[]>>")).toString("latin1")}\n${"1 x ".repeat(250_000)}`,
      ),
  ],
  "streams that begin and never end": [
    "pdf",
    () =>
      latin1(
        `${Buffer.from(pdf("<</Type/Catalog/Pages 2 0 R/AF[]>>", "<</Type/Pages/Count 1/Kids[3 0 R]>>", "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>")).toString("latin1")}\n${"stream\n".repeat(600_000)}`,
      ),
  ],
  "pages that are their own parents": [
    "pdf",
    () => pdf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 99999999/Kids[2 0 R 2 0 R]/Parent 2 0 R>>"),
  ],
  "a fax whose words are no codes": ["tiff", () => fax(2, 640, Buffer.alloc(400_000))],
  "a fax of the longest runs, whose line has no end": [
    "tiff",
    () => fax(3, 640, Buffer.alloc(3_000_000, Buffer.from("01f01f", "hex"))),
  ],
  "a fax of changes of color": ["tiff", () => fax(4, 60_001, Buffer.alloc(400_000, Buffer.from("26a9a6", "hex")))],
  "a fax of bits that are no code": ["tiff", () => fax(4, 640, Buffer.alloc(3_300_000, Buffer.from("0805", "hex")))],
  "directories of the length of the file, over one another": [
    "tiff",
    () => {
      const bytes = Buffer.alloc(800_000, 0);
      bytes.write("II*\0", "latin1");
      bytes.writeUInt32LE(8, 4);
      // Each begins two bytes behind the one before.
      for (let at = 8; at < 20_000; at += 2) bytes.writeUInt16LE(60_000, at);
      return bytes;
    },
  ],
};

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let worker: Worker;
beforeAll(async () => {
  folder = await temporaryFolder();
  worker = new Worker();
});
afterAll(async () => {
  await worker.close();
  await folder[Symbol.asyncDispose]();
});

/** Fails where a file ends the worker, does not end, or takes its memory. CPU is held to in the fuzzer: here others share it. */
function mustBeHarmless(reading: Reading, { grownMb } = LIMITS): void {
  expect(reading.outcome).toMatch(/^[a-z_]+$/);
  expect(["died", "hangs"]).not.toContain(reading.outcome);
  expect(reading.grown_mb).toBeLessThan(grownMb);
}

/** Each took more than its worker has: memory, seconds, or no end. */
const ONCE_TOO_MUCH = [
  "150,000 rows with names of cells and styles",
  "the longest attributes of cells",
  "a million blanks by number",
  "a million paragraphs",
  "a paragraph of a million runs",
  "fields that open",
  "the longest attributes",
  "many attributes",
  "numbered paragraphs",
  "math of a million letters",
  "a list of a million",
  "cells that span",
  "preformatted HTML",
  "a mail of 8 MB of text",
  "an event of a description",
  "a contact of escapes",
  "a member of 90 MB",
  "nothing but lines of a letter (docx)",
  "nothing but escaped letters (xlsx)",
];

describe("a file as large as an upload may be harms nobody:", () => {
  it.each(ONCE_TOO_MUCH)("%s", async (name) => {
    const { format, make } = LARGE_SHAPES.find((shape) => shape.name === name)!;
    const file = path.join(folder.path, `large.${format}`);
    await writeFile(file, make());
    mustBeHarmless(await Worker.readAlone({ file, name: `large.${format}`, type: FORMATS[format].type }));
  });
});

describe("a file made to cost something harms nobody:", () => {
  it.each(Object.keys(FILES))("%s", async (name) => {
    const [ending, make] = FILES[name]!;
    const file = path.join(folder.path, `file.${ending}`);
    await writeFile(file, make());
    const { type } = FORMATS[ending];
    mustBeHarmless(await worker.read({ file, name: `file.${ending}`, type }));
  });
});

it("a file that is too much at the very end of a part is called so, and not damaged", async () => {
  const file = path.join(folder.path, "long.docx");
  await writeFile(file, docx(p(Array.from({ length: 1_300_000 }, (_, at) => at * 7919).join(" "))));
  expect(await worker.read({ file, name: "long.docx", type: FORMATS.docx.type })).toMatchObject({
    outcome: "too_complex",
  });
});

describe("a file that the fuzzer once found harms nobody:", async () => {
  await mkdir(HOSTILE, { recursive: true });
  const found = (await readdir(HOSTILE)).filter((name) => name !== "README.md");
  it.each(found)("%s", async (name) => {
    const format = formatOfName(name);
    const request = { file: path.join(HOSTILE, name), name, type: format?.type };
    mustBeHarmless(await worker.read(request));
    if (format?.opens !== "text") mustBeHarmless(await Worker.readAlone(request, "engine"), ENGINE_LIMITS);
  });
});
