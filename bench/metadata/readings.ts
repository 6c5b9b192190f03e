import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { Einvoice, EinvoiceDetails } from "../../supabase/functions/_shared/einvoice.ts";
import { sha256 } from "../../supabase/functions/_shared/bytes.ts";
import { Pages } from "../../supabase/functions/_shared/extraction/calls.ts";
import { createLog } from "../../supabase/functions/_shared/log.ts";
import type { Page } from "../../supabase/functions/_shared/pages.ts";
import type { Claim } from "../../supabase/functions/_shared/answers.ts";
import type { Pipeline } from "../../supabase/functions/_shared/pipeline.ts";
import { createEngineReader } from "../../supabase/functions/ocr/engine.ts";
import { createReading } from "../../supabase/functions/ocr/reading.ts";
import { ROOT } from "../../scripts/checkout.ts";
import { startEngine } from "../../stack/engine.ts";
import type { Worker } from "../../stack/worker.ts";
import type { SampleFile } from "./samples.ts";

const Reading = z.object({
  pages: Pages,
  einvoice: Einvoice.extend({ details: EinvoiceDetails.optional() }).nullable(),
});
export type Reading = z.infer<typeof Reading>;

const hashOf = (bytes: Uint8Array): string =>
  createHash("sha256").update(FORM).update(engineKey()).update("\0").update(bytes).digest("hex").slice(0, 32);

/** What of a reading is kept: what was kept in another form is read again. */
const FORM = "text and words";

/** More parts than a file has. */
const MOST_PARTS = 10_000;

/** What of the engine changes what it reads, as part of the name of a reading that is kept: settings, and whether PP-OCR is installed. */
const engineKey = (): string =>
  [
    ...["OCR_PPOCR", "OCR_LANGUAGES", "OCR_LANGUAGE_PATH"].map((name) => process.env[name] ?? ""),
    String(existsSync(path.join(ROOT, "engine/ppocr/node_modules"))),
  ].join("\0");

/**
 * Reads samples as the ocr function does, with the local engine for what has no text. Readings are kept in a folder, by the
 * hash of file and engine settings; `afresh` reads again. An engine is started when the first page needs it.
 */
export function createReadings(
  folder: string,
  afresh: boolean,
): { read(sample: SampleFile): Promise<Reading>; stop(): Promise<void> } {
  let engine: Worker | undefined;
  const log = createLog("error", (line) => console.error(line));
  return {
    async read(sample) {
      const kept = path.join(folder, `${hashOf(sample.bytes)}.json`);
      const known = afresh ? null : await readFile(kept, "utf8").catch(() => null);
      if (known !== null) return Reading.parse(JSON.parse(known));

      const pages = new Map<number, Page>();
      let einvoice: Reading["einvoice"] = null;
      const pipeline = {
        // What is attached is not read here: every part counts as kept.
        settledParts: async () => [...Array(MOST_PARTS).keys()],
        completeParts: async () => {},
        savePages: async (_claim: Claim, read: Page[]) => read.forEach((page) => pages.set(page.page_number, page)),
        completeReading: async (_claim: Claim, result: { einvoice?: Reading["einvoice"] }) => {
          einvoice = result.einvoice ?? null;
          return { next: null };
        },
      } as unknown as Pipeline;
      const work = createReading({
        pipeline,
        files: { load: async () => sample.bytes.slice(), remove: async () => {} } as never,
        recognizers:
          () =>
          async (...call) => {
            engine ??= startEngine(0, (line) => console.error(line));
            return createEngineReader({ url: await engine.url() })(...call);
          },
        limits: {
          maxPages: 1_000,
          runPages: Infinity,
          runMs: Infinity,
          maxUploadBytes: Infinity,
        },
      });
      const document = {
        id: "1",
        user_id: "1",
        filename: path.basename(sample.file),
        storage_path: sample.file,
        mime_type: sample.mimeType,
        byte_size: sample.bytes.length,
        content_sha256: await sha256(sample.bytes),
        page_count: null,
      };
      const claim: Claim = { job_id: "1", lease: "1", stage: "ocr", attempt: 1, payload: {}, document, pages_read: [] };
      await work({ claim, log, signal: new AbortController().signal, takeNext: () => false });

      const reading: Reading = {
        pages: [...pages.values()]
          .sort((a, b) => a.page_number - b.page_number)
          .map(({ page_number, text, words }) => ({ page_number, text, words })),
        einvoice,
      };
      await mkdir(folder, { recursive: true });
      await writeFile(kept, JSON.stringify(reading));
      return reading;
    },
    stop: async () => engine?.stop(),
  };
}
