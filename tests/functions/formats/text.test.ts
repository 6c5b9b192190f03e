import { Buffer } from "node:buffer";
import iconv from "iconv-lite";
import { describe, expect, it } from "vitest";
import { decodeText } from "../../../supabase/functions/ocr/formats/charset.ts";
import { openText } from "../../../supabase/functions/ocr/formats/formats.ts";
import { pagesOf } from "./reading.ts";

describe("plain text and Markdown", () => {
  it("stand as they are written; a form feed ends a page", async () => {
    expect(await pagesOf("txt", "One\r\n\r\n\r\ntwo  \n  indented\fThree")).toEqual([
      "One\n\ntwo\n  indented",
      "Three",
    ]);
    expect(await pagesOf("md", "# Title\n\n- *a*\n")).toEqual(["# Title\n\n- *a*"]);
    expect(await pagesOf("txt", "")).toEqual([""]);
  });

  it("lose no character when a line is longer than a page, and no character is cut in two", async () => {
    const words = "word ".repeat(2_000).trim();
    expect((await pagesOf("txt", words)).join(" ")).toBe(words);
    const faces = "x" + "😀".repeat(4_000);
    const pages = await pagesOf("txt", faces);
    expect(pages.join("")).toBe(faces);
    for (const page of pages) expect(page.isWellFormed()).toBe(true);
  });

  it("of more text than any project reads is refused", async () => {
    await expect(pagesOf("txt", "a line of a log file\n".repeat(600_000))).rejects.toMatchObject({
      code: "too_many_pages",
    });
  });
});

describe("a charset", () => {
  const german = "Straßenreinigungsgebühr für Müller & Söhne – fällig über 1.234,50 € bis März, Grüße aus Köln";
  const russian = "Счёт на оплату за поставку бумаги и канцелярских товаров, итого двенадцать тысяч рублей";
  const japanese = "請求書の合計金額は一万二千円です。お支払い期限は三月末日までとなります。よろしくお願いします。";
  const chinese = "本合同由甲乙双方于二零二六年三月签订，总金额为人民币一万二千元整，自签字之日起生效。";
  it.each([
    [german, "utf-8"],
    [german, "windows-1252"],
    [german, "utf-16le"],
    [german, "utf-16be"],
    [german, "utf-32le"],
    [russian, "windows-1251"],
    [russian, "koi8-r"],
    [japanese, "shift_jis"],
    [japanese, "euc-jp"],
    [chinese, "gb18030"],
    [chinese, "big5"],
  ])("%s is found when it is %s", async (text, charset) => {
    // Big5 has traditional characters only.
    const written = charset === "big5" ? text.replaceAll(/[于签订额为币万]/g, "於") : text;
    const bytes = iconv.encode(written, charset, {
      addBOM: charset.startsWith("utf-16") || charset.startsWith("utf-32"),
    });
    expect(iconv.decode(bytes, charset), "can be written in it").toBe(written);
    expect(await decodeText(bytes)).toBe(written);
  });

  it("that is declared decides where the bytes are not UTF-8", async () => {
    const bytes = iconv.encode("Łódź", "iso-8859-2");
    expect(await decodeText(bytes, "iso-8859-2")).toBe("Łódź");
    expect(await decodeText(Buffer.from("Łódź"), "iso-8859-2")).toBe("Łódź");
    expect(await decodeText(iconv.encode("Grüße", "latin1"), "no-such-charset")).toBe("Grüße");
  });

  it.each([
    ["utf-8", german, "windows-1252"],
    ["iso-2022-jp", japanese, "utf-8"],
    ["iso-2022-jp", japanese, "shift_jis"],
    ["shift_jis", russian, "windows-1251"],
    ["euc-kr", japanese, "shift_jis"],
    ["us-ascii", german, "windows-1252"],
    ["iso-8859-1", "„quoted“ – 5 €", "windows-1252"],
    ["gb18030", japanese, "euc-jp"],
  ])("declared as %s is ignored where the bytes are not that: %s, in %s", async (declared, text, charset) => {
    const decoded = await decodeText(iconv.encode(text, charset), declared);
    expect(decoded).not.toContain("\uFFFD");
    // EUC-JP is possible as GB 18030 too, and then as it was declared.
    if (declared !== "gb18030") expect(decoded).toBe(text);
  });

  it.each(['\x1b$B$*Ld$$9g$o$;$"$j$,$H$&$4$6$$$^$9\x1b(B', "Re: \x1b$B$*Ld$$9g$o$;\x1b(B 2026"])(
    "of Japanese mails is found without being declared: %j",
    async (bytes) => {
      expect(await decodeText(Buffer.from(bytes, "latin1"))).toContain("お問い合わせ");
      expect(await decodeText(Buffer.from("\x1b[1mbold\x1b[0m"))).toBe("\x1b[1mbold\x1b[0m");
    },
  );

  it("of a few bytes that came from elsewhere costs a text in UTF-8 nothing", async () => {
    const lines = [
      Buffer.from(`${german}\n`.repeat(3)),
      Buffer.from("Caf\xe9 \x80 5\n", "latin1"),
      Buffer.from(russian),
    ];
    expect(await decodeText(Buffer.concat(lines))).toBe(`${`${german}\n`.repeat(3)}Café € 5\n${russian}`);
  });
});

