import { z } from "zod";
import { Claim, Next } from "./answers.ts";
import type { Database } from "./database.types.ts";

/** A message, and all that sending it takes (public.begin_delivery). */
const Delivery = z.object({
  id: z.int(),
  message_id: z.string(),
  url: z.string(),
  /** The body as it is signed and sent. */
  body: z.string(),
  /** The newest first; two after a rotation. */
  secrets: z.array(z.string()),
  /** Whether it may go to this machine. */
  loopback: z.boolean(),
});
export type Delivery = z.output<typeof Delivery>;

/** A message to send, or the next job when there is none. */
const BegunDelivery = z.object({ delivery: Delivery.optional(), next: Claim.nullable().optional() });

/** How an attempt went: the receiver's answer, if one came, and why it is no success. */
export type DeliveryResult = {
  status: number | null;
  body: string | null;
  ms: number;
  error: { code: string; message: string; final: boolean; retry_after_ms: number | null } | null;
};

type Functions = Database["public"]["Functions"];
type Call = <Name extends keyof Functions, Shape extends z.ZodType>(
  name: Name,
  args: Functions[Name]["Args"],
  shape: Shape,
) => Promise<z.output<Shape>>;

/** The SQL functions of the stage that sends messages to webhooks. */
export function createWebhookCalls(
  call: Call,
  untilAnswered: Call,
  held: (claim: Claim) => { job_id: string; lease: string },
) {
  return {
    beginDelivery: (claim: Claim, takeNext: boolean) =>
      call("begin_delivery", { ...held(claim), take_next: takeNext }, BegunDelivery),
    endDelivery: (claim: Claim, deliveryId: number, result: DeliveryResult, takeNext: boolean) =>
      untilAnswered("end_delivery", { ...held(claim), delivery_id: deliveryId, result, take_next: takeNext }, Next),
  };
}
