import { AwsClient } from "aws4fetch";
import { PipelineError } from "../../_shared/errors.ts";

/** A bucket of Amazon S3, and a key that may read its objects. */
export type S3Settings = { bucket: string; region: string; accessKeyId: string; secretAccessKey: string };

/** Names without a dot: with one, the certificate of S3 is not that of the host. */
const BUCKET = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;
const REGION = /^[a-z]{2,4}(?:-[a-z0-9]{1,20}){1,4}$/;
const MOST_KEY = 1_024;
const ANSWER_MS = 60_000;

/** Reads objects of the one bucket that is set. Where they are asked for says the setting, never a message. */
export function createS3(settings: S3Settings, get: typeof fetch = fetch) {
  const { bucket, region, accessKeyId, secretAccessKey } = settings;
  const client = new AwsClient({ accessKeyId, secretAccessKey, service: "s3", region, retries: 0 });

  /**
   * An object, whose body is not read yet.
   *
   * @throws PipelineError invalid_request for what is no key; internal_error when it cannot be read now, after which the message comes again
   */
  return async function open(key: string): Promise<Response> {
    if (!BUCKET.test(bucket) || !REGION.test(region))
      throw new PipelineError("internal_error", "INBOUND_SES_BUCKET or INBOUND_SES_REGION is none of Amazon's.");
    const segments = key.split("/");
    if (key === "" || key.length > MOST_KEY || segments.some((one) => one === "." || one === ".."))
      throw new PipelineError("invalid_request", "The notification names no object of S3.");
    const path = segments.map((one) => encodeURIComponent(one)).join("/");
    try {
      const request = await client.sign(`https://${bucket}.s3.${region}.amazonaws.com/${path}`);
      const answer = await get(request, { redirect: "error", signal: AbortSignal.timeout(ANSWER_MS) });
      if (answer.ok) return answer;
      await answer.body?.cancel();
      throw new Error(`Amazon S3 answered ${answer.status}.`);
    } catch (cause) {
      throw notNow(cause);
    }
  };
}

/** What is read from S3 now may be there later: SNS sends its message again. */
export const notNow = (cause: unknown): PipelineError =>
  new PipelineError("internal_error", "Amazon S3 could not be asked. The message is to be sent again.", { cause });
