import { describe, expect, it } from "vitest";
import { ERRORS } from "../../supabase/functions/_shared/errors.ts";
import { callOf, type Database, withDatabase } from "../../testing/database/migrated.ts";
import { FORMAT_LIST, MAX_FILE_BYTES } from "../../supabase/functions/_shared/file-formats.ts";
import {
  admit,
  BROKEN,
  BUSY,
  claim,
  complete,
  failForGood,
  failNext,
  held,
  pageOf,
  sha256,
  statusOf,
  upload,
} from "../../testing/database/worker.ts";

let database: Database;
let user: string;
withDatabase((made) => ({ database, user } = made));

const settings = (change: string): Promise<unknown> => database.sql(`update private.settings set ${change}`);
const left = async (): Promise<any> => (await database.asUser(user, "select public.usage_left() as left"))[0]!.left;
const used = async (what: "documents" | "pages"): Promise<number> => (await left())[what].used;
const REACHED = { code: "PT402", hint: "monthly_limit_reached" };

describe("documents a month", () => {
  it("50 uploads at once from 50 connections at the limit admit exactly what is left", async () => {
    await settings("documents_per_month = 20");
    await complete(database, user);
    for (let count = 0; count < 4; count += 1) await upload(database, user);
    const connections = await Promise.all(Array.from({ length: 50 }, () => database.connection()));
    // They come one after another, which is more than the caller's 8 s on a busy machine.
    await Promise.all(connections.map((connection) => connection.query("set statement_timeout = 0")));
    const answers = await Promise.allSettled(
      connections.map((connection) => {
        const { text, values } = callOf("admit_upload", {
          owner: user,
          filename: "a.pdf",
          mime_type: "application/pdf",
          byte_size: 1,
          content_sha256: sha256(),
        });
        return connection.query(text, values);
      }),
    );
    await Promise.all(connections.map((connection) => connection.end()));
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(15);
    for (const answer of answers) if (answer.status === "rejected") expect(answer.reason).toMatchObject(REACHED);
    expect(await used("documents")).toBe(20);
  });

  it("are given back when a document fails for no fault of its file", async () => {
    await settings("documents_per_month = 1");
    const id = await upload(database, user);
    await failForGood(database, "ocr", BUSY);
    expect(await statusOf(database, id)).toBe("failed");
    expect(await used("documents")).toBe(0);
    await admit(database, user);
  });

  it("are not given back when the file is at fault, and count once however often it is tried", async () => {
    const id = await upload(database, user);
    await failNext(database, "ocr", BROKEN);
    expect(await used("documents")).toBe(1);
    await database.rpc("retry_document", { document_id: id });
    await failNext(database, "ocr", BROKEN);
    await database.rpc("retry_document", { document_id: id });
    const claimed = await claim(database, "ocr");
    await database.rpc("save_pages", { ...held(claimed), pages: [pageOf(1)], page_count: 1 });
    await database.rpc("complete_reading", { ...held(claimed), result: { page_count: 1, processing_ms: 5 } });
    expect(await database.sql("select documents, pages from public.usage_months")).toEqual([
      { documents: 1, pages: 1 },
    ]);
    expect(await used("documents")).toBe(1);
  });

  it("are needed again for a retry", async () => {
    await settings("documents_per_month = 1");
    const failed = await upload(database, user);
    await failNext(database, "ocr", { ...BUSY, retryable: false });
    const second = await upload(database, user);
    await expect(database.rpc("retry_document", { document_id: failed })).rejects.toMatchObject(REACHED);
    await database.asUser(user, "delete from public.documents where id = $1", [second]);
    expect(await database.rpc("retry_document", { document_id: failed })).toBe("processing");
  });

  it("are needed again for a file whose first upload was interrupted", async () => {
    await settings("documents_per_month = 1");
    const bytes = sha256();
    const { document_id } = await admit(database, user, bytes);
    await database.sql("select private.sweep_upload(documents) from public.documents where id = $1", [document_id]);
    await upload(database, user);
    await expect(admit(database, user, bytes)).rejects.toMatchObject(REACHED);
  });
});

