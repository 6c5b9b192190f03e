import { createHash } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Database, migratedServer, type MigratedServer } from "../../testing/database/migrated.ts";
import { complete } from "../../testing/database/worker.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const SCOPES = ["automation", "documents:read", "documents:write", "upload"] as const;
type Made = { id: string; token: string; scopes: string[]; expires_at: string | null };

let server: MigratedServer;
let database: Database;
let owner: string;
let stranger: string;
let document: string;
let theirs: string;
beforeAll(async () => {
  server = await migratedServer();
});
beforeEach(async () => {
  database = await server.database();
  [owner, stranger] = [await database.user(), await database.user()];
  document = await complete(database, owner, "Total due 12.00", "mine.pdf");
  theirs = await complete(database, stranger, "xylophone", "theirs.pdf");
});
afterAll(() => server.stop());

const create = async (user: string, scopes: readonly string[], expires: string | null = null): Promise<Made> =>
  (await database.asUser(user, "select public.create_api_token('script', $1, $2) as made", [scopes, expires]))[0]!.made;
const use = (token: string, scope: string | null = null) =>
  database.rpc("use_api_token", { token_sha256: sha256(token), scope });
const call = (token: string, operation: string, args: object = {}) =>
  database.rpc("call_api_as_token", { token_sha256: sha256(token), operation, arguments: args });
const callAsUser = async (user: string, operation: string, args: object = {}) =>
  (await database.asUser(user, "select public.call_api($1, $2) as answer", [operation, args]))[0]!.answer;

