import { createWorker, OEM, PSM, type Worker } from "tesseract.js";
import { PipelineError } from "../supabase/functions/_shared/errors.ts";
import type { Word } from "../supabase/functions/_shared/pages.ts";

/** What tesseract read of one image. */
export type Recognised = { text: string; confidence: number; words: Word[]; version: string };

export type Recogniser = {
  /**
   * @param image JPEG, PNG, WebP, GIF or PNM bytes
   * @param shape pixels of the upright image, and its dots an inch where they are known
   * @throws {PipelineError} broken_file
   */
  recognise(image: Uint8Array, shape: { width: number; height: number; dpi?: number }): Promise<Recognised>;
  close(): Promise<void>;
};

/**
 * How many times higher than wide a page is from which it is a till receipt and not a sheet. A sheet is segmented fully
 * (columns, tables). On a receipt that tears the prices away from their labels, so it is read as one block of rows: 18.3%
 * against 21.9% of characters wrong on 18 receipts.
 */
const RECEIPT_RATIO = 1.5;

/**
 * Starts tesseract.js with models from a folder. It fetches nothing: the core and the worker come from node_modules
 * (Node's build requires them), `langPath` is a folder, and `cacheMethod: "none"` keeps it from writing one into the
 * working directory.
 * @param languages such as `eng` or `eng+deu`; each has a `<language>.traineddata.gz` in the folder
 */
export async function createRecogniser(languages: string, languagePath: string): Promise<Recogniser> {
  const worker: Worker = await createWorker(languages.split("+"), OEM.LSTM_ONLY, {
    langPath: languagePath,
    cacheMethod: "none",
    gzip: true,
    errorHandler: () => {}, // without one, every rejected call is also thrown where nobody can catch it
  });

  async function readAs(mode: PSM, image: Uint8Array, dpi = 0): Promise<Recognised> {
    await worker.setParameters({ tessedit_pageseg_mode: mode, user_defined_dpi: String(dpi) }); // 0: tesseract estimates it
    const { data } = await worker.recognize(image as Buffer, {}, { text: false, tsv: true }).catch((error: unknown) => {
      if (/attempting to read image/i.test(String(error))) throw new PipelineError("broken_file", undefined, { cause: error });
      throw error;
    });
    return { ...readTsv(data.tsv ?? ""), version: data.version };
  }

  return {
    async recognise(image, { width, height, dpi }) {
      if (height > width * RECEIPT_RATIO) return readAs(PSM.SINGLE_BLOCK, image, dpi);
      const sheet = await readAs(PSM.AUTO, image, dpi);
      // A receipt photographed with some table around it shows by the shape of its text.
      const text = extentOf(sheet.words);
      if (text.height <= text.width * RECEIPT_RATIO) return sheet;
      const receipt = await readAs(PSM.SINGLE_BLOCK, image, dpi);
      return sureLetters(receipt) > sureLetters(sheet) ? receipt : sheet;
    },
    async close() {
      await worker.terminate();
    },
  };
}

function extentOf(words: Word[]): { width: number; height: number } {
  const span = (from: number[], to: number[]) => (words.length === 0 ? 0 : Math.max(...to) - Math.min(...from));
  return {
    width: span(words.map((word) => word.x0), words.map((word) => word.x1)),
    height: span(words.map((word) => word.y0), words.map((word) => word.y1)),
  };
}

const sureLetters = ({ words }: Recognised): number => words.reduce((sum, word) => sum + word.text.length * word.confidence, 0);

/**
 * Text and words of tesseract's TSV, which is smaller by far than its JSON. Columns: level, page, block, paragraph,
 * line, word, left, top, width, height, confidence 0 to 100, text; level 5 is a word.
 */
export function readTsv(tsv: string): Omit<Recognised, "version"> {
  const words: Word[] = [];
  let text = "";
  let lastBlock = "";
  let lastLine = "";
  let letters = 0;
  let sure = 0;
  for (const row of tsv.split("\n")) {
    const [level, , block = "", paragraph = "", line = "", , left, top, width, height, percent, raw = ""] = row.split("\t");
    const word = raw.trim();
    if (level !== "5" || word === "") continue; // pictures and rules come as words of blanks
    const [x0, y0, confidence] = [Number(left), Number(top), Math.min(1, Math.max(0, Number(percent) / 100))];
    words.push({ text: word, x0, y0, x1: x0 + Number(width), y1: y0 + Number(height), confidence: Math.round(confidence * 1000) / 1000 });
    const thisLine = `${block}/${paragraph}/${line}`;
    if (text !== "") text += thisLine === lastLine ? " " : block === lastBlock ? "\n" : "\n\n";
    text += word;
    lastBlock = block;
    lastLine = thisLine;
    letters += word.length;
    sure += word.length * confidence;
  }
  return { text, words, confidence: letters === 0 ? 0 : Math.round((sure / letters) * 1000) / 1000 };
}
