import { sha256 } from "../_shared/bytes.ts";
import { HandedInFile } from "../_shared/contract/requests.ts";
import { PipelineError } from "../_shared/errors.ts";
import { safeName } from "../_shared/file-name.ts";
import { isAccepted, unsupported } from "../_shared/file-type.ts";
import type { Files } from "../_shared/files.ts";
import { type Handler, json, parsed } from "../_shared/http.ts";
import { linkEndpoint } from "../_shared/link-endpoint.ts";
import type { Log } from "../_shared/log.ts";
import type { Pipeline } from "../_shared/pipeline.ts";
import { addressOfCaller, type Addresses, uploadUrlAt } from "../_shared/public-url.ts";
import { receivedJson } from "../_shared/request-body.ts";

/** An announced file with its name, type and hash, and a password. */
const MOST_BYTES = 4_096;

export type CollectParts = Addresses & {
  log: Log;
  pipeline: Pick<Pipeline, "lookAtUploadLink" | "announceByLink">;
  files: Pick<Files, "invite">;
  /** Largest file in bytes. */
  maxBytes: number;
};

/**
 * `/functions/v1/collect/<token>`: files from anyone with a link for that. `GET` → `{needs_password, title?}`.
 * `POST {filename, byte_size, mime_type, sha256, password?}` → `{filename, stored, signed_url?, title}`: the file is put to
 * `signed_url`, unless the owner has it already. Nothing of the owner's is told, and nothing of other visitors.
 */
export function createCollectHandler({ log, pipeline, files, maxBytes, projectUrl, pageUrl }: CollectParts): Handler {
  return linkEndpoint({
    log,
    name: "collect",
    projectUrl,
    pageUrl,
    look: (hash) => pipeline.lookAtUploadLink(hash),
    async post(request, hash) {
      const { password, ...file } = parsed(HandedInFile, await receivedJson(request, MOST_BYTES));
      if (file.byte_size > maxBytes)
        throw new PipelineError("file_too_large", `A file may have ${maxBytes / 1024 / 1024} MiB at most.`);
      if (!isAccepted(file.mime_type)) throw unsupported(file.mime_type);
      const filename = safeName(file.filename);
      const admission = await pipeline.announceByLink({
        token_sha256: hash,
        address_sha256: await sha256(new TextEncoder().encode(`${hash} ${addressOf(request)}`)),
        filename,
        mime_type: file.mime_type,
        byte_size: file.byte_size,
        content_sha256: file.sha256,
        ...(password !== undefined && { password }),
      });
      if (admission.duplicate) return json({ filename, stored: true, title: admission.title });
      const invitation = await files.invite(admission.storage_path);
      const signed_url = uploadUrlAt(addressOfCaller(request) ?? projectUrl, invitation);
      return json({ filename, stored: false, signed_url, title: admission.title });
    },
  });
}

/** Where a request comes from, as the gateway says. Whoever can write that header is held by the rate of the link alone. */
const addressOf = (request: Request): string =>
  request.headers.get("X-Forwarded-For")?.split(",")[0]?.trim().slice(0, 100) ?? "";
