import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { request } from "node:http";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";
import { rowsOf, type TemporaryStack } from "./temporary.ts";

/**
 * A whole stack that test files use one after the other: nobody else has it meanwhile, and it is empty as a new one is. To start one takes as
 * long as many a file's tests. For files that need no settings of their own, and leave its processes and its schema alone.
 */
export type LentStack = Pick<TemporaryStack, "url" | "keys" | "logs" | "folder" | "sql" | "stop"> & {
  smtp: { port: number };
};

/** What the lender says of a stack, before the lines of its log. */
export type Lent = Pick<LentStack, "url" | "keys" | "folder" | "smtp"> & { databaseUrl: string };

/** Borrows a stack, until `stop`. */
export async function lentStack(): Promise<LentStack> {
  const asking = request(process.env.DOCKET_TEST_LENDER!).end();
  const [response] = await once(asking, "response");
  const lines = createInterface({ input: response });
  const logs: LentStack["logs"] = [];
  const { databaseUrl, ...lent } = await new Promise<Lent>((resolve) => {
    lines.once("line", (first) => {
      lines.on("line", (line) => logs.push(JSON.parse(line)));
      resolve(JSON.parse(first));
    });
  });
  return {
    ...lent,
    logs,
    sql: (query) => rowsOf(databaseUrl, query),
    async stop() {
      lines.close();
      asking.destroy();
    },
  };
}

/** Starts the process that lends, and tells those of the tests where it is. */
export async function startLender(): Promise<{ stop(): Promise<void> }> {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  const program = fileURLToPath(new URL("./lender.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", tsx, program], { stdio: ["pipe", "pipe", "inherit"] });
  process.env.DOCKET_TEST_LENDER = await addressOf(child);
  return {
    async stop() {
      const ended = once(child, "exit");
      child.stdin!.end();
      await ended;
    },
  };
}

async function addressOf(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) return (JSON.parse(line) as { url: string }).url;
  throw new Error("The process that lends stacks ended before it listened.");
}
