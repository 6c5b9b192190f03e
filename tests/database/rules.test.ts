// What an owner's rules make of a document, in the transaction that completes it.
import { beforeEach, describe, expect, it } from "vitest";
import { type Database, withDatabase } from "../../testing/database/migrated.ts";
import {
  claim,
  complete,
  describeAs,
  events,
  INVOICE,
  propose,
  readDocument,
  regenerate,
} from "../../testing/database/worker.ts";

let database: Database;
let user: string;
let stranger: string;
withDatabase((made) => ({ database, user } = made));
beforeEach(async () => {
  stranger = await database.user();
});

type Part = Record<string, unknown>;

/** Writes a rule as its owner does. @returns its id */
async function rule(name: string, conditions: Part, actions: Part, more: Part = {}, owner = user): Promise<string> {
  const columns: Part = { name, conditions: JSON.stringify(conditions), actions: JSON.stringify(actions), ...more };
  const [row] = await database.asUser(
    owner,
    `insert into public.rules (${Object.keys(columns).join(", ")}) values (${Object.keys(columns).map((_, at) => `$${at + 1}`)}) returning id`,
    Object.values(columns),
  );
  return row!.id;
}
const only = async (columns = "*"): Promise<any> => (await database.sql(`select ${columns} from public.documents`))[0];
const applied = (id?: string): Promise<any[]> =>
  database.sql(
    "select message, data from public.document_events where stage = 'rule' and ($1::uuid is null or document_id = $1) order by id",
    [id ?? null],
  );
/** Whether a rule with these conditions is applied to a document that is described so. */
async function matches(conditions: Part, metadata: Part = {}, text = INVOICE, filename?: string): Promise<boolean> {
  await rule("try", conditions, { add_tags: ["matched"] });
  const id = await readDocument(database, user, text, filename);
  const { tags } = await describeAs(database, await claim(database, "metadata"), metadata);
  await database.sql("delete from public.rules");
  await database.sql("delete from public.documents where id = $1", [id]);
  return tags.includes("matched");
}

