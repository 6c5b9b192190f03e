import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { TEMPLATES } from "../../supabase/functions/_shared/extraction/templates/index.ts";
import { type Api, type ContractUser, handIn, makeUser, until } from "./project.ts";
import { SAMPLE } from "./document.ts";

const LETTER =
  "Brandt & Söhne GmbH\n\nRechnung\nRechnungsnummer: RE-2026-0042\nRechnungsdatum: 15.03.2026\nGesamtbetrag  EUR 120,60\n";

/** What follows a completed document, what links let strangers do, and a user's own words and views. Erases the users that it makes. */
export function featuresContract(api: () => Api): void {
  let owner: ContractUser;
  let stranger: ContractUser;
  let pdf: Buffer;
  beforeAll(async () => {
    [owner, stranger, pdf] = [await makeUser(api()), await makeUser(api()), await readFile(SAMPLE)];
  });
  afterAll(async () => {
    for (const user of [owner, stranger]) await user?.erase();
  });

  const called = async (name: string, args: object) => {
    const { data, error } = await owner.supabase.rpc(name, args);
    if (error) throw new Error(`${name}: ${error.message}`);
    return data;
  };
  /** A request of somebody without an account. */
  const visit = (path: string, body: object) =>
    fetch(`${api().url}/functions/v1/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  const completed = (id: string) =>
    until(async () => {
      const { data } = await owner.supabase.from("documents").select("*").eq("id", id).single();
      return ["completed", "failed"].includes(data?.status) && data;
    });

  it("takes a file of a visitor by an upload link, tags it, and draws its first page for its owner", async () => {
    const { token } = await called("create_upload_link", { title: "Contract", tags: ["by-link"] });
    const answer = await visit(`collect/${token}`, {
      filename: "contract.pdf",
      byte_size: pdf.length,
      mime_type: "application/pdf",
      sha256: createHash("sha256").update(pdf).digest("hex"),
    });
    expect(answer.status, await answer.clone().text()).toBe(200);
    const { signed_url } = (await answer.json()) as { signed_url: string };
    const stored = await fetch(signed_url, {
      method: "PUT",
      headers: { "Content-Type": "application/pdf" },
      body: new Uint8Array(pdf),
    });
    expect(stored.status, await stored.clone().text()).toBe(200);
    const { id } = await until(async () => (await owner.supabase.from("documents").select("id").limit(1)).data?.[0]);
    expect(await completed(id)).toMatchObject({ status: "completed", tags: expect.arrayContaining(["by-link"]) });
    const { storage_path } = await until(
      async () =>
        (await owner.supabase.from("documents").select("storage_path").eq("id", id).eq("has_thumbnail", true))
          .data?.[0],
    );
    const picture = await owner.supabase.storage.from("thumbnails").download(storage_path);
    expect(picture.data?.type).toBe("image/webp");
    expect((await stranger.supabase.storage.from("thumbnails").download(storage_path)).error).not.toBeNull();
  });

  it("shows one document by a share link, until it is revoked", async () => {
    const { data } = await owner.supabase.from("documents").select("id").eq("filename", "contract.pdf").single();
    const { id, token } = await called("create_share_link", { document_id: data!.id });
    const answer = await visit(`share/${token}`, {});
    expect(answer.status, await answer.clone().text()).toBe(200);
    const { signed_url } = (await answer.json()) as { signed_url: string };
    expect(Buffer.from(await (await fetch(signed_url)).arrayBuffer()).equals(pdf)).toBe(true);
    await called("revoke_share_link", { link_id: id });
    expect((await visit(`share/${token}`, {})).status).toBe(404);
  });

  it("extracts the fields of a schema once a document is described, for its owner alone", async () => {
    const { name, document_types, fields } = TEMPLATES.invoice!;
    const { data: schema, error } = await owner.supabase
      .from("extraction_schemas")
      .insert({ name, document_types, fields })
      .select("id")
      .single();
    expect(error).toBeNull();
    const id = await handIn(api(), owner, "contract.txt", LETTER);
    await until(async () => {
      const { data } = await owner.supabase.from("extractions").select("status").eq("document_id", id).single();
      return ["completed", "needs_review", "failed"].includes(data?.status);
    });
    expect((await called("schema_rows", { schema_id: schema!.id })).rows).toMatchObject([
      { document_id: id, values: { invoice_number: "RE-2026-0042" } },
    ]);
    for (const table of ["extractions", "extraction_schemas"])
      expect((await stranger.supabase.from(table).select("*")).data).toEqual([]);
  });

  it("sends a message to a webhook, and tells its owner alone how that went", async () => {
    const { id } = await called("create_webhook", { url: "https://docket.invalid/", events: ["document.completed"] });
    await called("test_webhook", { webhook_id: id });
    const delivery = await until(
      async () => (await owner.supabase.from("webhook_deliveries").select("*").eq("state", "failed")).data?.[0],
    );
    expect(delivery).toMatchObject({ endpoint_id: id, event_type: "webhook.test", attempts: 1 });
    expect((await stranger.supabase.from("webhook_deliveries").select("id")).data).toEqual([]);
  });

  it("renames the tags of documents by an alias, and keeps views, for each user alone", async () => {
    expect((await owner.supabase.from("tag_aliases").insert({ alias: "by-link", tag: "handed-in" })).error).toBeNull();
    const { data: renamed } = await owner.supabase
      .from("documents")
      .select("tags")
      .eq("filename", "contract.pdf")
      .single();
    expect(renamed!.tags).toContain("handed-in");
    expect((await owner.supabase.from("saved_views").insert({ name: "Contract", question: "q=a" })).error).toBeNull();
    for (const table of ["tag_aliases", "saved_views"]) {
      expect((await owner.supabase.from(table).select("*")).data).toHaveLength(1);
      expect((await stranger.supabase.from(table).select("*")).data).toEqual([]);
    }
  });
}
