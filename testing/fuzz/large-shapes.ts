import { Buffer } from "node:buffer";
import { unzipSync, zipSync } from "fflate";
import type { FormatName } from "../../supabase/functions/_shared/file-formats.ts";
import { eml, msg } from "../fixtures/mail.ts";
import { docx, odf, p, pptx, shape, tr, xlsx } from "../fixtures/office.ts";
import { packed } from "../fixtures/packed.ts";
import { attached, attribute, der, properties, property, signed, tnef } from "../fixtures/wrapped.ts";
import { createRandom } from "../random.ts";

/** Files as large as an upload may be, each with much of one thing: mutations keep about the size of their files. */
export type LargeShape = { name: string; format: FormatName; make: () => Uint8Array };

const MB = 1_000_000;
const [TEXT, FILE] = [5.2 * MB, 20.9 * MB];
const latin1 = (text: string): Buffer => Buffer.from(text, "latin1");
/** The piece again and again, up to so many characters. */
const filled = (piece: string, characters: number): string => piece.repeat(Math.floor(characters / piece.length));
const numbered = (count: number, make: (at: number) => string): string => {
  const pieces: string[] = [];
  for (let at = 0; at < count; at += 1) pieces.push(make(at));
  return pieces.join("");
};

/** Runs that patterns look through. */
const RUNS: Record<string, string> = {
  blanks: " ",
  tabs: "\t",
  "ends of lines": "\r\n",
  quotes: '"',
  apostrophes: "'",
  digits: "7",
  "digits and dots": "1.",
  "digits and commas": "1,",
  "opening brackets": "(",
  "square brackets": "[",
  dashes: "-",
  dots: ".",
  "underscores and stars": "_*",
  NULs: "\0",
  "combining marks": "a\u0301\u0323",
  "marks of direction": "\u202e\u200f\u2067",
  "soft hyphens": "\u00ad",
  "at signs": "a@",
  "letters of one word": "x",
  colons: "a:",
  slashes: "/",
  bars: "|",
  "hash signs": "#",
  "ampersands and semicolons": "&;",
  "halves of characters": "\ud800",
  "lines of a letter": "a\n",
  backticks: "`",
  "angle brackets": "<",
  "angle brackets that close": "a>",
  "equals signs": "=",
  backslashes: "\\",
  "escaped quotes": 'a""',
  "escaped letters": "_x0041_",
  "lines that end with a carriage return": "a\r",
  "empty lines": "\n",
  "ends of pages": "\f",
  "letters without width": "a\u200b",
  "codes of a page's number": "&P",
  "colors of a terminal": "\u001b[0m",
};

/** As `zipped`, of an office file: each large member ends with what packs badly, so that no ratio refuses it. */
function loose(file: Uint8Array): Uint8Array {
  const random = createRandom(7);
  const members = unzipSync(file);
  for (const [name, content] of Object.entries(members)) {
    if (content.length < MB) continue;
    const noise = Buffer.alloc(Math.min(900_000, Math.ceil(content.length / 120)));
    for (let at = 0; at < noise.length; at += 1) noise[at] = random.below(256);
    members[name] = Buffer.concat([content, latin1(`<!--${noise.toString("hex")}-->`)]);
  }
  return zipSync(members, { level: 6 });
}

const part = (head: string, body: string): string => `--b\r\n${head}\r\n\r\n${body}\r\n`;
const mail = (...parts: string[]): Buffer =>
  latin1(`From: a@b.c\r\nSubject: s\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${parts.join("")}--b--\r\n`);
const card = (body: string): Buffer => Buffer.from(`BEGIN:VCARD\r\nVERSION:3.0\r\n${body}\r\nEND:VCARD\r\n`);
const event = (body: string): Buffer =>
  Buffer.from(`BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\n${body}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`);
const rows = (count: number, cells: (row: number) => string): string =>
  numbered(count, (row) => `<row r="${row + 1}">${cells(row)}</row>`);
const table = (content: string): string => `<table:table table:name="S">${content}</table:table>`;
const base64 = (bytes: number): string => filled(`${"QUJD".repeat(19)}\r\n`, bytes);

