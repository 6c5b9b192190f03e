import { z } from "zod";
import type { Files } from "../_shared/files.ts";
import { type Handler, json, parsed } from "../_shared/http.ts";
import { linkEndpoint } from "../_shared/link-endpoint.ts";
import type { Log } from "../_shared/log.ts";
import type { Pipeline } from "../_shared/pipeline.ts";
import { addressOfCaller } from "../_shared/public-url.ts";
import { MOST_ANONYMOUS_BYTES, receivedJson } from "../_shared/request-body.ts";
import { SHARE_PAGE } from "./page.ts";

const LINK_SECONDS = 60;

const OpenCall = z.strictObject({ password: z.string().max(100).optional() });

export type ShareParts = {
  log: Log;
  pipeline: Pick<Pipeline, "lookAtShareLink" | "openShareLink">;
  files: Pick<Files, "link">;
  /** Where the project is, as far as this function knows: callers may know it by another address. */
  projectUrl: string;
};

/**
 * `/functions/v1/share/<token>`: a document for whoever has a link to it. `GET` → the page that opens it, or `{needs_password}` to callers that accept
 * JSON; opens nothing, since mail programs and chats look at links. `POST {password?}` → opens it: `{filename, signed_url, expires_in, …}`, and
 * what else the link shows. Links that ended, were used up, revoked or guessed are 404 `not_found`, all alike.
 */
export function createShareHandler({ log, pipeline, files, projectUrl }: ShareParts): Handler {
  return linkEndpoint({
    log,
    name: "share",
    page: SHARE_PAGE,
    look: (hash) => pipeline.lookAtShareLink(hash),
    async post(request, hash) {
      const { password } = parsed(OpenCall, await receivedJson(request, MOST_ANONYMOUS_BYTES));
      const { storage_path, shared } = await pipeline.openShareLink(hash, password);
      const link = await files.link(storage_path, LINK_SECONDS, shared.filename);
      const address = addressOfCaller(request) ?? projectUrl;
      return json({ ...shared, signed_url: `${address}/storage/v1${link}`, expires_in: LINK_SECONDS });
    },
  });
}
