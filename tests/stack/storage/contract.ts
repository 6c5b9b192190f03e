import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { afterAll, beforeAll, expect, it } from "vitest";
import { WebSocket } from "ws";

/** A Storage API that the contract is checked on. `api` is the project's address, without a path; `secretKey` acts as `service_role`. */
export type StorageTarget = { api: string; secretKey: string };

const BUCKET = "docket-contract";
const LIMIT = 100_000;

/**
 * What code that uses Storage may rely on, here and on a real Supabase: through the unmodified supabase-js, and by plain requests
 * where a client would hide the difference. Makes a bucket of its own, and leaves nothing behind. Facts: supabase/storage,
 * src/storage/uploader.ts, src/http/routes/object, src/storage/renderer, src/internal/errors.
 */
export function storageContract(target: () => StorageTarget): void {
  let supabase: SupabaseClient;
  const bucket = () => supabase.storage.from(BUCKET);

  beforeAll(async () => {
    const { api, secretKey } = target();
    supabase = createClient(api, secretKey, {
      auth: { persistSession: false, autoRefreshToken: false },
      realtime: { transport: WebSocket as never },
    });
    await remove();
    const { error } = await supabase.storage.createBucket(BUCKET, {
      public: false,
      fileSizeLimit: LIMIT,
      allowedMimeTypes: ["text/plain", "image/*"],
    });
    if (error) throw error;
    await bucket().upload("digits.txt", "0123456789", { contentType: "text/plain" });
  });
  afterAll(remove);

  async function remove(): Promise<void> {
    const { data } = await bucket().list("", { limit: 1000 });
    if (data?.length) await bucket().remove(data.map(({ name }) => name));
    await supabase.storage.deleteBucket(BUCKET);
  }

  /** A request as it stands, past supabase-js. */
  const ask = (method: string, path: string, init: RequestInit & { duplex?: "half" } = {}): Promise<Response> =>
    fetch(`${target().api}/storage/v1${path}`, { ...init, method } as RequestInit);
  const authorized = (): Record<string, string> => ({
    apikey: target().secretKey,
    Authorization: `Bearer ${target().secretKey}`,
  });
  const read = (headers: Record<string, string> = {}, method = "GET"): Promise<Response> =>
    ask(method, `/object/authenticated/${BUCKET}/digits.txt`, { headers: { ...authorized(), ...headers } });
  const exists = async (name: string): Promise<boolean> => (await bucket().exists(name)).data;

  it.each(["text/plain;charset=UTF-8", "text/plain; charset=utf-8", "Text/Plain", "application/pdf"])(
    "compares types word for word, and refuses %s",
    async (contentType) => {
      const { error } = await bucket().upload("refused.txt", "x", { contentType });
      expect(error).toMatchObject({
        status: 400,
        statusCode: "415",
        message: `mime type ${contentType} is not supported`,
      });
      expect(await exists("refused.txt")).toBe(false);
    },
  );

  it.each(["text", "text/", "text/plain/x", "text/plain,text/html"])(
    "refuses %s, which is no type, before it looks at the caller",
    async (type) => {
      for (const headers of [authorized(), {}]) {
        const response = await ask("POST", `/object/${BUCKET}/refused.txt`, {
          headers: { ...headers, "Content-Type": type },
          body: "x",
        });
        expect(response.status).toBe(400);
        expect(await response.json()).toEqual({
          statusCode: "415",
          error: "invalid_mime_type",
          code: "InvalidMimeType",
          message: "Invalid Content-Type header",
        });
      }
    },
  );

  it("takes any image where the bucket says image/*", async () => {
    expect((await bucket().upload("picture", "x", { contentType: "image/anything" })).error).toBeNull();
  });

  it("refuses more bytes than the bucket takes when the length is known, or the body is a form", async () => {
    const tooLarge = { status: 400, statusCode: "413" };
    const bytes = new Uint8Array(LIMIT + 1);
    expect((await bucket().upload("large.txt", bytes, { contentType: "text/plain" })).error).toMatchObject(tooLarge);
    const blob = new Blob([bytes], { type: "text/plain" });
    expect((await bucket().upload("large.txt", blob)).error).toMatchObject(tooLarge);
    expect(await exists("large.txt")).toBe(false);
  });

  it("does not cut a body of unknown length, and says afterwards how long it was", async () => {
    const { data } = await bucket().createSignedUploadUrl("chunked.txt");
    const response = await ask("PUT", `/object/upload/sign/${BUCKET}/chunked.txt?token=${data!.token}`, {
      headers: { "Content-Type": "text/plain" },
      body: new Blob(["x".repeat(LIMIT * 2)]).stream(),
      duplex: "half",
    });
    expect(response.status).toBe(200);
    expect((await bucket().info("chunked.txt")).data).toMatchObject({ size: LIMIT * 2, contentType: "text/plain" });
  });

  it("checks the token of a signed upload before it looks at the file", async () => {
    for (const [token, code] of [
      ["x.y.z", "InvalidJWT"],
      [(await bucket().createSignedUploadUrl("elsewhere.txt")).data!.token, "InvalidSignature"],
    ]) {
      const response = await ask("PUT", `/object/upload/sign/${BUCKET}/signed.txt?token=${token}`, {
        headers: { "Content-Type": "application/pdf" },
        body: new Uint8Array(LIMIT + 1),
      });
      expect([response.status, await response.json()]).toMatchObject([400, { statusCode: "400", code, error: code }]);
    }
    const missing = await ask("PUT", `/object/upload/sign/${BUCKET}/signed.txt`, { body: "x" });
    expect(await missing.json()).toMatchObject({
      statusCode: "400",
      message: "querystring must have required property 'token'",
    });
  });

  it("checks the caller before it looks at the file", async () => {
    const response = await ask("POST", `/object/${BUCKET}/unauthorized.txt`, {
      headers: { Authorization: "Bearer x.y.z", "Content-Type": "application/pdf" },
      body: new Uint8Array(LIMIT + 1),
    });
    expect(response.ok).toBe(false);
    expect(await exists("unauthorized.txt")).toBe(false);
  });

  it("lets a signed URL upload once, unless it may replace, and never read", async () => {
    const { data } = await bucket().createSignedUploadUrl("once.txt");
    const put = (token: string) =>
      bucket().uploadToSignedUrl("once.txt", token, new Blob(["x"], { type: "text/plain" }), { upsert: true });
    expect((await put(data!.token)).error).toBeNull();
    expect((await put(data!.token)).error).toMatchObject({ status: 400, statusCode: "409" });
    expect((await bucket().createSignedUploadUrl("once.txt")).error).toMatchObject({ statusCode: "409" });
    const replacing = await bucket().createSignedUploadUrl("once.txt", { upsert: true });
    expect((await put(replacing.data!.token)).error).toBeNull();
    const download = await ask("GET", `/object/sign/${BUCKET}/once.txt?token=${data!.token}`);
    expect(await download.json()).toMatchObject({ statusCode: "400", code: "InvalidSignature" });
  });

  it("answers a part of a file with 206, and a range behind its end with 416", async () => {
    const part = await read({ Range: "bytes=2-4" });
    expect([part.status, part.headers.get("content-range"), await part.text()]).toEqual([206, "bytes 2-4/10", "234"]);
    expect((await read({ Range: "bytes=10-20" })).status).toBe(416);
  });

  it("answers 304 to a caller that has the file", async () => {
    const { headers } = await read();
    expect(headers.get("last-modified")).toMatch(/GMT$/);
    expect((await read({ "If-None-Match": headers.get("etag")! })).status).toBe(304);
    expect((await read({ "If-None-Match": '"another"' })).status).toBe(200);
    const later = new Date(Date.parse(headers.get("last-modified")!) + 2_000).toUTCString();
    expect((await read({ "If-Modified-Since": later })).status).toBe(304);
  });

  it("answers HEAD with what it knows of the file", async () => {
    const response = await read({}, "HEAD");
    expect([response.status, response.headers.get("content-type"), response.headers.get("content-length")]).toEqual([
      200,
      "text/plain",
      "10",
    ]);
  });

  it("says what is not there: status 400, and the true status in the body", async () => {
    const get = async (path: string): Promise<unknown> => {
      const response = await ask("GET", `/object/authenticated/${path}`, { headers: authorized() });
      return [response.status, await response.json()];
    };
    expect(await get(`${BUCKET}/none.txt`)).toEqual([
      400,
      { statusCode: "404", code: "NoSuchKey", error: "not_found", message: "Object not found" },
    ]);
    expect(await get("docket-contract-none/x")).toEqual([
      400,
      { statusCode: "404", code: "NoSuchBucket", error: "Bucket not found", message: "Bucket not found" },
    ]);
  });

  it("shows a private bucket to nobody without a token", async () => {
    const response = await ask("GET", `/object/public/${BUCKET}/digits.txt`);
    expect([response.status, await response.json()]).toMatchObject([400, { statusCode: "404", code: "NoSuchBucket" }]);
  });

  it("removes what is there, and says what that was", async () => {
    await bucket().upload("gone.txt", "x", { contentType: "text/plain" });
    expect((await bucket().remove(["gone.txt", "never.txt"])).data).toMatchObject([{ name: "gone.txt" }]);
    expect((await bucket().remove(["gone.txt"])).data).toEqual([]);
  });
}
