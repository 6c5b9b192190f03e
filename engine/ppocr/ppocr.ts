import type { Word } from "../../supabase/functions/_shared/pages.ts";
import { type Grey, scaled } from "../picture/grey.ts";
import { printHeight } from "../picture/letters.ts";
import { confidenceOf, type Recognize, type TextLine, thousandths } from "../recognizer.ts";
import { type Box, detectLines } from "./detection.ts";
import { type Glyph, recognizeLine } from "./recognition.ts";
import { loadModels, type Model } from "./runtime.ts";

/**
 * A blank between characters that is so much wider than the middle one of its line parts words, in 48ths of the line's height.
 * The model itself gives three of four blanks. With this, 50 of 9,267 gaps were split wrongly and 38 missed, on the same 27 receipts
 * that it was chosen on, the best of some 60 rules: expect worse elsewhere.
 */
const WIDER = 8;
const LEAST_SURE = 0.5;

/**
 * The heights, in pixels, of print and of the boxes around lines from which on the picture is made smaller: the models were trained on photos of a
 * megapixel, read lines of 25 to 35 pixels best, and take less time for them.
 */
const PRINT = 20;
const LINE = 28;
const NEAR = 0.9; // not worth a copy
/** A picture that has more pixels is first looked at as a small one: specks and dots mislead the measuring of print, not the model. */
const LARGE = 2_500_000;
const SMALL = 1_500_000;

/** Starts PP-OCR (PaddleOCR's detection and recognition, models of version 4). It reads Latin letters without accents. */
export async function startPpocr(): Promise<Recognize> {
  const models = await loadModels();
  return async (page) => {
    const scale = await scaleFor(page, models.detect);
    const picture = resized(page, scale);
    const pieces: { box: Box; words: Word[] }[] = [];
    for (const box of await detectLines(picture, models.detect)) {
      const words = wordsOf(await recognizeLine(picture, box, models), box);
      if (confidenceOf([{ block: 0, words }]) >= LEAST_SURE) pieces.push({ box, words });
    }
    const lines = rowsOf(pieces).map((line) => ({
      ...line,
      words: line.words.map((word) => ({
        ...word,
        x0: word.x0 / scale,
        y0: word.y0 / scale,
        x1: word.x1 / scale,
        y1: word.y1 / scale,
      })),
    }));
    return { engine: "ppocr", lines, confidence: confidenceOf(lines) };
  };
}

/** By how much a picture is made smaller before it is read; 1 where it is as it should be. */
export async function scaleFor(picture: Grey, detect: Model): Promise<number> {
  const byPrint = Math.min(1, PRINT / (printHeight(picture) || PRINT));
  const pixels = picture.width * picture.height;
  if (pixels * byPrint ** 2 <= LARGE) return byPrint > NEAR ? 1 : byPrint;
  const look = Math.sqrt(SMALL / pixels);
  const heights = (await detectLines(resized(picture, look), detect))
    .map((box) => box.y1 - box.y0)
    .sort((one, other) => one - other);
  const byLines = Math.min(1, (look * LINE) / (heights[heights.length >> 1] ?? LINE));
  return byLines > NEAR ? 1 : byLines;
}

const resized = (picture: Grey, scale: number): Grey =>
  scale === 1
    ? picture
    : scaled(picture, Math.max(1, Math.round(picture.width * scale)), Math.max(1, Math.round(picture.height * scale)));

/** The words of a line that was read, each with its part of the line's box. */
export function wordsOf(glyphs: Glyph[], box: Box): Word[] {
  const gaps = glyphs
    .slice(1)
    .map((glyph) => glyph.gap)
    .sort((one, other) => one - other);
  const limit = (gaps[gaps.length >> 1] ?? 0) + WIDER;
  const groups: Glyph[][] = [[]];
  for (const [index, glyph] of glyphs.entries()) {
    if (index > 0 && glyph.gap > limit && groups.at(-1)!.length > 0) groups.push([]);
    if (glyph.text.trim() !== "") groups.at(-1)!.push(glyph);
    else if (groups.at(-1)!.length > 0) groups.push([]);
  }
  const words = groups.filter((group) => group.length > 0);
  return words.map((group, index) => ({
    text: group.map((glyph) => glyph.text).join(""),
    // Only middles of characters are known: words part halfway between them
    x0: Math.round(index === 0 ? box.x0 : (words[index - 1]!.at(-1)!.x + group[0]!.x) / 2),
    x1: Math.round(index === words.length - 1 ? box.x1 : (group.at(-1)!.x + words[index + 1]![0]!.x) / 2),
    y0: Math.round(box.y0),
    y1: Math.round(box.y1),
    confidence: thousandths(group.reduce((sum, glyph) => sum + glyph.confidence, 0) / group.length),
  }));
}

/** Pieces at the same height are one row, read from left to right. */
export function rowsOf(pieces: { box: Box; words: Word[] }[]): TextLine[] {
  const middle = ({ y0, y1 }: Box): number => (y0 + y1) / 2;
  const rows: { middle: number; height: number; pieces: typeof pieces }[] = [];
  for (const piece of pieces.toSorted((one, other) => middle(one.box) - middle(other.box))) {
    const row = rows.at(-1);
    const height = piece.box.y1 - piece.box.y0;
    if (row && middle(piece.box) - row.middle < 0.5 * Math.min(row.height, height)) {
      row.pieces.push(piece);
      row.middle += (middle(piece.box) - row.middle) / row.pieces.length;
      row.height = Math.min(row.height, height);
    } else rows.push({ middle: middle(piece.box), height, pieces: [piece] });
  }
  return rows.map((row) => ({
    block: 1,
    words: row.pieces.sort((one, other) => one.box.x0 - other.box.x0).flatMap((piece) => piece.words),
  }));
}
