// Automation through the function api: what its contract has is what the database knows, and a token needs its scope.
import { expect, it } from "vitest";
import {
  RuleActions,
  RuleConditions,
  WEBHOOK_EVENTS,
  WrittenRule,
} from "../../supabase/functions/_shared/contract/automation.ts";
import { AUTOMATION_OPERATIONS } from "../../supabase/functions/_shared/contract/automation-operations.ts";
import { type Database, withDatabase } from "../../testing/database/migrated.ts";
import { readDocument } from "../../testing/database/worker.ts";

let database: Database;
let user: string;
withDatabase((made) => ({ database, user } = made));

const callAs = async (owner: string, operation: string, args: object = {}): Promise<any> =>
  (await database.asUser(owner, "select public.call_api($1, $2) as answer", [`automation.${operation}`, args]))[0]!
    .answer;
const call = (operation: string, args: object = {}) => callAs(user, operation, args);
const create = (name: string, more: object = {}): Promise<any> =>
  call("create_rule", { name, actions: { add_tags: ["a"] }, ...more });
const named = (rules: { name: string }[]) => rules.map(({ name }) => name);

it("has the conditions and actions that rules have", async () => {
  const parts = await database.sql("select part, field from private.rule_parts()");
  const of = (part: string) => parts.filter((one) => one.part === part).map(({ field }) => field);
  expect(Object.keys(RuleConditions.shape).sort()).toEqual(of("conditions").sort());
  expect(Object.keys(RuleActions.shape).sort()).toEqual(of("actions").sort());
});

it("has the events that webhooks subscribe to", async () => {
  const [row] = await database.sql(
    "select pg_get_constraintdef(oid) as rule from pg_constraint where conname = 'webhook_events_are_known'",
  );
  expect([...row!.rule.matchAll(/'(document\.\w+)'/g)].map(([, event]) => event).sort()).toEqual(
    [...WEBHOOK_EVENTS].sort(),
  );
});

it("wants the scope automation for each operation, and no other", async () => {
  for (const { operation, scope } of AUTOMATION_OPERATIONS) {
    const [row] = await database.sql("select private.scope_of($1) as scope", [operation]);
    expect([operation, scope, row!.scope]).toEqual([operation, "automation", "automation"]);
    const known = await call(operation.slice("automation.".length)).catch(
      (error: { message: string }) => error.message,
    );
    expect([operation, known]).not.toEqual([operation, "There is no such operation."]);
  }
  await expect(call("erase_account")).rejects.toMatchObject({ code: "PT400", hint: "invalid_request" });
});

it("keeps rules in an order: a new one is the last, and reordering names each of them", async () => {
  const [a, b, c] = [await create("a"), await create("b"), await create("c")];
  expect([a, b, c].map(({ position }) => position)).toEqual([1, 2, 3]);
  expect(named(await call("reorder_rules", { rule_ids: [c.id, a.id, b.id] }))).toEqual(["c", "a", "b"]);
  expect(named(await call("list_rules"))).toEqual(["c", "a", "b"]);
  for (const rule_ids of [[c.id, a.id], [], [c.id, a.id, b.id, b.id]])
    await expect(call("reorder_rules", { rule_ids })).rejects.toMatchObject({ code: "PT400" });
  const stranger = await database.user();
  const theirs = await callAs(stranger, "create_rule", { name: "theirs", actions: { hold: true } });
  await expect(call("reorder_rules", { rule_ids: [c.id, a.id, theirs.id] })).rejects.toMatchObject({ code: "PT404" });
  expect(named(await call("list_rules"))).toEqual(["c", "a", "b"]);
});

it("replaces a rule whole, but for its position where none is given", async () => {
  const made = await create("a", { position: 7, conditions: { tags: ["x"] }, enabled: false });
  expect(made).toMatchObject({ position: 7, conditions: { tags: ["x"] }, enabled: false });
  expect(WrittenRule.safeParse({ name: "b", actions: {} }).success).toBe(false);
  const replaced = await call("replace_rule", { rule_id: made.id, name: "b", actions: { hold: true } });
  expect(replaced).toMatchObject({ id: made.id, name: "b", position: 7, conditions: {}, enabled: true });
  expect(replaced.actions).toEqual({ hold: true });
  await create("c");
  await expect(create("c")).rejects.toMatchObject({ code: "PT400", message: "You have a rule of that name." });
  await expect(
    call("replace_rule", { rule_id: made.id, name: "b", conditions: { fax: 1 }, actions: { hold: true } }),
  ).rejects.toMatchObject({ code: "PT400", message: expect.stringContaining("conditions.fax") });
});

it("does as a token what it does as its user, and a token without documents:write makes a rule", async () => {
  const [row] = await database.asUser(user, "select public.create_api_token('script', '{automation}') as made");
  const [hash] = await database.sql("select encode(sha256(convert_to($1, 'UTF8')), 'hex') as hash", [row!.made.token]);
  const asToken = (operation: string, args: object) =>
    database.rpc("call_api_as_token", { token_sha256: hash!.hash, operation, arguments: args });
  const made = await asToken("automation.create_rule", { name: "a", actions: { add_tags: ["a"] } });
  expect(await call("list_rules")).toEqual([made]);
  await expect(asToken("list_documents", {})).rejects.toMatchObject({ hint: "scope_missing" });
});

it("shares a document by a link, and a page of deliveries ends", async () => {
  const document = await readDocument(database, user);
  const link = await call("create_share_link", { document_id: document, description: "For Ada" });
  expect(link.token).toMatch(/^dkl_[0-9a-f]{40}$/);
  expect(JSON.stringify(await call("list_share_links", { document_id: document }))).not.toContain(link.token);
  expect((await call("revoke_share_link", { link_id: link.id })).revoked_at).not.toBeNull();
  const webhook = await call("create_webhook", { url: "https://example.com", events: ["document.failed"] });
  for (let sent = 0; sent < 51; sent += 1) await call("test_webhook", { webhook_id: webhook.id });
  const first = await call("list_deliveries", { webhook_id: webhook.id });
  const second = await call("list_deliveries", { webhook_id: webhook.id, before: first.next });
  expect([first.deliveries.length, second.deliveries.length, second.next]).toEqual([50, 1, null]);
  expect(await call("edit_webhook", { webhook_id: webhook.id, changes: { enabled: false } })).toMatchObject({
    enabled: false,
    url: "https://example.com",
  });
  await expect(call("edit_webhook", { webhook_id: webhook.id, changes: { url: "http://a" } })).rejects.toMatchObject({
    code: "PT400",
  });
});