describe("an API token", () => {
  it("is shown once, with a checksum, and only its hash is stored", async () => {
    const made = await create(owner, ["upload", "documents:read", "upload"]);
    expect(made.token).toMatch(/^dkt_[0-9a-f]{48}$/);
    expect(made.token.slice(44)).toBe(sha256(made.token.slice(0, 44)).slice(0, 8));
    expect(made.scopes).toEqual(["documents:read", "upload"]);
    const rows = await database.sql(
      "select to_jsonb(t)::text || to_jsonb(s)::text as row from public.api_tokens t join private.api_token_secrets s on s.token_id = t.id",
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]!.row).toContain(sha256(made.token));
    for (let at = 4; at + 12 <= made.token.length; at += 12)
      expect(rows[0]!.row).not.toContain(made.token.slice(at, at + 12));
  });

  it("is its maker's alone to see and to revoke", async () => {
    const made = await create(owner, SCOPES);
    expect(await database.asUser(stranger, "select * from public.api_tokens")).toEqual([]);
    expect(await database.asUser(owner, "select name from public.api_tokens")).toEqual([{ name: "script" }]);
    const revoke = "select public.revoke_api_token($1)";
    await expect(database.asUser(stranger, revoke, [made.id])).rejects.toMatchObject({ hint: "not_found" });
    expect(await use(made.token)).toEqual({ id: made.id, user_id: owner, scopes: [...SCOPES] });
    await database.asUser(owner, revoke, [made.id]);
    await database.asUser(owner, revoke, [made.id]);
    await expect(use(made.token)).rejects.toMatchObject({ code: "PT401", hint: "token_revoked" });
  });

  it("is refused by a code that says why", async () => {
    const made = await create(owner, ["upload"], new Date(Date.now() + 60_000).toISOString());
    await expect(use(made.token, "documents:read")).rejects.toMatchObject({ code: "PT403", hint: "scope_missing" });
    await expect(use(`${made.token}x`)).rejects.toMatchObject({ code: "PT401", hint: "token_unknown" });
    await database.sql("update public.api_tokens set created_at = now() - interval '2 days', expires_at = now()");
    await expect(use(made.token)).rejects.toMatchObject({ code: "PT401", hint: "token_expired" });
  });

  it.each([
    [[], null],
    [["everything"], null],
    [["upload"], "2001-01-01"],
  ])("is not made with the scopes %j and the expiry %s", async (scopes, expires) => {
    await expect(create(owner, scopes, expires)).rejects.toMatchObject({ code: "PT400", hint: "invalid_request" });
  });

  it("has a rate of its own, beside its user's", async () => {
    await database.sql("update private.settings set requests_per_minute_and_token = 3");
    const [made, other] = [await create(owner, SCOPES), await create(owner, SCOPES)];
    for (let request = 0; request < 3; request += 1) await call(made.token, "list_tags");
    await expect(call(made.token, "list_tags")).rejects.toMatchObject({ code: "PT429", hint: "too_many_requests" });
    await call(other.token, "list_tags");
    await database.sql("update private.settings set requests_per_minute = 1, requests_per_minute_and_token = 600");
    await database.sql("delete from private.request_rates");
    const edit = () => call(other.token, "add_tags", { document_id: document, tags: [crypto.randomUUID()] });
    await edit();
    await expect(edit()).rejects.toMatchObject({ hint: "too_many_requests" });
  });

  it("tells when it was last used", async () => {
    const made = await create(owner, ["documents:read"]);
    const lastUse = "select last_used_at is not null as used from public.api_tokens where id = $1";
    expect(await database.sql(lastUse, [made.id])).toEqual([{ used: false }]);
    await call(made.token, "list_tags");
    expect(await database.sql(lastUse, [made.id])).toEqual([{ used: true }]);
  });

  it("is one of at most a hundred in use, and of a bounded history", async () => {
    await database.sql("update private.settings set requests_per_minute = null");
    for (let count = 0; count < 100; count += 1) await create(owner, ["upload"]);
    await expect(create(owner, ["upload"])).rejects.toMatchObject({ hint: "not_allowed_now" });
    await create(stranger, ["upload"]);
    await database.sql("update public.api_tokens set revoked_at = now() where user_id = $1", [owner]);
    for (let count = 0; count < 5; count += 1) await create(owner, ["upload"]);
    await database.sql("update public.api_tokens set revoked_at = now() where user_id = $1", [owner]);
    await create(owner, ["upload"]);
    expect(await database.sql("select count(*)::int from public.api_tokens where user_id = $1", [owner])).toEqual([
      { count: 101 },
    ]);
  });

  it("ends when its user asks for the account's erasure, however long that takes", async () => {
    const made = await create(owner, SCOPES);
    await database.sql(
      `insert into public.documents (user_id, filename, storage_path, mime_type, byte_size, content_sha256)
       select $1::uuid, 'a.txt', $1::text || '/' || n, 'text/plain', 1, md5(n::text) || md5(n::text) from generate_series(1, 250) as n`,
      [owner],
    );
    await database.asUser(owner, "select public.erase_account()");
    expect(await database.sql("select from auth.users where id = $1", [owner])).toHaveLength(1);
    await expect(use(made.token)).rejects.toMatchObject({ hint: "token_unknown" });
  });

  it("goes with its user", async () => {
    const made = await create(owner, SCOPES);
    await database.sql("delete from auth.users where id = $1", [owner]);
    await expect(use(made.token)).rejects.toMatchObject({ hint: "token_unknown" });
    expect(await database.sql("select from private.api_token_secrets where user_id = $1", [owner])).toEqual([]);
  });
});

