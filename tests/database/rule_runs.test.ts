// Rules and the documents that are there already: trying, applying, stopping and undoing.
import { beforeEach, describe, expect, it } from "vitest";
import { type Database, withDatabase } from "../../testing/database/migrated.ts";
import { complete, readDocument, sweep } from "../../testing/database/worker.ts";

let database: Database;
let user: string;
let stranger: string;
withDatabase((made) => ({ database, user } = made));
beforeEach(async () => {
  stranger = await database.user();
});

const ask = async (call: string, values: unknown[] = [], as = user): Promise<any> =>
  (await database.asUser(as, `select ${call} as answer`, values))[0]!.answer;
const rule = async (name: string, conditions: object, actions: object, enabled = true, as = user): Promise<string> =>
  (
    await database.asUser(
      as,
      "insert into public.rules (name, conditions, actions, enabled) values ($1, $2, $3, $4) returning id",
      [name, JSON.stringify(conditions), JSON.stringify(actions), enabled],
    )
  )[0]!.id;
const step = (): Promise<unknown> => database.sql("select private.continue_rule_runs()");
const run = async (id: string): Promise<any> =>
  (await database.sql("select state, looked_at, changed, undone, kept from public.rule_runs where id = $1", [id]))[0];
const tagsOf = async (id: string): Promise<string[]> =>
  (await database.sql("select tags from public.documents where id = $1", [id]))[0]!.tags;
/** All that a run may write. */
const archive = (): Promise<any[]> =>
  database.sql(
    "select id, display_name, tags, document_type, correspondent, locked_fields from public.documents order by id",
  );

describe("a dry run", () => {
  it("says what the enabled rules would change, and writes nothing", async () => {
    const id = await complete(database, user);
    await complete(database, stranger);
    const tag = await rule("Tag", { senders: ["acme"] }, { add_tags: ["mine"] });
    await rule("Off", {}, { document_type: "letter" }, false);
    const before = await archive();
    expect(await ask("public.dry_run_rules()")).toEqual({
      documents: [
        {
          document_id: id,
          name: "Invoice - Acme - 2026-03-15.pdf",
          changes: { tags: { from: ["invoice", "acme"], to: ["invoice", "acme", "mine"] } },
          rules: [
            {
              id: tag,
              name: "Tag",
              changes: { tags: { from: ["invoice", "acme"], to: ["invoice", "acme", "mine"] } },
            },
          ],
        },
      ],
      looked_at: 1,
      next: null,
    });
    expect(await archive()).toEqual(before);
    expect(await database.sql("select from public.document_events where stage = 'rule'")).toEqual([]);
  });

  it("tries rules that are not saved, and saved ones by their ids, in the given order", async () => {
    await complete(database, user);
    const saved = await rule("Saved", {}, { document_type: "letter" }, false);
    const unsaved = { name: "New", conditions: { document_types: ["invoice"] }, actions: { document_type: "bill" } };
    const first = async (rules: unknown[]): Promise<any> =>
      (await ask("public.dry_run_rules($1)", [JSON.stringify(rules)])).documents[0].changes.document_type.to;
    expect(await first([unsaved, saved])).toBe("bill");
    expect(await first([saved, unsaved])).toBe("letter");
    expect(await database.sql("select name from public.rules")).toEqual([{ name: "Saved" }]);
  });

  it("comes in pages", async () => {
    const ids = [await complete(database, user), await complete(database, user), await complete(database, user)].sort();
    await rule("Tag", {}, { add_tags: ["mine"] });
    const found: string[] = [];
    for (let after: string | null = null, pages = 0; pages === 0 || after; pages += 1) {
      const page: any = await ask("public.dry_run_rules(after => $1, page_size => 2)", [after]);
      found.push(...page.documents.map((one: any) => one.document_id));
      after = page.next;
    }
    expect(found).toEqual(ids);
  });

  it.each<[string, unknown]>([
    ["no list", {}],
    ["an empty list", []],
    ["a number", [5]],
    ["a rule with unknown fields", [{ conditions: { foo: 1 }, actions: { add_tags: ["a"] } }]],
    ["a rule without actions", [{ conditions: {} }]],
    ["a rule with more than it has", [{ actions: { add_tags: ["a"] }, when: 1 }]],
    ["an id that is none", ["x"]],
  ])("with %s is refused", async (_, rules) => {
    await expect(ask("public.dry_run_rules($1)", [JSON.stringify(rules)])).rejects.toMatchObject({
      code: "PT400",
      hint: "invalid_request",
    });
  });

  it("does not try the rules of others", async () => {
    const theirs = await rule("Theirs", {}, { add_tags: ["a"] }, true, stranger);
    await expect(ask("public.dry_run_rules($1)", [JSON.stringify([theirs])])).rejects.toMatchObject({ code: "PT400" });
  });
});

