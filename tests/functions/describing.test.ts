import { expect, it } from "vitest";
import { PipelineError } from "../../supabase/functions/_shared/errors.ts";
import type { Job } from "../../supabase/functions/_shared/job-run.ts";
import { createLog } from "../../supabase/functions/_shared/log.ts";
import type { Describe, Description } from "../../supabase/functions/_shared/metadata.ts";
import type { Pipeline } from "../../supabase/functions/_shared/pipeline.ts";
import { createDescribing } from "../../supabase/functions/metadata/describing.ts";

const DESCRIPTION = { engine: "claude", model: "a-model", input_tokens: 1, output_tokens: 1 } as Description;

/** A model that calls a tool in each of two turns, and looks before the second whether it should stop. */
function twoTurns(turns: number[]): Describe {
  return async (_document, onStep, signal) => {
    for (const turn of [1, 2]) {
      signal?.throwIfAborted();
      turns.push(turn);
      onStep({ type: "tool", tool: "read_ocr", input: {} });
      await new Promise(setImmediate);
    }
    return DESCRIPTION;
  };
}

function workOn(recordToolCall: () => Promise<void>, describe: Describe) {
  const lines: Record<string, unknown>[] = [];
  const log = createLog("info", (line) => lines.push(JSON.parse(line)));
  const pipeline = { pagesOf: async () => [], einvoiceOf: async () => null, recordToolCall, completeMetadata: async () => ({ document: {}, next: null }) } as unknown as Pipeline;
  const document = { id: "1", user_id: "1", filename: "a.pdf", storage_path: "1/1", mime_type: "application/pdf", byte_size: 1, page_count: 1 };
  const claim = { job_id: "1", lease: "1", stage: "metadata" as const, attempt: 1, payload: {}, document, pages_read: [] };
  const job: Job = { claim, log, signal: new AbortController().signal, takeNext: () => false };
  return { lines, done: createDescribing({ pipeline, describe })()(job) };
}

it("asks the model nothing more once a tool call shows that another worker has the job", async () => {
  const turns: number[] = [];
  const { done, lines } = workOn(() => Promise.reject(new PipelineError("lease_lost")), twoTurns(turns));
  await expect(done).rejects.toMatchObject({ code: "lease_lost" });
  expect(turns).toEqual([1]);
  expect(lines).toEqual([]);
});

it("goes on when the history misses a tool call", async () => {
  const turns: number[] = [];
  const { done, lines } = workOn(() => Promise.reject(new PipelineError("database_unavailable")), twoTurns(turns));
  await expect(done).resolves.toBeNull();
  expect(turns).toEqual([1, 2]);
  expect(lines.filter(({ step }) => step === "metadata.tool_not_noted")).toHaveLength(2);
});
