import { describe, expect, it } from "vitest";
import { docx, odf, p, pptx, shape, tr, xlsx } from "../../../testing/fixtures/office.ts";
import { packed } from "../../../testing/fixtures/packed.ts";
import { pagesOf } from "./reading.ts";

describe("a Word document", () => {
  it("is read with its letterhead, tables, notes and footer, in the order of a reader", async () => {
    const file = docx(
      `${p("Dear Ms Penrose,")}<w:tbl>${tr("Item", "Amount")}${tr(p("Paper") + p("A4"), "12.50 €")}</w:tbl>${p("Yours &amp; ours")}`,
      {
        header: p("Quillmark Paper Ltd"),
        footer: p("VAT GB 123"),
        footnotes: `<w:footnote>${p("See page two.")}</w:footnote>`,
      },
    );
    expect(await pagesOf("docx", file)).toEqual([
      "Quillmark Paper Ltd\nDear Ms Penrose,\nItem  Amount\nPaper A4  12.50 €\nYours & ours\nSee page two.\nVAT GB 123",
    ]);
  });

  it("has a page for each page break, set or left by Word, and none for two at the same place", async () => {
    const br = '<w:r><w:br w:type="page"/></w:r>';
    const file = docx(
      `${p("One")}<w:p>${br}<w:r><w:lastRenderedPageBreak/><w:t>Two</w:t></w:r></w:p>${p("Three", "<w:pPr><w:pageBreakBefore/></w:pPr>")}${p("still three", '<w:pPr><w:pageBreakBefore w:val="0"/></w:pPr>')}`,
    );
    expect(await pagesOf("docx", file)).toEqual(["One", "Two", "Three\nstill three"]);
  });

  describe("that no Word has laid out has a page for each section", () => {
    const section = (type?: string): string =>
      `<w:sectPr>${type ? `<w:type w:val="${type}"/>` : ""}<w:pgSz w:w="1"/><w:sectPrChange><w:sectPr><w:type w:val="continuous"/></w:sectPr></w:sectPrChange></w:sectPr>`;
    const last = (text: string, type?: string): string => p(text, `<w:pPr>${section(type)}</w:pPr>`);
    it.each([
      ["which begins one unless it says otherwise", undefined, ["One", "Two"]],
      ["that begins on the next page", "nextPage", ["One", "Two"]],
      ["that begins on an odd page", "oddPage", ["One", "Two"]],
      ["that begins on an even page", "evenPage", ["One", "Two"]],
      ["but for one that goes on below", "continuous", ["One\nTwo"]],
      ["but for one that goes on beside", "nextColumn", ["One\nTwo"]],
    ])("%s", async (_, type, pages) => {
      // A section says itself how it begins, at its end.
      expect(await pagesOf("docx", docx(last("One", "continuous") + p("Two") + section(type)))).toEqual(pages);
    });

    it("where several of each kind follow one another", async () => {
      const file = docx(
        last("One") +
          last("Two", "continuous") +
          last("Three", "nextPage") +
          p("Four", '<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>') +
          last("Four and a half", "continuous") +
          p("Five") +
          section(),
      );
      expect(await pagesOf("docx", file)).toEqual(["One\nTwo", "Three\nFour\nFour and a half", "Five"]);
    });

    it("and keeps the page that Word has begun with one that goes on below", async () => {
      const rendered = "<w:p><w:r><w:lastRenderedPageBreak/><w:t>Two</w:t></w:r></w:p>";
      expect(await pagesOf("docx", docx(last("One") + rendered + section("continuous")))).toEqual(["One", "Two"]);
    });

    it("and parts none that goes on below from a long one, but where its page is full", async () => {
      const long = "Word after word. ".repeat(120).trim();
      const pages = await pagesOf("docx", docx(last(long) + p(long) + p("End") + section("continuous")));
      expect(pages).toEqual([long, `${long}\nEnd`]);
    });

    it("though tables and pages stand before what it says of itself", async () => {
      const br = '<w:r><w:br w:type="page"/></w:r>';
      const file = docx(
        `${last("One")}<w:tbl>${tr("a", "b")}</w:tbl>${p("Two")}<w:p>${br}</w:p>${p("Three")}${section("continuous")}`,
      );
      expect(await pagesOf("docx", file)).toEqual(["One\na  b\nTwo", "Three"]);
    });
  });

  it("keeps tabs, line breaks and hyphens, and leaves out what is hidden, deleted or a field's code", async () => {
    const file =
      docx(`<w:p><w:pPr><w:tabs><w:tab w:pos="1"/></w:tabs></w:pPr><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/><w:t>d</w:t></w:r>
      <w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t xml:space="preserve"> shown</w:t></w:r>
      <w:del><w:r><w:delText>deleted</w:delText></w:r></w:del><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>`);
    expect(await pagesOf("docx", file)).toEqual(["a\tb\nc-d shown"]);
  });

  it("tells a text box once, before the paragraph that it hangs on", async () => {
    const box = `<w:txbxContent>${p("In the box")}</w:txbxContent>`;
    const file = docx(
      `<w:p><w:r><mc:AlternateContent><mc:Choice>${box}</mc:Choice><mc:Fallback>${box}</mc:Fallback></mc:AlternateContent><w:t>Around it</w:t></w:r></w:p>`,
    );
    expect(await pagesOf("docx", file)).toEqual(["In the box\nAround it"]);
  });

  it("without page breaks is cut at paragraphs, at about a printed page", async () => {
    const paragraph = "Word after word. ".repeat(40).trim();
    const pages = await pagesOf("docx", docx(p(paragraph).repeat(10)));
    expect(pages).toHaveLength(3);
    expect(pages.join("\n")).toBe(Array(10).fill(paragraph).join("\n"));
    for (const page of pages) expect(page.length).toBeLessThanOrEqual(3_000);
  });

  it("that is blank has one empty page", async () => {
    expect(await pagesOf("docx", docx("<w:p/>"))).toEqual([""]);
  });
});

