/** Reads one PDF page and describes one document with Claude, in Deno, as a function does. Prints JSON; see deno.test.ts. */
import { readFile } from "node:fs/promises";
import process from "node:process";
import { createClaude, DEFAULT_CLAUDE_MODEL } from "../../../supabase/functions/_shared/claude.ts";
import { PipelineError } from "../../../supabase/functions/_shared/errors.ts";
import { createClaudeDescribe } from "../../../supabase/functions/metadata/claude/describe.ts";
import { createClaudeReader } from "../../../supabase/functions/ocr/claude.ts";

const [baseUrl = "", pdf = ""] = process.argv.slice(2);
const claude = createClaude({ apiKey: "sk-fake", baseUrl });
const model = DEFAULT_CLAUDE_MODEL;

const pages = await createClaudeReader({ claude, model })(
  { bytes: new Uint8Array(await readFile(pdf)), mime_type: "application/pdf", filename: "scan.pdf" },
  [2],
);
const describe = createClaudeDescribe({ claude, model });
const input = {
  filename: "scan.pdf",
  mime_type: "application/pdf",
  page_count: 1,
  pages: pages.map((page) => ({ ...page, page_number: 1 })),
};
const description = await describe(input, () => {});

// From here on the test has scripted faults, one for each call.
const codes: string[] = [];
for (let fault = 0; fault < 4; fault++) {
  codes.push(
    await describe(input, () => {}).then(
      () => "none",
      (thrown) => PipelineError.from(thrown).code,
    ),
  );
}
console.log(JSON.stringify({ runtime: "Deno" in globalThis ? "deno" : "node", pages, description, codes }));
