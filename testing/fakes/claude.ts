/**
 * A local server that speaks Anthropic's Messages API (`POST /v1/messages`), streaming and not, to be scripted by tests
 * and reached through `ANTHROPIC_BASE_URL`. Without a script it behaves like a well-mannered model.
 *
 * It follows the public documentation as of November 2026:
 * - https://platform.claude.com/docs/en/api/versioning                          2026-10-21 (the SDK's) and 2023-06-01
 * - https://platform.claude.com/docs/en/api/messages                            the request and the answer
 * - https://platform.claude.com/docs/en/build-with-claude/streaming             the events and their order
 * - https://platform.claude.com/docs/en/api/errors                              statuses, types, the error body
 * - https://platform.claude.com/docs/en/agents-and-tools/tool-use/overview      tool calls and their results
 * - https://platform.claude.com/docs/en/build-with-claude/structured-outputs    what a strict tool's schema may hold
 */
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { modelStep } from "./claude/model.ts";
import { requestFault } from "./claude/request-check.ts";
import { type Answer, send } from "./claude/answer.ts";

export type FakeBlock =
  | { type: "text"; text: string }
  | { type: "tool_use"; name: string; input: unknown; id?: string };

export type FakeUsage = {
  input_tokens: number;
  output_tokens: number;
  cache_creation_input_tokens?: number;
  cache_read_input_tokens?: number;
};

/** What the server does with one request. */
export type FakeAnswer =
  | { kind: "ok"; content: FakeBlock[]; stop_reason?: string; usage?: FakeUsage }
  | { kind: "refusal" }
  /** An HTTP error with the API's body; the type follows from the status unless given. */
  | { kind: "error"; status: number; type?: string; message?: string; retryAfter?: string }
  /** A stream that begins, then carries an `error` event. */
  | { kind: "error_event"; type: string }
  /** Never answers, or begins a stream and then says nothing more. */
  | { kind: "hang"; after?: "start" }
  /** The socket is destroyed in the middle of the stream. */
  | { kind: "cut" }
  /** The stream ends in good order, but before `message_stop`. */
  | { kind: "unfinished" }
  /** Bytes that are no event stream at all, or an event whose data is no JSON. */
  | { kind: "garbage"; in?: "event" };

export type FakeStep = FakeAnswer | ((request: FakeRequest) => FakeAnswer | Promise<FakeAnswer>);

export type FakeRequest = {
  headers: IncomingHttpHeaders;
  body: any;
  /** The status that was answered; 0 while there is none. */
  status: number;
  /** Whether the caller went away before the answer was complete. */
  abandoned: boolean;
};

export type FakeClaude = {
  /** To be used as `ANTHROPIC_BASE_URL`. */
  url: string;
  /** Every request so far, also those that were refused. */
  requests: FakeRequest[];
  /** Adds steps, one for each coming request; when they are used up, the default model answers. */
  script(...steps: FakeStep[]): void;
  /** Drops the steps that no request came for. */
  clear(): void;
  close(): Promise<void>;
};

/** Starts a fake on a free port of 127.0.0.1. */
export async function startFakeClaude(): Promise<FakeClaude> {
  const requests: FakeRequest[] = [];
  const steps: FakeStep[] = [];

  const server = createServer(async (incoming, response) => {
    const request: FakeRequest = { headers: incoming.headers, body: undefined, status: 0, abandoned: false };
    requests.push(request);
    response.on("close", () => (request.abandoned = !response.writableFinished));
    let raw = "";
    try {
      for await (const chunk of incoming.setEncoding("utf8")) raw += chunk;
    } catch {
      return;
    }
    try {
      request.body = JSON.parse(raw);
    } catch {
      request.body = undefined;
    }
    const path = (incoming.url ?? "").split("?")[0];
    const fault = requestFault(incoming.method ?? "", path ?? "", incoming.headers, request.body);
    // A request that the real one would refuse uses up no step: a script is about answers, and a test must see the fault.
    const step = fault ?? steps.shift() ?? modelStep(request.body);
    const answer: Answer = typeof step === "function" ? await step(request) : step;
    request.status = answer.kind === "error" ? answer.status : answer.kind === "hang" && !answer.after ? 0 : 200;
    send(response, answer, {
      number: requests.length,
      model: request.body?.model,
      stream: request.body?.stream === true,
    });
  });

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    script: (...more) => void steps.push(...more),
    clear: () => void (steps.length = 0),
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

export const text = (words: string): FakeBlock => ({ type: "text", text: words });
export const toolUse = (name: string, input: unknown): FakeBlock => ({ type: "tool_use", name, input });
export const ok = (...content: FakeBlock[]): FakeAnswer => ({ kind: "ok", content });
