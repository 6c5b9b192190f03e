// Markdown is made of the same lines as the text, so both have the same words. It is rendered here by a library that is no part of the project.
import { Buffer } from "node:buffer";
import { readFile } from "node:fs/promises";
import { PDFDocument, StandardFonts } from "@cantoo/pdf-lib";
import { marked, type Tokens } from "marked";
import { describe, expect, it } from "vitest";
import { FORMATS, type FormatName } from "../../supabase/functions/_shared/file-formats.ts";
import { openDocument } from "../../supabase/functions/ocr/document.ts";
import { Bounds } from "../../supabase/functions/ocr/formats/bounds.ts";
import { htmlText } from "../../supabase/functions/ocr/formats/html.ts";
import { markdownOf } from "../../supabase/functions/ocr/markdown.ts";
import { linesOfWords, marksOfPage } from "../../supabase/functions/ocr/structure.ts";
import { msg } from "../../testing/fixtures/mail.ts";
import { packed } from "../../testing/fixtures/packed.ts";
import { attribute, properties, property, tnef } from "../../testing/fixtures/wrapped.ts";

const words = (text: string): string[] => text.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
/** The text of what a Markdown is shown as. The numbers of a list are no text there: browsers count. */
const rendered = (markdown: string): string =>
  htmlText(marked.parse(markdown.replace(/^(\s*\d+)([.)]) /gm, "$1\\$2 "), { async: false }), new Bounds());
/** The cells of the tables that a Markdown is rendered as. */
function tablesOf(markdown: string): string[][][] {
  return marked
    .lexer(markdown)
    .filter((token): token is Tokens.Table => token.type === "table")
    .map((table) => [table.header, ...table.rows].map((row) => row.map(({ text }) => text)));
}

type ReadPage = { text: string; markdown: string };

async function pagesOf(format: FormatName, content: Uint8Array | string): Promise<ReadPage[]> {
  await using document = await openDocument({
    mime_type: FORMATS[format].type,
    filename: `file.${format}`,
    bytes: typeof content === "string" ? new TextEncoder().encode(content) : content,
  });
  const pages: ReadPage[] = [];
  for (let page = 1; page <= document.pageCount; page += 1) {
    const text = (await document.textOf(page)) ?? "";
    const markdown = document.markdownOf?.(page) ?? text;
    const [shown, read] = [words(rendered(markdown)), words(text)];
    // The second line of a row of a PDF goes on with the first.
    if (format === "pdf") expect(shown.toSorted(), markdown).toEqual(read.toSorted());
    else expect(shown.join(" "), markdown).toBe(read.join(" "));
    pages.push({ text, markdown });
  }
  return pages;
}
const markdownIn = async (format: FormatName, content: Uint8Array | string): Promise<string> =>
  (await pagesOf(format, content)).map(({ markdown }) => markdown).join("\n\n");

const W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
const RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const rels = (...list: [type: string, target: string][]): string =>
  `<Relationships>${list.map(([type, target], at) => `<Relationship Id="r${at + 1}" Type="${RELATIONS}/${type}" Target="${target}"/>`).join("")}</Relationships>`;

function docx(body: string): Uint8Array {
  return packed({
    "_rels/.rels": rels(["officeDocument", "word/document.xml"]),
    "word/_rels/document.xml.rels": rels(["styles", "styles.xml"]),
    "word/styles.xml": `<w:styles ${W}><w:style w:styleId="Kop1"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style><w:style w:styleId="Own"><w:name w:val="Own"/><w:basedOn w:val="Kop1"/></w:style></w:styles>`,
    "word/document.xml": `<w:document ${W}><w:body>${body}</w:body></w:document>`,
  });
}
const html = (page: string): Uint8Array =>
  new TextEncoder().encode(
    `From: Ada <ada@example.org>\r\nDate: Mon, 4 May 2026 10:00:00 +0000\r\nContent-Type: text/html; charset=utf-8\r\n\r\n${page}`,
  );
