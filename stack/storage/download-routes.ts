import { type Context, Hono } from "hono";
import type { Identity } from "../identity.ts";
import { OBJECT, type StorageEnv, callerOf } from "./caller.ts";
import { SERVICE } from "./database.ts";
import { ERRORS, StorageError } from "./errors.ts";
import { type ServeOptions, serveFile } from "./file-response.ts";
import { findObject, type StoredObject } from "./objects.ts";
import type { Parts } from "./app.ts";
import { query, Signed } from "./request-body.ts";

/**
 * Reading under `/object`: the file itself (GET, HEAD) and what is known of it (`info`), as the caller, of a public
 * bucket as anybody, or by a signed URL.
 */
export function downloadRoutes({ database, store, buckets, signedUrls }: Parts): Hono<StorageEnv> {
  const find = (caller: Identity, bucket: string, name: string): Promise<StoredObject> =>
    database.as(caller, (client) => findObject(client, bucket, name));

  /** Objects of a public bucket are everybody's; others are asked for as the caller. To nobody, a private bucket does not exist. */
  async function readerOf(c: Context<StorageEnv>, bucket: string): Promise<Identity> {
    const { caller } = c.var;
    const isPublic = await buckets.isPublic(bucket);
    if (!isPublic && caller instanceof StorageError) throw ERRORS.noSuchBucket();
    return isPublic ? SERVICE : (caller as Identity);
  }

  /** Here a token is asked for before anything else. */
  async function authenticatedReader(c: Context<StorageEnv>, bucket: string): Promise<Identity> {
    callerOf(c);
    return readerOf(c, bucket);
  }

  async function publicReader(_: Context<StorageEnv>, bucket: string): Promise<Identity> {
    if (!(await buckets.isPublic(bucket))) throw ERRORS.noSuchBucket();
    return SERVICE;
  }

  /** An object that is replaced between the look at its row and at its bytes is looked up again. */
  async function serve(
    c: Context<StorageEnv>,
    reader: Identity,
    bucket: string,
    name: string,
    options: ServeOptions,
  ): Promise<Response> {
    const object = await find(reader, bucket, name);
    try {
      return await serveFile(c.req.raw, store, object, options);
    } catch (error) {
      const now = await find(reader, bucket, name);
      if (now.version === object.version) throw error;
      return serveFile(c.req.raw, store, now, options);
    }
  }

  const file = (readerFor: typeof readerOf) => async (c: Context<StorageEnv>) => {
    const { bucket = "", name = "" } = c.req.param() as Record<string, string>;
    return serve(c, await readerFor(c, bucket), bucket, name, { download: c.req.query("download") });
  };

  const info = (readerFor: typeof readerOf) => async (c: Context<StorageEnv>) => {
    const { bucket = "", name = "" } = c.req.param() as Record<string, string>;
    return c.json(describe(await find(await readerFor(c, bucket), bucket, name)));
  };

  return new Hono<StorageEnv>()
    .get(`/sign${OBJECT}`, async (c) => {
      const { bucket, name } = c.req.param();
      const expires = await signedUrls.checkReading(query(c, Signed).token, bucket, name);
      return serve(c, SERVICE, bucket, name, { download: c.req.query("download"), expires });
    })
    .get(`/info/public${OBJECT}`, info(publicReader))
    .get(`/info/authenticated${OBJECT}`, info(authenticatedReader))
    .get(`/info${OBJECT}`, info(readerOf))
    .get(`/public${OBJECT}`, file(publicReader))
    .get(`/authenticated${OBJECT}`, file(authenticatedReader))
    .get(OBJECT, file(readerOf));
}

function describe({ metadata, ...object }: StoredObject): Record<string, unknown> {
  return {
    id: object.id,
    name: object.name,
    version: object.version,
    bucket_id: object.bucket_id,
    size: metadata?.size ?? null,
    content_type: metadata?.mimetype ?? null,
    cache_control: metadata?.cacheControl ?? null,
    etag: metadata?.eTag ?? null,
    metadata: object.user_metadata,
    last_modified: object.updated_at,
    created_at: object.created_at,
  };
}
