import { OpenedShare } from "../_shared/contract/requests.ts";
import type { Files } from "../_shared/files.ts";
import { type Handler, json, parsed } from "../_shared/http.ts";
import { linkEndpoint } from "../_shared/link-endpoint.ts";
import type { Log } from "../_shared/log.ts";
import type { Pipeline } from "../_shared/pipeline.ts";
import { addressOfCaller, type Addresses } from "../_shared/public-url.ts";
import { MOST_ANONYMOUS_BYTES, receivedJson } from "../_shared/request-body.ts";

const LINK_SECONDS = 60;

export type ShareParts = Addresses & {
  log: Log;
  pipeline: Pick<Pipeline, "lookAtShareLink" | "openShareLink">;
  files: Pick<Files, "link">;
};

/**
 * `/functions/v1/share/<token>`: a document for anyone with a link to it. `GET` → `{needs_password}`; opens nothing. `POST {password?}` → opens it: `{filename, signed_url, expires_in, …}`, and
 * what else the link shows. Links that ended, were used up, revoked or guessed are 404 `not_found`, all alike.
 */
export function createShareHandler({ log, pipeline, files, projectUrl, pageUrl }: ShareParts): Handler {
  return linkEndpoint({
    log,
    name: "share",
    projectUrl,
    pageUrl,
    look: (hash) => pipeline.lookAtShareLink(hash),
    async post(request, hash) {
      const { password } = parsed(OpenedShare, await receivedJson(request, MOST_ANONYMOUS_BYTES));
      const { storage_path, shared } = await pipeline.openShareLink(hash, password);
      const link = await files.link(storage_path, LINK_SECONDS, shared.filename);
      const address = addressOfCaller(request) ?? projectUrl;
      return json({ ...shared, signed_url: `${address}/storage/v1${link}`, expires_in: LINK_SECONDS });
    },
  });
}
