import { createHmac } from "node:crypto";
import { z } from "zod";
import { PipelineError } from "../../_shared/errors.ts";
import type { Provider, Verdicts } from "../delivery.ts";
import { type Form, formOf } from "../form.ts";
import { jsonOf } from "../json-body.ts";
import { headOf, type MailHead, readHead, signerOf } from "../mail-head.ts";
import { rebuiltMail } from "../rebuild.ts";
import { isSameText, notTheProvider } from "../secrets.ts";
import { isOfLate } from "../timestamps.ts";

/** Any status but 200 is tried again for eight hours, 406 is not: https://documentation.mailgun.com/docs/mailgun/user-manual/receive-forward-store/receive-http */
const REFUSED = 406;

const Headers = z.array(z.tuple([z.string(), z.string()]));

/**
 * A route with `forward("https://…/inbound/mailgun/mime")`: Mailgun posts the whole mail as `body-mime` when the address ends with "mime", and else what it
 * took apart. The fields are those of the page above.
 *
 * @param signingKey the account's HTTP webhook signing key
 * @param useToken whether a token that was signed is new, or comes again with the same mail
 */
export function mailgun(settings: {
  signingKey: string | undefined;
  mostBytes: number;
  useToken(token: string, mime: Uint8Array): Promise<boolean>;
}): Provider {
  return {
    name: "mailgun",
    refusedStatus: () => REFUSED,
    async read(request, receive, pathRecipient) {
      const body = await receive({ mostBytes: settings.mostBytes, weight: 2, owner: "mailgun" });
      const form = formOf(request.headers.get("Content-Type") ?? "", body);
      if (settings.signingKey) checkSignature(form, settings.signingKey);
      const recipient = pathRecipient ?? form.text("recipient");
      if (recipient === undefined) throw new PipelineError("invalid_request", "The form has no field recipient.");
      const mime =
        form.bytes("body-mime") ?? form.files.find(({ field }) => field === "body-mime")?.bytes ?? rebuilt(form);
      // The signature is of the token alone: it is good for one mail.
      if (settings.signingKey && !(await settings.useToken(form.text("token") ?? "", mime))) throw notTheProvider();
      return {
        recipients: recipient.split(","),
        envelopeFrom: form.text("sender")?.trim(),
        verdicts: settings.signingKey ? verdictsOf(readHead(mime)) : undefined,
        mime,
      };
    },
  };
}

/** HMAC-SHA256 of timestamp and token, in hexadecimal: https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks */
function checkSignature(form: Form, signingKey: string): void {
  const [timestamp = "", token = "", signature = ""] = ["timestamp", "token", "signature"].map((field) =>
    form.text(field),
  );
  const expected = createHmac("sha256", signingKey)
    .update(timestamp + token)
    .digest("hex");
  if (!token || !isSameText(signature, expected) || !isOfLate(Number(timestamp) * 1000)) throw notTheProvider();
}

/** Fields that Mailgun's spam filter writes: https://documentation.mailgun.com/docs/mailgun/user-manual/receive-forward-store/spam-filter */
function verdictsOf(head: MailHead): Verdicts | undefined {
  const spf = head.first("x-mailgun-spf");
  const dkim = head.first("x-mailgun-dkim-check-result");
  if (spf === undefined && dkim === undefined) return undefined;
  return { spf, dkim: dkim === undefined ? [] : [{ result: dkim, domain: signerOf(head) }] };
}

function rebuilt(form: Form): Uint8Array {
  const written = form.text("message-headers");
  const head: [string, string][] = written ? jsonOf(Headers, written) : [];
  const names = new Set(
    headOf(head.map(([name, value]) => `${name}: ${value}`).join("\n")).fields.map(([name]) => name),
  );
  for (const name of ["From", "To", "Subject", "Date", "Message-Id"]) {
    const value = form.text(name) ?? form.text(name.toLowerCase());
    if (value && !names.has(name.toLowerCase())) head.push([name, value]);
  }
  return rebuiltMail({ head, text: form.text("body-plain"), html: form.text("body-html"), attachments: form.files });
}
