import { Hono } from "hono";
import { z } from "zod";
import type { Buckets } from "./buckets.ts";
import { type StorageEnv, callerOf } from "./caller.ts";
import { jsonBody, query } from "./request-body.ts";

const Settings = z.object({
  public: z.boolean().optional(),
  file_size_limit: z.union([z.int().min(0), z.string()]).nullish(),
  allowed_mime_types: z.array(z.string()).nullish(),
});

const NewBucket = Settings.extend({ name: z.string(), id: z.string().optional() });

const Search = z.object({
  limit: z.coerce.number().int().min(1).optional(),
  offset: z.coerce.number().int().min(0).optional(),
  search: z.string().optional(),
  sortColumn: z.enum(["id", "name", "created_at", "updated_at"]).optional(),
  sortOrder: z.enum(["asc", "desc"]).optional(),
});

/** `/bucket`: the routes of upstream's src/http/routes/bucket. */
export function bucketRoutes(buckets: Buckets): Hono<StorageEnv> {
  return new Hono<StorageEnv>()
    .get("/", async (c) => c.json(await buckets.list(callerOf(c), query(c, Search))))
    .post("/", async (c) => {
      const { name, id, ...settings } = await jsonBody(c, NewBucket);
      await buckets.create(callerOf(c), id ?? name, name, settings);
      return c.json({ name });
    })
    .get("/:id", async (c) => {
      const { type: _, ...bucket } = await buckets.find(callerOf(c), c.req.param("id"));
      return c.json(bucket);
    })
    .put("/:id", async (c) => {
      await buckets.update(callerOf(c), c.req.param("id"), await jsonBody(c, Settings));
      return c.json({ message: "Successfully updated" });
    })
    .post("/:id/empty", async (c) => {
      await buckets.empty(callerOf(c), c.req.param("id"));
      // Upstream's words; here it is done when they are said.
      return c.json({ message: "Empty bucket has been queued. Completion may take up to an hour." });
    })
    .delete("/:id", async (c) => {
      await buckets.remove(callerOf(c), c.req.param("id"));
      return c.json({ message: "Successfully deleted" });
    });
}
