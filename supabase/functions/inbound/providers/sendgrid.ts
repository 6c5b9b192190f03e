import { createPublicKey, createVerify } from "node:crypto";
import { Buffer } from "node:buffer";
import { z } from "zod";
import type { Provider, Verdicts } from "../delivery.ts";
import { type Form, formOf } from "../form.ts";
import { jsonOf } from "../json-body.ts";
import { headOf } from "../mail-head.ts";
import { rebuiltMail } from "../rebuild.ts";
import { checkBasic, notTheProvider } from "../secrets.ts";
import { isOfLate } from "../timestamps.ts";

/** SendGrid sends again after 5xx, and by its older pages after 4xx too; only 2xx surely ends it: https://www.twilio.com/docs/sendgrid/for-developers/parsing-email/inbound-email */
const REFUSED = 200;

const Envelope = z.object({ to: z.array(z.string()).default([]), from: z.string().default("") });
const Charsets = z.record(z.string(), z.string());

/**
 * SendGrid's Inbound Parse: the fields are those of https://www.twilio.com/docs/sendgrid/for-developers/parsing-email/setting-up-the-inbound-parse-webhook.
 * `email` has the whole mail when "POST the raw, full MIME message" is checked.
 *
 * @param publicKey of the security policy, Base64 of its DER form
 * @param login "user:password", when the address for the webhook has one in it
 */
export function sendgrid(settings: {
  publicKey: string | undefined;
  login: string | undefined;
  mostBytes: number;
}): Provider {
  return {
    name: "sendgrid",
    refusedStatus: () => REFUSED,
    async read(request, receive, pathRecipient) {
      checkBasic(request, settings.login);
      const body = await receive({ mostBytes: settings.mostBytes, weight: 2, owner: "sendgrid" });
      if (settings.publicKey) checkSignature(request, body, settings.publicKey);
      const form = formOf(request.headers.get("Content-Type") ?? "", body);
      const envelope = jsonOf(Envelope, form.text("envelope") ?? "{}");
      const isProven = settings.publicKey !== undefined || settings.login !== undefined;
      return {
        recipients: pathRecipient !== undefined ? [pathRecipient] : envelope.to,
        envelopeFrom: form.bytes("envelope") ? envelope.from.trim() : undefined,
        verdicts: isProven ? verdictsOf(form) : undefined,
        mime: form.bytes("email") ?? form.files.find(({ field }) => field === "email")?.bytes ?? rebuilt(form),
      };
    },
  };
}

/**
 * ECDSA over the timestamp and the body as it came: https://www.twilio.com/docs/sendgrid/for-developers/parsing-email/securing-your-parse-webhooks,
 * with the headers of https://github.com/sendgrid/sendgrid-nodejs (packages/eventwebhook).
 */
function checkSignature(request: Request, body: Uint8Array, publicKey: string): void {
  const signature = request.headers.get("X-Twilio-Email-Event-Webhook-Signature") ?? "";
  const timestamp = request.headers.get("X-Twilio-Email-Event-Webhook-Timestamp") ?? "";
  const key = createPublicKey({ key: Buffer.from(publicKey, "base64"), format: "der", type: "spki" });
  const verify = createVerify("SHA256").update(timestamp).update(body);
  if (!isOfLate(Number(timestamp) * 1000) || !isGood(() => verify.verify(key, Buffer.from(signature, "base64"))))
    throw notTheProvider();
}

/** A signature that is no signature is a wrong one. */
function isGood(verify: () => boolean): boolean {
  try {
    return verify();
  } catch {
    return false;
  }
}

/** `SPF: pass`, and `dkim: {@example.com : pass, @mailer.example : fail}`. */
function verdictsOf(form: Form): Verdicts | undefined {
  const [spf, dkim] = [form.text("SPF"), form.text("dkim")];
  if (spf === undefined && dkim === undefined) return undefined;
  const results = [...(dkim ?? "").matchAll(/@([a-z0-9.-]{1,253})\s{0,5}:\s{0,5}(\w{1,20})/gi)];
  return { spf, dkim: results.map(([, domain, result = ""]) => ({ domain, result })) };
}

function rebuilt(form: Form): Uint8Array {
  const charsets = jsonOf(Charsets, form.text("charsets") ?? "{}");
  const text = (field: string): string | undefined => form.text(field, charsets[field]);
  const head = (form.text("headers") ?? "").split(/\r?\n(?![ \t])/).flatMap((line): [string, string][] => {
    const [field] = headOf(line).fields;
    return field ? [[line.slice(0, line.indexOf(":")), field[1]]] : [];
  });
  const names = new Set(head.map(([name]) => name.toLowerCase()));
  for (const name of ["From", "To", "Cc", "Subject"]) {
    const value = text(name.toLowerCase());
    if (value && !names.has(name.toLowerCase())) head.push([name, value]);
  }
  return rebuiltMail({ head, text: text("text"), html: text("html"), attachments: form.files });
}
