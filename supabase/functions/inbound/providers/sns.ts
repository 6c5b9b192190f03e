import { createVerify, X509Certificate } from "node:crypto";
import { Buffer } from "node:buffer";
import { z } from "zod";
import { PipelineError } from "../../_shared/errors.ts";
import { jsonOf } from "../json-body.ts";
import { notTheProvider } from "../secrets.ts";
import { isOfLate } from "../timestamps.ts";

/** What Amazon SNS posts: https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html */
const SnsMessage = z.object({
  Type: z.enum(["Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation"]),
  MessageId: z.string(),
  TopicArn: z.string(),
  Subject: z.string().nullish(),
  Message: z.string(),
  Timestamp: z.string(),
  SignatureVersion: z.enum(["1", "2"]),
  Signature: z.string(),
  SigningCertURL: z.string(),
  SubscribeURL: z.string().optional(),
  Token: z.string().optional(),
});
export type SnsMessage = z.output<typeof SnsMessage>;

/** The fields that are signed, in their order: https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message-verify-message-signature.html */
const SIGNED = {
  Notification: ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"],
  SubscriptionConfirmation: ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
  UnsubscribeConfirmation: ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
} as const satisfies Record<SnsMessage["Type"], (keyof SnsMessage)[]>;

/** The hosts of Amazon SNS, and nothing that only looks like them. */
const HOST = /^sns\.[a-z0-9-]{1,40}\.amazonaws\.com(?:\.cn)?$/;
const CERTIFICATE_PATH = /^\/SimpleNotificationService-[0-9a-zA-Z]{1,100}\.pem$/;

const MOST_CERTIFICATES = 10;
const MOST_ANSWER_BYTES = 16 * 1024;
const ANSWER_MS = 5_000;

/** An address at Amazon SNS itself; undefined for all others, so that nobody makes this function call somebody else. */
export function snsUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain =
    url?.protocol === "https:" && url.port === "" && url.username === "" && url.password === "" && url.hash === "";
  return url && isPlain && HOST.test(url.hostname) ? url : undefined;
}

/** The messages of one topic. Certificates are kept, as they are the same for months. */
export function createSns(topicArn: string | undefined, get: typeof fetch = fetch) {
  const certificates = new Map<string, string>();

  async function certificateAt(text: string): Promise<X509Certificate> {
    const url = snsUrl(text);
    if (url?.search !== "" || !CERTIFICATE_PATH.test(url.pathname)) throw notTheProvider();
    const known = certificates.get(url.href);
    const pem = known ?? (await fetched(url));
    const certificate = certificateOf(pem);
    if (!known) {
      if (certificates.size >= MOST_CERTIFICATES) certificates.clear();
      certificates.set(url.href, pem);
    }
    return certificate;
  }

  async function fetched(url: URL): Promise<string> {
    try {
      const answer = await get(url, { redirect: "error", signal: AbortSignal.timeout(ANSWER_MS) });
      if (!answer.ok || Number(answer.headers.get("Content-Length") ?? 0) > MOST_ANSWER_BYTES)
        throw new Error(`Amazon SNS answered ${answer.status}.`);
      const text = await answer.text();
      if (text.length > MOST_ANSWER_BYTES) throw new Error("Amazon SNS answered too much.");
      return text;
    } catch (cause) {
      throw new PipelineError("internal_error", "Amazon SNS could not be asked. The message is to be sent again.", {
        cause,
      });
    }
  }

  return {
    /**
     * A message of the topic, whose signature is good.
     *
     * @throws PipelineError unauthorized, invalid_request; internal_error when Amazon does not answer
     */
    async read(body: Uint8Array): Promise<SnsMessage> {
      const message = jsonOf(SnsMessage, body);
      // Anybody with an account at Amazon has topics, and messages that are signed as well as ours.
      if (!topicArn || message.TopicArn !== topicArn || !isOfLate(Date.parse(message.Timestamp)))
        throw notTheProvider();
      const certificate = await certificateAt(message.SigningCertURL);
      const signed = SIGNED[message.Type]
        .filter((field) => message[field] !== undefined && message[field] !== null)
        .map((field) => `${field}\n${message[field]}\n`)
        .join("");
      const verify = createVerify(message.SignatureVersion === "2" ? "RSA-SHA256" : "RSA-SHA1").update(signed);
      if (!verify.verify(certificate.publicKey, Buffer.from(message.Signature, "base64"))) throw notTheProvider();
      return message;
    },
    /** Says yes to a subscription, at the address of Amazon that its message names. @throws PipelineError unauthorized, internal_error */
    async confirm({ SubscribeURL = "" }: SnsMessage): Promise<void> {
      const url = snsUrl(SubscribeURL);
      if (!url) throw notTheProvider();
      await fetched(url);
    },
  };
}

/** @throws PipelineError unauthorized when it is none, or not valid today */
function certificateOf(pem: string): X509Certificate {
  try {
    const certificate = new X509Certificate(pem);
    const now = Date.now();
    if (Date.parse(certificate.validFrom) <= now && now <= Date.parse(certificate.validTo)) return certificate;
  } catch {
    // It is none.
  }
  throw notTheProvider();
}
