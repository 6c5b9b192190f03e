import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Database, migratedServer, type MigratedServer } from "../../testing/database/migrated.ts";
import {
  claim,
  complete,
  expire,
  jobOf,
  read,
  readDocument,
  statusOf,
  sweep,
  upload,
} from "../../testing/database/worker.ts";

let server: MigratedServer;
beforeAll(async () => {
  server = await migratedServer();
});
afterAll(() => server.stop());

const setFunctionsUrl = (database: Database): Promise<unknown> =>
  database.sql("select vault.create_secret('http://functions.test/functions/v1/', 'functions_url')");

describe("a document that becomes ocr_complete", () => {
  it("gets exactly one metadata job and one invocation, which carries a one-time token and nothing else", async () => {
    const database = await server.database();
    const id = await readDocument(database, await database.user());
    expect(await statusOf(database, id)).toBe("ocr_complete");
    const jobs = await database.sql("select * from private.jobs where stage = 'metadata'");
    expect(jobs).toMatchObject([{ document_id: id, state: "dispatched", attempts: 0 }]);
    const queued = await database.sql(
      "select method, url, headers, convert_from(body, 'UTF8')::jsonb as body from net.http_request_queue where url like '%/metadata'",
    );
    expect(queued).toEqual([
      {
        method: "POST",
        url: "http://functions.test/functions/v1/metadata",
        headers: { "Content-Type": "application/json" },
        body: { job_id: jobs[0]!.id, token: jobs[0]!.token },
      },
    ]);
  });

  it("gets none again when other columns change, or the status stays", async () => {
    const database = await server.database();
    await readDocument(database, await database.user());
    await database.sql("update public.documents set status = status, summary = 'changed'");
    expect((await database.invocations()).filter((invocation) => invocation.function === "metadata")).toHaveLength(1);
  });
});

describe("without a functions_url", () => {
  it("writes go through, and jobs wait until it is set and the sweep runs", async () => {
    const database = await server.database({ functionsUrl: null });
    const id = await upload(database, await database.user());
    await sweep(database);
    expect(await statusOf(database, id)).toBe("processing");
    expect(await jobOf(database, id, "ocr")).toMatchObject({ state: "queued", attempts: 0 });
    expect(await database.invocations()).toEqual([]);

    await setFunctionsUrl(database);
    await sweep(database);
    await read(database, await claim(database, "ocr"));
    expect(await statusOf(database, id)).toBe("ocr_complete");
  });

  it("a reading that completes keeps its text, and its metadata job waits", async () => {
    const database = await server.database();
    const id = await upload(database, await database.user());
    const claimed = await claim(database, "ocr");
    await database.sql("delete from vault.secrets");
    await read(database, claimed);
    expect(await statusOf(database, id)).toBe("ocr_complete");
    expect(await jobOf(database, id, "metadata")).toMatchObject({ state: "queued" });
    await setFunctionsUrl(database);
    await sweep(database);
    expect(await claim(database, "metadata")).toMatchObject({ document: { id } });
  });

  it("deleting works, and the erasure waits", async () => {
    const database = await server.database({ functionsUrl: null });
    const user = await database.user();
    await upload(database, user);
    expect(await database.asUser(user, "delete from public.documents returning id")).toHaveLength(1);
    expect(await database.sql("select state from private.jobs")).toEqual([{ state: "queued" }]);
  });
});

describe("an invocation that cannot be queued", () => {
  const BREAK = `create or replace function net.http_post(url text, body jsonb default '{}'::jsonb, params jsonb default '{}'::jsonb,
    headers jsonb default '{"Content-Type": "application/json"}'::jsonb, timeout_milliseconds int default 5000) returns bigint
    language plpgsql as $$ begin raise exception 'pg_net is broken'; end $$`;

  it("breaks no write: the job waits, without a token", async () => {
    const database = await server.database({ own: true });
    const user = await database.user();
    const id = await upload(database, user);
    const claimed = await claim(database, "ocr");
    await database.sql(BREAK);
    await read(database, claimed);
    expect(await statusOf(database, id)).toBe("ocr_complete");
    expect(await jobOf(database, id, "metadata")).toMatchObject({ state: "queued", token: null });
    await upload(database, user);
    await sweep(database);
    await database.asUser(user, "delete from public.documents");
    expect(await database.sql("select state from private.jobs")).toEqual([{ state: "queued" }, { state: "queued" }]);
  });

  it("breaks no write either when Vault cannot be read", async () => {
    const database = await server.database({ own: true });
    await database.sql(
      `create or replace function private.functions_url() returns text language plpgsql as $$ begin raise exception 'no key'; end $$`,
    );
    const id = await upload(database, await database.user());
    expect(await jobOf(database, id, "ocr")).toMatchObject({ state: "queued" });
  });

  it("breaks no write either when the job itself cannot be queued, and the sweep makes up for it", async () => {
    const database = await server.database({ own: true });
    const id = await upload(database, await database.user());
    const claimed = await claim(database, "ocr");
    await database.sql("alter table private.jobs add constraint broken check (stage <> 'metadata') not valid");
    await read(database, claimed);
    expect(await statusOf(database, id)).toBe("ocr_complete");
    expect(await jobOf(database, id, "metadata")).toBeUndefined();
    await database.sql("alter table private.jobs drop constraint broken");
    await sweep(database);
    expect(await claim(database, "metadata")).toMatchObject({ document: { id } });
  });
});

describe("a lost invocation", () => {
  it("is sent again by the sweep with a new token, and costs no attempt", async () => {
    const database = await server.database();
    const id = await upload(database, await database.user());
    for (let lost = 0; lost < 8; lost += 1) {
      await database.sql("truncate net.http_request_queue");
      await expire(database, (await jobOf(database, id, "ocr")).id);
      await sweep(database);
    }
    expect(await database.invocations()).toHaveLength(1);
    expect(await claim(database, "ocr")).toMatchObject({ attempt: 1 });
  });

  it("is not sent again while it may still arrive", async () => {
    const database = await server.database();
    await upload(database, await database.user());
    await sweep(database);
    expect(await database.invocations()).toHaveLength(1);
  });
});

describe("the sweep", () => {
  it("is scheduled every 10 seconds", async () => {
    const database = await server.database();
    expect(await database.sql("select schedule, command, active from cron.job where jobname = 'docket-sweep'")).toEqual(
      [{ schedule: "10 seconds", command: "select private.sweep_jobs()", active: true }],
    );
  });

  it("changes nothing when there is nothing to do", async () => {
    const database = await server.database();
    await complete(database, await database.user());
    const before = await database.sql("select * from private.jobs order by id");
    await sweep(database);
    expect(await database.sql("select * from private.jobs order by id")).toEqual(before);
  });
});
