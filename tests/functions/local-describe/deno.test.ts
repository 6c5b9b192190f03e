import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { INVOICE_EN } from "./papers.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const deno = join(dirname(createRequire(import.meta.url).resolve("deno/package.json")), "bin.cjs");
const module = pathToFileURL(join(root, "supabase/functions/metadata/local/describe.ts")).href;

test("describes in Deno without any permission: no network, no files, no environment", () => {
  const program = `
    import { describeLocally } from ${JSON.stringify(module)};
    const pages = [{ page_number: 1, text: ${JSON.stringify(INVOICE_EN)} }];
    const { metadata } = await describeLocally({ filename: "a.pdf", mime_type: "application/pdf", page_count: 1, pages }, () => {});
    console.log(metadata.display_name);`;
  const run = spawnSync(process.execPath, [deno, "run", "--no-prompt", "-"], {
    cwd: root,
    input: program,
    encoding: "utf8",
  });
  expect(run.stderr).toBe("");
  expect(run.stdout.trim()).toBe("Invoice - Acme Web Hosting Ltd - 2026-03-15.pdf");
});
