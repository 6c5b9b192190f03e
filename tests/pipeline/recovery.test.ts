// Work survives what kills a worker, an invocation or the database.
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { SUPERUSER } from "../../stack/postgres.ts";
import { modelStep } from "../../testing/fakes/claude/model.ts";
import { type FakeClaude, startFakeClaude } from "../../testing/fakes/claude.ts";
import { hurry, type TemporaryStack, temporaryStack } from "../../testing/temporary.ts";
import { FIXTURES, SAMPLES, signUp, type User } from "../../testing/user.ts";
import { waitUntil } from "../../testing/waiting.ts";

const LETTER = `${SAMPLES}brief.pdf`;
let claude: FakeClaude;
let stack: TemporaryStack;
let user: User;

beforeAll(async () => {
  claude = await startFakeClaude();
  stack = await temporaryStack({ ANTHROPIC_API_KEY: "test-key", ANTHROPIC_BASE_URL: claude.url, OCR_ENGINE_URL: "" });
  await hurry(stack);
});
beforeEach(async () => {
  claude.requests.length = 0;
  user = await signUp(stack);
});
afterAll(async () => {
  await stack?.stop();
  await claude?.close();
});

/** The tables of Storage are the service's: a project's owner may not change them. */
async function asStorage(query: string): Promise<void> {
  const client = new pg.Client({ connectionString: stack.postgres.url(SUPERUSER) });
  await client.connect();
  await client.query(query).finally(() => client.end());
}

const sent = async (file: string) => ((await (await user.upload(file)).json()) as { document_id: string }).document_id;
const usage = async () => (await user.supabase.from("usage_months").select("documents, pages")).data;

it("goes on when the function that describes is killed in the middle, and bills once", async () => {
  claude.script({ kind: "hang" });
  const id = await sent(LETTER);
  await waitUntil(() => claude.requests.length === 1);
  process.kill(stack.functions.metadata!.pid!, "SIGKILL");
  expect(await user.until(id, "completed", "failed")).toMatchObject({ status: "completed" });
  expect(await usage()).toEqual([{ documents: 1, pages: 1 }]);
  const { data: runs } = await user.supabase.from("metadata_runs").select("id");
  expect(runs).toHaveLength(1);
});

it("goes on when the function that reads is killed in the middle, with the pages that were read before", async () => {
  claude.script({ kind: "hang" });
  const id = await sent(`${FIXTURES}mixed.pdf`);
  await waitUntil(() => claude.requests.length === 1);
  process.kill(stack.functions.ocr!.pid!, "SIGKILL");
  expect(await user.until(id, "completed", "failed")).toMatchObject({ status: "completed", page_count: 3 });
  expect(await usage()).toEqual([{ documents: 1, pages: 3 }]);
});

it("charges nobody but the document that ends the worker which has it alone", async () => {
  // The lease is not so short here that a worker which lives, on a busy machine, is taken for dead.
  await stack.sql(
    "update private.stages set lease = '20 seconds'; update private.stages set max_attempts = 2 where stage = 'ocr'",
  );
  claude.script({ kind: "hang" }, { kind: "hang" });
  const other = await signUp(stack);
  const theirs: string[] = [];
  const send = async (file: string) =>
    theirs.push(((await (await other.upload(file)).json()) as { document_id: string }).document_id);
  // Both hang in the worker that reads. A letter has its text at once: its description would hang, in a worker that lives.
  for (const file of [`${FIXTURES}mixed.pdf`, `${FIXTURES}one-word.png`]) await send(file);
  await waitUntil(() => claude.requests.length >= 2);
  await send(LETTER);
  const poison = await sent(`${FIXTURES}many-pages.pdf`);

  const killed = new Set<string>();
  const status = async () =>
    (await stack.sql(`select status from public.documents where id = '${poison}'`))[0]!.status as string;
  await waitUntil(
    async () => {
      const [job] = await stack.sql(
        `select lease, suspect from private.jobs where document_id = '${poison}' and state = 'running' and (not suspect or heard_at is not null)`,
      );
      if (job && !killed.has(job.lease)) {
        killed.add(job.lease);
        process.kill(stack.functions[job.suspect ? "ocr-alone" : "ocr"]!.pid!, "SIGKILL");
      }
      return (await status()) !== "processing";
    },
    { interval: 10 },
  );
  expect(killed.size).toBe(3);
  expect((await stack.sql(`select error from public.documents where id = '${poison}'`))[0]!.error).toMatchObject({
    code: "worker_lost",
    attempt: 2,
  });
  for (const id of theirs) expect(await other.until(id, "completed", "failed")).toMatchObject({ status: "completed" });
  // Pictures of first pages are drawn afterwards, in workers of their own.
  expect(
    await stack.sql(
      `select stage, attempts, last_error from private.jobs where user_id = '${other.id}' and attempts > 1 and stage <> 'thumbnail'`,
    ),
  ).toEqual([]);
  await stack.sql(
    "update private.stages set lease = '2 seconds'; update private.stages set max_attempts = 5 where stage = 'ocr'",
  );
});

