import { readFile } from "node:fs/promises";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { createWorker, OEM, PSM, type Worker } from "tesseract.js";
import { PipelineError } from "../supabase/functions/_shared/errors.ts";
import type { LanguageFiles } from "./models.ts";
import { pnmOf } from "./picture/grey.ts";
import { confidenceOf, type Layout, type Recognize, type TextLine, thousandths } from "./recognizer.ts";
import { withoutBlanksBetweenSigns } from "./unspaced.ts";

/**
 * Full segmentation tears the columns of a table apart, and prices at their points: 30% of an invoice's characters were in the
 * wrong place or lost, in each of five ways to disturb it, and 0 to 3% when it was read as one column.
 */
const SEGMENTATION: Record<Layout, PSM> = { sheet: PSM.SINGLE_COLUMN, columns: PSM.AUTO, rows: PSM.SINGLE_BLOCK };

export type Tesseract = { recognize: Recognize; close(): Promise<void> };

/**
 * Starts tesseract.js with models from files. It fetches nothing: the core and the worker come from node_modules (Node's
 * build requires them), `langPath` is a folder, and `cacheMethod: "none"` keeps it from writing one into the working directory.
 * @param languages tesseract's names
 * @param files where the model of each lies
 */
export async function startTesseract(languages: string[], files: LanguageFiles): Promise<Tesseract> {
  const [first = "", ...others] = languages;
  const loaded = [first];
  const worker: Worker = await createWorker(loaded, OEM.LSTM_ONLY, {
    langPath: path.dirname(files[first]!),
    cacheMethod: "none",
    errorHandler: () => {}, // without one, every rejected call is also thrown where nobody can catch it
  });
  for (const code of others) {
    // Each lies in a folder of its own, but tesseract.js loads from one (and takes the bytes of a model for its name: 7.0.0)
    // writeText is typed for text; it passes bytes on as they are
    await worker.writeText(`./${code}.traineddata`, gunzipSync(await readFile(files[code]!)) as never);
    loaded.push(code);
  }
  if (others.length > 0) await worker.reinitialize(loaded.join("+"), OEM.LSTM_ONLY);
  return {
    async recognize(picture, { layout, dpi = 0 }) {
      await worker.setParameters({ tessedit_pageseg_mode: SEGMENTATION[layout], user_defined_dpi: String(dpi) }); // 0: tesseract estimates it
      const { data } = await worker
        .recognize(pnmOf(picture) as Buffer, {}, { text: false, tsv: true })
        .catch((error: unknown) => {
          if (/attempting to read image/i.test(String(error)))
            throw new PipelineError("broken_file", undefined, { cause: error });
          throw error;
        });
      const lines = withoutBlanksBetweenSigns(linesOfTsv(data.tsv ?? ""));
      return { engine: "tesseract", lines, confidence: confidenceOf(lines) };
    },
    async close() {
      await worker.terminate();
    },
  };
}

/**
 * Lines of tesseract's TSV, which is smaller by far than its JSON. Columns: level, page, block, paragraph, line, word, left,
 * top, width, height, confidence 0 to 100, text; level 5 is a word.
 */
export function linesOfTsv(tsv: string): TextLine[] {
  const lines: TextLine[] = [];
  let last = "";
  for (const row of tsv.split("\n")) {
    const [level, , block = "", paragraph = "", line = "", , left, top, width, height, percent, raw = ""] =
      row.split("\t");
    const text = raw.trim();
    if (level !== "5" || text === "") continue; // pictures and rules come as words of blanks
    const name = `${block}/${paragraph}/${line}`;
    if (name !== last) lines.push({ block: Number(block), words: [] });
    last = name;
    const [x0, y0] = [Number(left), Number(top)];
    const confidence = thousandths(Math.min(1, Math.max(0, Number(percent) / 100)));
    lines.at(-1)!.words.push({ text, x0, y0, x1: x0 + Number(width), y1: y0 + Number(height), confidence });
  }
  return lines;
}
