// What users of other systems reported as lost or wrong, in files of our own: each is read as its program shows it.
import { Buffer } from "node:buffer";
import iconv from "iconv-lite";
import { expect, it } from "vitest";
import { docx, odf, p, pptx, shape, tr, xlsx } from "../../../testing/fixtures/office.ts";
import type { OpenedAs } from "../../../supabase/functions/_shared/file-formats.ts";
import { pagesOf, read } from "./reading.ts";

type Case = [what: string, type: OpenedAs<"text">, file: Uint8Array | string, ...pages: string[]];
const HEAD = "From: a@b.example\nSubject: s\n";
const r = (text: string): string => `<w:r><w:t xml:space="preserve">${text}</w:t></w:r>`;
const unmarked = (how: string): string => `<w:pPr><w:rPr><w:${how}/></w:rPr></w:pPr>`;
const row = (...cells: string[]): string => `<row>${cells.join("")}</row>`;
const mail = (...lines: string[]): string => `${HEAD}${lines.join("\n")}`;
const part = (type: string, ...lines: string[]): string => `--x\nContent-Type: ${type}\n\n${lines.join("\n")}\n`;
const boxed = `<w:txbxContent><w:sdt><w:sdtContent>${p("Quote in a box")}</w:sdtContent></w:sdt></w:txbxContent>`;

