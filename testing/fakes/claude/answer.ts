import type { ServerResponse } from "node:http";
import type { FakeAnswer, FakeBlock, FakeUsage } from "../claude.ts";

export type Answer = FakeAnswer;

type Context = { number: number; model: string; stream: boolean };

const TYPE_OF_STATUS: Record<number, string> = {
  400: "invalid_request_error",
  401: "authentication_error",
  402: "billing_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
  500: "api_error",
  504: "timeout_error",
  529: "overloaded_error",
};

/** Writes an answer as the Messages API would: an event stream where one was asked for, JSON otherwise. */
export function send(response: ServerResponse, answer: Answer, context: Context): void {
  const requestId = `req_fake_${context.number}`;
  const headers: Record<string, string> = { "request-id": requestId };

  if (answer.kind === "error") {
    if (answer.retryAfter !== undefined) headers["retry-after"] = answer.retryAfter;
    const type = answer.type ?? TYPE_OF_STATUS[answer.status] ?? "api_error";
    response.writeHead(answer.status, { ...headers, "content-type": "application/json" });
    response.end(
      JSON.stringify({ type: "error", error: { type, message: answer.message ?? type }, request_id: requestId }),
    );
    return;
  }
  if (answer.kind === "hang" && !answer.after) return;

  const message = messageOf(answer, context);
  if (!context.stream) {
    if (answer.kind === "garbage") return void response.writeHead(200, headers).end("\u0000\u0007 no JSON");
    if (answer.kind === "cut") return void response.writeHead(200, headers).write('{"id":', () => response.destroy());
    response.writeHead(200, { ...headers, "content-type": "application/json" });
    response.end(JSON.stringify(message));
    return;
  }

  response.writeHead(200, {
    ...headers,
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache",
  });
  const emit = (event: { type: string }, done?: () => void) =>
    response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`, done);

  if (answer.kind === "garbage" && !answer.in) return void response.end("\u0000\u0007\ufffd no events at all\n\n");
  emit(start(message));
  switch (answer.kind) {
    case "hang":
      return;
    case "garbage":
      return void response.end('event: content_block_start\ndata: {"type":"content_block_start", SECRET\n\n');
    case "error_event":
      emit({ type: "error", ...{ error: { type: answer.type, message: answer.type } } });
      return void response.end();
    case "cut":
    case "unfinished":
      for (const event of block(0, { type: "text", text: "This answer will not " }).slice(0, -1)) emit(event);
      if (answer.kind === "unfinished") return void response.end();
      // Only once the events are on their way, or the caller would see no stream at all.
      return void emit({ type: "ping" }, () => response.destroy());
    default:
      message.content.forEach((content, index) => block(index, content).forEach((event) => emit(event)));
      emit(delta(message));
      emit({ type: "message_stop" });
      response.end();
  }
}

type Message = {
  content: FakeBlock[];
  stop_reason: string;
  stop_details: unknown;
  usage: FakeUsage;
  [key: string]: unknown;
};

function messageOf(answer: Answer, { number, model }: Context): Message {
  const content = (answer.kind === "ok" ? answer.content : []).map((content, index) =>
    content.type === "tool_use"
      ? { ...content, id: content.id ?? `toolu_fake_${number}_${index}`, caller: { type: "direct" } }
      : content,
  );
  const usesTools = content.some((content) => content.type === "tool_use");
  const refused = answer.kind === "refusal";
  return {
    id: `msg_fake_${number}`,
    type: "message",
    role: "assistant",
    model,
    container: null,
    diagnostics: null,
    content,
    stop_reason: refused
      ? "refusal"
      : (answer.kind === "ok" && answer.stop_reason) || (usesTools ? "tool_use" : "end_turn"),
    stop_sequence: null,
    stop_details: refused ? { type: "refusal", category: null, explanation: null } : null,
    usage: (answer.kind === "ok" && answer.usage) || { input_tokens: 100, output_tokens: 20 },
  };
}

function start(message: Message) {
  return {
    type: "message_start",
    message: {
      ...message,
      content: [],
      stop_reason: null,
      stop_details: null,
      usage: { ...message.usage, output_tokens: 1 },
    },
  };
}

/** The events of one block; the text and the tool's input come in pieces that respect no word or key. */
function block(index: number, content: FakeBlock) {
  const empty = content.type === "text" ? { type: "text", text: "" } : { ...content, input: {} };
  const whole = content.type === "text" ? content.text : JSON.stringify(content.input);
  const pieces = whole.match(/[\s\S]{1,40}/gu) ?? [];
  const deltas =
    content.type === "text"
      ? pieces.map((text) => ({ type: "text_delta", text }))
      : ["", ...pieces].map((partial_json) => ({ type: "input_json_delta", partial_json }));
  return [
    { type: "content_block_start", index, content_block: empty },
    ...(index === 0 ? [{ type: "ping" }] : []),
    ...deltas.map((delta) => ({ type: "content_block_delta", index, delta })),
    { type: "content_block_stop", index },
  ];
}

function delta({ stop_reason, stop_sequence, stop_details, usage }: Message) {
  return { type: "message_delta", delta: { stop_reason, stop_sequence, stop_details }, usage };
}
