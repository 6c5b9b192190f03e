// Mail addresses in the database: what comes to them, within which limits, and what their owner hears of what was refused.
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type Database, withDatabase } from "../../testing/database/migrated.ts";
import { claim, describeAs, events, finishUpload, INVOICE, read, sha256 } from "../../testing/database/worker.ts";

let database: Database;
let user: string;
withDatabase((made) => ({ database, user } = made));

const GONE = { refused: { status: 404, code: "not_found", message: "There is no such mail address." } };
const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");

type Address = { id: string; local_part: string; allowed_senders: string[]; tags: string[] };
async function make(more: Record<string, unknown> = {}, owner = user): Promise<Address> {
  const args = { name: "Invoices", ...more };
  const named = Object.keys(args).map((name, at) => `${name} => $${at + 1}`);
  const [row] = await database.asUser(
    owner,
    `select public.create_inbox_address(${named.join(", ")}) as made`,
    Object.values(args),
  );
  return row!.made;
}
const admit = (address: { local_part: string }, more: Record<string, unknown> = {}) =>
  database.rpc("admit_mail", {
    address_sha256: hashOf(address.local_part),
    message_sha256: sha256(),
    sender: "ada@example.com",
    filename: "Your invoice.eml",
    byte_size: 1000,
    content_sha256: sha256(),
    ...more,
  });
const refuse = (address: { local_part: string }, more: Record<string, unknown> = {}) =>
  database.rpc("refuse_mail", {
    address_sha256: hashOf(address.local_part),
    message_sha256: sha256(),
    sender: "ada@example.com",
    code: "bounce",
    message: "A bounce.",
    ...more,
  });
const documents = () => database.sql("select * from public.documents order by created_at");
const refused = () => database.asUser(user, "select code, sender from public.refused_mails order by id");

describe("a mail", () => {
  it("becomes a document of the address's owner, and its history says how it came", async () => {
    const address = await make();
    expect(address.local_part).toMatch(/^inbox-[0-9a-f]{32}$/);
    const admission = await admit(address);
    const [document] = await documents();
    expect(admission).toMatchObject({ document_id: document!.id, duplicate: false });
    expect(document).toMatchObject({
      user_id: user,
      status: "uploading",
      mime_type: "message/rfc822",
      filename: "Your invoice.eml",
    });
    const [event] = await database.sql("select stage, kind, message, data from public.document_events");
    expect(event).toEqual({
      stage: "mail",
      kind: "received",
      message: "Came by mail to “Invoices”.",
      data: { address_id: address.id, name: "Invoices" },
    });
    const [row] = await database.asUser(user, "select mails::int, last_used_at from public.inbox_addresses");
    expect(row).toEqual({ mails: 1, last_used_at: expect.any(Date) });
  });

  it("that comes again is the same document, whatever its bytes are by then", async () => {
    const address = await make();
    const message_sha256 = sha256();
    const { document_id } = await admit(address, { message_sha256 });
    await finishUpload(database, document_id);
    const again = await admit(address, { message_sha256 });
    expect(again).toMatchObject({ document_id, duplicate: true });
    expect(await documents()).toHaveLength(1);
    expect(await database.sql("select from public.document_events where stage = 'mail'")).toHaveLength(1);
  });

  it("that comes many times at once is one document", async () => {
    const address = await make();
    const message_sha256 = sha256();
    const answers = await Promise.all(Array.from({ length: 8 }, () => admit(address, { message_sha256 })));
    expect(new Set(answers.map(({ duplicate }) => duplicate))).toEqual(new Set([false]));
    expect(await documents()).toHaveLength(1);
  });

  it("whose file never came takes its place again, with the same bytes or with others", async () => {
    const address = await make();
    const message_sha256 = sha256();
    const content_sha256 = sha256();
    const first = await admit(address, { message_sha256, content_sha256 });
    expect(await admit(address, { message_sha256, content_sha256 })).toMatchObject({
      document_id: first.document_id,
      duplicate: false,
    });
    const other = await admit(address, { message_sha256, byte_size: 2000 });
    expect(other).toMatchObject({ duplicate: false });
    expect(await documents()).toMatchObject([{ id: other.document_id, byte_size: "2000" }]);
  });

  it("may be sent again after its document was deleted", async () => {
    const address = await make();
    const message_sha256 = sha256();
    const { document_id } = await admit(address, { message_sha256 });
    await finishUpload(database, document_id);
    await database.asUser(user, "delete from public.documents");
    expect(await admit(address, { message_sha256 })).toMatchObject({ duplicate: false });
  });

  it("with the Message-ID of a mail to another address is its own document", async () => {
    const message_sha256 = sha256();
    const stranger = await database.user();
    const ours = await admit(await make(), { message_sha256 });
    const theirs = await admit(await make({}, stranger), { message_sha256 });
    expect(theirs.document_id).not.toBe(ours.document_id);
    const owners = await database.sql("select user_id from public.documents where id = $1", [theirs.document_id]);
    expect(owners).toEqual([{ user_id: stranger }]);
  });

  it("gets the tags of the address when it is described, once, and so does what is attached", async () => {
    const { document_id } = await admit(await make({ tags: ["by-mail"] }));
    const part = await database.rpc("admit_upload", {
      owner: user,
      filename: "invoice.pdf",
      mime_type: "application/pdf",
      byte_size: 10,
      content_sha256: sha256(),
    });
    const within = await database.rpc("admit_upload", {
      owner: user,
      filename: "within.pdf",
      mime_type: "application/pdf",
      byte_size: 10,
      content_sha256: sha256(),
    });
    for (const [id, holder] of [
      [part.document_id, document_id],
      [within.document_id, part.document_id],
    ])
      await database.sql("update public.documents set parent_id = $1 where id = $2", [holder, id]);
    for (const id of [document_id, part.document_id, within.document_id]) {
      await finishUpload(database, id);
      await read(database, await claim(database, "ocr"), INVOICE);
      await describeAs(database, await claim(database, "metadata"));
    }
    const tags = async () => (await documents()).map((document) => document.tags);
    expect(await tags()).toEqual([
      ["invoice", "acme", "by-mail"],
      ["invoice", "acme", "by-mail"],
      ["invoice", "acme", "by-mail"],
    ]);

    for (const { id } of await documents()) {
      await database.rpc("regenerate_metadata", { document_id: id });
      await database.sql(
        "update private.jobs set payload = payload - 'watched', state = 'queued', token = null, lease_expires_at = null where state = 'dispatched'",
      );
      await database.sql("select private.sweep_jobs()");
      await describeAs(database, await claim(database, "metadata"));
    }
    expect(await tags()).toEqual([
      ["invoice", "acme"],
      ["invoice", "acme"],
      ["invoice", "acme"],
    ]);
    expect((await events(database, document_id)).filter((event) => event === "mail received")).toHaveLength(1);
  });

  it("of the same bytes as a document that is there is that one, which keeps its tags", async () => {
    const content_sha256 = sha256();
    const first = await admit(await make(), { content_sha256 });
    await finishUpload(database, first.document_id);
    const second = await admit(await make({ tags: ["other"] }), { content_sha256 });
    expect(second).toMatchObject({ document_id: first.document_id, duplicate: true });
    await read(database, await claim(database, "ocr"), INVOICE);
    await describeAs(database, await claim(database, "metadata"));
    expect((await documents()).map(({ tags }) => tags)).toEqual([["invoice", "acme"]]);
  });
});

