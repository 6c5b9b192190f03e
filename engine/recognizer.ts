import type { Word } from "../supabase/functions/_shared/pages.ts";
import type { Grey } from "./picture/grey.ts";

/** One line of a page; lines of one block belong together. Boxes are in pixels of the picture that was given. */
export type TextLine = { block: number; words: Word[] };

export type RecognizerName = "tesseract" | "ppocr";

/** What one recognizer read of one picture. */
export type Recognized = { engine: RecognizerName; lines: TextLine[]; confidence: number };

/** How a page is laid out: `sheet` is read across, tables too; `columns` has prose side by side; `rows` is one column of rows, as a till receipt is. */
export type Layout = "sheet" | "columns" | "rows";

/** Reads the text of an upright picture. One implementation for each recognizer. */
export type Recognize = (picture: Grey, hints: { layout: Layout; dpi?: number }) => Promise<Recognized>;

/** Lines as text: one a line, with an empty line between blocks. */
export function textOf(lines: TextLine[]): string {
  return lines
    .map(({ block, words }, index) => {
      const gap = index === 0 ? "" : block === lines[index - 1]!.block ? "\n" : "\n\n";
      return gap + words.map((word) => word.text).join(" ");
    })
    .join("");
}

/** 0 to 1, weighted by the length of the words; 0 where there are none. */
export function confidenceOf(lines: TextLine[]): number {
  let [letters, sure] = [0, 0];
  for (const { text, confidence } of lines.flatMap((line) => line.words)) {
    letters += text.length;
    sure += text.length * confidence;
  }
  return letters === 0 ? 0 : thousandths(sure / letters);
}

/** Three digits after the point, which is more than a confidence means. */
export const thousandths = (value: number): number => Math.round(value * 1000) / 1000;