describe("applying rules to what is there", () => {
  it("changes the owner's documents in the background, and the history says by which rule and run", async () => {
    const [one, other] = [await complete(database, user), await complete(database, user)];
    const theirs = await complete(database, stranger);
    await rule("Tag", {}, { add_tags: ["mine"] });
    const made = await ask("public.apply_rules()");
    expect(made).toMatchObject({ state: "running", looked_at: 0, rule_ids: null });
    await step();
    expect(await run(made.id)).toEqual({ state: "done", looked_at: 2, changed: 2, undone: 0, kept: 0 });
    expect([await tagsOf(one), await tagsOf(other), await tagsOf(theirs)]).toEqual([
      ["invoice", "acme", "mine"],
      ["invoice", "acme", "mine"],
      ["invoice", "acme"],
    ]);
    const told = await database.sql(
      "select data ->> 'rule' as rule, data ->> 'run_id' as run from public.document_events where stage = 'rule'",
    );
    expect(told).toEqual([
      { rule: "Tag", run: made.id },
      { rule: "Tag", run: made.id },
    ]);
    expect(await database.sql("select documents from public.tags where tag = 'mine'")).toEqual([{ documents: 2 }]);
  });

  it("goes on where it was, in steps, and past a document that somebody has just now", async () => {
    const ids = [await complete(database, user), await complete(database, user), await complete(database, user)].sort();
    await rule("Tag", {}, { add_tags: ["mine"] });
    const { id } = await ask("public.apply_rules()");
    const holder = await database.connection("superuser");
    await holder.query("begin");
    await holder.query("select from public.documents where id = $1 for update", [ids[1]]);
    try {
      await step();
      expect(await run(id)).toMatchObject({ state: "running", looked_at: 1, changed: 1 });
    } finally {
      await holder.query("commit");
    }
    await step();
    expect(await run(id)).toMatchObject({ state: "done", looked_at: 3, changed: 3 });
  });

  it("leaves documents alone that are not completed: they meet the rules when they are", async () => {
    const id = await readDocument(database, user);
    await rule("Tag", {}, { add_tags: ["mine"] });
    const made = await ask("public.apply_rules()");
    await step();
    expect(await run(made.id)).toMatchObject({ state: "done", looked_at: 1, changed: 0 });
    expect(await tagsOf(id)).toEqual([]);
  });

  it("leaves the trash alone, and so does a dry run", async () => {
    const id = await complete(database, user);
    await rule("Tag", {}, { add_tags: ["mine"] });
    await ask("public.trash_documents($1)", [[id]]);
    expect(await ask("public.dry_run_rules()")).toMatchObject({ documents: [] });
    const made = await ask("public.apply_rules()");
    await step();
    expect(await run(made.id)).toMatchObject({ state: "done", changed: 0 });
    expect(await tagsOf(id)).toEqual(["invoice", "acme"]);
  });

  it("takes rules by their ids, also disabled ones, and none of others", async () => {
    const id = await complete(database, user);
    const off = await rule("Off", {}, { add_tags: ["off"] }, false);
    await rule("On", {}, { add_tags: ["on"] });
    const theirs = await rule("Theirs", {}, { add_tags: ["theirs"] }, true, stranger);
    await ask("public.apply_rules($1)", [[off]]);
    await step();
    expect(await tagsOf(id)).toEqual(["invoice", "acme", "off"]);
    for (const ids of [[theirs], [off, theirs], []])
      await expect(ask("public.apply_rules($1)", [ids])).rejects.toMatchObject({ code: "PT404" });
  });

  it("is one run at a time for each user", async () => {
    await rule("Tag", {}, { add_tags: ["mine"] });
    await rule("Tag", {}, { add_tags: ["mine"] }, true, stranger);
    await ask("public.apply_rules()");
    await expect(ask("public.apply_rules()")).rejects.toMatchObject({ code: "PT409", hint: "not_allowed_now" });
    await ask("public.apply_rules()", [], stranger);
  });

  it("can be stopped: what is changed stays, and nothing more is", async () => {
    const id = await complete(database, user);
    await rule("Tag", {}, { add_tags: ["mine"] });
    const made = await ask("public.apply_rules()");
    await expect(ask("public.stop_rule_run($1)", [made.id], stranger)).rejects.toMatchObject({ code: "PT404" });
    expect(await ask("public.stop_rule_run($1)", [made.id])).toBe("stopped");
    expect(await ask("public.stop_rule_run($1)", [made.id])).toBe("stopped");
    await step();
    expect(await tagsOf(id)).toEqual(["invoice", "acme"]);
  });

  it("does not touch what a person locked", async () => {
    const id = await complete(database, user);
    await database.asUser(user, "update public.documents set tags = '{mine}' where id = $1", [id]);
    await rule("Tag", {}, { add_tags: ["more"], document_type: "bill" });
    await ask("public.apply_rules()");
    await step();
    expect(await archive()).toMatchObject([{ tags: ["mine"], document_type: "bill", locked_fields: ["tags"] }]);
  });
});

