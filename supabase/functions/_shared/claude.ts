import Anthropic, { APIError } from "@anthropic-ai/sdk";
import { type ErrorCode, PipelineError } from "./errors.ts";
import type { Counted } from "./model-use.ts";

/**
 * The model that describes and reads unless `CLAUDE_MODEL` names another: the current Haiku, by the model list of
 * @anthropic-ai/sdk 1.13.0. It is the cheapest line, and naming a document does not need more.
 */
export const DEFAULT_CLAUDE_MODEL = "claude-haiku-5-5";

/** Longest time for one answer, in milliseconds: below the 75 s that a hosted function is sure to have. */
const DEFAULT_TIMEOUT_MS = 60_000;

export type ClaudeSettings = {
  apiKey: string;
  /** `ANTHROPIC_BASE_URL`; without it, Anthropic's own address. */
  baseUrl?: string | undefined;
  /** For one whole answer, streaming included. */
  timeoutMs?: number | undefined;
};

export type ClaudeRequest = Omit<Anthropic.MessageCreateParamsStreaming, "stream">;
export type ClaudeMessage = Anthropic.Message;

/**
 * What a call is billed for: what the API told, where it told all; nothing, where the API refused it or was never reached;
 * else it was cut off, and the API may or may not have told what it had read by then.
 */
export type Billed =
  | { kind: "counted"; usage: Counted }
  | { kind: "nothing" }
  | { kind: "cut_off"; usage?: Counted | undefined };

/**
 * One call of the Messages API, streamed; resolves with the whole message. `onText` gets the text as it comes, `onEnd` is told
 * once what the call is billed for, whether it succeeded or not.
 * Throws PipelineError (see `toPipelineError`), or the signal's own reason when the caller aborts.
 */
export type Claude = (
  request: ClaudeRequest,
  watch?: {
    signal?: AbortSignal | undefined;
    onText?: ((delta: string) => void) | undefined;
    onEnd?: ((billed: Billed) => void) | undefined;
  },
) => Promise<ClaudeMessage>;

/**
 * A Claude that answers or fails within `timeoutMs`. It never tries again by itself: the job queue does, with backoff,
 * and knows `Retry-After`.
 */
export function createClaude({ apiKey, baseUrl, timeoutMs = DEFAULT_TIMEOUT_MS }: ClaudeSettings): Claude {
  const client = new Anthropic({
    apiKey,
    baseURL: baseUrl || null,
    maxRetries: 0,
    timeout: timeoutMs,
    // The SDK's log and its traces may hold what a document says: a malformed event is logged with its data.
    logLevel: "off",
    openTelemetry: false,
  });

  return async (request, { signal, onText, onEnd } = {}) => {
    let billed: Billed = { kind: "nothing" };
    // The SDK's timeout ends with the headers; a stream that stalls after them would be waited for forever.
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), timeoutMs);
    let listenerFailure: { thrown: unknown } | undefined;
    try {
      signal?.throwIfAborted();
      billed = { kind: "cut_off" };
      const stream = client.messages.stream(request, {
        signal: signal ? AbortSignal.any([signal, limit.signal]) : limit.signal,
      });
      stream.on("streamEvent", (event) => {
        if (event.type === "message_start") billed = { kind: "cut_off", usage: event.message.usage };
        // The last count of an answer: all of it is told, whatever becomes of the stream.
        if (event.type === "message_delta" && billed.kind === "cut_off" && billed.usage)
          billed = { kind: "counted", usage: { ...billed.usage, output_tokens: event.usage.output_tokens } };
      });
      if (onText) {
        stream.on("text", (delta) => {
          try {
            onText(delta);
          } catch (thrown) {
            listenerFailure ??= { thrown };
            stream.abort();
          }
        });
      }
      const message = await stream.finalMessage();
      billed = { kind: "counted", usage: message.usage };
      if (listenerFailure) throw listenerFailure.thrown;
      if (message.stop_reason === "refusal") throw new PipelineError("model_refused");
      return message;
    } catch (thrown) {
      if (listenerFailure) throw listenerFailure.thrown;
      if (signal?.aborted) throw signal.reason;
      if (limit.signal.aborted) {
        const seconds = Math.round(timeoutMs / 1000);
        throw new PipelineError(
          "model_unavailable",
          `Claude did not end its answer within ${seconds} s. The work is tried again.`,
        );
      }
      billed = billedWhenFailed(billed, thrown);
      throw toPipelineError(thrown);
    } finally {
      clearTimeout(timer);
      onEnd?.(billed);
    }
  };
}

