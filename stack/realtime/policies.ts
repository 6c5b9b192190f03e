import pg from "pg";
import type { Identity } from "../identity.ts";

/** Who wants into which private channel; `headers` are those of the upgrade or of the HTTP request. */
export type Access = { topic: string; identity: Identity; headers: Record<string, unknown> };
export type Extension = "broadcast" | "presence";

/**
 * What the policies on `realtime.messages` let somebody receive: a message of each extension is inserted, it is looked
 * whether they can select it, and all is rolled back, so nothing of it is ever seen. Follows supabase/realtime
 * (lib/realtime/tenants/authorization.ex).
 */
export async function mayReceive(pool: pg.Pool, access: Access): Promise<Record<Extension, boolean>> {
  return inTransaction(pool, async (client) => {
    const { rows: probes } = await client.query<{ id: string }>(
      "insert into realtime.messages (topic, extension) values ($1, 'broadcast'), ($1, 'presence') returning id",
      [access.topic],
    );
    await actAs(client, access);
    const { rows } = await client.query<{ extension: Extension }>(
      "select extension from realtime.messages where topic = $1 and id = any($2)",
      [access.topic, probes.map(({ id }) => id)],
    );
    const seen = new Set(rows.map(({ extension }) => extension));
    return { broadcast: seen.has("broadcast"), presence: seen.has("presence") };
  });
}

/** Whether the policies on `realtime.messages` let somebody send: whether they can insert a message (rolled back). */
export async function maySend(pool: pg.Pool, access: Access, extension: Extension): Promise<boolean> {
  try {
    return await inTransaction(pool, async (client) => {
      await actAs(client, access);
      await client.query("insert into realtime.messages (topic, extension) values ($1, $2)", [access.topic, extension]);
      return true;
    });
  } catch (error) {
    // 42501: insufficient_privilege, which a policy that refuses raises.
    if (error instanceof pg.DatabaseError && error.code === "42501") return false;
    throw error;
  }
}

async function actAs(client: pg.PoolClient, { topic, identity, headers }: Access): Promise<void> {
  await client.query(
    "select set_config('role', $1, true), set_config('realtime.topic', $2, true), set_config('request.jwt.claims', $3, true), set_config('request.headers', $4, true)",
    [identity.role, topic, JSON.stringify(identity.claims), JSON.stringify(headers)],
  );
}

async function inTransaction<Result>(pool: pg.Pool, run: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query("begin");
    return await run(client);
  } finally {
    await client.query("rollback").catch((error: Error) => (broken = error));
    client.release(broken);
  }
}

/** What one channel may receive and send, asked once for each token. A public channel may do everything. */
export class Permissions {
  readonly #pool: pg.Pool;
  readonly #isPrivate: boolean;
  #access: Access | undefined;
  #receives: Record<Extension, boolean> = { broadcast: true, presence: true };
  #sends: Partial<Record<Extension, boolean>> = {};

  constructor(pool: pg.Pool, isPrivate: boolean) {
    this.#pool = pool;
    this.#isPrivate = isPrivate;
  }

  /** Asks the policies again. A policy that fails allows nothing. Throws when the database does not answer. */
  async renew(access: Access): Promise<void> {
    this.#access = access;
    this.#sends = {};
    if (!this.#isPrivate) return;
    this.#receives = await mayReceive(this.#pool, access).catch((error: Error) => {
      if (!(error instanceof pg.DatabaseError)) throw error;
      return { broadcast: false, presence: false };
    });
  }

  get receives(): Readonly<Record<Extension, boolean>> {
    return this.#receives;
  }

  async allowsSending(extension: Extension): Promise<boolean> {
    if (!this.#isPrivate) return true;
    return (this.#sends[extension] ??= await maySend(this.#pool, this.#access!, extension));
  }
}
