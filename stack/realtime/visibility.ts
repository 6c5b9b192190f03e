import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { type Identity, actingAs } from "../identity.ts";
import { type Change, rowJson } from "./change.ts";
import { type Filter, filterSql } from "./filter.ts";
import type { Session } from "./session.ts";
import type { Subscription } from "./subscription.ts";

/** What a client gets of a change, under `data`. */
export type ChangeData = {
  schema: string;
  table: string;
  type: Change["type"];
  errors: string[] | null;
  commit_timestamp?: string;
  columns?: { name: string; type: string }[];
  record?: Record<string, unknown>;
  old_record?: Record<string, unknown>;
};

type Column = { name: string; type: string; key: boolean; roles: string[] };
type Facts = {
  rls: boolean;
  columns: Column[];
  record: Record<string, unknown> | null;
  old: Record<string, unknown> | null;
};

/** Whether a transaction has not ended yet for those who look. Needs the right to see everybody's transactions. */
const ENDING = "exists (select from pg_catalog.pg_stat_activity where backend_xid = $1::text::xid) as ending";

const ROLES: Identity["role"][] = ["anon", "authenticated", "service_role"];
const MOST_BYTES = 1024 * 1024;
const SMALL_VALUE_BYTES = 64;

/**
 * One change, and who may see what of it, by the rules of supabase/realtime's `realtime.apply_rls` (as of
 * 20260815120000_isolate_subscription_rls_errors): a new or changed row is told to those whose role, with their claims,
 * can select it by its primary key; a deleted row is told to all, but of a table with row level security only its primary
 * key; columns that the role may not select are left out. Each question is asked once, however many subscribers ask it.
 */
export class Visibility {
  readonly change: Change;
  readonly #pool: pg.Pool;
  readonly #filters: Map<string, Filter>;
  readonly #visible = new Map<string, Promise<boolean>>();
  #facts: Promise<Facts> | undefined;
  #passed: Promise<Map<string, boolean>> | undefined;