/** Each operation, what it needs beside the document, and the scope that it wants. */
const OPERATIONS: [operation: string, args: object, scope: (typeof SCOPES)[number]][] = [
  ["list_documents", {}, "documents:read"],
  ["list_documents", { query: "xylophone" }, "documents:read"],
  ["sum_amounts", { group_by: "month" }, "documents:read"],
  ["sum_amounts", { documents_each: 5 }, "documents:read"],
  ["list_schemas", {}, "documents:read"],
  ["list_tags", {}, "documents:read"],
  ["get_usage", {}, "documents:read"],
  ["get_account", {}, "documents:read"],
  ["own_document", {}, "documents:write"],
  ["get_document", {}, "documents:read"],
  ["get_pages", {}, "documents:read"],
  ["get_values", {}, "documents:read"],
  ["list_events", {}, "documents:read"],
  ["get_history", {}, "documents:read"],
  ["edit_document", { changes: { summary: "Changed." } }, "documents:write"],
  ["add_tags", { tags: ["changed"] }, "documents:write"],
  ["undo_metadata_run", {}, "documents:write"],
  ["get_retention", {}, "documents:read"],
  ["change_retention", { changes: { held: true, keep_until: "2099-12-31" } }, "documents:write"],
  ["unlock_fields", { fields: ["tags"] }, "documents:write"],
  ["delete_document", {}, "documents:write"],
];
const WITHOUT_DOCUMENT = ["list_documents", "sum_amounts", "list_schemas", "list_tags", "get_usage", "get_account"];

describe.each(OPERATIONS)("%s %j", (operation, args, scope) => {
  const argsFor = async (id: string) => ({
    document_id: id,
    run_id: (await database.sql("select id from public.metadata_runs where document_id = $1", [id]))[0]!.id,
    ...args,
  });
  const snapshot = async (user: string) =>
    (await database.sql("select jsonb_agg(to_jsonb(d)) as rows from public.documents d where user_id = $1", [user]))[0]!
      .rows;

  it.each(SCOPES)("with a token that has only the scope %s", async (had) => {
    const made = await create(owner, [had]);
    const asked = call(made.token, operation, await argsFor(document));
    if (had === scope) expect(await asked).not.toBeNull();
    else await expect(asked).rejects.toMatchObject({ code: "PT403", hint: "scope_missing" });
  });

  it("answers a token as it answers its user", async () => {
    const made = await create(owner, SCOPES);
    const given = await argsFor(document);
    const connection = await database.connection("superuser");
    await connection.query("begin");
    await connection.query("select set_config('request.jwt.claims', $1, true)", [
      JSON.stringify({ role: "authenticated", sub: owner }),
    ]);
    await connection.query("set local role authenticated");
    const { rows } = await connection.query("select public.call_api($1, $2) as answer", [operation, given]);
    await connection.query("rollback");
    const answer = await call(made.token, operation, given);
    const plain = (value: unknown) =>
      JSON.stringify(value).replace(/"(?:updated_at|last_used_at)":\s?(?:"[^"]*"|null)/g, "");
    expect(plain(answer)).toBe(plain(rows[0].answer));
  });

  it("shows and changes nothing of another's", async () => {
    const made = await create(owner, SCOPES);
    const before = await snapshot(stranger);
    const asked = await call(made.token, operation, await argsFor(theirs)).catch((error: { hint: string }) => error);
    if (!WITHOUT_DOCUMENT.includes(operation)) expect(asked).toMatchObject({ hint: "not_found" });
    expect(JSON.stringify(asked)).not.toContain("xylophone");
    expect(JSON.stringify(asked)).not.toContain(`"${theirs}"`);
    expect(await snapshot(stranger)).toEqual(before);
    await expect(callAsUser(owner, "get_document", { document_id: theirs })).rejects.toMatchObject({
      hint: "not_found",
    });
  });
});

it("a token without documents:write changes nothing, whatever an operation tries", async () => {
  database = await server.database({ own: true });
  owner = await database.user();
  document = await complete(database, owner);
  const made = await create(owner, ["documents:read"]);
  await database.sql(
    "create or replace function private.scope_of(operation text) returns text language sql as $$ select 'documents:read' $$",
  );
  const edit = call(made.token, "add_tags", { document_id: document, tags: ["changed"] });
  await expect(edit).rejects.toMatchObject({ code: "25006" });
});

it("refuses an operation that there is not", async () => {
  const made = await create(owner, SCOPES);
  await expect(call(made.token, "erase_account", { document_id: document })).rejects.toMatchObject({ code: "PT400" });
});
