// A row of private.event_consumers is all that it takes to act on what happens to documents.
import { beforeEach, describe, expect, it } from "vitest";
import { type Database, withDatabase } from "../../testing/database/migrated.ts";
import {
  BROKEN,
  claim,
  claimInvocation,
  complete,
  describeAs,
  events,
  failNext,
  held,
  readDocument,
  statusOf,
  upload,
} from "../../testing/database/worker.ts";

let database: Database;
let user: string;
const server = withDatabase((made) => ({ database, user } = made));

/** Makes `bell` a stage that nothing but events starts, and subscribes it. */
const subscribe = (types: string, filter: string | null = null, name = "bell"): Promise<unknown> =>
  database.sql(
    "insert into private.event_consumers (name, event_types, stage, filter) values ($1::text, $2, $1::text, $3)",
    [name, types, filter],
  );
const addStage = (name: string, position: number): Promise<unknown> =>
  database.sql(
    "insert into private.stages (stage, position, label, function_name, max_attempts) values ($1::text, $2, 'Ringing', $1::text, 2)",
    [name, position],
  );
beforeEach(() => addStage("bell", 90));

/** The types of the events that became jobs of a stage, in order. */
const heard = async (stage = "bell"): Promise<string[]> =>
  (
    await database.sql(
      "select payload -> 'event' ->> 'type' as type from private.jobs where stage = $1 order by event_id",
      [stage],
    )
  ).map(({ type }) => type);

const ring = async () => {
  const invocation = (await database.invocations()).filter((sent) => sent.function === "bell").at(-1)!;
  return (await claimInvocation(database, invocation))!;
};

describe("an event that a consumer wants", () => {
  it("becomes a job with what happened, and its function is invoked at once", async () => {
    await subscribe("{metadata.completed}");
    const id = await complete(database, user);
    const claimed = await ring();
    const [event] = await database.sql(
      "select id::int, message, data from public.document_events where stage = 'metadata' and kind = 'completed'",
    );
    expect(claimed).toMatchObject({
      stage: "bell",
      document: { id, user_id: user },
      payload: { event: { ...event, type: "metadata.completed" } },
    });
    await database.rpc("complete_job", { ...held(claimed), message: "Rang." });
    expect((await events(database, id)).slice(-2)).toEqual(["bell started", "bell completed"]);
  });

  it("leaves the document and its own events alone when the job fails", async () => {
    await subscribe("{*.failed,metadata.completed}");
    const id = await complete(database, user);
    await database.rpc("fail_job", { ...held(await ring()), error: BROKEN });
    expect(await statusOf(database, id)).toBe("completed");
    expect(await heard()).toEqual(["metadata.completed"]);
  });

  it("becomes one job each, also of one document and while the first is under way", async () => {
    await subscribe("{upload.completed,ocr.completed,metadata.completed,edit.edited}");
    const id = await complete(database, user);
    await database.asUser(user, "update public.documents set summary = 'Mine.' where id = $1", [id]);
    expect(await heard()).toEqual(["upload.completed", "ocr.completed", "metadata.completed", "edit.edited"]);
    expect(await database.sql("select state from private.jobs where stage = 'bell' and state = 'done'")).toEqual([]);
  });

  it("becomes none when its transaction is undone, or its document is gone by the end of it", async () => {
    await subscribe("{upload.completed}");
    const connection = await database.connection("superuser");
    const id = await upload(database, user);
    expect(await heard()).toHaveLength(1);
    for (const ending of ["rollback", "delete from public.documents; commit"]) {
      await connection.query("begin");
      await connection.query(
        "select private.record_event(documents, 'upload', 'completed', 'x') from public.documents where id = $1",
        [id],
      );
      await connection.query(ending);
      expect((await heard()).length).toBeLessThanOrEqual(1);
    }
    expect(await heard()).toEqual([]);
  });
});

describe("the types that a consumer names", () => {
  it("mean any stage with a star", async () => {
    await subscribe("{*.failed}");
    await upload(database, user);
    await failNext(database, "ocr", BROKEN);
    await readDocument(database, await database.user());
    await failNext(database, "metadata", BROKEN);
    expect(await heard()).toEqual(["ocr.failed", "metadata.failed"]);
  });

  it("mean a consumer's own stage, or another's, only by name: so two consumers cannot call each other without end", async () => {
    await addStage("echo", 91);
    await subscribe("{*.completed}");
    await subscribe("{*.started,bell.completed}", null, "echo");
    await complete(database, user);
    expect(await heard()).toEqual(["upload.completed", "ocr.completed", "metadata.completed"]);
    expect(await heard("echo")).toEqual(["ocr.started", "metadata.started"]);
    await database.rpc("complete_job", { ...held(await ring()), message: "Rang." });
    expect(await heard("echo")).toEqual(["ocr.started", "metadata.started", "bell.completed"]);
    expect(await heard()).toHaveLength(3);
  });

  it("tell nobody of progress and tool calls, of which a document has hundreds", async () => {
    await subscribe("{*.progress,ocr.progress,metadata.tool}");
    await upload(database, user);
    const reader = await claim(database, "ocr");
    await database.rpc("save_pages", { ...held(reader), pages: [], page_count: 1 });
    expect(await heard()).toEqual([]);
  });
});

it("a filter leaves out the events of users who have no such consumer", async () => {
  database = await server.database({ own: true });
  [user] = [await database.user()];
  await addStage("bell", 90);
  await database.sql("create table public.bells (user_id uuid)");
  await database.sql(`create function private.has_bell(event public.document_events) returns boolean
    language sql stable set search_path = '' as $$ select exists (select from public.bells where user_id = (event).user_id) $$`);
  await subscribe("{upload.completed}", "has_bell");
  await upload(database, user);
  expect(await heard()).toEqual([]);
  await database.sql("insert into public.bells values ($1)", [user]);
  await upload(database, user);
  await upload(database, await database.user());
  expect(await heard()).toEqual(["upload.completed"]);
});

it("events of many users at once, and their jobs, do not wait for each other in a circle", async () => {
  await subscribe("{*.started,*.completed,edit.edited}");
  const users = await Promise.all(Array.from({ length: 6 }, () => database.user()));
  const first = await complete(database, user);
  for (const owner of users) await readDocument(database, owner);
  await Promise.all([
    ...Array.from({ length: 4 }, () =>
      database.asUser(user, "update public.documents set tags = array['a', 'b'] where id = $1", [first]),
    ),
    ...users.map((owner) => upload(database, owner)),
    claim(database, "metadata").then((claimed) => describeAs(database, claimed)),
  ]);
  const [counts] = await database.sql(`select
    (select count(*) from public.document_events where kind in ('started', 'completed', 'edited') and stage <> 'bell')::int as events,
    (select count(*) from private.jobs where stage = 'bell')::int as jobs`);
  expect(counts!.jobs).toBe(counts!.events);
});
