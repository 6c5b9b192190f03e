import { readdir } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { FIXTURES, SAMPLES, signUp, type User } from "../../../testing/user.ts";
import { documents, owner, stack } from "./stage.ts";
import { atRest, waitUntil } from "../../../testing/waiting.ts";

const filesOnDisk = async (): Promise<string[]> =>
  (await readdir(path.join(stack.folder, "storage"), { recursive: true })).sort();

/** Every table of the database that names one of the words in any column, and how often. */
async function mentions(words: string[]): Promise<Record<string, number>> {
  const tables = await stack.sql(`
    select format('%I.%I', nspname, relname) as name from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where relkind in ('r', 'p') and nspname !~ '^(pg_|information_schema)' and has_table_privilege(pg_class.oid, 'select')`);
  expect(tables.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      "auth.users",
      "public.documents",
      "private.jobs",
      "storage.objects",
      "net.http_request_queue",
    ]),
  );
  const counts = tables.map(
    ({ name }) =>
      `select '${name}' as name, count(*)::int as rows from ${name} as t where t::text ~ '${words.join("|")}'`,
  );
  const found = await stack.sql(counts.join(" union all "));
  return Object.fromEntries(found.filter(({ rows }) => rows > 0).map(({ name, rows }) => [name, rows]));
}

const stopErasing = (): Promise<unknown> =>
  stack.sql("update private.stages set in_flight_limit = 0 where stage = 'erase'");
const goOnErasing = (): Promise<unknown> =>
  stack.sql("update private.stages set in_flight_limit = 4 where stage = 'erase'");

/** The worker that took one of the jobs died over it, before or after it removed the file. */
async function crashHalfWay(user: User): Promise<void> {
  const jobs = await stack.sql(
    `select id, payload ->> 'storage_path' as path from private.jobs where stage = 'erase' and user_id = '${user.id}' order by created_at limit 2`,
  );
  expect(jobs.length).toBeGreaterThan(0);
  for (const { id } of jobs) {
    await stack.sql(
      `update private.jobs set state = 'running', lease = gen_random_uuid(), attempts = 1, claimed_at = now(), lease_expires_at = now() + interval '1 second' where id = '${id}'`,
    );
  }
  const headers = {
    apikey: stack.keys.secretKey,
    Authorization: `Bearer ${stack.keys.secretKey}`,
    "Content-Type": "application/json",
  };
  await fetch(`${stack.url}/storage/v1/object/documents`, {
    method: "DELETE",
    headers,
    body: JSON.stringify({ prefixes: [jobs[0]!.path] }),
  });
}

describe("a document that is deleted", () => {
  it("leaves nothing in the database and on disk, though the removal is cut off half way", async () => {
    const user = await signUp(stack);
    await atRest(stack);
    const files = await filesOnDisk();
    const document = await user.process(`${SAMPLES}download-3.pdf`);
    expect((await filesOnDisk()).length).toBeGreaterThan(files.length);
    // Pictures are drawn after a document is completed, and would be in what is counted.
    await atRest(stack);
    await stopErasing();
    await user.supabase.from("documents").delete().eq("id", document.id);
    expect(await mentions([document.id]), "its file and its picture").toEqual({
      "private.jobs": 1,
      "storage.objects": 2,
    });
    await crashHalfWay(user);
    await goOnErasing();
    await waitUntil(async () => Object.keys(await mentions([document.id])).length === 0, { interval: 200 });
    expect(await filesOnDisk()).toEqual(files);
    await user.leave();
  });
});

describe("an account that is erased", () => {
  it("leaves nothing in the database and on disk, though the removal is cut off half way", async () => {
    const user = await signUp(stack);
    await atRest(stack);
    const files = await filesOnDisk();
    const made = [
      await user.process(`${SAMPLES}download-3.pdf`),
      await user.process(`${FIXTURES}one-word.png`),
      await user.process(`${FIXTURES}encrypted.pdf`),
    ];
    await atRest(stack);
    const [{ email }] = (await stack.sql(`select email from auth.users where id = '${user.id}'`)) as [
      { email: string },
    ];
    const words = [user.id, email, ...made.map(({ id }) => id)];
    expect(Object.keys(await mentions(words))).toEqual(
      expect.arrayContaining([
        "auth.users",
        "public.documents",
        "public.document_pages",
        "public.document_events",
        "private.reservations",
      ]),
    );

    await stopErasing();
    const { error } = await user.supabase.rpc("erase_account");
    expect(error).toBeNull();
    expect(Object.keys(await mentions(words)).sort()).toEqual(["private.jobs", "storage.objects"]);
    await crashHalfWay(user);
    await goOnErasing();
    await waitUntil(async () => Object.keys(await mentions(words)).length === 0, { interval: 200 });
    expect(await filesOnDisk()).toEqual(files);

    expect((await user.upload(`${FIXTURES}blank.pdf`)).status).toBe(401);
    expect((await owner.document(documents[0].id)).status).toBe("completed");
    await user.leave();
  });

  it("is the caller's own, and needs one", async () => {
    const response = await fetch(`${stack.url}/rest/v1/rpc/erase_account`, {
      method: "POST",
      headers: { apikey: stack.keys.publishableKey },
    });
    expect(response.ok).toBe(false);
    expect(await stack.sql(`select count(*)::int as users from auth.users where id = '${owner.id}'`)).toEqual([
      { users: 1 },
    ]);
  });
});

describe("what is older than it is kept", () => {
  it("is deleted with its file, and a file that belongs to no document too", async () => {
    const user = await signUp(stack);
    await atRest(stack);
    const files = await filesOnDisk();
    const document = await user.process(`${FIXTURES}one-word.png`);
    await atRest(stack);
    // As a project may have one from before the bucket's trigger, which takes nothing that no document waits for.
    const stray = `${user.id}/stray-${crypto.randomUUID()}`;
    await stack.sql(`insert into storage.objects (bucket_id, name) values ('documents', '${stray}')`);
    await stack.sql(`update public.documents set created_at = now() - interval '2 days' where id = '${document.id}'`);
    expect(await stack.sql("select private.expire_documents() as expired")).toEqual([{ expired: 0 }]);
    await stack.sql("update private.settings set keep_documents = '1 day'");
    expect(await stack.sql("select private.expire_documents() as expired")).toEqual([{ expired: 1 }]);
    await stack.sql("update private.settings set keep_documents = null");

    expect(await stack.sql("select private.erase_strays() as strays")).toEqual([{ strays: 0 }]);
    await stack.sql(`update storage.objects set created_at = now() - interval '2 hours' where name = '${stray}'`);
    expect(await stack.sql("select private.erase_strays() as strays")).toEqual([{ strays: 1 }]);
    await waitUntil(async () => Object.keys(await mentions([document.id, stray])).length === 0, { interval: 200 });
    expect(await filesOnDisk()).toEqual(files);
    await user.leave();
  });
});
