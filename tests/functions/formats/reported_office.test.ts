// What users of other systems reported as lost, doubled or garbled of office files, in files of our own.
import { expect, it } from "vitest";
import { docx, p, pptx, tr, xlsx } from "../../../testing/fixtures/office.ts";
import { packed } from "../../../testing/fixtures/packed.ts";
import { FORMATS, type OpenedAs } from "../../../supabase/functions/_shared/file-formats.ts";
import { openText } from "../../../supabase/functions/ocr/formats/formats.ts";
import { pagesOf } from "./reading.ts";

type Case = [what: string, type: OpenedAs<"text">, file: Uint8Array | string, ...pages: string[]];
const RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const rels = (...list: [type: string, target: string][]): string =>
  `<Relationships>${list.map(([type, target], at) => `<Relationship Id="r${at + 1}" Type="${RELATIONS}/${type}" Target="${target}"/>`).join("")}</Relationships>`;
const r = (text: string, properties = ""): string =>
  `<w:r>${properties && `<w:rPr>${properties}</w:rPr>`}<w:t xml:space="preserve">${text}</w:t></w:r>`;
const par = (...runs: string[]): string => `<w:p>${runs.join("")}</w:p>`;
const mark = (type: string): string => `<w:r><w:fldChar w:fldCharType="${type}"/></w:r>`;
const code = (text: string): string => `<w:r><w:instrText xml:space="preserve">${text}</w:instrText></w:r>`;
const field = (instructions: string, result: string): string =>
  mark("begin") + instructions + mark("separate") + result + mark("end");
const m = (text: string): string => `<m:r><m:t>${text}</m:t></m:r>`;
const formula = (...parts: string[]): string => `<m:oMath>${parts.join("")}</m:oMath>`;
const MATH_ML =
  "<math><semantics><mrow><mfrac><mn>1</mn><mrow><mi>a</mi> <mo>+</mo><mi>b</mi></mrow></mfrac><msup><mi>x</mi><mn>2</mn></msup>" +
  "<msqrt><mi>y</mi><mo>+</mo><mn>1</mn></msqrt><mroot><mn>8</mn><mn>3</mn></mroot><munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover>" +
  "<mi>i</mi></mrow><annotation>no</annotation></semantics></math>";
const WINGDINGS = '<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>';
/** A Word document with numbered lists, and with styles. */
const numbered = (body: string, numbering: string, styles = ""): Uint8Array =>
  packed({
    "_rels/.rels": rels(["officeDocument", "word/document.xml"]),
    "word/document.xml": `<w:document><w:body>${body}</w:body></w:document>`,
    "word/_rels/document.xml.rels": rels(["numbering", "numbering.xml"], ["styles", "styles.xml"]),
    "word/numbering.xml": `<w:numbering>${numbering}</w:numbering>`,
    "word/styles.xml": `<w:styles>${styles}</w:styles>`,
  });
const item = (text: string, level = 0, properties = ""): string =>
  p(
    text,
    `<w:pPr><w:numPr><w:ilvl w:val="${level}"/><w:numId w:val="1"/></w:numPr>${properties && `<w:rPr>${properties}</w:rPr>`}</w:pPr>`,
  );
const level = (at: number, format: string, text: string, more = ""): string =>
  `<w:lvl w:ilvl="${at}"><w:start w:val="1"/><w:numFmt w:val="${format}"/>${more}<w:lvlText w:val="${text}"/></w:lvl>`;
const list = (id: number, ...levels: string[]): string =>
  `<w:abstractNum w:abstractNumId="${id}">${levels.join("")}</w:abstractNum>`;
const num = (of: number, more = ""): string => `<w:num w:numId="1"><w:abstractNumId w:val="${of}"/>${more}</w:num>`;
const row = (...cells: string[]): string => `<row>${cells.join("")}</row>`;
const text = (value: string, style = 0): string => `<c t="inlineStr" s="${style}"><is><t>${value}</t></is></c>`;
const cell = (value: string, attributes = ""): string =>
  `<a:tc ${attributes}><a:txBody><a:p><a:r><a:t>${value}</a:t></a:r></a:p></a:txBody></a:tc>`;
