// Who has a second factor and has not used it in this session: sees nothing of their own, and changes nothing.
import { expect, it } from "vitest";
import { type Database, withDatabase } from "../../testing/database/migrated.ts";
import { complete } from "../../testing/database/worker.ts";

let database: Database;
let user: string;
withDatabase((made) => ({ database, user } = made));

const enroll = (status: "verified" | "unverified") =>
  database.sql(
    "insert into auth.mfa_factors (id, user_id, factor_type, status, created_at, updated_at, secret) values (gen_random_uuid(), $1, 'totp', $2, now(), now(), 'x')",
    [user, status],
  );

it("needs no second factor of who has none, or has not finished setting one up", async () => {
  await complete(database, user, "A letter.", "letter.pdf");
  expect(await database.asUser(user, "select from public.documents")).toHaveLength(1);
  await enroll("unverified");
  expect(await database.asUser(user, "select from public.documents")).toHaveLength(1);
});

it("shows documents again to a session that used the second factor", async () => {
  await complete(database, user, "A letter.", "letter.pdf");
  await enroll("verified");
  expect(await database.asUser(user, "select from public.documents")).toEqual([]);
  expect(await database.asUser(user, "select from public.documents", [], { aal: "aal2" })).toHaveLength(1);
  expect(
    await database.asUser(user, "select public.create_api_token('x', '{upload}')", [], { aal: "aal2" }),
  ).toHaveLength(1);
});

it("says what is missing where a function is called", async () => {
  await enroll("verified");
  await expect(database.asUser(user, "select public.create_api_token('x', '{upload}')")).rejects.toMatchObject({
    code: "PT403",
    hint: "second_factor_required",
  });
});

it("leaves other users alone", async () => {
  await enroll("verified");
  const other = await database.user();
  await complete(database, other, "A letter.", "letter.pdf");
  expect(await database.asUser(other, "select from public.documents")).toHaveLength(1);
});

it("guards every table that has row level security", async () => {
  const unguarded = await database.sql(`
    select pg_class.oid::regclass::text as name from pg_class
    where relkind in ('r', 'p') and (relnamespace in ('public'::regnamespace, 'private'::regnamespace) or pg_class.oid = 'storage.objects'::regclass)
      and not exists (select from pg_policy where polrelid = pg_class.oid and not polpermissive and polcmd = '*'
        and polroles = array['authenticated'::regrole::oid] and pg_get_expr(polqual, polrelid) like '%is_assured()%')`);
  expect(unguarded).toEqual([]);
});

it("is asked for by every function with rights of its own that knows its caller", async () => {
  const careless = await database.sql(`
    select proname from pg_proc where prosecdef and prorettype <> 'trigger'::regtype
      and pronamespace in ('public'::regnamespace, 'private'::regnamespace)
      and has_function_privilege('authenticated', oid, 'execute') and prosrc ~ 'auth\\.(uid|jwt)' and proname <> 'is_assured'`);
  expect(careless).toEqual([]);
});

it("keeps an API token going that was made before", async () => {
  await complete(database, user, "A letter.", "letter.pdf");
  const [made] = await database.asUser(
    user,
    "select public.create_api_token('x', '{documents:read}') ->> 'token' as token",
  );
  await enroll("verified");
  const [{ sha256 }] = (await database.sql("select encode(sha256(convert_to($1, 'UTF8')), 'hex') as sha256", [
    made!.token,
  ])) as [{ sha256: string }];
  const answer = await database.rpc("call_api_as_token", {
    token_sha256: sha256,
    operation: "list_documents",
    arguments: {},
  });
  expect(answer.documents).toHaveLength(1);
});
