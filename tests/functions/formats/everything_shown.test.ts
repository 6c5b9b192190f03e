// What a person sees of a file beside its flowing text: charts, diagrams, text boxes, comments, fields of forms, numbers that are counted, what is
// printed around a sheet; and what is hidden. The files have the XML that Office and LibreOffice write, with nothing that the case does not need.
import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import { packed } from "../../../testing/fixtures/packed.ts";
import { pagesOf, read } from "./reading.ts";

const SCHEMAS = "http://schemas.openxmlformats.org";
const RELATIONS = `${SCHEMAS}/officeDocument/2006/relationships`;
type Relation = [type: string, target: string];
type Parts = Record<string, string | Uint8Array>;

const rels = (...list: Relation[]): string =>
  `<Relationships>${list.map(([type, target], at) => `<Relationship Id="r${at + 1}" Type="${RELATIONS}/${type}" Target="${target}"/>`).join("")}</Relationships>`;

const word = (body: string, parts: Parts = {}, ...relations: Relation[]): Uint8Array =>
  packed({
    "_rels/.rels": rels(["officeDocument", "word/document.xml"]),
    "word/_rels/document.xml.rels": rels(...relations),
    "word/document.xml": `<w:document><w:body>${body}</w:body></w:document>`,
    ...parts,
  });
const p = (text: string, properties = ""): string =>
  `<w:p>${properties && `<w:pPr>${properties}</w:pPr>`}<w:r><w:t>${text}</w:t></w:r></w:p>`;

const workbook = (sheet: string, parts: Parts = {}, ...relations: Relation[]): Uint8Array =>
  packed({
    "_rels/.rels": rels(["officeDocument", "xl/workbook.xml"]),
    "xl/_rels/workbook.xml.rels": rels(
      ["worksheet", "worksheets/sheet1.xml"],
      ["chartsheet", "chartsheets/sheet1.xml"],
    ),
    "xl/workbook.xml":
      '<workbook><sheets><sheet name="S" r:id="r1"/><sheet name="Figures" r:id="r2"/></sheets></workbook>',
    "xl/worksheets/sheet1.xml": `<worksheet>${sheet}</worksheet>`,
    "xl/worksheets/_rels/sheet1.xml.rels": rels(...relations),
    ...parts,
  });
const cell = (place: string, text: string): string => `<c r="${place}" t="inlineStr"><is><t>${text}</t></is></c>`;
const RENT = `<sheetData><row r="1">${cell("A1", "Rent")}</row></sheetData>`;

const slides = (body: string, parts: Parts = {}, relations: Relation[] = [], attributes = ""): Uint8Array =>
  packed({
    "_rels/.rels": rels(["officeDocument", "ppt/presentation.xml"]),
    "ppt/_rels/presentation.xml.rels": rels(["slide", "slides/slide1.xml"]),
    "ppt/presentation.xml": '<p:presentation><p:sldIdLst><p:sldId r:id="r1"/></p:sldIdLst></p:presentation>',
    "ppt/slides/slide1.xml": `<p:sld ${attributes}><p:cSld><p:spTree>${body}</p:spTree></p:cSld></p:sld>`,
    "ppt/slides/_rels/slide1.xml.rels": rels(...relations),
    ...parts,
  });
const shape = (text: string, place = "", own = ""): string =>
  `<p:sp><p:nvSpPr><p:cNvPr id="1"${own}/><p:nvPr>${place}</p:nvPr></p:nvSpPr><p:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></p:txBody></p:sp>`;

const paragraph = (text: string): string => `<text:p>${text}</text:p>`;
const odf = (kind: "text" | "spreadsheet", body: string, { styles = "", pages = "", parts = {} as Parts } = {}) =>
  packed({
    mimetype: `application/vnd.oasis.opendocument.${kind}`,
    "content.xml": `<office:document-content>${styles}<office:body><office:${kind}>${body}</office:${kind}></office:body></office:document-content>`,
    "styles.xml": `<office:document-styles><office:master-styles>${pages}</office:master-styles></office:document-styles>`,
    ...parts,
  });

const points = (...values: string[]): string =>
  values.map((value, at) => `<c:pt idx="${at}"><c:v>${value}</c:v></c:pt>`).join("");
