import type pg from "pg";
import { ERRORS } from "./errors.ts";
import { isUuid, validKey } from "./names.ts";

/** What Storage knows of an object's bytes; the keys are upstream's. */
export type ObjectMetadata = {
  eTag: string;
  size: number;
  mimetype: string;
  cacheControl: string;
  /** ISO 8601 */
  lastModified: string;
  contentLength: number;
  httpStatusCode: number;
};

/** A row of storage.objects. Rows that SQL inserted may have neither a version (bytes) nor metadata. */
export type StoredObject = {
  id: string;
  bucket_id: string;
  name: string;
  owner: string | null;
  owner_id: string | null;
  version: string | null;
  created_at: Date;
  updated_at: Date;
  last_accessed_at: Date;
  metadata: ObjectMetadata | null;
  user_metadata: Record<string, unknown> | null;
};

/** What an upload or a copy writes into a row. */
export type NewObject = {
  bucket: string;
  name: string;
  owner: string | undefined;
  version: string;
  metadata?: ObjectMetadata;
  userMetadata?: Record<string, unknown> | null;
};

export const OBJECT_COLUMNS =
  "id, bucket_id, name, owner, owner_id, version, created_at, updated_at, last_accessed_at, metadata, user_metadata";

const INSERT = `insert into storage.objects (bucket_id, name, owner, owner_id, version, metadata, user_metadata)
  values ($1, $2, $3, $4, $5, $6, $7)`;

const values = ({ bucket, name, owner, version, metadata, userMetadata }: NewObject): unknown[] => [
  bucket,
  name,
  isUuid(owner) ? owner : null,
  owner ?? null,
  version,
  metadata ?? null,
  userMetadata ?? null,
];

/** @throws StorageError "Object not found", also when the caller may not see it */
export async function findObject(client: pg.PoolClient, bucket: string, name: string): Promise<StoredObject> {
  const { rows } = await client.query<StoredObject>(
    `select ${OBJECT_COLUMNS} from storage.objects where bucket_id = $1 and name = $2`,
    [bucket, validKey(name)],
  );
  if (!rows[0]) throw ERRORS.noSuchKey();
  return rows[0];
}

/** Needs no more than the INSERT policy. @throws a unique violation when the name is taken */
export async function insertObject(client: pg.PoolClient, object: NewObject): Promise<void> {
  await client.query(INSERT, values(object));
}

/** Needs the INSERT, SELECT and UPDATE policies. */
export async function upsertObject(client: pg.PoolClient, object: NewObject): Promise<void> {
  await client.query(
    `${INSERT}
     on conflict (bucket_id, name) do update set (owner, owner_id, version, metadata, user_metadata)
       = row(excluded.owner, excluded.owner_id, excluded.version, excluded.metadata, excluded.user_metadata)
     returning *`,
    values(object),
  );
}

/**
 * Puts the row of an object whose bytes are on disk. One at a time for a name, so that of two uploads each knows which
 * version it replaced.
 *
 * @returns the row, and the version whose bytes nobody needs any more
 */
export async function putObject(
  client: pg.PoolClient,
  object: NewObject,
  upsert: boolean,
): Promise<{ row: StoredObject; replaced: string | null }> {
  await client.query("select pg_advisory_xact_lock(hashtextextended($1, 0))", [`${object.bucket}/${object.name}`]);
  const { rows } = await client.query<{ version: string | null }>(
    "select version from storage.objects where bucket_id = $1 and name = $2 for update",
    [object.bucket, object.name],
  );
  await (upsert ? upsertObject : insertObject)(client, object);
  return { row: await findObject(client, object.bucket, object.name), replaced: rows[0]?.version ?? null };
}

/** Gives an object another name, or bucket. @throws StorageError "Object not found", or that the name is taken */
export async function renameObject(
  client: pg.PoolClient,
  from: { bucket: string; name: string },
  to: { bucket: string; name: string; owner: string | undefined },
): Promise<void> {
  await findObject(client, from.bucket, from.name);
  const { rowCount } = await client.query(
    `update storage.objects
     set bucket_id = $3, name = $4, owner = coalesce($5::uuid, owner), owner_id = coalesce($6, owner_id)
     where bucket_id = $1 and name = $2
     returning *`,
    [from.bucket, from.name, to.bucket, to.name, isUuid(to.owner) ? to.owner : null, to.owner ?? null],
  );
  if (!rowCount) throw ERRORS.noSuchKey();
}

/** Needs the SELECT and DELETE policies; without names, all objects of the bucket. @returns the rows that are gone */
export async function deleteObjects(client: pg.PoolClient, bucket: string, names?: string[]): Promise<StoredObject[]> {
  await client.query("select set_config('storage.allow_delete_query', 'true', true)");
  const { rows } = await client.query<StoredObject>(
    `delete from storage.objects where bucket_id = $1 and ($2::text[] is null or name = any ($2)) returning ${OBJECT_COLUMNS}`,
    [bucket, names ?? null],
  );
  return rows;
}
