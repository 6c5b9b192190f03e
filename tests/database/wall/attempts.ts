import type pg from "pg";
import type { Attempts, Line, Outcome } from "./lines.ts";

/** Who tries, whose rows, and ids of the other user's things by the names that columns and arguments give them. */
export type Scene = { anonymous: boolean; stranger: string; owner: string; ids: Record<string, string> };

export type Relation = { name: string; columns: { name: string; writable: boolean; identity: boolean }[] };

const RELATIONS = `
  select c.oid::regclass::text as name, format('%I.%I', n.nspname, c.relname) as full_name, (
    select json_agg(json_build_object('name', attname, 'writable', attgenerated = '', 'identity', attidentity = 'a') order by attnum) from pg_attribute
    where attrelid = c.oid and attnum > 0 and not attisdropped) as columns
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'f') and (n.nspname in ('public', 'private')
    or c.oid in ('storage.objects'::regclass, 'storage.buckets'::regclass, 'realtime.messages'::regclass)) order by 2`;

export async function relations(client: pg.Client): Promise<Relation[]> {
  return (await client.query(RELATIONS)).rows.map(({ full_name, columns }) => ({ name: full_name, columns }));
}

/** The condition for the rows of a user; every row, where a relation has no owner. */
export function rowsOf(user: string, { name, columns }: Relation): string {
  if (columns.some((column) => column.name === "user_id")) return `user_id = '${user}'`;
  if (name === "storage.objects") return `name like '${user}/%'`;
  return "true";
}

/** Runs statements as a caller inside a savepoint, and puts everything back. */
export async function attempt(
  client: pg.Client,
  { anonymous, stranger }: Scene,
  query: string,
  values: unknown[] = [],
): Promise<{ outcome: Outcome; rows: unknown[] }> {
  const claims = anonymous ? { role: "anon" } : { role: "authenticated", sub: stranger };
  await client.query("savepoint attempt");
  await client.query("select set_config('request.jwt.claims', $1, true)", [JSON.stringify(claims)]);
  await client.query(`set local role ${claims.role}`);
  try {
    const { rows, rowCount } = await client.query(query, values);
    return { outcome: rowCount === 0 ? "nothing" : "rows", rows };
  } catch (error) {
    const { code = "" } = error as { code?: string };
    return { outcome: code === "42501" ? "refused" : code, rows: [] };
  } finally {
    await client.query("rollback to attempt");
  }
}

/** The most that any of several statements comes to; one after another, as they share a connection. */
async function most(client: pg.Client, scene: Scene, statements: string[]): Promise<Outcome> {
  const seen = new Set<Outcome>();
  for (const statement of statements) seen.add((await attempt(client, scene, statement)).outcome);
  return (
    [...seen].find((outcome) => outcome !== "refused" && outcome !== "nothing") ??
    (seen.has("nothing") ? "nothing" : "refused")
  );
}

/** A copy of one of the owner's rows, some of its values changed, inserted by the caller. */
async function insertCopy(
  client: pg.Client,
  scene: Scene,
  relation: Relation,
  change: Record<string, unknown>,
): Promise<Outcome> {
  const { rows } = await client.query(
    `select to_jsonb(t) as row from ${relation.name} as t where ${rowsOf(scene.owner, relation)} limit 1`,
  );
  const columns = relation.columns
    .filter(({ writable }) => writable)
    .map(({ name }) => `"${name}"`)
    .join(", ");
  const row = { ...rows[0]?.row, ...change };
  return (
    await attempt(
      client,
      scene,
      `insert into ${relation.name} (${columns}) overriding system value select ${columns} from jsonb_populate_record(null::${relation.name}, $1) returning 1`,
      [row],
    )
  ).outcome;
}

/** All that a caller can try on the owner's rows. */
export async function attemptsOn(client: pg.Client, scene: Scene, relation: Relation): Promise<Attempts> {
  const theirs = rowsOf(scene.owner, relation);
  const updates = relation.columns
    .filter(({ writable, identity }) => writable && !identity)
    .map(({ name }) => `update ${relation.name} set "${name}" = "${name}" where ${theirs}`);
  return {
    select: (await attempt(client, scene, `select * from ${relation.name} where ${theirs}`)).outcome,
    insert: await insertCopy(client, scene, relation, {}),
    update: await most(client, scene, updates),
    delete: (await attempt(client, scene, `delete from ${relation.name} where ${theirs}`)).outcome,
    truncate: (await attempt(client, scene, `truncate ${relation.name} cascade`)).outcome,
  };
}

/** The caller's own writes that carry the owner's ids. */
export async function linksTo(client: pg.Client, scene: Scene, relation: Relation): Promise<Line["linking"]> {
  const own = rowsOf(scene.stranger, relation);
  const ids: Record<string, string> = relation.name.startsWith("storage.")
    ? { name: `${scene.owner}/theirs` }
    : { topic: scene.owner, ...scene.ids };
  const updates = relation.columns
    .filter(({ name }) => ids[name])
    .map(({ name }) => `update ${relation.name} set "${name}" = '${ids[name]}' where ${own}`);
  const change = relation.name === "storage.objects" ? { name: `${scene.owner}/more` } : { user_id: scene.stranger };
  return { insert: await insertCopy(client, scene, relation, change), update: await most(client, scene, updates) };
}
