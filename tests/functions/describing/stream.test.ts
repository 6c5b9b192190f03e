import { afterEach, describe, expect, it, vi } from "vitest";
import type { Callers } from "../../../supabase/functions/_shared/caller.ts";
import { PipelineError } from "../../../supabase/functions/_shared/errors.ts";
import { createLog } from "../../../supabase/functions/_shared/log.ts";
import type { Describe } from "../../../supabase/functions/_shared/metadata.ts";
import type { Pipeline } from "../../../supabase/functions/_shared/pipeline.ts";
import { eventStream } from "../../../supabase/functions/metadata/event-stream.ts";
import { diffOf } from "../../../supabase/functions/metadata/following.ts";
import { createMetadataHandler } from "../../../supabase/functions/metadata/handler.ts";
import { createFakePipeline, DESCRIPTION, DOCUMENT_ID, type FakePipeline } from "../../../testing/fakes/pipeline.ts";
import { eventsOf } from "../../../testing/events.ts";
import { waitUntil } from "../../../testing/waiting.ts";

afterEach(() => vi.useRealTimers());

/** A gate that a description waits at until the test opens it, so that a run is in flight for as long as a test wants. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

function serve(fake: FakePipeline, describe: Describe) {
  const works: Promise<unknown>[] = [];
  const callers: Callers = {
    identify: async () => ({ userId: "owner", token: "t" }),
    known: () => undefined,
    turnAway: () => {},
    mustOwn: async () => {},
  };
  // Following looks again at the next turn of the loop: what it waits for happens in this process.
  const waiting = (_ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve) => setImmediate(resolve)).then(() => signal?.throwIfAborted());
  const handler = createMetadataHandler({
    log: createLog("error", () => {}),
    waitUntil: (work) => works.push(work),
    callers,
    pipeline: fake.pipeline,
    describe,
    waiting,
  });
  const ask = () =>
    handler(
      new Request("http://functions.test/metadata", {
        method: "POST",
        headers: { Authorization: "Bearer t" },
        body: JSON.stringify({ document_id: DOCUMENT_ID }),
      }),
    );
  return { ask, settled: () => Promise.all(works) };
}

const steps: Describe = async (_document, onStep) => {
  onStep({ type: "text", text: "I read it." });
  onStep({ type: "tool", tool: "read_ocr", input: { from_page: 1, to_page: 1 } });
  onStep({ type: "progress", message: "Read page 1 of 1.", data: { turn: 1 } });
  return DESCRIPTION;
};

describe("a stream", () => {
  it("tells the words, the tools and the progress, and ends with what changed", async () => {
    const { ask } = serve(createFakePipeline(), steps);
    expect(await eventsOf(await ask())).toEqual([
      { text: "I read it." },
      { tool: "read_ocr", input: { from_page: 1, to_page: 1 } },
      { progress: { message: "Read page 1 of 1.", turn: 1 } },
      { complete: true, document: expect.objectContaining({ status: "completed" }), run_id: 1, diff: {} },
    ]);
  });

  it("ends with the error when describing fails", async () => {
    const { ask } = serve(createFakePipeline(), async () => {
      throw new PipelineError("model_overloaded");
    });
    expect(await eventsOf(await ask())).toEqual([{ error: { code: "model_overloaded", message: expect.any(String) } }]);
  });

  it("whose reader leaves does not stop the work", async () => {
    const fake = createFakePipeline();
    const { opened, open } = gate();
    const { ask, settled } = serve(fake, async (...document) => {
      await opened;
      return steps(...document);
    });
    await (await ask()).body!.cancel();
    open();
    await settled();
    expect(fake.saved).toHaveLength(1);
  });

  it("says that it is alive while there is nothing to tell", async () => {
    vi.useFakeTimers();
    const stream = eventStream();
    const text = stream.response.text();
    await vi.advanceTimersByTimeAsync(31_000);
    stream.send({ complete: true });
    stream.end();
    expect(await text).toBe(': keep-alive\n\n: keep-alive\n\ndata: {"complete":true}\n\n');
    expect(vi.getTimerCount()).toBe(0);
  });

  it("leaves no timer behind when its reader leaves", async () => {
    vi.useFakeTimers();
    const stream = eventStream();
    await stream.response.body!.cancel();
    expect(vi.getTimerCount()).toBe(0);
    expect(stream.left.aborted).toBe(true);
    stream.send({ text: "to nobody" });
    stream.end();
  });
});

describe("a second request for the same document", () => {
  it("follows the run in flight to the same end, and the model is asked once", async () => {
    const fake = createFakePipeline();
    const { opened, open } = gate();
    let runs = 0;
    const { ask } = serve(fake, async (document, onStep, signal) => {
      runs++;
      onStep({ type: "tool", tool: "read_ocr", input: {} });
      await opened;
      return steps(document, onStep, signal);
    });
    const [first, second] = [await ask(), await ask()];
    const told = Promise.all([eventsOf(first), eventsOf(second)]);
    await waitUntil(() => fake.calls.filter((name) => name === "lookAtDescribing").length > 2);
    open();
    const [own, joined] = await told;
    expect(runs).toBe(1);
    expect(fake.saved).toHaveLength(1);
    expect(own.at(-1)).toMatchObject({ complete: true, run_id: 1 });
    expect(joined).toEqual([
      { progress: { message: expect.stringContaining("described already"), joined: 1 } },
      { tool: "read_ocr", input: {} },
      { tool: "read_ocr", input: {} },
      { progress: { message: "Read page 1 of 1.", turn: 1 } },
      {
        complete: true,
        document: expect.objectContaining({ status: "completed", tags: ["letter"] }),
        run_id: 1,
        diff: expect.objectContaining({ tags: { before: null, proposed: ["letter"], applied: ["letter"] } }),
      },
    ]);
  });

  it.each(["ocr_complete", "generating_metadata"])(
    "joins a run that an invocation started, or will start: %s",
    async (status) => {
      const fake = createFakePipeline({ status });
      fake.note("failed", "An older run.", { code: "model_refused" });
      const { ask } = serve(fake, () => Promise.reject(new Error("described twice")));
      const events = eventsOf(await ask());
      await waitUntil(() => fake.calls.includes("lookAtDescribing"));
      fake.note("started", "Describing started.");
      fake.note("tool", "The agent called read_ocr.", { tool: "read_ocr" });
      fake.note("retrying", "Claude is overloaded.", { code: "model_overloaded", attempt: 1 });
      await fake.pipeline.completeMetadata(fake.claim, DESCRIPTION, false);
      expect(await events).toEqual([
        { progress: expect.objectContaining({ joined: 1 }) },
        { tool: "read_ocr", input: {} },
        { progress: { message: "Claude is overloaded.", code: "model_overloaded", attempt: 1 } },
        expect.objectContaining({ complete: true, run_id: 1 }),
      ]);
    },
  );

  it("is told when the run that it follows fails for good", async () => {
    const fake = createFakePipeline({ status: "generating_metadata" });
    const { ask } = serve(fake, steps);
    const events = eventsOf(await ask());
    await waitUntil(() => fake.calls.includes("lookAtDescribing"));
    fake.note("failed", "Claude declined to work on this document.", { code: "model_refused" });
    expect((await events).at(-1)).toEqual({
      error: { code: "model_refused", message: "Claude declined to work on this document." },
    });
  });

  it("is told when the document is deleted meanwhile", async () => {
    const fake = createFakePipeline({ status: "generating_metadata" });
    const { ask } = serve(fake, steps);
    const events = eventsOf(await ask());
    await waitUntil(() => fake.calls.includes("lookAtDescribing"));
    fake.document = null;
    expect((await events).at(-1)).toMatchObject({ error: { code: "not_found" } });
  });

  it("ends at once when the run ended before it could be looked at", async () => {
    const fake = createFakePipeline({ status: "generating_metadata" });
    const { ask } = serve(fake, steps);
    const events = eventsOf(await ask());
    await fake.pipeline.completeMetadata(fake.claim, DESCRIPTION, false);
    expect((await events).at(-1)).toMatchObject({ complete: true, run_id: 1 });
  });

  it("stops looking when its reader leaves", async () => {
    const fake = createFakePipeline({ status: "generating_metadata" });
    const { ask, settled } = serve(fake, steps);
    await (await ask()).body!.cancel();
    await settled();
    expect(fake.saved).toHaveLength(0);
  });

  it("is refused while the document is still being read", async () => {
    const { ask } = serve(createFakePipeline({ status: "processing" }), steps);
    const refused = await ask();
    expect(refused.status).toBe(409);
    expect(await refused.json()).toMatchObject({ code: "not_allowed_now" });
  });
});

it("a run whose saving got through though its answer was lost is told as completed", async () => {
  const fake = createFakePipeline();
  fake.fail("completeMetadata", ["database_unavailable"], true);
  const { ask } = serve(fake, steps);
  expect((await eventsOf(await ask())).at(-1)).toMatchObject({ complete: true, run_id: 1 });
  expect(fake.saved).toHaveLength(1);
});

it("a diff says of each field that is not as it was what was proposed, and what was applied", () => {
  const run = {
    id: 1,
    proposal: { summary: "New.", tags: ["a"], language: "en", amount: null },
    written: { summary: "New.", language: "en" },
    previous: { summary: "Old.", language: "en" },
  };
  expect(diffOf({ summary: "New.", tags: ["mine"], language: "en" }, run)).toEqual({
    summary: { before: "Old.", proposed: "New.", applied: "New." },
    tags: { before: ["mine"], proposed: ["a"], applied: ["mine"] },
  });
});

describe("the streams of one worker", () => {
  const ask = (handler: ReturnType<typeof serveUser>, id: string, user: string) =>
    handler(
      new Request("http://functions.test/metadata", {
        method: "POST",
        headers: { Authorization: user },
        body: JSON.stringify({ document_id: id }),
      }),
    );
  /** Everybody owns everything, and every document is being described. */
  function serveUser(looks: { document_id: string }[][], wait: () => Promise<void>) {
    const pipeline = {
      regenerateMetadata: () => Promise.reject(new PipelineError("not_allowed_now")),
      joinMetadata: async () => ({ after: 0 }),
      async lookAtDescribing(asked: { document_id: string; after: number }[]) {
        looks.push(asked);
        return asked.map(({ document_id }) => ({
          document_id,
          status: "generating_metadata",
          error: null,
          events: [],
        }));
      },
    } as unknown as Pipeline;
    return createMetadataHandler({
      log: createLog("error", () => {}),
      waitUntil: (work) => void work.catch(() => {}),
      callers: {
        identify: async (request) => ({ userId: request.headers.get("Authorization")!, token: "t" }),
        known: () => undefined,
        turnAway: () => {},
        mustOwn: async () => {},
      },
      pipeline,
      describe: () => Promise.reject(new Error("nothing is described here")),
      waiting: () => wait().then(() => new Promise((resolve) => setImmediate(resolve))),
    });
  }
  const ids = (count: number) => Array.from({ length: count }, () => crypto.randomUUID());

  it("are looked after by one query at a time, however many there are", async () => {
    const looks: { document_id: string }[][] = [];
    const { opened, open } = gate();
    const handler = serveUser(looks, () => opened);
    const documents = ids(5);
    const answers = await Promise.all(
      documents.flatMap((id) => ["one", "two", "three"].map((user) => ask(handler, id, user))),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(15).fill(200));
    const before = looks.length;
    open();
    await waitUntil(() => looks.length > before);
    expect(looks[before]!.map(({ document_id }) => document_id).sort()).toEqual([...documents].sort());
    await Promise.all(answers.map((answer) => answer.body!.cancel()));
  });

  it("are 8 of a user and 4 of a document at most; the next is refused, until one is closed", async () => {
    const { opened, open } = gate();
    const handler = serveUser([], () => opened);
    const mine = await Promise.all(ids(8).map((id) => ask(handler, id, "me")));
    const refused = await ask(handler, ids(1)[0]!, "me");
    expect(refused.status).toBe(429);
    expect(refused.headers.get("Retry-After")).toBe("5");
    expect(await refused.json()).toMatchObject({ code: "too_many_requests" });

    const [shared] = ids(1);
    const others = await Promise.all(["a", "b", "c", "d"].map((user) => ask(handler, shared!, user)));
    expect(others.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await ask(handler, shared!, "e")).status).toBe(429);

    await mine[0]!.body!.cancel();
    const again = await ask(handler, ids(1)[0]!, "me");
    expect(again.status).toBe(200);
    open();
    await Promise.all([...mine.slice(1), ...others, again].map((answer) => answer.body!.cancel()));
  });

  it("hold no place when the request is refused after all", async () => {
    const handler = createMetadataHandler({
      log: createLog("error", () => {}),
      waitUntil: () => {},
      callers: {
        identify: async () => ({ userId: "me", token: "t" }),
        known: () => undefined,
        turnAway: () => {},
        mustOwn: async () => {},
      },
      pipeline: {
        regenerateMetadata: () => Promise.reject(new PipelineError("not_allowed_now")),
        joinMetadata: async () => null,
      } as unknown as Pipeline,
      describe: steps,
    });
    for (const id of ids(10)) expect((await ask(handler, id, "me")).status).toBe(409);
  });

  it("are not joined by who gives an instruction, which the run in flight does not know of", async () => {
    let joined = 0;
    const given: unknown[] = [];
    const handler = createMetadataHandler({
      log: createLog("error", () => {}),
      waitUntil: () => {},
      callers: {
        identify: async () => ({ userId: "me", token: "t" }),
        known: () => undefined,
        turnAway: () => {},
        mustOwn: async () => {},
      },
      pipeline: {
        regenerateMetadata: (_: string, instruction?: string) => {
          given.push(instruction);
          return Promise.reject(new PipelineError("not_allowed_now"));
        },
        joinMetadata: async () => {
          joined += 1;
          return { after: 0 };
        },
      } as unknown as Pipeline,
      describe: steps,
    });
    const [id] = ids(1);
    const asking = (instruction: unknown) =>
      handler(
        new Request("http://functions.test/metadata", {
          method: "POST",
          headers: { Authorization: "me" },
          body: JSON.stringify({ document_id: id, instruction }),
        }),
      );
    expect((await asking("  The dates are American. ")).status).toBe(409);
    expect({ joined, given }).toEqual({ joined: 0, given: ["The dates are American."] });
    for (const wrong of ["", " ", "x".repeat(1_001), 7]) {
      const refused = await asking(wrong);
      expect(refused.status).toBe(400);
      expect(await refused.text()).toContain("instruction");
    }
  });
});
