// Share links in the database: who gets what by a token, how often, and what everybody else gets.
import { createHash } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { applySchema } from "../../testing/database/extractions.ts";
import { type Database, withDatabase } from "../../testing/database/migrated.ts";
import { complete, events, INVOICE } from "../../testing/database/worker.ts";

let database: Database;
let user: string;
let document: string;
withDatabase((made) => ({ database, user } = made));
beforeEach(async () => {
  document = await complete(database, user, `${INVOICE}\nxylophone`);
});

const GONE = { refused: { status: 404, code: "not_found", message: "There is no such link, or it has ended." } };

async function share(more: Record<string, unknown> = {}, owner = user): Promise<Record<string, any>> {
  const args = { document_id: document, ...more };
  const named = Object.keys(args).map((name, at) => `${name} => $${at + 1}`);
  const [row] = await database.asUser(
    owner,
    `select public.create_share_link(${named.join(", ")}) as made`,
    Object.values(args),
  );
  return row!.made;
}
const hashOf = (token: string): string => createHash("sha256").update(token).digest("hex");
const open = (token: string, password?: string) =>
  database.rpc("open_share_link", { token_sha256: hashOf(token), ...(password !== undefined && { password }) });

describe("a share link", () => {
  it("shows the file and the values, and the text only when that is asked for", async () => {
    await applySchema(database, user, "forty");
    const { token } = await share();
    const opened = await open(token);
    expect(opened.storage_path).toBe(`${user}/${document}`);
    expect(opened.shared).toMatchObject({
      filename: "Invoice - Acme - 2026-03-15.pdf",
      mime_type: "application/pdf",
      metadata: { correspondent: "Acme", amount: 120, tags: ["invoice", "acme"] },
      extractions: [{ schema: "forty", values: [{ path: "a", value: "forty" }] }],
    });
    expect(JSON.stringify(opened)).not.toContain("xylophone");
    const whole = await open((await share({ with_text: true })).token);
    expect(whole.shared).toMatchObject({
      pages: [{ page: 1, text: expect.stringContaining("xylophone") }],
      more_pages: 0,
    });
  });

  it("shows nothing but the file without values", async () => {
    const { shared } = await open((await share({ with_values: false })).token);
    expect(Object.keys(shared).sort()).toEqual(["byte_size", "expires_at", "filename", "mime_type", "page_count"]);
    expect(shared.filename).toBe("scan.pdf");
  });

  it("is stored by its hash alone, and a password by a slow one", async () => {
    const { token } = await share({ password: "correct horse" });
    expect(token).toMatch(/^dkl_[0-9a-f]{40}$/);
    const [row] = await database.sql(
      "select secrets::text as kept, password_hash from private.link_secrets as secrets",
    );
    expect(row!.kept).not.toContain(token);
    expect(row!.kept).not.toContain("correct horse");
    expect(row!.password_hash).toMatch(/^\$2a\$10\$/);
  });

  it("records each opening in the history of the document", async () => {
    const { id, token } = await share();
    await open(token);
    await open(token);
    expect((await events(database, document)).slice(-3)).toEqual(["share shared", "share opened", "share opened"]);
    expect(await database.asUser(user, "select openings, last_opened_at from public.share_links")).toEqual([
      { openings: 2, last_opened_at: expect.any(Date) },
    ]);
    const [event] = await database.sql("select data from public.document_events order by id desc limit 1");
    expect(event!.data).toEqual({ link_id: id, opening: 2 });
  });

  it("can be looked at without an opening", async () => {
    const look = (token: string) => database.rpc("look_at_share_link", { token_sha256: hashOf(token) });
    expect(await look((await share()).token)).toEqual({ needs_password: false });
    expect(await look((await share({ password: "correct horse" })).token)).toEqual({ needs_password: true });
    expect(await look("dkl_guessed")).toEqual(GONE);
    expect(await database.sql("select sum(openings)::int as openings from public.share_links")).toEqual([
      { openings: 0 },
    ]);
  });
});

