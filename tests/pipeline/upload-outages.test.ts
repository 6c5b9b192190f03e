// Uploads while Postgres ends and comes back: what their senders are told, and what is left of them.
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type TemporaryStack, temporaryStack } from "../../testing/temporary.ts";
import { signUp, type User } from "../../testing/user.ts";
import { waitUntil } from "../../testing/waiting.ts";

let stack: TemporaryStack;
let user: User;
beforeAll(async () => {
  stack = await temporaryStack({ OCR_ENGINE_URL: "" });
  await stack.sql("update private.settings set requests_per_minute = null, documents_per_month = 100000");
  // Stored is enough.
  await stack.sql("update private.stages set in_flight_limit = 0 where stage <> 'erase'");
  user = await signUp(stack);
});
afterAll(() => stack?.stop());

const WAITING = { interval: 50 };

it("are answered 202 or 503, leave nothing half done, and go on by themselves", async () => {
  const answers: { status: number; code?: string; document_id?: string }[] = [];
  const count = (status: number) => answers.filter((answer) => answer.status === status).length;
  let sending = true;
  const send = async (): Promise<void> => {
    while (sending) {
      const response = await user.upload("a.pdf", Buffer.concat([Buffer.from("%PDF-1.7\n"), randomBytes(50_000)]));
      answers.push({ ...((await response.json()) as object), status: response.status });
    }
  };
  const senders = Promise.all([send(), send(), send(), send()]);
  try {
    await waitUntil(() => count(202) >= 4, WAITING);
    for (let restart = 0; restart < 2; restart += 1) {
      const [accepted, refused] = [count(202), count(503)];
      await stack.postgres.stop("immediate");
      await waitUntil(() => count(503) > refused, WAITING);
      await stack.postgres.start();
      await waitUntil(() => count(202) > accepted, WAITING);
    }
  } finally {
    sending = false;
    await senders;
  }

  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202, 503]));
  for (const { status, code } of answers)
    if (status === 503) expect(["database_unavailable", "storage_unavailable"]).toContain(code);
  // What was admitted while nobody heard the answer is ended by the sweep.
  await stack.sql("update private.settings set upload_lease = '1 second'");
  await waitUntil(
    async () => (await stack.sql("select from public.documents where status = 'uploading'")).length === 0,
    WAITING,
  );
  const kept = await stack.sql("select id, storage_path from public.documents where status = 'processing'");
  const ids = new Set(kept.map(({ id }) => id));
  for (const { status, document_id } of answers) if (status === 202) expect(ids.has(document_id)).toBe(true);
  const files = await stack.sql("select name from storage.objects where bucket_id = 'documents'");
  expect(files.map(({ name }) => name).sort()).toEqual(kept.map(({ storage_path }) => storage_path).sort());
});