describe("an upload that was given up", () => {
  const arrives = async (id: string): Promise<void> => {
    const [row] = await database.sql("select storage_path from public.documents where id = $1", [id]);
    await database.sql(
      "insert into storage.objects (bucket_id, name, version, metadata) values ('documents', $1, gen_random_uuid()::text, $2)",
      [row!.storage_path, { size: 1000, mimetype: "application/pdf" }],
    );
  };
  const giveUp = async (id: string): Promise<void> => {
    await database.sql("select private.sweep_upload(documents) from public.documents where id = $1", [id]);
  };
  const live = async (id: string): Promise<boolean> =>
    (await database.sql("select private.announcement_is_live($1) as live", [id]))[0]!.live;

  it("adds nothing above the limit when its file arrives after all", async () => {
    await settings("documents_per_month = 2");
    const ids: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      for (let count = 0; count < 2; count += 1) ids.push((await admit(database, user)).document_id);
      for (const id of ids) {
        await giveUp(id);
        expect(await live(id)).toBe(false);
      }
    }
    await Promise.allSettled(ids.map(arrives));
    const read = await database.sql("select from public.documents where status = 'processing'");
    expect(read.length).toBeLessThanOrEqual(2);
    expect(await used("documents")).toBe(read.length);
  });

  it("takes its place again when the same bytes are announced again, if there is one", async () => {
    await settings("documents_per_month = 1");
    const bytes = sha256();
    const { document_id } = await admit(database, user, bytes);
    await giveUp(document_id);
    expect(await used("documents")).toBe(0);
    expect(await admit(database, user, bytes)).toMatchObject({ document_id, duplicate: false });
    expect([await live(document_id), await used("documents")]).toEqual([true, 1]);
  });

  it("is live until then, and no more once its file is there", async () => {
    const { document_id } = await admit(database, user);
    expect(await live(document_id)).toBe(true);
    await arrives(document_id);
    expect(await live(document_id)).toBe(false);
  });
});

describe("a document that is deleted", () => {
  it("while it is read has counted the pages that were read, and counts", async () => {
    const id = await upload(database, user);
    const claimed = await claim(database, "ocr");
    await database.rpc("save_pages", {
      ...held(claimed),
      pages: [1, 2, 3].map((page) => pageOf(page)),
      page_count: 10,
    });
    expect(await used("pages")).toBe(10);
    await database.asUser(user, "delete from public.documents where id = $1", [id]);
    expect(await database.sql("select documents, pages from public.usage_months")).toEqual([
      { documents: 1, pages: 3 },
    ]);
    expect(await used("pages")).toBe(3);
    expect(await database.sql("select from private.reservations")).toEqual([]);
  });

  it("before its reading begins gives its place back", async () => {
    await upload(database, user);
    await database.asUser(user, "delete from public.documents");
    expect([await used("documents"), await used("pages")]).toEqual([0, 0]);
  });

  it("after its reading is over takes nothing off", async () => {
    await complete(database, user);
    await database.asUser(user, "delete from public.documents");
    expect([await used("documents"), await used("pages")]).toEqual([1, 1]);
  });
});

describe("stored bytes", () => {
  const stored = async (): Promise<any> => (await left()).stored_bytes;

  it("are counted until a document is deleted, and a file beyond them is refused", async () => {
    await settings("stored_bytes = 2500");
    await complete(database, user);
    await upload(database, user);
    expect(await stored()).toEqual({ used: 2000, limit: 2500 });
    await expect(admit(database, user)).rejects.toMatchObject({ code: "PT402", hint: "storage_limit_reached" });
    await database.asUser(user, "delete from public.documents where status = 'completed'");
    expect(await stored()).toEqual({ used: 1000, limit: 2500 });
    await admit(database, user);
  });

  it("follow what the file turned out to have", async () => {
    const id = await upload(database, user);
    await database.sql("update public.documents set byte_size = 1500 where id = $1", [id]);
    expect((await stored()).used).toBe(1500);
    await database.asUser(user, "delete from public.documents");
    expect((await stored()).used).toBe(0);
  });

  it("of uploads at the same time are no more than the limit", async () => {
    await settings("stored_bytes = 3000");
    const answers = await Promise.allSettled(Array.from({ length: 8 }, () => admit(database, user)));
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
  });
});

