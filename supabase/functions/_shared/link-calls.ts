import { z } from "zod";
import { Shared, ShareLook, UploadLook } from "./contract/answers.ts";
import type { Database } from "./database.types.ts";
import { type ErrorCode, isErrorCode, PipelineError } from "./errors.ts";

/** A refusal that is an answer, because an error would undo that the request was counted (private.link_refusal). */
export const Refused = z.object({
  refused: z.object({ status: z.int(), code: z.custom<ErrorCode>(isErrorCode), message: z.string() }),
});

const Announced = z.object({
  storage_path: z.string(),
  duplicate: z.boolean(),
  filename: z.string(),
  title: z.string(),
});
/** What a share link shows; where the file is, the function says. */
const Opened = z.object({ storage_path: z.string(), shared: Shared.omit({ signed_url: true, expires_in: true }) });

type Functions = Database["public"]["Functions"];
type Call = <Name extends keyof Functions, Shape extends z.ZodType>(
  name: Name,
  args: Functions[Name]["Args"],
  shape: Shape,
) => Promise<z.output<Shape>>;

/** How long a caller who used a link too often waits. */
const TOO_OFTEN_MS = 60_000;

/** The SQL functions behind links. A refusal of the database is thrown. */
export function createLinkCalls(call: Call) {
  return {
    /** Whether a share link can be opened. @throws PipelineError not_found */
    lookAtShareLink: async (tokenSha256: string) =>
      passed(await call("look_at_share_link", { token_sha256: tokenSha256 }, z.union([Refused, ShareLook]))),
    /** What an upload link asks for. @throws PipelineError not_found */
    lookAtUploadLink: async (tokenSha256: string) =>
      passed(await call("look_at_upload_link", { token_sha256: tokenSha256 }, z.union([Refused, UploadLook]))),
    /** @throws PipelineError as openShareLink, file_too_large, and as admitUpload */
    announceByLink: async (file: Functions["announce_by_link"]["Args"]) =>
      passed(await call("announce_by_link", file, z.union([Refused, Announced]))),
    /** @throws PipelineError not_found, link_password, too_many_requests */
    openShareLink: async (tokenSha256: string, password: string | undefined) =>
      passed(
        await call(
          "open_share_link",
          { token_sha256: tokenSha256, ...(password !== undefined && { password }) },
          z.union([Refused, Opened]),
        ),
      ),
  };
}

/** An answer that is no refusal. @throws PipelineError what the refusal says */
export function passed<Answer extends object>(answer: Answer | z.output<typeof Refused>): Answer {
  if (!("refused" in answer)) return answer;
  const { code, message } = answer.refused;
  throw new PipelineError(code, message, code === "too_many_requests" ? { retryAfterMs: TOO_OFTEN_MS } : {});
}
