// The chain with a key: Claude reads what has no text layer, and describes. The model is a fake that speaks the Messages
// API (testing/fakes/claude.ts); everything else is real.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type FakeClaude, ok, startFakeClaude, text, toolUse } from "../../testing/fakes/claude.ts";
import { modelStep } from "../../testing/fakes/claude/model.ts";
import { hurry, type TemporaryStack, temporaryStack } from "../../testing/temporary.ts";
import { eventsOf, FIXTURES, SAMPLES, signUp, type User } from "../../testing/user.ts";
import { atRest, waitFor, waitUntil } from "../../testing/waiting.ts";

const LETTER = `${SAMPLES}brief.pdf`;
let claude: FakeClaude;
let stack: TemporaryStack;
let user: User;

beforeAll(async () => {
  claude = await startFakeClaude();
  stack = await temporaryStack({
    ANTHROPIC_API_KEY: "test-key",
    ANTHROPIC_BASE_URL: claude.url,
    OCR_ENGINE_URL: "",
    LOG_LEVEL: "debug",
  });
  await hurry(stack);
  // A lease that runs out on a busy machine would have the model paid for twice, and debited: here prices are compared.
  await stack.sql("update private.stages set lease = '1 minute' where stage = 'metadata'");
});
beforeEach(async () => {
  claude.requests.length = 0;
  user = await signUp(stack);
});
afterAll(async () => {
  await stack?.stop();
  await claude?.close();
});

const runs = async () =>
  (
    await user.supabase
      .from("metadata_runs")
      .select("engine, model, input_tokens, output_tokens, cost_micro_usd, pages_read, note")
      .order("id")
  ).data ?? [];
const kinds = async (id: string) =>
  (
    (await user.supabase.from("document_events").select("stage, kind").eq("document_id", id).order("id")).data ?? []
  ).map((event) => `${event.stage} ${event.kind}`);

it("suggests a schema, paid from the owner's month; what Claude invents is left out", async () => {
  const paper = (part: string, count: string) =>
    new TextEncoder().encode(`Stock card\nPart mark: ${part}\nPieces on shelf: ${count}\nGood as gold.\n`);
  const ids: string[] = [];
  for (const [part, count] of [
    ["PX-17", "41"],
    ["PX-32", "8"],
  ] as const) {
    const { document_id } = (await (await user.upload(`${part}.txt`, paper(part, count))).json()) as {
      document_id: string;
    };
    await user.until(document_id, "completed", "failed");
    ids.push(document_id);
  }
  const field = (name: string, kind: string, label: string, values: string[]) => ({
    name,
    kind,
    column: false,
    samples: values.map((value, nth) => ({
      document: nth + 1,
      page: 1,
      value,
      currency: null,
      quote: `${label}: ${value}`,
      label,
    })),
  });
  const fields = [
    field("part", "code", "Part mark", ["PX-17", "PX-32"]),
    field("pieces", "integer", "Pieces on shelf", ["41", "8"]),
    field("weight", "number", "Weight", ["1.5", "2.5"]),
  ];
  claude.script(ok(toolUse("suggest_fields", { fields, equations: [] })));
  const before = claude.requests.length;
  const response = await user.callJson("extract", { suggest_from: ids });
  expect(response.status).toBe(200);
  const { engine, schema } = (await response.json()) as any; // as the client has it
  expect(engine).toBe("claude");
  expect(Object.keys(schema.fields.properties)).toEqual(["part_mark", "pieces_on_shelf"]);
  expect(claude.requests).toHaveLength(before + 1);
  const calls = await stack.sql(
    `select state, cost_micro_usd > 0 as paid from private.model_calls where user_id = '${user.id}' and stage = 'extract'`,
  );
  expect(calls).toEqual([{ state: "settled", paid: true }]);
});

it("describes with the agent, and records its tool calls, its model and its tokens", async () => {
  const document = await user.process(LETTER);
  expect(document).toMatchObject({ status: "completed", metadata_source: "claude" });
  expect(await kinds(document.id)).toContain("metadata tool");
  const [run] = await runs();
  expect(run).toMatchObject({ engine: "claude", model: expect.stringContaining("haiku") });
  expect(run!.input_tokens).toBeGreaterThan(0);
  expect(run!.cost_micro_usd).toBeGreaterThan(0);
  expect(run!.pages_read).toEqual([1]);
  const { data: usage } = await user.supabase
    .from("usage_months")
    .select("input_tokens, output_tokens, cost_micro_usd");
  expect(usage).toEqual([
    { input_tokens: run!.input_tokens, output_tokens: run!.output_tokens, cost_micro_usd: run!.cost_micro_usd },
  ]);
  const tools = stack.logs.filter(({ source, line }) => source === "metadata" && line.includes('"metadata.tool"'));
  expect(tools.map(({ line }) => JSON.parse(line))).toContainEqual(
    expect.objectContaining({ level: "debug", document: document.id, tool: "save_metadata" }),
  );
});

