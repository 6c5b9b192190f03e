import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { type Command, run, shown } from "./deploy/command.ts";
import { functionSecrets } from "./deploy/secrets.ts";
import { keysFrom, smokeTest } from "./deploy/smoke.ts";
import { FUNCTIONS } from "./stack/stack.ts";

const USAGE = `npm run deploy -- --project-ref REF [--dry-run] [--skip-smoke-test]

  Puts Docket on a hosted Supabase project. Wants SUPABASE_ACCESS_TOKEN, or 'npx supabase login' before.
  Every step may be run again; docs/deploy/hosted.md explains them.

  --dry-run           print the commands, run none
  --skip-smoke-test   do not send a sample at the end`;

/** `npm run deploy`: link, migrations with the functions' address, secrets, functions, and a sample that is sent and read back. */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args, options: { "project-ref": { type: "string" }, "dry-run": { type: "boolean" }, "skip-smoke-test": { type: "boolean" }, url: { type: "string" }, help: { type: "boolean" } },
  });
  const ref = values["project-ref"];
  if (values.help || !ref) {
    console.error(USAGE);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  if (!/^[a-z]{20}$/.test(ref)) throw new Error(`'${ref}' is no project's reference: that is 20 lower-case letters, as in https://<reference>.supabase.co.`);
  const url = values.url ?? `https://${ref}.supabase.co`;
  const dry = values["dry-run"] ?? false;

  const step = async (title: string, command: Command, capture = false): Promise<string> => {
    console.log(`\n== ${title}\n   ${shown(command)}`);
    return dry ? "" : run(command, capture);
  };

  await step("Link the checkout to the project", { args: ["link", "--project-ref", ref] });
  await step("Apply the migrations, and tell Postgres where the functions are",
    { args: ["db", "push", "--linked"], env: { DOCKET_FUNCTIONS_URL: `${url}/functions/v1` } });
  await setSecrets(ref, await functionSecrets(process.env), step);
  await step("Deploy the functions", { args: ["functions", "deploy", ...FUNCTIONS, "--project-ref", ref, "--use-api"] });

  if (values["skip-smoke-test"]) return;
  const listed = await step("Ask for the project's keys, for the smoke test", { args: ["projects", "api-keys", "--project-ref", ref, "--reveal", "--output", "json"] }, true);
  console.log("\n== Send samples/download-3.pdf as a user of its own, read its name back, erase that user");
  if (dry) return;
  console.log(`   ${await smokeTest({ url, ...keysFrom(listed) })}\n\nDocket runs at ${url}.`);
}

type Step = (title: string, command: Command) => Promise<string>;

/** Secrets go through a file that only this user can read: arguments can be seen by everybody on the machine. */
async function setSecrets(ref: string, secrets: Record<string, string>, step: Step): Promise<void> {
  const names = Object.keys(secrets);
  if (names.length === 0) return console.log("\n== No secrets to set: nothing of .env.example has a value in .env or the environment");
  const folder = await mkdtemp(path.join(tmpdir(), "docket-deploy-"));
  try {
    const file = path.join(folder, "secrets.env");
    await writeFile(file, names.map((name) => `${name}=${JSON.stringify(secrets[name])}\n`).join(""), { mode: 0o600 });
    await chmod(file, 0o600);
    await step(`Set the functions' secrets: ${names.join(", ")}`, { args: ["secrets", "set", "--project-ref", ref, "--env-file", file] });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
