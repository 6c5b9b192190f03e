import type { Word } from "../model.ts";
import type { TextItem } from "pdfjs-dist/types/src/display/api.d.ts";
import type { PdfPage } from "./pdf.ts";
import { findQuote } from "./quotes.ts";

/** A rectangle of a page, in shares of its width and height from the top left. */
export type Box = { x: number; y: number; width: number; height: number };

type Size = { width: number; height: number };

const shareOf = ({ x0, y0, x1, y1 }: Omit<Word, "text">, { width, height }: Size): Box => ({
  x: x0 / width,
  y: y0 / height,
  width: (x1 - x0) / width,
  height: (y1 - y0) / height,
});

/** Where a quote stands in a picture, by the words that an OCR engine found there; `size` is the picture that it read. */
export function boxesOfWords(words: Word[], quote: string, size: Size): Box[] {
  return byLine(
    findQuote(
      words.map(({ text }) => text),
      quote,
    ).map(({ part }) => shareOf(words[part]!, size)),
  );
}

/** Where a quote stands on a page of a PDF, by its text layer. */
export async function boxesOfTextLayer(page: PdfPage, quote: string): Promise<Box[]> {
  const { items } = await page.getTextContent();
  const runs = items.filter((item): item is TextItem => "str" in item && item.str !== "");
  const viewport = page.getViewport({ scale: 1 });
  // The pipeline's text has in one line what stands side by side; the file may have it in another order.
  const order =
    [runs, inLines(runs)].find(
      (some) =>
        findQuote(
          some.map(({ str }) => str),
          quote,
        ).length > 0,
    ) ?? [];
  return byLine(
    findQuote(
      order.map(({ str }) => str),
      quote,
    ).map(({ part, start, end }) => {
      const run = order[part]!;
      // A run is cut by its share of letters: near enough to mark, and no font needs to be measured.
      // Letters differ in width: where a run is cut, half a letter more is marked.
      const letter = run.width / run.str.length;
      const from = Math.max(0, letter * (start > 0 ? start - 0.5 : 0));
      const to = Math.min(run.width, letter * (end < run.str.length ? end + 0.5 : end));
      return shareOf(cornersOf(run, from, to, viewport), viewport);
    }),
  );
}

/** The runs of a PDF's text layer with their places, in its viewport at a scale of 1; those that stand upright. */
export async function wordsOfTextLayer(page: PdfPage): Promise<Word[]> {
  const { items } = await page.getTextContent();
  const viewport = page.getViewport({ scale: 1 });
  return items
    .filter((item): item is TextItem => "str" in item && item.str.trim() !== "")
    .map((item) => ({ text: item.str, ...cornersOf(item, 0, item.width, viewport) }))
    .filter(({ x0, y0, x1, y1 }) => x1 > x0 && y1 > y0);
}

/** The corners of a part of a run, from its left to its right end; a line is a little lower and higher than its letters. */
function cornersOf(
  { transform, height }: TextItem,
  from: number,
  to: number,
  viewport: ReturnType<PdfPage["getViewport"]>,
): Omit<Word, "text"> {
  const [x0, y0, x1, y1] = viewport.convertToViewportRectangle([
    transform[4] + from,
    transform[5] - height * 0.22,
    transform[4] + to,
    transform[5] + height * 0.92,
  ]) as [number, number, number, number];
  return { x0: Math.min(x0, x1), y0: Math.min(y0, y1), x1: Math.max(x0, x1), y1: Math.max(y0, y1) };
}

/** Runs from top to bottom, those at one height from left to right. */
function inLines(runs: TextItem[]): TextItem[] {
  const lines: [TextItem, ...TextItem[]][] = [];
  for (const run of [...runs].sort((a, b) => b.transform[5] - a.transform[5])) {
    const line = lines.at(-1);
    if (line && line[0].transform[5] - run.transform[5] < Math.max(line[0].height, run.height) / 2) line.push(run);
    else lines.push([run]);
  }
  return lines.flatMap((line) => line.sort((a, b) => a.transform[4] - b.transform[4]));
}

/** The picture of a PDF page that the OCR engine read: 300 dots an inch, or as many as keep it within 40 million (engine/pdf.ts). */
export function sizeReadByEngine({ width, height }: Size): Size {
  const scale = Math.min(300 / 72, Math.sqrt(40_000_000 / (width * height)), 32_000 / Math.max(width, height));
  return { width: Math.floor(width * scale), height: Math.floor(height * scale) };
}

/** Boxes in a line become one where no more than this share of the page's width is between them. */
const JOINED = 0.04;

/** Neighbors in a line become one. */
function byLine(boxes: Box[]): Box[] {
  const lines: Box[] = [];
  for (const box of boxes) {
    const last = lines.at(-1);
    if (
      last &&
      box.x >= last.x &&
      box.x - (last.x + last.width) < JOINED &&
      Math.abs(box.y + box.height / 2 - (last.y + last.height / 2)) < Math.max(box.height, last.height) / 2
    ) {
      const bottom = Math.max(last.y + last.height, box.y + box.height);
      last.y = Math.min(last.y, box.y);
      last.height = bottom - last.y;
      last.width = box.x + box.width - last.x;
    } else {
      lines.push({ ...box });
    }
  }
  return lines;
}
