import { z } from "zod";
import type { Provider, Verdicts } from "../delivery.ts";
import { bytesOfBase64 } from "../base64.ts";
import { wrongType } from "../form.ts";
import { jsonOf } from "../json-body.ts";
import { rebuiltMail } from "../rebuild.ts";
import { checkBasic } from "../secrets.ts";

/**
 * The fields that Postmark posts, as far as they are used: https://postmarkapp.com/developer/webhooks/inbound-webhook, and InboundWebhook in its
 * client (https://www.npmjs.com/package/postmark). `RawEmail` is there when the server is set to include it.
 */
const Person = z.object({ Email: z.string(), MailboxHash: z.string().optional() });
const Inbound = z.object({
  From: z.string().default(""),
  To: z.string().default(""),
  Cc: z.string().default(""),
  ToFull: z.array(Person).default([]),
  CcFull: z.array(Person).default([]),
  BccFull: z.array(Person).default([]),
  OriginalRecipient: z.string().optional(),
  MailboxHash: z.string().optional(),
  Subject: z.string().default(""),
  Date: z.string().default(""),
  TextBody: z.string().default(""),
  HtmlBody: z.string().default(""),
  RawEmail: z.string().optional(),
  Headers: z.array(z.object({ Name: z.string(), Value: z.string() })).default([]),
  Attachments: z
    .array(
      z.object({
        Name: z.string(),
        Content: z.string(),
        ContentType: z.string().optional(),
        ContentID: z.string().nullish(),
      }),
    )
    .default([]),
});

/** Postmark retries after every status but 200, up to ten times, and ends with 403: https://postmarkapp.com/support/article/understanding-inbound-webhook-retries-in-postmark */
const REFUSED = 403;

/**
 * Postmark signs nothing; its address for webhooks may have a login in it: https://postmarkapp.com/developer/webhooks/webhooks-overview
 *
 * @param login "user:password"
 */
export function postmark(settings: { login: string | undefined; mostBytes: number }): Provider {
  return {
    name: "postmark",
    refusedStatus: () => REFUSED,
    async read(request, receive, pathRecipient) {
      checkBasic(request, settings.login);
      if (!/^application\/json\b/i.test(request.headers.get("Content-Type") ?? "")) throw wrongType("application/json");
      const mail = jsonOf(Inbound, await receive({ mostBytes: settings.mostBytes, weight: 3, owner: "postmark" }));
      const placeOf = (name: string): number => mail.Headers.findIndex(({ Name }) => Name.toLowerCase() === name);
      const named = (name: string): string | undefined => mail.Headers[placeOf(name)]?.Value;
      // Its own come first: X-Spam-Tests, where it made one, and then Received-SPF. What stands below may be the sender's.
      const spamTests = placeOf("x-spam-tests") < placeOf("received-spf") ? named("x-spam-tests") : undefined;
      return {
        recipients: pathRecipient !== undefined ? [pathRecipient] : recipientsOf(mail),
        envelopeFrom: envelopeOf(named("received-spf"), named("return-path")),
        verdicts: settings.login ? verdictsOf(named("received-spf"), spamTests) : undefined,
        mime: mail.RawEmail ? new TextEncoder().encode(mail.RawEmail) : rebuilt(mail),
      };
    },
  };
}

/** The recipient of the SMTP dialog, or whoever the mail names; Postmark's own mailbox carries ours behind its plus sign. */
function recipientsOf(mail: z.output<typeof Inbound>): string[] {
  const people = [...mail.ToFull, ...mail.CcFull, ...mail.BccFull];
  return [
    ...(mail.OriginalRecipient ? [mail.OriginalRecipient] : people.map(({ Email }) => Email)),
    ...[mail.MailboxHash, ...people.map(({ MailboxHash }) => MailboxHash)].flatMap((hash) => hash || []),
  ];
}

/**
 * `Received-SPF: Pass (sender SPF authorized) identity=mailfrom; client-ip=…; helo=…; envelope-from=ada@example.com; …` stands above what the
 * mail itself says; Return-Path is rarely there.
 */
function envelopeOf(receivedSpf: string | undefined, returnPath: string | undefined): string | undefined {
  const said = /[;\s]envelope-from=([^;\s]{1,320})/i.exec(receivedSpf ?? "")?.[1] ?? returnPath;
  return said?.trim().replace(/^"?<?/, "").replace(/>?"?$/, "").trim();
}

/** SPF, and SpamAssassin's DKIM_VALID_AU: a good signature of the domain in From. */
function verdictsOf(receivedSpf: string | undefined, spamTests: string | undefined): Verdicts | undefined {
  if (receivedSpf === undefined) return undefined;
  const isSigned = (spamTests ?? "").split(",").some((test) => test.trim() === "DKIM_VALID_AU");
  return { spf: receivedSpf, dkim: isSigned ? [{ result: "pass" }] : [] };
}

function rebuilt(mail: z.output<typeof Inbound>): Uint8Array {
  const names = new Set(mail.Headers.map(({ Name }) => Name.toLowerCase()));
  const fields = { From: mail.From, To: mail.To, Cc: mail.Cc, Subject: mail.Subject, Date: mail.Date };
  return rebuiltMail({
    head: [
      ...mail.Headers.map(({ Name, Value }): [string, string] => [Name, Value]),
      ...Object.entries(fields).filter(([name, value]) => value && !names.has(name.toLowerCase())),
    ],
    text: mail.TextBody,
    html: mail.HtmlBody,
    attachments: mail.Attachments.map(({ Name, Content, ContentType, ContentID }) => ({
      filename: Name,
      type: ContentType,
      contentId: ContentID ?? undefined,
      bytes: bytesOfBase64(Content),
    })),
  });
}
