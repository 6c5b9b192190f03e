/**
 * Amazon S3 as far as mail needs it: GET of an object, checked by its own reckoning of AWS Signature Version 4, with S3's refusals.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
import { createHash, createHmac } from "node:crypto";

export type Bucket = {
  bucket: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** Objects by their keys. */
  objects: Record<string, Uint8Array | string>;
};

const SKEW_MS = 15 * 60_000;
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();

/** The signature of a request, by the steps of the documentation. `signed`: names of headers, in lower case and in order. */
export function signatureOf(
  { method, url, headers }: { method: string; url: URL; headers: Headers },
  signed: string[],
  { region, secretAccessKey }: Pick<Bucket, "region" | "secretAccessKey">,
): string {
  const time = headers.get("x-amz-date") ?? "";
  const day = time.slice(0, 8);
  const query = [...url.searchParams].map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
  );
  const canonical = [
    method,
    url.pathname,
    query.sort().join("&"),
    ...signed.map((name) => `${name}:${(name === "host" ? url.host : (headers.get(name) ?? "")).trim()}`),
    "",
    signed.join(";"),
    headers.get("x-amz-content-sha256") ?? "",
  ].join("\n");
  const scope = `${day}/${region}/s3/aws4_request`;
  const key = hmac(hmac(hmac(hmac(`AWS4${secretAccessKey}`, day), region), "s3"), "aws4_request");
  return hmac(key, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonical)}`).toString("hex");
}

const refusal = (status: number, code: string): Response =>
  new Response(
    `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${code}</Message></Error>`,
    {
      status,
      headers: { "Content-Type": "application/xml" },
    },
  );

/** Answers what goes to the bucket's host; undefined for other hosts. */
export function fakeS3(bucket: Bucket, now: () => number = Date.now) {
  return async (input: string | URL | Request, init?: RequestInit): Promise<Response | undefined> => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    if (url.host !== `${bucket.bucket}.s3.${bucket.region}.amazonaws.com`) return undefined;
    const [, accessKeyId, scope, names, given] =
      /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\S+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
        request.headers.get("Authorization") ?? "",
      ) ?? [];
    const time = request.headers.get("x-amz-date") ?? "";
    if (!accessKeyId || !names) return refusal(403, "AccessDenied");
    if (accessKeyId !== bucket.accessKeyId) return refusal(403, "InvalidAccessKeyId");
    const at = Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
    if (!(Math.abs(at - now()) <= SKEW_MS)) return refusal(403, "RequestTimeTooSkewed");
    const signed = names.split(";");
    const isWhole = ["host", "x-amz-date", "x-amz-content-sha256"].every((name) => signed.includes(name));
    if (!isWhole || scope !== `${time.slice(0, 8)}/${bucket.region}/s3/aws4_request`)
      return refusal(400, "AuthorizationHeaderMalformed");
    if (given !== signatureOf({ method: request.method, url, headers: request.headers }, signed, bucket))
      return refusal(403, "SignatureDoesNotMatch");
    if (request.method !== "GET") return refusal(405, "MethodNotAllowed");
    const object = bucket.objects[decodeURIComponent(url.pathname.slice(1))];
    if (object === undefined) return refusal(404, "NoSuchKey");
    const bytes = typeof object === "string" ? new TextEncoder().encode(object) : object;
    return new Response(new Uint8Array(bytes), {
      headers: { "Content-Type": "application/octet-stream", "Content-Length": String(bytes.byteLength), ETag: '"0"' },
    });
  };
}
