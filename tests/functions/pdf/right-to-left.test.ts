// Scripts that run from right to left, and columns from top to bottom: the text comes from the places of the letters, whatever order a file has them in.
import { describe, expect, it } from "vitest";
import type { Glyph } from "../../../supabase/functions/ocr/pdf/layer.ts";
import { textOfGlyphs } from "../../../supabase/functions/ocr/pdf/text.ts";
import { typed } from "./type.ts";

const WIDTH = 5;

/** A line as it is printed: words from the right, what is in other scripts from the left; a clean file in the order in which it is read. */
function fromRight(text: string, right = 300, y = 0): Glyph[] {
  let x = right;
  return text.split(/( )/).flatMap((word) => {
    const letters = [...word];
    const from = x;
    x -= letters.length * WIDTH;
    if (word === " ") return [];
    if (!/[\u0590-\u06FF]/.test(word)) return typed(word, x, y);
    return letters.flatMap((char, index) => typed(char, from - (index + 1) * WIDTH, y));
  });
}

const byPlace = (glyphs: Glyph[]): Glyph[] => [...glyphs].sort((a, b) => a.x0 - b.x0);
/** Neighbors swapped, as no program writes them: the order must not count at all. */
const shuffled = (glyphs: Glyph[]): Glyph[] =>
  glyphs.filter((_, i) => i % 3 === 1).concat(glyphs.filter((_, i) => i % 3 !== 1));
/** Each word from its last letter, as cairo's files come out of PDFium. */
const wordsTurned = (glyphs: Glyph[]): Glyph[] => {
  const words: Glyph[][] = [];
  let last: Glyph | undefined;
  for (const glyph of glyphs) {
    if (last && Math.abs(last.x0 - glyph.x0) <= WIDTH && /[\u0590-\u06FF]/.test(glyph.char))
      words.at(-1)!.unshift(glyph);
    else words.push([glyph]);
    last = glyph;
  }
  return words.flat();
};
const withSpaces = (glyphs: Glyph[]): Glyph[] =>
  glyphs.map((glyph, index) => ({ ...glyph, spaceBefore: index % 2 === 0 }));

const LINES = [
  "שלום עולם זה מבחן",
  "הסכום הוא 1,250 שקלים עד סוף החודש",
  "السلام عليكم ورحمة الله",
  "بلغت درجة الحرارة 25 والرطوبة 60 في المدينة",
  "سیستم برای پردازش نوشته است",
];

describe("a line from the right", () => {
  for (const line of LINES)
    it.each([
      ["as it is read", (glyphs: Glyph[]) => glyphs],
      ["from left to right", byPlace],
      ["word by word, each turned around", wordsTurned],
      ["in no order", shuffled],
      ["with spaces at the wrong places", withSpaces],
    ])(`is the same when the file has it %s: ${line}`, (_how, order) => {
      // Letters in no order make no numbers: a number has its own order in the file.
      const glyphs =
        order === shuffled || order === withSpaces ? fromRight(line.replace(/ [\d,]+/g, "")) : fromRight(line);
      expect(textOfGlyphs(order(glyphs))).toBe(
        order === shuffled || order === withSpaces ? line.replace(/ [\d,]+/g, "") : line,
      );
    });

  it("has punctuation next to its word, and a space behind it", () => {
    expect(textOfGlyphs(byPlace(fromRight("כן, אולי. לא?")))).toBe("כן, אולי. לא?");
  });

  it("reads a foreign name with its number from the left, and numbers alone in the order of the line", () => {
    const glyphs = [
      ...fromRight("מערכת", 310),
      ...typed("Windows", 232, 0),
      ...typed("11", 270, 0),
      ...fromRight("או", 227),
      ...fromRight("בין", 210),
      ...typed("25", 160, 0),
      ...typed("30", 178, 0),
    ];
    expect(textOfGlyphs(glyphs)).toBe("מערכת Windows 11 או בין 30 25");
  });

  it("turns a number around that a reader of the file has turned", () => {
    const number = typed("2026", 150, 0).reverse();
    expect(textOfGlyphs([...fromRight("שנת", 200), ...number])).toMatch(/^שנת +2026$/);
  });

  it("opens brackets before it closes them", () => {
    const line = "המחיר (כולל) ישולם";
    expect(textOfGlyphs(fromRight(line))).toBe(line);
    expect(textOfGlyphs(fromRight(line.replace("(", "#").replace(")", "(").replace("#", ")")))).toBe(line);
  });

  it("reads foreign words and numbers whole whose letters the file has in no order", () => {
    const [acme, number] = [typed("Acme", 200, 0), typed("1,250.50", 150, 0)];
    const pieces = [
      ...acme.slice(2),
      ...acme.slice(0, 2),
      ...number.slice(1, 2),
      ...number.slice(0, 1),
      ...number.slice(2),
    ];
    expect(textOfGlyphs([...fromRight("שנת כספים", 280), ...pieces])).toBe("שנת כספים  Acme 1,250.50");
  });

  it("has brackets beside a foreign name around the words that they stand around", () => {
    const line = "شركة النور (المحدودة) Acme للتجارة";
    const drawn = [
      ...fromRight("شركة النور", 300),
      ...typed(")", 240, 0),
      ...fromRight("المحدودة", 240),
      ...typed("(", 195, 0),
      ...typed("Acme", 170, 0),
      ...fromRight("للتجارة", 165),
    ];
    expect(textOfGlyphs(byPlace(drawn))).toBe(line);
  });

  it("keeps a sign between two of its letters there, also in a line of foreign names", () => {
    const name = [
      ...fromRight("חברת", 300),
      ...typed("Acme Ltd", 235, 0),
      ...fromRight("בע", 230),
      ...typed('"', 215, 0),
      ...fromRight("מ", 215),
    ];
    expect(textOfGlyphs([...fromRight("חשבונית מס לחודש מאי", 300, -20), ...byPlace(name)])).toBe(
      'חשבונית מס לחודש מאי\n\nחברת Acme Ltd בע"מ',
    );
    expect(textOfGlyphs([...typed("The name of the company is", 75, 0), ...byPlace(name).slice(0, 4)])).toBe(
      'The name of the company is בע"מ',
    );
  });

  it("keeps the words of Hebrew within a line of English in their order", () => {
    const glyphs = [
      ...typed("The word order of the line", 0, 0),
      ...fromRight("שלום עולם", 180),
      ...typed("is kept", 186, 0),
    ];
    expect(textOfGlyphs(glyphs)).toBe("The word order of the line שלום עולם is kept");
  });
});