describe("a rule", () => {
  it("adds and removes tags, sets type and sender, and names the document, in the completing transaction", async () => {
    const id = await rule(
      "Invoices",
      { document_types: ["invoice"] },
      {
        add_tags: ["tax-2026"],
        remove_tags: ["acme"],
        document_type: "bill",
        correspondent: "Acme Corporation",
        name: "{date} {type} {sender}",
      },
    );
    const document = await complete(database, user);
    expect(await only("display_name, tags, document_type, correspondent, status, locked_fields")).toEqual({
      display_name: "2026-03-15 bill Acme Corporation.pdf",
      tags: ["invoice", "tax-2026"],
      document_type: "bill",
      correspondent: "Acme Corporation",
      status: "completed",
      locked_fields: [],
    });
    expect((await events(database, document)).slice(-2)).toEqual(["metadata completed", "rule applied"]);
    expect(await applied()).toEqual([
      {
        message: "Rule “Invoices”: Name, Type, From, Tags.",
        data: {
          rule_id: id,
          rule: "Invoices",
          fields: ["correspondent", "display_name", "document_type", "tags"],
          changes: {
            display_name: {
              from: "Invoice - Acme - 2026-03-15.pdf",
              to: "2026-03-15 bill Acme Corporation.pdf",
            },
            document_type: { from: "invoice", to: "bill" },
            correspondent: { from: "Acme", to: "Acme Corporation" },
            tags: { from: ["invoice", "acme"], to: ["invoice", "tax-2026"] },
          },
        },
      },
    ]);
    expect(await database.sql("select tag from public.tags order by tag")).toEqual([
      { tag: "invoice" },
      { tag: "tax-2026" },
    ]);
    expect(await database.asUser(user, "select public.search_documents('bill tag:tax-2026') as found")).toMatchObject([
      { found: { total: 1 } },
    ]);
  });

  it("is not told of where it changed nothing, and does nothing while it is disabled", async () => {
    await rule("Same", {}, { document_type: "invoice", add_tags: ["acme"] });
    await rule("Off", {}, { document_type: "letter" }, { enabled: false });
    const id = await complete(database, user);
    expect(await only("document_type, tags")).toEqual({ document_type: "invoice", tags: ["invoice", "acme"] });
    expect(await events(database, id)).not.toContain("rule applied");
  });

  it("leaves locked fields as they are", async () => {
    const id = await complete(database, user);
    await database.asUser(
      user,
      "update public.documents set tags = '{mine}', document_type = 'contract' where id = $1",
      [id],
    );
    await rule("All", {}, { add_tags: ["more"], document_type: "bill", correspondent: "Acme Ltd" });
    await propose(database, await regenerate(database, id));
    expect(await only("tags, document_type, correspondent")).toEqual({
      tags: ["mine"],
      document_type: "contract",
      correspondent: "Acme Ltd",
    });
    expect((await applied(id)).map(({ data }) => data.fields)).toEqual([["correspondent"]]);
  });

  it("of another user does nothing", async () => {
    await rule("Theirs", {}, { document_type: "letter" }, {}, stranger);
    await complete(database, user);
    expect(await only("document_type")).toEqual({ document_type: "invoice" });
  });

  it("looks at the document as it was described, not at what other rules made of it", async () => {
    await rule("First", { document_types: ["invoice"] }, { document_type: "bill" }, { position: 1 });
    await rule("Second", { document_types: ["bill"] }, { add_tags: ["never"] }, { position: 2 });
    await rule("Third", { document_types: ["invoice"] }, { add_tags: ["both"] }, { position: 3 });
    await complete(database, user);
    expect(await only("document_type, tags")).toEqual({ document_type: "bill", tags: ["invoice", "acme", "both"] });
  });

  it("that comes first keeps what it sets, also where it sets what was there", async () => {
    await rule("Second", {}, { document_type: "letter", add_tags: ["acme"], name: "second" }, { position: 2 });
    await rule("First", {}, { document_type: "invoice", remove_tags: ["acme"], name: "{type}" }, { position: 1 });
    await complete(database, user);
    expect(await only("document_type, tags, display_name")).toEqual({
      document_type: "invoice",
      tags: ["invoice"],
      display_name: "invoice.pdf",
    });
    expect((await applied()).map(({ data }) => data.rule)).toEqual(["First"]);
  });

  it("runs again when a document is described again", async () => {
    await rule("Mine", {}, { add_tags: ["mine"] });
    const id = await complete(database, user);
    await propose(database, await regenerate(database, id), { tags: ["other"] });
    expect(await only("tags")).toEqual({ tags: ["other", "mine"] });
    expect(await applied(id)).toHaveLength(2);
  });

  it("that fails keeps no document from being completed, and the history says so", async () => {
    await rule("Broken", {}, { add_tags: ["mine"] });
    await database.sql(`update private.compiled_rules set actions = '{"add_tags": {"not": "a list"}}'`);
    const id = await complete(database, user);
    expect(await only("status, tags")).toEqual({ status: "completed", tags: ["invoice", "acme"] });
    expect((await events(database, id)).slice(-2)).toEqual(["metadata completed", "rule skipped"]);
  });

  it("adds no more tags than a document may have", async () => {
    const many = Array.from({ length: 50 }, (_, at) => `tag-${at}`);
    await rule("Many", {}, { add_tags: many });
    await complete(database, user);
    expect((await only("tags")).tags).toHaveLength(50);
  });
});

