// The text of a page from its glyphs: words, lines, columns, tables, and scripts that do not run from left to right.
import { describe, expect, it } from "vitest";
import type { Glyph } from "../../../supabase/functions/ocr/pdf/layer.ts";
import { clean, textOfGlyphs } from "../../../supabase/functions/ocr/pdf/text.ts";
import { typed, typedLines } from "./type.ts";

const LEFT = [
  "The committee met in the hall",
  "on the first Monday of March",
  "and spoke about the fences,",
  "which want paint and nails,",
  "and about the water rates.",
];
const RIGHT = [
  "It was agreed that every plot",
  "pays the same share of them,",
  "whatever its size may be, and",
  "that nobody waters by hose",
  "on days without rain barrels.",
];

describe("words and lines", () => {
  it("parts words where the file has a space, and where it has a gap only", () => {
    expect(textOfGlyphs(typed("two words", 0, 0))).toBe("two words");
    expect(textOfGlyphs([...typed("two", 0, 0), ...typed("words", 18, 0)])).toBe("two words");
  });

  it("keeps letters together that the file sets one by one, closer than they are wide", () => {
    expect(textOfGlyphs([..."kerned"].flatMap((char, index) => typed(char, index * 4.6, 0)))).toBe("kerned");
  });

  it("puts lines from top to bottom, in whatever order the file has them", () => {
    expect(textOfGlyphs([...typed("second", 0, 12), ...typed("first", 0, 0)])).toBe("first\nsecond");
  });

  it("keeps lines apart that stand closer than they are high", () => {
    expect(textOfGlyphs([...typed("Sammy Maystone", 0, 0), ...typed("smaystone@example.com", 0, 4)])).toBe(
      "Sammy Maystone\nsmaystone@example.com",
    );
  });

  it("parts paragraphs by an empty line", () => {
    expect(textOfGlyphs([...typed("one", 0, 0), ...typed("two", 0, 12), ...typed("three", 0, 40)])).toBe(
      "one\ntwo\n\nthree",
    );
  });

  it("keeps a raised figure on its line", () => {
    expect(textOfGlyphs([...typed("area in m", 0, 0), ...typed("2", 46, -2, { size: 6 })])).toBe("area in m2");
  });

  it("reads text that is turned after what is upright, along its own lines", () => {
    expect(textOfGlyphs([...typed("Margin note", 0, 0, { turn: 1 }), ...typed("The text of the page", 0, 0)])).toBe(
      "The text of the page\n\nMargin note",
    );
  });

  it("puts a slanted watermark at the end, and not between the lines", () => {
    expect(
      textOfGlyphs([...typed("DRAFT", 30, 5, { turn: null }), ...typedLines(["first line", "second line"], 0, 0)]),
    ).toBe("first line\nsecond line\n\nDRAFT");
  });
});

describe("letters that are set apart", () => {
  it.each([
    ["a heading", typed("INVOICE", 0, 0, { advance: 1 }), "INVOICE"],
    ["a heading whose file has spaces", typed("R E C H N U N G   N R .   2 0 2 6", 0, 0), "RECHNUNG NR. 2026"],
    ["words whose spaces are the file's", typed("FACTURA DE VENTA", 0, 0, { advance: 0.8 }), "FACTURA DE VENTA"],
    ["lower case, accents", typed("d é s i g n a t i o n", 0, 0), "désignation"],
    ["Cyrillic and Greek", typed("С Ч Е Т   Τ Ι Μ Ο Λ", 0, 0), "СЧЕТ ΤΙΜΟΛ"],
    [
      "letters that stand in the midst of even places",
      ["M", "I", "N", "I", "M", "A"].flatMap((letter, at) =>
        typed(letter, at * 14 + (letter === "I" ? 3 : 0), 0, { advance: letter === "I" ? 0.2 : 0.8 }),
      ),
      "MINIMA",
    ],
    [
      "a heading above columns of the same line",
      [...typed("TOTAL", 0, 0, { advance: 1 }), ...typed("912.00", 200, 0)],
      "TOTAL  912.00",
    ],
  ])("are words: %s", (_what, glyphs, expected) => {
    expect(textOfGlyphs(glyphs)).toBe(expected);
  });

  it.each([
    ["an alphabet", typed("A B C D E F G", 0, 0), "A B C D E F G"],
    ["days", typed("M T W T F S S", 0, 0), "M T W T F S S"],
    ["months", typed("J F M A M J J A S O N D", 0, 0), "J F M A M J J A S O N D"],
    ["marks", typed("Y N N Y Y N", 0, 0), "Y N N Y Y N"],
    ["initials of a name", typed("J R R Tolkien", 0, 0), "J R R Tolkien"],
    ["figures", typed("1 2 3 4 5", 0, 0), "1 2 3 4 5"],
    ["letters within a sentence", typed("choose A E I or O U now", 0, 0), "choose A E I or O U now"],
    ["heads of columns", ["S", "O", "L", "D"].flatMap((letter, at) => typed(letter, at * 40, 0)), "S  O  L  D"],
  ])("stay letters: %s", (_what, glyphs, expected) => {
    expect(textOfGlyphs(glyphs)).toBe(expected);
  });
});