describe("a workbook", () => {
  it("has a page for each sheet, with the values as they are shown, and dates that every reader takes for the same", async () => {
    const file = xlsx(
      {
        "Sales &amp; more": `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="inlineStr"><is><t>Amount</t></is></c></row>
          <row r="2"><c r="A2" s="1"><v>46096</v></c><c r="B2" s="5"/><c r="C2" s="2"><v>1234.5</v></c><c r="D2" s="3"><v>0.25</v></c></row>
          <row r="3"><c r="A3" s="4"><v>46096.5</v></c><c r="B3" t="b"><v>1</v></c><c r="C3" t="str"><f>A1</f><v>text of a formula</v></c><c r="D3" t="e"><v>#N/A</v></c><c r="E3"><v>0.1</v></c></row>`,
        Empty: "",
      },
      {
        strings: ["<r><t>Da</t></r><r><t>te</t></r><rPh><t>reading</t></rPh>"],
        styles: ["dd\\/mm\\/yy", "#,##0.00 &quot;€&quot;", 9, 22, 0],
      },
    );
    expect(await pagesOf("xlsx", file)).toEqual([
      "Sales & more\nDate  Amount\n2026-03-15  1,234.50 €  25%\n2026-03-15 12:00  TRUE  text of a formula  #N/A  0.1",
      "Empty",
    ]);
  });

  it("counts its days from 1904 when it says so", async () => {
    expect(
      await pagesOf("xlsx", xlsx({ A: '<row><c s="1"><v>0</v></c></row>' }, { styles: [14], date1904: true })),
    ).toEqual(["A\n1904-01-01"]);
  });

  describe("shows of merged cells", () => {
    const row = (number: number, cells: Record<string, string>): string =>
      `<row r="${number}">${Object.entries(cells)
        .map(([letter, text]) => `<c r="${letter}${number}" t="inlineStr"><is><t>${text}</t></is></c>`)
        .join("")}</row>`;

    it("the first alone, and nothing that was there before", async () => {
      const rows =
        row(1, { A: "Title", B: "old", C: "older", D: "beside" }) +
        row(2, { A: "oldest", D: "below" }) +
        row(4, { B: "first", C: "second" }) +
        row(5, { B: "gone", C: "third" }) +
        row(6, { B: "back" });
      const file = xlsx({ S: rows, T: row(1, { A: "a", B: "b" }) }, { merged: { S: ["A1:C2", "B4:B5"] } });
      expect(await pagesOf("xlsx", file)).toEqual(["S\nTitle  beside\nbelow\nfirst  second\nthird\nback", "T\na  b"]);
    });

    it("nothing where the first is empty", async () => {
      const file = xlsx({ S: row(1, { B: "old", C: "kept" }) }, { merged: { S: ["$A$1:$B$1"] } });
      expect(await pagesOf("xlsx", file)).toEqual(["S\nkept"]);
    });

    it("all where the ranges are none", async () => {
      const merged = { S: ["A1", "x:y", "", "B2:A1"] };
      expect(await pagesOf("xlsx", xlsx({ S: row(1, { A: "a", B: "b" }) }, { merged }))).toEqual(["S\na  b"]);
    });

    it("and every row of a sheet that is too long to wait for them", async () => {
      const rows = Array.from({ length: 30_000 }, (_, at) => row(at + 1, { A: `a${at}`, B: "b" })).join("");
      const text = (await pagesOf("xlsx", xlsx({ S: rows }, { merged: { S: ["A1:B1"] } }))).join("\n");
      expect(text.split("\n").filter((line) => line.startsWith("a"))).toHaveLength(30_000);
    });
  });

  it("says which sheets are hidden", async () => {
    const row = "<row><c><v>1</v></c></row>";
    const file = xlsx(
      { Open: row, Costs: row, Deep: row },
      { states: { Open: "visible", Costs: "hidden", Deep: "veryHidden" } },
    );
    expect(await pagesOf("xlsx", file)).toEqual(["Open\n1", "Costs (hidden sheet)\n1", "Deep (hidden sheet)\n1"]);
  });

  it("shows a formula that cells share, as each of them has it", async () => {
    const file = xlsx({
      S: `<row r="1"><c r="C1"><f t="shared" ref="C1:C2" si="0">SUM(A1:$B1)*LOG10(A$1)*Other!A1</f></c></row>
          <row r="2"><c r="C2"><f t="shared" si="0"/></c><c r="D2"><f t="shared" si="0"/></c><c r="E2"><f t="shared" si="0"/><v>7</v></c></row>`,
    });
    expect(await pagesOf("xlsx", file)).toEqual([
      "S\n=SUM(A1:$B1)*LOG10(A$1)*Other!A1\n=SUM(A2:$B2)*LOG10(A$1)*Other!A2  =SUM(B2:$B2)*LOG10(B$1)*Other!B2  7",
    ]);
  });

  it("shows the formula of a cell whose value was never computed, and the value where it was", async () => {
    const cells =
      "<c><f>SUM(A1:A3)</f></c><c><f>IF(A1&lt;5,&quot;x&quot;,A2)</f><v></v></c><c><f>1+1</f><v>2</v></c>" +
      '<c t="str"><f>A4&amp;""</f><v></v></c><c t="str"><f>A5</f><v>text</v></c>';
    expect(await pagesOf("xlsx", xlsx({ A: `<row>${cells}</row>` }))).toEqual([
      'A\n=SUM(A1:A3)  =IF(A1<5,"x",A2)  2  text',
    ]);
  });

  it("shows the value when a number format is none", async () => {
    expect(await pagesOf("xlsx", xlsx({ A: '<row><c s="1"><v>7</v></c></row>' }, { styles: ["[[["] }))).toEqual([
      "A\n7",
    ]);
  });

  it("names the sheet again on each page that a long one goes on to, and cuts no row", async () => {
    const row = (at: number): string => `<row><c><v>${at}</v></c><c t="str"><v>${"x".repeat(90)}</v></c></row>`;
    const pages = await pagesOf("xlsx", xlsx({ Long: Array.from({ length: 100 }, (_, at) => row(at)).join("") }));
    expect(pages.length).toBeGreaterThan(2);
    const rows = pages.flatMap((page) => {
      const [title, ...lines] = page.split("\n");
      expect(title).toBe("Long");
      return lines;
    });
    expect(rows).toEqual(Array.from({ length: 100 }, (_, at) => `${at}  ${"x".repeat(90)}`));
  });
});