describe("conditions", () => {
  it("of several all must hold, and of a list one is enough", async () => {
    expect(await matches({ document_types: ["letter", "invoice"], senders: ["ACME "] })).toBe(true);
    expect(await matches({ document_types: ["invoice"], senders: ["Bolt"] })).toBe(false);
    expect(await matches({})).toBe(true);
  });

  it.each<[string, Part, boolean]>([
    ["a tag", { tags: ["other", "acme"] }, true],
    ["another tag", { tags: ["other"] }, false],
    ["the least amount", { amount_from: 120, amount_to: 120 }, true],
    ["a larger amount", { amount_from: 120.01 }, false],
    ["a smaller amount", { amount_to: 119.99 }, false],
    ["the currency", { currencies: ["USD", "EUR"] }, true],
    ["another currency", { currencies: ["USD"] }, false],
    ["the language", { languages: ["en"] }, true],
    ["the year", { date_from: "2026-01-01", date_to: "2026-12-31" }, true],
    ["another year", { date_to: "2025-12-31" }, false],
    ["a format", { formats: ["application/pdf"] }, true],
    ["formats of a kind", { formats: ["application/*"] }, true],
    ["pictures", { formats: ["image/*"] }, false],
    ["its source", { sources: ["upload"] }, true],
    ["another source", { sources: ["part", "upload_link"] }, false],
  ])("%s", async (_, conditions, expected) => {
    expect(await matches(conditions)).toBe(expected);
  });

  it("on sources and tags know of the link or the address by which it came", async () => {
    await rule("Link", { sources: ["upload_link"], tags: ["from-link"] }, { add_tags: ["by-link"] });
    await rule("Mail", { sources: ["mail"], tags: ["from-mail"] }, { add_tags: ["by-mail"] });
    const [first, second] = [await readDocument(database, user), await readDocument(database, user)];
    await database.sql(
      `with link as (
        insert into public.upload_links (user_id, title, tags, expires_at) values ($1, 'a', '{from-link}', now() + interval '1 day') returning *
      ) insert into private.handed_in (document_id, link_id, user_id) select $2, id, user_id from link`,
      [user, first],
    );
    await database.asUser(user, "select public.create_inbox_address('a', tags => '{from-mail}')");
    await database.sql(
      "insert into private.mails (document_id, address_id, user_id, message_sha256) select $1, id, user_id, 'x' from public.inbox_addresses",
      [second],
    );
    for (const { id } of await database.sql(
      "select id from private.jobs where stage = 'metadata' order by created_at",
    )) {
      const [job] = await database.sql("select token from private.jobs where id = $1", [id]);
      const claimed = await database.rpc("claim_job", { job_id: id, token: job!.token, function_name: "metadata" });
      await describeAs(database, claimed);
    }
    const tagsOf = async (id: string): Promise<string[]> =>
      (await database.sql("select tags from public.documents where id = $1", [id]))[0]!.tags;
    expect(await tagsOf(first)).toEqual(["invoice", "acme", "by-link", "from-link"]);
    expect(await tagsOf(second)).toEqual(["invoice", "acme", "by-mail", "from-mail"]);
  });

  it("on the mail address or the upload link hold for what came by it, and for what is in that", async () => {
    const [invoices, others] = (await Promise.all(
      ["invoices", "others"].map(async (name) => {
        const [row] = await database.asUser(
          user,
          "select public.create_inbox_address($1, tags => '{by-mail}') as made",
          [name],
        );
        return row!.made.id;
      }),
    )) as [string, string];
    const [link] = await database.asUser(user, "select public.create_upload_link('Receipts') as made");
    await rule("Invoices", { inbox_addresses: [invoices] }, { add_tags: ["to-invoices"] });
    await rule("Others", { inbox_addresses: [others] }, { add_tags: ["to-others"] });
    await rule("Receipts", { upload_links: [link!.made.id] }, { add_tags: ["by-link"] });
    await rule("Tagged", { tags: ["by-mail"] }, { add_tags: ["tagged-by-mail"] });
    const documents: string[] = [];
    for (const _ of ["a mail", "an archive in it", "a file in that", "a receipt", "an upload"])
      documents.push(await readDocument(database, user));
    const [mail, archive, file, receipt] = documents;
    await database.sql("update public.documents set parent_id = $2 where id = $1", [archive, mail]);
    await database.sql("update public.documents set parent_id = $2 where id = $1", [file, archive]);
    await database.sql(
      "insert into private.mails (document_id, address_id, user_id, message_sha256) values ($1, $2, $3, 'x')",
      [mail, invoices, user],
    );
    await database.sql("insert into private.handed_in (document_id, link_id, user_id) values ($1, $2, $3)", [
      receipt,
      link!.made.id,
      user,
    ]);
    const tags: Record<string, string[]> = {};
    const jobs = await database.sql("select id from private.jobs where stage = 'metadata' order by created_at");
    for (const { id } of jobs) {
      const [job] = await database.sql("select token from private.jobs where id = $1", [id]);
      const claimed = await database.rpc("claim_job", { job_id: id, token: job!.token, function_name: "metadata" });
      const described = await describeAs(database, claimed);
      tags[described.id] = described.tags.filter((tag: string) => !["invoice", "acme"].includes(tag)).sort();
    }
    expect(documents.map((id) => tags[id])).toEqual([
      ["by-mail", "tagged-by-mail", "to-invoices"],
      ["by-mail", "tagged-by-mail", "to-invoices"],
      ["by-mail", "tagged-by-mail", "to-invoices"],
      ["by-link"],
      [],
    ]);
  });

  it("on amounts and dates do not hold for a document without", async () => {
    expect(await matches({ amount_to: 1000 }, { amount: null })).toBe(false);
    expect(await matches({ date_from: "2000-01-01" }, { document_date: null })).toBe(false);
  });

  it.each<[string[], string, boolean]>([
    [["zähler"], "Ihr ZÄHLER Nr. 5", true],
    [["zahler"], "Ihr Zähler Nr. 5", true],
    [["meter reading"], "The reading of your meter", false],
    [["meter reading"], "Your meter\nreading of May", true],
    [["art"], "party", false],
    [["nothing", "kfz-steuer"], "Die Kfz-Steuer für 2026", true],
    [["50%"], "a discount of 50 percent", true],
  ])("on words in the text: %j in %j is %s", async (text_words, text, expected) => {
    expect(await matches({ text_words }, {}, `${INVOICE}\n${text}`)).toBe(expected);
  });

  it("on words in the text do not look at what describes it", async () => {
    expect(await matches({ text_words: ["zebra"] }, { tags: ["zebra"], summary: "A zebra." })).toBe(false);
  });

  it.each<[string, boolean]>([
    ["statement", true],
    ["2026 03", true],
    ["state", false],
    ["invoice acme", true],
  ])("on words in the name: %s is %s", async (word, expected) => {
    expect(await matches({ name_words: [word] }, {}, INVOICE, "Bank_Statement-2026.03.pdf")).toBe(expected);
  });
});

