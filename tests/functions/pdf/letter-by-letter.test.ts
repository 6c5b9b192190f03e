// Pages as browsers and report programs print them: each letter placed by itself, spaces too, shadows drawn as text.
import { expect, it } from "vitest";
import { openPdf } from "../../../supabase/functions/ocr/pdf.ts";
import { rawPdf, rawStream } from "../../../testing/fixtures/raw-pdf.ts";

const FONT = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>";

async function read(content: string, more: string[] = [], resources = ""): Promise<string | null> {
  const bytes = rawPdf([
    "<</Type/Catalog/Pages 2 0 R>>",
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    `<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>${resources}>>>>`,
    rawStream(content),
    FONT,
    ...more,
  ]);
  await using document = await openPdf({ bytes, mime_type: "application/pdf", filename: "a.pdf" });
  return await document.textOf(1);
}

/** Helvetica's widths, in thousandths of its size. */
const WIDTHS: Record<string, number> = {
  i: 222,
  l: 222,
  t: 278,
  " ": 278,
  m: 833,
  w: 722,
  I: 278,
  f: 278,
  r: 333,
  s: 500,
};
const widthOf = (letter: string): number => WIDTHS[letter] ?? (/[A-Z]/.test(letter) ? 700 : 556);

/** A text whose letters are placed one by one, in whole points, as a program does without fractions of pixels. */
function placed(text: string, x: number, y: number, { size = 12, spacing = 0 } = {}): string {
  let at = x;
  const letters = [...text].map((letter) => {
    const one = `BT /F ${size} Tf ${Math.round(at)} ${y} Td (${letter}) Tj ET `;
    at += (widthOf(letter) * size) / 1000 + spacing;
    return one;
  });
  return letters.join("");
}

it.each<[string, () => Promise<string | null>, string]>([
  ["are placed one by one", () => read(placed("The committee met in May", 50, 700)), "The committee met in May"],
  ["stand close", () => read(placed("Tight letters of a line", 50, 700, { spacing: -0.8 })), "Tight letters of a line"],
  [
    "have spaces of the smaller of two sizes",
    () => read(placed("Total", 50, 700, { size: 30 }) + placed(" due today", 120, 700, { size: 9 })),
    "Total due today",
  ],
  [
    "stand at a slant",
    () => read(`.7 .7 -.7 .7 200 100 cm ${placed("Paid in full on the day", 50, 200)}`),
    "Paid in full on the day",
  ],
  [
    "stand in a form",
    () =>
      read(
        "q .5 0 0 .5 0 300 cm /X Do Q",
        [
          rawStream(
            placed("Tight letters of a form", 50, 700, { spacing: -0.8 }),
            "/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<</Font<</F 5 0 R>>>>",
          ),
        ],
        "/XObject<</X 6 0 R>>",
      ),
    "Tight letters of a form",
  ],
  [
    "leave room where a word may be broken, and is not",
    () => read("BT /F 12 Tf 50 700 Td (Dona) Tj 27 0 Td ( ) Tj 0 0 Td (rio) Tj 14 0 Td ( ) Tj 3.3 0 Td (Rossi) Tj ET"),
    "Donario Rossi",
  ],
  [
    "have a shadow each",
    () => read(placed("All hello", 52, 698, { size: 28 }) + placed("All hello", 50, 700, { size: 28 })),
    "All hello",
  ],
])("reads letters that %s", async (_what, reading, expected) => {
  expect(await reading()).toBe(expected);
});

const line = (text: string, x = 50, y = 700, size = 12): string => `BT /F ${size} Tf ${x} ${y} Td (${text}) Tj ET `;

it.each<[string, string, string]>([
  ["with a shadow", line("Annual balls", 52, 697.5, 28) + line("Annual balls", 50, 700, 28), "Annual balls"],
  [
    "with two shadows",
    line("Annual balls", 54, 696, 28) + line("Annual balls", 52, 698, 28) + line("Annual balls", 50, 700, 28),
    "Annual balls",
  ],
  ["filled, and then outlined", `${line("Annual balls")}1 Tr ${line("Annual balls")}`, "Annual balls"],
  ["twice, a line apart", line("Annual balls") + line("Annual balls", 50, 688), "Annual balls\nAnnual balls"],
  ["with a lowered figure", `${line("H")}${line("2", 59, 697, 9)}${line("O and more", 64)}`, "H2O and more"],
  [
    "with raised figures and a lowered one",
    `${line("x", 50)}${line("2", 56, 705, 9)}${line(" and H", 61)}${line("2", 97, 697, 9)}${line("O", 102)}`,
    "x2 and H2O",
  ],
  [
    "beside an initial as high as two lines",
    `${line("O", 50, 686, 36)}${placed("nce there was", 79, 700)}${placed("a king who had two sons", 79, 686)}${placed("and they lived by the sea.", 50, 672)}`,
    "Once there was\na king who had two sons\nand they lived by the sea.",
  ],
  [
    "beside an initial with white around it",
    `${line("O", 50, 686, 36)}${placed("nce there was", 88, 700)}${placed("a king who had two sons", 88, 686)}${placed("and they lived by the sea.", 50, 672)}`,
    "Once there was\na king who had two sons\nand they lived by the sea.",
  ],
  [
    "that a box cuts off below",
    `q 40 690 500 40 re W n ${line("Shown to all")}${line("Not shown", 50, 680)}Q`,
    "Shown to all",
  ],
  ["that a box cuts off at its end", `q 40 690 77 40 re W n ${line("Shown to all and not shown")}Q`, "Shown to all"],
  [
    "that a box cuts off within a box",
    `q 40 690 500 40 re W n q 40 600 70 200 re W n ${line("Shown")}${line("Not", 300)}Q ${line("here", 130)} Q`,
    "Shown  here",
  ],
  ["in a box that cuts nothing off", `q 45 695 70 20 re W n ${line("All of gypsy")}Q`, "All of gypsy"],
])("reads text %s", async (_what, content, expected) => {
  expect(await read(content)).toBe(expected);
});
