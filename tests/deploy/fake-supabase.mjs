#!/usr/bin/env node
// Stands in for the Supabase CLI: writes down each call, with what matters of its environment and its file of secrets, and answers as
// the real one does.
import { appendFileSync, readFileSync, statSync } from "node:fs";

const args = process.argv.slice(2);
const file = args.includes("--env-file") ? args[args.indexOf("--env-file") + 1] : undefined;
const call = {
  args,
  functionsUrl: process.env.DOCKET_FUNCTIONS_URL,
  ...(file && { secrets: readFileSync(file, "utf8"), mode: statSync(file).mode & 0o777 }),
};
appendFileSync(process.env.FAKE_CALLS, `${JSON.stringify(call)}\n`);
if (args.join(" ").startsWith(process.env.FAKE_FAILS ?? "nothing")) {
  console.error("fake: this step fails");
  process.exit(1);
}
if (args[0] === "projects") process.stdout.write(process.env.FAKE_KEYS ?? "[]");
