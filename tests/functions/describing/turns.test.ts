// Describing again waits for its turn: the request that asked for it takes the job once it has its slot.
import { expect, it } from "vitest";
import { createLog } from "../../../supabase/functions/_shared/log.ts";
import type { Describe } from "../../../supabase/functions/_shared/metadata.ts";
import { createMetadataHandler } from "../../../supabase/functions/metadata/handler.ts";
import { createFakePipeline, DESCRIPTION, DOCUMENT_ID, type FakePipeline } from "../../../testing/fakes/pipeline.ts";
import { eventsOf } from "../../../testing/events.ts";

async function ask(fake: FakePipeline, describe: Describe, onWait = () => {}) {
  const handler = createMetadataHandler({
    log: createLog("error", () => {}),
    waitUntil: () => {},
    callers: {
      identify: async () => ({ userId: "owner", token: "t" }),
      known: () => undefined,
      turnAway: () => {},
      mustOwn: async () => {},
    },
    pipeline: fake.pipeline,
    describe,
    waiting: async () => {
      onWait();
      await new Promise(setImmediate);
    },
  });
  const body = JSON.stringify({ document_id: DOCUMENT_ID });
  return eventsOf(
    await handler(
      new Request("http://functions.test/metadata", { method: "POST", headers: { Authorization: "Bearer t" }, body }),
    ),
  );
}

const speaking: Describe = async (_document, onStep) => {
  onStep({ type: "text", text: "I read it." });
  return DESCRIPTION;
};

it("tells how many jobs are before it, each number once, and then what the engine says", async () => {
  const fake = createFakePipeline();
  fake.ahead = [3, 3, 1, 0];
  const events = await ask(fake, speaking);
  expect(events).toEqual([
    { progress: { message: "Waiting; 3 jobs are before it.", ahead: 3 } },
    { progress: { message: "Waiting; 1 job is before it.", ahead: 1 } },
    { progress: { message: "Waiting for a free slot.", ahead: 0 } },
    { text: "I read it." },
    { complete: true, document: expect.objectContaining({ status: "completed" }), run_id: 1, diff: {} },
  ]);
});

it("is left to any worker after a while, and followed to its end", async () => {
  const fake = createFakePipeline();
  fake.ahead = Array(10_000).fill(7);
  let mine = false;
  const events = await ask(
    fake,
    async (...call) => {
      mine = true;
      return speaking(...call);
    },
    // Another worker ends it once the request waits for it no longer.
    () => {
      if (fake.calls.includes("joinMetadata") && fake.saved.length === 0)
        void fake.pipeline.completeMetadata(fake.claim, DESCRIPTION, false);
    },
  );
  expect(mine).toBe(false);
  expect(events.at(-1)).toMatchObject({ complete: true, run_id: 1 });
});
