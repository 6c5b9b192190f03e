// What the worker makes of a claimed job: a picture where there is one, and never a failed document for want of one.
import { expect, it } from "vitest";
import type { Claim } from "../../../supabase/functions/_shared/answers.ts";
import { PipelineError } from "../../../supabase/functions/_shared/errors.ts";
import type { Files } from "../../../supabase/functions/_shared/files.ts";
import type { Pipeline } from "../../../supabase/functions/_shared/pipeline.ts";
import { createThumbnails, type Draw } from "../../../supabase/functions/thumbnail/thumbnails.ts";

const WEBP = Uint8Array.of(1, 2, 3);

function worker(draw: Draw, storing: () => Promise<void> = async () => {}, lost: { isDeleted: boolean } | null = null) {
  const did: string[] = [];
  const pipeline = {
    complete: async (_: Claim, _name: string, { drawn }: { drawn: boolean }) => {
      if (lost) throw new PipelineError("lease_lost");
      did.push(drawn ? "completed" : "completed without");
      return { next: null };
    },
    documentOf: async () => (lost?.isDeleted ? null : {}),
  } as unknown as Pipeline;
  const files = {
    load: async (path: string) => new TextEncoder().encode(path),
    async storeThumbnail(path: string) {
      await storing();
      did.push(`stored ${path}`);
    },
    async removeThumbnail(path: string) {
      did.push(`removed ${path}`);
    },
  } as unknown as Files;
  const work = createThumbnails({ pipeline, files, draw });
  const log = { info() {}, debug() {}, error() {}, with: () => log } as never;
  const run = (path: string, signal = new AbortController().signal) =>
    work({
      claim: { document: { storage_path: path, mime_type: "application/pdf" } } as Claim,
      log,
      signal,
      takeNext: () => false,
    });
  return { run, did };
}

it("stores the picture under the path of the file, then completes", async () => {
  const { run, did } = worker(async () => WEBP);
  expect(await run("user/document")).toBeNull();
  expect(did).toEqual(["stored user/document", "completed"]);
});

it.each(["encrypted_pdf", "broken_file", "too_complex", "unpacked_too_large"] as const)(
  "completes without a picture when the file is at fault: %s",
  async (code) => {
    const { run, did } = worker(() => Promise.reject(new PipelineError(code)));
    await run("a");
    expect(did).toEqual(["completed without"]);
  },
);

it("tries again when Storage does not answer", async () => {
  const { run, did } = worker(
    async () => WEBP,
    () => Promise.reject(new PipelineError("storage_unavailable")),
  );
  await expect(run("a")).rejects.toMatchObject({ code: "storage_unavailable" });
  expect(did).toEqual([]);
});

it("stores nothing once its lease is lost", async () => {
  const lost = new AbortController();
  const { run, did } = worker(async () => {
    lost.abort(new PipelineError("lease_lost"));
    return WEBP;
  });
  await expect(run("a", lost.signal)).rejects.toMatchObject({ code: "lease_lost" });
  expect(did).toEqual([]);
});

it.each([
  [true, ["stored a", "removed a"]],
  [false, ["stored a"]],
])(
  "removes what it stored when its document was deleted meanwhile (%s), and leaves what another worker has",
  async (isDeleted, expected) => {
    const { run, did } = worker(
      async () => WEBP,
      async () => {},
      { isDeleted },
    );
    await expect(run("a")).rejects.toMatchObject({ code: "lease_lost" });
    expect(did).toEqual(expected);
  },
);

it("draws one file at a time, also after one that failed", async () => {
  let [drawing, most] = [0, 0];
  const { run, did } = worker(async (bytes) => {
    drawing += 1;
    most = Math.max(most, drawing);
    await new Promise((resolve) => setImmediate(resolve));
    drawing -= 1;
    if (new TextDecoder().decode(bytes) === "b") throw new PipelineError("broken_file");
    return WEBP;
  });
  await Promise.all(["a", "b", "c"].map((path) => run(path)));
  expect(most).toBe(1);
  expect(did.sort()).toEqual(["completed", "completed", "completed without", "stored a", "stored c"]);
});
