import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import pg from "pg";
import type { Browser } from "playwright-core";
import type { Keys } from "../stack/keys.ts";
import type { TemporaryStack } from "./temporary.ts";
import { PATIENCE_MS } from "./waiting.ts";

/** A stack with the page, which test files use one after the other. Nothing of an earlier file is in it. */
export type LentStack = Pick<TemporaryStack, "url" | "keys" | "sql"> & {
  smtp: { port: number };
  /** What its parts have said since it was lent. */
  logs(): Promise<TemporaryStack["logs"]>;
  /** Gives it back. */
  stop(): Promise<void>;
};

export type Loan = { url: string; keys: Keys; smtp: { port: number }; database: string };

/** Where `lender.ts` listens: test files run in processes of their own. */
const LENDER = "DOCKET_TEST_LENDER";

async function ask<Answer>(what: string, argument = ""): Promise<Answer> {
  const response = await fetch(`${process.env[LENDER]}/${what}?${encodeURIComponent(argument)}`, { method: "POST" });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as Answer;
}

/**
 * Borrows a stack: starting one takes ten seconds of a core. For tests that stop no part and do not change the schema; rows
 * they may change as they like, those of settings and schedules too. Others take `temporaryStack`, and so do tests of what
 * a worker of a function may use: here they live long.
 *
 * @param env settings of the functions; a stack is lent to those that want the same
 */
export async function lentStack(env: Record<string, string> = {}): Promise<LentStack> {
  const { database, ...loan } = await ask<Loan>("stack", JSON.stringify(env));
  // To connect takes longer than most queries do.
  const pool = new pg.Pool({ connectionString: database });
  return {
    ...loan,
    async sql(query) {
      const client = await pool.connect();
      let isClean = false;
      try {
        const { rows } = await client.query(query);
        isClean = await client.query("discard all").then(
          () => true,
          // A transaction was left open.
          () => false,
        );
        return rows;
      } finally {
        client.release(!isClean);
      }
    },
    logs: () => ask("logs", loan.url),
    async stop() {
      await pool.end();
      await ask("return", loan.url);
    },
  };
}

/** A connection to the run's one browser. Closing it closes the contexts that were opened by it. */
export async function lentBrowser(): Promise<Browser> {
  // Loaded when it is needed: most tests have no page.
  const { chromium } = await import("playwright-core");
  const browser = await chromium.connect((await ask<{ url: string }>("browser")).url);
  const newContext = browser.newContext.bind(browser);
  browser.newContext = async (options) => {
    const context = await newContext(options);
    context.setDefaultTimeout(PATIENCE_MS);
    return context;
  };
  return browser;
}

/** Starts the process that lends to the test files of a run. */
export async function startLender(): Promise<{ stop(): Promise<void> }> {
  const lender = spawn(process.execPath, ["--import", "tsx", fileURLToPath(new URL("lender.ts", import.meta.url))], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(lender, "exit");
  for await (const url of createInterface(lender.stdout)) {
    process.env[LENDER] = url;
    break;
  }
  return {
    async stop() {
      // It ends with its input, so also when the run is killed.
      lender.stdin.end();
      await ended;
    },
  };
}