it.each<Case>([
  [
    "a control in a line",
    "docx",
    docx(`<w:p>${r("Name: ")}<w:sdt><w:sdtContent>${r("Hazel")}</w:sdtContent></w:sdt></w:p>`),
    "Name: Hazel",
  ],
  [
    "a control within a text box, once",
    "docx",
    docx(
      `<w:p><w:r><mc:AlternateContent><mc:Choice>${boxed}</mc:Choice><mc:Fallback>${boxed}</mc:Fallback></mc:AlternateContent></w:r>${r("After")}</w:p>`,
    ),
    "Quote in a box\nAfter",
  ],
  [
    "changes that are tracked, as if taken over",
    "docx",
    docx(
      `<w:p>${r("A ")}<w:ins>${r("new ")}</w:ins><w:del><w:r><w:delText>no</w:delText></w:r></w:del><w:moveFrom>${r("no")}</w:moveFrom><w:moveTo>${r("moved")}</w:moveTo></w:p>`,
    ),
    "A new moved",
  ],
  [
    "paragraphs whose marks were deleted or hidden, as one",
    "docx",
    docx(
      `<w:p>${unmarked("del")}${r("First ")}</w:p><w:p>${unmarked("moveFrom")}${r("second ")}</w:p>${p("third")}<w:p>${unmarked("vanish")}${r("Run-in. ")}</w:p>${p("Text")}`,
    ),
    "First second third\nRun-in. Text",
  ],
  [
    "a paragraph that was deleted or moved away, not even as a line",
    "docx",
    docx(
      `${p("One")}<w:p>${unmarked("del")}<w:del><w:r><w:delText>no</w:delText></w:r></w:del></w:p><w:p>${unmarked("moveFrom")}<w:moveFrom>${r("no")}</w:moveFrom></w:p>${p("Two")}`,
    ),
    "One\nTwo",
  ],
  [
    "what a deleted mark ends that nothing follows: a cell, a text box, a table, the text",
    "docx",
    docx(
      `<w:p>${unmarked("del")}${r("Above")}</w:p><w:tbl>${tr(`<w:p>${unmarked("del")}${r("a")}</w:p>`, "b")}</w:tbl><w:p><w:r><w:txbxContent><w:p>${unmarked("del")}${r("boxed")}</w:p></w:txbxContent></w:r>${r("Around")}</w:p><w:p>${unmarked("del")}${r("End")}</w:p>`,
    ),
    "Above\na  b\nboxed\nAround\nEnd",
  ],
  [
    "rows that were deleted",
    "docx",
    docx(
      `<w:tbl><w:tr><w:trPr><w:del w:id="1"/></w:trPr><w:tc>${p("no")}</w:tc></w:tr>${tr("kept", "row")}</w:tbl>${p("After")}`,
    ),
    "kept  row\nAfter",
  ],
  [
    "what a paragraph was before a change of its look",
    "docx",
    docx(
      `<w:p><w:pPr><w:pPrChange><w:pPr><w:rPr><w:del/></w:rPr></w:pPr></w:pPrChange></w:pPr>${r("One")}</w:p>${p("Two")}`,
    ),
    "One\nTwo",
  ],
  [
    "ruby",
    "docx",
    docx(
      "<w:p><w:r><w:ruby><w:rt><w:r><w:t>no</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>東</w:t></w:r></w:rubyBase></w:ruby></w:r></w:p>",
    ),
    "東",
  ],
  [
    "a table within a table",
    "docx",
    docx(`<w:tbl>${tr(`<w:tbl>${tr("a", "b")}</w:tbl>${p("after")}`, "out")}</w:tbl>`),
    "a b after  out",
  ],
  ["a formula", "docx", docx(`<w:p>${r("E=")}<m:oMath><m:r><m:t>mc²</m:t></m:r></m:oMath></w:p>`), "E=mc²"],
  [
    "what wraps runs",
    "docx",
    docx(
      `<w:p><w:hyperlink>${r("a")}</w:hyperlink><w:smartTag>${r(" b")}</w:smartTag><w:fldSimple>${r(" c")}</w:fldSimple><w:bdo>${r(" d")}</w:bdo></w:p>`,
    ),
    "a b c d",
  ],
  [
    "dates since 1904",
    "xlsx",
    xlsx({ S: row('<c s="1"><v>44634</v></c>') }, { styles: [14], date1904: true }),
    "S\n2026-03-15",
  ],
  [
    "formats of numbers, and errors",
    "xlsx",
    xlsx(
      {
        S: row(
          '<c s="1"><v>0.125</v></c>',
          '<c s="2"><v>-1234.5</v></c>',
          '<c s="3"><v>1.5</v></c>',
          '<c t="e"><v>#DIV/0!</v></c>',
          "<c><v>0.30000000000000004</v></c>",
        ),
      },
      { styles: ["0.0%", "#,##0.00;[Red](#,##0.00)", "[h]:mm"] },
    ),
    "S\n12.5%  (1,234.50)  36:00  #DIV/0!  0.3",
  ],
  [
    "characters that XML cannot have",
    "xlsx",
    xlsx(
      {
        S: row(
          '<c t="s"><v>0</v></c>',
          '<c t="inlineStr"><is><t>c_x005F_x0041_</t></is></c>',
          '<c t="str"><v>no_x</v></c>',
        ),
      },
      { strings: ["a_x000D_\nb"] },
    ),
    "S\na b  c_x0041_  no_x",
  ],
  [
    "groups within groups",
    "pptx",
    pptx([{ body: `<p:grpSp><p:grpSp>${shape("Deep")}</p:grpSp></p:grpSp>`, notes: shape("Say it") }]),
    "Deep\n\nNotes:\nSay it",
  ],
  [
    "a formula of a slide",
    "pptx",
    pptx([
      {
        body: "<p:sp><p:txBody><a:p><a14:m><m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath></a14:m></a:p></p:txBody></p:sp>",
      },
    ]),
    "x=1",
  ],
  [
    "changes that are tracked, and scripts",
    "odt",
    odf(
      "text",
      "<text:tracked-changes><text:deletion><text:p>no</text:p></text:deletion></text:tracked-changes><text:p>new<text:change/> text<text:script>no</text:script></text:p>",
    ),
    "new text",
  ],
  ["UTF-7", "eml", mail("Content-Type: text/plain; charset=utf-7", "", "Gr+APYA3w-e +IKw-"), `${HEAD}\nGröße €`],
  [
    "parts whose border is not named",
    "eml",
    mail("Content-Type: multipart/mixed", "", part("text/plain", "Text of it"), "--x--"),
    `${HEAD}\nText of it`,
  ],
  [
    "parts that are none",
    "eml",
    mail("Content-Type: multipart/mixed", "", "No part at all."),
    `${HEAD}\nNo part at all.`,
  ],
  ["a body in Markdown", "eml", mail("Content-Type: text/markdown", "", "# Head", "text"), `${HEAD}\n# Head\ntext`],
  [
    "several texts",
    "eml",
    mail(
      "Content-Type: multipart/mixed; boundary=x",
      "",
      part("text/plain", "First"),
      part("text/html", "<p>Second</p>"),
      "--x--",
    ),
    `${HEAD}\nFirst\n\nSecond`,
  ],
  [
    "parts that do not end",
    "eml",
    mail("Content-Type: multipart/mixed; boundary=x", "", "--x", "Content-Type: text/plain", "", "Only part"),
    `${HEAD}\nOnly part`,
  ],
  [
    "junk in base64",
    "eml",
    mail("Content-Transfer-Encoding: base64", "", "SGVsbG8g", "!!d29ybGQ"),
    `${HEAD}\nHello world`,
  ],
  [
    "a line of a mailbox before the head",
    "eml",
    `From a@b.example Mon Jan  1 00:00:00 2026\n${mail("", "Body")}`,
    `${HEAD}\nBody`,
  ],
  ["a separator that is named", "csv", "sep=|\na|b\n1|2\n", "a  b\n1  2"],
  ["lines within a cell", "csv", 'a,b\n"one\ntwo",2\n', "a  b\none two  2"],
  ["UTF-16 with tabs", "csv", iconv.encode("\uFEFFa\tb\n1\t2", "utf16le"), "a  b\n1  2"],
  [
    "escapes of characters",
    "rtf",
    String.raw`{\rtf1\ansi\uc1 \u8364?5 \uc0\u228 x \uc2\u12354\'82\'a0y \u-10179??\u-8704??}`,
    "€5 äx あy 😀",
  ],
  [
    "a table of cells that do not say so",
    "rtf",
    String.raw`{\rtf1 \trowd\cellx1\cellx2 a\cell b\cell\row\trowd\cellx1\cellx2 c\cell d\cell\row\pard after\par}`,
    "a  b\nc  d\nafter",
  ],
  ["pictures in bytes", "rtf", String.raw`{\rtf1 a{\pict\bin5 }}{\\}b\par c}`, "ab\nc"],
  [
    "XHTML, whose elements end where they say so",
    "html",
    '<?xml version="1.0"?><html><head><title/><script src="a"/></head><body><p>x<br/>y</p><textarea/><p>z</p></body></html>',
    "x\ny\n\nz",
  ],
  ["a page of Mac lines", "txt", "a\rb\rc", "a\nb\nc"],
])("reads %s (%s)", async (_what, type, file, ...pages) => {
  expect(await pagesOf(type, file)).toEqual(pages);
});

it("says nothing of a mail that says nothing", async () => {
  expect(await read("eml", mail("Content-Type: text/html", "", "<img src=a>"))).toEqual({
    pages: [HEAD.trimEnd()],
    parts: [],
  });
  expect(Buffer.from((await pagesOf("eml", mail("", "")))[0]!).toString()).toBe(HEAD.trimEnd());
});
