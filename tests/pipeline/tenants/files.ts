import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { ask, callers, documents, owner, stack, stranger } from "./stage.ts";

const clientWith = (key: string, token?: string): SupabaseClient =>
  createClient(stack.url, key, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    realtime: { transport: WebSocket as never },
    ...(token && { accessToken: async () => token }),
  });

describe("the stored files, to everybody but the owner", () => {
  const others = (): [string, SupabaseClient][] => [
    ["the publishable key", clientWith(stack.keys.publishableKey)],
    ["the legacy anon key", clientWith(stack.keys.anonKey)],
    ["a stranger", stranger.supabase],
    ["a stranger with the legacy key", clientWith(stack.keys.anonKey, stranger.token)],
  ];

  it("are not to be downloaded, signed, looked at or listed", async () => {
    const { storage_path: path } = documents[0];
    for (const [caller, { storage }] of others()) {
      const files = storage.from("documents");
      const refused = [await files.download(path), await files.createSignedUrl(path, 60), await files.info(path)];
      for (const { data, error } of refused)
        expect({ data, error: error?.message }, caller).toEqual({
          data: null,
          error: expect.stringMatching(/not found/i),
        });
      const signed = (await files.createSignedUrls([path], 60)).data?.[0];
      expect(signed?.signedUrl, caller).toBeFalsy();
      for (const folder of ["", owner.id]) expect((await files.list(folder)).data ?? [], caller).toEqual([]);
    }
    for (const [caller, headers] of Object.entries(await callers())) {
      for (const route of ["", "authenticated/", "public/", "info/", "info/public/"]) {
        const response = await ask(`/storage/v1/object/${route}documents/${path}`, { headers });
        expect(response.ok, `${route} with ${caller}`).toBe(false);
      }
    }
  });

  it("are not to be replaced, moved, copied or removed, and nobody adds one", async () => {
    const { storage_path: path } = documents[0];
    const before = await (await owner.supabase.storage.from("documents").download(path)).data!.text();
    for (const [caller, { storage }] of others()) {
      const files = storage.from("documents");
      const bytes = new Blob(["stolen"]);
      const attempts = [
        await files.upload(path, bytes),
        await files.upload(path, bytes, { upsert: true }),
        await files.update(path, bytes),
        await files.upload(`${owner.id}/more`, bytes),
        await files.upload(`${stranger.id}/more`, bytes),
        await files.move(path, `${stranger.id}/theirs`),
        await files.copy(path, `${stranger.id}/theirs`),
        await files.createSignedUploadUrl(`${owner.id}/more`),
        await storage.createBucket("mine"),
        await storage.deleteBucket("documents"),
        await storage.emptyBucket("documents"),
      ];
      for (const [index, { error }] of attempts.entries())
        expect(error, `attempt ${index} of ${caller}`).not.toBeNull();
      expect((await files.remove([path])).data ?? [], caller).toEqual([]);
    }
    expect(await (await owner.supabase.storage.from("documents").download(path)).data!.text()).toBe(before);
    expect(
      await stack.sql(
        `select count(*)::int as files from storage.objects where name like '${stranger.id}%' or name like '%more'`,
      ),
    ).toEqual([{ files: 0 }]);
  });

  it("open with a signed URL for the file that it names, and for no other", async () => {
    const [first, second] = documents;
    const { data } = await owner.supabase.storage.from("documents").createSignedUrl(first.storage_path, 60);
    expect((await fetch(data!.signedUrl)).status).toBe(200);
    expect((await fetch(data!.signedUrl.replace(first.storage_path, second.storage_path))).ok).toBe(false);
    const [head, payload, signature] = new URL(data!.signedUrl).searchParams.get("token")!.split(".");
    const claims = JSON.parse(Buffer.from(payload!, "base64url").toString());
    const longer = Buffer.from(JSON.stringify({ ...claims, exp: claims.exp + 9999 })).toString("base64url");
    expect(
      (
        await fetch(
          `${stack.url}/storage/v1/object/sign/documents/${first.storage_path}?token=${head}.${longer}.${signature}`,
        )
      ).ok,
    ).toBe(false);
  });
});
