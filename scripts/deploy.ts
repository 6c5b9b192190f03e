import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { type Command, run, shown } from "./deploy/command.ts";
import { Failure, plainly } from "./deploy/failure.ts";
import { functionSecrets } from "./deploy/secrets.ts";
import { keysFrom, smokeTest } from "./deploy/smoke.ts";
import { FUNCTIONS } from "../stack/stack.ts";

const USAGE = `npm run deploy -- --project-ref REF [--dry-run] [--skip-smoke-test]

  Puts Docket on a hosted Supabase project. Wants SUPABASE_ACCESS_TOKEN, or 'npx supabase login' before.
  Every step may be run again; docs/deploy/hosted.md explains them.

  --dry-run           print the commands, run none
  --skip-smoke-test   do not send a sample at the end`;

/** `npm run deploy`: link, migrations with the functions' address, secrets, functions, and a sample that is sent and read back. */
export const main = (args: string[]): Promise<void> => plainly(() => deploy(args));

async function deploy(args: string[]): Promise<void> {
  const values = optionsOf(args);
  const ref = values["project-ref"];
  if (values.help) return console.error(USAGE);
  if (!ref) throw new Failure(USAGE);
  if (!/^[a-z]{20}$/.test(ref))
    throw new Failure(
      `'${ref}' is no project's reference: that is 20 lower-case letters, as in https://<reference>.supabase.co.`,
    );
  const url = values.url ?? `https://${ref}.supabase.co`;
  const dry = values["dry-run"] ?? false;
  // The CLI asks before it changes a hosted project. Without a terminal nobody can answer, and it refuses.
  const yes = process.stdin.isTTY ? [] : ["--yes"];

  /** Shows a step and takes it; when it fails, nothing after it is done. */
  const step = async <Made>(
    title: string,
    command: Command | undefined,
    take: () => Promise<Made>,
    help: string,
  ): Promise<Made | undefined> => {
    console.log(`\n== ${title}${command ? `\n   ${shown(command)}` : ""}`);
    if (dry) return;
    try {
      return await take();
    } catch (error) {
      throw new Failure(
        `✗ This step failed: ${title}\n  ${(error as Error).message}\n  ${help}\n  Then run the same deployment again: steps that are done change nothing.`,
      );
    }
  };
  const cli = (title: string, command: Command, help: string, capture = false) =>
    step(title, command, () => run(command, capture), help);

  await cli("Link the checkout to the project", { args: ["link", ref, ...yes] }, HELP.link);
  await cli(
    "Apply the migrations, and tell Postgres where the functions are",
    { args: ["db", "push", "--remote", ...yes], env: { DOCKET_FUNCTIONS_URL: `${url}/functions/v1` } },
    HELP.database,
  );
  await withSecrets(await functionSecrets(process.env), async (names, file) => {
    await cli(
      `Set the functions' secrets: ${names.join(", ")}`,
      { args: ["secrets", "set", `--remote=${ref}`, "--env-file", file, ...yes] },
      HELP.secrets,
    );
  });
  await cli(
    "Deploy the functions",
    { args: ["functions", "deploy", ...FUNCTIONS, `--remote=${ref}`, "--use-api", ...yes] },
    HELP.functions,
  );

  if (values["skip-smoke-test"]) return;
  const listed = await cli(
    "Ask for the project's keys, for the smoke test",
    { args: ["projects", "api-keys", `--remote=${ref}`, "--reveal", "--output", "json"] },
    HELP.keys,
    true,
  );
  const name = await step(
    "Send samples/download-3.pdf as a user of its own, read its name back, erase that user",
    undefined,
    () => smokeTest({ url, ...keysFrom(listed ?? "") }),
    HELP.smoke,
  );
  if (name) console.log(`   ${name}\n\nDocket runs at ${url}.`);
}

/** What to do when a step fails, beside what the CLI says. */
const HELP = {
  link: "Sign in (npx supabase login, or SUPABASE_ACCESS_TOKEN), and check that the reference is of a project of that account.",
  database:
    "If it is about the password, set SUPABASE_DB_PASSWORD. If it misses migrations, this checkout is older than what is deployed: take a newer one. A migration that failed left nothing behind.",
  secrets: "Check the values in .env and in the environment. The functions keep the secrets that they had.",
  functions: "Functions that were out before still run, and the new migrations keep them working.",
  keys: "Everything is deployed; only the test is missing. --skip-smoke-test leaves it out.",
  smoke: "Everything is deployed, but does not work yet: docs/operations.md says where to look.",
};

function optionsOf(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        "project-ref": { type: "string" },
        "dry-run": { type: "boolean" },
        "skip-smoke-test": { type: "boolean" },
        url: { type: "string" },
        help: { type: "boolean" },
      },
    }).values;
  } catch (error) {
    throw new Failure(`${(error as Error).message}\n\n${USAGE}`);
  }
}

/** Secrets go through a file that only this user can read: arguments can be seen by everybody on the machine. */
async function withSecrets(
  secrets: Record<string, string>,
  use: (names: string[], file: string) => Promise<void>,
): Promise<void> {
  const names = Object.keys(secrets);
  if (names.length === 0)
    return console.log("\n== No secrets to set: nothing of .env.example has a value in .env or the environment");
  const folder = await mkdtemp(path.join(tmpdir(), "docket-deploy-"));
  try {
    const file = path.join(folder, "secrets.env");
    await writeFile(file, names.map((name) => `${name}=${JSON.stringify(secrets[name])}\n`).join(""), { mode: 0o600 });
    await chmod(file, 0o600);
    await use(names, file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
