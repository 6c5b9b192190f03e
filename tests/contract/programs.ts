import { createHash, randomUUID } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Api, type ContractUser, handIn, makeUser, query, until } from "./project.ts";

/** Programs with API tokens: the same rows as their user, by a change of role within one transaction. Erases the users that it makes. */
export function programsContract(api: () => Api): void {
  let owner: ContractUser;
  let stranger: ContractUser;
  let id: string;
  let theirs: string;
  beforeAll(async () => {
    [owner, stranger] = [await makeUser(api()), await makeUser(api())];
    id = await handIn(api(), owner, "contract.txt", "A note on xylophones.");
    theirs = await handIn(api(), stranger, "contract.txt", "A note on bassoons.");
    for (const [user, document] of [
      [owner, id],
      [stranger, theirs],
    ] as const)
      await until(async () => {
        const { data } = await user.supabase.from("documents").select("status").eq("id", document).single();
        return data?.status === "completed";
      });
  });
  afterAll(async () => {
    for (const user of [owner, stranger]) await user?.erase();
  });

  async function tokenWith(...scopes: string[]): Promise<{ id: string; token: string }> {
    const { data, error } = await owner.supabase.rpc("create_api_token", { name: "contract", scopes });
    if (error) throw new Error(error.message);
    return data as { id: string; token: string };
  }
  async function ask(token: string, path: string, method = "GET", body?: object) {
    const response = await fetch(`${api().url}/functions/v1/api${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, ...(body && { "Content-Type": "application/json" }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
  }

  it("sees with an API token what its user sees, and nothing else", async () => {
    const { token } = await tokenWith("documents:read");
    const list = await ask(token, "/documents");
    expect(list, JSON.stringify(list)).toMatchObject({ status: 200, answer: { documents: [{ id }] } });
    expect(await ask(token, `/documents/${id}/pages`)).toMatchObject({
      answer: { pages: [{ text: expect.stringContaining("xylophones") }] },
    });
    for (const path of ["", "/pages", "/values", "/events", "/file"])
      expect(await ask(token, `/documents/${theirs}${path}`)).toMatchObject({
        status: 404,
        answer: { code: "not_found" },
      });
    expect(JSON.stringify(await ask(token, "/documents?query=bassoons"))).not.toContain(theirs);
  });

  it("changes a document with documents:write alone, and only its user's", async () => {
    const [reading, writing] = [await tokenWith("documents:read"), await tokenWith("documents:write")];
    const change = { summary: "By a program." };
    expect(await ask(reading.token, `/documents/${id}`, "PATCH", change)).toMatchObject({
      status: 403,
      answer: { code: "scope_missing" },
    });
    expect(await ask(writing.token, `/documents/${theirs}`, "PATCH", change)).toMatchObject({ status: 404 });
    expect(await ask(writing.token, `/documents/${id}`, "PATCH", change)).toMatchObject({
      status: 200,
      answer: change,
    });
    const { data } = await owner.supabase.from("documents").select("summary, locked_fields").eq("id", id).single();
    expect(data).toEqual({ ...change, locked_fields: ["summary"] });
  });

  it("uploads with the scope for it", async () => {
    const form = new FormData();
    form.append("file", new Blob(["A note by a program."], { type: "text/plain" }), "contract.txt");
    const { token } = await tokenWith("upload");
    const response = await fetch(`${api().url}/functions/v1/upload`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}` },
      body: form,
    });
    expect(response.status, await response.clone().text()).toBe(202);
    const { document_id } = (await response.json()) as { document_id: string };
    const { data } = await owner.supabase.from("documents").select("user_id").eq("id", document_id).single();
    expect(data).toEqual({ user_id: owner.id });
  });

  it("is refused from the moment its token is revoked, and with one that nobody made", async () => {
    const { id: tokenId, token } = await tokenWith("documents:read");
    expect(await ask(token, "/documents")).toMatchObject({ status: 200 });
    expect((await owner.supabase.rpc("revoke_api_token", { token_id: tokenId })).error).toBeNull();
    expect(await ask(token, "/documents")).toMatchObject({ status: 401, answer: { code: "token_revoked" } });
    const forged = `dkt_${"0".repeat(48)}`;
    expect(await ask(forged, "/documents")).toMatchObject({ status: 401, answer: { code: "token_unknown" } });
  });
}

/** The change of role behind API tokens, asked of the database alone. What it makes is rolled back. */
export function rolesContract(dbUrl: () => string): void {
  it.each(["anon", "authenticated", "service_role"])(
    "lets authenticator act as %s, and inherit nothing",
    async (role) => {
      expect(
        await query(
          dbUrl(),
          `select pg_has_role('authenticator', $1, 'set') as may, rolinherit as inherits
        from pg_catalog.pg_roles where rolname = 'authenticator'`,
          [role],
        ),
      ).toEqual([{ may: true, inherits: false }]);
    },
  );

  it.each(["postgres", "supabase_admin"])("does not let authenticator act as %s", async (role) => {
    expect(await query(dbUrl(), "select pg_has_role('authenticator', $1, 'member') as member", [role])).toEqual([
      { member: false },
    ]);
  });

  it("runs a call with an API token as its user for the rest of the transaction, and no longer", async () => {
    const client = new pg.Client({ connectionString: dbUrl() });
    await client.connect();
    const one = async (sql: string, values: unknown[] = []) => (await client.query(sql, values)).rows[0];
    const [owner, stranger] = [randomUUID(), randomUUID()];
    try {
      await client.query("begin");
      for (const user of [owner, stranger]) {
        await client.query("insert into auth.users (id, email) values ($1, $2)", [
          user,
          `contract-${user}@example.com`,
        ]);
        await client.query("insert into public.extraction_schemas (user_id, name, fields) values ($1, $2, $3)", [
          user,
          user,
          { type: "object", properties: { number: { type: "string" } } },
        ]);
      }
      await client.query("select set_config('request.jwt.claims', $1, true)", [
        JSON.stringify({ sub: owner, role: "authenticated", aal: "aal1" }),
      ]);
      await client.query("set local role authenticated");
      const { token } = (await one("select public.create_api_token('contract', '{documents:read}') as made")).made;
      await client.query("set local role service_role");
      const sha256 = createHash("sha256").update(token).digest("hex");
      const { answer } = await one("select public.call_api_as_token($1, 'list_schemas', '{}') as answer", [sha256]);
      expect(answer).toMatchObject([{ name: owner }]);
      expect(await one("select current_user as role, auth.uid() as uid")).toEqual({
        role: "authenticated",
        uid: owner,
      });
      await client.query("rollback");
      expect(await one("select current_user = session_user as same")).toEqual({ same: true });
    } finally {
      await client.end();
    }
  });
}
