import { beforeAll, describe, expect, it } from "vitest";
import { ALICE, BOB, userToken, stack } from "./server.ts";

describe("policies", () => {
  beforeAll(async () => {
    await stack.alice.storage.from("documents").upload(`${ALICE}/secret.txt`, new Blob(["alice's"]));
  });

  const secret = `${ALICE}/secret.txt`;
  const VIOLATION = { message: "new row violates row-level security policy", status: 400, statusCode: "403" };
  const NOT_FOUND = { message: "Object not found", status: 400, statusCode: "404" };
  const as = (who: "alice" | "bob" | "anon" | "service") => stack[who].storage.from("documents");

  it.each(["bob", "anon"] as const)("shows nothing of a user's files to %s", async (who) => {
    expect((await as(who).download(secret)).error).toMatchObject(NOT_FOUND);
    expect((await as(who).info(secret)).error).toMatchObject(NOT_FOUND);
    expect((await as(who).exists(secret)).data).toBe(false);
    expect((await as(who).list(ALICE)).data).toEqual([]);
    expect((await as(who).listV2({ prefix: ALICE })).data).toMatchObject({ objects: [], folders: [] });
    expect((await as(who).createSignedUrl(secret, 60)).error).toMatchObject(NOT_FOUND);
    expect((await as(who).createSignedUrls([secret], 60)).data?.[0]).toMatchObject({
      signedUrl: null,
      error: expect.stringContaining("do not have access"),
    });
  });

  it.each(["bob", "anon"] as const)("lets %s write nothing into a user's folder", async (who) => {
    const files = await stack.files();
    expect((await as(who).upload(`${ALICE}/new.txt`, new Blob(["x"]))).error).toMatchObject(VIOLATION);
    expect((await as(who).upload(secret, new Blob(["x"]), { upsert: true })).error).toMatchObject(VIOLATION);
    expect((await as(who).update(secret, new Blob(["x"]))).error).toMatchObject(VIOLATION);
    expect((await as(who).move(secret, `${BOB}/mine.txt`)).error).toMatchObject(NOT_FOUND);
    expect((await as(who).copy(secret, `${BOB}/mine.txt`)).error).toMatchObject(NOT_FOUND);
    expect((await as(who).createSignedUploadUrl(`${ALICE}/new.txt`)).error).toMatchObject(VIOLATION);
    expect((await as(who).remove([secret])).data).toEqual([]);
    expect(await (await as("alice").download(secret)).data?.text()).toBe("alice's");
    expect(await stack.files()).toEqual(files);
  });

  it("does not let a user move or copy a file out of the folder", async () => {
    expect((await as("alice").move(secret, `${BOB}/gift.txt`)).error).toMatchObject(VIOLATION);
    expect((await as("alice").copy(secret, `${BOB}/gift.txt`)).error).toMatchObject(VIOLATION);
  });

  it("needs only the insert policy for an upload, and select and update too for an upsert", async () => {
    await stack.service.storage.createBucket("inbox");
    await stack.sql.query(
      "create policy inbox on storage.objects for insert to authenticated with check (bucket_id = 'inbox')",
    );
    const inbox = stack.bob.storage.from("inbox");
    expect((await inbox.upload("a.txt", new Blob(["a"]))).error).toBeNull();
    expect((await inbox.upload("b.txt", new Blob(["b"]), { upsert: true })).error).toMatchObject(VIOLATION);
    expect((await inbox.download("a.txt")).error).toMatchObject(NOT_FOUND);
  });

  it("removes nothing without the select policy, whatever the delete policy says", async () => {
    await stack.service.storage.createBucket("blind");
    await stack.sql.query(
      "create policy blind on storage.objects for delete to authenticated using (bucket_id = 'blind')",
    );
    await stack.service.storage.from("blind").upload("a.txt", new Blob(["a"]));
    expect((await stack.bob.storage.from("blind").remove(["a.txt"])).data).toEqual([]);
  });

  it("lets the service role read and write everything", async () => {
    expect(await (await as("service").download(secret)).data?.text()).toBe("alice's");
    expect((await as("service").upload(`${BOB}/by-service.txt`, new Blob(["x"]))).error).toBeNull();
    expect(await (await as("bob").download(`${BOB}/by-service.txt`)).data?.text()).toBe("x");
    expect((await as("service").remove([`${BOB}/by-service.txt`])).data).toHaveLength(1);
  });

  it("runs the triggers of an upload once, with a row that has its metadata", async () => {
    await stack.sql.query(`
      create table public.seen (name text, size int);
      grant insert on public.seen to service_role, authenticated;
      create function public.see() returns trigger language plpgsql as $$
        begin insert into public.seen values (new.name, (new.metadata ->> 'size')::int); return new; end $$;
      create trigger see after insert on storage.objects for each row execute function public.see();
    `);
    await as("alice").upload(`${ALICE}/triggers.txt`, new Blob(["12345"]));
    const { rows } = await stack.sql.query("select * from public.seen");
    expect(rows).toEqual([{ name: `${ALICE}/triggers.txt`, size: 5 }]);
    await stack.sql.query("drop trigger see on storage.objects");
  });

  it("answers as upstream to a token that is expired or forged, and to none", async () => {
    const url = `${stack.url}/storage/v1/object/list/documents`;
    const ask = async (headers: Record<string, string>) =>
      (await fetch(url, { method: "POST", headers, body: '{"prefix":""}' })).json();
    const expired = await userToken(stack.keys, ALICE, "-1m");
    expect(await ask({ authorization: `Bearer ${expired}` })).toEqual({
      statusCode: "403",
      code: "AccessDenied",
      error: "Unauthorized",
      message: '"exp" claim timestamp check failed',
    });
    const forged = await userToken({ ...stack.keys, jwtSecret: "another secret that is long enough" }, ALICE);
    expect(await ask({ authorization: `Bearer ${forged}` })).toMatchObject({
      statusCode: "403",
      message: "signature verification failed",
    });
    expect(await ask({})).toMatchObject({
      statusCode: "400",
      message: "headers must have required property 'authorization'",
    });
  });

  it("keeps buckets from users without a policy on them", async () => {
    expect((await stack.alice.storage.listBuckets()).data).toEqual([]);
    expect((await stack.alice.storage.getBucket("documents")).error).toMatchObject({
      message: "Bucket not found",
      statusCode: "404",
    });
    expect((await stack.alice.storage.createBucket("mine")).error).toMatchObject(VIOLATION);
    expect((await stack.alice.storage.updateBucket("documents", { public: true })).error).toMatchObject({
      statusCode: "404",
    });
    expect((await stack.alice.storage.emptyBucket("documents")).error).toMatchObject({ statusCode: "404" });
    expect((await stack.alice.storage.deleteBucket("documents")).error).toMatchObject({ statusCode: "404" });
  });
});
