import { writeFile } from "node:fs/promises";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Stack, startStack } from "../../stack/stack.ts";
import type { Health } from "../../scripts/status.ts";
import { signUp, FIXTURES, type User } from "../../testing/user.ts";
import { temporaryFolder } from "../../testing/temporary.ts";
import { run } from "./command.ts";
import { waitUntil } from "../../testing/waiting.ts";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let stack: Stack;
let user: User;
beforeAll(async () => {
  folder = await temporaryFolder();
  stack = await startStack({
    folder: folder.path,
    port: 0,
    env: { OCR_ENGINE_URL: "" },
    databaseSettings: { fsync: "off" },
  });
  // The note that npm start leaves for the other commands.
  await writeFile(path.join(folder.path, "running.json"), JSON.stringify({ url: stack.url, pid: process.pid }));
  user = await signUp(stack);
});
afterAll(async () => {
  await stack?.stop();
  await folder?.[Symbol.asyncDispose]();
});

async function sql(text: string): Promise<Record<string, any>[]> {
  const client = new pg.Client({ connectionString: stack.postgres.url("postgres") });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

async function status(
  where = folder.path,
  ...options: string[]
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const command = run(where, "status", ...options);
  const code = await command.ended;
  return { code, stdout: command.stdout(), stderr: command.stderr() };
}

it("exits 0 and says so when all is well, also right after the start", async () => {
  const { code, stdout, stderr } = await status();
  expect(stdout + stderr).toMatch(
    /^stage +queued +oldest +in flight +retrying +dead\n(.*\n)*metadata +0 +- +0 of 4 +0 +-\n/,
  );
  expect(stdout).toContain("✓ Nothing is stuck.");
  expect(code).toBe(0);
});

it("exits 1 with a sentence when a stage is stopped with jobs queued", async () => {
  await sql("update private.stages set in_flight_limit = 0 where stage = 'ocr'");
  expect((await user.upload(`${FIXTURES}blank.pdf`)).status).toBe(202);
  const { code, stdout } = await status();
  expect(stdout).toMatch(/\nocr +1 +\d+ s +0 of 0 +0 +-\n/);
  expect(stdout).toContain("✗ The stage ocr is stopped with jobs queued. Raise in_flight_limit in private.stages.");
  expect(code).toBe(1);

  const json = await status(folder.path, "--json");
  const health = JSON.parse(json.stdout) as Health;
  expect(health.stages.ocr).toMatchObject({ queued: 1, in_flight: 0, limit: 0 });
  expect(health.stuck).toHaveLength(1);
  expect(json.code).toBe(1);
  await sql("update private.stages set in_flight_limit = 4 where stage = 'ocr'");
});

it("exits 1 with a sentence when functions_url is missing, and 0 when it is there again", async () => {
  const [secret] = await sql(
    "select id, decrypted_secret as url from vault.decrypted_secrets where name = 'functions_url'",
  );
  await sql(`delete from vault.secrets where id = '${secret!.id}'`);
  const missing = await status();
  expect(missing.stdout).toContain(
    "✗ The Vault secret functions_url is not set, so no job is sent out. Set it with vault.create_secret.",
  );
  expect(missing.code).toBe(1);

  await sql(`select vault.create_secret('${secret!.url}', 'functions_url'); select private.dispatch_jobs()`);
  await waitUntil(async () => (await sql("select from public.documents where status <> 'completed'")).length === 0, {
    interval: 100,
  });
  expect((await status()).code).toBe(0);
});

it("exits 2 and says what to do when no stack runs", async () => {
  await using nothing = await temporaryFolder();
  const { code, stdout, stderr } = await status(nothing.path);
  expect(stderr).toBe(
    "No stack runs in this folder. Start it with npm start, or set SUPABASE_URL and SUPABASE_SECRET_KEY.\n",
  );
  expect(stdout).toBe("");
  expect(code).toBe(2);
});

it("exits 2 when the stack does not answer", async () => {
  await stack.authAndRest.stop();
  const { code, stderr } = await status();
  expect(stderr).toMatch(new RegExp(`^${stack.url} did not answer .+`));
  expect(code).toBe(2);
});