describe("what nobody sees", () => {
  it.each(["txt", "md", "csv", "html"] as const)(
    "is not in the text of %s, whose letters are composed",
    async (type) => {
      const [page] = await pagesOf(
        type,
        "Mu\u0308nchen: Donau\u00ADdampf\u200Bschiff\u2060fahrt und zu\u200C\u200Dletzt",
      );
      expect(page).toBe("München: Donaudampfschifffahrt und zuletzt");
    },
  );

  it("stays where it joins or parts letters", async () => {
    const text = "می\u200Cخواهم 👩\u200D🔬 क\u094D\u200Dष";
    expect(await pagesOf("txt", text)).toEqual([text]);
  });
});

describe("CSV", () => {
  it.each([
    [",", '"a, b",c'],
    [";", '"a; b";c'],
    ["\t", '"a\tb"\tc'],
    ["|", '"a|b"|c'],
  ])("with %j between its cells has a line for each row", async (delimiter, row) => {
    const quoted = row.slice(1, row.lastIndexOf('"')).replace(/\s+/g, " ");
    expect(
      await pagesOf("csv", `Name${delimiter}Amount\n${row}\n\n"two\nlines"${delimiter}"say ""x"""\n${delimiter}1.5`),
    ).toEqual([`Name  Amount\n${quoted}  c\ntwo lines  say "x"\n1.5`]);
  });

  it("with quotes that never close, or rows of any length, is text all the same", async () => {
    expect(await pagesOf("csv", 'a,b\n"never closed,c\nd,e,f')).toEqual(['a  b\n"never closed  c\nd  e  f']);
    expect(await pagesOf("csv", 'a\nb,c,d\n5" pipe,x')).toEqual(['a\nb  c  d\n5" pipe  x']);
  });
});

describe("TSV", () => {
  it.each([
    ["quotes within its texts", 'part\tsize\npipe\t5" wide\nrod\t3"\n', 'part  size\npipe  5" wide\nrod  3"'],
    ["tabs and lines in quotes", 'a\tb\n"x\ty"\t"1\n2"\n', "a  b\nx y  1 2"],
    ["a quote that never closes", 'a\tb\n"never closed\tz\nc\td\n', 'a  b\n"never closed  z\nc  d'],
    [
      "decimal commas, and a title",
      "Sales; 2026, Q1\n\na\tb\n1\t2,5\n2\t3,5\n",
      "Sales; 2026, Q1\na  b\n1  2,5\n2  3,5",
    ],
    [
      "lists in its texts",
      'id\tdata\n1\t{"a": 1, "b": "x"}\n2\t["y", "z"]\n',
      'id  data\n1  {"a": 1, "b": "x"}\n2  ["y", "z"]',
    ],
    ["empty cells", "a\tb\tc\n\t\tx\ny\t\t\n", "a  b  c\nx\ny"],
    ["rows in quotes as a whole", '"a\tb\tc"\n"d\te\tf"\n', "a  b  c\nd  e  f"],
    ["commas and no tab", "a,b,c\nd,e,f\n", "a  b  c\nd  e  f"],
    [
      "what a database writes for nothing, and for tabs and lines",
      "id\tnote\tpath\n1\t\\N\tC:\\\\temp\n2\tone\\ntwo\\tthree\t\\N\n",
      "id  note  path\n1  C:\\temp\n2  one two three",
    ],
    ["backslashes that nobody wrote for a database", "a\tb\nC:\\new\tx\\Ny\n", "a  b\nC:\\new  x\\Ny"],
  ])("with %s", async (_, text, shown) => {
    const bytes = new TextEncoder().encode(text);
    await using document = await openText({ mime_type: "text/csv", bytes, filename: "list.tsv" });
    expect(await document.textOf(1)).toBe(shown);
  });

  it("has tabs between its cells, however many commas are in them", async () => {
    const file = { mime_type: "text/csv", bytes: new TextEncoder().encode("a,b,c,d\ne,f,g,h\tx\n") };
    await using named = await openText({ ...file, filename: "list.tsv" });
    expect(await named.textOf(1)).toBe("a,b,c,d\ne,f,g,h  x");
    await using other = await openText({ ...file, filename: "list.csv" });
    expect(await other.textOf(1)).toBe("a  b  c  d\ne  f  g  h x");
  });
});

