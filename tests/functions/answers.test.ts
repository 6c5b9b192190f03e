import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createClient } from "@supabase/supabase-js";
import { WebSocket } from "ws";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Claim } from "../../supabase/functions/_shared/answers.ts";
import { createPipeline } from "../../supabase/functions/_shared/pipeline.ts";
import type { Database } from "../../supabase/functions/_shared/database.types.ts";

let answer: unknown;
const dataApi = createServer((_, response) =>
  response.setHeader("Content-Type", "application/json").end(JSON.stringify(answer)),
);
beforeAll(() => once(dataApi.listen(0, "127.0.0.1"), "listening"));
afterAll(() => once(dataApi.close(), "close"));

const file = { owner: "o", filename: "f", mime_type: "text/plain", byte_size: 1, content_sha256: "0" };
const pipeline = () => {
  const url = `http://127.0.0.1:${(dataApi.address() as AddressInfo).port}`;
  // The types of ws and of the browser differ; nothing is listened to here.
  const service = createClient<Database>(url, "secret", { realtime: { transport: WebSocket as never } });
  return createPipeline(service, "upload");
};

it("an answer without what it must have is an error of ours, and the log gets places and no values", async () => {
  answer = { document_id: 7, storage_path: "secret/path", filename: "f", status: "lost", duplicate: false };
  const failure = await pipeline()
    .admitUpload(file, { invokes: false })
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "internal_error" });
  const { cause } = failure as { cause: Error };
  expect(cause.message).toMatch(/admit_upload: document_id: invalid_type, status: invalid_value, admitted_at/);
  expect(cause.message).not.toContain("secret");
});

it("a claim stands whatever its owner asked for: what is no option counts as not given", () => {
  const claim = { job_id: "j", lease: "l", stage: "ocr", attempt: 1, document: null, pages_read: [], last_error: null };
  expect(Claim.parse({ ...claim, payload: { password: 7, engine: "none", storage_path: "a" } }).payload).toEqual({
    password: undefined,
    engine: undefined,
    storage_path: "a",
  });
});

it("fields that a later version adds are no error", () => {
  const claim = { job_id: "j", lease: "l", stage: "ocr", attempt: 1, document: null, pages_read: [], payload: {} };
  expect(Claim.parse({ ...claim, later: 1 })).toEqual(claim);
});
