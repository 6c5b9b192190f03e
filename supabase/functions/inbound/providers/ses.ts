import { z } from "zod";
import { PipelineError } from "../../_shared/errors.ts";
import { json } from "../../_shared/http.ts";
import type { Provider } from "../delivery.ts";
import { bytesOfBase64 } from "../base64.ts";
import { jsonOf } from "../json-body.ts";
import { readHead, signerOf } from "../mail-head.ts";
import { createSns } from "./sns.ts";

/** What SES publishes of a mail: https://docs.aws.amazon.com/ses/latest/dg/receiving-email-notifications-contents.html */
const Verdict = z.object({ status: z.string() }).optional();
const Received = z.object({
  notificationType: z.string(),
  content: z.string().optional(),
  mail: z.object({ source: z.string().default(""), destination: z.array(z.string()).default([]) }),
  receipt: z.object({
    recipients: z.array(z.string()).optional(),
    spfVerdict: Verdict,
    dkimVerdict: Verdict,
    dmarcVerdict: Verdict,
    action: z.object({ type: z.string().optional(), encoding: z.string().optional() }).default({}),
  }),
});

/** A message of SNS has 256 KB at most; SES bounces mails of more than 150 KB: https://docs.aws.amazon.com/ses/latest/dg/receiving-email-action-sns.html */
const MOST_BYTES = 512 * 1024;

/**
 * Amazon SES with the action "Publish to SNS topic". 4xx ends a message for SNS, 5xx does not:
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
 *
 * @param topicArn the only topic whose messages are taken; none without it
 */
export function ses(settings: { topicArn: string | undefined; get?: typeof fetch }): Provider {
  const sns = createSns(settings.topicArn, settings.get);
  return {
    name: "ses",
    refusedStatus: (status) => status,
    async read(request, receive, pathRecipient) {
      if (!/^(?:text\/plain|application\/json)\b/i.test(request.headers.get("Content-Type") ?? ""))
        throw new PipelineError("unsupported_type", "Amazon SNS sends text/plain.");
      const message = await sns.read(await receive({ mostBytes: MOST_BYTES, weight: 3, owner: "ses" }));
      if (message.Type === "SubscriptionConfirmation") await sns.confirm(message);
      if (message.Type !== "Notification") return json({ accepted: true });
      const { mail, receipt, content, notificationType } = jsonOf(Received, message.Message);
      if (notificationType !== "Received" || content === undefined)
        throw new PipelineError(
          "invalid_request",
          "The notification holds no mail. Let SES publish mails to the topic by its SNS action.",
        );
      const mime = mailBytes(content, receipt.action.encoding);
      return {
        recipients: pathRecipient !== undefined ? [pathRecipient] : (receipt.recipients ?? mail.destination),
        envelopeFrom: mail.source.trim(),
        verdicts: {
          spf: receipt.spfVerdict?.status,
          dkim: [{ result: receipt.dkimVerdict?.status ?? "", domain: signerOf(readHead(mime)) }],
          dmarc: receipt.dmarcVerdict?.status,
        },
        mime,
      };
    },
  };
}

/** The receipt rule says how the mail is written in the notification; Base64 has no colon, and every mail has. */
function mailBytes(content: string, encoding: string | undefined): Uint8Array {
  const isBase64 = encoding ? /^base64$/i.test(encoding) : !content.slice(0, 4_096).includes(":");
  return isBase64 ? bytesOfBase64(content) : new TextEncoder().encode(content);
}