const title = (text: string): string =>
  `<c:title><c:tx><c:rich><a:p><a:r><a:t>${text}</a:t></a:r></a:p></c:rich></c:tx></c:title>`;
const CHART = `<c:chartSpace><c:chart>${title("Revenue")}<c:plotArea><c:barChart><c:ser><c:tx><c:strRef><c:strCache>${points("Alsterwerke")}</c:strCache></c:strRef></c:tx><c:cat><c:strRef><c:strCache>${points("Q1", "Q2")}</c:strCache></c:strRef></c:cat><c:val><c:numRef><c:numCache><c:formatCode>#,##0</c:formatCode>${points("4711", "5822")}</c:numCache></c:numRef></c:val></c:ser></c:barChart><c:valAx>${title("thousand EUR")}</c:valAx></c:plotArea></c:chart></c:chartSpace>`;
const SHOWN_CHART = "Revenue\nthousand EUR\nAlsterwerke\nQ1  4,711\nQ2  5,822";
const point = (text: string): string => `<dgm:pt><dgm:t><a:p><a:r><a:t>${text}</a:t></a:r></a:p></dgm:t></dgm:pt>`;
const DIAGRAM = `<dgm:dataModel><dgm:ptLst>${point("Plan")}${point("Sign")}</dgm:ptLst></dgm:dataModel>`;

describe("a chart or a diagram", () => {
  it("of Word stands before its paragraph, once", async () => {
    const file = word(
      '<w:p><w:r><w:t>Figure</w:t><w:drawing><c:chart r:id="r1"/><c:chart r:id="r1"/><dgm:relIds r:dm="r2"/></w:drawing></w:r></w:p>',
      { "word/charts/chart1.xml": CHART, "word/diagrams/data1.xml": DIAGRAM },
      ["chart", "charts/chart1.xml"],
      ["diagramData", "diagrams/data1.xml"],
    );
    expect(await pagesOf("docx", file)).toEqual([`${SHOWN_CHART}\nPlan\nSign\nFigure`]);
  });

  it("of a slide stands on it; the workbook that it was made from is no file of its own", async () => {
    const file = slides(
      `${shape("Sales")}<p:graphicFrame><a:graphic><c:chart r:id="r1"/></a:graphic></p:graphicFrame>`,
      {
        "ppt/charts/chart1.xml": CHART,
        "ppt/charts/_rels/chart1.xml.rels": rels(["package", "../embeddings/Microsoft_Excel_Sheet1.xlsx"]),
        "ppt/embeddings/Microsoft_Excel_Sheet1.xlsx": "figures",
      },
      [["chart", "../charts/chart1.xml"]],
    );
    const { pages, parts } = await read("pptx", file);
    expect(pages).toEqual([`Sales\n${SHOWN_CHART}`]);
    expect(parts).toEqual([]);
  });

  it("of a workbook stands below the cells, or is a sheet", async () => {
    const drawing = '<xdr:wsDr><xdr:graphicFrame><c:chart r:id="r1"/></xdr:graphicFrame></xdr:wsDr>';
    const file = workbook(
      RENT,
      {
        "xl/drawings/drawing1.xml": drawing,
        "xl/drawings/_rels/drawing1.xml.rels": rels(["chart", "../charts/chart1.xml"]),
        "xl/charts/chart1.xml": CHART,
        "xl/chartsheets/sheet1.xml": "<chartsheet/>",
        "xl/chartsheets/_rels/sheet1.xml.rels": rels(["drawing", "../drawings/drawing2.xml"]),
        "xl/drawings/drawing2.xml": drawing,
        "xl/drawings/_rels/drawing2.xml.rels": rels(["chart", "../charts/chart1.xml"]),
      },
      ["drawing", "../drawings/drawing1.xml"],
    );
    expect(await pagesOf("xlsx", file)).toEqual([`S\nRent\n${SHOWN_CHART}`, `Figures\n${SHOWN_CHART}`]);
  });

  it("of an OpenDocument text stands before its paragraph, a formula within its line", async () => {
    const file = odf(
      "text",
      paragraph('Area <draw:frame><draw:object xlink:href="./Object 1"/></draw:frame> is large') +
        paragraph('<draw:frame><draw:object xlink:href="./Object 2"/></draw:frame>Heat'),
      {
        parts: {
          "Object 1/content.xml":
            '<math><semantics><mrow><mi>A</mi> <mo>=</mo> <mi>π</mi></mrow><annotation encoding="StarMath 5.0">A = %pi</annotation></semantics></math>',
          "Object 2/content.xml": `<office:document-content><office:body><office:chart><chart:chart><chart:title>${paragraph("Heat per month")}</chart:title><table:table><table:table-row><table:table-cell>${paragraph("May")}</table:table-cell><table:table-cell>${paragraph("812")}</table:table-cell></table:table-row></table:table></chart:chart></office:chart></office:body></office:document-content>`,
        },
      },
    );
    expect(await pagesOf("odt", file)).toEqual(["Area A=π is large\nHeat per month\nMay  812\nHeat"]);
  });
});