const SHAPES: Record<string, [format: FormatName, make: () => Uint8Array]> = {
  // Sheets
  "150,000 rows of numbers": [
    "xlsx",
    () => loose(xlsx({ S: rows(150_000, (at) => `<c><v>${at}</v></c><c><v>${at}.5</v></c><c><v>7</v></c>`) })),
  ],
  "150,000 rows of ten shared strings": [
    "xlsx",
    () =>
      loose(
        xlsx(
          { S: rows(150_000, (at) => `<c t="s"><v>${at % 1000}</v></c>`.repeat(6)) },
          { strings: Array.from({ length: 1_000 }, (_, at) => `Text number ${at}`) },
        ),
      ),
  ],
  "150,000 rows with names of cells and styles": [
    "xlsx",
    () =>
      loose(
        xlsx(
          {
            S: rows(
              150_000,
              (at) =>
                `<c r="A${at + 1}" s="1"><v>${40_000 + at}</v></c><c r="B${at + 1}" t="s"><v>1</v></c><c r="C${at + 1}" s="2"><v>${at}.25</v></c>`,
            ),
          },
          { strings: ["a", "b"], styles: [14, "#,##0.00"] },
        ),
      ),
  ],
  "150,000 rows of five cells": [
    "xlsx",
    () =>
      loose(
        xlsx(
          {
            S: rows(
              150_000,
              (at) =>
                `<c r="A${at + 1}" t="s"><v>${at % 50}</v></c><c r="B${at + 1}"><v>${at}</v></c><c r="C${at + 1}" s="1"><v>${40_000 + (at % 5_000)}</v></c><c r="D${at + 1}" s="2"><v>${at}.25</v></c><c r="E${at + 1}"><v>7</v></c>`,
            ),
          },
          { strings: Array.from({ length: 50 }, (_, at) => `Text number ${at}`), styles: [14, "#,##0.00"] },
        ),
      ),
  ],
  "400,000 shared strings": [
    "xlsx",
    () =>
      loose(
        xlsx(
          { S: rows(1, () => `<c t="s"><v>3</v></c>`) },
          { strings: Array.from({ length: 400_000 }, (_, at) => `s${at}`) },
        ),
      ),
  ],
  "a million empty rows": ["xlsx", () => loose(xlsx({ S: filled("<row/>", 6 * MB) }))],
  "a row of 16,384 cells, 60 times": [
    "xlsx",
    () => loose(xlsx({ S: rows(60, () => '<c t="str"><v>ab</v></c>'.repeat(16_384)) })),
  ],
  "800,000 cells of formulas": [
    "xlsx",
    () => loose(xlsx({ S: rows(100_000, () => "<c><f>A1+B2*C$3</f></c>".repeat(8)) })),
  ],
  "200,000 shared formulas": [
    "xlsx",
    () =>
      loose(
        xlsx({
          S: `<row r="1"><c r="A1"><f t="shared" si="0">${filled("A1+", 8_000)}1</f></c></row>${rows(20_000, (at) => `<c r="B${at + 1}"><f t="shared" si="0"/></c>`)}`,
        }),
      ),
  ],
  "50,000 dates of a long format": [
    "xlsx",
    () => loose(xlsx({ S: rows(50_000, (at) => `<c s="1"><v>${at}</v></c>`) }, { styles: [filled('yyyy"x"', 250)] })),
  ],
  "merged ranges over each other": [
    "xlsx",
    () =>
      loose(
        xlsx(
          { S: rows(40_000, () => "<c><v>1</v></c>") },
          { merged: { S: Array.from({ length: 10_000 }, (_, at) => `B${at + 1}:XFD999999`) } },
        ),
      ),
  ],
  "10,000 sheets": [
    "xlsx",
    () => xlsx(Object.fromEntries(Array.from({ length: 3_000 }, (_, at) => [`S${at}`, "<row><c><v>1</v></c></row>"]))),
  ],
  "a cell of 9 million letters": [
    "xlsx",
    () => loose(xlsx({ S: `<row><c t="str"><v>${filled("letters ", 9 * MB)}</v></c></row>` })),
  ],
  "the longest attributes of cells": [
    "xlsx",
    () => loose(xlsx({ S: rows(40, () => `<c r="${filled("A", 1.9 * MB)}1"><v>1</v></c>`) })),
  ],
  "150,000 rows of a table": [
    "ods",
    () =>
      loose(
        odf(
          "spreadsheet",
          table(
            numbered(
              150_000,
              (at) =>
                `<table:table-row><table:table-cell><text:p>${at}</text:p></table:table-cell><table:table-cell><text:p>b</text:p></table:table-cell></table:table-row>`,
            ),
          ),
        ),
      ),
  ],
  "500,000 cells in rows of 500": [
    "ods",
    () =>
      loose(
        odf(
          "spreadsheet",
          table(
            filled(
              `<table:table-row>${"<table:table-cell><text:p>b</text:p></table:table-cell>".repeat(500)}</table:table-row>`,
              27 * MB,
            ),
          ),
        ),
      ),
  ],
  "a million empty cells": [
    "ods",
    () =>
      loose(odf("spreadsheet", table(`<table:table-row>${filled("<table:table-cell/>", 20 * MB)}</table:table-row>`))),
  ],
  "a cell of a million paragraphs": [
    "ods",
    () =>
      loose(
        odf(
          "spreadsheet",
          table(
            `<table:table-row><table:table-cell>${filled("<text:p>a</text:p>", 18 * MB)}</table:table-cell></table:table-row>`,
          ),
        ),
      ),
  ],
  "a million blanks by number": [
    "odt",
    () => loose(odf("text", `<text:p>${filled('<text:s text:c="9999999"/>', 25 * MB)}</text:p>`)),
  ],
  "a table of 2.5 million cells": ["csv", () => latin1(filled("a;", TEXT))],
  "a million rows of two cells": ["csv", () => latin1(filled("a;b\n", TEXT))],
  "rows that grow": ["csv", () => latin1(numbered(2_200, (at) => `${"a,".repeat(at)}\n`).slice(0, TEXT))],
  "quoted rows": ["csv", () => latin1(filled('"a","b ""c""","d"\r\n', TEXT))],
  // Office texts
  "a million paragraphs": ["docx", () => loose(docx(filled(p("a"), 70 * MB)))],
  "a paragraph of a million runs": [
    "docx",
    () => loose(docx(`<w:p>${filled("<w:r><w:t>a</w:t></w:r>", 50 * MB)}</w:p>`)),
  ],
  "a text of 9.9 million letters": ["docx", () => loose(docx(p(filled("letters and words ", 9.9 * MB))))],
  "200,000 rows of a Word table": ["docx", () => loose(docx(`<w:tbl>${filled(tr("a", "b"), 40 * MB)}</w:tbl>`))],
  "a row of 300,000 cells": [
    "docx",
    () =>
      loose(docx(`<w:tbl><w:tr>${filled("<w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc>", 20 * MB)}</w:tr></w:tbl>`)),
  ],
  "tables within tables": [
    "docx",
    () =>
      loose(
        docx(
          numbered(
            100,
            () => `${"<w:tbl><w:tr><w:tc>".repeat(600)}${p("a").repeat(200)}${"</w:tc></w:tr></w:tbl>".repeat(600)}`,
          ),
        ),
      ),
  ],
  "a million text boxes": [
    "docx",
    () =>
      loose(
        docx(
          `<w:p>${filled("<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>a</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>", 40 * MB)}</w:p>`,
        ),
      ),
  ],
  "fields that open": [
    "docx",
    () =>
      loose(
        docx(
          `<w:p>${filled('<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>PAGE</w:instrText></w:r>', 40 * MB)}</w:p>`,
        ),
      ),
  ],
  "entities one after the other": ["docx", () => loose(docx(p(filled("&amp;", 20 * MB))))],
  "the longest attributes": [
    "docx",
    () => loose(docx(numbered(40, () => `<w:p w:rsid="${filled("a&amp;", 1.9 * MB)}"/>`))),
  ],
  "many attributes": [
    "docx",
    () => loose(docx(numbered(40, () => `<w:p ${numbered(100_000, (at) => `a${at}="1" `)}/>`))),
  ],
  "numbered paragraphs": [
    "docx",
    () =>
      loose(docx(filled(p("a", '<w:pPr><w:numPr><w:ilvl w:val="8"/><w:numId w:val="1"/></w:numPr></w:pPr>'), 60 * MB))),
  ],
  "a footnote of a million paragraphs": [
    "docx",
    () => loose(docx(p("x"), { footnotes: `<w:footnote w:id="1">${filled(p("a"), 40 * MB)}</w:footnote>` })),
  ],
  "math of a million letters": [
    "docx",
    () =>
      loose(
        docx(
          `<w:p><m:oMath>${filled("<m:f><m:num><m:r><m:t>a</m:t></m:r></m:num><m:den><m:r><m:t>b</m:t></m:r></m:den></m:f>", 40 * MB)}</m:oMath></w:p>`,
        ),
      ),
  ],
  "math within math": [
    "docx",
    () =>
      loose(
        docx(
          numbered(
            30,
            () =>
              `<w:p><m:oMath>${"<m:f><m:num>".repeat(900)}<m:r><m:t>a</m:t></m:r>${"</m:num></m:f>".repeat(900)}</m:oMath></w:p>`,
          ),
        ),
      ),
  ],
  "2,000 slides": [
    "pptx",
    () => pptx(Array.from({ length: 2_000 }, () => ({ body: shape("a", "b"), notes: shape("n") }))),
  ],
  "a slide of a million paragraphs": [
    "pptx",
    () =>
      loose(
        pptx([{ body: `<p:sp><p:txBody>${filled("<a:p><a:r><a:t>a</a:t></a:r></a:p>", 30 * MB)}</p:txBody></p:sp>` }]),
      ),
  ],
  "a slide of 200,000 shapes": ["pptx", () => loose(pptx([{ body: shape("a").repeat(200_000) }]))],
  "shapes with places": [
    "pptx",
    () =>
      loose(
        pptx([
          {
            body: numbered(
              100_000,
              (at) =>
                `<p:sp><p:spPr><a:xfrm><a:off x="${at}" y="${100_000 - at}"/><a:ext cx="9" cy="9"/></a:xfrm></p:spPr><p:txBody><a:p><a:r><a:t>a</a:t></a:r></a:p></p:txBody></p:sp>`,
            ),
          },
        ]),
      ),
  ],
  "groups within groups on a slide": [
    "pptx",
    () =>
      loose(
        pptx([{ body: numbered(200, () => `${"<p:grpSp>".repeat(900)}${shape("a")}${"</p:grpSp>".repeat(900)}`) }]),
      ),
  ],
  "a million paragraphs of an ODT": ["odt", () => loose(odf("text", filled("<text:p>a</text:p>", 30 * MB)))],
  "lists within lists": [
    "odt",
    () =>
      loose(
        odf(
          "text",
          numbered(
            300,
            () =>
              `${"<text:list><text:list-item>".repeat(900)}<text:p>a</text:p>${"</text:list-item></text:list>".repeat(900)}`,
          ),
        ),
      ),
  ],
  "a list of a million": [
    "odt",
    () =>
      loose(
        odf("text", `<text:list>${filled("<text:list-item><text:p>a</text:p></text:list-item>", 40 * MB)}</text:list>`),
      ),
  ],
  "200,000 styles": [
    "odt",
    () =>
      loose(
        odf("text", "<text:p>a</text:p>", {
          styles: `<office:automatic-styles>${numbered(200_000, (at) => `<style:style style:name="s${at}" style:parent-style-name="s${at + 1}" style:family="paragraph"/>`)}</office:automatic-styles>`,
        }),
      ),
  ],
  "spans one after the other": [
    "odt",
    () => loose(odf("text", `<text:p>${filled("<text:span>a</text:span>", 40 * MB)}</text:p>`)),
  ],
  // RTF
  "groups of RTF": ["rtf", () => latin1(`{\\rtf1 ${filled("{a}", FILE)}}`)],
  "words of RTF": ["rtf", () => latin1(`{\\rtf1 ${filled("\\b ", FILE)}}`)],
  "deep groups of RTF": ["rtf", () => latin1(`{\\rtf1 ${filled("{".repeat(1_900) + "}".repeat(1_900), FILE)}}`)],
  "cells of RTF": ["rtf", () => latin1(`{\\rtf1 ${filled("\\trowd\\cellx1\\intbl a\\cell b\\cell\\row", FILE)}}`)],
  "paragraphs of RTF": ["rtf", () => latin1(`{\\rtf1 ${filled("a\\par ", FILE)}}`)],
  "pictures of RTF": ["rtf", () => latin1(`{\\rtf1 {\\pict ${filled("ffd8", FILE)}}}`)],
  "binary of RTF": ["rtf", () => latin1(`{\\rtf1 ${filled("\\bin1 x", FILE)}}`)],
  "fonts of RTF": [
    "rtf",
    () => latin1(`{\\rtf1 {\\fonttbl${numbered(700_000, (at) => `{\\f${at}\\fcharset204 A;}`)}}a}`),
  ],
  "letters of RTF": ["rtf", () => latin1(`{\\rtf1 ${filled("letters and words ", 9.9 * MB)}}`)],
  "tabs and lines of RTF": ["rtf", () => latin1(`{\\rtf1 ${filled("\\tab\\line ", FILE)}}`)],
  "code pages by turns in RTF": [
    "rtf",
    () =>
      latin1(`{\\rtf1{\\fonttbl{\\f0\\fcharset0 A;}{\\f1\\fcharset128 B;}}${filled("\\f0\\'e4\\f1\\'93\\'8c", FILE)}}`),
  ],
  "lists of RTF": ["rtf", () => latin1(`{\\rtf1 ${filled("{\\listtext 1.}a\\par", FILE)}}`)],
  "fields of RTF": [
    "rtf",
    () => latin1(`{\\rtf1 ${filled("{\\field{\\*\\fldinst HYPERLINK x}{\\fldrslt y}}", FILE)}}`),
  ],
  // Web pages
  "a million paragraphs of HTML": ["html", () => latin1(filled("<p>a", TEXT))],
  "a table of HTML": ["html", () => latin1(`<table>${filled("<tr><td>a<td>b", TEXT)}`)],
  "a row of HTML": ["html", () => latin1(`<table><tr>${filled("<td>a", TEXT)}`)],
  "tables within tables of HTML": [
    "html",
    () => latin1(filled("<table><tr><td>".repeat(600) + "a" + "</table>".repeat(600), TEXT)),
  ],
  "cells that span": ["html", () => latin1(`<table>${filled("<tr><td rowspan=9999 colspan=9999>a", TEXT)}`)],
  "style rules": [
    "html",
    () =>
      latin1(
        `<style>${numbered(90_000, (at) => `.c${at} .d>p{display:none}`).slice(0, TEXT / 2)}</style>${filled("<p class='c1 d'>a", TEXT / 2)}`,
      ),
  ],
  "selectors of a rule": [
    "html",
    () => latin1(`<style>${filled(".a,", TEXT / 2)}.b{display:none}</style>${filled("<p class=a>a", TEXT / 2)}`),
  ],
  "descendant selectors": [
    "html",
    () =>
      latin1(
        `<style>${filled("b ", 2_000)}i{display:none}</style>${filled(`${"<b>".repeat(900)}<i>a</i>${"</b>".repeat(900)}`, TEXT)}`,
      ),
  ],
  "classes of an element": [
    "html",
    () =>
      latin1(
        `<style>.a.b.c{display:none}</style>${filled(`<p class="${numbered(20_000, (at) => `c${at} `)}">a`, TEXT)}`,
      ),
  ],
  "styles of an element": ["html", () => latin1(filled(`<p style="${filled("color:red;", 100_000)}">a`, TEXT))],
  "lists of HTML": ["html", () => latin1(`<ol>${filled("<li>a", TEXT)}`)],
  "entities of HTML": ["html", () => latin1(filled("&nbsp;&#x20AC;", TEXT))],
  "headings of HTML": ["html", () => latin1(filled("<h1>a</h1>", TEXT))],
  "preformatted HTML": ["html", () => latin1(`<pre>${filled("a \n", TEXT)}</pre>`)],
  "scripts of HTML": ["html", () => latin1(filled("<script>a</script>", TEXT))],
  "attributes of HTML": ["html", () => latin1(`<p ${numbered(400_000, (at) => `a${at}=1 `)}>a`)],
  "comments of HTML": ["html", () => latin1(filled("<!--a-->b", TEXT))],
  "links of HTML": ["html", () => latin1(filled('<a href="x">a</a> ', TEXT))],
  "forms of HTML": ["html", () => latin1(filled('<input value="a"><select><option>b</select>', TEXT))],
  "bold of HTML": ["html", () => latin1(filled("<b><i>a</b></i>", TEXT))],
  "math of HTML": ["html", () => latin1(filled("<math><mfrac><mi>a</mi><mi>b</mi></mfrac></math>", TEXT))],
  // Mails
  "a head of many fields": [
    "eml",
    () => latin1(`From: a@b.c\r\n${filled("X: y\r\n", 250_000)}\r\n${filled("a line\r\n", FILE)}`),
  ],
  "a head of recipients": ["eml", () => latin1(`From: a@b.c\r\nTo: ${filled("a@b.cd, ", 250_000)}z@b.c\r\n\r\ntext`)],
  "recipients in a field for each": [
    "eml",
    () => latin1(`From: a@b.c\r\n${filled("To: A <a@b.c>\r\n", 250_000)}\r\ntext`),
  ],
  "a folded field": ["eml", () => latin1(`From: a@b.c\r\nSubject: a${filled("\r\n b", 250_000)}\r\n\r\ntext`)],
  "references of a mail": [
    "eml",
    () => latin1(`From: a@b.c\r\nReferences: ${filled("<a@b.c> ", 250_000)}\r\n\r\ntext`),
  ],
  "parameters of a mail": [
    "eml",
    () =>
      latin1(
        `From: a@b.c\r\nContent-Type: text/plain${numbered(20_000, (at) => `; n*${at}=a`).slice(0, 240_000)}\r\n\r\ntext`,
      ),
  ],
  "a large base64 attachment": [
    "eml",
    () =>
      mail(
        part("Content-Type: text/plain", "text"),
        part("Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64", base64(20 * MB)),
      ),
  ],
  "a large base64 attachment on one line": [
    "eml",
    () =>
      mail(
        part("Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64", filled("QUJD", 20 * MB)),
      ),
  ],
  "a base64 attachment of lines of four": [
    "eml",
    () =>
      mail(
        part(
          "Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64",
          filled("QUJD\r\n", 20 * MB),
        ),
      ),
  ],
  "a base64 attachment of lines of one": [
    "eml",
    () =>
      mail(
        part("Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64", filled("Q\n", 20 * MB)),
      ),
  ],
  "a quoted-printable attachment": [
    "eml",
    () =>
      mail(
        part(
          "Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: quoted-printable",
          filled(`${"=41".repeat(25)}=\r\n`, 20 * MB),
        ),
      ),
  ],
  "a quoted-printable attachment of soft breaks": [
    "eml",
    () =>
      mail(
        part(
          "Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: quoted-printable",
          filled("=\r\n", 20 * MB),
        ),
      ),
  ],
  "a quoted-printable attachment of empty lines": [
    "eml",
    () =>
      mail(
        part(
          "Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: quoted-printable",
          filled("\n", 20 * MB),
        ),
      ),
  ],
  "a binary attachment": [
    "eml",
    () =>
      mail(
        part("Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: binary", filled("x", 20 * MB)),
      ),
  ],
  "a binary attachment of empty lines": [
    "eml",
    () => mail(part("Content-Type: application/pdf; name=a.pdf", filled("\n", 20 * MB))),
  ],
  "200 attachments": [
    "eml",
    () =>
      mail(
        numbered(190, (at) =>
          part(`Content-Type: application/pdf; name=a${at}.pdf\r\nContent-Transfer-Encoding: base64`, base64(100_000)),
        ),
      ),
  ],
  "20,000 small attachments": [
    "eml",
    () =>
      mail(
        numbered(20_000, (at) =>
          part(`Content-Type: text/plain; name=a${at}.txt\r\nContent-Disposition: attachment`, "x"),
        ),
      ),
  ],
  "1,900 attachments with long names": [
    "eml",
    () =>
      mail(
        numbered(190, (at) =>
          part(`Content-Disposition: attachment; filename="${filled("long ", 100_000)}${at}.txt"`, "x"),
        ),
      ),
  ],
  "a mail of 8 MB of text in base64": [
    "eml",
    () =>
      latin1(
        `From: a@b.c\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(8 * MB)}`,
      ),
  ],
  "a mail of 8 MB of text": [
    "eml",
    () =>
      latin1(`From: a@b.c\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${filled("words and lines\r\n", 8 * MB)}`),
  ],
  "a mail of 8 MB of flowed text": [
    "eml",
    () =>
      latin1(
        `From: a@b.c\r\nContent-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\r\n\r\n${filled("words \r\n", 8 * MB)}`,
      ),
  ],
  "a mail of 8 MB of flowed quotes": [
    "eml",
    () =>
      latin1(
        `From: a@b.c\r\nContent-Type: text/plain; charset=utf-8; format=flowed\r\n\r\n${filled(">>>a \r\n", 8 * MB)}`,
      ),
  ],
  "a mail of 8 MB of quoted-printable": [
    "eml",
    () =>
      latin1(
        `From: a@b.c\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n${filled("=C3=A4", 8 * MB)}`,
      ),
  ],
  "a mail of 8 MB in Japanese": [
    "eml",
    () =>
      latin1(
        `From: a@b.c\r\nContent-Type: text/plain; charset=iso-2022-jp\r\n\r\n${filled("\x1b$B$3$l\x1b(B", 8 * MB)}`,
      ),
  ],
  "a mail of 8 MB of HTML": [
    "eml",
    () => latin1(`From: a@b.c\r\nContent-Type: text/html; charset=utf-8\r\n\r\n${filled("<p>words</p>\r\n", 8 * MB)}`),
  ],
  "a mail of both texts": [
    "eml",
    () =>
      mail(
        part("Content-Type: text/plain", filled("words ", 4 * MB)),
        part("Content-Type: text/html", filled("<b>words</b> ", 4 * MB)),
      ),
  ],
  "mails within mails": [
    "eml",
    () => latin1(`From: a@b.c\r\n${filled("Content-Type: message/rfc822\r\n\r\nFrom: a@b.c\r\n", 2 * MB)}\r\n\r\ntext`),
  ],
  "a mail of 40 boundaries, deep": [
    "eml",
    () =>
      latin1(
        `From: a@b.c\r\n${numbered(40, (at) => `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\n`)}\r\n${filled("--b\r\n", FILE - MB)}`,
      ),
  ],
  "lines that nearly are boundaries": [
    "eml",
    () =>
      latin1(
        `From: a@b.c\r\nContent-Type: multipart/mixed; boundary=${"-".repeat(70)}\r\n\r\n${filled(`${"-".repeat(71)}\n`, FILE - MB)}`,
      ),
  ],
  "a uuencoded file of short lines": [
    "eml",
    () => latin1(`From: a@b.c\r\n\r\nbegin 644 a.txt\n${filled("#86)C\n", FILE - MB)}\`\nend\n`),
  ],
  "1,000,000 uuencoded files": [
    "eml",
    () => latin1(`From: a@b.c\r\n\r\n${filled("begin 644 a\n#86)C\n`\nend\n", 8 * MB)}`),
  ],
  "a yEnc file": [
    "eml",
    () =>
      latin1(
        `From: a@b.c\r\n\r\n=ybegin line=128 size=99 name=a.txt\r\n${filled(`${"k".repeat(127)}\r\n`, FILE - MB)}=yend size=99\r\n`,
      ),
  ],
  "an attached mail of 18 MB": [
    "eml",
    () => mail(part("Content-Type: message/rfc822", `From: a@b.c\r\n\r\n${filled("line\r\n", 18 * MB)}`)),
  ],
  "an attached mail in base64": [
    "eml",
    () =>
      mail(
        part(
          "Content-Type: message/rfc822; name=a.eml\r\nContent-Transfer-Encoding: base64",
          Buffer.from(`From: a@b.c\r\n\r\n${filled("line\r\n", 12 * MB)}`).toString("base64"),
        ),
      ),
  ],
  "an attached calendar": [
    "eml",
    () => mail(part("Content-Type: text/calendar", event(filled("DESCRIPTION:abc\r\n", 5 * MB)).toString("latin1"))),
  ],
  "a mail with 8 MB of contacts": [
    "eml",
    () => mail(part("Content-Type: text/vcard", filled("BEGIN:VCARD\r\nFN:a\r\nEND:VCARD\r\n", 5 * MB))),
  ],
  // Outlook
  "an Outlook mail of 20 MB attached": [
    "msg",
    () => msg({ subject: "s", body: "b", attachments: [{ filename: "a.pdf", content: Buffer.alloc(20 * MB, 7) }] }),
  ],
  "an Outlook mail of 200 attachments": [
    "msg",
    () =>
      msg({
        subject: "s",
        body: "b",
        attachments: Array.from({ length: 199 }, (_, at) => ({
          filename: `a${at}.pdf`,
          content: Buffer.alloc(100_000, 7),
        })),
      }),
  ],
  "an Outlook mail of 3,000 small attachments": [
    "msg",
    () =>
      msg({
        subject: "s",
        body: "b",
        attachments: Array.from({ length: 3_000 }, (_, at) => ({
          filename: `a${at}.pdf`,
          content: Buffer.alloc(10, 7),
        })),
      }),
  ],
  "an Outlook mail of 4,000 recipients": [
    "msg",
    () =>
      msg({
        subject: "s",
        body: "b",
        recipients: Array.from({ length: 4_000 }, (_, at) => ({ name: `Name ${at}`, address: `a${at}@b.c`, kind: 1 })),
      }),
  ],
  "an Outlook mail of 10,000 tiny properties": [
    "msg",
    () =>
      msg({
        subject: "s",
        texts: Array.from({ length: 10_000 }, (_, at) => [`${(0x6000 + at).toString(16).toUpperCase()}001F`, "x"]),
      }),
  ],
  "an Outlook mail of one giant property": [
    "msg",
    () => msg({ subject: "s", body: "b", texts: [["7000001F", filled("abcd", 9.9 * MB)]] }),
  ],
  "an Outlook mail of the longest text": ["msg", () => msg({ subject: "s", body: filled("words and ", 1.9 * MB) })],
  "an Outlook mail of HTML": ["msg", () => msg({ subject: "s", html: latin1(filled("<p>words</p>", 1.9 * MB)) })],
  "an Outlook mail of large HTML": ["msg", () => msg({ subject: "s", html: latin1(filled("<p>words</p>", 20 * MB)) })],
  "an Outlook mail of packed RTF": ["msg", () => msg({ subject: "s", compressedRtf: packedRtf(19 * MB) })],
  "an Outlook mail of packed RTF of 2 MB": ["msg", () => msg({ subject: "s", compressedRtf: packedRtf(2 * MB) })],
  "an Outlook mail of stored RTF": [
    "msg",
    () => msg({ subject: "s", compressedRtf: storedRtf(`{\\rtf1 ${filled("words \\par ", 19 * MB)}}`) }),
  ],
  "an Outlook mail of stored RTF with HTML": [
    "msg",
    () =>
      msg({ subject: "s", compressedRtf: storedRtf(`{\\rtf1\\fromhtml1 ${filled("{\\*\\htmltag <b>}a", 19 * MB)}}`) }),
  ],
  "an Outlook mail attached text of 20 MB": [
    "msg",
    () => msg({ subject: "s", attachments: [{ filename: "a.txt", content: Buffer.alloc(20 * MB, "line\n") }] }),
  ],
  "an Outlook mail with two large attachments": [
    "msg",
    () =>
      msg({
        subject: "s",
        attachments: [1, 2].map((at) => ({ filename: `${at}.bin`, content: Buffer.alloc(10 * MB, at) })),
      }),
  ],
  // TNEF and signed
  "a winmail.dat of 20 MB attached": ["tnef", () => tnef(...attached("A.TXT", filled("a", 20 * MB)))],
  "a winmail.dat of many attachments": [
    "tnef",
    () => tnef(...Array.from({ length: 10_000 }, (_, at) => attached(`A${at}.TXT`, "x")).flat()),
  ],
  "a winmail.dat of tiny attributes": [
    "tnef",
    () => tnef(Buffer.concat(Array<Buffer>(1_500_000).fill(attribute(1, 0x2800c, Buffer.from("a\0"))))),
  ],
  "a winmail.dat of tiny properties": [
    "tnef",
    () =>
      tnef(
        attribute(
          1,
          0x69003,
          properties(Buffer.concat(Array<Buffer>(1_000_000).fill(property(0x1e, 0x1000, Buffer.from("ab\0\0"))))),
        ),
      ),
  ],
  "a winmail.dat of packed RTF": [
    "tnef",
    () => tnef(attribute(1, 0x69003, properties(property(0x102, 0x1009, Buffer.from(packedRtf(19 * MB)))))),
  ],
  "a signed mail in a million pieces": ["p7m", () => octets(filled("a line\r\n", 9 * MB), 7)],
  "a signed mail in large pieces": ["p7m", () => octets(filled("a line\r\n", 19 * MB), 60_000)],
  "a signed mail with a large attachment": [
    "p7m",
    () =>
      octets(
        mail(
          part("Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64", base64(19 * MB)),
        ).toString("latin1"),
        60_000,
      ),
  ],
  // Contacts and calendars
  "300,000 contacts": ["txt", () => latin1(filled("BEGIN:VCARD\r\nFN:a\r\nEND:VCARD\r\n", TEXT))],
  "a contact of a million fields": ["txt", () => card(filled("A:b\r\n", TEXT - 60))],
  "a contact of a million notes": ["txt", () => card(filled("NOTE:b\r\n", TEXT - 60))],
  "a contact of telephones": ["txt", () => card(filled("TEL;TYPE=a,b:1\r\n", TEXT - 60))],
  "a contact with a photo": ["txt", () => card(`PHOTO;ENCODING=b:${filled("QUJD", TEXT - 100)}`)],
  "a contact with a photo in folded lines": ["txt", () => card(`PHOTO;ENCODING=b:${filled("QUJD\r\n ", TEXT - 100)}`)],
  "a contact with a folded note": ["txt", () => card(`NOTE:${filled("a\r\n ", TEXT - 100)}`)],
  "a contact of parameters": ["txt", () => card(`TEL${filled(";TYPE=a", TEXT - 100)}:1`)],
  "a contact of addresses": ["txt", () => card(filled("ADR:;;a;b;c;d;e\r\n", TEXT - 100))],
  "a contact of an address of parts": ["txt", () => card(`ADR:${filled(";a", TEXT - 100)}`)],
  "a contact of escapes": ["txt", () => card(`NOTE:${filled("\\n\\,\\;", TEXT - 100)}`)],
  "a contact of categories": ["txt", () => card(`CATEGORIES:${filled("a,", TEXT - 100)}`)],
  "a contact of groups": ["txt", () => card(numbered(250_000, (at) => `i${at}.TEL:1\r\n`).slice(0, TEXT - 100))],
  "a contact in base64 notes": ["txt", () => card(filled("NOTE;ENCODING=BASE64:QUJD\r\n", TEXT - 100))],
  "a contact in quoted-printable notes": [
    "txt",
    () => card(filled("NOTE;ENCODING=QUOTED-PRINTABLE:=41\r\n", TEXT - 100)),
  ],
  "a contact of names": ["txt", () => card(filled("N:a;b;c;d;e\r\n", TEXT - 100))],
  "100,000 events": [
    "txt",
    () =>
      latin1(
        `BEGIN:VCALENDAR\r\n${filled("BEGIN:VEVENT\r\nSUMMARY:a\r\nDTSTART:20260101T100000Z\r\nEND:VEVENT\r\n", TEXT - 100)}END:VCALENDAR`,
      ),
  ],
  "an event of guests": ["txt", () => event(filled("ATTENDEE;CN=A:mailto:a@b.c\r\n", TEXT - 100))],
  "an event of rules": ["txt", () => event(filled("RRULE:FREQ=DAILY;COUNT=9\r\n", TEXT - 100))],
  "an event of exceptions": ["txt", () => event(`EXDATE:${filled("20260101,", TEXT - 100)}`)],
  "an event of a description": ["txt", () => event(`DESCRIPTION:${filled("a\\n", TEXT - 100)}`)],
  "parts of a calendar, within each other": [
    "txt",
    () => latin1(`BEGIN:VCALENDAR\r\n${filled("BEGIN:VALARM\r\n", TEXT - 100)}`),
  ],
  "time zones of a calendar": [
    "txt",
    () =>
      latin1(`BEGIN:VCALENDAR\r\n${filled("BEGIN:VTIMEZONE\r\nTZID:a\r\nEND:VTIMEZONE\r\n", TEXT - 100)}END:VCALENDAR`),
  ],
  "a million subtitles": [
    "txt",
    () => latin1(numbered(120_000, (at) => `${at}\n00:00:01,000 --> 00:00:02,000\na\n\n`).slice(0, TEXT)),
  ],
  // Archives
  "10,000 members with long names": [
    "zip",
    () => packed(Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`${filled("a/", 60_000)}${at}.txt`, "x"]))),
  ],
  "a member of 90 MB": ["zip", () => loose(packed({ "a.txt": filled("line of text\n", 90 * MB) }))],
  "nine thousand members": [
    "zip",
    () => packed(Object.fromEntries(Array.from({ length: 9_900 }, (_, at) => [`${at}.txt`, "text"]))),
  ],
  "199 members of half a megabyte": [
    "zip",
    () => packed(Object.fromEntries(Array.from({ length: 199 }, (_, at) => [`${at}.bin`, Buffer.alloc(500_000, at)]))),
  ],
};

