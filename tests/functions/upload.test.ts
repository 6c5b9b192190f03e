import { expect, it } from "vitest";
import { PipelineError } from "../../supabase/functions/_shared/errors.ts";
import { createLog } from "../../supabase/functions/_shared/log.ts";
import { createUploadHandler, type UploadParts } from "../../supabase/functions/upload/handler.ts";

/** An upload of a small PDF, with a database and a store that answer as they are told. */
async function upload(answers: { finish?: string | null; storeFails?: boolean }) {
  const calls: string[] = [];
  const said = <Value>(call: string, value: Value): Promise<Value> => {
    calls.push(call);
    return Promise.resolve(value);
  };
  const parts = {
    log: createLog("error", () => {}),
    waitUntil() {},
    maxBytes: 1000,
    callers: { identify: async () => ({ userId: "user", token: "token" }) },
    pipeline: {
      admitUpload: () => said("admit", { document_id: "1", storage_path: "user/1", filename: "a.pdf", status: "uploading", duplicate: false }),
      finishUpload: () => said("finish", answers.finish ?? null),
      abandonUpload: () => said("abandon", undefined),
    },
    files: {
      store: (path: string) => said(`store ${path}`, undefined).then(() => {
        if (answers.storeFails) throw new PipelineError("storage_unavailable");
      }),
      remove: (path: string) => said(`remove ${path}`, undefined),
    },
  } as unknown as UploadParts;
  const form = new FormData();
  form.append("file", new Blob(["%PDF-1.4\n"]), "a.pdf");
  const response = await createUploadHandler(parts)(new Request("http://functions.test/upload", { method: "POST", body: form }));
  return { calls, status: response.status, body: await response.json() };
}

it("answers 202 once the file is stored and its reading is queued", async () => {
  const { calls, status, body } = await upload({ finish: "processing" });
  expect(calls).toEqual(["admit", "store user/1", "finish"]);
  expect([status, body]).toEqual([202, { document_id: "1", filename: "a.pdf", status: "processing", duplicate: false }]);
});

it("takes its row back when the file cannot be stored", async () => {
  const { calls, status } = await upload({ storeFails: true });
  expect(calls).toEqual(["admit", "store user/1", "abandon"]);
  expect(status).toBe(502);
});

it("promises nothing, and leaves no file, when its row was taken back by another upload of the same bytes", async () => {
  const { calls, status, body } = await upload({ finish: null });
  expect(calls).toEqual(["admit", "store user/1", "finish", "remove user/1"]);
  expect([status, body]).toMatchObject([502, { code: "storage_unavailable" }]);
});
