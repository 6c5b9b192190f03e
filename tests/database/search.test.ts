import { describe, expect, it } from "vitest";
import { type Database, withDatabase } from "../../testing/database/migrated.ts";
import {
  claim,
  complete,
  describeAs,
  held,
  read,
  readDocument,
  statusOf,
  upload,
} from "../../testing/database/worker.ts";

let database: Database;
let user: string;
withDatabase((made) => ({ database, user } = made));

/** Documents found by words, as `.textSearch('search', words, { config: 'unaccented', type: 'websearch' })` asks for them. */
async function find(words: string, searcher = user): Promise<string[]> {
  const rows = await database.asUser(
    searcher,
    `
    select document_id from public.document_search where search @@ websearch_to_tsquery('unaccented', $1)
    order by ts_rank(search, websearch_to_tsquery('unaccented', $1)) desc`,
    [words],
  );
  return rows.map((row) => row.document_id);
}

describe("search", () => {
  it("finds a document by its name, file name, tag, type, correspondent, summary and text, in any case", async () => {
    const id = await complete(database, user, "Total due: 42 doubloons.", "scan-0815.pdf");
    await complete(database, await database.user(), "Total due: 42 doubloons.");
    for (const words of [
      "acme",
      "scan-0815.pdf",
      "INVOICE",
      '"invoice of acme"',
      "doubloons",
      "doubloons acme",
      "42",
    ]) {
      expect(await find(words), words).toEqual([id]);
    }
    expect(await find("guilders")).toEqual([]);
  });

  it("does not care for accents, in the document or in the question", async () => {
    const accented = await complete(database, user, "Straßenbahn, Café Müller, Čapek, garçon, Ångström");
    for (const words of ["Müller", "muller", "MÜLLER", "cafe", "café", "capek", "čapek", "garcon", "angstrom"]) {
      expect(await find(words), words).toEqual([accented]);
    }
    const plain = await complete(database, user, "Senor Nunez");
    expect(await find("señor núñez")).toEqual([plain]);
  });

  it("finds a word by its beginning", async () => {
    const id = await complete(database, user, "Mühlenstraße");
    const rows = await database.asUser(
      user,
      "select document_id from public.document_search where search @@ to_tsquery('unaccented', 'mühl:*')",
    );
    expect(rows).toEqual([{ document_id: id }]);
  });

  it("puts a document that is named so before one that only says so", async () => {
    const says = await complete(database, user, "lighthouse");
    const named = await readDocument(database, user, "x");
    await describeAs(database, await claim(database, "metadata"), { display_name: "Lighthouse" });
    expect(await find("lighthouse")).toEqual([named, says]);
  });

  it("follows an edit", async () => {
    const id = await complete(database, user);
    await database.asUser(user, "update public.documents set tags = '{taxes}', correspondent = 'Globex'");
    expect(await find("taxes globex")).toEqual([id]);
    expect(
      await database.asUser(
        user,
        "select from public.document_search where search @@ to_tsquery('unaccented', 'globex & acme')",
      ),
    ).toHaveLength(1);
    await database.asUser(
      user,
      "update public.documents set display_name = 'Other', summary = 'Other.', correspondent = null",
    );
    expect(await find('"invoice of acme"')).toEqual([]);
  });

  it("has the same words after an edit as if the document were indexed anew, and keeps those of the text side by side", async () => {
    const id = await complete(database, user, "A pipe-smoking albatross met Acme on the quay.");
    await database.asUser(user, "select public.rename_tag('invoice', 'accounts payable')");
    await database.asUser(
      user,
      "update public.documents set summary = 'Of birds and an invoice.', correspondent = 'Quay Ltd'",
    );
    const [row] =
      await database.sql(`select array(select strip(ts_filter(search, array[weight]::"char"[]))::text from unnest('{a,b,c,d}'::text[]) as weight) as is,
      array(select strip(ts_filter(private.search_of(documents, raw_text), array[weight]::"char"[]))::text from unnest('{a,b,c,d}'::text[]) as weight) as anew
      from public.document_search join public.documents on documents.id = document_id join public.ocr_results using (document_id)`);
    expect(row!.is).toEqual(row!.anew);
    for (const words of ['"albatross met acme"', '"accounts payable"', "quay birds"])
      expect(await find(words), words).toEqual([id]);
    expect(await find('"albatross acme"')).toEqual([]);
  });

  it("finds a document as soon as it is read, also when describing failed", async () => {
    const id = await readDocument(database, user, "albatross");
    expect(await find("albatross")).toEqual([id]);
    await database.rpc("fail_job", {
      ...held(await claim(database, "metadata")),
      error: { code: "model_refused", message: "x", retryable: false },
    });
    expect(await find("albatross")).toEqual([id]);
  });

  it("finds nothing of others", async () => {
    await complete(database, user, "albatross");
    expect(await find("albatross", await database.user())).toEqual([]);
  });
});

describe("a very long text", () => {
  /** Texts of 900,000 characters, of words that are all different: more than a tsvector takes. */
  const distinct = (word: (index: number) => string): string => {
    let text = "beginning ";
    for (let index = 0; text.length < 900_000; index += 1) text += `${word(index)} `;
    return text;
  };
  it.each([
    ["Latin", (index: number) => (index + 46656).toString(36)],
    [
      "Cyrillic",
      (index: number) =>
        [...(index + 46656).toString(36)]
          .map((sign) => String.fromCodePoint(0x430 + (parseInt(sign, 36) % 32)))
          .join("") + index,
    ],
    [
      "Han",
      (index: number) =>
        [...(index + 46656).toString(36)].map((sign) => String.fromCodePoint(0x4e00 + parseInt(sign, 36) * 7)).join(""),
    ],
    ["web addresses", (index: number) => `https://host${index}.example.org/path/${index}`],
  ])("in %s is kept whole, and found by its beginning", async (_, word) => {
    const id = await upload(database, user);
    await read(database, await claim(database, "ocr"), distinct(word));
    expect(await statusOf(database, id)).toBe("ocr_complete");
    expect(await find("beginning")).toEqual([id]);
    await describeAs(database, await claim(database, "metadata"));
    expect(await find("beginning acme")).toEqual([id]);
    expect(
      (await database.sql("select length(raw_text) as length from public.ocr_results"))[0]!.length,
    ).toBeGreaterThanOrEqual(900_000);
  });
});
