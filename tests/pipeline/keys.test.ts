// docs/operations.md, "Rotating keys": what a key that was deleted too early does.
import { afterAll, beforeAll, expect, it } from "vitest";
import { hurry, type TemporaryStack, temporaryStack } from "../../testing/temporary.ts";
import { SAMPLES, signUp } from "../../testing/user.ts";
import { waitUntil } from "../../testing/waiting.ts";

let stack: TemporaryStack;
beforeAll(async () => {
  stack = await temporaryStack({
    OCR_ENGINE_URL: "",
    SUPABASE_SECRET_KEYS: JSON.stringify({ default: "sb_secret_deleted" }),
  });
  await hurry(stack);
});
afterAll(() => stack?.stop());

it("functions with a secret key that is no more refuse uploads for now, and use up no attempt of a job", async () => {
  const user = await signUp(stack);
  const answer = await user.upload(`${SAMPLES}brief.pdf`);
  expect([answer.status, await answer.json()]).toMatchObject([503, { code: "database_unavailable" }]);

  await stack.sql(`select private.queue_job('erase', gen_random_uuid(), '${user.id}', '{"storage_path": "none"}')`);
  const lost = () =>
    stack.logs.filter(({ source, line }) => source === "upload" && line.includes('"invocation.lost"')).length;
  // A claim is repeated for half a minute first.
  await waitUntil(() => lost() >= 2, { interval: 50 });
  expect(await stack.sql("select attempts from private.jobs")).toEqual([{ attempts: 0 }]);
});