describe("what people wrote beside a text", () => {
  it("stands behind it in Word, Excel, PowerPoint and RTF", async () => {
    const note = `<w:comments><w:comment w:author="Ada">${p("Ask Penrose")}</w:comment></w:comments>`;
    expect(
      await pagesOf("docx", word(p("12.50"), { "word/comments.xml": note }, ["comments", "comments.xml"])),
    ).toEqual(["12.50\nComment: Ask Penrose"]);
    const talk = (name: string, text: string): string =>
      `<${name}s><${name} ref="A1"><text>${text}</text></${name}></${name}s>`;
    const file = workbook(
      RENT,
      {
        "xl/comments1.xml": `<comments><commentList><comment ref="A1"><text><t>[Threaded comment] Your version …</t></text></comment><comment ref="B1"><text><r><t>Raised</t></r><r><t> in May</t></r></text></comment></commentList></comments>`,
        "xl/threadedComments/threadedComment1.xml": talk("threadedComment", "Ask Penrose"),
      },
      ["comments", "../comments1.xml"],
      ["threadedComment", "../threadedComments/threadedComment1.xml"],
    );
    expect((await pagesOf("xlsx", file))[0]).toBe("S\nRent\nComment: Raised in May\nComment: Ask Penrose");
    const remarks = slides(
      shape("Slide"),
      {
        "ppt/comments/comment1.xml": "<p:cmLst><p:cm><p:text>Old form</p:text></p:cm></p:cmLst>",
        "ppt/comments/modernComment1.xml":
          "<p188:cmLst><p188:cm><p188:replyLst><p188:reply><p188:txBody><a:p><a:r><a:t>Reply</a:t></a:r></a:p></p188:txBody></p188:reply></p188:replyLst><p188:txBody><a:p><a:r><a:t>New form</a:t></a:r></a:p></p188:txBody></p188:cm></p188:cmLst>",
      },
      [
        ["comments", "../comments/comment1.xml"],
        ["comments", "../comments/modernComment1.xml"],
      ],
    );
    expect(await pagesOf("pptx", remarks)).toEqual(["Slide\nComment: Old form\nComment: Reply\nComment: New form"]);
    const rtf = "{\\rtf1 Price{\\*\\atnid AL}{\\*\\atnauthor Ada}{\\*\\annotation\\pard Ask\\par Penrose} 12\\par}";
    expect((await pagesOf("rtf", rtf))[0]!.split(/\n+/)).toEqual(["Price 12", "Comment: Ask Penrose"]);
  });
});