/** In the RTF of Outlook ([MS-OXRTFCP]): one letter, and then references to what stands before. */
function packedRtf(size: number): Buffer {
  const head = Buffer.alloc(16);
  const group = Buffer.concat([Buffer.from([0xff]), Buffer.alloc(16, 0)]);
  const body = Buffer.alloc(Math.floor(size / 18 / 8) * 17);
  for (let at = 0; at < body.length; at += 17) {
    group.copy(body, at);
    for (let reference = 0; reference < 8; reference += 1) body.writeUInt16BE(0x000f, at + 1 + reference * 2);
  }
  head.writeUInt32LE(body.length + 12, 0);
  head.writeUInt32LE(size, 4);
  head.writeUInt32LE(0x75465a4c, 8);
  return Buffer.concat([head, body]);
}

function storedRtf(rtf: string): Buffer {
  const head = Buffer.alloc(16);
  head.writeUInt32LE(rtf.length + 12, 0);
  head.writeUInt32LE(rtf.length, 4);
  head.writeUInt32LE(0x414c454d, 8);
  return Buffer.concat([head, latin1(rtf)]);
}

/** A signed mail whose text is in pieces, as programs write it that do not know the length before. */
function octets(text: string, size: number): Uint8Array {
  const source = latin1(`From: a@b.c\r\nSubject: s\r\n${text.startsWith("From:") ? text.slice(7 + 5) : `\r\n${text}`}`);
  const pieces: Buffer[] = [];
  for (let at = 0; at < source.length; at += size) pieces.push(der(4, source.subarray(at, at + size)));
  const endless = (tag: number, ...content: Buffer[]): Buffer =>
    Buffer.concat([Buffer.from([tag, 0x80]), ...content, Buffer.from([0, 0])]);
  return signed(endless, Buffer.concat([Buffer.from([0x24, 0x80]), Buffer.concat(pieces), Buffer.from([0, 0])]));
}

