/** Reads one file as the ocr function does, in Deno, and prints what that took as JSON; see ../formats.ts. */
import { readFile } from "node:fs/promises";
import process from "node:process";
import { PipelineError } from "../../supabase/functions/_shared/errors.ts";
import { openText } from "../../supabase/functions/ocr/formats/formats.ts";

const [mime_type = "", file = ""] = process.argv.slice(2);
const bytes = new Uint8Array(await readFile(file));
const started = performance.now();
let pages = 0;
let characters = 0;
let outcome = "read";
try {
  await using document = await openText({ mime_type, filename: file, bytes });
  for (pages = 0; pages < document.pageCount; pages += 1) characters += (await document.textOf(pages + 1))?.length ?? 0;
  for (const part of document.parts ?? []) await part.bytes();
} catch (thrown) {
  outcome = PipelineError.from(thrown).code;
}
const seconds = (performance.now() - started) / 1000;
/** The most that the process ever had, where the system says so. */
const peak = /VmHWM:\s*(\d+) kB/.exec(await readFile("/proc/self/status", "utf8").catch(() => ""))?.[1];
console.log(
  JSON.stringify({ outcome, pages, characters, seconds, peak_mb: peak ? Math.round(Number(peak) / 1024) : null }),
);
