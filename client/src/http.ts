import { DocketError, errorOf } from "./error.ts";
import { telling } from "./telling.ts";

export type Call = {
  method?: string;
  query?: Record<string, unknown>;
  json?: object;
  body?: BodyInit;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
  /** Told of the bytes of the body that are sent; see `telling`. */
  onSent?: ((bytes: number) => void) | undefined;
  /** Try again while the other side is away or asks to wait; for calls that may be repeated without harm. */
  repeats?: boolean;
};
/** What a call identifies itself with. Asked again with a token that was refused, for another one; null or the same one: there is none. */
export type TokenSource = (refused?: string) => string | null | Promise<string | null>;
export type Http = {
  /** An answer that is a success. @throws DocketError */
  send(path: string, call?: Call): Promise<Response>;
  /** The answer's JSON. @throws DocketError */
  json<Answer>(path: string, call?: Call): Promise<Answer>;
};

/** Waits between tries, in milliseconds. */
const AGAIN_MS = [300, 1_000, 3_000];
/** A longer wait than this is the caller's to decide on. */
const LONGEST_WAIT_MS = 30_000;

export function createHttp(
  base: string,
  token: TokenSource,
  fetching: typeof fetch,
  key: string | undefined,
  repeats = true,
): Http {
  async function once(path: string, call: Call): Promise<Response> {
    const first = await token();
    if (!first) throw new DocketError("unauthorized", 401, "Sign in, or give an API token.");
    let response = await as(first, path, call);
    if (response.status === 401) {
      const other = await token(first);
      if (other && other !== first) response = await as(other, path, call);
    }
    if (!response.ok) throw await errorOf(response);
    return response;
  }

  function as(bearer: string, path: string, call: Call): Promise<Response> {
    // A header takes nothing else, and fetch would say it in the same way as that nobody answers.
    if (!/^[\x21-\x7e]+$/.test(bearer.trim()))
      throw new DocketError("unauthorized", 401, "This is no token: it has characters that none has. Copy it again.");
    const transport = call.onSent ? telling(fetching, call.onSent) : fetching;
    return transport(base + path + queryOf(call.query), {
      method: call.method ?? (call.json || call.body ? "POST" : "GET"),
      headers: {
        Authorization: `Bearer ${bearer}`,
        ...(key && { apikey: key }),
        ...(call.json && { "Content-Type": "application/json" }),
        ...call.headers,
      },
      ...(call.json ? { body: JSON.stringify(call.json) } : call.body ? { body: call.body } : {}),
      ...(call.signal && { signal: call.signal }),
    }).catch((cause: unknown) => {
      if (call.signal?.aborted) throw cause;
      throw new DocketError("unreachable", 0, `${base} does not answer.`, { cause });
    });
  }

  async function send(path: string, call: Call = {}): Promise<Response> {
    for (let tries = 0; ; tries += 1) {
      try {
        return await once(path, call);
      } catch (error) {
        const pause = AGAIN_MS[tries];
        if (!(error instanceof DocketError && error.passes && repeats && call.repeats) || pause === undefined)
          throw error;
        const wait = Math.max(pause, error.retryAfterMs ?? 0);
        if (wait > LONGEST_WAIT_MS) throw error;
        await sleep(wait, call.signal);
      }
    }
  }

  return { send, json: async (path, call) => (await send(path, call)).json() };
}

/** A path with ids in it, each of which stays one part of the path whatever it has in it. */
export const place = (parts: TemplateStringsArray, ...ids: (string | number)[]): string =>
  String.raw({ raw: parts }, ...ids.map(encodeURIComponent));

function queryOf(query: Record<string, unknown> = {}): string {
  const found = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== undefined && one !== null) found.append(name, String(one));
  return found.size > 0 ? `?${found}` : "";
}

/** Resolves after so many milliseconds; rejects when the signal is aborted. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const ended = () => {
      clearTimeout(timer);
      reject(signal!.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", ended);
      resolve();
    }, ms);
    signal?.addEventListener("abort", ended, { once: true });
  });
}
