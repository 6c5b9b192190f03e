import type { ExtractPage } from "../../supabase/functions/_shared/extraction/values.ts";
import type { createReadings } from "../metadata/readings.ts";
import { renderPage, toJpeg } from "../../testing/fixtures/picture.ts";
import { photograph } from "../../testing/fixtures/camera.ts";
import type { MadePaper } from "../../testing/fixtures/made-paper.ts";
import { A4, line as write, makePdf, type Pdf } from "../../testing/fixtures/pdf.ts";
import { scan } from "../../testing/fixtures/scanner.ts";

// Made papers as people have them: printed, and scanned or photographed.

const MARGIN = 56;
const POINTS = 10;
const LINE = 15;
/** Between two columns of a table, in points. */
const GAP = 22;
/** A till's paper. */
const SLIP = { width: 300, margin: 16, points: 9, line: 13 };
/** Dots an inch of one scanner and of the other. */
const FINE = 200;
const COARSE = 150;

type Sheet = { width: number; height: number; margin: number; points: number; line: number };

/** A made paper as a picture: invoices and statements scanned a little crooked, receipts photographed. `nth` seeds the noise. */
export async function pictureOf({ text, template }: MadePaper, nth: number): Promise<Uint8Array> {
  const lines = text.split("\n");
  const skew = ((nth * 7) % 25) / 10 - 1.2;
  if (template !== "receipt") {
    const pdf = await printed(lines, { ...A4, margin: MARGIN, points: POINTS, line: LINE });
    const page = await renderPage(pdf, 0, (nth % 2 === 0 ? FINE : COARSE) / 72);
    return toJpeg(scan(page, { skew, seed: nth + 1 }), 58, { grey: true });
  }
  const height = 2 * SLIP.margin + SLIP.line * (lines.length + 1);
  const slip = await renderPage(await printed(lines, { ...SLIP, height }), 0, 3);
  const paperWidth = 940;
  const photo = { width: 1320, height: Math.max(1320, Math.round((paperWidth * slip.height) / slip.width) + 260) };
  return toJpeg(photograph(slip, { ...photo, paperWidth, rotation: skew, seed: nth + 1 }), 76);
}

const printed = (lines: string[], sheet: Sheet): Promise<Uint8Array> =>
  makePdf("2026-11-30T00:00:00Z", { size: [sheet.width, sheet.height], margin: 0 }, (pdf) => print(pdf, lines, sheet));

/** Lines as they stand, cells of lines that follow each other in columns: amounts and counts end where the widest one ends. */
function print(pdf: Pdf, lines: string[], { width, margin, points, line }: Sheet): void {
  pdf.font("Helvetica").fontSize(points);
  let y = margin;
  for (const block of blocksOf(lines)) {
    const columns = block[0]!.map((_, column) => {
      const cells = block.map((row) => row[column]!);
      const values = cells.slice(block.length > 1 ? 1 : 0).filter((cell) => cell !== "");
      return {
        width: Math.max(...cells.map((cell) => pdf.widthOfString(cell))),
        atRight: block.length > 1 && values.length > 0 && values.every(isNumber),
      };
    });
    const wanted = columns.reduce((sum, column) => sum + column.width, 0);
    const gap = columns.length > 1 ? Math.min(GAP, (width - 2 * margin - wanted) / (columns.length - 1)) : 0;
    for (const row of block) {
      let x = margin;
      row.forEach((cell, column) => {
        const { width: wide, atRight } = columns[column]!;
        if (cell !== "") write(pdf, cell, atRight ? x + wide - pdf.widthOfString(cell) : x, y);
        x += wide + gap;
      });
      y += line;
    }
  }
}

/** An amount, with its currency or mark, or a count; no day. */
const isNumber = (cell: string): boolean =>
  /^[^\p{L}]{0,4}\d[\d., ]*[-+%€£$]? ?\p{L}{0,3}$/u.test(cell) && !/\d\.\d\d\.\d{4}/.test(cell);

/** Runs of lines that have the same number of cells; a line without cells, or an empty one, is a run of its own. */
function blocksOf(lines: string[]): string[][][] {
  const blocks: string[][][] = [];
  for (const line of lines) {
    const cells = line.split(/ {2}/);
    const last = blocks.at(-1);
    if (cells.length > 1 && last && last[0]!.length === cells.length) last.push(cells);
    else blocks.push([cells]);
  }
  return blocks;
}

const JPEG = "image/jpeg";

/** Papers read from their pictures as the ocr function reads them, with their pages. Readings are cached, pictures are not. */
export async function readPictures(
  papers: MadePaper[],
  readings: ReturnType<typeof createReadings>,
  told: (read: number) => void,
): Promise<{ truth: MadePaper; pages: ExtractPage[] }[]> {
  const read: { truth: MadePaper; pages: ExtractPage[] }[] = [];
  for (const [nth, truth] of papers.entries()) {
    const bytes = await pictureOf(truth, nth);
    const file = `${truth.template} ${nth}.jpg`;
    const { pages } = await readings.read({ file, group: "made", half: "seen", bytes, mimeType: JPEG });
    read.push({ truth, pages });
    told(nth + 1);
  }
  return read;
}