/** What XML cannot have, or reads as its own. */
const inXml = (run: string): string => run.replace(/[\0<&\f\u001b\ud800]/g, ".");

const mailOf =
  (type: string) =>
  (run: string): string =>
    `From: a@b.c\nSubject: s\nContent-Type: ${type}\n\n${run}`;

/** Formats whose text is looked at as text: each gets every run. */
const OF_RUNS: [format: FormatName, most: number, around: (run: string) => string | Uint8Array, kind?: string][] = [
  ["txt", TEXT, (run) => run],
  ["md", TEXT, (run) => run],
  ["csv", TEXT, (run) => `a,b\n${run}`],
  ["html", TEXT, (run) => `<p>${run}`],
  ["rtf", 9.5 * MB, (run) => `{\\rtf1 ${run}}`],
  ["eml", 6 * MB, mailOf("text/plain; charset=utf-8")],
  ["eml", 6 * MB, mailOf("text/plain; format=flowed"), "flowed eml"],
  ["eml", 6 * MB, mailOf("text/enriched"), "enriched eml"],
  ["eml", 6 * MB, mailOf("text/html"), "html eml"],
  [
    "eml",
    4.5 * MB,
    (run) =>
      `From: a@b.c\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n${Buffer.from(run).toString("base64").replace(/.{76}/g, "$&\n")}`,
    "base64 eml",
  ],
  ["msg", 6 * MB, (run) => msg({ subject: "s", body: run })],
  ["tnef", 6 * MB, (run) => tnef(attribute(1, 0x2800c, latin1(run)))],
  [
    "txt",
    TEXT,
    (run) => `BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:s\r\nDESCRIPTION:${run}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`,
    "calendar",
  ],
  ["txt", TEXT, (run) => `BEGIN:VCARD\r\nVERSION:3.0\r\nFN:f\r\nNOTE:${run}\r\nEND:VCARD\r\n`, "contact"],
  ["csv", TEXT, (run) => `a,b\n"${run}",c\n`, "quoted csv"],
  ["html", TEXT, (run) => `<pre>${run}`, "preformatted html"],
  ["docx", 9.5 * MB, (run) => loose(docx(p(inXml(run))))],
  ["odt", 9.5 * MB, (run) => loose(odf("text", `<text:p>${inXml(run)}</text:p>`))],
  [
    "ods",
    9.5 * MB,
    (run) =>
      loose(
        odf(
          "spreadsheet",
          table(
            `<table:table-row><table:table-cell><text:p>${inXml(run)}</text:p></table:table-cell></table:table-row>`,
          ),
        ),
      ),
  ],
  ["pptx", 9.5 * MB, (run) => loose(pptx([{ body: shape(inXml(run)) }]))],
  [
    "xlsx",
    9.5 * MB,
    (run) => loose(xlsx({ S: rows(1, () => `<c r="A1" t="inlineStr"><is><t>${inXml(run)}</t></is></c>`) })),
  ],
];

export const LARGE_SHAPES: readonly LargeShape[] = [
  ...Object.entries(SHAPES).map(([name, [format, make]]) => ({ name, format, make })),
  ...OF_RUNS.flatMap(([format, most, around, kind]) =>
    Object.entries(RUNS).map(([name, run]) => ({
      name: `nothing but ${name} (${kind ?? format})`,
      format,
      make: (): Uint8Array => {
        const made = around(filled(run, most / (Buffer.byteLength(run) / run.length)));
        return typeof made === "string"
          ? Buffer.from(made).subarray(0, format === "eml" || format === "rtf" ? FILE : TEXT)
          : made;
      },
    })),
  ),
  { name: "an Outlook-like mail in one part", format: "eml", make: () => eml("s", filled("words ", 8 * MB)) },
];
