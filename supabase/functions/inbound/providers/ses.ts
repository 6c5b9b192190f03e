import { z } from "zod";
import { PipelineError } from "../../_shared/errors.ts";
import { json } from "../../_shared/http.ts";
import type { Delivery, Provider, Receive } from "../delivery.ts";
import { bytesOfBase64 } from "../base64.ts";
import { jsonOf } from "../json-body.ts";
import { readHead, signerOf } from "../mail-head.ts";
import { createS3, notNow, type S3Settings } from "./s3.ts";
import { createSns } from "./sns.ts";

/** What SES publishes of a mail: https://docs.aws.amazon.com/ses/latest/dg/receiving-email-notifications-contents.html */
const Verdict = z.object({ status: z.string() }).optional();
const Received = z.object({
  notificationType: z.string(),
  content: z.string().optional(),
  mail: z.object({
    source: z.string().default(""),
    destination: z.array(z.string()).default([]),
    headers: z.array(z.object({ name: z.string(), value: z.string() })).default([]),
  }),
  receipt: z.object({
    recipients: z.array(z.string()).optional(),
    spfVerdict: Verdict,
    dkimVerdict: Verdict,
    dmarcVerdict: Verdict,
    action: z
      .object({
        type: z.string().optional(),
        encoding: z.string().optional(),
        bucketName: z.string().optional(),
        objectKey: z.string().optional(),
      })
      .default({}),
  }),
});

/** A message of SNS has 256 KB at most; SES bounces mails of more than 150 KB: https://docs.aws.amazon.com/ses/latest/dg/receiving-email-action-sns.html */
const MOST_BYTES = 512 * 1024;

/**
 * Amazon SES with the action "Publish to SNS topic", or "Deliver to S3 bucket" with a topic: then the message says where the mail is. 4xx ends a message for SNS, 5xx does not:
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
 *
 * @param settings.topicArn the only topic whose messages are taken; none without it
 * @param settings.bucket the only bucket whose objects are read; none without it
 */
export function ses(settings: {
  topicArn: string | undefined;
  bucket?: S3Settings | undefined;
  maxBytes: number;
  get?: typeof fetch;
}): Provider {
  const { bucket, maxBytes } = settings;
  const sns = createSns(settings.topicArn, settings.get);
  const open = bucket && createS3(bucket, settings.get);

  /** The mail that lies in the bucket; its head, and why, where it is too large. */
  async function stored(
    { mail, receipt }: z.output<typeof Received>,
    receive: Receive,
  ): Promise<Pick<Delivery, "mime" | "refused">> {
    const { bucketName, objectKey } = receipt.action;
    if (!open || bucketName !== bucket?.bucket || objectKey === undefined)
      throw new PipelineError(
        "invalid_request",
        "The notification holds no mail, and names no object of the bucket in INBOUND_SES_BUCKET. docs/mail.md says how to set it up.",
      );
    const answer = await open(objectKey);
    const from = new Request("https://s3.invalid", {
      method: "POST",
      body: answer.body,
      headers: { "Content-Length": answer.headers.get("Content-Length") ?? "0" },
      // Undici and Deno want it for a body that is a stream.
      ...({ duplex: "half" } as object),
    });
    try {
      return { mime: await receive({ mostBytes: maxBytes, weight: 2, owner: "ses", from }) };
    } catch (thrown) {
      const refused = PipelineError.from(thrown);
      if (refused.code !== "file_too_large") throw notNow(thrown);
      const head = mail.headers.map(({ name, value }) => `${name}: ${value.replace(/[\r\n]+/g, " ")}\r\n`);
      return { mime: new TextEncoder().encode(`${head.join("")}\r\n`), refused };
    }
  }
  return {
    name: "ses",
    refusedStatus: (status) => status,
    async read(request, receive, pathRecipient) {
      if (!/^(?:text\/plain|application\/json)\b/i.test(request.headers.get("Content-Type") ?? ""))
        throw new PipelineError("unsupported_type", "Amazon SNS sends text/plain.");
      const message = await sns.read(await receive({ mostBytes: MOST_BYTES, weight: 3, owner: "ses" }));
      if (message.Type === "SubscriptionConfirmation") await sns.confirm(message);
      if (message.Type !== "Notification") return json({ accepted: true });
      const received = jsonOf(Received, message.Message);
      const { mail, receipt, content, notificationType } = received;
      if (notificationType !== "Received" || (content === undefined && receipt.action.type !== "S3"))
        throw new PipelineError(
          "invalid_request",
          "The notification holds no mail. Let SES publish mails to the topic by its SNS action, or by its S3 action.",
        );
      const { mime, refused } =
        content === undefined
          ? await stored(received, receive)
          : { mime: mailBytes(content, receipt.action.encoding), refused: undefined };
      return {
        recipients: pathRecipient !== undefined ? [pathRecipient] : (receipt.recipients ?? mail.destination),
        envelopeFrom: mail.source.trim(),
        verdicts: {
          spf: receipt.spfVerdict?.status,
          dkim: [{ result: receipt.dkimVerdict?.status ?? "", domain: signerOf(readHead(mime)) }],
          dmarc: receipt.dmarcVerdict?.status,
        },
        mime,
        refused,
      };
    },
  };
}

/** The receipt rule says how the mail is written in the notification; Base64 has no colon, and every mail has. */
function mailBytes(content: string, encoding: string | undefined): Uint8Array {
  const isBase64 = encoding ? /^base64$/i.test(encoding) : !content.slice(0, 4_096).includes(":");
  return isBase64 ? bytesOfBase64(content) : new TextEncoder().encode(content);
}