describe("columns and tables", () => {
  it("reads two columns of text one after the other, and the title before both", () => {
    const page = [
      ...typed("Minutes of the yearly meeting of all the holders of plots", 20, 0),
      ...typedLines(LEFT, 0, 30),
      ...typedLines(RIGHT, 170, 30),
    ];
    expect(textOfGlyphs(page)).toBe(
      ["Minutes of the yearly meeting of all the holders of plots", "", ...LEFT, "", ...RIGHT].join("\n"),
    );
  });

  it("reads columns whose lines are not at the same height", () => {
    expect(textOfGlyphs([...typedLines(LEFT, 0, 0), ...typedLines(RIGHT, 170, 5)])).toBe(
      [...LEFT, "", ...RIGHT].join("\n"),
    );
  });

  it("reads three columns", () => {
    const third = LEFT.map((line) => line.toUpperCase());
    const text = textOfGlyphs([...typedLines(LEFT, 0, 0), ...typedLines(RIGHT, 170, 0), ...typedLines(third, 340, 0)]);
    expect(text).toBe([...LEFT, "", ...RIGHT, "", ...third].join("\n"));
  });

  it("goes on below columns with what spans both", () => {
    const text = textOfGlyphs([
      ...typedLines(LEFT, 0, 0),
      ...typedLines(RIGHT, 170, 0),
      ...typed("The next meeting is on the first Monday of April at noon sharp.", 0, 66),
    ]);
    expect(text.split("\n").at(-1)).toMatch(/^The next meeting/);
  });

  it("keeps cells in the middle beside a longer one in its row", () => {
    const row = (y: number, nth: string): Glyph[] => [
      ...typedLines(["Rent of a hall, with", "chairs and tables"], 20, y),
      ...typed(nth, 0, y + 6),
      ...typed("10.00", 150, y + 6),
    ];
    expect(textOfGlyphs([...row(0, "1"), ...row(40, "2")])).toBe(
      "1  Rent of a hall, with  10.00\nchairs and tables\n\n2  Rent of a hall, with  10.00\nchairs and tables",
    );
  });

  it("leaves the lines of a column alone that stand between those of another", () => {
    const glyphs = [
      ...typedLines(["Acme Ltd", "1 High Street", "Leeds"], 0, 0),
      ...typedLines(["Invoice 4711", "of 2 May", "Page 1"], 150, 6),
    ];
    expect(textOfGlyphs(glyphs)).toBe("Acme Ltd\nInvoice 4711\n1 High Street\nof 2 May\nLeeds\nPage 1");
  });

  it("keeps the rows of a table together, with two spaces between cells", () => {
    const rows = [
      ["Fence paint", "4", "12.50", "50.00"],
      ["Nails, a box", "2", "3.20", "6.40"],
      ["Water hose", "1", "24.00", "24.00"],
      ["Rain barrel", "2", "40.00", "80.00"],
      ["Seed potatoes", "9", "2.10", "18.90"],
    ];
    const page = rows.flatMap((cells, row) =>
      cells.flatMap((cell, column) => typed(cell, [0, 120, 180, 240][column]!, row * 14)),
    );
    expect(textOfGlyphs(page)).toBe(rows.map((cells) => cells.join("  ")).join("\n"));
  });

  it("comes to an end with a page of a thousand cells of words", () => {
    const cells = Array.from({ length: 1000 }, (_, index) =>
      typed("Fence paint and nails", (index % 10) * 130, Math.floor(index / 10) * 12),
    );
    expect(textOfGlyphs(cells.flat()).match(/Fence paint and nails/g)).toHaveLength(1000);
  });

  it("comes to an end with more words than a line has", () => {
    const line = Array.from({ length: 30_000 }, (_, index) => typed("a", index * 20, index % 2));
    expect(textOfGlyphs(line.flat())).toHaveLength(30_000 * 3 - 2);
  });

  it("keeps labels with their values", () => {
    const rows = ["Invoice number", "Invoice date", "Date of delivery", "Customer number", "Terms of payment"];
    const page = rows.flatMap((label, row) => [...typed(label, 0, row * 12), ...typed(`20${row}-7`, 200, row * 12)]);
    expect(textOfGlyphs(page).split("\n")[1]).toBe("Invoice date  201-7");
  });
});

describe("scripts", () => {
  /** Set as Hebrew is: the first letter at the right. */
  const fromRight = (text: string, right: number) =>
    [...text].flatMap((char, index) => (char === " " ? [] : typed(char, right - (index + 1) * 5, 0)));

  it("reads a line of Hebrew from the right, and a number within it from the left", () => {
    const page = [...fromRight("שלום", 200), ...typed("2026", 150, 0), ...fromRight("עולם", 140)];
    expect(textOfGlyphs(page)).toBe("שלום 2026 עולם");
  });

  it("reads Japanese that is set from top to bottom in columns from right to left", () => {
    const columns = ["吾輩は猫である名前は", "まだ無いどこで生れた"];
    const page = columns.flatMap((column, index) =>
      [...column].flatMap((char, row) => typed(char, 40 - index * 16, row * 10, { advance: 1 })),
    );
    expect(textOfGlyphs(page)).toBe(columns.join("\n"));
  });
});

describe("cleaning", () => {
  it.each([
    ["ligatures", "o\uFB03ce \uFB01le", "office file"],
    ["Arabic letters in the form of their place", "\uFEE3\uFEA4\uFEE4\uFEAA", "محمد"],
    ["a word broken at the end of a line", "the exam-\nple of it", "the example\nof it"],
    ["accents that stand apart from their letter", "Mu\u0308nchen", "München"],
    ["what a text cannot hold", "a\0b\uD800c", "abc\uFFFD".replace("c\uFFFD", "\uFFFDc")],
    ["marks of direction", "\u202Babc\u202C", "abc"],
  ])("folds or mends %s", (_what, text, expected) => {
    expect(clean(text)).toBe(expected);
  });

  it.each(["Müller-\nLüdenscheidt GmbH-\nKG", "pages 12-\n14", "A -\nb"])(
    "leaves a hyphen alone that breaks no word: %j",
    (text) => {
      expect(clean(text).replaceAll("\n", "")).toBe(text.replaceAll("\n", ""));
    },
  );
});
