import { Webhook } from "standardwebhooks";
import type { Network } from "../_shared/network.ts";
import type { Delivery, DeliveryResult } from "../_shared/webhook-calls.ts";
import { orAborted } from "./aborted.ts";
import { targetOf } from "./address.ts";
import { type Answer, post } from "./post.ts";
import { Undelivered } from "./undelivered.ts";

/** How long a receiver has, from the look-up of its name to its answer. */
export const SEND_TIMEOUT_MS = 10_000;

/** Sends a message once, and tells how that went. Throws only what `signal` was aborted with. */
export type Send = (delivery: Delivery, signal: AbortSignal) => Promise<DeliveryResult>;

/**
 * Sends messages as Standard Webhooks has it (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md):
 * id, time stamp and a signature for each secret. Only 2xx is a success; a redirect is not followed.
 */
export function createSend(network: Network, timeoutMs = SEND_TIMEOUT_MS, now: () => Date = () => new Date()): Send {
  return async (delivery, signal) => {
    const started = performance.now();
    const timeout = AbortSignal.timeout(timeoutMs);
    let answer: Answer | undefined;
    let error: Undelivered | null = null;
    try {
      const headers = signedHeaders(delivery, now());
      const limited = AbortSignal.any([signal, timeout]);
      const target = await orAborted(targetOf(delivery.url, network, delivery.loopback), limited);
      answer = await post(network, target, headers, delivery.body, limited);
      error = failureOf(answer, now());
    } catch (thrown) {
      signal.throwIfAborted();
      error = timeout.aborted
        ? new Undelivered("timed_out", `No answer came within ${timeoutMs / 1000} seconds.`)
        : thrown instanceof Undelivered
          ? thrown
          : new Undelivered("connection_failed", "The message could not be sent.", { cause: thrown });
    }
    return {
      status: answer?.status ?? null,
      body: answer?.body ?? null,
      ms: Math.round(performance.now() - started),
      error: error && {
        code: error.code,
        message: error.message,
        final: error.final,
        retry_after_ms: error.retryAfterMs ?? null,
      },
    };
  };
}

/**
 * The headers of a message, signed with each of its secrets.
 *
 * @throws Undelivered secret_missing: Vault lost it, as it does when a backup goes to another project
 */
export function signedHeaders({ message_id, body, secrets }: Delivery, at: Date): Record<string, string> {
  if (secrets.length === 0)
    throw new Undelivered("secret_missing", "The secret that signs the messages is gone. Make a new one.");
  return {
    "User-Agent": "Docket-Webhooks/1.0",
    "webhook-id": message_id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    "webhook-signature": secrets.map((secret) => new Webhook(secret).sign(message_id, at, body)).join(" "),
  };
}

function failureOf({ status, headers }: Answer, now: Date): Undelivered | null {
  if (status >= 200 && status < 300) return null;
  if (status === 410) return new Undelivered("gone", "The receiver answered 410: it wants no more messages.");
  if (status >= 300 && status < 400)
    return new Undelivered(
      "redirected",
      `The receiver answered ${status}. Redirects are not followed: give the address where it leads.`,
    );
  return new Undelivered("status_refused", `The receiver answered ${status}.`, {
    retryAfterMs: retryAfterOf(headers.get("retry-after"), now),
  });
}

/** Retry-After in milliseconds: a number of seconds, or a date. */
function retryAfterOf(text: string | null, now: Date): number | undefined {
  if (text === null) return undefined;
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now.getTime();
  return ms > 0 ? Math.min(ms, 24 * 3600 * 1000) : undefined;
}