describe("a presentation", () => {
  it("has a page for each slide in the order in which they are shown, with tables and notes, without slide numbers", async () => {
    const table =
      "<a:tbl><a:tr><a:tc><a:txBody><a:p><a:r><a:t>Q1</a:t></a:r></a:p></a:txBody></a:tc><a:tc><a:txBody><a:p><a:r><a:t>12</a:t></a:r></a:p></a:txBody></a:tc></a:tr></a:tbl>";
    const number = '<a:p><a:fld type="slidenum"><a:t>1</a:t></a:fld></a:p>';
    expect(
      await pagesOf(
        "pptx",
        pptx([
          {
            body: shape("First", "<a:p><a:r><a:t>a</a:t></a:r><a:br/><a:r><a:t>b</a:t></a:r></a:p>", number),
            notes: shape("Say hello.", number),
          },
          { body: "" },
          { body: shape("Third") + table },
        ]),
      ),
    ).toEqual(["First\na\nb\n\nNotes:\nSay hello.", "", "Third\nQ1  12"]);
  });
});

describe("an OpenDocument file", () => {
  it("of text is read with its letterhead, tables and notes; soft page breaks end a page", async () => {
    const body = `<text:tracked-changes><text:p>deleted</text:p></text:tracked-changes><text:h>Title</text:h><text:p>One<text:s text:c="2"/>two<text:tab/>three
      four<text:line-break/>five<office:annotation><text:p>a comment</text:p></office:annotation></text:p><text:soft-page-break/>
      <table:table><table:table-row><table:table-cell><text:p>Item</text:p></table:table-cell><table:table-cell><text:p>9.00</text:p></table:table-cell></table:table-row></table:table>`;
    const margins =
      "<style:header><text:p>Letterhead</text:p></style:header><style:footer><text:p>Bank details</text:p></style:footer>";
    expect(await pagesOf("odt", odf("text", body, { margins }))).toEqual([
      "Letterhead\nTitle\nOne  two\tthree four\nfive",
      "Item  9.00\nComment: a comment\nBank details",
    ]);
  });

  it("of sheets has a page for each, and writes out what is repeated, within reason", async () => {
    const cell = (text: string, attributes = ""): string =>
      `<table:table-cell ${attributes}><text:p>${text}</text:p></table:table-cell>`;
    const body = `<table:table table:name="One"><table:table-row>${cell("15.03.26", 'office:value-type="date" office:date-value="2026-03-15T10:30:00"')}${cell("x", 'table:number-columns-repeated="2"')}</table:table-row>
      <table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table><table:table table:name="Two"/>`;
    expect(await pagesOf("ods", odf("spreadsheet", body))).toEqual(["One\n2026-03-15 10:30  x  x", "Two"]);
  });

  it("with a password is refused as encrypted", async () => {
    await expect(pagesOf("odt", odf("text", "", { encrypted: true }))).rejects.toMatchObject({
      code: "encrypted_file",
    });
  });
});

