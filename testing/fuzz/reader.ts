/**
 * Reads files as the upload and the ocr function do, in Deno, and measures what that took. A line of standard input is a request
 * `{file, name, type}`, a line of standard output an answer (see Reading in worker.ts). It runs until its input ends.
 */
import { readFile } from "node:fs/promises";
import process from "node:process";
import { createInterface } from "node:readline";
import { PipelineError } from "../../supabase/functions/_shared/errors.ts";
import { acceptedType } from "../../supabase/functions/_shared/file-type.ts";
import { openDocument } from "../../supabase/functions/ocr/document.ts";
import { findEinvoice } from "../../supabase/functions/ocr/einvoice.ts";
import { storable } from "../../supabase/functions/_shared/storable.ts";
import { DRAWN_TYPES, drawThumbnail } from "../../supabase/functions/thumbnail/drawing.ts";
import { computed, memory, peakFromHere, silence } from "./measure.ts";

/** Pages and parts that are read of one file: enough to meet what is wrong with it. */
const [MOST_PAGES, MOST_PARTS] = [20, 20];

silence();

async function read({ file, name, type }: { file: string; name: string; type?: string }) {
  const bytes = new Uint8Array(await readFile(file));
  const steps: Record<string, number> = {};
  /** A step is what a function does without looking at the clock of its run. */
  async function step<Value>(name: string, work: () => Value | Promise<Value>): Promise<Value> {
    const before = computed();
    try {
      return await work();
    } finally {
      steps[name] = Math.max(steps[name] ?? 0, computed() - before);
    }
  }
  let outcome = "read";
  await peakFromHere();
  const before = memory("VmRSS");
  try {
    const mime_type = await step("type", () => acceptedType(bytes, name)).catch((thrown: unknown) => {
      // What the door refuses is read all the same: as a member of an archive it may come in by another name.
      if (type && thrown instanceof PipelineError) return type;
      throw thrown;
    });
    await using document = await step("open", () =>
      openDocument({ mime_type: type ?? mime_type, filename: name, bytes }),
    );
    for (let page = 1; page <= Math.min(document.pageCount, MOST_PAGES); page += 1) {
      await step("page", async () => {
        try {
          const read = await document.textOf(page);
          const text = storable(read ?? document.doubtfulTextOf?.(page) ?? "");
          // As the ocr function does with each page that it keeps.
          storable(read === null ? null : document.markdownOf?.(page));
          if (text.includes("\0") || !text.isWellFormed()) throw new Error("A text is not storable.");
        } catch (thrown) {
          if (!(thrown instanceof PipelineError)) throw thrown;
          outcome = thrown.code;
        }
      });
    }
    const drawn = type ?? mime_type;
    if (DRAWN_TYPES.includes(drawn))
      await step("thumbnail", async () => void (await drawThumbnail(bytes, drawn))).catch((thrown: unknown) => {
        known(thrown);
        outcome = PipelineError.from(thrown).code;
      });
    for (const part of (document.parts ?? []).slice(0, MOST_PARTS))
      await step("part", async () => {
        // As ocr/parts.ts takes it: what a library throws over a part is the part's fault.
        const bytes = await part.bytes().catch(() => new Uint8Array(0));
        await acceptedType(bytes, part.filename);
      }).catch(known);
    if (document.attachments)
      await step("attachments", async () => void findEinvoice(await document.attachments!(), () => {})).catch(known);
  } catch (thrown) {
    outcome = PipelineError.from(thrown).code;
    if (outcome === "internal_error") outcome = `internal_error: ${String(thrown).slice(0, 200)}`;
  }
  return {
    outcome,
    steps,
    cpu_ms: Math.max(0, ...Object.values(steps)),
    grown_mb: Math.round(memory("VmHWM") - before),
  };
}

function known(thrown: unknown): void {
  if (!(thrown instanceof PipelineError)) throw thrown;
}

for await (const line of createInterface({ input: process.stdin })) {
  const answer = await read(JSON.parse(line));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
