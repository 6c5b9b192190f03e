// Upload links in the database: what comes by them, within which limits, and what becomes of it.
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type Database, withDatabase } from "../../testing/database/migrated.ts";
import { claim, describeAs, events, finishUpload, INVOICE, read, sha256 } from "../../testing/database/worker.ts";

let database: Database;
let user: string;
withDatabase((made) => ({ database, user } = made));

const GONE = { refused: { status: 404, code: "not_found", message: "There is no such link, or it has ended." } };
const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");

async function make(more: Record<string, unknown> = {}, owner = user): Promise<Record<string, any>> {
  const args = { title: "Receipts", ...more };
  const named = Object.keys(args).map((name, at) => `${name} => $${at + 1}`);
  const [row] = await database.asUser(
    owner,
    `select public.create_upload_link(${named.join(", ")}) as made`,
    Object.values(args),
  );
  return row!.made;
}
const announce = (token: string, more: Record<string, unknown> = {}) =>
  database.rpc("announce_by_link", {
    token_sha256: hashOf(token),
    address_sha256: hashOf("1.2.3.4"),
    filename: "receipt.pdf",
    mime_type: "application/pdf",
    byte_size: 1000,
    content_sha256: sha256(),
    ...more,
  });
const look = (token: string) => database.rpc("look_at_upload_link", { token_sha256: hashOf(token) });
const only = async (): Promise<Record<string, any>> => (await database.sql("select * from public.documents"))[0]!;

describe("a file that is handed in", () => {
  it("becomes a document of the link's owner, and its history says how it came", async () => {
    const { id, token } = await make();
    const announced = await announce(token);
    const document = await only();
    expect(announced).toEqual({
      storage_path: document.storage_path,
      duplicate: false,
      filename: "receipt.pdf",
      title: "Receipts",
    });
    expect(document).toMatchObject({ user_id: user, status: "uploading" });
    const [event] = await database.sql("select stage, kind, message, data from public.document_events");
    expect(event).toEqual({
      stage: "share",
      kind: "received",
      message: "Handed in by the link “Receipts”.",
      data: { link_id: id, title: "Receipts" },
    });
    expect(await database.asUser(user, "select files, bytes::int from public.upload_links")).toEqual([
      { files: 1, bytes: 1000 },
    ]);
  });

  it("gets the tags of the link when it is described, once, and keeps its own", async () => {
    const { token } = await make({ tags: ["march", "invoice"] });
    await announce(token);
    const { id } = await only();
    await finishUpload(database, id);
    await read(database, await claim(database, "ocr"), INVOICE);
    await describeAs(database, await claim(database, "metadata"));
    expect((await only()).tags).toEqual(["invoice", "acme", "march"]);
    expect(await database.sql("select tag from public.tags where user_id = $1 order by tag", [user])).toEqual([
      { tag: "acme" },
      { tag: "invoice" },
      { tag: "march" },
    ]);
    await database.rpc("regenerate_metadata", { document_id: id });
    await database.sql(
      "update private.jobs set payload = payload - 'watched', state = 'queued', token = null, lease_expires_at = null where state = 'dispatched'",
    );
    await database.sql("select private.sweep_jobs()");
    await describeAs(database, await claim(database, "metadata"));
    expect((await only()).tags).toEqual(["invoice", "acme"]);
    expect((await events(database, id)).filter((event) => event === "share received")).toHaveLength(1);
  });

  it("gives the tags of the link to what is in it, too", async () => {
    const { token } = await make({ tags: ["march"] });
    await announce(token);
    const { id } = await only();
    const part = await database.rpc("admit_upload", {
      owner: user,
      filename: "within.pdf",
      mime_type: "application/pdf",
      byte_size: 10,
      content_sha256: sha256(),
    });
    await database.sql("update public.documents set parent_id = $1 where id = $2", [id, part.document_id]);
    for (const one of [id, part.document_id]) {
      await finishUpload(database, one);
      await read(database, await claim(database, "ocr"), INVOICE);
      expect((await describeAs(database, await claim(database, "metadata"))).tags).toContain("march");
    }
  });

  it("is counted, and nothing more, when its owner has it already", async () => {
    const { token } = await make();
    const content_sha256 = sha256();
    await announce(token, { content_sha256 });
    await finishUpload(database, (await only()).id);
    expect(await announce(token, { content_sha256 })).toMatchObject({ duplicate: true });
    expect(await database.sql("select files from public.upload_links")).toEqual([{ files: 2 }]);
    expect(await database.sql("select from public.document_events where kind = 'received'")).toHaveLength(1);
  });

  it("is held to its owner's month", async () => {
    await database.sql("update private.settings set documents_per_month = 1");
    const { token } = await make();
    await announce(token);
    await expect(announce(token)).rejects.toMatchObject({ hint: "monthly_limit_reached" });
    expect(await database.sql("select files from public.upload_links")).toEqual([{ files: 1 }]);
  });
});