it("sends an invocation again that got lost in pg_net's queue", async () => {
  await stack.sql("update private.stages set in_flight_limit = 0 where stage = 'metadata'");
  const id = await sent(LETTER);
  await user.until(id, "ocr_complete");
  // The invocation is queued and lost in one transaction, as in a crash of the database.
  await stack.sql(
    "begin; update private.stages set in_flight_limit = 4; select private.dispatch_jobs(); truncate net.http_request_queue; commit",
  );
  expect(await user.until(id, "completed", "failed")).toMatchObject({ status: "completed" });
});

it("does the work once when an invocation arrives five times", async () => {
  await stack.sql("update private.stages set in_flight_limit = 0 where stage = 'metadata'");
  const id = await sent(LETTER);
  await user.until(id, "ocr_complete");
  await stack.sql(`begin;
    update private.stages set in_flight_limit = 4; select private.dispatch_jobs();
    insert into net.http_request_queue (method, url, headers, body, timeout_milliseconds)
      select method, url, headers, body, timeout_milliseconds from net.http_request_queue, generate_series(1, 4);
    commit`);
  expect(await user.until(id, "completed", "failed")).toMatchObject({ status: "completed" });
  expect(await usage()).toEqual([{ documents: 1, pages: 1 }]);
  const { data: runs } = await user.supabase.from("metadata_runs").select("id");
  expect(runs).toHaveLength(1);
});

it("waits while nobody has told Postgres where the functions are, and goes on when somebody does", async () => {
  const [secret] = await stack.sql(
    "select id, decrypted_secret as url from vault.decrypted_secrets where name = 'functions_url'",
  );
  await stack.sql(`delete from vault.secrets where id = '${secret!.id}'`);
  const response = await user.upload(LETTER);
  expect(response.status).toBe(202);
  const { document_id: id } = (await response.json()) as { document_id: string };
  expect(await user.document(id)).toMatchObject({ status: "processing" });
  expect(await stack.sql(`select state from private.jobs where document_id = '${id}'`)).toEqual([{ state: "queued" }]);

  await stack.sql(`select vault.create_secret('${secret!.url}', 'functions_url')`);
  expect(await user.until(id, "completed", "failed")).toMatchObject({ status: "completed" });
});

it("goes on after Postgres crashed and came back", async () => {
  let cameBack = () => {};
  const isBack = new Promise<void>((resolve) => (cameBack = resolve));
  claude.script(async (request) => {
    await isBack;
    return modelStep(request.body);
  });
  const id = await sent(LETTER);
  await waitUntil(() => claude.requests.length === 1);
  await stack.postgres.stop("immediate");
  await stack.postgres.start();
  cameBack();
  expect(await user.until(id, "completed", "failed")).toMatchObject({ status: "completed" });
});

it("leaves nothing behind when Storage is out of order, and takes the file when it is back", async () => {
  await asStorage("alter table storage.objects rename to objects_gone");
  try {
    const response = await user.upload(LETTER);
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([503, "storage_unavailable"]);
    expect((await user.supabase.from("documents").select("id")).data).toEqual([]);
  } finally {
    await asStorage("alter table storage.objects_gone rename to objects");
  }
  expect(await user.process(LETTER)).toMatchObject({ status: "completed" });
});