it("reads a page without a text layer with vision", async () => {
  const document = await user.process(`${FIXTURES}one-word.png`);
  expect(document.status).toBe("completed");
  const { data: result } = await user.supabase.from("ocr_results").select("engine, raw_text").single();
  expect(result?.engine).toBe("claude");
  expect(result?.raw_text).not.toBe("");
});

it("streams the agent's steps to the owner who asks for new metadata", async () => {
  const document = await user.process(LETTER);
  const events = await eventsOf(await user.callJson("metadata", { document_id: document.id }));
  expect(events).toContainEqual(expect.objectContaining({ tool: "read_ocr" }));
  expect(events).toContainEqual(expect.objectContaining({ tool: "save_metadata" }));
  expect(events).toContainEqual({
    progress: expect.objectContaining({ message: "Read page 1 of 1.", pages_read: "1" }),
  });
  expect(events.at(-1)).toMatchObject({
    complete: true,
    run_id: expect.any(Number),
    diff: expect.any(Object),
    document: { id: document.id },
  });
  expect(await runs()).toHaveLength(2);
});

it("lets a second request join the run in flight, to the same end, without asking the model again", async () => {
  const document = await user.process(LETTER);
  await atRest(stack);
  const asked = claude.requests.length;
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  claude.script(async (request) => {
    await released;
    return modelStep(request.body);
  });
  const ask = () => user.callJson("metadata", { document_id: document.id });
  const first = await ask();
  const second = await ask();
  expect(second.status).toBe(200);
  release();
  const [own, joined] = await Promise.all([eventsOf(first), eventsOf(second)]);
  expect(own.at(-1)).toMatchObject({ complete: true });
  expect(joined[0]).toMatchObject({ progress: { joined: 1 } });
  expect(joined.map((event) => event.tool).filter(Boolean)).toEqual(["read_ocr", "save_metadata"]);
  // The same end; the embedded Data API writes times in another form than SQL's JSON (docs/api.md).
  const timeless = ({ document: row, ...end }: Record<string, any>) => ({
    ...end,
    document: { ...row, created_at: "", updated_at: "" },
  });
  expect(timeless(joined.at(-1)!)).toEqual(timeless(own.at(-1)!));
  expect(await runs()).toHaveLength(2);
  expect(claude.requests.length - asked).toBe(2);
});

it("uses the owner's own tags, of which the agent is told", async () => {
  await user.process(LETTER);
  const { data: [tag] = [] } = await user.supabase.rpc("my_tags");
  claude.requests.length = 0;
  claude.script(
    ok(
      toolUse("find_tags", { query: tag.tag }),
      toolUse("search_ocr", { query: "Stadtwerke" }),
      toolUse("search_ocr", { query: "quillmark PAPER" }),
    ),
  );
  await user.process(`${SAMPLES}download-3.pdf`);
  expect(claude.requests[0]!.body.messages[0].content).toContain(`"${tag.tag}"`);
  const [tags, nowhere, places] = claude.requests[1]!.body.messages.at(-1).content;
  expect(tags.content).toContain(`${tag.tag} (1 document)`);
  expect(nowhere.content).toContain("No page holds all of these words.");
  expect(places.content).toContain("Quillmark Paper & Print Ltd");
});

it("asks the model nothing in twelve regenerations, eight of them at once, that a millionth of a dollar is left for", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "docket-letters-"));
  const letters = Array.from({ length: 12 }, (_, index) => path.join(folder, `letter-${index}.txt`));
  for (const [index, file] of letters.entries()) await writeFile(file, `Letter ${index}\nAcme Ltd, 15 March 2026`);
  const [document] = await Promise.all(letters.map((file) => user.process(file)));
  await rm(folder, { recursive: true });
  await stack.sql(
    `insert into private.user_limits (user_id, cost_micro_usd_per_month)
     select user_id, cost_micro_usd + 1 from public.usage_months where user_id = (select user_id from public.documents where id = '${document!.id}')`,
  );
  const before = (await user.supabase.rpc("usage_left")).data.cost_micro_usd.used;
  const asked = claude.requests.length;
  const { data: documents } = await user.supabase.from("documents").select("id");
  const end = async ({ id }: { id: string }) =>
    (await eventsOf(await user.callJson("metadata", { document_id: id }))).at(-1);
  // A user has at most eight streams open.
  const ends = [
    ...(await Promise.all(documents!.slice(0, 8).map(end))),
    ...(await Promise.all(documents!.slice(8).map(end))),
  ];
  expect(ends.filter((event) => event!.complete)).toHaveLength(12);
  expect(claude.requests.length).toBe(asked);
  expect((await user.supabase.rpc("usage_left")).data.cost_micro_usd.used).toBe(before);
});