describe("a link that ended", () => {
  it.each([
    [
      "by its time",
      "update public.share_links set created_at = created_at - interval '9 days', expires_at = now() - interval '1 second'",
    ],
    ["by its owner", "update public.share_links set revoked_at = now()"],
    ["with its document", "delete from public.documents"],
    ["with its owner", "delete from auth.users"],
  ])("%s answers as one that was guessed", async (_, ending) => {
    const { token } = await share({ password: "correct horse" });
    await database.sql(ending);
    for (const password of ["correct horse", "wrong", undefined]) expect(await open(token, password)).toEqual(GONE);
    expect(await open("dkl_guessed")).toEqual(GONE);
  });

  it("by its openings does so too, also when many open it at once", async () => {
    const { token } = await share({ most_openings: 2 });
    const answers = await Promise.all(Array.from({ length: 6 }, () => open(token)));
    expect(answers.filter(({ shared }) => shared)).toHaveLength(2);
    expect(answers.filter(({ refused }) => refused)).toEqual(Array.from({ length: 4 }, () => GONE));
    expect((await events(database, document)).filter((event) => event === "share opened")).toHaveLength(2);
  });

  it("is removed after 30 days, with what it is known by", async () => {
    await share();
    await database.sql(
      "update public.share_links set created_at = created_at - interval '40 days', expires_at = now() - interval '31 days'",
    );
    await database.sql("select private.prune_share_links()");
    expect(await database.sql("select from public.share_links")).toEqual([]);
    expect(await database.sql("select from private.link_secrets")).toEqual([]);
  });
});

describe("a password", () => {
  it("opens the link, and a wrong one or none does not, and counts no opening", async () => {
    const { token } = await share({ password: "correct horse" });
    expect(await open(token)).toMatchObject({ refused: { status: 401, code: "link_password" } });
    expect(await open(token, "correct hors")).toMatchObject({ refused: { code: "link_password" } });
    expect(await open(token, "correct horse")).toHaveProperty("shared");
    expect(await database.sql("select openings from public.share_links")).toEqual([{ openings: 1 }]);
  });

  it("can be tried so many times in a minute, also the right one, and other links go on", async () => {
    await database.sql("update private.settings set requests_per_minute_and_link = 3");
    const { token } = await share({ password: "correct horse" });
    for (let count = 0; count < 3; count += 1)
      expect(await open(token, "wrong")).toMatchObject({ refused: { code: "link_password" } });
    expect(await open(token, "correct horse")).toMatchObject({ refused: { status: 429, code: "too_many_requests" } });
    expect(await open((await share()).token)).toHaveProperty("shared");
  });

  it.each(["short", "ä".repeat(40)])("of a wrong length is refused: %s", async (password) => {
    await expect(share({ password })).rejects.toMatchObject({ hint: "invalid_request" });
  });
});

describe("its owner", () => {
  it.each([
    [{ expires_at: "2020-01-01" }],
    [{ expires_at: "2099-01-01" }],
    [{ expires_at: "infinity" }],
    [{ most_openings: 0 }],
    [{ description: "a\nb" }],
  ])("is refused %j", async (more) => {
    await expect(share(more)).rejects.toMatchObject({ hint: "invalid_request", code: "PT400" });
  });

  it("is the only one who shares a document, and who ends a link", async () => {
    const other = await database.user();
    await expect(share({}, other)).rejects.toMatchObject({ hint: "not_found" });
    const { id, token } = await share();
    await expect(database.asUser(other, "select public.revoke_share_link($1)", [id])).rejects.toMatchObject({
      hint: "not_found",
    });
    for (let repeat = 0; repeat < 2; repeat += 1)
      await database.asUser(user, "select public.revoke_share_link($1)", [id]);
    expect(await open(token)).toEqual(GONE);
    expect((await events(database, document)).filter((event) => event === "share revoked")).toHaveLength(1);
  });

  it("has 50 links for a document at most", async () => {
    await database.sql("update private.settings set share_links_per_document = 1");
    await share();
    await expect(share()).rejects.toMatchObject({ hint: "not_allowed_now" });
  });
});
