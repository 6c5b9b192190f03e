// What users of other systems reported as lost, doubled or garbled of OpenDocument, Rich Text, tables in text form, calendars and contacts.
import { Buffer } from "node:buffer";
import { expect, it } from "vitest";
import { odf } from "../../../testing/fixtures/office.ts";
import type { OpenedAs } from "../../../supabase/functions/_shared/file-formats.ts";
import { pagesOf } from "./reading.ts";

type Case = [what: string, type: OpenedAs<"text">, file: Uint8Array | string, ...pages: string[]];
const paragraph = (text: string, attributes = ""): string => `<text:p ${attributes}>${text}</text:p>`;
const styled = (styles: string): { styles: string } => ({
  styles: `<office:automatic-styles>${styles}</office:automatic-styles>`,
});
const style = (name: string, properties: string, attributes = ""): string =>
  `<style:style style:name="${name}" ${attributes}>${properties}</style:style>`;
const item = (content: string, attributes = ""): string => `<text:list-item ${attributes}>${content}</text:list-item>`;
const list = (content: string, attributes = ""): string =>
  `<text:list text:style-name="L1" ${attributes}>${content}</text:list>`;
const numbers = (...levels: string[]): string =>
  `<text:list-style style:name="L1">${levels.map((level, at) => `<text:list-level-style-number text:level="${at + 1}" ${level}/>`).join("")}</text:list-style>`;
const DOT = 'style:num-suffix="." style:num-format="1"';
const heading = (text: string, level: number, attributes = ""): string =>
  `<text:h text:outline-level="${level}" ${attributes}>${text}</text:h>`;
const cell = (attributes: string, text = ""): string =>
  `<table:table-cell ${attributes}>${text && paragraph(text)}</table:table-cell>`;
const covered = (text: string): string => `<table:covered-table-cell>${paragraph(text)}</table:covered-table-cell>`;
const row = (...cells: string[]): string => `<table:table-row>${cells.join("")}</table:table-row>`;
const sheet = (name: string, content: string): string => `<table:table table:name="${name}">${content}</table:table>`;
const calendar = (...lines: string[]): string =>
  ["BEGIN:VCALENDAR", "BEGIN:VEVENT", ...lines, "END:VEVENT", "END:VCALENDAR"].join("\r\n");
const FONTS = String.raw`{\fonttbl{\f0\fcharset0 Arial;}{\f1\fnil\fcharset2{\*\panose 05000000}Wingdings;}{\f2\fcharset2 Symbol;}{\f3\fcharset204 Arial CYR;}{\f4\cpg1250 Old;}{\f5\fcharset0 Segoe UI Symbol;}}`;

