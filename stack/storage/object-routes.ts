import { type Context, Hono } from "hono";
import { z } from "zod";
import type { Parts } from "./app.ts";
import { OBJECT, type StorageEnv, callerOf, ownerOf } from "./caller.ts";
import { SERVICE } from "./database.ts";
import { ERRORS } from "./errors.ts";
import { listFolder, listV2 } from "./listing.ts";
import { validKey } from "./names.ts";
import { deleteObjects, findObject } from "./objects.ts";
import { jsonBody, query, Signed } from "./request-body.ts";

const Order = z.enum(["asc", "desc"]).default("asc");

const List = z.object({
  prefix: z.string(),
  limit: z.int().min(1).default(100),
  offset: z.int().min(0).default(0),
  search: z.string().default(""),
  sortBy: z
    .object({ column: z.enum(["name", "updated_at", "created_at", "last_accessed_at"]).default("name"), order: Order })
    .prefault({}),
});

const ListV2 = z.object({
  prefix: z.string().default(""),
  limit: z.int().min(1).max(1000).default(1000),
  cursor: z.string().optional(),
  with_delimiter: z.boolean().default(false),
  sortBy: z.object({ column: z.enum(["name", "updated_at", "created_at"]).default("name"), order: Order }).prefault({}),
});

const Move = z.object({
  bucketId: z.string(),
  sourceKey: z.string(),
  destinationBucket: z.string().optional(),
  destinationKey: z.string(),
});

const Copy = Move.extend({
  copyMetadata: z.boolean().default(true),
  metadata: z.object({ cacheControl: z.string().optional(), mimetype: z.string().optional() }).optional(),
});

const Sign = z.object({ expiresIn: z.int().min(1) });
const SignMany = Sign.extend({ paths: z.array(z.string()).min(1).max(1000) });
const Remove = z.object({ prefixes: z.array(z.string()).min(1) });

const upsertAsked = (c: Context): boolean => c.req.header("x-upsert") === "true";

/** Writing, listing and signing under `/object`: the routes of upstream's src/http/routes/object. */
export function objectRoutes({ database, store, uploads, transfers, signedUrls }: Parts): Hono<StorageEnv> {
  return new Hono<StorageEnv>()
    .post("/list/:bucket", async (c) => {
      const options = await jsonBody(c, List);
      return c.json(await database.as(callerOf(c), (client) => listFolder(client, c.req.param("bucket"), options)));
    })
    .post("/list-v2/:bucket", async (c) => {
      const options = await jsonBody(c, ListV2);
      return c.json(await database.as(callerOf(c), (client) => listV2(client, c.req.param("bucket"), options)));
    })
    .post("/move", async (c) => {
      const { bucketId, sourceKey, destinationBucket = bucketId, destinationKey } = await jsonBody(c, Move);
      const moved = await transfers.move(
        callerOf(c),
        { bucket: bucketId, name: sourceKey },
        { bucket: destinationBucket, name: destinationKey },
      );
      return c.json({ message: "Successfully moved", Id: moved.id, Key: moved.name });
    })
    .post("/copy", async (c) => {
      const {
        bucketId,
        sourceKey,
        destinationBucket = bucketId,
        destinationKey,
        copyMetadata,
        metadata,
      } = await jsonBody(c, Copy);
      const from = { bucket: bucketId, name: sourceKey };
      const to = { bucket: destinationBucket, name: destinationKey };
      const copy = await transfers.copy(callerOf(c), from, to, { upsert: upsertAsked(c), copyMetadata, metadata });
      return c.json({ Id: copy.id, Key: `${destinationBucket}/${destinationKey}`, ...copy });
    })
    .post(`/sign${OBJECT}`, async (c) => {
      const { bucket, name } = c.req.param();
      const { expiresIn } = await jsonBody(c, Sign);
      await database.as(callerOf(c), (client) => findObject(client, bucket, name));
      return c.json({ signedURL: await signedUrls.forReading(bucket, name, expiresIn) });
    })
    .post("/sign/:bucket", async (c) => {
      const bucket = c.req.param("bucket");
      const { expiresIn, paths } = await jsonBody(c, SignMany);
      const { rows } = await database.as(callerOf(c), (client) =>
        client.query<{ name: string }>("select name from storage.objects where bucket_id = $1 and name = any ($2)", [
          bucket,
          paths,
        ]),
      );
      const found = new Set(rows.map(({ name }) => name));
      const signed = paths.map(async (path) =>
        found.has(path)
          ? { error: null, path, signedURL: await signedUrls.forReading(bucket, path, expiresIn) }
          : { error: "Either the object does not exist or you do not have access to it", path, signedURL: null },
      );
      return c.json(await Promise.all(signed));
    })
    .post(`/upload/sign${OBJECT}`, async (c) => {
      const { bucket, name } = c.req.param();
      const grant = { owner: ownerOf(callerOf(c)), upsert: upsertAsked(c) };
      await uploads.permit(
        callerOf(c),
        { bucket, name: validKey(name), ...grant },
        { mimetype: c.req.header("content-type"), contentLength: Number(c.req.header("content-length") ?? 0) },
      );
      return c.json(await signedUrls.forUpload(bucket, name, grant));
    })
    .put(`/upload/sign${OBJECT}`, async (c) => {
      const { bucket, name } = c.req.param();
      const grant = await signedUrls.checkUpload(query(c, Signed).token, bucket, name);
      await uploads.receive(SERVICE, { bucket, name, ...grant }, c.req.raw);
      return c.json({ Key: `${bucket}/${name}` });
    })
    .on(["POST", "PUT"], OBJECT, async (c) => {
      const { bucket, name } = c.req.param();
      const target = { bucket, name, owner: ownerOf(callerOf(c)), upsert: c.req.method === "PUT" || upsertAsked(c) };
      const { id } = await uploads.receive(callerOf(c), target, c.req.raw);
      return c.json({ Id: id, Key: `${bucket}/${name}` });
    })
    .delete("/:bucket", async (c) => {
      const { prefixes } = await jsonBody(c, Remove);
      const gone = await database.as(callerOf(c), (client) => deleteObjects(client, c.req.param("bucket"), prefixes));
      await store.remove(gone.map(({ version }) => version));
      return c.json(gone);
    })
    .delete(OBJECT, async (c) => {
      const { bucket, name } = c.req.param();
      const caller = callerOf(c);
      await database.as(SERVICE, (client) => findObject(client, bucket, name));
      const gone = await database.as(caller, (client) => deleteObjects(client, bucket, [name]));
      if (!gone.length) throw ERRORS.accessDenied("Access denied");
      await store.remove(gone.map(({ version }) => version));
      return c.json({ message: "Successfully deleted" });
    });
}
