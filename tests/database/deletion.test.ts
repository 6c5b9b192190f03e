import { describe, expect, it } from "vitest";
import { callOf, type Database, withDatabase } from "../../testing/database/migrated.ts";
import { claim, claimInvocation, complete, held, pageOf, upload } from "../../testing/database/worker.ts";
import { waitFor } from "../../testing/waiting.ts";

let database: Database;
let user: string;
const server = withDatabase((made) => ({ database, user } = made));

const TABLES = ["documents", "document_pages", "ocr_results", "document_events", "metadata_runs", "document_search"];

describe("a deleted document", () => {
  it("takes its rows and jobs with it, and leaves a job that erases its file", async () => {
    const kept = await complete(database, user);
    const id = await complete(database, user);
    const [document] = await database.sql("select storage_path from public.documents where id = $1", [id]);
    await database.asUser(user, "delete from public.documents where id = $1", [id]);
    for (const table of TABLES) {
      const owned = await database.sql(
        `select ${table === "documents" ? "id" : "distinct document_id as id"} from public.${table}`,
      );
      expect(owned, table).toEqual([{ id: kept }]);
    }
    expect(await database.sql("select stage, state, payload from private.jobs where document_id = $1", [id])).toEqual([
      { stage: "erase", state: "dispatched", payload: { storage_path: document!.storage_path } },
    ]);
    expect((await database.invocations()).at(-1)).toMatchObject({ function: "upload" });

    const claimed = await claim(database, "upload");
    expect(claimed).toMatchObject({
      stage: "erase",
      document: null,
      payload: { storage_path: document!.storage_path },
    });
    await database.rpc("private.complete_erasure", held(claimed));
    expect(await database.sql("select from private.jobs where document_id = $1", [id])).toEqual([]);
  });

  it("is erased together with others in one call, but for one that another worker has taken over", async () => {
    await database.sql("update private.stages set in_flight_limit = 3 where stage = 'erase'");
    for (let index = 0; index < 3; index += 1) await complete(database, user);
    await database.asUser(user, "delete from public.documents");
    const claims = [];
    for (const invocation of (await database.invocations()).filter((each) => each.function === "upload"))
      claims.push((await claimInvocation(database, invocation))!);
    await database.sql("update private.jobs set lease = gen_random_uuid() where id = $1", [claims[1]!.job_id]);
    const answers = await database.rpc("complete_erasures", {
      ended: claims.map((each) => ({ ...held(each), take_next: true })),
    });
    expect(answers).toEqual([{ next: null }, { lost: true }, { next: null }]);
    expect(await database.sql("select id from private.jobs where stage = 'erase' and state = 'running'")).toEqual([
      { id: claims[1]!.job_id },
    ]);
  });

  it("keeps what it cost in the month's usage", async () => {
    await complete(database, user);
    await database.asUser(user, "delete from public.documents");
    expect(await database.sql("select documents, pages from public.usage_months")).toEqual([
      { documents: 1, pages: 1 },
    ]);
  });

  it("may be uploaded again as a new one", async () => {
    const bytes = "a".repeat(64);
    const first = await upload(database, user, bytes);
    await database.asUser(user, "delete from public.documents");
    expect(await upload(database, user, bytes)).not.toBe(first);
  });

  it("that is being read or described goes at once", async () => {
    for (const stage of ["ocr", "metadata"]) {
      await upload(database, user);
      const reader = await claim(database, "ocr");
      if (stage === "metadata") {
        await database.rpc("save_pages", { ...held(reader), pages: [pageOf(1)], page_count: 1 });
        await database.rpc("complete_reading", { ...held(reader), result: { page_count: 1, processing_ms: 1 } });
        await claim(database, "metadata");
      }
      expect(await database.asUser(user, "delete from public.documents returning id")).toHaveLength(1);
      expect(await database.sql("select from private.jobs where stage <> 'erase'")).toEqual([]);
    }
  });

  it.each([null, 60])(
    "and another one of its owner's wait for each other before they lock a row, with a rate of %s requests a minute",
    async (rate) => {
      await database.sql("update private.settings set requests_per_minute = $1", [rate]);
      const ids = [await upload(database, user), await upload(database, user)];
      const first = await database.connection("superuser");
      await first.query("begin");
      await first.query(
        "select set_config('role', 'authenticated', true), set_config('request.jwt.claims', $1, true)",
        [JSON.stringify({ sub: user, role: "authenticated" })],
      );
      await first.query("delete from public.documents where id = $1", [ids[0]]);
      // Else each of two that delete many could hold what the other one wants next.
      const second = database.asUser(user, "delete from public.documents where id = $1 returning id", [ids[1]]);
      await waitFor(async () =>
        expect(
          await database.sql(
            "select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
          ),
        ).toHaveLength(1),
      );
      const locked = await database
        .sql("select from public.documents where id = $1 for update nowait", [ids[1]])
        .catch((error: unknown) => error);
      await first.query("commit");
      expect(await second).toHaveLength(1);
      expect(locked).toEqual([{}]);
    },
  );

  it("and the worker that saves its result at the same time do not wait for each other", async () => {
    const own = await server.database({ own: true });
    const owner = await own.user();
    await upload(own, owner);
    const claimed = await claim(own, "ocr");
    await own.rpc("save_pages", { ...held(claimed), pages: [pageOf(1)], page_count: 1 });

    // A trigger before ours holds the delete where it has the document and not yet the job.
    await own.sql(`
      create function public.hold() returns trigger language plpgsql security definer as $$ begin perform pg_advisory_xact_lock(1); return null; end $$;
      create trigger a_hold after delete on public.documents for each row execute function public.hold()`);
    const gate = await own.connection();
    await gate.query("select pg_advisory_lock(1)");
    const waiting = (count: number): Promise<void> =>
      waitFor(async () =>
        expect(
          await own.sql("select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"),
        ).toHaveLength(count),
      );
    const deletion = own.asUser(owner, "delete from public.documents returning id");
    await waiting(1);
    const { text, values } = callOf("complete_reading", {
      ...held(claimed),
      result: { page_count: 1, processing_ms: 1 },
    });
    const completion = (await own.connection()).query(text, values).catch((error: unknown) => error);
    await waiting(2);
    await gate.query("select pg_advisory_unlock(1)");
    expect(await deletion).toHaveLength(1);
    expect(await completion).toMatchObject({ hint: "lease_lost" });
  });
});

describe("a deleted user", () => {
  it("takes everything along, and every file is erased", async () => {
    const other = await database.user();
    const kept = await complete(database, other);
    for (let count = 0; count < 3; count += 1) await complete(database, user);
    await upload(database, user);
    const paths = (await database.sql("select storage_path from public.documents where user_id = $1", [user])).map(
      (row) => row.storage_path,
    );

    await database.sql("delete from auth.users where id = $1", [user]);
    for (const table of [...TABLES, "usage_months"]) {
      expect(await database.sql(`select distinct user_id from public.${table}`), table).toEqual([{ user_id: other }]);
    }
    expect(await database.sql("select id from public.documents")).toEqual([{ id: kept }]);
    const jobs = await database.sql(
      "select stage, payload ->> 'storage_path' as path from private.jobs where user_id = $1",
      [user],
    );
    expect(jobs.map(({ stage }) => stage)).toEqual(["erase", "erase", "erase", "erase"]);
    expect(jobs.map(({ path }) => path).sort()).toEqual(paths.sort());
  });
});
