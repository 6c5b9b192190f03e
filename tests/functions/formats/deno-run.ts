/** Reads files as the ocr function does, in Deno. Takes type and path by turns, prints the texts, or the code of the refusal, as JSON; see deno.test.ts. */
import { readFile } from "node:fs/promises";
import process from "node:process";
import { PipelineError } from "../../../supabase/functions/_shared/errors.ts";
import { openDocument } from "../../../supabase/functions/ocr/document.ts";

const texts: Record<string, (string | null)[]> = {};
const given = process.argv.slice(2);
for (let at = 0; at < given.length; at += 2) {
  const [mime_type = "", path = ""] = given.slice(at);
  texts[mime_type] = await textsOf(mime_type, path).catch((error: unknown) => {
    if (error instanceof PipelineError) return [error.code];
    throw error;
  });
}

async function textsOf(mime_type: string, path: string): Promise<(string | null)[]> {
  const read: (string | null)[] = [];
  await using document = await openDocument({ mime_type, filename: path, bytes: new Uint8Array(await readFile(path)) });
  for (let page = 1; page <= document.pageCount; page += 1) read.push(await document.textOf(page));
  for (const part of document.parts ?? [])
    read.push(`${part.filename}: ${new TextDecoder().decode(await part.bytes())}`);
  return read;
}
// What a hosted function may have is counted over all; see the platform's limits in docs/api.md.
console.log(
  JSON.stringify({ runtime: "Deno" in globalThis ? "deno" : "node", texts, memory: process.memoryUsage().rss }),
);
