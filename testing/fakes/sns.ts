/** What Amazon SNS posts for SES, signed as SNS signs it. */
import { createSign } from "node:crypto";
import { SNS_KEY } from "../sns-certificate.ts";
import { ADDRESS, mailWith } from "./inbox.ts";

export const TOPIC = "arn:aws:sns:eu-west-1:123456789012:mail";
export const CERTIFICATE_URL = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem";

export type Message = Record<string, string>;

/** A message as SNS signs it. `Subject` is left out of most. */
export function signed(more: Message = {}, version: "1" | "2" = "2", key: string = SNS_KEY): Message {
  const message: Message = {
    Type: "Notification",
    MessageId: crypto.randomUUID(),
    TopicArn: TOPIC,
    Message: notification(),
    Timestamp: new Date().toISOString(),
    SigningCertURL: CERTIFICATE_URL,
    SignatureVersion: version,
    ...more,
  };
  const names =
    message.Type === "Notification"
      ? ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]
      : ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];
  const text = names.flatMap((name) => (message[name] === undefined ? [] : [`${name}\n${message[name]}\n`])).join("");
  const signature = createSign(version === "2" ? "RSA-SHA256" : "RSA-SHA1")
    .update(text)
    .sign(key, "base64");
  return { ...message, Signature: signature };
}

export function notification(mail = mailWith(), receipt: object = {}, more: object = {}): string {
  const pass = { status: "PASS" };
  return JSON.stringify({
    notificationType: "Received",
    content: mail,
    mail: { source: "ada@example.com", destination: [ADDRESS], messageId: "d6iitobk75ur44p8kdnnp7g2n800" },
    receipt: {
      recipients: [ADDRESS],
      spfVerdict: pass,
      dkimVerdict: pass,
      dmarcVerdict: pass,
      action: { type: "SNS", topicArn: TOPIC },
      ...receipt,
    },
    ...more,
  });
}