describe("undoing a run", () => {
  it("puts every document back as it was", async () => {
    await complete(database, user);
    await complete(database, user);
    const before = await archive();
    await rule(
      "All",
      {},
      { add_tags: ["mine"], remove_tags: ["acme"], document_type: "bill", correspondent: "X", name: "{type}" },
    );
    const made = await ask("public.apply_rules()");
    await step();
    expect(await archive()).not.toEqual(before);
    expect(await ask("public.undo_rule_run($1)", [made.id])).toBe("undoing");
    await step();
    expect(await run(made.id)).toEqual({ state: "undone", looked_at: 2, changed: 2, undone: 2, kept: 0 });
    expect(await archive()).toEqual(before);
    expect(await database.sql("select tag, documents from public.tags order by tag")).toEqual([
      { tag: "acme", documents: 2 },
      { tag: "invoice", documents: 2 },
    ]);
    const [told] = await database.sql(
      "select message from public.document_events where stage = 'rule' and kind = 'undone'",
    );
    expect(told).toEqual({ message: "Rules undone: Name, Type, From, Tags." });
    expect(await ask("public.undo_rule_run($1)", [made.id])).toBe("undone");
  });

  it("leaves a field that a person changed or locked since", async () => {
    const id = await complete(database, user);
    await rule("All", {}, { add_tags: ["mine"], document_type: "bill", correspondent: "X" });
    const made = await ask("public.apply_rules()");
    await step();
    await database.asUser(user, "update public.documents set document_type = 'contract' where id = $1", [id]);
    await database.asUser(user, "update public.documents set locked_fields = locked_fields || '{tags}' where id = $1", [
      id,
    ]);
    await ask("public.undo_rule_run($1)", [made.id]);
    await step();
    expect(await run(made.id)).toMatchObject({ state: "undone", undone: 1, kept: 1 });
    expect(await archive()).toMatchObject([
      { document_type: "contract", tags: ["invoice", "acme", "mine"], correspondent: "Acme" },
    ]);
  });

  it("stops a run that is under way, and waits for another one", async () => {
    await complete(database, user);
    await rule("Tag", {}, { add_tags: ["mine"] });
    const first = await ask("public.apply_rules()");
    await step();
    const second = await ask("public.apply_rules()");
    await expect(ask("public.undo_rule_run($1)", [first.id])).rejects.toMatchObject({ code: "PT409" });
    expect(await ask("public.undo_rule_run($1)", [second.id])).toBe("undoing");
    await step();
    expect(await run(second.id)).toMatchObject({ state: "undone", undone: 0 });
    await expect(ask("public.undo_rule_run($1)", [first.id], stranger)).rejects.toMatchObject({ code: "PT404" });
  });

  it("has nothing to do for a document that was deleted", async () => {
    const id = await complete(database, user);
    await rule("Tag", {}, { add_tags: ["mine"] });
    const made = await ask("public.apply_rules()");
    await step();
    await database.asUser(user, "delete from public.documents where id = $1", [id]);
    await ask("public.undo_rule_run($1)", [made.id]);
    await step();
    expect(await run(made.id)).toMatchObject({ state: "undone", undone: 0 });
  });

  it("is possible for thirty days", async () => {
    const made = await ask("public.apply_rules()");
    await step();
    await database.sql("select private.prune_rule_runs()");
    expect(await run(made.id)).toBeDefined();
    await database.sql("alter table public.rule_runs disable trigger rule_runs_touch_updated_at");
    await database.sql("update public.rule_runs set updated_at = now() - interval '31 days'");
    await database.sql("alter table public.rule_runs enable trigger rule_runs_touch_updated_at");
    await database.sql("select private.prune_rule_runs()");
    expect(await run(made.id)).toBeUndefined();
  });
});

it("what is in the trash stays as it is, and is not foreseen", async () => {
  await complete(database, user);
  const gone = await complete(database, user, "Other\nInvoice of 16 March 2026\nTotal: EUR 20.00");
  await database.asUser(user, "select public.trash_documents(array[$1::uuid])", [gone]);
  await rule("Tag", {}, { add_tags: ["mine"] });
  expect((await ask("public.dry_run_rules()")).documents).toHaveLength(1);
  const { id } = await ask("public.apply_rules()");
  await step();
  expect(await run(id)).toMatchObject({ state: "done", changed: 1 });
});

describe("two hundred documents at once", () => {
  it("are one step, and the rest follows", async () => {
    await complete(database, user);
    await database.sql(
      `insert into public.documents (user_id, filename, storage_path, mime_type, byte_size, content_sha256, status, display_name)
      select user_id, filename, user_id || '/' || n, mime_type, 1, lpad(n::text, 64, '0'), 'completed', 'n' from public.documents, generate_series(1, 250) as n`,
    );
    await rule("Tag", {}, { add_tags: ["mine"] });
    const { id } = await ask("public.apply_rules()");
    await step();
    expect(await run(id)).toMatchObject({ state: "running", changed: 200 });
    await step();
    expect(await run(id)).toMatchObject({ state: "done", changed: 251 });
    await ask("public.undo_rule_run($1)", [id]);
    await step();
    await step();
    expect(await run(id)).toMatchObject({ state: "undone", undone: 251 });
    await sweep(database);
  });
});