describe("limits", () => {
  it("are the owner's, who hears of it once", async () => {
    await database.sql("update private.settings set documents_per_month = 1");
    const address = await make();
    await admit(address);
    const message_sha256 = sha256();
    for (let count = 0; count < 2; count += 1)
      expect(await admit(address, { message_sha256 })).toMatchObject({
        refused: { status: 402, code: "monthly_limit_reached" },
      });
    expect(await documents()).toHaveLength(1);
    expect(await refused()).toEqual([{ code: "monthly_limit_reached", sender: "ada@example.com" }]);
  });

  it("refuse a mail that is larger than a file may be", async () => {
    expect(await admit(await make(), { byte_size: 10 ** 9 })).toMatchObject({
      refused: { status: 413, code: "file_too_large" },
    });
    expect(await refused()).toEqual([{ code: "file_too_large", sender: "ada@example.com" }]);
  });

  it("hold mails of a minute, those that are refused too", async () => {
    await database.sql("update private.settings set mails_per_minute_and_inbox_address = 2");
    const address = await make();
    await admit(address);
    expect(await refuse(address)).toEqual({});
    expect(await admit(address)).toMatchObject({ refused: { status: 429, code: "too_many_requests" } });
    expect(await refuse(address)).toMatchObject({ refused: { status: 429, code: "too_many_requests" } });
    expect(await admit(await make())).toMatchObject({ duplicate: false });
  });

  it("hold the owner's rate", async () => {
    const address = await make();
    await database.sql("update private.settings set requests_per_minute = 1");
    await database.sql("delete from private.request_rates");
    await admit(address);
    await expect(admit(address)).rejects.toMatchObject({ hint: "too_many_requests" });
  });
});

