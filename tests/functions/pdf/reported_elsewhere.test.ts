// Pages that users of other readers reported as read wrongly, in files of our own.
import { expect, it } from "vitest";
import { openPdf } from "../../../supabase/functions/ocr/pdf.ts";
import { rawPdf, rawStream } from "../../../testing/fixtures/raw-pdf.ts";

const TEXT = "The total of the invoice is 912.00 EUR";
const line = (text: string, x = 50, y = 700, before = ""): string =>
  `BT ${before}/F 12 Tf ${x} ${y} Td (${text}) Tj ET `;
const FORM = "/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<</Font<</F 5 0 R>>";

async function read(content: string, page = "", more: string[] = [], catalog = ""): Promise<string | null> {
  const bytes = rawPdf([
    `<</Type/Catalog/Pages 2 0 R${catalog}>>`,
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    `<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>${page}>>`,
    rawStream(content),
    "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding<</Type/Encoding/Differences[1/fi]>>>>",
    ...more,
  ]);
  await using document = await openPdf({ bytes, mime_type: "application/pdf", filename: "a.pdf" });
  return await document.textOf(1);
}
/** A page one of whose fonts names its glyphs, from code 1 on. */
const withNames = (
  names: string,
  content: string,
  font = "/Subtype/Type1/BaseFont/ABCDEF+Serif",
): Promise<string | null> =>
  read(content, "/Resources<</Font<</F 6 0 R/H 5 0 R>>>>", [
    `<</Type/Font${font}/Encoding<</Type/Encoding/BaseEncoding/WinAnsiEncoding/Differences[1/${names}]>>>>`,
    rawStream("500 0 0 0 400 700 d1 0 0 400 700 re f"),
  ]);
const look = (text: string): string => rawStream(`BT /F 10 Tf 5 5 Td (${text}) Tj ET`, `${FORM}>>`);
/** A font some of whose signs stand for several letters: ffi, fi, and the Arabic lam with khah, between other Arabic letters. */
const LIGATURES = [
  "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding<</Type/Encoding/Differences[1/x/fi/m/l/o/n]>>/ToUnicode 7 0 R>>",
  rawStream(
    "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00><FF> endcodespacerange " +
      "6 beginbfchar <01><006600660069> <02><00660069> <03><FCCB> <04><0627> <05><0648> <06><0637> endbfchar 1 beginbfrange <20><7E><0020> endbfrange endcmap end",
  ),
];
const withLigatures = (content: string): Promise<string | null> =>
  read(content, "/Resources<</Font<</F 6 0 R>>>>", LIGATURES);
const two = line("First line of it") + line("Second line of it", 50, 680);

