// Chinese and Japanese that is set in columns, with labels in lines between them.
import { expect, it } from "vitest";
import type { Glyph } from "../../../supabase/functions/ocr/pdf/layer.ts";
import { textOfGlyphs } from "../../../supabase/functions/ocr/pdf/text.ts";
import { typed } from "./type.ts";

/** A column of text from the top down; its middle is at x. */
const column = (text: string, x: number, y: number): Glyph[] =>
  [...text].flatMap((char, row) => typed(char, x - 5, y + 10 * row, { advance: 1 }));
const COLUMNS = ["吾輩は猫である名前はまだ無い", "どこで生れたか頓と見当がつか", "ぬ何でも薄暗いじめじめした所"];
const label = (text: string, x: number, y: number) => typed(text, x, y, { advance: 1 });

it("reads labels in lines as lines, and the columns around them as columns", () => {
  const glyphs = [
    ...column(COLUMNS[0]!, 200, 0),
    ...label("図一 東京の町", 60, 60),
    ...column(COLUMNS[1]!, 180, 0),
    ...typed("Figure 12", 60, 100),
    ...column(COLUMNS[2]!, 40, 0),
  ];
  const text = textOfGlyphs(glyphs);
  expect(text.endsWith("図一 東京の町\n\nFigure 12")).toBe(true);
  expect(text.replaceAll(/\s/g, "").startsWith(COLUMNS.join(""))).toBe(true);
});

it("leaves two figures side by side in their column", () => {
  const dated = [...column("三月十日から", 200, 0), ...typed("12", 195, 60), ...column("日まで休み", 200, 70)];
  expect(textOfGlyphs([...dated, ...column(COLUMNS[1]!, 180, 0)]).replaceAll(/\s/g, "")).toBe(
    `三月十日から12日まで休み${COLUMNS[1]}`,
  );
});