describe("a pattern for names", () => {
  it.each<[string, Part, string]>([
    ["{year}/{month} {sender}", {}, "2026 03 Acme.pdf"],
    ["{amount} {currency}", {}, "120 EUR.pdf"],
    ["{name} (filed)", {}, "Invoice - Acme - 2026-03-15 (filed).pdf"],
    ["{filename}", {}, "scan.pdf"],
    ["{date} - {sender} - {type}", { correspondent: null }, "2026-03-15 - invoice.pdf"],
    ["{sender}", { correspondent: null }, "Invoice - Acme - 2026-03-15.pdf"],
    ["Bill.pdf", {}, "Bill.pdf"],
  ])("%s", async (name, metadata, expected) => {
    await rule("Name", {}, { name });
    await readDocument(database, user);
    await describeAs(database, await claim(database, "metadata"), metadata);
    expect(await only("display_name")).toEqual({ display_name: expected });
  });
});

describe("writing a rule", () => {
  const refusal = (conditions: unknown, actions: unknown): Promise<any> =>
    rule("Wrong", conditions as Part, actions as Part).then(
      () => "taken",
      ({ code, hint, message }) => ({ code, hint, message }),
    );

  it("with unknown fields is refused, and all of them are named", async () => {
    expect(await refusal({ sender: ["Acme"], tags: ["a"], foo: 1 }, { delete: true, add_tags: ["a"] })).toEqual({
      code: "PT400",
      hint: "invalid_request",
      message:
        "Unknown fields: conditions.foo, conditions.sender, actions.delete. docs/rules.md has those that there are.",
    });
  });

  it.each<[string, unknown, unknown, RegExp]>([
    ["no action", {}, {}, /at least one action/],
    ["no object", [], { add_tags: ["a"] }, /are objects/],
    ["a text for a list", { tags: "a" }, { add_tags: ["a"] }, /conditions\.tags is a list/],
    ["an empty list", { tags: [] }, { add_tags: ["a"] }, /conditions\.tags is a list/],
    ["null", { tags: null }, { add_tags: ["a"] }, /conditions\.tags is a list/],
    ["no word", { text_words: ["…"] }, { add_tags: ["a"] }, /has no word/],
    ["a tag in capitals", {}, { add_tags: ["Tax 2026"] }, /actions\.add_tags is a list of 1 to 50 tags/],
    ["a number as text", { amount_from: "5" }, { add_tags: ["a"] }, /amount_from is a number/],
    ["a day that is none", { date_from: "2026-02-30" }, { add_tags: ["a"] }, /date_from is a day/],
    ["a source that is none", { sources: ["fax"] }, { add_tags: ["a"] }, /upload, part, upload_link, mail/],
    ["a placeholder that is none", {}, { name: "{date} {foo}" }, /unknown placeholders: \{foo\}/],
    ["a line break", {}, { correspondent: "a\nb" }, /one line/],
    [
      "two wrong values",
      { tags: 1, amount_to: [] },
      { name: 5 },
      /conditions.tags .*conditions.amount_to .*actions.name/,
    ],
    ["a webhook that is none", {}, { webhooks: ["00000000-0000-0000-0000-000000000000"] }, /ids of your webhooks/],
    [
      "an address that is none",
      { inbox_addresses: ["00000000-0000-0000-0000-000000000000"] },
      { add_tags: ["a"] },
      /ids of your mail addresses/,
    ],
    ["a link that is none", { upload_links: ["x"] }, { add_tags: ["a"] }, /ids of your upload links/],
    ["a schema that is none", {}, { schemas: ["x"] }, /ids of your extraction schemas/],
    ["values without a schema", { values: [{ path: "a", from: 1 }] }, { add_tags: ["a"] }, /schema_id/],
    ["values with unknown fields", { values: [{ path: "a", more: 1 }] }, { add_tags: ["a"] }, /"more"/],
    ["too much", { tags: ["a"] }, { add_tags: ["a"], name: "x".repeat(21_000) }, /20,000 bytes/],
  ])("%s is refused", async (_, conditions, actions, message) => {
    const said = await refusal(conditions, actions);
    expect(said).toMatchObject({ code: "PT400", hint: "invalid_request" });
    expect(said.message).toMatch(message);
  });

  it("with another user's webhook or schema is refused", async () => {
    const [hook] = await database.asUser(
      stranger,
      "select public.create_webhook('https://example.com', '{document.completed}') as made",
    );
    expect(await refusal({}, { webhooks: [hook!.made.id] })).toMatchObject({ code: "PT400" });
  });

  it("that names a webhook which is gone can still be moved and disabled", async () => {
    const [hook] = await database.asUser(
      user,
      "select public.create_webhook('https://example.com', '{document.completed}') as made",
    );
    const id = await rule("Sent", {}, { webhooks: [hook!.made.id], add_tags: ["a"] });
    await database.asUser(user, "delete from public.webhook_endpoints where id = $1", [hook!.made.id]);
    await database.asUser(user, "update public.rules set position = 7, enabled = false where id = $1", [id]);
    expect(await database.sql("select position, enabled from private.compiled_rules")).toEqual([
      { position: 7, enabled: false },
    ]);
    await expect(
      database.asUser(user, `update public.rules set conditions = '{"tags": ["b"]}' where id = $1`, [id]),
    ).rejects.toMatchObject({ hint: "invalid_request" });
  });

  it("above the limit is refused", async () => {
    await database.sql("update private.settings set rules_per_user = 1");
    await rule("One", {}, { add_tags: ["a"] });
    await expect(rule("Two", {}, { add_tags: ["a"] })).rejects.toMatchObject({
      code: "PT409",
      hint: "not_allowed_now",
    });
    await rule("One", {}, { add_tags: ["a"] }, {}, stranger);
  });

  it("and changing and deleting is its owner's alone", async () => {
    const id = await rule("Mine", {}, { add_tags: ["a"] });
    expect(await database.asUser(stranger, "select * from public.rules")).toEqual([]);
    expect(await database.asUser(stranger, "update public.rules set enabled = false where true returning 1")).toEqual(
      [],
    );
    expect(await database.asUser(stranger, "delete from public.rules where true returning 1")).toEqual([]);
    await database.asUser(user, `update public.rules set actions = '{"add_tags": ["b"]}' where id = $1`, [id]);
    await complete(database, user);
    expect(await only("tags")).toEqual({ tags: ["invoice", "acme", "b"] });
    await database.asUser(user, "delete from public.rules where id = $1", [id]);
    expect(await database.sql("select from private.compiled_rules")).toEqual([]);
  });
});