describe("a field of a form", () => {
  it("shows its state in Word, RTF and OpenDocument", async () => {
    const field = (settings: string): string =>
      `<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:name w:val="n"/>${settings}</w:ffData></w:fldChar></w:r>`;
    const body = [
      ['<w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox>', " insured"],
      ['<w:checkBox><w:default w:val="1"/><w:checked w:val="0"/></w:checkBox>', " single"],
      ['<w:ddList><w:result w:val="1"/><w:listEntry w:val="Bern"/><w:listEntry w:val="Uri"/></w:ddList>', ""],
    ].map(([settings, text]) => `<w:p>${field(settings!)}<w:r><w:t>${text}</w:t></w:r></w:p>`);
    expect(await pagesOf("docx", word(body.join("")))).toEqual(["[x] insured\n[ ] single\nUri"]);
    const rtfField = (settings: string): string =>
      `{\\field{\\*\\fldinst FORM {\\*\\formfield{${settings}}}}{\\fldrslt}}`;
    expect(
      await pagesOf(
        "rtf",
        `{\\rtf1 ${rtfField("\\fftype1\\ffres1{\\*\\ffname C1}")} insured\\par ${rtfField("\\fftype1\\ffres25\\ffdefres0")} single\\par ${rtfField("\\fftype2\\ffres1{\\*\\ffl Bern}{\\*\\ffl Uri}")}\\par}`,
      ),
    ).toEqual(["[x] insured\n[ ] single\nUri"]);
    const forms =
      '<office:forms><form:form><form:text form:id="a" form:current-value="Ada"/><form:checkbox form:id="b" form:label="insured" form:current-state="checked"/><form:listbox form:id="c"><form:option form:label="Bern"/><form:option form:label="Uri" form:current-selected="true"/></form:listbox></form:form></office:forms>';
    const places = ["a", "b", "c"].map((id) => `<draw:control draw:control="${id}"/>`).join(" ");
    expect(await pagesOf("odt", odf("text", forms + paragraph(places)))).toEqual(["Ada [x] insured Uri"]);
  });

  it("shows its value on a web page, unless it is hidden", async () => {
    const page = `<p>Name <input value="Ada"><input type=hidden value=no><input type=password value=no></p><p><input type=checkbox checked> insured</p><p><input type=radio> no mark</p>
      <p><select><option>Bern<option selected>Uri</select> <select><option>first<option>other</select> <select size=3><option>none</select></p><textarea>two
lines</textarea>`;
    expect((await pagesOf("html", page))[0]!.split(/\n+/)).toEqual([
      "Name Ada",
      "[x] insured",
      "no mark",
      "Uri first",
      "two",
      "lines",
    ]);
  });
});

