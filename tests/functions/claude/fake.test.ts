import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FakeClaude, ok, startFakeClaude, text, toolUse } from "../../../testing/fakes/claude.ts";

let fake: FakeClaude;
beforeEach(async () => {
  fake = await startFakeClaude();
});
afterEach(() => fake.close());

const headers = { "x-api-key": "sk-fake", "anthropic-version": "2026-10-21", "content-type": "application/json" };
const hello = { model: "m", max_tokens: 10, messages: [{ role: "user", content: "Hello" }] as unknown[] };

const post = (body: unknown, more: Record<string, string> = headers, path = "/v1/messages") =>
  fetch(`${fake.url}${path}`, { method: "POST", headers: more, body: JSON.stringify(body) });

describe("the fake answers", () => {
  it("a message as JSON when no stream is asked for", async () => {
    fake.script(ok(text("Hi"), toolUse("look", { at: 1 })));
    const response = await post(hello);
    expect(response.headers.get("request-id")).toBe("req_fake_1");
    expect(await response.json()).toMatchObject({
      type: "message",
      role: "assistant",
      model: "m",
      stop_reason: "tool_use",
      content: [
        { type: "text", text: "Hi" },
        { type: "tool_use", name: "look", input: { at: 1 } },
      ],
      usage: { input_tokens: 100, output_tokens: 20 },
    });
  });

  it("a stream with the documented events in the documented order", async () => {
    fake.script(ok(text("Hi"), toolUse("look", { at: 1 })));
    const response = await post({ ...hello, stream: true });
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    const events = (await response.text())
      .trim()
      .split("\n\n")
      .map((event) => event.split("\n")[0]);
    expect(events).toEqual(
      [
        "message_start",
        "content_block_start",
        "ping",
        "content_block_delta",
        "content_block_stop",
        "content_block_start",
        "content_block_delta",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop",
      ].map((name) => `event: ${name}`),
    );
  });

  it("an error with the API's body and Retry-After", async () => {
    fake.script({ kind: "error", status: 429, retryAfter: "5" });
    const response = await post(hello);
    expect(response.status).toBe(429);
    expect(response.headers.get("retry-after")).toBe("5");
    expect(await response.json()).toEqual({
      type: "error",
      error: { type: "rate_limit_error", message: "rate_limit_error" },
      request_id: "req_fake_1",
    });
  });
});

describe("the fake refuses, as the API does,", () => {
  const call = (id: string) => ({ role: "assistant", content: [{ type: "tool_use", id, name: "look", input: {} }] });
  const result = (id: string) => ({ type: "tool_result", tool_use_id: id, content: "seen" });
  const user = (...content: unknown[]) => ({ role: "user", content });
  const open = { role: "user", content: "Look" };
  const strict = (input_schema: unknown) => ({ ...hello, tools: [{ name: "look", strict: true, input_schema }] });

  it.each([
    ["no key", hello, { "anthropic-version": "2026-10-21" }, 401, "header is required"],
    ["no version", hello, { "x-api-key": "k" }, 400, "anthropic-version"],
    ["an unknown version", hello, { ...headers, "anthropic-version": "1999-01-01" }, 400, "not a valid version"],
    ["no model", { ...hello, model: "" }, headers, 400, "model"],
    ["no max_tokens", { ...hello, max_tokens: undefined }, headers, 400, "max_tokens"],
    ["a removed parameter", { ...hello, temperature: 0 }, headers, 400, "temperature"],
    ["an empty text", { ...hello, messages: [user({ type: "text", text: " " })] }, headers, 400, "non-empty"],
    [
      "an unanswered tool_use",
      { ...hello, messages: [open, call("a"), user({ type: "text", text: "Well?" })] },
      headers,
      400,
      "without `tool_result`",
    ],
    ["a tool_use as the last word", { ...hello, messages: [open, call("a")] }, headers, 400, "without `tool_result`"],
    [
      "a result that nobody asked for",
      { ...hello, messages: [open, call("a"), user(result("a"), result("b"))] },
      headers,
      400,
      "unexpected `tool_use_id`",
    ],
    [
      "a result after a text",
      { ...hello, messages: [open, call("a"), user({ type: "text", text: "Here" }, result("a"))] },
      headers,
      400,
      "must come first",
    ],
    [
      "a strict tool with an open object",
      strict({ type: "object", properties: {} }),
      headers,
      400,
      "additionalProperties",
    ],
    [
      "a strict tool with a length",
      strict({ type: "object", additionalProperties: false, properties: { a: { type: "string", maxLength: 3 } } }),
      headers,
      400,
      "maxLength",
    ],
  ])("%s", async (_name, body, more, status, message) => {
    const response = await post(body, more as Record<string, string>);
    expect(response.status).toBe(status);
    expect((await response.json()).error.message).toContain(message);
  });

  it("another path", async () => expect((await post(hello, headers, "/v1/complete")).status).toBe(404));

  it("and uses up no step for it", async () => {
    fake.script(ok(text("the step")));
    await post({ ...hello, model: "" });
    expect((await (await post(hello)).json()).content[0].text).toBe("the step");
  });
});