it.each<Case>([
  [
    "the numbers of lists within lists, that go on behind a paragraph, and that begin elsewhere",
    "odt",
    odf(
      "text",
      list(
        item(paragraph("One") + `<text:list>${item(paragraph("sub"))}${item(paragraph("next"))}</text:list>`) +
          item(paragraph("Two") + paragraph("and more")),
      ) +
        paragraph("Between") +
        list(item(paragraph("Three")), 'text:continue-numbering="true"') +
        list(item(paragraph("Again")) + item(paragraph("Seven"), 'text:start-value="7"')),
      styled(numbers(DOT, 'style:num-suffix=")" style:num-format="a"')),
    ),
    "1. One\na) sub\nb) next\n2. Two\nand more\nBetween\n3. Three\n1. Again\n7. Seven",
  ],
  [
    "the numbers of headings, unless they have none, and none as a program has kept it",
    "odt",
    odf(
      "text",
      heading("Scope", 1) +
        heading("<text:number>9</text:number>Fees", 2) +
        heading("Preface", 1, 'text:style-name="Plain"') +
        heading("Terms", 1),
      styled(
        `<text:outline-style>${[1, 2].map((level) => `<text:outline-level-style text:level="${level}" style:num-format="1" text:display-levels="${level}"/>`).join("")}</text:outline-style>${style("Plain", "", 'style:list-style-name=""')}`,
      ),
    ),
    "1 Scope\n1.1 Fees\nPreface\n2 Terms",
  ],
  [
    "pages that its styles begin or end",
    "odt",
    odf(
      "text",
      paragraph("One", 'text:style-name="P1"') +
        paragraph("Two", 'text:style-name="P3"') +
        paragraph("Three", 'text:style-name="P2"') +
        paragraph("Four"),
      styled(
        style("P1", '<style:paragraph-properties fo:break-before="page"/>') +
          style("P2", '<style:paragraph-properties fo:break-after="page"/>') +
          style("P3", "", 'style:parent-style-name="P1"'),
      ),
    ),
    "One",
    "Two\nThree",
    "Four",
  ],
  [
    "a table without what merged cells had before",
    "odt",
    odf("text", `<table:table>${row(cell("", "Wide"), covered("no"), cell("", "C"))}</table:table>`),
    "Wide  C",
  ],
  [
    "signs that are letters of a font",
    "odt",
    odf(
      "text",
      paragraph('<text:span text:style-name="T1">\uF0FE</text:span> yes'),
      styled(style("T1", '<style:text-properties style:font-name="Wingdings"/>')),
    ),
    "☑ yes",
  ],
  [
    "values that were never written as text",
    "ods",
    odf(
      "spreadsheet",
      sheet(
        "S",
        row(
          cell('office:value-type="percentage" office:value="0.07"'),
          cell('office:value-type="currency" office:currency="EUR" office:value="12.5"'),
          cell('office:value-type="time" office:time-value="PT36H05M09S"'),
        ),
      ),
    ),
    "S\n7%  12.5 EUR  36:05:09",
  ],
  [
    "no sheets of other files that are kept for formulas, and no texts of checks",
    "ods",
    odf(
      "spreadsheet",
      `<table:content-validations><table:error-message>${paragraph("no")}</table:error-message></table:content-validations>${sheet("S", row(cell("", "a"), covered("no"), cell("", "c")))}${sheet("'file:///home/a/other.ods'#$Sheet1", row(cell("", "no")))}`,
    ),
    "S\na  c",
  ],
  [
    "no values that are not shown",
    "odt",
    odf(
      "text",
      paragraph(
        '<text:variable-set text:display="none">no</text:variable-set>A<text:user-field-get>b</text:user-field-get>',
      ),
    ),
    "Ab",
  ],
  [
    "times with the seconds that are shown",
    "ods",
    odf(
      "spreadsheet",
      sheet(
        "S",
        row(
          cell('office:value-type="date" office:date-value="2026-03-15T10:30:15"', "15.03.26 10:30:15"),
          cell('office:value-type="date" office:date-value="2026-03-15T10:30:15"', "15.03.26 10:30"),
        ),
      ),
    ),
    "S\n2026-03-15 10:30:15  2026-03-15 10:30",
  ],
  ["characters whose replacement is left out", "rtf", String.raw`{\rtf1\ansi\uc1 {\u8364}text {\u228 ?}x}`, "€text äx"],
  [
    "letters of the usual font, and of one with a code page",
    "rtf",
    String.raw`{\rtf1\ansi\deff3${FONTS}\'cf\'f0\'e8 {\f0 x\plain \'cf}\f4\'b3}`,
    "При xПł",
  ],
  [
    "signs that are letters of a font",
    "rtf",
    String.raw`{\rtf1\ansi${FONTS}{\f1\'fe\u61694?} yes {\f2 a} {\f5\'fe}}`,
    "☑☑ yes α þ",
  ],
  [
    "bytes of a code page that stand as they are, those that are no letters in Latin-1, too",
    "rtf",
    Buffer.concat([
      Buffer.from("{\\rtf1\\ansi\\ansicpg1251{\\fonttbl{\\f0 A;}{\\f1\\fcharset128 B;}}", "latin1"),
      Buffer.from([0x80, 0x93, 0xcf, 0x94]),
      Buffer.from("\\par\\f1 ", "latin1"),
      Buffer.from([0x93, 0x8c, 0x8b, 0x9e]),
      Buffer.from("}", "latin1"),
    ]),
    "Ђ“П”\n東京",
  ],
  [
    "equals signs that encode nothing",
    "txt",
    "BEGIN:VCARD\nNOTE;ENCODING=QUOTED-PRINTABLE:a=4 b =C3=A4 c=\n=3\nEND:VCARD",
    "Note: a=4 b ä c=3",
  ],
  ["nothing behind its end", "rtf", "{\\rtf1 Hello\\par}\0\0rest", "Hello"],
  [
    "pages that paragraphs and sections begin",
    "rtf",
    String.raw`{\rtf1 One\par\pagebb Two\par\pard same\sect\sectd\sbknone still\sect\sectd Three\par}`,
    "One",
    "Two\nsame\nstill",
    "Three",
  ],
  [
    "a note behind its text",
    "rtf",
    String.raw`{\rtf1 Word{\footnote\pard The note\par} goes on.\par}`,
    "Word goes on.\n\nThe note",
  ],
  [
    "heads at the beginning and feet at the end, each once",
    "rtf",
    String.raw`{\rtf1{\header Head\par}{\footer Foot\par}Body\par\sect\sectd{\header Head\par}{\headerf Other\par}{\footer Foot\par}Two\par}`,
    "Head\nBody",
    "Other\nTwo\n\nFoot",
  ],
  [
    "a table with lines above it, and amounts with commas",
    "csv",
    "Account statement\n\nDate;Sum;Text\n01.03.2026;1,50;Milk, bread, eggs\n02.03.2026;22,10;Rent, gas\n",
    "Account statement\nDate  Sum  Text\n01.03.2026  1,50  Milk, bread, eggs\n02.03.2026  22,10  Rent, gas",
  ],
  [
    "lists within cells",
    "csv",
    "id;list;x\n1;['a'];n\n2;['1', '2'];m\n3;['q'];\n",
    "id  list  x\n1  ['a']  n\n2  ['1', '2']  m\n3  ['q']",
  ],
  [
    "a table below a title, notes and empty lines, and above a foot",
    "csv",
    "Konto, Girokonto\nZeitraum: 01.02.2026, 28.02.2026\n\n\nBuchung;Betrag;Zweck\n02.02.2026;-12,50;Miete\n03.02.2026;3,10;Zins\n\nSumme, gesamt\nStand: 28.02.2026, 10:15\n",
    "Konto, Girokonto\nZeitraum: 01.02.2026, 28.02.2026\nBuchung  Betrag  Zweck\n02.02.2026  -12,50  Miete\n03.02.2026  3,10  Zins\nSumme, gesamt\nStand: 28.02.2026, 10:15",
  ],
  [
    "a table with tabs below lines that have commas",
    "csv",
    "Report of sales, net, by month\nFebruary 1, 2026\nFigures in EUR, rounded\nItem\tJan\tFeb\nLamp\t1,200\t1,300\nChair\t900\t1,100\n",
    "Report of sales, net, by month\nFebruary 1, 2026\nFigures in EUR, rounded\nItem  Jan  Feb\nLamp  1,200  1,300\nChair  900  1,100",
  ],
  [
    "numbers with decimal commas alone",
    "csv",
    "12,50;3,10\n7,25;19,99\n-1.204,00;0,50\n",
    "12,50  3,10\n7,25  19,99\n-1.204,00  0,50",
  ],
  [
    "decimal commas between tabs",
    "csv",
    "X\tY\tZ\n120,5\t50,3\t2,35\n99,1\t7,5\t0,01\n",
    "X  Y  Z\n120,5  50,3  2,35\n99,1  7,5  0,01",
  ],
  ["one column of amounts", "csv", "Betrag\n12,50\n-1.203,10\n7,00\n", "Betrag\n12,50\n-1.203,10\n7,00"],
  ["colors of a terminal", "txt", "\u001B[1;31mError\u001B[0m in line 3", "Error in line 3"],
  [
    "amounts of which some have a decimal comma",
    "csv",
    "08/01/2026;A;-21.419,06\n12/01/2026;A;-116\n13/01/2026;B;-15.000,00\n14/01/2026;B;37.996,97\n",
    "08/01/2026  A  -21.419,06\n12/01/2026  A  -116\n13/01/2026  B  -15.000,00\n14/01/2026  B  37.996,97",
  ],
  [
    "a header with more commas than semicolons",
    "csv",
    "Name (required, unique);Size (cm, kg, or l);Note\nPole;3;-\nTent;4;blue, old\n",
    "Name (required, unique)  Size (cm, kg, or l)  Note\nPole  3  -\nTent  4  blue, old",
  ],
  [
    "texts with many commas beside few semicolons",
    "csv",
    "shape;points\nline;1,2,3,4,5\nbox;1,2,3,4,5,6,7,8\ndot;1,2\n",
    "shape  points\nline  1,2,3,4,5\nbox  1,2,3,4,5,6,7,8\ndot  1,2",
  ],
  [
    "rows of different numbers of fields",
    "csv",
    "Order;4711\nCustomer;Penrose, Hazel;Bath\nItem;Price;Tax;Note\nLamp;12,50;2,00\nChair;40,00;6,40;blue\nTotal;52,50\n",
    "Order  4711\nCustomer  Penrose, Hazel  Bath\nItem  Price  Tax  Note\nLamp  12,50  2,00\nChair  40,00  6,40  blue\nTotal  52,50",
  ],
  [
    "quoted texts with other delimiters and new lines",
    "csv",
    'id;note\n1;"one, two\nthree, four, five\nsix, seven"\n2;"a, b"\n3;"c"\n',
    "id  note\n1  one, two three, four, five six, seven\n2  a, b\n3  c",
  ],
  [
    "tabs beside the quotes of a text",
    "csv",
    'Surname;First name;Born\n"\tDoe;Jane"\t;x;1971\n',
    "Surname  First name  Born\nDoe;Jane  x  1971",
  ],
  [
    "quotes that a backslash escapes",
    "csv",
    String.raw`1,"say \"hi\", or not","C:\\files\\",\N,5` + "\n" + String.raw`2,"\"A title, me.\"",x,y,"4"` + "\n",
    String.raw`1  say "hi", or not  C:\files\  5` + "\n" + '2  "A title, me."  x  y  4',
  ],
  [
    "a backslash at the end of a quoted text, where quotes are doubled",
    "csv",
    String.raw`1,"C:\files\","say ""hi"""` + "\n" + String.raw`2,"D:\","x"` + "\n",
    String.raw`1  C:\files\  say "hi"` + "\n" + String.raw`2  D:\  x`,
  ],
  [
    "digits as Excel keeps them",
    "csv",
    'id;code;zip\n1;="0815";"=""01067"""\n2;="12;50";x\n',
    "id  code  zip\n1  0815  01067\n2  12;50  x",
  ],
  ["lines that end with CR alone, in semicolons", "csv", "a;b\r1,5;2\r\r3;4,5\r", "a  b\n1,5  2\n3  4,5"],
  [
    "texts in single quotes",
    "csv",
    "'id','name, first','note'\n1,'Penrose, Hazel','it''s'\n2,'Field, Sam',\n",
    "id  name, first  note\n1  Penrose, Hazel  it's\n2  Field, Sam",
  ],
  [
    "apostrophes that are no quotes",
    "csv",
    "town,year\n's Hertogenbosch,'98\n't Harde,'99\n",
    "town  year\n's Hertogenbosch  '98\n't Harde  '99",
  ],
  [
    "a mark before quotes, twice and where files were put together",
    "csv",
    '\uFEFF\uFEFF"a;x";b\n\uFEFF"1;2";3\n',
    "a;x  b\n1;2  3",
  ],
  ["a mark that was encoded twice", "csv", 'ï»¿"a, x",b\n1,2\n', "a, x  b\n1  2"],
  ["a delimiter that is named, of any sign", "csv", 'sep=~\n"a~x"~b\n1~2\n', "a~x  b\n1  2"],
  ["a delimiter that is named in quotes", "csv", '\uFEFF"sep=;"\r\na,x;b\r\n1,2;3\r\n', "a,x  b\n1,2  3"],
  [
    "blanks before quotes and behind them",
    "csv",
    'column1, column2, column3\n0, "a, b" , c\n1, "d", e\n',
    "column1  column2  column3\n0  a, b  c\n1  d  e",
  ],
  [
    "quotes within quoted texts that nobody doubled",
    "csv",
    'a,b\n"test 32" wide","x"\n"JOHN "WAYNE"",y\n"one" and "two",z\n',
    'a  b\ntest 32" wide  x\nJOHN "WAYNE"  y\n"one" and "two"  z',
  ],
  [
    "a quote that opens and never closes, with the rows below it",
    "csv",
    'a;b\n" inch;1\nx;"y"\n16";2\n"end;3\n',
    'a  b\n" inch  1\nx  y\n16"  2\n"end  3',
  ],
  [
    "rows that were put in quotes as a whole",
    "csv",
    'Date,Payee,Amount\n"01.02.2026,""Penrose, Hazel"",""1,50"""\n"02.02.2026,Field,""2,00"""\n03.02.2026,Gas,3\n',
    "Date  Payee  Amount\n01.02.2026  Penrose, Hazel  1,50\n02.02.2026  Field  2,00\n03.02.2026  Gas  3",
  ],
  [
    "texts in quotes in one column",
    "csv",
    '"To do"\n"milk, bread, eggs"\n"call Hazel, Sam, and Ada"\n',
    "To do\nmilk, bread, eggs\ncall Hazel, Sam, and Ada",
  ],
  [
    "texts with commas that nobody put in quotes",
    "csv",
    "Statement of March 3, 2026, for Penrose, Hazel\nDate,Payee,Amount\n2026-03-01,Milk, bread, eggs,5.00\n2026-03-02,Rent,700.00\nNote: sums are net, without tax\n",
    "Statement of March 3, 2026, for Penrose, Hazel\nDate  Payee  Amount\n2026-03-01  Milk, bread, eggs  5.00\n2026-03-02  Rent  700.00\nNote: sums are net, without tax",
  ],
  [
    "a day, days without the one after, and what repeats and does not",
    "txt",
    calendar(
      "SUMMARY:Fair",
      "DTSTART;VALUE=DATE:20260228",
      "DTEND;VALUE=DATE:20260301",
      "RRULE:FREQ=YEARLY",
      "EXDATE;VALUE=DATE:20270228,20280228",
    ),
    "Event: Fair\nWhen: 2026-02-28\nRepeats: FREQ=YEARLY\nExcept: 2027-02-28, 2028-02-28",
  ],
  [
    "days of more than one",
    "txt",
    calendar("SUMMARY:Fair", "DTSTART;VALUE=DATE:20260228", "DTEND;VALUE=DATE:20260303"),
    "Event: Fair\nWhen: 2026-02-28 to 2026-03-02",
  ],
  [
    "an old calendar in quoted-printable, and a description in HTML",
    "txt",
    calendar(
      "SUMMARY;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:Gr=C3=B6=C3=9Fe =",
      "ab",
      'ATTENDEE;CN="Doe; Jane: x":mailto:j@x.example',
      "X-ALT-DESC;FMTTYPE=text/html:<p>Hi\\, <b>there</b></p>",
    ),
    "Event: Größe ab\nAttendees: Doe; Jane: x <j@x.example>\n\nHi, there",
  ],
  [
    "lines that are folded within a character",
    "txt",
    Buffer.concat([
      Buffer.from("BEGIN:VCARD\r\nFN:Gr\xc3\r\n \xb6\xc3\x9f", "latin1"),
      Buffer.from("e, Zoë\r\nEND:VCARD\r\n"),
    ]),
    "Name: Größe, Zoë",
  ],
])("reads %s (%s)", async (_what, type, file, ...pages) => {
  expect(await pagesOf(type, file)).toEqual(pages);
});