describe("a refused mail", () => {
  it("is listed for the owner of the address, the newest hundred", async () => {
    await database.sql("update private.settings set mails_per_minute_and_inbox_address = 1000");
    const address = await make();
    const message_sha256 = sha256();
    await refuse(address, { message_sha256, sender: "old@example.com" });
    await refuse(address, { message_sha256, sender: "old@example.com", code: "auto_reply" });
    expect(await refused()).toEqual([{ code: "auto_reply", sender: "old@example.com" }]);
    for (let count = 0; count < 100; count += 1) await refuse(address);
    const listed = await refused();
    expect(listed).toHaveLength(100);
    expect(listed).not.toContainEqual(expect.objectContaining({ sender: "old@example.com" }));
    expect(await database.asUser(await database.user(), "select * from public.refused_mails")).toEqual([]);
    expect(await documents()).toEqual([]);
  });

  it("is forgotten after 30 days, and so is an address that was revoked", async () => {
    const address = await make();
    await refuse(address);
    const { document_id } = await admit(address);
    await database.sql("update public.refused_mails set created_at = now() - interval '31 days'");
    await database.sql("select private.prune_inbox_addresses()");
    expect(await refused()).toEqual([]);
    await database.sql("update public.inbox_addresses set revoked_at = now() - interval '31 days'");
    await database.sql("select private.prune_inbox_addresses()");
    expect(await database.sql("select from public.inbox_addresses")).toEqual([]);
    expect(await database.sql("select from private.link_secrets")).toEqual([]);
    expect(await documents()).toMatchObject([{ id: document_id }]);
  });
});

it("a provider's token is good for one mail, and may be used for it again", async () => {
  const use = (token: string, mail: string) =>
    database.rpc("use_mail_token", { token_sha256: hashOf(token), message_sha256: hashOf(mail) });
  const answers = await Promise.all(["a", "b", "a", "b"].map((mail) => use("token", mail)));
  expect(new Set([`${answers[0]}${answers[1]}`, `${answers[2]}${answers[3]}`]).size).toBe(1);
  expect(answers.filter(Boolean)).toHaveLength(2);
  expect(await use("other", "b")).toBe(true);
  await database.sql("update private.mail_tokens set used_at = now() - interval '6 days'");
  await database.sql("select private.prune_inbox_addresses()");
  expect(await database.sql("select from private.mail_tokens")).toEqual([]);
});

describe("an address", () => {
  it.each([
    ["its owner", "update public.inbox_addresses set revoked_at = now()"],
    ["its owner's account", "delete from auth.users"],
  ])("that was ended by %s answers as one that was guessed", async (_, ending) => {
    const address = await make();
    await database.sql(ending);
    for (const answer of [await admit(address), await refuse(address), await admit({ local_part: "inbox-guessed" })])
      expect(answer).toEqual(GONE);
    expect(await database.rpc("look_at_inbox_address", { address_sha256: hashOf(address.local_part) })).toEqual(GONE);
    expect(await documents()).toEqual([]);
    expect(await database.sql("select from public.refused_mails")).toEqual([]);
  });

  it("says who may send, in lower case", async () => {
    const address = await make({ allowed_senders: [" Ada@Example.com ", "acme.example", "acme.example"] });
    expect(address.allowed_senders).toEqual(["acme.example", "ada@example.com"]);
    expect(await database.rpc("look_at_inbox_address", { address_sha256: hashOf(address.local_part) })).toEqual({
      allowed_senders: ["acme.example", "ada@example.com"],
    });
  });

  it.each([
    [{ name: " " }],
    [{ tags: ["a b"] }],
    [{ allowed_senders: ["everybody"] }],
    [{ allowed_senders: ["a.example b.example"] }],
    [{ allowed_senders: ["ada@example.com>, <eve@example.com"] }],
    [{ allowed_senders: [null] }],
    [{ allowed_senders: Array.from({ length: 51 }, (_, at) => `a${at}.example`) }],
  ])("is refused with %j", async (more) => {
    await expect(make(more)).rejects.toMatchObject({ hint: "invalid_request", code: "PT400" });
  });

  it("is ended by its owner alone, who has 50 at most", async () => {
    const address = await make();
    const stranger = await database.user();
    const revoke = (by: string) => database.asUser(by, "select public.revoke_inbox_address($1)", [address.id]);
    await expect(revoke(stranger)).rejects.toMatchObject({ hint: "not_found" });
    await revoke(user);
    await revoke(user);
    expect(await admit(address)).toEqual(GONE);
    await database.sql("update private.settings set inbox_addresses_per_user = 1");
    await expect(make()).rejects.toMatchObject({ hint: "not_allowed_now" });
    expect(await database.asUser(stranger, "select * from public.inbox_addresses")).toEqual([]);
  });
});