it("counts a call that was under way when its document was deleted", async () => {
  const document = await user.process(LETTER);
  const before = (await user.supabase.rpc("usage_left")).data.cost_micro_usd.used;
  claude.script(async () => {
    await user.supabase.from("documents").delete().eq("id", document.id);
    return ok(text("I read the letter."));
  });
  const [end] = (await eventsOf(await user.callJson("metadata", { document_id: document.id }))).slice(-1);
  expect(end).toHaveProperty("error");
  await waitFor(async () => expect((await user.supabase.rpc("usage_left")).data.cost_micro_usd.used).toBe(before + 20));
});

it("describes locally when the month's budget is spent, and says so", async () => {
  await stack.sql("update private.settings set cost_micro_usd_per_month = 0");
  try {
    const document = await user.process(LETTER);
    expect(document).toMatchObject({ status: "completed", metadata_source: "local" });
    expect(await runs()).toEqual([
      expect.objectContaining({ engine: "local", note: "over_budget", cost_micro_usd: 0 }),
    ]);
    expect(await kinds(document.id)).toContain("metadata progress");
    expect(claude.requests).toHaveLength(0);
  } finally {
    await stack.sql("update private.settings set cost_micro_usd_per_month = null");
  }
});

it("debits an attempt that failed after the model was paid", async () => {
  claude.script(ok(text("This is a letter.")));
  await user.process(LETTER);
  const [run] = await runs();
  const { data: usage } = await user.supabase.from("usage_months").select("input_tokens").single();
  expect(usage!.input_tokens).toBe(run!.input_tokens + 100);
});

it("finishes the work when the owner stops listening to the stream", async () => {
  const document = await user.process(LETTER);
  const stream = await user.callJson("metadata", { document_id: document.id });
  await stream.body!.cancel();
  await waitUntil(async () => (await runs()).length === 2);
  expect((await user.until(document.id, "completed")).status).toBe("completed");
});

it.each([
  ["a rate limit", { kind: "error", status: 429, retryAfter: "1" }],
  ["an overload", { kind: "error", status: 529 }],
  ["a stream that is cut", { kind: "cut" }],
  ["garbage", { kind: "garbage" }],
] as const)("tries again after %s, and completes", async (_, fault) => {
  claude.script(fault);
  const document = await user.process(LETTER);
  expect(document).toMatchObject({ status: "completed", metadata_source: "claude" });
  expect(await kinds(document.id)).toContain("metadata retrying");
  expect(await runs()).toHaveLength(1);
});

it("ends the document failed when the model refuses, keeps its text, and a retry describes it", async () => {
  claude.script({ kind: "refusal" });
  const document = await user.process(LETTER);
  expect(document).toMatchObject({ status: "failed", error: { stage: "metadata", code: "model_refused", attempt: 1 } });
  const { data: result } = await user.supabase.from("ocr_results").select("raw_text").single();
  expect(result?.raw_text).toContain("Stadtwerke");

  const retried = await user.callJson("ocr", { document_id: document.id });
  expect(await retried.json()).toMatchObject({ status: "ocr_complete" });
  expect((await user.until(document.id, "completed")).metadata_source).toBe("claude");
});

it("leaves a completed document completed when describing it again fails, and streams why", async () => {
  const document = await user.process(LETTER);
  claude.script({ kind: "error", status: 529 });
  const events = await eventsOf(await user.callJson("metadata", { document_id: document.id }));
  expect(events.at(-1)).toMatchObject({ error: { code: "model_overloaded" } });
  expect(await user.document(document.id)).toMatchObject({
    status: "completed",
    error: null,
    display_name: document.display_name,
  });
  expect(await kinds(document.id)).toContain("metadata failed");
});

it("logs one JSON line a step, never the text of a document, a token or the key", async () => {
  await user.process(LETTER);
  const lines = stack.logs
    .filter(({ source }) => ["upload", "ocr", "metadata"].includes(source))
    .map(({ line }) => line);
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines)
    expect(JSON.parse(line)).toMatchObject({ level: expect.any(String), step: expect.any(String) });
  const all = lines.join("\n");
  for (const secret of [user.token, "test-key", stack.keys.secretKey, "Stadtwerke", "Abschlag"])
    expect(all).not.toContain(secret);
  expect(lines.map((line) => JSON.parse(line))).toContainEqual(
    expect.objectContaining({
      step: "ocr.completed",
      document: expect.any(String),
      job: expect.any(String),
      stage: "ocr",
      ms: expect.any(Number),
    }),
  );
});
