import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createClaude, DEFAULT_CLAUDE_MODEL, toPipelineError } from "../../../supabase/functions/_shared/claude.ts";
import { PipelineError } from "../../../supabase/functions/_shared/errors.ts";
import { type FakeAnswer, type FakeClaude, ok, startFakeClaude, text } from "../../../testing/fakes/claude.ts";
import { waitFor } from "../../../testing/waiting.ts";

let fake: FakeClaude;
beforeEach(async () => {
  fake = await startFakeClaude();
});
afterEach(() => fake.close());

const request = {
  model: DEFAULT_CLAUDE_MODEL,
  max_tokens: 100,
  messages: [{ role: "user" as const, content: "Hello" }],
};

function ask(timeoutMs?: number) {
  return createClaude({ apiKey: "sk-fake", baseUrl: fake.url, timeoutMs })(request);
}

async function failure(attempt: Promise<unknown>): Promise<PipelineError> {
  const thrown = await attempt.then(
    () => expect.unreachable("it did not fail"),
    (thrown: unknown) => thrown,
  );
  expect(thrown).toBeInstanceOf(PipelineError);
  return thrown as PipelineError;
}

describe("each fault has its code", () => {
  const faults: [string, FakeAnswer, string][] = [
    ["400", { kind: "error", status: 400 }, "model_rejected"],
    ["401", { kind: "error", status: 401 }, "model_rejected"],
    ["402, a bill that is open", { kind: "error", status: 402 }, "model_rejected"],
    ["403", { kind: "error", status: 403 }, "model_rejected"],
    ["404, a model that does not exist", { kind: "error", status: 404 }, "model_rejected"],
    ["408", { kind: "error", status: 408 }, "model_unavailable"],
    ["413", { kind: "error", status: 413 }, "file_too_large"],
    ["429", { kind: "error", status: 429 }, "model_rate_limited"],
    ["500", { kind: "error", status: 500 }, "model_unavailable"],
    ["503", { kind: "error", status: 503 }, "model_unavailable"],
    ["529", { kind: "error", status: 529 }, "model_overloaded"],
    ["an overload inside the stream", { kind: "error_event", type: "overloaded_error" }, "model_overloaded"],
    ["a rate limit inside the stream", { kind: "error_event", type: "rate_limit_error" }, "model_rate_limited"],
    ["an unnamed error inside the stream", { kind: "error_event", type: "api_error" }, "model_unavailable"],
    ["a refusal", { kind: "refusal" }, "model_refused"],
    ["a stream cut off", { kind: "cut" }, "model_unavailable"],
    ["a stream that ends before its end", { kind: "unfinished" }, "model_unavailable"],
    ["bytes that are no stream", { kind: "garbage" }, "model_unavailable"],
    ["an event that is no JSON", { kind: "garbage", in: "event" }, "model_unavailable"],
  ];

  it.each(faults)("%s", async (_name, answer, code) => {
    fake.script(answer);
    expect(await failure(ask())).toMatchObject({ code });
    expect(fake.requests, "the job queue tries again, not the client").toHaveLength(1);
  });

  it("a server that is not there", async () => {
    const free = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => free.once("listening", resolve));
    const { port } = free.address() as AddressInfo;
    await new Promise((resolve) => free.close(resolve));
    const claude = createClaude({ apiKey: "sk-fake", baseUrl: `http://127.0.0.1:${port}` });
    expect(await failure(claude(request))).toMatchObject({ code: "model_unavailable", retryable: true });
  });

  it.each([
    ["before the stream", { kind: "hang" }],
    ["within the stream", { kind: "hang", after: "start" }],
  ] as [string, FakeAnswer][])("a silence %s that outlasts the time limit", async (_name, answer) => {
    fake.script(answer);
    const error = await failure(ask(150));
    expect(error.code).toBe("model_unavailable");
    await waitFor(() => expect(fake.requests[0]!.abandoned).toBe(true));
  });

  it("an empty key", async () => {
    expect(await failure(createClaude({ apiKey: "", baseUrl: fake.url })(request))).toMatchObject({
      code: "model_rejected",
    });
  });
});

describe("Retry-After", () => {
  it("is passed on in milliseconds when given in seconds", async () => {
    fake.script({ kind: "error", status: 429, retryAfter: "7" });
    expect((await failure(ask())).retryAfterMs).toBe(7000);
  });

  it("is passed on when given as a date", async () => {
    fake.script({ kind: "error", status: 529, retryAfter: new Date(Date.now() + 60_000).toUTCString() });
    const { retryAfterMs } = await failure(ask());
    expect(retryAfterMs).toBeGreaterThan(50_000);
    expect(retryAfterMs).toBeLessThanOrEqual(60_000);
  });

  it("is left out when it is missing or senseless", async () => {
    fake.script({ kind: "error", status: 429 }, { kind: "error", status: 429, retryAfter: "soon" });
    expect((await failure(ask())).retryAfterMs).toBeUndefined();
    expect((await failure(ask())).retryAfterMs).toBeUndefined();
  });
});

describe("what an error says", () => {
  it("names status, type and request for the log, and keeps the advice for people", async () => {
    fake.script({ kind: "error", status: 401, message: "invalid x-api-key" });
    const error = await failure(ask());
    expect((error.cause as Error).message).toBe("401 authentication_error: invalid x-api-key (request req_fake_1)");
    expect(error.message).toContain("ANTHROPIC_API_KEY");
  });

  it("quotes nothing of an answer that cannot be parsed", async () => {
    const printed = vi.spyOn(console, "error");
    fake.script({ kind: "garbage", in: "event" });
    const error = await failure(ask());
    expect(`${error.message} ${(error.cause as Error).message}`).not.toContain("SECRET");
    expect(printed).not.toHaveBeenCalled();
    printed.mockRestore();
  });

  it("leaves a PipelineError as it is", () => {
    const error = new PipelineError("model_refused");
    expect(toPipelineError(error)).toBe(error);
  });
});

describe("a caller", () => {
  it("gets its own reason when it aborts, and the connection is closed", async () => {
    fake.script({ kind: "hang", after: "start" });
    const abort = new AbortController();
    const answer = createClaude({ apiKey: "sk-fake", baseUrl: fake.url })(request, { signal: abort.signal });
    await waitFor(() => expect(fake.requests).toHaveLength(1));
    const reason = new PipelineError("lease_lost");
    abort.abort(reason);
    await expect(answer).rejects.toBe(reason);
    await waitFor(() => expect(fake.requests[0]!.abandoned).toBe(true));
  });

  it("that has aborted before sends nothing", async () => {
    await expect(
      createClaude({ apiKey: "sk-fake", baseUrl: fake.url })(request, { signal: AbortSignal.abort("enough") }),
    ).rejects.toBe("enough");
    expect(fake.requests).toHaveLength(0);
  });

  it("whose listener throws gets that error and no other", async () => {
    fake.script(ok(text("Hello there")));
    const broken = new Error("the reader has gone");
    const answer = createClaude({ apiKey: "sk-fake", baseUrl: fake.url })(request, {
      onText: () => {
        throw broken;
      },
    });
    await expect(answer).rejects.toBe(broken);
  });

  it("sees the text as it comes, and the whole message at the end", async () => {
    const words = "A sentence that is long enough to come in more than one piece, with ümläuts and 漢字.";
    fake.script(ok(text(words)));
    const pieces: string[] = [];
    const message = await createClaude({ apiKey: "sk-fake", baseUrl: fake.url })(request, {
      onText: (piece) => pieces.push(piece),
    });
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.join("")).toBe(words);
    expect(message.content).toMatchObject([{ type: "text", text: words }]);
  });
});
