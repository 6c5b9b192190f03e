import type { Work } from "../_shared/job-run.ts";
import type { Pipeline } from "../_shared/pipeline.ts";
import { retried, type Wait, wait } from "../_shared/retry.ts";
import type { Send } from "./sending.ts";

/**
 * Sends the next message of a line. A failure of the receiver is a result, which the database answers with a retry later; one of ours is
 * thrown, and the job goes back to the queue.
 */
export function createDelivering({
  pipeline,
  send,
  waiting = wait,
}: {
  pipeline: Pick<Pipeline, "beginDelivery" | "endDelivery">;
  send: Send;
  waiting?: Wait;
}): Work {
  return async ({ claim, log, signal, takeNext }) => {
    const begun = await retried(() => pipeline.beginDelivery(claim, takeNext()), signal, waiting);
    if (!begun.delivery) return begun.next ?? null;
    const result = await send(begun.delivery, signal);
    log.info("webhook.sent", {
      delivery: begun.delivery.id,
      status: result.status,
      code: result.error?.code,
      ms: result.ms,
    });
    const { next } = await pipeline.endDelivery(claim, begun.delivery.id, result, takeNext());
    return next;
  };
}
