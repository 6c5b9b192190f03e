// The Data API as PostgREST has it: it connects as authenticator, with the roles' timeouts, and safeupdate is on.
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { WebSocket } from "ws";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TemporaryStack, temporaryStack } from "../../testing/temporary.ts";

// Node 20 has no WebSocket of its own.
const OPTIONS = { auth: { persistSession: false }, realtime: { transport: WebSocket as never } };

let stack: TemporaryStack;
let user: SupabaseClient;
beforeAll(async () => {
  stack = await temporaryStack();
  await stack.sql(`
    create function public.session() returns jsonb language sql stable set search_path = '' as $$
      select jsonb_build_object('login', session_user, 'role', current_user, 'statement_timeout', current_setting('statement_timeout'), 'lock_timeout', current_setting('lock_timeout')) $$;
    create function public.doze() returns void language sql set search_path = '' as $$ select pg_sleep(20) $$;
    grant execute on function public.session(), public.doze() to anon, authenticated, service_role;
    notify pgrst, 'reload schema'`);
  user = createClient(stack.url, stack.keys.publishableKey, OPTIONS);
  const { error } = await user.auth.signUp({ email: "ada@docket.test", password: "a long password" });
  expect(error).toBeNull();
});
afterAll(() => stack.stop());

const as = (key: string): SupabaseClient => createClient(stack.url, key, OPTIONS);

describe("a request", () => {
  it("runs in a session of authenticator, as its role, with the timeouts that the role has", async () => {
    const session = async (client: SupabaseClient): Promise<unknown> => (await client.rpc("session")).data;
    const of = (role: string, statement_timeout: string): unknown => ({
      login: "authenticator",
      role,
      statement_timeout,
      lock_timeout: "8s",
    });
    expect(await session(as(stack.keys.publishableKey))).toEqual(of("anon", "3s"));
    expect(await session(user)).toEqual(of("authenticated", "8s"));
    expect(await session(as(stack.keys.secretKey))).toEqual(of("service_role", "8s"));
  });

  it("is ended by the timeout of its role", async () => {
    const { error, status } = await as(stack.keys.publishableKey).rpc("doze");
    expect({ code: error?.code, status }).toEqual({ code: "57014", status: 500 });
  });
});

describe("a change of a whole table", () => {
  it.each(["update", "delete"] as const)("is refused without a filter: %s", async (kind) => {
    const documents = user.from("documents");
    const { error, status } = await (kind === "update" ? documents.update({ summary: "x" }) : documents.delete());
    expect({ code: error?.code, message: error?.message, status }).toEqual({
      code: "21000",
      message: `${kind.toUpperCase()} requires a WHERE clause`,
      status: 400,
    });
  });

  it("is taken with one", async () => {
    const id = crypto.randomUUID();
    for (const { error } of [
      await user.from("documents").update({ summary: "x where y" }).eq("id", id),
      await user.from("documents").delete().eq("id", id),
      await user.from("preferences").upsert({ language: "de" }),
      await user.from("preferences").upsert({ language: "fr" }),
    ])
      expect(error).toBeNull();
  });
});

describe("a value that no column takes", () => {
  it.each([
    ["an infinite date", { document_date: "infinity" }],
    [
      "nested tags",
      {
        tags: [
          ["a", "b"],
          ["c", "d"],
        ],
      },
    ],
    ["a tag of nothing", { tags: ["a", null] }],
    ["a name with a line break", { display_name: "a\nb" }],
  ])("is refused with 400 and the constraint that it breaks: %s", async (_what, values) => {
    const { data: session } = await user.auth.getUser();
    await stack.sql(`insert into public.documents (user_id, filename, storage_path, mime_type, byte_size, content_sha256)
      values ('${session.user!.id}', 'a', 'a', 'a/b', 1, repeat('a', 64)) on conflict do nothing`);
    const { status, error } = await user.from("documents").update(values).eq("storage_path", "a");
    expect({ status, code: error?.code }).toEqual({ status: 400, code: "23514" });
  });
});