  /** @param subscriptions all that may ask about the change */
  constructor(pool: pg.Pool, change: Change, subscriptions: Subscription[]) {
    this.#pool = pool;
    this.change = change;
    this.#filters = new Map(
      subscriptions.flatMap(({ filters }) => filters.map((filter) => [JSON.stringify(filter), filter])),
    );
  }

  /** What a session gets to see through its subscriptions; nothing where it gets nothing. */
  async seenBy(session: Session, subscriptions: Subscription[]): Promise<{ ids: number[]; data: ChangeData }[]> {
    const facts = await (this.#facts ??= this.#readFacts());
    const refusal = this.#refusal(facts, session.identity.role);
    if (refusal) return [this.#error(subscriptions, refusal)];
    const passed = await (this.#passed ??= this.#evaluate());
    const passing = subscriptions.filter(({ filters }) => passes(filters, passed));
    if (passing.length === 0) return [];
    if (facts.rls && this.change.type !== "DELETE") {
      try {
        if (!(await this.#isVisibleTo(session, facts))) return [];
      } catch (error) {
        if (!isPolicyError(error)) throw error;
        return [this.#error(passing, "Error 500: Internal Server Error, RLS policy evaluation failed")];
      }
    }
    const selections = new Map(passing.map(({ columns }) => [JSON.stringify(columns), columns]));
    return [...selections].map(([selection, columns]) => ({
      ids: passing.filter((subscription) => JSON.stringify(subscription.columns) === selection).map(({ id }) => id),
      data: this.#data(facts, session.identity.role, columns),
    }));
  }

  #refusal(facts: Facts, role: string): string | undefined {
    if (this.change.type === "DELETE") return undefined;
    const key = facts.columns.filter((column) => column.key);
    if (key.length === 0) return "Error 400: Bad Request, no primary key";
    return key.every(({ roles }) => roles.includes(role)) ? undefined : "Error 401: Unauthorized";
  }

  #error(subscriptions: Subscription[], error: string): { ids: number[]; data: ChangeData } {
    const { schema, table, type } = this.change;
    return { ids: subscriptions.map(({ id }) => id), data: { schema, table, type, errors: [error] } };
  }

  #data({ rls, columns, record, old }: Facts, role: string, selected: string[] | null): ChangeData {
    const { schema, table, type, committedAt } = this.change;
    const shown = columns.filter(
      ({ name, key, roles }) => roles.includes(role) && (selected === null || key || selected.includes(name)),
    );
    const tooLarge =
      Buffer.byteLength(this.#json("record") ?? "") + Buffer.byteLength(this.#json("old") ?? "") > MOST_BYTES;
    const pick = (values: Record<string, unknown>, of: Column[]): Record<string, unknown> =>
      Object.fromEntries(
        of
          .filter(
            ({ name }) =>
              name in values && !(tooLarge && Buffer.byteLength(JSON.stringify(values[name])) > SMALL_VALUE_BYTES),
          )
          .map(({ name }) => [name, values[name]]),
      );
    return {
      schema,
      table,
      type,
      commit_timestamp: committedAt.toISOString(),
      columns: shown.map(({ name, type: typeName }) => ({ name, type: typeName })),
      ...(record && { record: pick(record, shown) }),
      ...(old && { old_record: pick(old, type === "DELETE" && rls ? shown.filter(({ key }) => key) : shown) }),
      errors: tooLarge ? ["Error 413: Payload Too Large"] : null,
    };
  }

  #json(side: "record" | "old"): string | null {
    const row = this.change[side];
    return row && rowJson(row, this.change.jsonColumns);
  }

  get #entity(): string {
    return `${pg.escapeIdentifier(this.change.schema)}.${pg.escapeIdentifier(this.change.table)}`;
  }

  /** The table's columns and grants as they are now, and the rows in the types that JSON has, made by Postgres itself. */
  async #readFacts(): Promise<Facts> {
    const row = (parameter: number): string =>
      `to_jsonb(jsonb_populate_record(null::${this.#entity}, $${parameter}::jsonb))`;
    const { rows } = await this.#pool.query<Facts & { ending: boolean }>(
      `select ${ENDING}, c.relrowsecurity as rls, ${row(3)} as record, ${row(4)} as old,
         (select jsonb_agg(jsonb_build_object(
             'name', a.attname, 'type', t.typname, 'key', coalesce(a.attnum = any(i.indkey), false),
             'roles', array(select role from unnest($2::text[]) role where has_column_privilege(role, c.oid, a.attnum, 'select'))
           ) order by a.attnum)
          from pg_catalog.pg_attribute a join pg_catalog.pg_type t on t.oid = a.atttypid
          where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns
       from pg_catalog.pg_class c left join pg_catalog.pg_index i on i.indrelid = c.oid and i.indisprimary
       where c.oid = $5::regclass`,
      [this.change.xid, ROLES, this.#json("record"), this.#json("old"), this.#entity],
    );
    const { ending, rls, columns, record, old } = rows[0]!;
    if (ending) await this.#untilEnded();
    // A column that the WAL did not tell came out as null.
    const told = (values: Facts["record"], side: "record" | "old"): Facts["record"] =>
      values && Object.fromEntries(Object.entries(values).filter(([name]) => name in this.change[side]!));
    return { rls, columns, record: told(record, "record"), old: told(old, "old") };
  }

  /** Else a row that is about to be seen would look like one that its owner may not see. */
  async #untilEnded(): Promise<void> {
    do await sleep(2);
    while ((await this.#pool.query<{ ending: boolean }>(`select ${ENDING}`, [this.change.xid])).rows[0]!.ending);
  }

  /** Which filters the row passes: the new one, or what is known of a deleted one. Filters on unknown columns are left out. */
  async #evaluate(): Promise<Map<string, boolean>> {
    const side = this.change.type === "DELETE" ? "old" : "record";
    const asked = [...this.#filters].filter(([, { column }]) => column in this.change[side]!);
    const evaluate = async (some: [string, Filter][]): Promise<[string, boolean][]> => {
      if (some.length === 0) return [];
      const values: (string | null)[] = [this.#json(side)];
      const conditions = some.map(([, filter]) => {
        const condition = filterSql(filter, values.length + 1);
        values.push(...condition.values);
        return condition.sql;
      });
      const { rows } = await this.#pool.query<{ passed: boolean[] }>(
        `select array[${conditions.join(", ")}] as passed from jsonb_populate_record(null::${this.#entity}, $1::jsonb) r`,
        values,
      );
      return some.map(([key], index) => [key, rows[0]!.passed[index]!]);
    };
    try {
      return new Map(await evaluate(asked));
    } catch (error) {
      // A column may have changed its type since one of them was accepted: that one passes nothing, the others do.
      if (!(error instanceof pg.DatabaseError)) throw error;
      const each = asked.map((one) => evaluate([one]).catch((): [string, boolean][] => [[one[0], false]]));
      return new Map((await Promise.all(each)).flat());
    }
  }

  #isVisibleTo(session: Session, facts: Facts): Promise<boolean> {
    const known = this.#visible.get(session.key);
    if (known) return known;
    const key = facts.columns.filter((column) => column.key).map(({ name }) => name);
    const condition = key.map((name, index) => `${pg.escapeIdentifier(name)} = $${index + 1}`).join(" and ");
    const answer = actingAs(this.#pool, session.identity, async (client) => {
      const { rowCount } = await client.query(
        `select from ${this.#entity} where ${condition}`,
        key.map((name) => this.change.record![name]),
      );
      return rowCount === 1;
    });
    this.#visible.set(session.key, answer);
    return answer;
  }
}

/** All filters whose column is known must hold, and there must be one; no filter at all lets everything pass. */
function passes(filters: Filter[], passed: Map<string, boolean>): boolean {
  const known = filters.map((filter) => passed.get(JSON.stringify(filter))).filter((result) => result !== undefined);
  return filters.length === 0 || (known.length > 0 && known.every(Boolean));
}

/** Whether Postgres answered with an error of the policy's own, not one of a server that goes down (class 57P) or is gone. */
const isPolicyError = (error: unknown): boolean => error instanceof pg.DatabaseError && !error.code?.startsWith("57P");