describe("HTML", () => {
  it("is what a reader sees: blocks on lines of their own, a table row on one line", async () => {
    const page = `<!doctype html><html><head><title>Tab</title><style>p{}</style><body><h1>Bill</h1><p>Dear <b>Ms</b>
      Penrose,<br>thank you.</p><ul><li>one<li>two</ul><table><tr><th>Item<th>Amount<tr><td><p>Paper</p><td>1&nbsp;000&euro;</table><pre>a
  b</pre>`;
    expect(await pagesOf("html", page)).toEqual([
      "Bill\n\nDear Ms Penrose,\nthank you.\n\n- one\n- two\n\nItem  Amount\nPaper  1 000€\n\na\n  b",
    ]);
  });

  it("leaves out scripts, styles, comments and everything hidden", async () => {
    const page = `<p>seen</p><script>alert("x < y")</script><style>.a{}</style><!-- comment --><noscript>no</noscript><template><p>no</p></template>
      <div hidden><p>no</p></div><div style="color:red; display: NONE"><span>no</span><br></div><span style="font-size:0px">no</span><svg><defs><text>no</text></defs></svg>
      <p style="font-size:0.9em">small</p><iframe src="http://example.com">no</iframe><p>end</p>`;
    expect(await pagesOf("html", page)).toEqual(["seen\n\nsmall\n\nend"]);
  });

  it("is decoded as it declares itself", async () => {
    const page =
      '<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1251"></head><body>Счёт</body>';
    expect(await pagesOf("html", iconv.encode(page, "windows-1251"))).toEqual(["Счёт"]);
  });

  it("that is nested beyond all reason is refused, and soon", async () => {
    await expect(pagesOf("html", `${"<b>".repeat(1_000_000)}x`)).rejects.toMatchObject({ code: "broken_file" });
    await expect(pagesOf("rtf", `{\\rtf1 ${"{".repeat(1_000_000)}x`)).rejects.toMatchObject({ code: "broken_file" });
  });

  it("in one endless line takes no more than its share of time for each word", async () => {
    const pages = await pagesOf(
      "html",
      `<table><tr><td>${"<i>word</i> <div>block</div>".repeat(60_000)}</table><p>${"<i>word</i> ".repeat(120_000)}`,
    );
    expect(pages.join(" ").match(/word/g)).toHaveLength(180_000);
  });

  it("that is damaged is read as far as it goes", async () => {
    expect(await pagesOf("html", "<div><p>a<table><tr><td>b</div></p><<>x")).toEqual([expect.stringMatching(/^a\s+b/)]);
  });
});

describe("RTF", () => {
  it("is read with its tables, special characters and page breaks", async () => {
    const file = String.raw`{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fswiss Arial;}{\f1\fnil\fcharset204 Arial CYR;}}{\colortbl;\red0\green0\blue0;}{\*\generator Riched20;}
{\info{\title No title}}\viewkind4\uc1\pard\f0 Stra\'dfe, 5 \'80\par
\u8222?Na\u239?ve\ldblquote x\rdblquote \emdash\~end\tab t\line next\par
{\f1\'d1\'f7\'b8\'f2}\par {\v hidden}{\deleted gone}\constructor {\*\unknown skipped}{\field{\*\fldinst HYPERLINK "http://x"}{\fldrslt link}}\par
\trowd\cellx1\cellx2\pard\intbl Item\cell 9.00\cell\row
\trowd\pard\intbl Total\cell 10.00\cell\row\pard after\page Two{\pict\bin3 }}}\par}`;
    expect(await pagesOf("rtf", iconv.encode(file, "latin1"))).toEqual([
      "Straße, 5 €\n„Naïve“x”—\u00a0end\tt\nnext\nСчёт\nlink\nItem  9.00\nTotal  10.00\nafter",
      "Two",
    ]);
  });

  it("of damaged braces is read as far as it goes", async () => {
    expect(await pagesOf("rtf", String.raw`{\rtf1 a}}}{{{ b\u- \bin99999999 c`)).toEqual([
      expect.stringMatching(/^a\s*b/),
    ]);
  });
});