const counted = (value: string, type: string, place = "", start = ""): string =>
  `<a:p><a:pPr ${place}><a:buAutoNum type="${type}" ${start}/></a:pPr><a:r><a:t>${value}</a:t></a:r></a:p>`;
const slide = (body: string): Uint8Array => pptx([{ body }]);
const NEW_CHART = `<cx:chartSpace><cx:chartData><cx:data id="0"><cx:strDim type="cat"><cx:f>A1</cx:f><cx:lvl><cx:pt idx="0">North</cx:pt><cx:pt idx="1">South</cx:pt></cx:lvl></cx:strDim><cx:numDim type="val"><cx:lvl formatCode="#,##0"><cx:pt idx="0">4711</cx:pt><cx:pt idx="1">5822</cx:pt></cx:lvl></cx:numDim></cx:data></cx:chartData><cx:chart><cx:title><cx:tx><cx:txData><cx:v>Revenue</cx:v></cx:txData></cx:tx></cx:title><cx:plotArea><cx:series><cx:tx><cx:txData><cx:f>B1</cx:f><cx:v>Sales</cx:v></cx:txData></cx:tx><cx:dataId val="0"/></cx:series></cx:plotArea></cx:chart></cx:chartSpace>`;

it.each<Case>([
  [
    "a field within the instructions of another, as that one's result alone",
    "docx",
    docx(
      par(
        r("Dear "),
        field(code(" IF ") + field(code(" MERGEFIELD Sex "), r("m")) + code(' = "m" "Mr" "Ms" '), r("Mr")),
        r(" Penrose"),
      ),
    ),
    "Dear Mr Penrose",
  ],
  ["a field that never ends", "docx", docx(par(r("A"), mark("begin"), code(" X "), r("B")) + p("C")), "AB\nC"],
  [
    "fields that show their instructions: a text to click on, and a sign",
    "docx",
    docx(
      par(mark("begin"), code(" MACROBUTTON NoMacro [Your name]"), mark("end")) +
        par(mark("begin"), code(' SYMBOL 254 \\f "Wingdings" \\s 10'), mark("end"), r(" agreed")),
    ),
    "[Your name]\n☑ agreed",
  ],
  ["line ends of the file as blanks", "docx", docx(par(r("one\ntwo"))), "one two"],
  [
    "a formula in a line",
    "docx",
    docx(
      par(
        r("v="),
        formula(
          `<m:f><m:num>${m("1")}</m:num><m:den>${m("a+b")}</m:den></m:f>`,
          `<m:sSup><m:e>${m("x")}</m:e><m:sup>${m("2")}</m:sup></m:sSup>`,
          `<m:rad><m:radPr><m:degHide m:val="1"/></m:radPr><m:deg/><m:e>${m("y+1")}</m:e></m:rad>`,
          `<m:d><m:dPr><m:begChr m:val="["/><m:endChr m:val="]"/></m:dPr><m:e>${m("c")}</m:e></m:d>`,
          `<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>${m("i=1")}</m:sub><m:sup>${m("n")}</m:sup><m:e>${m("i")}</m:e></m:nary>`,
        ),
        r("!"),
      ),
    ),
    "v=1/(a+b)x^2√(y+1)[c]∑_(i=1)^n i!",
  ],
  [
    "signs that are letters of a font",
    "docx",
    docx(par(r("\uF0FE", WINGDINGS), r(" yes "), r("¨ý", WINGDINGS), r("a", '<w:rFonts w:ascii="Symbol"/>'))),
    "☑ yes ☐☒α",
  ],
  [
    "a first paragraph that begins a page, on the page of the letterhead",
    "docx",
    docx(p("One", "<w:pPr><w:pageBreakBefore/></w:pPr>") + p("Two", "<w:pPr><w:pageBreakBefore/></w:pPr>"), {
      header: p("Head"),
    }),
    "Head\nOne",
    "Two",
  ],
  [
    "a list without the item that was deleted",
    "docx",
    numbered(
      item("one") +
        `<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr><w:rPr><w:del/></w:rPr></w:pPr><w:del><w:r><w:delText>no</w:delText></w:r></w:del></w:p>` +
        item("two"),
      list(7, level(0, "decimal", "%1.")) + num(7),
    ),
    "1. one\n2. two",
  ],
  [
    "a list that has its numbers by a style of lists",
    "docx",
    numbered(
      item("one"),
      `${list(7, '<w:numStyleLink w:val="Clauses"/>')}${list(8, '<w:styleLink w:val="Clauses"/>', level(0, "upperRoman", "%1)"))}${num(7)}`,
    ),
    "I) one",
  ],
  [
    "a list that has a level of its own",
    "docx",
    numbered(
      item("one"),
      list(7, level(0, "decimal", "%1.")) +
        num(7, `<w:lvlOverride w:ilvl="0">${level(0, "decimalEnclosedCircle", "%1")}</w:lvlOverride>`),
    ),
    "① one",
  ],
  [
    "numbers of clauses below Roman ones, in figures",
    "docx",
    numbered(
      item("Scope") + item("Terms", 1),
      list(7, level(0, "upperRoman", "Article %1"), level(1, "decimal", "%1.%2", "<w:isLgl/>")) + num(7),
    ),
    "Article I Scope\n1.1 Terms",
  ],
  [
    "numbers of other languages",
    "docx",
    numbered(
      item("第一") + item("б", 1) + item("in", 2),
      list(7, level(0, "chineseCounting", "%1、"), level(1, "russianLower", "%2)"), level(2, "ordinal", "%3")) + num(7),
    ),
    "一、 第一\nа) б\n1st in",
  ],
  [
    "nothing that a style hides by the style that it is based on",
    "docx",
    numbered(
      p("no", '<w:pPr><w:pStyle w:val="B"/></w:pPr>') + p("Seen", '<w:pPr><w:pStyle w:val="C"/></w:pPr>'),
      "",
      '<w:style w:styleId="A"><w:rPr><w:vanish/></w:rPr></w:style><w:style w:styleId="B"><w:basedOn w:val="A"/></w:style><w:style w:styleId="C"><w:basedOn w:val="A"/><w:rPr><w:vanish w:val="0"/></w:rPr></w:style>',
    ),
    "Seen",
  ],
  [
    "names with other prefixes than Word's",
    "docx",
    packed({
      "_rels/.rels": rels(["officeDocument", "word/document.xml"]),
      "word/document.xml":
        '<ns0:document xmlns:ns0="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><ns0:body><ns0:p><ns0:r><ns0:t>A</ns0:t><ns0:br ns0:type="page"/><ns0:t>B</ns0:t></ns0:r><ns0:r><ns0:rPr><ns0:vanish ns0:val="0"/></ns0:rPr><ns0:t>C</ns0:t></ns0:r></ns0:p></ns0:body></ns0:document>',
    }),
    "A",
    "BC",
  ],
  [
    "parts that are named as Windows names files",
    "docx",
    packed({
      "_rels\\.rels": rels(["officeDocument", "word\\document.xml"]),
      "word\\document.xml": `<w:document><w:body>${p("Back")}</w:body></w:document>`,
    }),
    "Back",
  ],
  [
    "a part whose name is none of a URL",
    "docx",
    packed({
      "_rels/.rels": rels(["officeDocument", "word/document.xml"]),
      "word/_rels/document.xml.rels": rels(["header", "100% sure.xml"]),
      "word/document.xml": `<w:document><w:body>${p("Body")}</w:body></w:document>`,
      "word/100% sure.xml": `<w:hdr>${p("Head")}</w:hdr>`,
    }),
    "Head\nBody",
  ],
  [
    "a file that does not name its main part",
    "docx",
    packed({ "word/document.xml": `<w:document><w:body>${p("Found")}</w:body></w:document>` }),
    "Found",
  ],
  [
    "names with other prefixes than Excel's, in the strict form of the standard",
    "xlsx",
    packed({
      "_rels/.rels": rels(["officeDocument", "/xl/workbook.xml"]),
      "xl/_rels/workbook.xml.rels": rels(["worksheet", "/xl/worksheets/sheet1.xml"]),
      "xl/workbook.xml":
        '<x:workbook xmlns:d2p1="http://purl.oclc.org/ooxml/officeDocument/relationships"><x:sheets><x:sheet name="S" d2p1:id="r1"/></x:sheets></x:workbook>',
      "xl/worksheets/sheet1.xml":
        '<x:worksheet><x:sheetData><x:row><x:c t="inlineStr"><x:is><x:t>Hi</x:t></x:is></x:c></x:row></x:sheetData></x:worksheet>',
    }),
    "S\nHi",
  ],
  [
    "what a format of numbers makes of texts",
    "xlsx",
    xlsx(
      { S: row(text("4711", 1), text("no", 2), text("plain", 3), text("kept", 4), text("x", 5)) },
      { styles: ["&quot;No. &quot;@", ";;;", "#,##0.00", "0;-0;;@", "General;General;General;[Red]\\(@\\)"] },
    ),
    "S\nNo. 4711  plain  kept  (x)",
  ],
  [
    "whole numbers of articles and accounts",
    "xlsx",
    xlsx({ S: row("<c><v>4006381333931</v></c>", "<c><v>-123456789012</v></c>", "<c><v>1E+20</v></c>") }),
    "S\n4006381333931  -123456789012  1E+20",
  ],
  [
    "dates with their seconds, and times of East Asia",
    "xlsx",
    xlsx(
      { S: row('<c s="1"><v>46096.4376</v></c>', '<c s="1"><v>46096.999999</v></c>', '<c s="2"><v>0.75</v></c>') },
      { styles: ["dd.mm.yyyy hh:mm:ss", 32] },
    ),
    "S\n2026-03-15 10:30:09  2026-03-16 00:00:00  18:00",
  ],
  [
    "signs that are letters of a cell's font",
    "xlsx",
    packed({
      "_rels/.rels": rels(["officeDocument", "xl/workbook.xml"]),
      "xl/_rels/workbook.xml.rels": rels(["worksheet", "s.xml"], ["styles", "styles.xml"]),
      "xl/workbook.xml": '<workbook><sheets><sheet name="S" r:id="r1"/></sheets></workbook>',
      "xl/s.xml": `<worksheet><sheetData>${row(text("ü", 1), text("ü"))}</sheetData></worksheet>`,
      "xl/styles.xml":
        '<styleSheet><fonts><font><name val="Calibri"/></font><font><name val="Wingdings"/></font></fonts><cellXfs><xf/><xf fontId="1"/></cellXfs></styleSheet>',
    }),
    "S\n✔  ü",
  ],
  [
    "a chart of a new kind, and not what old versions show in its place",
    "xlsx",
    packed({
      "_rels/.rels": rels(["officeDocument", "xl/workbook.xml"]),
      "xl/_rels/workbook.xml.rels": rels(["worksheet", "s.xml"]),
      "xl/workbook.xml": '<workbook><sheets><sheet name="S" r:id="r1"/></sheets></workbook>',
      "xl/s.xml": "<worksheet/>",
      "xl/_rels/s.xml.rels": rels(["drawing", "d.xml"]),
      "xl/d.xml":
        '<xdr:wsDr><mc:AlternateContent><mc:Choice><xdr:graphicFrame><cx:chart r:id="r1"/></xdr:graphicFrame></mc:Choice><mc:Fallback><xdr:sp><a:p><a:r><a:t>This chart isn\'t available</a:t></a:r></a:p></xdr:sp></mc:Fallback></mc:AlternateContent></xdr:wsDr>',
      "xl/_rels/d.xml.rels": rels(["chartEx", "c.xml"]),
      "xl/c.xml": NEW_CHART,
    }),
    "S\nRevenue\nSales\nNorth  4,711\nSouth  5,822",
  ],
  [
    "a table without the cells that were deleted",
    "docx",
    docx(
      `<w:tbl><w:tr><w:tc>${p("a")}</w:tc><w:tc><w:tcPr><w:cellDel w:id="1"/></w:tcPr>${p("no")}</w:tc><w:tc>${p("b")}</w:tc></w:tr><w:tr><w:tc>${p("c")}</w:tc><w:tc><w:tcPr><w:cellDel w:id="2"/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>`,
    ),
    "a  b\nc",
  ],
  ["a formula of a page in a line", "html", `<p>is ${MATH_ML} so.</p>`, "is 1/(a+b)x^2√(y+1)√[3]8∑_(i=1)^n i so."],
  [
    "a formula of an OpenDocument text in a line",
    "odt",
    packed({
      mimetype: FORMATS.odt.type,
      "content.xml": `<office:document-content><office:body><office:text><text:p>is <draw:frame><draw:object xlink:href="./Object 1"/></draw:frame> so.</text:p></office:text></office:body></office:document-content>`,
      "Object 1/content.xml": MATH_ML,
    }),
    "is 1/(a+b)x^2√(y+1)√[3]8∑_(i=1)^n i so.",
  ],
  [
    "the numbers that PowerPoint counts",
    "pptx",
    slide(
      `<p:sp><p:txBody>${counted("one", "arabicPeriod")}${counted("sub", "alphaLcParenR", 'lvl="1"')}${counted("two", "arabicPeriod")}${counted("four", "romanUcParenBoth", "", 'startAt="4"')}<a:p><a:r><a:t>none</a:t></a:r></a:p>${counted("one", "arabicPlain")}</p:txBody></p:sp>`,
    ),
    "1. one\na) sub\n2. two\n(IV) four\nnone\n1 one",
  ],
  [
    "a table without what merged cells had before",
    "pptx",
    slide(
      `<a:tbl><a:tr>${cell("Wide", 'gridSpan="2"')}${cell("no", 'hMerge="1"')}</a:tr><a:tr>${cell("a")}${cell("b")}</a:tr></a:tbl>`,
    ),
    "Wide\na  b",
  ],
  [
    "a formula of a slide in a line",
    "pptx",
    slide(
      `<p:sp><p:txBody><a:p><a:r><a:t>v=</a:t></a:r><a14:m><m:oMathPara>${formula(`<m:f><m:num>${m("1")}</m:num><m:den>${m("2")}</m:den></m:f>`)}</m:oMathPara></a14:m><a:r><a:t>m</a:t></a:r></a:p></p:txBody></p:sp>`,
    ),
    "v=1/2m",
  ],
])("reads %s (%s)", async (_what, type, file, ...pages) => {
  expect(await pagesOf(type, file)).toEqual(pages);
});

it.each<[what: string, type: OpenedAs<"text">, file: Uint8Array, markdown: string]>([
  [
    "under a cell over two columns",
    "docx",
    docx(
      `<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>${p("Wide")}</w:tc><w:tc>${p("C")}</w:tc></w:tr>${tr("a", "b", "c")}</w:tbl>`,
    ),
    "| Wide |  | C |\n| --- | --- | --- |\n| a | b | c |",
  ],
  [
    "beside cells that do not say where they stand",
    "xlsx",
    xlsx({ S: row("<c/>", text("B")) + row(text("a"), text("b")) }),
    "## S\n\n|  | B |\n| --- | --- |\n| a | b |",
  ],
])("keeps the columns of a table %s in Markdown (%s)", async (_what, type, bytes, markdown) => {
  await using document = await openText({ mime_type: FORMATS[type].type, filename: `file.${type}`, bytes });
  expect(await document.markdownOf?.(1)).toBe(markdown);
});