const paragraph = (text: string, properties = ""): string =>
  `<w:p><w:pPr>${properties}</w:pPr><w:r><w:t>${text}</w:t></w:r></w:p>`;
const cells = (...texts: string[]): string =>
  `<w:tr>${texts.map((text) => `<w:tc>${paragraph(text)}</w:tc>`).join("")}</w:tr>`;

describe("the Markdown of a page", () => {
  it("of Word has its headings, lists and tables", async () => {
    const markdown = await markdownIn(
      "docx",
      docx(
        paragraph("Lease", '<w:pStyle w:val="Kop1"/>') +
          paragraph("Terms", '<w:pStyle w:val="Own"/>') +
          paragraph("One # of * things") +
          paragraph("first", '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr>') +
          paragraph("second", '<w:numPr><w:ilvl w:val="1"/><w:numId w:val="3"/></w:numPr>') +
          `<w:tbl>${cells("Item", "Net", "Gross")}${cells("Chair", "", "12 | 13")}</w:tbl>`,
      ),
    );
    expect(markdown).toContain("# Lease\n\n# Terms\n");
    expect(markdown).toContain("- first\n  - second");
    expect(tablesOf(markdown)).toEqual([
      [
        ["Item", "Net", "Gross"],
        ["Chair", "", "12 | 13"],
      ],
    ]);
  });

  it("of a web page has them too, with cells over several columns and rows in their places", async () => {
    const markdown = await markdownIn(
      "html",
      "<h2>Prices</h2><p>As <b>agreed</b>:</p><ul><li>one<ul><li>two</li></ul></li><li><p>three</p></li></ul><table><tr><th>Item<th>Net<th>Gross<tr><td rowspan=2>Chair<td>10<td>12<tr><td>20<td>24<tr><td colspan=2>Sum<td>36</table><table><tr><td>a<td>b<tr><td>c<td>d</table>",
    );
    expect(markdown).toContain("## Prices\n");
    expect(markdown).toContain("- one\n  - two\n");
    expect(markdown).toContain("- three\n");
    expect(tablesOf(markdown)).toEqual([
      [
        ["Item", "Net", "Gross"],
        ["Chair", "10", "12"],
        ["", "20", "24"],
        ["Sum", "", "36"],
      ],
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ]);
  });

  it("of tables has their rows, empty cells too", async () => {
    expect(tablesOf(await markdownIn("csv", "name;net;gross\nchair;;12\nlamp;3;4\n"))).toEqual([
      [
        ["name", "net", "gross"],
        ["chair", "", "12"],
        ["lamp", "3", "4"],
      ],
    ]);
    const sheet = packed({
      "_rels/.rels": rels(["officeDocument", "xl/workbook.xml"]),
      "xl/_rels/workbook.xml.rels": rels(["worksheet", "worksheets/sheet1.xml"]),
      "xl/workbook.xml": '<workbook><sheets><sheet name="Costs" r:id="r1"/></sheets></workbook>',
      "xl/worksheets/sheet1.xml":
        '<worksheet><sheetData><row><c r="B2" t="inlineStr"><is><t>name</t></is></c><c r="D2" t="inlineStr"><is><t>net</t></is></c></row><row><c r="D3"><v>4</v></c></row><row><c r="B4" t="inlineStr"><is><t>sum</t></is></c><c r="D4"><v>8</v></c></row></sheetData></worksheet>',
    });
    const markdown = await markdownIn("xlsx", sheet);
    expect(markdown).toContain("## Costs\n");
    expect(tablesOf(markdown)).toEqual([
      [
        ["name", "net"],
        ["", "4"],
        ["sum", "8"],
      ],
    ]);
  });

  it("of OpenDocument has its headings, lists and tables", async () => {
    const text = (content: string): string => `<text:p>${content}</text:p>`;
    const row = (...cells: string[]): string => `<table:table-row>${cells.join("")}</table:table-row>`;
    const cell = (content: string): string => `<table:table-cell>${content && text(content)}</table:table-cell>`;
    const file = (kind: string, body: string): Uint8Array =>
      packed({
        mimetype: `application/vnd.oasis.opendocument.${kind}`,
        "content.xml": `<office:document-content><office:body><office:${kind}>${body}</office:${kind}></office:body></office:document-content>`,
      });
    const table = [
      ["Item", "Net", "Gross"],
      ["Chair", "", "12 | 13"],
    ];
    const rows = table.map((cells) => row(...cells.map(cell))).join("");
    const markdown = await markdownIn(
      "odt",
      file(
        "text",
        `<text:h text:outline-level="2">Terms</text:h><text:list><text:list-item>${text("one # of *")}<text:list><text:list-item>${text("inner")}</text:list-item></text:list></text:list-item></text:list><table:table>${rows}</table:table>${text("End")}`,
      ),
    );
    expect(markdown).toContain("## Terms\n\n- one # of \\*\n  - inner\n");
    expect(tablesOf(markdown)).toEqual([table]);
    const sheets = await markdownIn(
      "ods",
      file("spreadsheet", `<table:table table:name="Costs">${rows}${row(cell(""), cell("4"))}</table:table>`),
    );
    expect(sheets).toContain("## Costs\n");
    expect(tablesOf(sheets)).toEqual([[...table, ["", "4", ""]]]);
  });

  it("of a slide has its title, lists, tables, and those of charts and diagrams", async () => {
    const run = (text: string): string => `<a:r><a:t>${text}</a:t></a:r>`;
    const shape = (place: string, ...paragraphs: string[]): string =>
      `<p:sp><p:nvSpPr><p:nvPr>${place}</p:nvPr></p:nvSpPr><p:txBody>${paragraphs.join("")}</p:txBody></p:sp>`;
    const points = (...values: string[]): string =>
      values.map((value, at) => `<c:pt idx="${at}"><c:v>${value}</c:v></c:pt>`).join("");
    const cell = (text: string): string => `<a:tc><a:txBody><a:p>${run(text)}</a:p></a:txBody></a:tc>`;
    const slide = `${shape('<p:ph type="title"/>', `<a:p>${run("Sales")}</a:p>`)}${shape("<p:ph/>", `<a:p>${run("up")}</a:p>`, `<a:p><a:pPr lvl="1"/>${run("a tenth")}</a:p>`)}
      <p:graphicFrame><a:tbl><a:tr>${cell("Item")}${cell("Net")}</a:tr><a:tr>${cell("Chair")}${cell("12")}</a:tr></a:tbl></p:graphicFrame><p:graphicFrame><c:chart r:id="r1"/></p:graphicFrame>`;
    const markdown = await markdownIn(
      "pptx",
      packed({
        "_rels/.rels": rels(["officeDocument", "ppt/presentation.xml"]),
        "ppt/_rels/presentation.xml.rels": rels(["slide", "slides/slide1.xml"]),
        "ppt/presentation.xml": '<p:presentation><p:sldIdLst><p:sldId r:id="r1"/></p:sldIdLst></p:presentation>',
        "ppt/slides/slide1.xml": `<p:sld><p:cSld><p:spTree>${slide}</p:spTree></p:cSld></p:sld>`,
        "ppt/slides/_rels/slide1.xml.rels": rels(["chart", "../charts/chart1.xml"]),
        "ppt/charts/chart1.xml": `<c:chartSpace><c:ser><c:tx><c:v>2026</c:v></c:tx><c:cat>${points("Q1", "Q2")}</c:cat><c:val>${points("4", "5")}</c:val></c:ser></c:chartSpace>`,
      }),
    );
    expect(markdown).toContain("## Sales\n\n- up\n  - a tenth\n");
    expect(tablesOf(markdown)).toEqual([
      [
        ["Item", "Net"],
        ["Chair", "12"],
      ],
      [
        ["", "2026"],
        ["Q1", "4"],
        ["Q2", "5"],
      ],
    ]);
  });

  const MAIL_HTML =
    "<h1>Order</h1><ul><li>Paper<li>Ink</ul><table><tr><td>Item<td>Price<tr><td>Paper<td>12.50</table><p>Thank you</p>";
  it.each<[string, FormatName, () => Uint8Array]>([
    ["a mail of HTML alone", "eml", () => html(MAIL_HTML)],
    [
      "an Outlook mail",
      "msg",
      () =>
        msg({ body: "Order\r\n* Paper\r\n* Ink\r\nItem Price Paper 12.50\r\nThank you", html: Buffer.from(MAIL_HTML) }),
    ],
    [
      "a winmail.dat",
      "tnef",
      () =>
        tnef(
          attribute(
            1,
            0x69003,
            properties(property(0x1e, 0x1000, Buffer.from("Order\0")), property(0x102, 0x1013, Buffer.from(MAIL_HTML))),
          ),
        ),
    ],
  ])("of %s has headings, lists and tables of its HTML", async (_what, format, make) => {
    const markdown = await markdownIn(format, make());
    expect(markdown).toContain("# Order\n\n- Paper\n- Ink\n");
    expect(tablesOf(markdown)).toEqual([
      [
        ["Item", "Price"],
        ["Paper", "12.50"],
      ],
    ]);
  });

  it("of a mail keeps the plain text where the HTML says less", async () => {
    const body = "Dear Ms Penrose, the whole letter stands here.\n1. one\n2. two";
    const markdown = await markdownIn("msg", msg({ body, html: Buffer.from("<p>See the plain text.</p>") }));
    expect(markdown).toContain("letter stands here.\n\n1. one\n2. two");
  });

  it("of RTF and text has lists, and nothing that would be shown as something else", async () => {
    const rtf = "{\\rtf1\\pard\\outlinelevel0 Title\\par\\pard one *two*\\par\\pard\\ls1 item\\par\\pard end\\par}";
    expect(await markdownIn("rtf", rtf)).toBe("# Title\n\none \\*two\\*\n\n- item\n\nend");
    const [page] = await pagesOf(
      "txt",
      "# no heading\n1. one\n2. two\n\n4. four\n6. six\n\n• three\n<script>alert(1)</script> [a](javascript:b) a_b _c_ &amp; --\n---\nItem    Net\nChair   12\nLamp    13",
    );
    expect(rendered(page!.markdown)).toContain("# no heading");
    expect(page!.markdown).toContain("1. one\n2. two\n- 4\\. four\n6. six\n- three\n");
    expect(marked.parse(page!.markdown, { async: false })).not.toMatch(/<script|<a |<em|<h\d|<hr/);
    expect(tablesOf(page!.markdown)).toEqual([
      [
        ["Item", "Net"],
        ["Chair", "12"],
        ["Lamp", "13"],
      ],
    ]);
  });

  it("of a PDF has headings by their size, and tables by the places of their cells", async () => {
    const pdf = await PDFDocument.create();
    const font = await pdf.embedFont(StandardFonts.Helvetica);
    const page = pdf.addPage([595, 842]);
    const put = (text: string, x: number, y: number, size = 11) => page.drawText(text, { x, y, size, font });
    const right = (text: string, x: number, y: number) => put(text, x - font.widthOfTextAtSize(text, 11), y);
    put("Delivery note", 50, 780, 24);
    put("Goods", 50, 740, 15);
    put("Thank you for your order, which we send to you with this letter today.", 50, 715);
    put("• packed by hand", 50, 695);
    put("Article", 50, 660);
    put("Pieces", 300, 660);
    put("Price", 400, 660);
    for (const [index, [name, pieces, price]] of [
      ["Writing paper", "3", "12.50"],
      ["Envelopes, brown", "", "4.10"],
      ["Pencils", "12", "1,199.00"],
    ].entries()) {
      put(name!, 50, 642 - index * 18);
      right(pieces!, 336, 642 - index * 18);
      right(price!, 450, 642 - index * 18);
    }
    put("Please pay within two weeks from today, and name the number of this note.", 50, 560);
    const markdown = await markdownIn("pdf", await pdf.save());
    expect(markdown).toContain("# Delivery note\n\n## Goods\n\nThank you");
    expect(markdown).toContain("- packed by hand\n");
    expect(tablesOf(markdown)).toEqual([
      [
        ["Article", "Pieces", "Price"],
        ["Writing paper", "3", "12.50"],
        ["Envelopes, brown", "", "4.10"],
        ["Pencils", "12", "1,199.00"],
      ],
    ]);
  });

  it("of a PDF puts the second line of a cell to its first, where rows stand further apart than lines", async () => {
    const pdf = await PDFDocument.create();
    const font = await pdf.embedFont(StandardFonts.Helvetica);
    const page = pdf.addPage([595, 842]);
    const put = (text: string, x: number, y: number) => page.drawText(text, { x, y, size: 10, font });
    const rows = [
      ["Article", "", "Price"],
      ["Writing paper,", "white, unlined", "12.50"],
      ["Envelopes", "", "4.10"],
      ["Pencils, soft,", "a dozen in a box", "9.00"],
    ];
    for (const [index, [first, second, price]] of rows.entries()) {
      put(first!, 50, 700 - index * 30);
      if (second) put(second, 50, 688 - index * 30);
      put(price!, 300, 700 - index * 30);
    }
    expect(tablesOf(await markdownIn("pdf", await pdf.save()))).toEqual([
      rows.map(([first, second, price]) => [[first, second].filter(Boolean).join(" "), price]),
    ]);
  });

  it("of a picture has tables by the boxes of its words", () => {
    const rows = [
      ["Item", "Net", "Gross"],
      ["Oak chair", "", "12.00"],
      ["Lamp", "3.00", "4.00"],
    ];
    const [title, ...lines] = ["Invoice", ...rows.map((row) => row.filter(Boolean).join(" "))];
    const boxes = rows.flatMap((row, at) =>
      row.flatMap((cell, column) =>
        cell
          .split(" ")
          .filter(Boolean)
          .map((text, word) => {
            const x0 = 100 + column * 300 + word * 80;
            return { text, x0, y0: 200 + at * 60, x1: x0 + text.length * 14, y1: 230 + at * 60, confidence: 0.9 };
          }),
      ),
    );
    const heading = { text: title!, x0: 100, y0: 50, x1: 400, y1: 120, confidence: 0.9 };
    const text = [title, "", ...lines].join("\n");
    const placed = linesOfWords(text, [heading, ...boxes]);
    const markdown = markdownOf(text, marksOfPage(text, placed, "picture"))!;
    expect(markdown).toContain("# Invoice\n");
    expect(tablesOf(markdown)).toEqual([rows]);
    // Words that are not those of the text tell nothing of it.
    expect(linesOfWords("another text", boxes)).toEqual([]);
  });

  it("of Markdown is what it is", async () => {
    await using document = await openDocument({
      mime_type: "text/markdown",
      filename: "a.md",
      bytes: new TextEncoder().encode("# A\n\n- [b](c)"),
    });
    expect(document.markdownOf?.(1)).toBeNull();
  });

  it.each([
    ["mail.eml", "eml"],
    ["minutes.docx", "docx"],
    ["ledger.xlsx", "xlsx"],
    ["letters.zip", "zip"],
    ["archive.zip", "zip"],
    ["many-pages.pdf", "pdf"],
    ["mixed.pdf", "pdf"],
    ["../../samples/Doc1.pdf", "pdf"],
    ["../../samples/brief.pdf", "pdf"],
    ["../../samples/ABT_report_final_v2.pdf", "pdf"],
    ["../../samples/download-3.pdf", "pdf"],
    ["../../docs/capacity.md", "txt"],
  ] as const)("has the words of its text in %s", async (file, format) => {
    expect(await pagesOf(format, await readFile(new URL(`../fixtures/${file}`, import.meta.url)))).not.toEqual([]);
  });
});