describe("a Word document", () => {
  it("has the numbers that Word counts", async () => {
    const level = (at: number, format: string, text: string, start = 1): string =>
      `<w:lvl w:ilvl="${at}"><w:start w:val="${start}"/><w:numFmt w:val="${format}"/><w:lvlText w:val="${text}"/></w:lvl>`;
    const numbering = `<w:numbering><w:abstractNum w:abstractNumId="7">${level(0, "decimal", "§ %1")}${level(1, "lowerLetter", "%2)")}${level(2, "upperRoman", "%1.%3")}</w:abstractNum><w:abstractNum w:abstractNumId="8">${level(0, "bullet", "\uF0B7")}</w:abstractNum>
      <w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num><w:num w:numId="3"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="9"/></w:lvlOverride></w:num></w:numbering>`;
    const styles =
      '<w:styles><w:style w:styleId="Clause"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style></w:styles>';
    const numbered = (text: string, level: number, list: number): string =>
      p(text, `<w:numPr><w:ilvl w:val="${level}"/><w:numId w:val="${list}"/></w:numPr>`);
    const broken =
      '<w:p><w:pPr><w:pStyle w:val="Clause"/></w:pPr><w:r><w:lastRenderedPageBreak/><w:t>Fees</w:t></w:r></w:p>';
    const file = word(
      p("Scope", '<w:pStyle w:val="Clause"/>') +
        numbered("first", 1, 1) +
        numbered("second", 1, 1) +
        numbered("deep", 2, 1) +
        broken +
        numbered("again", 1, 1) +
        numbered("a sign", 0, 2) +
        numbered("elsewhere", 0, 3) +
        p("unnumbered", '<w:pStyle w:val="Clause"/><w:numPr><w:numId w:val="0"/></w:numPr>'),
      { "word/numbering.xml": numbering, "word/styles.xml": styles },
      ["numbering", "numbering.xml"],
      ["styles", "styles.xml"],
    );
    expect(await pagesOf("docx", file)).toEqual([
      "§ 1 Scope\na) first\nb) second\n1.I deep",
      "§ 2 Fees\na) again\na sign\n§ 9 elsewhere\nunnumbered",
    ]);
  });

  it("has its watermark, its signs and documents that it takes over", async () => {
    const header =
      '<w:hdr><w:p><w:r><w:pict><v:shape><v:textpath string="SUPERSEDED"/></v:shape></w:pict></w:r></w:p></w:hdr>';
    const file = word(
      '<w:altChunk r:id="r2"/><w:altChunk r:id="r3"/><w:p><w:r><w:sym w:font="Wingdings" w:char="F0FE"/><w:t> insured </w:t><w:sym w:font="Symbol" w:char="F061"/></w:r></w:p>',
      {
        "word/header1.xml": header,
        "word/chunk.html": "<h1>Offer</h1><p>Total 912.00</p>",
        "word/chunk.docx": word('<w:altChunk r:id="r1"/>', { "word/inner.rtf": "{\\rtf1 Inner}" }, [
          "aFChunk",
          "inner.rtf",
        ]),
      },
      ["header", "header1.xml"],
      ["aFChunk", "chunk.html"],
      ["aFChunk", "chunk.docx"],
    );
    expect((await pagesOf("docx", file))[0]!.split(/\n+/)).toEqual([
      "SUPERSEDED",
      "Offer",
      "Total 912.00",
      "Inner",
      "☑ insured α",
    ]);
  });

  it("leaves out what a style hides, and what its paragraphs were before a change", async () => {
    const styles =
      '<w:styles><w:style w:styleId="Hid"><w:rPr><w:vanish/></w:rPr></w:style><w:style w:styleId="Head"><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style></w:styles>';
    const file = word(
      `${p("Seen")}<w:p><w:r><w:rPr><w:rStyle w:val="Hid"/></w:rPr><w:t>unseen</w:t></w:r></w:p>${p("unseen", '<w:pStyle w:val="Hid"/>')}${p("Also seen")}`,
      { "word/styles.xml": styles },
      ["styles", "styles.xml"],
    );
    expect(await pagesOf("docx", file)).toEqual(["Seen\n\nAlso seen"]);
  });

  it("in UTF-16 is read", async () => {
    const text = `\uFEFF<?xml version="1.0" encoding="UTF-16"?><w:document><w:body>${p("Sixteen bits")}</w:body></w:document>`;
    expect(await pagesOf("docx", word("", { "word/document.xml": Buffer.from(text, "utf16le") }))).toEqual([
      "Sixteen bits",
    ]);
  });

  it.each<["docx" | "xlsx" | "pptx", Uint8Array]>([
    [
      "docx",
      word(
        '<w:p><w:r><w:object><o:OLEObject ProgID="Word.Document.12" r:id="r1"/><o:OLEObject ProgID="Equation.3" r:id="r2"/></w:object></w:r></w:p>',
        { "word/embeddings/Offer.docx": "inner", "word/embeddings/oleObject1.bin": "formula" },
        ["package", "embeddings/Offer.docx"],
        ["oleObject", "embeddings/oleObject1.bin"],
      ),
    ],
    [
      "xlsx",
      workbook(
        `${RENT}<oleObjects><oleObject progId="Document" r:id="r1"/></oleObjects>`,
        { "xl/embeddings/Offer.docx": "inner" },
        ["package", "../embeddings/Offer.docx"],
      ),
    ],
    [
      "pptx",
      slides(
        '<p:graphicFrame><p:oleObj progId="Word.Document.12" r:id="r1"/></p:graphicFrame>',
        { "ppt/embeddings/Offer.docx": "inner" },
        [["package", "../embeddings/Offer.docx"]],
      ),
    ],
  ])("and its like have the files within them as parts: %s", async (type, file) => {
    const { parts } = await read(type, file);
    expect(parts.map(({ filename }) => filename)).toEqual(["Offer.docx"]);
    expect(Buffer.from(await parts[0]!.bytes()).toString()).toBe("inner");
  });
});