/** What a call is billed for that failed on the other side, by what was known before. */
function billedWhenFailed(billed: Billed, thrown: unknown): Billed {
  if (billed.kind !== "cut_off") return billed;
  // The API ended the answer itself, and has told what it had used.
  if (thrown instanceof APIError && (thrown.status !== undefined || thrown.type !== null))
    return billed.usage ? { kind: "counted", usage: billed.usage } : { kind: "nothing" };
  return !billed.usage && neverConnected(thrown) ? { kind: "nothing" } : billed;
}

/** Whether nothing was sent: no connection came about. Node names it by a code, Deno in words. */
function neverConnected(thrown: unknown): boolean {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    const code = (error as { code?: unknown }).code;
    if (code === "ECONNREFUSED" || code === "ENOTFOUND" || code === "EAI_AGAIN" || code === "UND_ERR_CONNECT_TIMEOUT")
      return true;
    if (/connection refused|dns error|tcp connect error/i.test(error.message)) return true;
  }
  return false;
}

/**
 * Whatever the SDK throws, as the pipeline's error. An error may come as an HTTP status or, once a stream has begun, as
 * an `error` event that has only a type; what has neither is a connection that failed or an answer cut short.
 * Types and statuses: https://platform.claude.com/docs/en/api/errors
 */
export function toPipelineError(thrown: unknown): PipelineError {
  if (thrown instanceof PipelineError) return thrown;
  const retryAfterMs = thrown instanceof APIError ? retryAfter(thrown.headers) : undefined;
  return new PipelineError(codeOf(thrown), undefined, {
    cause: loggable(thrown),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

function codeOf(thrown: unknown): ErrorCode {
  if (!(thrown instanceof APIError)) return "model_unavailable";
  if (thrown.errorCode === "image_dimensions_too_large") return "image_too_large";
  const status: number = thrown.status ?? STATUS_OF_TYPE[thrown.type ?? ""] ?? 0;
  if (status === 429) return "model_rate_limited";
  if (status === 529) return "model_overloaded";
  if (status === 413) return "file_too_large";
  // 408 and 409 are the server's timeouts, 499 a proxy that gave up: all may pass the next time.
  if (status < 400 || status >= 500 || status === 408 || status === 409 || status === 499) return "model_unavailable";
  return "model_rejected";
}

const STATUS_OF_TYPE: Record<string, number> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
};

/** `Retry-After` (seconds or an HTTP date) or the API's `retry-after-ms`, in milliseconds from now. */
function retryAfter(headers: Headers | undefined): number | undefined {
  const ms = Number.parseFloat(headers?.get("retry-after-ms") ?? "");
  if (ms >= 0) return ms;
  const given = headers?.get("retry-after");
  if (!given) return undefined;
  const seconds = Number(given);
  const wait = Number.isNaN(seconds) ? Date.parse(given) - Date.now() : seconds * 1000;
  return Number.isNaN(wait) ? undefined : Math.max(0, Math.round(wait));
}

/** What the log may have of an error. A JSON error quotes what it could not parse, so it is named and not quoted. */
function loggable(thrown: unknown): Error {
  if (thrown instanceof APIError && (thrown.status !== undefined || thrown.type !== null)) {
    const request = thrown.requestID ? ` (request ${thrown.requestID})` : "";
    return new Error(
      `${thrown.status ?? "stream"} ${thrown.type ?? "error"}: ${thrown.apiMessage ?? "no message"}${request}`,
    );
  }
  if (!(thrown instanceof Error)) return new Error("a thrown value that is no error");
  const cause = thrown.cause;
  if (cause instanceof SyntaxError || thrown instanceof SyntaxError) return new Error("the event stream is malformed");
  return new Error(cause instanceof Error ? `${thrown.message} (${cause.message})` : thrown.message);
}