describe("what a rule starts", () => {
  it("is an extraction, once, with the job of those that apply by themselves", async () => {
    const [schema] = await database.asUser(
      user,
      `insert into public.extraction_schemas (name, fields) values ('S', '{"type": "object", "properties": {"total": {"type": "number"}}}') returning id`,
    );
    await rule("Extract", {}, { schemas: [schema!.id] });
    const id = await complete(database, user);
    expect(await database.sql("select schema_id, status from public.extractions")).toEqual([
      { schema_id: schema!.id, status: "queued" },
    ]);
    expect(await database.sql("select document_id from private.jobs where stage = 'extract'")).toEqual([
      { document_id: id },
    ]);
    expect((await applied()).map(({ message }) => message)).toEqual(["Rule “Extract”: extraction."]);
  });

  it("is a message to a webhook, also to one that subscribes to nothing of it", async () => {
    const [hook] = await database.asUser(
      user,
      "select public.create_webhook('https://example.com', '{document.deleted}') as made",
    );
    const rule_id = await rule("Tell", { document_types: ["invoice"] }, { webhooks: [hook!.made.id] });
    const id = await complete(database, user);
    const sent = await database.sql("select document_id, event_type, payload from public.webhook_deliveries");
    expect(sent).toMatchObject([
      {
        document_id: id,
        event_type: "document.ruled",
        payload: {
          type: "document.ruled",
          data: {
            rule: { id: rule_id, name: "Tell" },
            document: { id, status: "completed", document_type: "invoice" },
          },
        },
      },
    ]);
  });

  it("comes when an extraction is settled, if the rule asks for its values", async () => {
    const [schema] = await database.asUser(
      user,
      `insert into public.extraction_schemas (name, fields) values ('S', '{"type": "object", "properties": {"total": {"type": "number"}}}') returning id`,
    );
    await rule("Type", {}, { document_type: "bill" }, { position: 1 });
    await rule(
      "Large",
      { values: [{ schema_id: schema!.id, path: "total", from: 100 }] },
      { add_tags: ["large"], document_type: "never" },
      { position: 2 },
    );
    const id = await complete(database, user);
    expect(await only("tags")).toEqual({ tags: ["invoice", "acme"] });
    await database.sql(
      "insert into public.extractions (document_id, schema_id, user_id, schema_version, status) values ($1, $2, $3, 1, 'running')",
      [id, schema!.id, user],
    );
    await database.sql(
      `insert into public.extracted_values (extraction_id, path, user_id, document_id, schema_id, value, proof)
      select id, 'total', user_id, document_id, schema_id, '120', 'person' from public.extractions`,
    );
    await database.sql("update public.extractions set status = 'completed'");
    expect(await only("tags, document_type")).toEqual({ tags: ["invoice", "acme", "large"], document_type: "bill" });
    expect((await applied()).map(({ data }) => [data.rule, data.fields])).toEqual([
      ["Type", ["document_type"]],
      ["Large", ["tags"]],
    ]);
  });
});
