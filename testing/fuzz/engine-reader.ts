/**
 * Decodes pictures as the OCR engine does, in Node, and measures what that took. Requests and answers are those of reader.ts.
 */
import { readFile } from "node:fs/promises";
import process from "node:process";
import { createInterface } from "node:readline";
import { decodePicture, WORKING_PIXELS } from "../../engine/picture/decode.ts";
import type { Grey } from "../../engine/picture/grey.ts";
import { PdfRenderer } from "../../engine/picture/pdf.ts";
import { settingsFrom } from "../../engine/settings.ts";
import { PipelineError } from "../../supabase/functions/_shared/errors.ts";
import { fileKind } from "../../supabase/functions/_shared/pictures/image-size.ts";
import { computed, memory, peakFromHere, silence } from "./measure.ts";

const { maxPixels } = settingsFrom({});

silence();

/** As the engine draws a page (reader-process.ts). */
const DPI = 250;

async function drawn(bytes: Uint8Array): Promise<Grey> {
  const renderer = new PdfRenderer();
  try {
    renderer.open(bytes);
    return await renderer.render(1, { dpi: DPI, maxPixels: WORKING_PIXELS });
  } finally {
    await renderer.close();
  }
}

async function read(file: string) {
  const bytes = new Uint8Array(await readFile(file));
  await peakFromHere();
  const [before, held] = [computed(), memory("VmRSS")];
  let outcome = "read";
  try {
    const kind = fileKind(bytes);
    if (!kind) throw new PipelineError("unsupported_type");
    const picture = kind === "pdf" ? await drawn(bytes) : (await decodePicture(bytes, kind, 1, maxPixels)).picture;
    if (picture.data.length !== picture.width * picture.height)
      throw new Error("A picture has other pixels than it says.");
  } catch (thrown) {
    // A trap is the file's fault, as the engine takes it.
    outcome = thrown instanceof WebAssembly.RuntimeError ? "broken_file" : PipelineError.from(thrown).code;
    if (outcome === "internal_error") outcome = `internal_error: ${String(thrown).slice(0, 200)}`;
  }
  const cpu_ms = computed() - before;
  return { outcome, steps: { decode: cpu_ms }, cpu_ms, grown_mb: Math.round(memory("VmHWM") - held) };
}

for await (const line of createInterface({ input: process.stdin })) {
  const { file } = JSON.parse(line) as { file: string };
  process.stdout.write(`${JSON.stringify(await read(file))}\n`);
}
