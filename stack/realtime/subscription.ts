import { createHash } from "node:crypto";
import pg from "pg";
import { type Filter, FilterError, filterSql, parseFilter } from "./filter.ts";
import { record } from "./frame.ts";

/** What one `.on("postgres_changes", …)` of a channel asks for. `*` stands for every schema, table or event. */
export type Subscription = {
  /** The number by which the client knows it. */
  id: number;
  event: "*" | "INSERT" | "UPDATE" | "DELETE";
  schema: string;
  table: string;
  filters: Filter[];
  /** The columns that were asked for with `select`, or null for all. */
  columns: string[] | null;
};

/** A subscription that can never work; the message goes to the client. */
export class SubscriptionError extends Error {}

/** The id of a subscription: the same for the same parameters, and within the range that upstream uses. */
export function subscriptionId(parameters: unknown): number {
  return createHash("sha256").update(JSON.stringify(parameters)).digest().readUInt32BE() >>> 5;
}

/** @throws SubscriptionError in the words of supabase/realtime (lib/extensions/postgres_cdc_rls/subscriptions.ex) */
export function parseSubscription(parameters: unknown): Subscription {
  const { event, schema, table, filter, select } = record(parameters);
  if (typeof schema !== "string" && typeof table !== "string") {
    throw new SubscriptionError(
      "No subscription params provided. Please provide at least a `schema` or `table` to subscribe to.",
    );
  }
  if (typeof select === "string") {
    throw new SubscriptionError("Error parsing `select` params: expected a list of column name strings");
  }
  const columns = Array.isArray(select) ? select.filter((name) => typeof name === "string") : [];
  if (columns.length > 0 && (schema === "*" || table === "*" || table === undefined)) {
    throw new SubscriptionError(
      "Column selection is not supported for wildcard subscriptions. Provide an explicit schema and table name.",
    );
  }
  return {
    id: subscriptionId(parameters),
    event: eventOf(event),
    schema: typeof schema === "string" ? schema : "public",
    table: typeof table === "string" ? table : "*",
    filters: filtersOf(filter),
    columns: columns.length > 0 ? columns : null,
  };
}

/** Whether the subscription asks for such changes, its filters aside. */
export function wants(subscription: Subscription, change: { schema: string; table: string; type: string }): boolean {
  const matches = (asked: string, found: string): boolean => asked === "*" || asked === found;
  return (
    matches(subscription.schema, change.schema) &&
    matches(subscription.table, change.table) &&
    matches(subscription.event, change.type)
  );
}

/**
 * Checks a subscription against the database: the table is in the publication, the role may read the columns that are
 * named, and Postgres can compare each filter's value with its column. The comparison is the very one that changes go
 * through later, so what is accepted here cannot fail there.
 *
 * @throws SubscriptionError where it can never work; other errors mean that the database did not answer
 */
export async function checkSubscription(pool: pg.Pool, subscription: Subscription, role: string): Promise<void> {
  const { rows } = await pool.query<{ entity: string; columns: string[] }>(PUBLISHED, [
    subscription.schema,
    subscription.table,
    role,
  ]);
  if (rows.length === 0) {
    throw new SubscriptionError(
      `Unable to subscribe to changes with given parameters. Please check Realtime is enabled for the given connect parameters: [${described(subscription)}]`,
    );
  }
  for (const { entity, columns } of rows) {
    const refused =
      subscription.filters.find(({ column }) => !columns.includes(column))?.column ??
      subscription.columns?.find((column) => !columns.includes(column));
    if (refused !== undefined) throw unusable(subscription, `invalid column for filter ${refused}`);
    for (const filter of subscription.filters) await tryFilter(pool, subscription, entity, filter);
  }
}

const PUBLISHED = `
  select format('%I.%I', p.schemaname, p.tablename) as entity,
    array(
      select a.attname::text from pg_catalog.pg_attribute a
      where a.attrelid = format('%I.%I', p.schemaname, p.tablename)::regclass and a.attnum > 0 and not a.attisdropped
        and has_column_privilege($3::name, a.attrelid, a.attnum, 'select')
    ) as columns
  from pg_catalog.pg_publication_tables p
  where p.pubname = 'supabase_realtime' and $1::text in ('*', p.schemaname) and $2::text in ('*', p.tablename)`;

async function tryFilter(pool: pg.Pool, subscription: Subscription, entity: string, filter: Filter): Promise<void> {
  const { sql, values } = filterSql(filter, 1);
  try {
    await pool.query(`select ${sql} from jsonb_populate_record(null::${entity}, '{}') r`, values);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    throw unusable(subscription, error.message);
  }
}

const described = ({ event, schema, table, filters }: Subscription): string =>
  `event: ${event}, schema: ${schema}, table: ${table}, filters: ${JSON.stringify(filters.map(({ column, op, value }) => [column, op, value]))}`;

const unusable = (subscription: Subscription, why: string): SubscriptionError =>
  new SubscriptionError(
    `Unable to subscribe to changes with given parameters. An exception happened so please check your connect parameters: [${described(subscription)}]. Exception: ${why}`,
  );

function eventOf(event: unknown): Subscription["event"] {
  const name = String(event).toUpperCase();
  return name === "INSERT" || name === "UPDATE" || name === "DELETE" ? name : "*";
}

function filtersOf(filter: unknown): Filter[] {
  try {
    return typeof filter === "string" ? parseFilter(filter) : [];
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    throw new SubscriptionError(`Error parsing \`filter\` params: ${error.message}`);
  }
}
