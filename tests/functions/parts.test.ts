import { Buffer } from "node:buffer";
import { expect, it } from "vitest";
import { PipelineError } from "../../supabase/functions/_shared/errors.ts";
import { sha256 } from "../../supabase/functions/_shared/bytes.ts";
import type { Job } from "../../supabase/functions/_shared/job-run.ts";
import { createLog } from "../../supabase/functions/_shared/log.ts";
import type { Part } from "../../supabase/functions/ocr/formats/file-text.ts";
import { keepParts, type PartsKeeper } from "../../supabase/functions/ocr/parts.ts";

/** A database and a store that keep what they are given, in memory; `fail` breaks them at a call. */
function world({
  settled = [] as number[],
  known = {} as Record<string, string>,
  fail = (_call: string): void => {},
} = {}) {
  const calls: string[] = [];
  const said = async (call: string): Promise<void> => {
    calls.push(call);
    fail(call);
  };
  const keeper = {
    maxBytes: 100,
    pipeline: {
      settledParts: async () => settled,
      async admitPart(
        _claim: unknown,
        part: { position: number; filename: string; mime_type: string; content_sha256: string },
      ) {
        await said(`admit ${part.position} ${part.filename} ${part.mime_type}`);
        const id = (known[part.content_sha256] ??= `document-${part.position}`);
        return {
          document_id: id,
          storage_path: `user/${id}`,
          filename: part.filename,
          status: "uploading",
          duplicate: id !== `document-${part.position}`,
        };
      },
      refusePart: (_claim: unknown, part: { position: number; error: { code: string } }) =>
        said(`refuse ${part.position} ${part.error.code}`),
      completeParts: () => said("complete"),
    },
    files: { store: (path: string) => said(`store ${path}`) },
  } as unknown as PartsKeeper;
  const job = { claim: {}, log: createLog("error", () => {}), signal: new AbortController().signal } as unknown as Job;
  return { calls, keep: (parts: Part[], timeIsUp = () => false) => keepParts(keeper, job, parts, timeIsUp) };
}

const part = (position: number, filename: string, content: string | PipelineError | Error): Part => ({
  position,
  filename,
  bytes: async () => (typeof content === "string" ? Buffer.from(content) : Promise.reject(content)),
});

it("stores each part under a safe name, and tells what became of all", async () => {
  const { calls, keep } = world();
  expect(await keep([part(1, "../../etc/a.md", "# A"), part(2, "b", "B")])).toBe(true);
  expect(calls).toEqual([
    "admit 1 a.md text/markdown",
    "store user/document-1",
    "admit 2 b text/plain",
    "store user/document-2",
    "complete",
  ]);
});

it("writes down what cannot become a document, and goes on with the others", async () => {
  const { calls, keep } = world({
    fail: (call) => {
      if (call.startsWith("admit 6")) throw new PipelineError("monthly_limit_reached");
    },
  });
  await keep([
    part(1, "a.exe", "MZ\0\0"),
    part(2, "empty", ""),
    part(3, "big", "x".repeat(101)),
    part(4, "bomb", new PipelineError("unpacked_too_large")),
    part(5, "library", new Error("a library tripped")),
    part(6, "late.txt", "x"),
    part(7, "fine.txt", "y"),
  ]);
  expect(calls).toEqual([
    "refuse 1 unsupported_type",
    "refuse 2 empty_file",
    "refuse 3 file_too_large",
    "refuse 4 unpacked_too_large",
    "refuse 5 broken_file",
    "admit 6 late.txt text/plain",
    "refuse 6 monthly_limit_reached",
    "admit 7 fine.txt text/plain",
    "store user/document-7",
    "complete",
  ]);
});

it("stores nothing for bytes that are a document already", async () => {
  const { calls, keep } = world({ known: { [await sha256(Buffer.from("A"))]: "document-of-old" } });
  await keep([part(1, "a.txt", "A")]);
  expect(calls).toEqual(["admit 1 a.txt text/plain", "complete"]);
});

it("goes on with what is not settled, and does not even unpack the rest", async () => {
  const { calls, keep } = world({ settled: [1] });
  await keep([part(1, "a.txt", new Error("was unpacked")), part(2, "b.txt", "B")]);
  expect(calls).toEqual(["admit 2 b.txt text/plain", "store user/document-2", "complete"]);
});

it("stops between two parts when its time is up, but not before it kept one", async () => {
  const { calls, keep } = world();
  expect(await keep([part(1, "a.txt", "A"), part(2, "b.txt", "B")], () => true)).toBe(false);
  expect(calls).toEqual(["admit 1 a.txt text/plain", "store user/document-1"]);
});

it("leaves an outage, or a lost lease, to be retried", async () => {
  for (const code of ["storage_unavailable", "lease_lost"] as const) {
    const { calls, keep } = world({
      fail: (call) => {
        if (call.startsWith("store")) throw new PipelineError(code);
      },
    });
    await expect(keep([part(1, "a.txt", "A")])).rejects.toMatchObject({ code });
    expect(calls).toEqual(["admit 1 a.txt text/plain", "store user/document-1"]);
  }
});