describe("letters that are joined", () => {
  /** One glyph that stands for several characters: all of them at its place. */
  const ligature = (chars: string, x: number): Glyph[] => [...chars].map((char) => typed(char, x, 0)[0]!);
  const [alef, lam, seen, mim] = ["\u0627", "\u0644", "\u0633", "\u0645"];

  it.each([
    ["turned around", alef + lam],
    ["as it is read", lam + alef],
  ])("reads lam and alef in one glyph, given %s", (_how, pair) => {
    const glyphs = [
      ...typed(alef, 95, 0),
      ...typed(lam, 90, 0),
      ...typed(seen, 85, 0),
      ...ligature(pair, 80),
      ...typed(mim, 75, 0),
    ];
    expect(textOfGlyphs(glyphs)).toBe("السلام");
    expect(textOfGlyphs(glyphs.reverse())).toBe("السلام");
  });

  it("sees no space where a file has widths of its letters that are too small", () => {
    const narrow = fromRight("الدراسي").map((glyph) => ({
      ...glyph,
      x1: glyph.x1 - 3,
      ink: { x0: glyph.x0, x1: glyph.x1 },
    }));
    expect(textOfGlyphs(narrow)).toBe("الدراسي");
  });

  it("puts marks behind their letters, wherever the file has them", () => {
    const letters = fromRight("שלום");
    const [shin, , vav] = letters as [Glyph, Glyph, Glyph, Glyph];
    const mark = (char: string, over: Glyph): Glyph => ({ ...over, char, x0: over.x0 + 2, x1: over.x0 + 3 });
    const kamats = mark("\u05B8", shin);
    const holam = mark("\u05B9", vav);
    expect(textOfGlyphs([holam, kamats, ...letters])).toBe("ש\u05B8לו\u05B9ם".normalize("NFC"));
    expect(textOfGlyphs([...letters, holam, kamats])).toBe("ש\u05B8לו\u05B9ם".normalize("NFC"));
  });
});

describe("columns from top to bottom", () => {
  const COLUMNS = ["吾輩は猫である名前は。", "まだ無いどこで生れた、", "か頓と見当がつかぬ何"];
  const page = COLUMNS.map((column, index) =>
    [...column].flatMap((char, row) => typed(char, 90 - index * 17, row * 10, { advance: 1 })),
  );

  it.each([
    ["column by column", page.flat()],
    ["row by row from the left", page.flat().sort((a, b) => a.y0 - b.y0 || a.x0 - b.x0)],
    ["row by row from the right", page.flat().sort((a, b) => a.y0 - b.y0 || b.x0 - a.x0)],
  ])("are read from the right when the file has them %s", (_how, glyphs) => {
    expect(textOfGlyphs(glyphs)).toBe(COLUMNS.join("\n"));
  });

  it("are not seen in lines from the left", () => {
    const lines = COLUMNS.flatMap((line, row) => typed(line, 0, row * 15, { advance: 1 }));
    expect(textOfGlyphs(lines)).toBe(COLUMNS.join("\n"));
  });
});
