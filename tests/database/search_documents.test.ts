import type pg from "pg";
import { beforeAll, describe, expect, it } from "vitest";
import { watchPlans } from "../../testing/database/plans.ts";
import { type Database, withDatabase } from "../../testing/database/migrated.ts";
import { claim, complete, describeAs, readDocument, upload } from "../../testing/database/worker.ts";

type Found = { documents: Record<string, any>[]; next: { key: string; id: string } | null };

let database: Database;
let user: string;
const server = withDatabase((made) => ({ database, user } = made));

async function search(args: Record<string, unknown> = {}, searcher = user): Promise<Found> {
  const named = Object.keys(args)
    .map((name, index) => `${name} => $${index + 1}`)
    .join(", ");
  const [row] = await database.asUser(
    searcher,
    `select public.search_documents(${named}) as found`,
    Object.values(args),
  );
  return row!.found;
}
const idsOf = ({ documents }: Found): string[] => documents.map(({ id }) => id);
const described = async (text: string, metadata: Record<string, unknown> = {}): Promise<string> => {
  const id = await readDocument(database, user, text);
  await describeAs(database, await claim(database, "metadata"), metadata);
  return id;
};

describe("search_documents", () => {
  it("finds by words of the text, marks them in a snippet, and takes text for text", async () => {
    const id = await complete(
      database,
      user,
      "Dear reader, <b>forty</b> ⟦doubloons⟧ are due at the harbour office in Café Müller. Acme, 15 March 2026",
    );
    await complete(database, user, "Nothing of interest.");
    const { documents } = await search({ query: "doubloons muller" });
    expect(documents).toMatchObject([{ id, display_name: "Invoice - Acme - 2026-03-15.pdf", status: "completed" }]);
    expect(documents[0]!.snippet).toContain("⟦doubloons⟧ are due");
    expect(documents[0]!.snippet).toContain("⟦Müller⟧");
    expect(documents[0]!.snippet).not.toContain("⟦⟦");
  });

  it("marks a word that stands late in a long text", async () => {
    await complete(
      database,
      user,
      `${"Filling words without end. ".repeat(2000)}The lighthouse was sold.${" More of it.".repeat(2000)}`,
    );
    const { documents } = await search({ query: "lighthouse" });
    expect(documents[0]!.snippet).toContain("⟦lighthouse⟧ was sold");
  });

  it("finds by the beginning of the last word, by a part of a name, and by a name that was mistyped", async () => {
    const id = await described("Quillmark Paper", {
      display_name: "Contract - Quillmark Paper.pdf",
      tags: ["contract"],
      correspondent: "Quillmark Paper",
      evidence: { correspondent: { page: 1, quote: "Quillmark Paper" } },
    });
    await complete(database, user, "y");
    for (const query of ["quillm", "contract quillmark pap", "illmar", "Quilmark", "QUILLMARK", '"quillmark paper"']) {
      expect(idsOf(await search({ query })), query).toEqual([id]);
    }
    expect(idsOf(await search({ query: "100%" }))).toEqual([]);
    expect(idsOf(await search({ query: "\\' ) or true --" }))).toEqual([]);
  });

  it("finds a file by its name before anything of it was read", async () => {
    const id = await upload(database, user, undefined, "Urlaub Griechenland.pdf");
    expect(idsOf(await search({ query: "griechen" }))).toEqual([id]);
  });

  it("puts a document that is named so before one that only says so", async () => {
    const says = await complete(database, user, "lighthouse");
    const named = await described("x", { display_name: "Lighthouse.pdf" });
    expect(idsOf(await search({ query: "lighthouse" }))).toEqual([named, says]);
  });

  it("shows nobody the documents of somebody else", async () => {
    await complete(database, user, "doubloons");
    const stranger = await database.user();
    expect(await search({}, stranger)).toEqual({ documents: [], next: null, total: 0 });
    expect(await search({ query: "doubloons" }, stranger)).toEqual({ documents: [], next: null, total: 0 });
    expect(await search({ query: "acmee" }, stranger)).toEqual({ documents: [], next: null, total: 0 });
  });

  it("filters by all of the tags, and by any of the types, statuses and days of a span", async () => {
    const dated = (day: string, metadata: Record<string, unknown>) =>
      described(day, { ...metadata, evidence: { document_date: { page: 1, quote: day } } });
    const taxes = await dated("1 May 2025", {
      tags: ["tax", "house"],
      document_type: "tax",
      document_date: "2025-05-01",
    });
    const invoice = await dated("31 August 2025", {
      tags: ["invoice", "house"],
      document_type: "invoice",
      document_date: "2025-08-31",
    });
    const waiting = await upload(database, user);
    expect(idsOf(await search({ tags: ["house"] }))).toEqual([invoice, taxes]);
    expect(idsOf(await search({ tags: ["house", "tax"] }))).toEqual([taxes]);
    expect(idsOf(await search({ document_types: ["invoice", "letter"] }))).toEqual([invoice]);
    expect(idsOf(await search({ statuses: ["processing", "failed"] }))).toEqual([waiting]);
    expect(idsOf(await search({ date_from: "2025-05-01", date_to: "2025-05-31" }))).toEqual([taxes]);
    expect(idsOf(await search({ query: "house", document_types: ["tax"] }))).toEqual([taxes]);
  });

  it.each(["created_at", "-created_at", "name", "-name", "document_date", "-document_date", "byte_size", "-byte_size"])(
    "pages through all in the order %s, each once",
    async (sort) => {
      await database.sql(
        `insert into public.documents (user_id, filename, storage_path, mime_type, byte_size, content_sha256, document_date, display_name)
      select $1::uuid, 'f' || n, $1::text || '/' || n, 'application/pdf', 1 + n % 3, encode(sha256(n::text::bytea), 'hex'),
        case when n % 4 > 0 then date '2026-01-01' + n % 4 end, case when n % 2 = 0 then 'Same' end
      from generate_series(1, 11) as n`,
        [user],
      );
      const pages: string[][] = [];
      for (let after: Found["next"] = null; ; ) {
        const found = await search({ sort, page_size: 3, after });
        pages.push(idsOf(found));
        after = found.next;
        if (!after) break;
      }
      expect(pages.map(({ length }) => length)).toEqual([3, 3, 3, 2]);
      const column =
        { name: "lower(coalesce(display_name, filename))", document_date: "coalesce(document_date, '-infinity')" }[
          sort.replace("-", "")
        ] ?? sort.replace("-", "");
      const way = sort.startsWith("-") ? "desc" : "asc";
      const ordered = await database.sql(`select id from public.documents order by ${column} ${way}, id ${way}`);
      expect(pages.flat()).toEqual(ordered.map(({ id }) => id));
    },
  );

  it("pages through what it ranked", async () => {
    const ids = [
      await complete(database, user, "acme"),
      await complete(database, user, "acme"),
      await complete(database, user, "acme"),
    ];
    const first = await search({ query: "acme", page_size: 2 });
    const second = await search({ query: "acme", page_size: 2, after: first.next });
    expect([...idsOf(first), ...idsOf(second)].sort()).toEqual(ids.sort());
  });

  it("refuses an order that it does not know", async () => {
    await expect(search({ sort: "user_id; drop table documents" })).rejects.toMatchObject({ code: "PT400" });
    await expect(search({ sort: "relevance" })).rejects.toMatchObject({ code: "PT400" });
  });
});

