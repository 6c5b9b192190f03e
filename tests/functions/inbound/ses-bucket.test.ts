// Mails of Amazon SES that are larger than a message of SNS: they lie in a bucket of S3, and only in the one that is set.
import { describe, expect, it } from "vitest";
import { ADDRESS, inbox, LOCAL_PART, mailWith } from "../../../testing/fakes/inbox.ts";
import { type Bucket, fakeS3, signatureOf } from "../../../testing/fakes/s3.ts";
import { notification, signed, TOPIC } from "../../../testing/fakes/sns.ts";
import { SNS_CERTIFICATE } from "../../../testing/sns-certificate.ts";

const BUCKET: Bucket = {
  bucket: "docket-mails",
  region: "eu-west-1",
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  objects: {},
};
const LARGE = mailWith([], "x".repeat(300_000));

function amazon({
  objects = {},
  secrets = {},
  answer,
  maxBytes,
}: {
  objects?: Bucket["objects"];
  secrets?: Partial<Bucket> | null;
  answer?: () => Promise<Response>;
  maxBytes?: number;
} = {}) {
  const asked: string[] = [];
  const s3 = fakeS3({ ...BUCKET, objects });
  const { objects: _, ...set } = { ...BUCKET, ...secrets };
  const box = inbox({
    addresses: { [LOCAL_PART]: [] },
    ...(maxBytes && { maxBytes }),
    secrets: { sesTopicArn: TOPIC, sesBucket: secrets === null ? undefined : set },
    get: async (input, init) => {
      const url = input instanceof Request ? input.url : String(input);
      asked.push(new URL(url).host);
      expect(init?.redirect).toBe("error");
      if (new URL(url).host.startsWith("sns.")) return new Response(SNS_CERTIFICATE);
      return (await (answer?.() ?? s3(input, init))) ?? Response.error();
    },
  });
  const send = (action: object = {}, mail: object = {}) => {
    const { content: _, ...message } = JSON.parse(notification()) as Record<string, any>;
    message.receipt.action = {
      type: "S3",
      topicArn: TOPIC,
      bucketName: "docket-mails",
      objectKey: "in/a b+c",
      ...action,
    };
    message.mail = { ...message.mail, ...mail };
    return box.send("/ses", {
      body: JSON.stringify(signed({ Message: JSON.stringify(message) })),
      headers: { "Content-Type": "text/plain; charset=UTF-8" },
    });
  };
  return { ...box, asked, send };
}

it("signs as Amazon's own example does", () => {
  const headers = new Headers({
    range: "bytes=0-9",
    "x-amz-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "x-amz-date": "20130524T000000Z",
  });
  const request = { method: "GET", url: new URL("https://examplebucket.s3.amazonaws.com/test.txt"), headers };
  const names = ["host", "range", "x-amz-content-sha256", "x-amz-date"];
  expect(signatureOf(request, names, { ...BUCKET, region: "us-east-1" })).toBe(
    "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
  );
});

describe("a mail in the bucket", () => {
  it("becomes a document, once", async () => {
    const { send, mail, admitted, asked } = amazon({ objects: { "in/a b+c": LARGE } });
    expect(await send()).toMatchObject({ status: 200, body: { accepted: true } });
    expect(mail()).toBe(LARGE);
    expect(asked).toEqual(["sns.eu-west-1.amazonaws.com", "docket-mails.s3.eu-west-1.amazonaws.com"]);
    await send();
    expect(admitted).toHaveLength(1);
  });

  it.each([
    ["too large by what S3 announces", { objects: { "in/a b+c": LARGE } }],
    ["too large, and S3 does not say how large", { answer: async () => new Response(streamOf(LARGE)) }],
  ])("that is %s is refused for good, and its owner is told of it", async (_, options) => {
    const { send, refused, admitted } = amazon({ ...options, maxBytes: 100_000 });
    const headers = [
      { name: "From", value: "Ada <ada@example.com>" },
      { name: "Message-ID", value: "<large@example.com>" },
    ];
    expect(await send({}, { headers })).toMatchObject({ status: 413, body: { code: "file_too_large" } });
    expect([admitted, refused]).toMatchObject([[], [{ code: "file_too_large", sender: "ada@example.com" }]]);
  });

  it.each<[string, Parameters<typeof amazon>[0]]>([
    ["is not there", {}],
    ["is closed to the key", { objects: { "in/a b+c": LARGE }, secrets: { accessKeyId: "AKIAOTHER" } }],
    ["is asked for with a wrong secret", { objects: { "in/a b+c": LARGE }, secrets: { secretAccessKey: "wrong" } }],
    ["does not come", { answer: async () => Promise.reject(new TypeError("network")) }],
    ["leads elsewhere", { answer: async () => Response.redirect("http://169.254.169.254/latest/meta-data") }],
    ["is cut off", { answer: async () => new Response(streamOf(LARGE, true)) }],
    ["lies in a region that is none", { secrets: { region: "eu-west-1.evil.example/" } }],
  ])("that %s is to come again", async (_, options) => {
    const { send, admitted } = amazon(options);
    expect(await send()).toMatchObject({ status: 503 });
    expect(admitted).toEqual([]);
  });

  it.each<[string, object]>([
    ["another bucket", { bucketName: "evil" }],
    ["a host for a bucket", { bucketName: "docket-mails.s3.evil.example/" }],
    ["no object", { objectKey: undefined }],
    ["nothing", { objectKey: "" }],
    ["what leads out of the bucket", { objectKey: "in/../../secret" }],
    ["too long a key", { objectKey: "a".repeat(2_000) }],
  ])("of a message that names %s is never asked for", async (_, action) => {
    const { send, asked } = amazon({ objects: { secret: LARGE } });
    expect(await send(action)).toMatchObject({ status: 400, body: { code: "invalid_request" } });
    expect(asked).toEqual(["sns.eu-west-1.amazonaws.com"]);
  });

  it("is never asked for where no bucket is set", async () => {
    const { send, asked } = amazon({ secrets: null });
    expect(await send()).toMatchObject({ status: 400 });
    expect(asked).toEqual(["sns.eu-west-1.amazonaws.com"]);
  });

  it("is the recipient's who stands in the message", async () => {
    const { send, stored } = amazon({ objects: { "in/a b+c": LARGE } });
    expect(await send({}, { destination: [`x@example.com`, ADDRESS] })).toMatchObject({ status: 200 });
    expect(stored.size).toBe(1);
  });
});

/** A body without a length; with `cut` it ends in an error. */
function streamOf(text: string, cut = false): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at < bytes.byteLength) controller.enqueue(bytes.slice(at, (at += 65_536)));
      else controller.close();
      if (cut) controller.error(new TypeError("terminated"));
    },
  });
}
