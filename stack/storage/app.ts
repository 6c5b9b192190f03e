import { Hono } from "hono";
import { cors } from "hono/cors";
import type { Keys } from "../keys.ts";
import { bucketRoutes } from "./bucket-routes.ts";
import type { Buckets } from "./buckets.ts";
import { type StorageEnv, identifyCaller } from "./caller.ts";
import type { Database } from "./database.ts";
import { downloadRoutes } from "./download-routes.ts";
import { ERRORS, StorageError } from "./errors.ts";
import { objectRoutes } from "./object-routes.ts";
import type { ObjectStore } from "./object-store.ts";
import type { SignedUrls } from "./signed-urls.ts";
import type { Transfers } from "./transfers.ts";
import type { Uploads } from "./uploads.ts";

/** What the routes work with. */
export type Parts = {
  keys: Keys;
  database: Database;
  store: ObjectStore;
  buckets: Buckets;
  uploads: Uploads;
  transfers: Transfers;
  signedUrls: SignedUrls;
  onLog: (line: string) => void;
};

/** What Fastify takes for a type: two tokens (RFC 9110, 8.3.1), and whatever stands behind a semicolon. */
const MIME_TYPE = /^\s*[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(?:;|$)/;

/** Everything under `/storage/v1`. */
export function createApp(parts: Parts): Hono<StorageEnv> {
  const app = new Hono<StorageEnv>().basePath("/storage/v1");
  app.use(cors({ origin: "*", exposeHeaders: ["content-range", "content-length", "accept-ranges", "etag"] }));
  app.use(async (c, next) => {
    const type = c.req.method === "GET" || c.req.method === "HEAD" ? undefined : c.req.header("content-type");
    if (type && !MIME_TYPE.test(type)) throw ERRORS.noMimeType();
    await next();
  });
  app.use(identifyCaller(parts.keys));
  app.get("/status", (c) => c.body(null, 200));
  app.route("/bucket", bucketRoutes(parts.buckets));
  app.route("/object", objectRoutes(parts));
  app.route("/object", downloadRoutes(parts));
  app.notFound((c) => ERRORS.noSuchRoute(c.req.method, c.req.path).toResponse());
  app.onError((error, c) => {
    const known = error instanceof StorageError ? error : ERRORS.internal(error);
    if (known.statusCode >= 500) {
      const reason = known.cause instanceof Error ? known.cause.message : known.message;
      parts.onLog(`storage: ${c.req.method} ${c.req.path} failed: ${reason}`);
    }
    return known.toResponse();
  });
  return app;
}
