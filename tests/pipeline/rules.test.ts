// Rules on the whole stack: written by supabase-js, applied to an upload as it is completed, told in its history and to a receiver.
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { startReceiver } from "../../testing/fakes/receiver.ts";
import { hurry, type TemporaryStack, temporaryStack } from "../../testing/temporary.ts";
import { SAMPLES, signUp, type User } from "../../testing/user.ts";

let stack: TemporaryStack;
let user: User;
let stranger: User;
beforeAll(async () => {
  stack = await temporaryStack({ OCR_ENGINE_URL: "" });
  await hurry(stack);
  await stack.sql("update private.settings set loopback_webhooks = true");
  user = await signUp(stack);
  stranger = await signUp(stack);
});
afterAll(() => stack?.stop());

const until = (ready: () => Promise<boolean> | boolean) => vi.waitUntil(ready, { timeout: 60_000, interval: 100 });

it("tags, names and sends a document that was uploaded; another user's rules do nothing", async () => {
  await using receiver = await startReceiver();
  const { data: webhook } = await user.supabase.rpc("create_webhook", {
    url: receiver.url,
    events: ["document.deleted"],
  });
  const { error } = await user.supabase.from("rules").insert({
    name: "Everything",
    conditions: { formats: ["application/pdf"], sources: ["upload"] },
    actions: { add_tags: ["by-rule"], name: "{type} by rule", webhooks: [webhook.id] },
  });
  expect(error).toBeNull();
  await stranger.supabase.from("rules").insert({ name: "Theirs", actions: { add_tags: ["theirs"] } });

  const { id } = await user.process(`${SAMPLES}brief.pdf`);
  const { data: document } = await user.supabase.from("documents").select("*").eq("id", id).single();
  expect(document).toMatchObject({
    status: "completed",
    display_name: `${document!.document_type} by rule.pdf`,
    tags: expect.arrayContaining(["by-rule"]),
    locked_fields: [],
  });
  expect(document!.tags).not.toContain("theirs");
  const { data: told } = await user.supabase
    .from("document_events")
    .select("message")
    .eq("document_id", id)
    .eq("stage", "rule");
  expect(told).toEqual([{ message: "Rule “Everything”: Name, Tags; sent to a webhook." }]);
  await until(() => receiver.received.length === 1);
  expect(JSON.parse(receiver.received[0]!.body)).toMatchObject({
    type: "document.ruled",
    data: { rule: { name: "Everything" }, document: { id, status: "completed" } },
  });
});

it("refuses a rule with unknown fields, and names them", async () => {
  const { error, status } = await user.supabase.from("rules").insert({
    name: "Wrong",
    conditions: { from: "Acme" },
    actions: { move_to: "folder" },
  });
  expect(status).toBe(400);
  expect(error).toMatchObject({
    hint: "invalid_request",
    message: expect.stringContaining("conditions.from, actions.move_to"),
  });
});

it("applies rules to the archive and takes that back", async () => {
  const owner = await signUp(stack);
  const { id, tags } = await owner.process(`${SAMPLES}brief.pdf`);
  await owner.supabase.from("rules").insert({ name: "Later", actions: { add_tags: ["later"] } });
  const { data: dry } = await owner.supabase.rpc("dry_run_rules", {});
  expect(dry).toMatchObject({
    documents: [{ document_id: id, changes: { tags: { to: [...tags, "later"] } } }],
    next: null,
  });

  const { data: run } = await owner.supabase.rpc("apply_rules", {});
  const state = async (): Promise<string> =>
    (await owner.supabase.from("rule_runs").select("state").eq("id", run.id).single()).data!.state;
  const tagsNow = async (): Promise<string[]> =>
    (await owner.supabase.from("documents").select("tags").eq("id", id).single()).data!.tags;
  await until(async () => (await state()) === "done");
  expect(await tagsNow()).toEqual([...tags, "later"]);
  await owner.supabase.rpc("undo_rule_run", { rule_run_id: run.id });
  await until(async () => (await state()) === "undone");
  expect(await tagsNow()).toEqual(tags);
});