describe("a sheet", () => {
  it("has its text boxes, and what is printed around it, without numbers of pages", async () => {
    const margins =
      "<headerFooter><oddHeader>&amp;L&amp;&quot;Arial,Bold&quot;&amp;12Penrose &amp;&amp; Sons&amp;R&amp;D</oddHeader><evenHeader>&amp;L&amp;12Penrose &amp;&amp; Sons</evenHeader><oddFooter>&amp;CPage &amp;P of &amp;N&amp;RStatement 2026</oddFooter></headerFooter>";
    const file = workbook(
      RENT + margins,
      {
        "xl/drawings/drawing1.xml":
          '<xdr:wsDr><xdr:sp><xdr:nvSpPr><xdr:cNvPr id="1"/></xdr:nvSpPr><xdr:txBody><a:p><a:r><a:t>Until May</a:t></a:r></a:p></xdr:txBody></xdr:sp><xdr:sp><xdr:nvSpPr><xdr:cNvPr id="2" hidden="1"/></xdr:nvSpPr><xdr:txBody><a:p><a:r><a:t>no</a:t></a:r></a:p></xdr:txBody></xdr:sp></xdr:wsDr>',
      },
      ["drawing", "../drawings/drawing1.xml"],
    );
    expect((await pagesOf("xlsx", file))[0]).toBe("S\nRent\nUntil May\nPenrose & Sons\nStatement 2026");
    const table = `<table:table table:name="S"><table:shapes><draw:frame><draw:text-box>${paragraph("Until May")}</draw:text-box></draw:frame></table:shapes><table:table-row><table:table-cell><office:annotation>${paragraph("Raised")}</office:annotation>${paragraph("Rent")}</table:table-cell></table:table-row></table:table>`;
    const pages = `<style:master-page><style:header><style:region-left>${paragraph("Penrose & Sons".replace("&", "&amp;"))}</style:region-left></style:header><style:footer>${paragraph("Page <text:page-number>1</text:page-number>")}</style:footer></style:master-page>`;
    expect(await pagesOf("ods", odf("spreadsheet", table, { pages }))).toEqual([
      "S\nRent\nUntil May\nComment: Raised\nPenrose & Sons",
    ]);
  });

  it("says which of its rows and columns are hidden, where they hold something", async () => {
    const rows = `<cols><col min="2" max="16384" hidden="1"/></cols><sheetData><row r="1">${cell("A1", "a")}${cell("B1", "b")}</row><row r="3" hidden="1">${cell("A3", "c")}</row><row r="4" hidden="1">${cell("A4", "d")}</row><row r="9" hidden="1"/></sheetData>`;
    expect((await pagesOf("xlsx", workbook(rows)))[0]).toBe("S\na  b\nc\nd\nHidden rows: 3 to 4\nHidden columns: B");
    const row = (attributes: string, ...cells: string[]): string =>
      `<table:table-row ${attributes}>${cells.map((text) => `<table:table-cell>${paragraph(text)}</table:table-cell>`).join("")}</table:table-row>`;
    const table = `<table:table table:name="S"><table:table-column/><table:table-column table:visibility="collapse"/>${row("", "a", "b")}${row('table:number-rows-repeated="500"')}${row('table:visibility="filter"', "c")}</table:table>`;
    expect(await pagesOf("ods", odf("spreadsheet", table))).toEqual([
      "S\na  b\nc\nHidden rows: 502\nHidden columns: B",
    ]);
  });

  it("shows dates that are written as such, and formulas of texts that were never computed", async () => {
    const cells =
      '<c t="d"><v>2026-03-15T00:00:00Z</v></c><c t="d"><v>2026-03-15T10:30:00</v></c><c t="str"><f>A1&amp;""</f></c>';
    expect((await pagesOf("xlsx", workbook(`<sheetData><row>${cells}</row></sheetData>`)))[0]).toBe(
      'S\n2026-03-15  2026-03-15 10:30:00  =A1&""',
    );
  });
});

describe("a slide", () => {
  it("has what its layout and master show, and says when it is hidden", async () => {
    const file = slides(
      shape("Own") + shape("no", "", ' hidden="1"'),
      {
        "ppt/slideLayouts/slideLayout1.xml": `<p:sldLayout>${shape("Click to edit", '<p:ph type="body"/>')}${shape("Confidential")}</p:sldLayout>`,
        "ppt/slideLayouts/_rels/slideLayout1.xml.rels": rels(["slideMaster", "../slideMasters/slideMaster1.xml"]),
        "ppt/slideMasters/slideMaster1.xml": `<p:sldMaster>${shape("Quillmark plc")}${shape("Confidential")}</p:sldMaster>`,
      },
      [["slideLayout", "../slideLayouts/slideLayout1.xml"]],
      'show="0"',
    );
    expect(await pagesOf("pptx", file)).toEqual(["(hidden slide)\nOwn\nConfidential\nQuillmark plc"]);
  });
});