describe("with 20,000 documents, a page", () => {
  let client: pg.Client;
  let plans: string[];
  beforeAll(async () => {
    database = await server.database({ own: true });
    user = await database.user();
    await fill(database, user, 20_000);
    client = await database.connection("superuser");
    plans = (await watchPlans(client)).seen;
    await client.query(
      "select set_config('role', 'authenticated', false), set_config('request.jwt.claims', $1, false)",
      [JSON.stringify({ sub: user, role: "authenticated" })],
    );
  });

  it.each([
    ["in each order", "sort => '-created_at'"],
    ["by name", "sort => 'name'"],
    ["by date", "sort => '-document_date'"],
    ["by size", "sort => '-byte_size'"],
    ["by sender", "sort => 'correspondent'"],
    ["of failed ones", "statuses => '{failed}'"],
    ["of a type", "document_types => '{minutes}'"],
    ["with a rare tag", "tags => '{rare-7}'"],
    ["with a rare word", "query => 'word4711'"],
    ["with a word of them all", "query => 'invoice'"],
    ["with a word of them all and a rare type", "query => 'invoice', document_types => '{minutes}'"],
    ["with a part of a name", "query => 'ame-00777'"],
    ["deep in the list", `after => '{"key": "2026-03-01", "id": "00000000-0000-0000-0000-000000000000"}'`],
  ])("%s is found without reading them all", async (_name, args) => {
    plans.length = 0;
    const { rows } = await client.query(
      `select jsonb_array_length(public.search_documents(${args}) -> 'documents') as length`,
    );
    expect(rows[0].length).toBeGreaterThan(0);
    expect(plans.join("\n")).toMatch(/documents_by_|documents_under_way|document_search_by_|documents_pkey/);
    expect(plans.filter((plan) => /Seq Scan on (public\.)?(documents|document_search)/.test(plan))).toEqual([]);
  });
});

/** Completed documents of one user, 1 in 1,000 failed or of a rare type, made without their triggers. */
async function fill(database: Database, user: string, count: number): Promise<void> {
  const client = await database.connection("superuser");
  await client.query("set session_replication_role = replica");
  await client.query(
    `insert into public.documents (user_id, filename, storage_path, mime_type, byte_size, content_sha256, status, error, display_name, tags, document_type, document_date, created_at)
    select $1::uuid, 'f' || n, $1::text || '/' || n, 'application/pdf', 1 + n, encode(sha256(n::text::bytea), 'hex'),
      (case when n % 1000 = 0 then 'failed' else 'completed' end)::public.document_status,
      case when n % 1000 = 0 then '{"stage":"ocr","code":"x","message":"x"}'::jsonb end, 'Name-' || lpad(n::text, 6, '0'),
      array['invoice', 'rare-' || n % 1000], case when n % 1000 = 1 then 'minutes' else 'invoice' end, date '2020-01-01' + n % 2000, timestamptz '2026-01-01' + n * interval '10 minutes'
    from generate_series(1, ${count}) as n`,
    [user],
  );
  await client.query(
    `insert into public.document_search (document_id, user_id, search, names, created_at)
    select id, user_id, to_tsvector('public.unaccented', 'invoice total word' || byte_size || ' of ' || display_name || $1), lower(display_name), created_at from public.documents`,
    [Array.from({ length: 80 }, (_, index) => ` common${index}`).join("")],
  );
  await client.query("analyze public.documents; analyze public.document_search");
}
