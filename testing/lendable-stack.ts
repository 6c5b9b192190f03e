import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import pg from "pg";
import { builtPage } from "../scripts/page.ts";
import { SUPERUSER } from "../stack/postgres.ts";
import { SCHEMA_OF, KEEP, WIPE } from "./database/wipe.ts";
import type { Loan } from "./lending.ts";
import { temporaryStack, type TemporaryStack } from "./temporary.ts";

/** A stack that is as it was at its start after each `wipe`. */
export type LendableStack = Pick<TemporaryStack, "logs" | "stop"> & {
  /** The settings of its functions, as JSON. */
  env: string;
  loan: Loan;
  /** @throws when somebody still uses it, or has changed the schema; it cannot be lent again then */
  wipe(): Promise<void>;
};

/** So that functions go on from file to file: each new worker takes two seconds of a core, until its code is warm. */
const LONG_LIVES = {
  WORKER_CPU_SOFT_MS: "600000",
  WORKER_CPU_HARD_MS: "1200000",
  WORKER_WALL_CLOCK_MS: "3600000",
};

const DEADLOCK = "40P01";

/** How often work that was under way may leave rows behind, until somebody must be working still. */
const MOST_ROUNDS = 10;

export async function lendableStack(env: string): Promise<LendableStack> {
  const stack = await temporaryStack({ ...LONG_LIVES, ...JSON.parse(env) }, { folder: await builtPage() });
  const superuser = new pg.Pool({ connectionString: stack.postgres.url(SUPERUSER), max: 1 });
  const schema = async (): Promise<string> => (await superuser.query(SCHEMA_OF)).rows[0].schema;
  // What functions are doing has locks of its own: of the two, Postgres may end this one.
  const rowsWiped = async (): Promise<number> => {
    try {
      return Number((await superuser.query(WIPE)).rows[0].found);
    } catch (error) {
      if ((error as pg.DatabaseError).code !== DEADLOCK) throw error;
      return rowsWiped();
    }
  };
  await superuser.query(KEEP);
  const before = await schema();

  return {
    env,
    logs: stack.logs,
    loan: {
      url: stack.url,
      keys: stack.keys,
      smtp: { port: stack.smtp.port },
      database: stack.postgres.url("postgres"),
    },
    async wipe() {
      // What functions are doing finds its rows gone, so it ends soon.
      await rowsWiped();
      for (let round = 0; ; round++) {
        await Promise.all(Object.values(stack.functions).map((one) => one.idle()));
        if ((await rowsWiped()) === 0) break;
        if (round === MOST_ROUNDS) throw new Error("The stack was returned, and somebody still uses it.");
      }
      if ((await schema()) !== before)
        throw new Error("A lent stack's schema or roles were changed: such tests take a temporaryStack.");
      const stored = path.join(stack.folder, "storage");
      for (const file of await readdir(stored)) await rm(path.join(stored, file), { recursive: true });
      stack.logs.length = 0;
    },
    async stop() {
      await superuser.end();
      await stack.stop();
    },
  };
}
