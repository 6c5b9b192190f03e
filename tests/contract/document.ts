import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ROOT } from "../../scripts/checkout.ts";
import { type Api, type ContractUser, makeUser } from "./project.ts";
import { waitFor } from "../../testing/waiting.ts";

/** A PDF of one page. */
export const SAMPLE = path.join(ROOT, "samples", "download-3.pdf");

/** One document from its upload to its end, and out again, as a frontend does it. Erases the users that it makes. */
export function documentContract(api: () => Api): void {
  const users: ContractUser[] = [];
  let id: string;
  beforeAll(async () => {
    for (const _ of ["owner", "stranger"]) users.push(await makeUser(api()));
  });
  afterAll(async () => {
    for (const user of users) await user.erase();
  });

  it("is accepted, read, described and completed", async () => {
    const [owner] = users as [ContractUser];
    const form = new FormData();
    form.append("file", new Blob([await readFile(SAMPLE)], { type: "application/pdf" }), "download-3.pdf");
    const response = await fetch(`${api().url}/functions/v1/upload`, {
      method: "POST",
      headers: { apikey: api().key, Authorization: `Bearer ${owner.token}` },
      body: form,
    });
    expect(response.status, await response.clone().text()).toBe(202);
    id = ((await response.json()) as { document_id: string }).document_id;
    await waitFor(
      async () => {
        const { data } = await owner.supabase.from("documents").select("status, error").eq("id", id).single();
        expect(["completed", "failed"]).toContain(data?.status);
      },
      { interval: 250 },
    );
    const { data } = await owner.supabase
      .from("documents")
      .select("status, error, display_name, page_count")
      .eq("id", id)
      .single();
    expect(data).toMatchObject({ status: "completed", error: null, page_count: expect.any(Number) });
    expect(data!.display_name).toMatch(/Quillmark/);
  });

  it("can be found, and its file read, by its owner alone", async () => {
    const [owner, stranger] = users as [ContractUser, ContractUser];
    const { data: document } = await owner.supabase.from("documents").select("storage_path").eq("id", id).single();
    const file = await owner.supabase.storage.from("documents").download(document!.storage_path);
    expect(file.error).toBeNull();
    expect(Buffer.from(await file.data!.arrayBuffer())).toEqual(await readFile(SAMPLE));
    const found = await owner.supabase.rpc("search_documents", { query: "Quillmark" });
    expect(JSON.stringify(found.data), found.error?.message).toContain(id);

    expect((await stranger.supabase.storage.from("documents").download(document!.storage_path)).error).not.toBeNull();
    expect((await stranger.supabase.from("documents").select("id").eq("id", id)).data).toEqual([]);
    expect(
      JSON.stringify((await stranger.supabase.rpc("search_documents", { query: "Quillmark" })).data),
    ).not.toContain(id);
  });

  it("is gone when its owner deletes it, and so is its file", async () => {
    const [owner] = users as [ContractUser];
    const { data } = await owner.supabase.from("documents").select("storage_path").eq("id", id).single();
    expect((await owner.supabase.from("documents").delete().eq("id", id)).error).toBeNull();
    expect((await owner.supabase.from("documents").select("id").eq("id", id)).data).toEqual([]);
    await waitFor(
      async () => expect((await owner.supabase.storage.from("documents").exists(data!.storage_path)).data).toBe(false),
      { interval: 500 },
    );
  });
}
