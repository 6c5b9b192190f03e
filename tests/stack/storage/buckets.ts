import { beforeAll, describe, expect, it } from "vitest";
import { stack } from "./server.ts";

describe("buckets", () => {
  const storage = () => stack.service.storage;

  it("creates, shows, changes and lists buckets", async () => {
    expect(
      (
        await storage().createBucket("reports", {
          public: false,
          fileSizeLimit: "1KB",
          allowedMimeTypes: ["text/plain"],
        })
      ).data,
    ).toEqual({ name: "reports" });
    expect((await storage().getBucket("reports")).data).toMatchObject({
      id: "reports",
      name: "reports",
      public: false,
      file_size_limit: 1000,
      allowed_mime_types: ["text/plain"],
    });
    expect((await storage().updateBucket("reports", { public: true, fileSizeLimit: null })).data).toEqual({
      message: "Successfully updated",
    });
    expect((await storage().getBucket("reports")).data).toMatchObject({
      public: true,
      file_size_limit: null,
      allowed_mime_types: ["text/plain"],
    });
    const { data } = await storage().listBuckets({
      search: "report",
      limit: 5,
      offset: 0,
      sortColumn: "name",
      sortOrder: "desc",
    });
    expect(data).toMatchObject([{ id: "reports", type: "STANDARD" }]);
  });

  it("refuses a name that is taken or impossible, and a limit above the project's", async () => {
    expect((await storage().createBucket("documents")).error).toMatchObject({
      message: "The resource already exists",
      statusCode: "409",
    });
    expect((await storage().createBucket("a/b")).error).toMatchObject({
      message: "Bucket name invalid",
      statusCode: "400",
    });
    expect((await storage().createBucket("huge", { public: false, fileSizeLimit: "1GB" })).error).toMatchObject({
      statusCode: "413",
    });
    expect((await storage().createBucket("odd", { public: false, fileSizeLimit: "a lot" })).error).toMatchObject({
      statusCode: "400",
    });
  });

  it("deletes a bucket only when it is empty, and empties it with its bytes", async () => {
    const before = await stack.files();
    await storage().createBucket("full");
    await storage()
      .from("full")
      .upload("a.txt", new Blob(["a"]));
    await storage()
      .from("full")
      .upload("b/c.txt", new Blob(["c"]));
    expect((await storage().deleteBucket("full")).error).toMatchObject({
      message: "The bucket you tried to delete is not empty",
      statusCode: "409",
    });
    expect((await storage().emptyBucket("full")).error).toBeNull();
    expect(await stack.files()).toEqual(before);
    expect((await storage().deleteBucket("full")).data).toEqual({ message: "Successfully deleted" });
    expect((await storage().getBucket("full")).error).toMatchObject({ statusCode: "404" });
  });

  describe("limits of a bucket", () => {
    beforeAll(async () => {
      await storage().createBucket("limited", {
        public: false,
        fileSizeLimit: 1000,
        allowedMimeTypes: ["text/plain", "image/*"],
      });
    });
    const limited = () => storage().from("limited");
    const TOO_LARGE = { message: "The object exceeded the maximum allowed size", status: 400, statusCode: "413" };

    it("takes a file of just the limit", async () => {
      expect(
        (await limited().upload("exact.txt", new Blob(["x".repeat(1000)], { type: "text/plain" }))).error,
      ).toBeNull();
    });

    it("refuses a larger one, as multipart and as bytes, and keeps nothing of it", async () => {
      const before = await stack.files();
      const bytes = new TextEncoder().encode("x".repeat(300_000));
      const asPlain = { contentType: "text/plain" };
      expect((await limited().upload("big.txt", new Blob([bytes], { type: "text/plain" }))).error).toMatchObject(
        TOO_LARGE,
      );
      expect((await limited().upload("big.txt", bytes, asPlain)).error).toMatchObject(TOO_LARGE);
      expect((await limited().exists("big.txt")).data).toBe(false);
      expect(await stack.files()).toEqual(before);
    });

    it("takes a larger one whose length is not announced, as upstream does", async () => {
      const stream = new Blob(["x".repeat(300_000)]).stream();
      expect((await limited().upload("streamed.txt", stream, { contentType: "text/plain" })).error).toBeNull();
      expect((await limited().info("streamed.txt")).data?.size).toBe(300_000);
    });

    it("holds the project's limit where the bucket has none", async () => {
      const { error } = await storage()
        .from("documents")
        .upload("big.bin", new Blob([new Uint8Array(1024 * 1024 + 1)]));
      expect(error).toMatchObject(TOO_LARGE);
    });

    it("refuses types that are not allowed word for word, and takes those that are", async () => {
      const refused = { message: "mime type application/pdf is not supported", status: 400, statusCode: "415" };
      expect((await limited().upload("a.pdf", new Blob(["%PDF"], { type: "application/pdf" }))).error).toMatchObject(
        refused,
      );
      expect((await limited().upload("a.pdf", "%PDF", { contentType: "application/pdf" })).error).toMatchObject(
        refused,
      );
      expect((await limited().upload("a.png", "png", { contentType: "image/png" })).error).toBeNull();
      expect((await limited().upload("a.txt", "text", { contentType: "text/plain" })).error).toBeNull();
      for (const contentType of ["text/plain;charset=UTF-8", "Text/Plain"])
        expect((await limited().upload("b.txt", "text", { contentType })).error, contentType).toMatchObject({
          message: `mime type ${contentType} is not supported`,
        });
    });
  });

  it("lets migrations (role postgres) make buckets and policies, but delete neither", async () => {
    const client = new (await import("pg")).default.Client({
      connectionString: stack.database.postgres.url("postgres"),
    });
    await client.connect();
    try {
      await client.query(
        "insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types) values ('m', 'm', false, 5, '{a/b}')",
      );
      await client.query("create policy p on storage.objects for select to authenticated using (bucket_id = 'm')");
      await client.query("drop policy p on storage.objects");
      await expect(client.query("delete from storage.buckets")).rejects.toThrow("Use the Storage API instead");
      const { rows } = await client.query(
        "select storage.foldername(name) as folder, storage.filename(name) as file, storage.extension(name) as extension from (values ('a/b/c.tar.gz')) as v (name)",
      );
      expect(rows).toEqual([{ folder: ["a", "b"], file: "c.tar.gz", extension: "gz" }]);
    } finally {
      await client.end();
    }
  });
});
