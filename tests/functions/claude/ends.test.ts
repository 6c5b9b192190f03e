import { describe, expect, it } from "vitest";
import { type FakeAnswer, type FakeClaude, ok, text, toolUse } from "../../../testing/fakes/claude.ts";
import { good, type Options, runAgent, withFakeClaude } from "./agent.ts";
import { waitFor } from "../../../testing/waiting.ts";

let fake: FakeClaude;
withFakeClaude((started) => (fake = started));
const run = (options?: Options) => runAgent(fake, options);

describe("a save that is not acceptable", () => {
  const bad = { ...good, tags: ["Not A Tag"], document_date: "2026-02-31" };

  it("is explained and can be mended", async () => {
    fake.script(
      ok(toolUse("save_metadata", bad)),
      ok(toolUse("save_metadata", { ...bad, tags: ["invoice"] })),
      ok(toolUse("save_metadata", good)),
    );
    expect((await run().result).metadata.tags).toEqual(["invoice", "acme"]);
    const answers = fake.requests.slice(1).map((request) => request.body.messages.at(-1).content[0]);
    expect(answers[0]).toMatchObject({
      is_error: true,
      content: expect.stringMatching(/document_date: is no calendar day.*tags\.0: .*hyphens/),
    });
    expect(answers[1].content).not.toContain("tags");
  });

  it("three times over ends with model_gave_nothing", async () => {
    fake.script(
      ok(toolUse("save_metadata", bad)),
      ok(toolUse("save_metadata", bad)),
      ok(toolUse("save_metadata", bad)),
    );
    await expect(run().result).rejects.toMatchObject({ code: "model_gave_nothing", retryable: true });
    expect(fake.requests).toHaveLength(3);
  });

  it("because it was cut off at the token limit is not saved, however whole it looks", async () => {
    fake.script(
      { kind: "ok", content: [toolUse("save_metadata", { ...good, summary: "Cut o" })], stop_reason: "max_tokens" },
      ok(toolUse("save_metadata", good)),
    );
    expect((await run().result).metadata.summary).toBe(good.summary);
  });
});

describe("an agent that comes to no end", () => {
  it("is stopped at the turn limit, and told before its last turn", async () => {
    const read = ok(toolUse("read_ocr", { from_page: 1, to_page: 1 }));
    fake.script(...Array.from({ length: 10 }, () => read));
    await expect(run().result).rejects.toMatchObject({ code: "model_gave_nothing" });
    expect(fake.requests).toHaveLength(10);
    const told = fake.requests.map((request) =>
      JSON.stringify(request.body.messages).includes("This is your last turn"),
    );
    expect(told).toEqual([...Array(9).fill(false), true]);
  });

  it("is told that its turn is the last one when its tokens are nearly spent, and stopped after it", async () => {
    const read: FakeAnswer = {
      kind: "ok",
      content: [toolUse("read_ocr", { from_page: 1, to_page: 1 })],
      usage: { input_tokens: 400, output_tokens: 0, cache_read_input_tokens: 500 },
    };
    fake.script(read, read, read);
    await expect(run({ maxRunTokens: 1200 }).result).rejects.toMatchObject({ code: "model_gave_nothing" });
    expect(fake.requests).toHaveLength(2);
    expect(JSON.stringify(fake.requests[1]!.body.messages)).toContain("This is your last turn");
  });

  it("is stopped when the time of the run is over, though each answer is in time", async () => {
    fake.script(ok(toolUse("read_ocr", { from_page: 1, to_page: 1 })), { kind: "hang", after: "start" });
    await expect(run({ maxRunMs: 500 }).result).rejects.toMatchObject({ code: "model_unavailable", retryable: true });
  });

  it("ends with model_gave_nothing when it only talks", async () => {
    fake.script(ok(text("This is an invoice.")));
    await expect(run().result).rejects.toMatchObject({ code: "model_gave_nothing" });
  });

  it.each([
    ["refuses", { kind: "refusal" } as const, "model_refused"],
    ["is cut off in a later turn", { kind: "cut" } as const, "model_unavailable"],
    ["is overloaded in a later turn", { kind: "error", status: 529 } as const, "model_overloaded"],
  ])("fails with the fault's code when it %s", async (_name, answer, code) => {
    fake.script(ok(toolUse("read_ocr", { from_page: 1, to_page: 1 })), answer);
    await expect(run().result).rejects.toMatchObject({ code });
  });

  it("stops when the caller aborts", async () => {
    fake.script(ok(toolUse("read_ocr", { from_page: 1, to_page: 1 })), { kind: "hang", after: "start" });
    const abort = new AbortController();
    const { result } = run({ signal: abort.signal });
    await waitFor(() => expect(fake.requests).toHaveLength(2));
    abort.abort(new Error("the lease is lost"));
    await expect(result).rejects.toThrow("the lease is lost");
    await waitFor(() => expect(fake.requests[1]!.abandoned).toBe(true));
  });
});
