// Amazon SES through SNS: messages are of the one topic, signed by a certificate of Amazon's own, and nothing else is ever asked for.
import { describe, expect, it } from "vitest";
import { inbox, LOCAL_PART, mailWith } from "../../../testing/fakes/inbox.ts";
import { CERTIFICATE_URL, type Message, notification, signed, TOPIC } from "../../../testing/fakes/sns.ts";
import { SNS_CERTIFICATE } from "../../../testing/sns-certificate.ts";
import { CERTIFICATE } from "../../../testing/receiver-certificate.ts";
import { snsUrl } from "../../../supabase/functions/inbound/providers/sns.ts";

/** A function that Amazon answers with a certificate, and what it asked for. */
function amazon(
  options: { certificate?: string; allowed?: string[]; topicArn?: string | undefined; fails?: boolean } = {},
) {
  const asked: string[] = [];
  const { topicArn = TOPIC } = options;
  const box = inbox({
    addresses: { [LOCAL_PART]: options.allowed ?? [] },
    secrets: { sesTopicArn: "topicArn" in options ? options.topicArn : topicArn },
    get: async (input, init) => {
      asked.push(String(input));
      expect(init?.redirect).toBe("error");
      if (options.fails) throw new TypeError("network");
      return new Response(options.certificate ?? SNS_CERTIFICATE);
    },
  });
  const send = (message: Message, headers: Record<string, string> = {}) =>
    box.send("/ses", {
      body: JSON.stringify(message),
      headers: { "Content-Type": "text/plain; charset=UTF-8", ...headers },
    });
  return { ...box, asked, send };
}

describe("a notification", () => {
  it.each(["1", "2"] as const)(
    "signed by version %s is a mail, and its certificate is asked for once",
    async (version) => {
      const { send, mail, asked } = amazon();
      expect(await send(signed({}, version))).toMatchObject({ status: 200, body: { accepted: true } });
      expect(mail()).toBe(mailWith());
      await send(signed({ Subject: "Amazon SES Email Receipt Notification" }, version));
      expect(asked).toEqual([CERTIFICATE_URL]);
    },
  );

  it("may have its mail in Base64, whether it says so or not", async () => {
    const { send, mail } = amazon();
    const content = mailWith(["Content-Transfer-Encoding: 8bit"], "Grüße");
    const base64 = Buffer.from(content).toString("base64");
    for (const action of [{ type: "SNS", encoding: "BASE64" }, { type: "SNS" }]) {
      expect(await send(signed({ Message: notification(base64, { action }) }))).toMatchObject({ status: 200 });
      expect(mail()).toBe(content);
    }
  });

  it.each([
    ["another topic", () => signed({ TopicArn: `${TOPIC}s` })],
    ["a time long ago", () => signed({ Timestamp: "2020-01-01T00:00:00.000Z" })],
    ["no time", () => signed({ Timestamp: "yesterday" })],
    ["a changed text", () => ({ ...signed(), Message: notification(mailWith([], "Changed.")) })],
    ["a subject that was not signed", () => ({ ...signed(), Subject: "x" })],
    ["no signature", () => ({ ...signed(), Signature: "" })],
    ["the wrong version", () => ({ ...signed(), SignatureVersion: "1" })],
  ])("with %s is refused", async (_, message) => {
    const { send, admitted } = amazon();
    expect(await send(message())).toMatchObject({ status: 401, body: { code: "unauthorized" } });
    expect(admitted).toEqual([]);
  });

  it.each([
    "https://sns.eu-west-1.amazonaws.com.evil.example/SimpleNotificationService-0.pem",
    "https://evil.example/SimpleNotificationService-0.pem",
    "https://sns.eu-west-1.amazonaws.com@evil.example/SimpleNotificationService-0.pem",
    "https://user@sns.eu-west-1.amazonaws.com/SimpleNotificationService-0.pem",
    "https://sns.eu-west-1.amazonaws.com:8443/SimpleNotificationService-0.pem",
    "http://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0.pem",
    "https://bucket.s3.amazonaws.com/SimpleNotificationService-0.pem",
    "https://sns.eu-west-1.amazonaws.com/evil/SimpleNotificationService-0.pem",
    "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0.pem?Action=x",
    "https://sns.a.b.amazonaws.com/SimpleNotificationService-0.pem",
    "http://169.254.169.254/latest/meta-data",
    "https://127.0.0.1/SimpleNotificationService-0.pem",
    "file:///etc/passwd",
    "",
  ])("whose certificate is at %j asks nobody", async (SigningCertURL) => {
    const { send, asked } = amazon();
    expect(await send(signed({ SigningCertURL }))).toMatchObject({ status: 401 });
    expect(asked).toEqual([]);
  });

  it.each([
    ["no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"],
    ["somebody else's", CERTIFICATE],
    ["far too long", `${SNS_CERTIFICATE}${" ".repeat(100_000)}`],
  ])("whose certificate is %s is no mail", async (_, certificate) => {
    const { send, admitted } = amazon({ certificate });
    expect([401, 503]).toContain((await send(signed())).status);
    expect(admitted).toEqual([]);
  });

  it("is to come again when Amazon does not answer", async () => {
    expect(await amazon({ fails: true }).send(signed())).toMatchObject({ status: 503 });
  });

  it("is taken of no topic where none is set", async () => {
    const { send, asked } = amazon({ topicArn: undefined });
    expect(await send(signed())).toMatchObject({ status: 401 });
    expect(asked).toEqual([]);
  });

  it.each([
    ["PASS", "FAIL", "FAIL", 200],
    ["FAIL", "PASS", "PASS", 403],
    ["GRAY", "PASS", "FAIL", 200],
    ["GRAY", "FAIL", "PASS", 403],
  ])("has its verdicts count: DMARC %s, SPF %s, DKIM %s", async (dmarc, spf, dkim, status) => {
    const { send } = amazon({ allowed: ["example.com"] });
    const receipt = { dmarcVerdict: { status: dmarc }, spfVerdict: { status: spf }, dkimVerdict: { status: dkim } };
    expect((await send(signed({ Message: notification(mailWith(), receipt) }))).status).toBe(status);
  });

  it("is refused for good with what is no mail for us", async () => {
    const { send } = amazon();
    const without = notification(undefined, {}, { content: undefined });
    expect(await send(signed({ Message: without }))).toMatchObject({ status: 400 });
    expect(await send(signed({ Message: "{}" }))).toMatchObject({ status: 400 });
    const others = notification(undefined, { recipients: ["info@example.com"] });
    expect(await send(signed({ Message: others }))).toMatchObject({ status: 404 });
    expect(await send(signed(), { "Content-Type": "image/png" })).toMatchObject({ status: 415 });
  });
});

