import { PDFDocument } from "@cantoo/pdf-lib";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, it } from "vitest";
import { DEFAULT_CLAUDE_MODEL } from "../../../supabase/functions/_shared/claude.ts";
import { modelStep, TRANSCRIPTION } from "../../../testing/fakes/claude/model.ts";
import { type FakeClaude, type FakeRequest, startFakeClaude } from "../../../testing/fakes/claude.ts";

const root = path.resolve(import.meta.dirname, "../../..");
let fake: FakeClaude;
let folder: string;
beforeEach(async () => {
  fake = await startFakeClaude();
  folder = await mkdtemp(path.join(tmpdir(), "docket-claude-"));
});
afterEach(async () => {
  await fake.close();
  await rm(folder, { recursive: true });
});

it("reads and describes in Deno as it does in Node, with the same codes for the same faults", async () => {
  const pdf = await PDFDocument.create();
  pdf.addPage();
  pdf.addPage();
  await writeFile(path.join(folder, "scan.pdf"), await pdf.save());
  const usual = (request: FakeRequest) => modelStep(request.body);
  // Three calls for the page, the reading of its text and the save; then one call for each fault.
  fake.script(
    usual,
    usual,
    usual,
    { kind: "error", status: 529 },
    { kind: "cut" },
    { kind: "garbage", in: "event" },
    { kind: "refusal" },
  );

  const { stdout, stderr } = await promisify(execFile)(
    path.join(root, "node_modules/.bin/deno"),
    [
      "run",
      "--no-prompt",
      "--allow-all",
      "--config",
      "deno.json",
      "tests/functions/claude/deno-run.ts",
      fake.url,
      path.join(folder, "scan.pdf"),
    ],
    { cwd: root, env: { ...process.env, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" } },
  );
  expect(stderr, "the client prints nothing of its own").toBe("");
  expect(JSON.parse(stdout)).toMatchObject({
    runtime: "deno",
    pages: [
      {
        page_number: 2,
        text: TRANSCRIPTION,
        engine: "claude",
        confidence: null,
        words: null,
        usage: { model: DEFAULT_CLAUDE_MODEL, input_tokens: expect.any(Number), output_tokens: expect.any(Number) },
      },
    ],
    description: {
      engine: "claude",
      metadata: {
        display_name: "Invoice - Acme Corp - 2026-03-15.pdf",
        evidence: { document_date: { page: 1, quote: "2026-03-15" } },
      },
    },
    codes: ["model_overloaded", "model_unavailable", "model_unavailable", "model_refused"],
  });
  const [version] = (await promisify(execFile)(path.join(root, "node_modules/.bin/deno"), ["--version"])).stdout.split(
    "\n",
  );
  expect(version).toContain("deno 2.1.");
});