describe("pages a month", () => {
  it("are counted once, however often a document is tried, and those that are left are reserved again", async () => {
    await settings("pages_per_month = 4");
    const id = await upload(database, user);
    const first = await claim(database, "ocr");
    await database.rpc("save_pages", { ...held(first), pages: [pageOf(1), pageOf(2)], page_count: 3 });
    await database.rpc("fail_job", { ...held(first), error: { ...BUSY, retryable: false } });
    expect([await used("documents"), await used("pages")]).toEqual([0, 2]);
    await upload(database, user);
    await database.rpc("retry_document", { document_id: id });
    expect([await used("documents"), await used("pages")]).toEqual([2, 4]);
  });

  it("are reserved for a retry of a file that was at fault, too", async () => {
    await settings("pages_per_month = 2");
    const id = await upload(database, user);
    await failNext(database, "ocr", { code: "wrong_password", message: "x", retryable: false });
    await database.rpc("retry_document", { document_id: id, options: { password: "x" } });
    const again = await claim(database, "ocr");
    await expect(
      database.rpc("save_pages", { ...held(again), pages: [pageOf(1)], page_count: 3 }),
    ).rejects.toMatchObject(REACHED);
  });

  it("are reserved when their number is known, before the first is kept", async () => {
    await settings("pages_per_month = 10");
    await complete(database, user);
    const id = await upload(database, user);
    const claimed = await claim(database, "ocr");
    const save = (page_count: number): Promise<unknown> =>
      database.rpc("save_pages", { ...held(claimed), pages: [pageOf(1)], page_count });
    await expect(save(10)).rejects.toMatchObject({
      ...REACHED,
      message: expect.stringMatching(/^The document has 10 pages, and 9 are left of this month's 10; /),
    });
    expect(await database.sql("select from public.document_pages where document_id = $1", [id])).toEqual([]);
    await save(9);
    expect(await used("pages")).toBe(10);
    await expect(admit(database, user)).rejects.toMatchObject({
      ...REACHED,
      message: expect.stringMatching(/^This month's 10 pages are used up; /),
    });
  });

  it("are one for each document whose number is not known yet", async () => {
    await settings("pages_per_month = 2");
    await Promise.allSettled(Array.from({ length: 5 }, () => admit(database, user)));
    expect(await database.sql("select from public.documents")).toHaveLength(2);
  });
});

describe("a user's own limits", () => {
  it("stand in place of the general ones, where there are any", async () => {
    await settings("documents_per_month = 1, pages_per_month = 5, cost_micro_usd_per_month = 7");
    await database.sql(
      "insert into private.user_limits (user_id, documents_per_month, cost_micro_usd_per_month) values ($1, 2, 9)",
      [user],
    );
    expect(await left()).toMatchObject({ documents: { limit: 2 }, pages: { limit: 5 }, cost_micro_usd: { limit: 9 } });
    await admit(database, user);
    await admit(database, user);
    await expect(admit(database, user)).rejects.toMatchObject(REACHED);
    expect(await database.sql("select private.cost_limit_of($1)::int as limit", [user])).toEqual([{ limit: 9 }]);
  });
});

describe("requests a minute", () => {
  it("are refused above the rate, saying when to come back", async () => {
    await settings("requests_per_minute = 3");
    for (let count = 0; count < 3; count += 1) await admit(database, user);
    const refusal = await admit(database, user).catch((error: { detail: string }) => error);
    expect(refusal).toMatchObject({ code: "PT429", hint: "too_many_requests" });
    const { retry_after_ms } = JSON.parse(refusal.detail);
    expect(retry_after_ms).toBeGreaterThan(15_000);
    expect(retry_after_ms).toBeLessThanOrEqual(20_000);
    await database.sql("update private.request_rates set full_at = full_at - interval '20 seconds'");
    await admit(database, user);
    await expect(admit(database, user)).rejects.toMatchObject({ code: "PT429" });
  });

  it("count retries and regenerations too, and no other user's", async () => {
    const failed = await upload(database, user);
    await failNext(database, "ocr", BROKEN);
    const done = await complete(database, user);
    await settings("requests_per_minute = 2");
    // What was sent at the old rate is long ago.
    await database.sql("delete from private.request_rates");
    await admit(database, user);
    await admit(database, user);
    for (const [name, document_id] of [
      ["retry_document", failed],
      ["regenerate_metadata", done],
    ]) {
      await expect(database.rpc(name!, { document_id }), name).rejects.toMatchObject({ code: "PT429" });
    }
    await admit(database, await database.user());
  });

  it("have no limit where none is set", async () => {
    await settings("requests_per_minute = null");
    for (let count = 0; count < 3; count += 1) await admit(database, user);
    expect(await database.sql("select from private.request_rates where full_at > now() + interval '1 second'")).toEqual(
      [],
    );
  });
});

describe("the size of a file", () => {
  const send = (mime_type: string, byte_size: number): Promise<any> =>
    database.rpc("admit_upload", { owner: user, filename: "a", mime_type, byte_size, content_sha256: sha256() });

  it("is for each format what the list of formats says", async () => {
    for (const { type, maxBytes } of FORMAT_LIST) {
      await database.sql("select private.check_size($1, $2)", [type, maxBytes]);
      if (maxBytes === MAX_FILE_BYTES) continue; // beyond this the upload function and the bucket refuse
      const larger = database.sql("select private.check_size($1, $2)", [type, maxBytes + 1]);
      await expect(larger, type).rejects.toMatchObject({ hint: "file_too_large" });
    }
  });

  it("has a limit by its type, which the longest pattern sets", async () => {
    await expect(send("text/plain", 6 * 1024 * 1024)).rejects.toMatchObject({
      code: "PT413",
      hint: "file_too_large",
      message: "The file is larger than the 5242880 bytes that this project takes of the type text/plain.",
    });
    await send("application/pdf", 6 * 1024 * 1024);
    await database.sql("insert into private.size_limits (mime_types, max_bytes) values ('text/csv', 9000000)");
    await send("text/csv", 6 * 1024 * 1024);
  });
});

describe("what is left", () => {
  it("is told to the user whose it is, with when it starts again", async () => {
    const [month] = await database.sql(
      "select date_trunc('month', now() at time zone 'utc')::date::text as first, (date_trunc('month', now(), 'UTC') + interval '1 month')::text as ends",
    );
    await complete(database, user);
    await upload(database, user);
    await complete(database, await database.user());
    const { resets_at, ...rest } = await left();
    expect(rest).toEqual({
      month: month!.first,
      documents: { used: 2, limit: 1000 },
      pages: { used: 2, limit: 10_000 },
      cost_micro_usd: { used: 7, limit: 5_000_000 },
      stored_bytes: { used: 2000, limit: 5 * 1024 ** 3 },
    });
    expect(new Date(resets_at)).toEqual(new Date(month!.ends));
  });
});

describe("the errors that are the file's fault", () => {
  it("are those of reading with the status 422", async () => {
    const codes = Object.keys(ERRORS);
    const byFile = Object.entries(ERRORS)
      .filter(([code, { status }]) => status === 422 && !code.startsWith("model_"))
      .map(([code]) => code);
    const rows = await database.sql(
      "select code from unnest($1::text[]) as code where private.file_is_at_fault(code)",
      [codes],
    );
    expect(rows.map(({ code }) => code).sort()).toEqual(byFile.sort());
  });
});

describe("an access token that outlives its account", () => {
  it("adds nothing", async () => {
    await database.sql("delete from auth.users where id = $1", [user]);
    await expect(admit(database, user)).rejects.toMatchObject({ code: "PT401", hint: "unauthorized" });
  });
});