describe("a subscription", () => {
  const confirmation = (SubscribeURL: string) =>
    signed({
      Type: "SubscriptionConfirmation",
      Token: "token",
      Message: "You have chosen to subscribe.",
      SubscribeURL,
    });

  it("is confirmed at Amazon", async () => {
    const { send, asked } = amazon();
    const url = `https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=token`;
    expect(await send(confirmation(url))).toMatchObject({ status: 200 });
    expect(asked).toEqual([CERTIFICATE_URL, url]);
  });

  it.each([
    "https://evil.example/?Action=ConfirmSubscription",
    "http://169.254.169.254/",
    "",
    "https://amazonaws.com/",
  ])("at %j asks nobody", async (url) => {
    const { send, asked } = amazon();
    expect(await send(confirmation(url))).toMatchObject({ status: 401 });
    expect(asked).toEqual([CERTIFICATE_URL]);
  });

  it("of another topic is not confirmed, and one that ended is no mail", async () => {
    const { send, asked } = amazon();
    const url = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription";
    expect(await send({ ...confirmation(url), TopicArn: "arn:aws:sns:eu-west-1:1:theirs" })).toMatchObject({
      status: 401,
    });
    expect(asked).toEqual([]);
    const ended = signed({ Type: "UnsubscribeConfirmation", Token: "token", SubscribeURL: url });
    expect(await send(ended)).toMatchObject({ status: 200 });
    expect(asked).toEqual([CERTIFICATE_URL]);
  });
});

it("knows the hosts of Amazon SNS", () => {
  expect(snsUrl("https://sns.us-gov-west-1.amazonaws.com/x")?.hostname).toBe("sns.us-gov-west-1.amazonaws.com");
  expect(snsUrl("https://sns.cn-north-1.amazonaws.com.cn/x")).toBeDefined();
  expect(snsUrl("https://sns.amazonaws.com.evil.cn/x")).toBeUndefined();
});
