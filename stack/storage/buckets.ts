import type { Identity } from "../identity.ts";
import { type Database, SERVICE } from "./database.ts";
import { ERRORS } from "./errors.ts";
import { isUuid, parseFileSize, validBucketName } from "./names.ts";
import type { ObjectStore } from "./object-store.ts";
import { deleteObjects } from "./objects.ts";

/** A bucket as the API shows it; `file_size_limit` in bytes. */
export type Bucket = {
  id: string;
  name: string;
  owner: string;
  public: boolean;
  type: string;
  file_size_limit: number | null;
  allowed_mime_types: string[] | null;
  created_at: Date;
  updated_at: Date;
};

/** What a caller may set; undefined leaves it as it is. */
export type BucketSettings = {
  public?: boolean;
  file_size_limit?: number | string | null;
  allowed_mime_types?: string[] | null;
};

export type BucketSearch = {
  limit?: number;
  offset?: number;
  search?: string;
  sortColumn?: "id" | "name" | "created_at" | "updated_at";
  sortOrder?: "asc" | "desc";
};

export type Buckets = ReturnType<typeof openBuckets>;

const COLUMNS = `id, name, coalesce(owner_id, owner::text, '') as owner, public, type, file_size_limit::float8 as file_size_limit,
  allowed_mime_types, created_at, updated_at`;

/** Buckets under the caller's policies on storage.buckets. @param projectLimit largest file of the project, in bytes */
export function openBuckets({
  database,
  store,
  projectLimit,
}: {
  database: Database;
  store: ObjectStore;
  projectLimit: number;
}) {
  function sizeLimit(limit: number | string | null | undefined): number | null | undefined {
    if (limit === undefined || limit === null) return limit;
    const bytes = parseFileSize(limit);
    if (bytes > projectLimit) throw ERRORS.tooLarge();
    return bytes;
  }

  async function find(caller: Identity, id: string): Promise<Bucket> {
    return database.as(caller, async (client) => {
      const { rows } = await client.query<Bucket>(`select ${COLUMNS} from storage.buckets where id = $1`, [id]);
      if (!rows[0]) throw ERRORS.noSuchBucket();
      return rows[0];
    });
  }

  return {
    find,

    /** What any bucket takes, whoever asks. `sizeLimit` in bytes. */
    async limits(id: string): Promise<{ sizeLimit: number; allowedTypes: string[] | null }> {
      const bucket = await find(SERVICE, id);
      return {
        sizeLimit: Math.min(bucket.file_size_limit ?? projectLimit, projectLimit),
        allowedTypes: bucket.allowed_mime_types,
      };
    },

    async isPublic(id: string): Promise<boolean> {
      return (await find(SERVICE, id)).public;
    },

    async list(
      caller: Identity,
      { limit, offset, search, sortColumn = "name", sortOrder = "asc" }: BucketSearch,
    ): Promise<Bucket[]> {
      return database.as(caller, async (client) => {
        const { rows } = await client.query<Bucket>(
          `select ${COLUMNS} from storage.buckets where $1 = '' or strpos(lower(name), lower($1)) > 0
           order by ${sortColumn} ${sortOrder} limit $2 offset $3`,
          [search ?? "", limit ?? null, offset ?? 0],
        );
        return rows;
      });
    },

    async create(caller: Identity, id: string, name: string, settings: BucketSettings): Promise<void> {
      validBucketName(id);
      validBucketName(name);
      const owner = typeof caller.claims.sub === "string" ? caller.claims.sub : null;
      await database.as(caller, (client) =>
        client.query(
          `insert into storage.buckets (id, name, owner, owner_id, public, file_size_limit, allowed_mime_types)
           values ($1, $2, $3, $4, $5, $6, $7)`,
          [
            id,
            name,
            isUuid(owner) ? owner : null,
            owner,
            settings.public ?? false,
            sizeLimit(settings.file_size_limit) ?? null,
            settings.allowed_mime_types ?? null,
          ],
        ),
      );
    },

    async update(caller: Identity, id: string, settings: BucketSettings): Promise<void> {
      const changes = Object.entries({ ...settings, file_size_limit: sizeLimit(settings.file_size_limit) }).filter(
        ([, value]) => value !== undefined,
      );
      const { rowCount } = await database.as(caller, (client) =>
        client.query(
          `update storage.buckets set ${["updated_at = now()", ...changes.map(([column], index) => `${column} = $${index + 2}`)].join(", ")} where id = $1`,
          [id, ...changes.map(([, value]) => value)],
        ),
      );
      if (!rowCount) throw ERRORS.noSuchBucket();
    },

    /** All or nothing: an object that the caller may see but not delete keeps the rest too. */
    async empty(caller: Identity, id: string): Promise<void> {
      await find(caller, id);
      const gone = await database.as(caller, async (client) => {
        const deleted = await deleteObjects(client, id);
        const { rowCount } = await client.query("select from storage.objects where bucket_id = $1 limit 1", [id]);
        if (rowCount)
          throw ERRORS.accessDenied("Cannot empty the bucket: you may have SELECT but not DELETE permissions");
        return deleted;
      });
      await store.remove(gone.map((object) => object.version));
    },

    async remove(caller: Identity, id: string): Promise<void> {
      await find(caller, id);
      const { rowCount: occupied } = await database.as(SERVICE, (client) =>
        client.query("select from storage.objects where bucket_id = $1 limit 1", [id]),
      );
      if (occupied) throw ERRORS.bucketNotEmpty();
      const { rowCount } = await database.as(caller, async (client) => {
        await client.query("select set_config('storage.allow_delete_query', 'true', true)");
        return client.query("delete from storage.buckets where id = $1", [id]);
      });
      if (!rowCount) throw ERRORS.noSuchBucket();
    },
  };
}