describe("a link", () => {
  it("takes so many files, also when they come at once, and is gone then", async () => {
    const { token } = await make({ most_files: 2 });
    const answers = await Promise.allSettled(Array.from({ length: 5 }, () => announce(token)));
    expect(answers.filter((answer) => answer.status === "fulfilled" && answer.value.storage_path)).toHaveLength(2);
    // Whoever came too late hears what everybody hears after the end.
    for (const answer of answers)
      if (answer.status === "rejected")
        expect(answer.reason).toMatchObject({ code: "PT404", hint: "not_found", message: GONE.refused.message });
      else if (!answer.value.storage_path) expect(answer.value).toEqual(GONE);
    expect(await database.sql("select from public.documents")).toHaveLength(2);
    expect(await announce(token)).toEqual(GONE);
    expect(await look(token)).toEqual(GONE);
  });

  it("takes so many bytes", async () => {
    const { token } = await make({ most_bytes: 1500 });
    await announce(token);
    await expect(announce(token)).rejects.toMatchObject({ hint: "file_too_large", code: "PT413" });
    expect(await announce(token, { byte_size: 500 })).toHaveProperty("storage_path");
  });

  it.each([
    [
      "its time",
      "update public.upload_links set created_at = created_at - interval '20 days', expires_at = now() - interval '1 second'",
    ],
    ["its owner", "update public.upload_links set revoked_at = now()"],
    ["its owner's account", "delete from auth.users"],
  ])("that ended by %s answers as one that was guessed", async (_, ending) => {
    const { token } = await make({ password: "correct horse" });
    await database.sql(ending);
    for (const password of ["correct horse", "wrong"]) expect(await announce(token, { password })).toEqual(GONE);
    expect(await look(token)).toEqual(GONE);
    expect(await announce("dkl_guessed")).toEqual(GONE);
  });

  it("tells its title to those who have the password", async () => {
    expect(await look((await make()).token)).toEqual({ needs_password: false, title: "Receipts" });
    const { token } = await make({ password: "correct horse" });
    expect(await look(token)).toEqual({ needs_password: true });
    expect(await announce(token)).toMatchObject({ refused: { status: 401, code: "link_password" } });
    expect(await announce(token, { password: "correct horse" })).toHaveProperty("storage_path");
  });

  it("is limited in a minute, and each address by itself", async () => {
    await database.sql(
      "update private.settings set files_per_minute_and_upload_link = 3, files_per_minute_and_address = 2",
    );
    const { token } = await make();
    for (let count = 0; count < 2; count += 1) expect(await announce(token)).toHaveProperty("storage_path");
    expect(await announce(token)).toMatchObject({ refused: { status: 429, code: "too_many_requests" } });
    expect(await announce(token, { address_sha256: hashOf("5.6.7.8") })).toHaveProperty("storage_path");
    expect(await announce(token, { address_sha256: hashOf("5.6.7.8") })).toMatchObject({ refused: { status: 429 } });
    expect(await announce((await make()).token, { address_sha256: hashOf("5.6.7.8") })).toHaveProperty("storage_path");
  });

  it("goes on for others while one address sends too much", async () => {
    await database.sql(
      "update private.settings set files_per_minute_and_upload_link = 4, files_per_minute_and_address = 2",
    );
    const { token } = await make();
    for (let count = 0; count < 9; count += 1) await announce(token);
    for (const address of ["5.6.7.8", "9.10.11.12"])
      expect(await announce(token, { address_sha256: hashOf(address) })).toHaveProperty("storage_path");
    expect(await announce(token, { address_sha256: hashOf("13.14.15.16") })).toMatchObject({
      refused: { status: 429 },
    });
    expect(await database.sql("select from private.link_addresses")).toHaveLength(3);
  });

  it("is removed after 30 days, and its documents stay", async () => {
    const { token } = await make();
    await announce(token);
    await database.sql(
      "update public.upload_links set created_at = created_at - interval '50 days', expires_at = now() - interval '31 days'",
    );
    await database.sql("select private.prune_upload_links()");
    expect(await database.sql("select from public.upload_links")).toEqual([]);
    expect(await database.sql("select from private.link_secrets")).toEqual([]);
    expect(await database.sql("select from public.documents")).toHaveLength(1);
  });
});

describe("its owner", () => {
  it.each([
    [{ title: " " }],
    [{ tags: ["a b", ""] }],
    [{ most_files: 0 }],
    [{ most_bytes: 0 }],
    [{ expires_at: "2020-01-01" }],
    [{ expires_at: "infinity" }],
    [{ password: "short" }],
  ])("is refused %j", async (more) => {
    await expect(make(more)).rejects.toMatchObject({ hint: "invalid_request", code: "PT400" });
  });

  it("is the only one who ends it, and has 100 at most", async () => {
    const { id, token } = await make();
    await expect(
      database.asUser(await database.user(), "select public.revoke_upload_link($1)", [id]),
    ).rejects.toMatchObject({ hint: "not_found" });
    await database.asUser(user, "select public.revoke_upload_link($1)", [id]);
    expect(await announce(token)).toEqual(GONE);
    await database.sql("update private.settings set upload_links_per_user = 1");
    await expect(make()).rejects.toMatchObject({ hint: "not_allowed_now" });
  });
});
