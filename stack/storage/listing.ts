import type pg from "pg";
import type { StoredObject } from "./objects.ts";

type Columns = Pick<StoredObject, "updated_at" | "created_at" | "last_accessed_at" | "metadata">;

/** An entry of `list`: a file, or a folder, which has a name and nulls. */
export type Entry = { name: string; id: string | null } & { [Key in keyof Columns]: Columns[Key] | null };

export type SortColumn = "name" | "updated_at" | "created_at" | "last_accessed_at";
export type SortOrder = "asc" | "desc";

export type ListOptions = {
  prefix: string;
  limit: number;
  offset: number;
  search: string;
  sortBy: { column: SortColumn; order: SortOrder };
};

/**
 * One level of a folder, as upstream's `storage.search` lists it: names relative to the folder; `search` is how they
 * begin; upper and lower case are the same; sorted by name, folders stand among the files, else before them.
 */
export async function listFolder(
  client: pg.PoolClient,
  bucket: string,
  { prefix, limit, offset, search, sortBy }: ListOptions,
): Promise<Entry[]> {
  const folder = prefix && !prefix.endsWith("/") ? `${prefix}/` : prefix;
  const { order } = sortBy;
  const sorted =
    sortBy.column === "name"
      ? `lower(name) collate "C" ${order}`
      : `(id is null) desc, ${sortBy.column} ${order}, name ${order}`;
  const { rows } = await client.query<Entry>(
    `with found as (
       select *, substr(name, length($2::text) + 1) as rest,
         strpos(substr(name, length($2::text || $3::text) + 1), '/') as slash
       from storage.objects where bucket_id = $1 and starts_with(lower(name), lower($2::text || $3::text))
     ), entries as (
       select rest as name, id, updated_at, created_at, last_accessed_at, metadata from found where slash = 0
       union all
       select distinct left(rest, length($3::text) + slash - 1), null::uuid, null::timestamptz, null::timestamptz, null::timestamptz, null::jsonb
       from found where slash > 0
     )
     select * from entries order by ${sorted} limit $4 offset $5`,
    [bucket, folder, search, limit, offset],
  );
  return rows;
}

export type ListV2Options = {
  prefix: string;
  limit: number;
  cursor?: string;
  with_delimiter: boolean;
  sortBy: { column: Exclude<SortColumn, "last_accessed_at">; order: SortOrder };
};

export type ListV2 = {
  hasNext: boolean;
  nextCursor?: string;
  folders: { name: string; key: string }[];
  objects: ({ id: string; name: string; key: string } & Columns)[];
};

/** All objects whose name begins with `prefix`, or with a delimiter those of one level and its folders; by pages. */
export async function listV2(
  client: pg.PoolClient,
  bucket: string,
  { prefix, limit, cursor, with_delimiter, sortBy }: ListV2Options,
): Promise<ListV2> {
  const [operator, order] = sortBy.order === "asc" ? [">", "asc"] : ["<", "desc"];
  const sortKey = sortBy.column === "name" ? "''" : `coalesce(to_char(${sortBy.column}, 'YYYYMMDDHH24MISSUS'), '')`;
  const after = cursor === undefined ? undefined : decodeCursor(cursor);
  const { rows } = await client.query<{ id: string | null; key: string; sort_key: string } & Columns>(
    `with found as (
       select *, case when $3::boolean then strpos(substr(name, length($2::text) + 1), '/') else 0 end as slash
       from storage.objects where bucket_id = $1 and starts_with(name, $2::text)
     ), entries as (
       select id, name as key, updated_at, created_at, last_accessed_at, metadata from found where slash = 0
       union all
       select distinct null::uuid, left(name, length($2::text) + slash), null::timestamptz, null::timestamptz, null::timestamptz, null::jsonb
       from found where slash > 0
     ), keyed as (select *, ${sortKey} as sort_key from entries)
     select * from keyed
     where $5::text is null or (sort_key collate "C", key collate "C") ${operator} ($5::text, $6::text)
     order by sort_key collate "C" ${order}, key collate "C" ${order} limit $4 + 1`,
    [bucket, prefix, with_delimiter, limit, after?.sortKey ?? null, after?.key ?? null],
  );
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const hasNext = rows.length > limit;
  return {
    hasNext,
    ...(hasNext && last && { nextCursor: encodeCursor(last.sort_key, last.key) }),
    folders: page.filter(({ id }) => id === null).map(({ key }) => ({ name: key, key })),
    objects: page.flatMap(({ id, key, sort_key: _, ...columns }) =>
      id === null ? [] : [{ id, name: key, key, ...columns }],
    ),
  };
}

const encodeCursor = (sortKey: string, key: string): string => Buffer.from(`${sortKey}/${key}`).toString("base64url");

function decodeCursor(cursor: string): { sortKey: string; key: string } {
  const [sortKey = "", ...key] = Buffer.from(cursor, "base64url").toString("utf8").split("/");
  return { sortKey, key: key.join("/") };
}
