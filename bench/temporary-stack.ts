import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { SUPERUSER } from "../stack/postgres.ts";
import { type Stack, startStack, type StackOptions } from "../stack/stack.ts";

/** An embedded stack for one benchmark, and the superuser's connection to its database. */
export type BenchStack = Stack & { db: pg.Client };

/**
 * A whole stack in a temporary folder, with Postgres as `npm start` has it: every commit is flushed to the disk, for all
 * sides alike. `stop` leaves nothing behind. `engine`: with an OCR engine of its own.
 */
export async function temporaryStack({
  engine = false,
  ...options
}: Partial<StackOptions> & { engine?: boolean } = {}): Promise<BenchStack> {
  const folder = await mkdtemp(path.join(tmpdir(), "docket-bench-"));
  await chmod(folder, 0o755);
  const clean = () => rm(folder, { recursive: true, force: true });
  let stack: Stack | undefined;
  try {
    stack = await startStack({
      folder,
      port: 0,
      ...options,
      env: { ...(engine ? {} : { OCR_ENGINE_URL: "" }), ...options.env },
    });
    const db = new pg.Client({ connectionString: stack.postgres.url(SUPERUSER) });
    await db.connect();
    // One user stands for many here.
    await db.query(
      "update private.settings set requests_per_minute = null, documents_per_month = 1000000, pages_per_month = null, cost_micro_usd_per_month = null, stored_bytes = null",
    );
    const { stop } = stack;
    return {
      ...stack,
      db,
      async stop() {
        await db.end();
        await stop();
        await clean();
      },
    };
  } catch (error) {
    await stack?.stop();
    await clean();
    throw error;
  }
}

/** A database of a peer's own on the same server. Returns its URL. */
export async function peerDatabase({ db, postgres }: BenchStack, name: string): Promise<string> {
  await db.query(`create database ${name} template template0`);
  return postgres.url(SUPERUSER, name);
}

export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Asks again every few milliseconds until the answer is true. @throws after `limitMs` */
export async function until(done: () => Promise<boolean>, everyMs: number, limitMs = 60_000): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!(await done())) {
    if (performance.now() > deadline) throw new Error(`Not done within ${limitMs} ms.`);
    await pause(everyMs);
  }
}

/** One more connection of the superuser. */
export async function connect(stack: BenchStack): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: stack.postgres.url(SUPERUSER) });
  await client.connect();
  return client;
}