it.each<[string, () => Promise<string | null>, string]>([
  ["is turned by 90 degrees", () => read(two, "/Rotate 90"), "First line of it\nSecond line of it"],
  ["is turned by 180 degrees", () => read(two, "/Rotate 180"), "First line of it\nSecond line of it"],
  ["is turned by 270 degrees", () => read(two, "/Rotate 270"), "First line of it\nSecond line of it"],
  ["is cropped", () => read(line(TEXT) + line("no", 50, 300), "/CropBox[0 400 600 800]"), TEXT],
  ["is cropped to a box beside it", () => read(line(TEXT), "/CropBox[5000 5000 6000 6000]"), TEXT],
  ["is cropped and turned", () => read(line(TEXT) + line("no", 50, 300), "/Rotate 90/CropBox[0 400 600 800]"), TEXT],
  ["has units of its own", () => read(two, "/UserUnit 10"), "First line of it\nSecond line of it"],
  ["begins elsewhere", () => read(line(TEXT, -200, 300), "/MediaBox[-300 -400 300 400]"), TEXT],
  ["has its corners the other way round", () => read(line(TEXT), "/MediaBox[600 800 0 0]"), TEXT],
  ["is tiny", () => read(`BT /F .12 Tf .5 7 Td (${TEXT}) Tj ET`, "/MediaBox[0 0 6 8]"), TEXT],
  [
    "has type of a negative size",
    () => read(`BT /F -12 Tf -1 0 0 -1 50 700 Tm (First line) Tj 0 14 Td (Second) Tj ET`),
    "First line\nSecond",
  ],
  ["stands on its head", () => read(`BT /F 12 Tf -1 0 0 -1 500 700 Tm (${TEXT}) Tj ET`), TEXT],
  ["prints letters twice for bold", () => read(line(TEXT) + line(TEXT, 50.3)), TEXT],
  ["clips by its text", () => read(line(TEXT, 50, 700, "7 Tr ")), TEXT],
  ["has outlined letters", () => read(line(TEXT, 50, 700, "1 Tr ")), TEXT],
  ["has no font of that name", () => read(line(TEXT).replace("/F", "/G")), TEXT],
  ["has ligatures", () => read(line("The of\\001ce is open on weekdays")), "The office is open on weekdays"],
  [
    "has ligatures of three letters within a line",
    () => withLigatures(line("The o\\001cial scienti\\002c work is in the o\\001ce")),
    "The official scientific work is in the office",
  ],
  [
    "has a letter that stands for itself and a place where the word before it may be broken",
    () =>
      read(line("The \\004teamer leave\\004 at \\004ix"), "/Resources<</Font<</F 6 0 R>>>>", [
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding<</Type/Encoding/Differences[4/s]>>/ToUnicode 7 0 R>>",
        rawStream(
          "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00><FF> endcodespacerange " +
            "1 beginbfchar <04><00AD0073> endbfchar 1 beginbfrange <20><7E><0020> endbfrange endcmap end",
        ),
      ]),
    "The steamer leaves at six",
  ],
  [
    "begins with a ligature",
    () => withLigatures(line("\\002nal report of the o\\001ce")),
    "final report of the office",
  ],
  [
    "has a ligature in a word that runs from right to left",
    () => withLigatures(line("\\006\\005\\006\\003\\004")),
    "الخطوط",
  ],
  [
    "has glyphs that are named by their letters",
    () => withNames("f_f_i/T_h/uni00660069/c_h.liga", line("The o\\001cial \\002orough \\003nal su\\004 list")),
    "The official Thorough final such list",
  ],
  [
    "has glyphs that are named as variants",
    () =>
      withNames(
        "oneoldstyle/nineoldstyle/Asmall/R.sc/uni0054.sc/zero.tf",
        line("The year \\001\\002\\006\\002 of \\003\\004\\005 in the museum"),
      ),
    "The year 1909 of aRT in the museum",
  ],
  [
    "has glyphs whose names are shared with another font of that name",
    () =>
      withNames(
        "f_f_i/T_h",
        `${line("The \\002roat o\\001ce")}BT /H 12 Tf 50 600 Td (\\001nal text) Tj ET`,
        "/Subtype/Type1/BaseFont/Helvetica",
      ),
    "The Throat office\n\nfinal text",
  ],
  [
    "draws its letters, each named",
    () =>
      withNames(
        "O/f_f_i/c/e",
        line("\\001\\002\\003\\004"),
        "/Subtype/Type3/FirstChar 1/LastChar 4/Widths[500 900 500 500]/FontBBox[0 0 500 700]/FontMatrix[.001 0 0 .001 0 0]/CharProcs<</O 7 0 R/f_f_i 7 0 R/c 7 0 R/e 7 0 R>>/Resources<<>>",
      ),
    "Office",
  ],
  [
    "has ligatures that are drawn alone",
    () => withLigatures("BT /F 12 Tf 50 700 Td (o) Tj (\\001) Tj (ce \\002) Tj (\\002) Tj (nal) Tj ET"),
    "office fifinal",
  ],
  [
    "has ligatures that are turned",
    () => withLigatures("BT /F 12 Tf 0 1 -1 0 300 300 Tm (The o\\001cial \\002nal report) Tj ET"),
    "The official final report",
  ],
  [
    "says what a ligature stands for",
    () => read("BT /F 12 Tf 50 700 Td (of) Tj /Span <</ActualText<FEFF00660069>>> BDC (\\001) Tj EMC (ce hours) Tj ET"),
    "office hours",
  ],
  [
    "says in a list what a ligature stands for, in a form",
    () =>
      read("/X Do", "/Resources<</XObject<</X 6 0 R>>>>", [
        rawStream(
          "BT /F 12 Tf 50 700 Td (a ) Tj /Span /M BDC (\\001) Tj EMC (nance plan) Tj ET",
          "/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<</Font<</F 5 0 R>>/Properties<</M<</ActualText(fi)>>>>>>",
        ),
      ]),
    "a finance plan",
  ],
  [
    "says what a word stands for that is drawn otherwise",
    () =>
      read("BT /F 12 Tf 50 700 Td (The ) Tj /Span <</ActualText(Happy few)>> BDC (xxxxxxxxxxx) Tj EMC ( meet) Tj ET"),
    "The Happy few meet",
  ],
  [
    "says what turned letters stand for",
    () => read("BT /F 12 Tf 0 1 -1 0 300 300 Tm (of) Tj /Span <</ActualText(fi)>> BDC (\\001) Tj EMC (ce hours) Tj ET"),
    "office hours",
  ],
  [
    "has pieces that are turned by 180 degrees and end with spaces",
    () =>
      read(
        "BT /F 12 Tf -1 0 0 -1 500 300 Tm (The last ) Tj (word) Tj 0 -20 Td (of a ) Tj (cus) Tj (tomer ) Tj (in A) Tj (thens) Tj ET",
      ),
    "The last word\nof a customer in Athens",
  ],
  [
    "says what letters stand for that are turned by 180 degrees",
    () =>
      read(
        "BT /F 12 Tf -1 0 0 -1 500 300 Tm (The ) Tj /Span <</ActualText(Happy few)>> BDC (xxxxxxxxxxx) Tj EMC ( meet) Tj " +
          "0 -20 Td (in the o) Tj /Span <</ActualText(ffi)>> BDC (i) Tj EMC (ce) Tj ET",
      ),
    "The Happy few meet\nin the office",
  ],
  [
    "says what letters stand for on a page that is turned by 180 degrees",
    () =>
      read(
        "BT /F 12 Tf 50 700 Td (The ) Tj /Span <</ActualText(Happy few)>> BDC (xxxxxxxxxxx) Tj EMC ( meet) Tj ET",
        "/Rotate 180",
      ),
    "The Happy few meet",
  ],
  [
    "says what letters stand for of a negative size",
    () =>
      read(
        "BT /F -12 Tf -1 0 0 -1 50 700 Tm (The ) Tj /Span <</ActualText(Happy few)>> BDC (xxxxxxxxxxx) Tj EMC ( meet) Tj ET",
      ),
    "The Happy few meet",
  ],
  ...(
    [
      ["scaled by its content", "q .5 0 0 .5 0 0 cm /X Do Q", ""],
      ["scaled by its matrix, and back", "q 20 0 0 20 0 0 cm /X Do Q", "/Matrix[.05 0 0 .05 0 0]"],
      ["moved", "q 1 0 0 1 100 -300 cm /X Do Q", ""],
      ["turned by 90 degrees", "q 0 .7 -.7 0 600 50 cm /X Do Q", ""],
      ["turned by 270 degrees", "q 0 -.7 .7 0 50 750 cm /X Do Q", ""],
      ["turned by 180 degrees", "q -.7 0 0 -.7 550 750 cm /X Do Q", ""],
      ["turned by 180 degrees by its matrix", "/X Do", "/Matrix[-1 0 0 -1 600 800]"],
      ["mirrored, and back", "q 1 0 0 -1 0 800 cm /X Do Q", "/Matrix[1 0 0 -1 0 800]"],
      ["in another", "q .9 0 0 .9 0 0 cm /Y Do Q", "/Matrix[.5 0 0 .5 0 0]"],
    ] as const
  ).map(([how, content, matrix]): [string, () => Promise<string | null>, string] => [
    `says what parts of a form stand for that is ${how}`,
    () =>
      read(content, "/Resources<</XObject<</X 6 0 R/Y 7 0 R>>>>", [
        rawStream(
          "BT /F 12 Tf 50 700 Td (The ) Tj /Span <</ActualText(Happy few)>> BDC (xxxxxxxxxxxxxxxx) Tj EMC ( meet) Tj " +
            "0 -20 Td (in the o) Tj /Span <</ActualText(ffi)>> BDC (i) Tj EMC (ce) Tj ET",
          `${FORM}>>${matrix}`,
        ),
        rawStream(
          "q 1 0 0 1 20 -90 cm /X Do Q",
          "/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<</XObject<</X 6 0 R>>>>",
        ),
      ]),
    "The Happy few meet\nin the office",
  ]),
  [
    "has a heading in letters that are set apart",
    () => read(`BT /F 16 Tf 9 Tc 50 740 Td (RECHNUNG) Tj 0 Tc ET ${line(TEXT)}`),
    `RECHNUNG\n\n${TEXT}`,
  ],
  [
    "has its text in a form within a form",
    () =>
      read("/X Do", "/Resources<</XObject<</X 6 0 R>>>>", [
        rawStream("/Y Do", "/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<</XObject<</Y 7 0 R>>>>"),
        rawStream(line(TEXT), `${FORM}>>`),
      ]),
    TEXT,
  ],
  [
    "is stamped",
    () =>
      read(line(TEXT), "/Annots[6 0 R]", [
        "<</Type/Annot/Subtype/Stamp/F 4/Rect[50 500 650 1300]/AP<</N 7 0 R>>>>",
        look("APPROVED by Hazel"),
      ]),
    `${TEXT}\n\nAPPROVED by Hazel`,
  ],
  [
    "is signed",
    () =>
      read(
        line(TEXT),
        "/Annots[6 0 R]",
        [
          "<</Type/Annot/Subtype/Widget/FT/Sig/T(s)/F 132/Rect[50 500 650 1300]/AP<</N 7 0 R>>>>",
          look("Signed by Hazel"),
        ],
        "/AcroForm<</Fields[6 0 R]>>",
      ),
    `${TEXT}\n\nSigned by Hazel`,
  ],
  [
    "has a value in a stream",
    () =>
      read(
        line(TEXT),
        "/Annots[6 0 R]",
        ["<</Type/Annot/Subtype/Widget/FT/Tx/T(s)/V 7 0 R/F 4/Rect[50 500 300 520]>>", rawStream("Kept in a stream")],
        "/AcroForm<</Fields[6 0 R]>>",
      ),
    `${TEXT}\n\nKept in a stream`,
  ],
  [
    "has answers to comments",
    () =>
      read(line(TEXT), "/Annots[6 0 R 7 0 R]", [
        "<</Type/Annot/Subtype/Text/Rect[50 690 70 712]/Contents(First)>>",
        "<</Type/Annot/Subtype/Text/IRT 6 0 R/Rect[1 1 9 9]/Contents(Reply)>>",
      ]),
    `${TEXT}\n\nComment: First\nComment: Reply`,
  ],
])("reads a page that %s", async (_what, reading, expected) => {
  expect(await reading()).toBe(expected);
});
