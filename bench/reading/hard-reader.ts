// Reads the PDFs whose paths are sent to it, one after the other, as the ocr function does, and tells how each ended.
import { readFile } from "node:fs/promises";
import { PipelineError } from "../../supabase/functions/_shared/errors.ts";
import { openPdf } from "../../supabase/functions/ocr/pdf.ts";

/** `characters` counts what is kept without an OCR engine; `doubtful` the pages that would go to one. */
export type Outcome = {
  code: string | null;
  page_codes: string[];
  pages: number;
  characters: number;
  doubtful: number;
  rss: number;
};

process.on("message", async (file: string) => {
  const outcome: Outcome = { code: null, page_codes: [], pages: 0, characters: 0, doubtful: 0, rss: 0 };
  try {
    const document = await openPdf({
      bytes: new Uint8Array(await readFile(file)),
      mime_type: "application/pdf",
      filename: file,
    });
    outcome.pages = document.pageCount;
    for (let page = 1; page <= document.pageCount; page += 1) {
      const text = await document
        .textOf(page)
        .catch((thrown: unknown) => void outcome.page_codes.push(PipelineError.from(thrown).code));
      if (text === null) outcome.doubtful += 1;
      outcome.characters += (text ?? document.doubtfulTextOf?.(page) ?? "").replace(/\s/g, "").length;
    }
    await document[Symbol.asyncDispose]();
  } catch (thrown) {
    outcome.code = PipelineError.from(thrown).code;
  }
  outcome.rss = process.memoryUsage.rss();
  process.send?.(outcome);
});