describe("an OpenDocument text", () => {
  it("has the letterheads of the page styles that it uses, and of first pages", async () => {
    const margin = (kind: string, text: string): string => `<style:${kind}>${paragraph(text)}</style:${kind}>`;
    const file = odf("text", paragraph("Body"), {
      styles:
        '<office:automatic-styles><style:style style:name="P1" style:master-page-name="Letter"/></office:automatic-styles>',
      pages: `<style:master-page style:name="Standard">${margin("header", "Others")}</style:master-page><style:master-page style:name="Letter">${margin("header-first", "Penrose")}${margin("footer-first", "Bank")}</style:master-page><style:master-page style:name="Unused">${margin("header", "no")}</style:master-page>`,
    });
    expect(await pagesOf("odt", file)).toEqual(["Others\nPenrose\nBody\nBank"]);
  });

  it("leaves out what its styles or conditions hide, and what describes a picture", async () => {
    const styles =
      '<office:automatic-styles><style:style style:name="P1"><style:text-properties text:display="none"/></style:style><style:style style:name="P2" style:parent-style-name="P1"/></office:automatic-styles>';
    const body = `<text:p text:style-name="P2">no</text:p><text:section text:display="none">${paragraph("no")}</text:section><text:p>A<draw:frame><draw:image/><svg:title>no</svg:title><svg:desc>no</svg:desc></draw:frame>B<text:hidden-text text:is-hidden="true">no</text:hidden-text> <text:title>Lease</text:title></text:p>`;
    expect(await pagesOf("odt", odf("text", body, { styles }))).toEqual(["AB Lease"]);
  });
});

describe("a Rich Text file", () => {
  it("has the words of its shapes, nested tables and lists, and none of their settings", async () => {
    const shapes =
      "Body {\\shp{\\*\\shpinst{\\sp{\\sn shapeType}{\\sv 202}}{\\shptxt Boxed\\par}}{\\shprslt{\\*\\do old}}}end\\par{\\header{\\shp{\\*\\shpinst{\\sp{\\sn gtextUNICODE}{\\sv DRAFT}}}}\\par}";
    expect((await pagesOf("rtf", `{\\rtf1 ${shapes}}`))[0]!.split(/\s+/)).toEqual(["Body", "Boxed", "end", "DRAFT"]);
    const nested =
      "\\trowd\\intbl Outer\\cell\\itap2 In1\\nestcell In2\\nestcell{\\*\\nesttableprops\\nestrow}{\\nonesttables no}\\itap1 tail\\cell\\row\\pard";
    expect(await pagesOf("rtf", `{\\rtf1 ${nested}}`)).toEqual(["Outer  In1 In2 tail"]);
    expect(
      await pagesOf(
        "rtf",
        "{\\rtf1{\\listtext 1.\\tab}\\ls1 First\\par{\\listtext\\'b7\\tab}Second\\par{\\upr{Gr??}{\\*\\ud Gr\\u252?n}}}",
      ),
    ).toEqual(["1. First\nSecond\nGrün"]);
  });

  it("whose letters are bytes as they are is read in its code page", async () => {
    const bytes = Buffer.from("{\\rtf1\\ansi\\ansicpg1251 \xd1\xf7\xe5\xf2 12\\par}", "latin1");
    expect(await pagesOf("rtf", bytes)).toEqual(["Счет 12"]);
  });
});

describe("a web page", () => {
  it("has the labels of drawings, formulas, and the numbers of lists", async () => {
    const page = `<svg><title>no</title><defs><text>no</text></defs><text>Cost <tspan>815</tspan></text></svg><p><math><mi>A</mi><mo>=</mo><mi>b</mi><annotation>no</annotation></math></p><ol><li>Alpha<li><p>Beta</p></ol><ol start=4><li>Delta<li value=9>Iota</ol>`;
    expect((await pagesOf("html", page))[0]!.split(/\n+/)).toEqual([
      "Cost 815",
      "A=b",
      "1. Alpha",
      "2. Beta",
      "4. Delta",
      "9. Iota",
    ]);
  });
});

describe("a table in text form", () => {
  it("does not show the line that tells Excel its delimiter", async () => {
    expect(await pagesOf("csv", "sep=;\r\nName;Sum\r\nAda;1,5\r\n")).toEqual(["Name  Sum\nAda  1,5"]);
    expect(await pagesOf("csv", "sep=x\nAda\n")).toEqual(["sep=x\nAda"]);
  });
});
