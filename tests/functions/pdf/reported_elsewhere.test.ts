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
const look = (text: string): string => rawStream(`BT /F 10 Tf 5 5 Td (${text}) Tj ET`, `${FORM}>>`);
const two = line("First line of it") + line("Second line of it", 50, 680);

it.each<[string, () => Promise<string | null>, string]>([
  ["is turned by 90 degrees", () => read(two, "/Rotate 90"), "First line of it\nSecond line of it"],
  ["is turned by 180 degrees", () => read(two, "/Rotate 180"), "First line of it\nSecond line of it"],
  ["is turned by 270 degrees", () => read(two, "/Rotate 270"), "First line of it\nSecond line of it"],
  ["is cropped", () => read(line(TEXT) + line("no", 50, 300), "/CropBox[0 400 600 800]"), TEXT],
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