describe("a file that lies", () => {
  it("about its type, or was cut off, is broken", async () => {
    const whole = docx(p("Hello"));
    for (const bytes of [
      whole.subarray(0, whole.length / 2),
      packed({ "a.txt": "no document" }),
      new Uint8Array(100),
      new Uint8Array(0),
    ]) {
      await expect(pagesOf("docx", bytes)).rejects.toMatchObject({ code: "broken_file" });
      await expect(pagesOf("xlsx", bytes)).rejects.toMatchObject({ code: "broken_file" });
    }
  });

  it("by packing a bomb into its text is refused before it is unpacked", async () => {
    const [name, spaces] = ["word/document.xml", " ".repeat(5_000_000)];
    const file = packed({
      "_rels/.rels":
        '<Relationships><Relationship Id="a" Type="x/officeDocument" Target="word/document.xml"/></Relationships>',
      [name]: `<w:document>${spaces}</w:document>`,
    });
    await expect(pagesOf("docx", file)).rejects.toMatchObject({ code: "unpacked_too_large" });
  });

  it("by entities that grow has them left as they are written", async () => {
    const body = p("&a;&b; &#65;");
    expect(await pagesOf("docx", docx(body))).toEqual(["&a;&b; A"]);
  });
});

describe("an ODS of a program that leaves the text of cells to others", () => {
  const hidden =
    '<office:automatic-styles><style:style style:name="ta1" style:family="table"><style:table-properties table:display="true"/></style:style><style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style></office:automatic-styles>';
  const cell = (attributes: string, text = "") =>
    `<table:table-cell ${attributes}>${text && `<text:p>${text}</text:p>`}</table:table-cell>`;
  const sheet = (name: string, style: string, ...cells: string[]) =>
    `<table:table table:name="${name}" table:style-name="${style}"><table:table-row>${cells.join("")}</table:table-row></table:table>`;

  it("says which sheets are hidden", async () => {
    const file = odf("spreadsheet", sheet("Open", "ta1", cell("", "1")) + sheet("Costs", "ta2", cell("", "2")), {
      styles: hidden,
    });
    expect(await pagesOf("ods", file)).toEqual(["Open\n1", "Costs (hidden sheet)\n2"]);
  });

  it("shows values, and formulas that were never computed", async () => {
    const cells = [
      cell('office:value-type="float" office:value="12.5"'),
      cell('office:value-type="boolean" office:boolean-value="true"'),
      cell('office:value-type="date" office:date-value="2026-03-15"'),
      cell('office:value-type="string" office:string-value="said"'),
      cell('table:formula="of:=SUM([.A1:.B1];[$Other.C1])"'),
      cell('table:formula="of:=[.A1]*2" office:value-type="float" office:value="25"', "25.00"),
      cell('table:formula="of:=T([.A1])" office:value-type="string" office:string-value=""'),
    ];
    expect(await pagesOf("ods", odf("spreadsheet", sheet("S", "ta1", ...cells)))).toEqual([
      "S\n12.5  TRUE  2026-03-15  said  =SUM(A1:B1;$Other.C1)  25.00",
    ]);
  });
});
