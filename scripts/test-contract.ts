import { spawn } from "node:child_process";
import path from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "./checkout.ts";
import { Failure, plainly } from "./deploy/failure.ts";

const USAGE = `npm run test:contract -- [--db-url URL [--host HOST]] [--url URL --key KEY [--secret-key KEY]]

  Checks on a project what Docket relies on: pg_net, pg_cron, Vault, Storage, Realtime, Auth, privileges, one document from
  upload to end, programs with API tokens, and what follows a document: links, extraction, webhooks. The project needs Docket's migrations and functions. Nothing stays behind: the users, documents, jobs, secrets
  and rows of the tests are deleted. Without arguments it starts an embedded stack and checks that.

  --db-url      the database, as postgres: postgresql://postgres:…@HOST:5432/postgres
  --host        the name by which that database reaches this machine, for pg_net; host.docker.internal with 'supabase start'.
                The tests then listen on every address of this machine. Not needed for a database on 127.0.0.1
  --url, --key  the project's address and publishable key
  --secret-key  its secret key: makes users where addresses have to be confirmed
  --stand-in    a part of that project which is the embedded stack's, so that its known differences are expected (storage, realtime,
                auth, pg_net, pg_cron, vault); may be given several times

  What cannot run for lack of an option is printed as NOT RUN.`;

/** `npm run test:contract`. */
export const main = (args: string[]): Promise<void> => plainly(() => testContract(args));

async function testContract(args: string[]): Promise<void> {
  const { help, ...given } = optionsOf(args);
  if (help) return console.log(USAGE);
  if (Boolean(given.url) !== Boolean(given.key)) throw new Failure(`--url and --key belong together.\n\n${USAGE}`);
  if (given.host && !given["db-url"]) throw new Failure(`--host is for the database of --db-url.\n\n${USAGE}`);
  if (given["secret-key"] && !given.url) throw new Failure(`--secret-key is for the project of --url.\n\n${USAGE}`);
  const project = {
    dbUrl: given["db-url"],
    host: given.host,
    url: given.url?.replace(/\/$/, ""),
    key: given.key,
    secretKey: given["secret-key"],
    standIns: given["stand-in"],
  };
  const vitest = path.join(ROOT, "node_modules", "vitest", "vitest.mjs");
  const child = spawn(process.execPath, [vitest, "run", "tests/contract", "--reporter=verbose"], {
    cwd: ROOT,
    // Keys go through the environment: arguments can be seen by everybody on the machine.
    env: { ...process.env, DOCKET_CONTRACT: JSON.stringify(project) },
    stdio: "inherit",
  });
  process.exitCode = await new Promise<number>((resolve, reject) => {
    child.once("error", reject).once("close", (code) => resolve(code ?? 1));
  });
}

function optionsOf(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        "db-url": { type: "string" },
        host: { type: "string" },
        url: { type: "string" },
        key: { type: "string" },
        "secret-key": { type: "string" },
        "stand-in": { type: "string", multiple: true },
        help: { type: "boolean" },
      },
    }).values;
  } catch (error) {
    throw new Failure(`${(error as Error).message}\n\n${USAGE}`);
  }
}
