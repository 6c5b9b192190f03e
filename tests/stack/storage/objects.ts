import { beforeAll, describe, expect, it } from "vitest";
import { ALICE, stack } from "./server.ts";

describe("objects", () => {
  const documents = () => stack.alice.storage.from("documents");
  const of = (name: string): string => `${ALICE}/${name}`;
  const text = async (data: Blob | null): Promise<string | undefined> => data?.text();

  describe("uploading", () => {
    it("takes a Blob, which the client sends as a multipart field without a name", async () => {
      const { data, error } = await documents().upload(of("blob.txt"), new Blob(["a blob"], { type: "text/plain" }));
      expect(error).toBeNull();
      expect(data).toMatchObject({
        path: of("blob.txt"),
        fullPath: `documents/${of("blob.txt")}`,
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      });
      expect(await text((await documents().download(of("blob.txt"))).data)).toBe("a blob");
    });

    it("takes FormData, whichever order its fields have", async () => {
      const form = new FormData();
      form.append("file", new File(["a form"], "whatever.txt", { type: "text/plain" }));
      form.append("cacheControl", "60");
      form.append("metadata", JSON.stringify({ kind: "form" }));
      expect((await documents().upload(of("form.txt"), form)).error).toBeNull();
      expect((await documents().info(of("form.txt"))).data).toMatchObject({
        cacheControl: "max-age=60",
        metadata: { kind: "form" },
      });
    });

    it("takes plain bytes with the content type of the header", async () => {
      const options = { contentType: "application/pdf", cacheControl: "120", metadata: { pages: 3 } };
      expect((await documents().upload(of("raw.pdf"), new TextEncoder().encode("%PDF-"), options)).error).toBeNull();
      const { data } = await documents().info(of("raw.pdf"));
      expect(data).toMatchObject({
        size: 5,
        contentType: "application/pdf",
        cacheControl: "max-age=120",
        metadata: { pages: 3 },
      });
    });

    it("takes a stream", async () => {
      const parts = ["one ", "two ", "three"].map((part) => new TextEncoder().encode(part));
      const stream = new ReadableStream<Uint8Array>({
        pull: (controller) => (parts.length ? controller.enqueue(parts.shift()!) : controller.close()),
      });
      expect((await documents().upload(of("stream.txt"), stream)).error).toBeNull();
      expect(await text((await documents().download(of("stream.txt"))).data)).toBe("one two three");
    });

    it("takes an empty file", async () => {
      expect((await documents().upload(of("empty.txt"), new Blob([]))).error).toBeNull();
      expect((await documents().download(of("empty.txt"))).data?.size).toBe(0);
    });

    it("records what the bytes are, and whose", async () => {
      await documents().upload(of("recorded.txt"), new Blob(["hello"], { type: "text/plain" }));
      const { rows } = await stack.sql.query(
        "select owner_id, owner, metadata, path_tokens from storage.objects where name = $1",
        [of("recorded.txt")],
      );
      expect(rows[0]).toMatchObject({ owner_id: ALICE, owner: ALICE, path_tokens: [ALICE, "recorded.txt"] });
      expect(rows[0].metadata).toMatchObject({
        eTag: '"5d41402abc4b2a76b9719d911017c592"',
        size: 5,
        contentLength: 5,
        mimetype: "text/plain",
        cacheControl: "max-age=3600",
        httpStatusCode: 200,
        lastModified: expect.stringMatching(/Z$/),
      });
    });

    it("refuses a name that is taken, unless it may replace it", async () => {
      await documents().upload(of("taken.txt"), new Blob(["first"]));
      const before = await stack.files();
      const { error } = await documents().upload(of("taken.txt"), new Blob(["second"]));
      expect(error).toMatchObject({ message: "The resource already exists", status: 400, statusCode: "409" });
      expect((await documents().upload(of("taken.txt"), new Blob(["third"]), { upsert: true })).error).toBeNull();
      expect(await text((await documents().download(of("taken.txt"))).data)).toBe("third");
      expect(await stack.files()).toHaveLength(before.length);
    });

    it("replaces with update", async () => {
      await documents().upload(of("update.txt"), new Blob(["old"]));
      expect((await documents().update(of("update.txt"), new Blob(["new"]))).error).toBeNull();
      expect(await text((await documents().download(of("update.txt"))).data)).toBe("new");
    });

    it("answers 400 to a body without a file", async () => {
      const form = new FormData();
      form.append("cacheControl", "60");
      const { error } = await documents().upload(of("none.txt"), form);
      expect(error).toMatchObject({ message: "No content provided", statusCode: "400" });
    });
  });

  describe("looking", () => {
    beforeAll(async () => {
      await documents().upload(of("seen.txt"), new Blob(["seen"], { type: "text/plain" }), { metadata: { tag: "x" } });
    });

    it("tells about an object", async () => {
      const { data } = await documents().info(of("seen.txt"));
      expect(data).toMatchObject({
        name: of("seen.txt"),
        bucketId: "documents",
        size: 4,
        contentType: "text/plain",
        metadata: { tag: "x" },
      });
    });

    it("tells whether an object exists", async () => {
      expect((await documents().exists(of("seen.txt"))).data).toBe(true);
      expect((await documents().exists(of("unseen.txt"))).data).toBe(false);
    });

    it("answers as upstream when there is no such object or bucket", async () => {
      const { error } = await documents().download(of("unseen.txt"));
      expect(error).toMatchObject({ message: "Object not found", status: 400, statusCode: "404" });
      const elsewhere = await stack.alice.storage.from("nowhere").download("x.txt");
      expect(elsewhere.error).toMatchObject({ message: "Bucket not found", status: 400, statusCode: "404" });
    });
  });

  describe("moving and copying", () => {
    it("moves an object, with its bytes and metadata", async () => {
      await documents().upload(of("from.txt"), new Blob(["moved"]), { metadata: { kept: true } });
      const files = await stack.files();
      expect((await documents().move(of("from.txt"), of("deep/er/to.txt"))).data).toMatchObject({
        message: "Successfully moved",
      });
      expect((await documents().exists(of("from.txt"))).data).toBe(false);
      expect(await text((await documents().download(of("deep/er/to.txt"))).data)).toBe("moved");
      expect((await documents().info(of("deep/er/to.txt"))).data?.metadata).toEqual({ kept: true });
      expect(await stack.files()).toHaveLength(files.length);
    });

    it("copies an object, whose copy outlives it", async () => {
      await documents().upload(of("original.txt"), new Blob(["twice"], { type: "text/plain" }), {
        metadata: { kept: true },
      });
      expect((await documents().copy(of("original.txt"), of("copy.txt"))).data).toEqual({
        path: `documents/${of("copy.txt")}`,
      });
      await documents().remove([of("original.txt")]);
      expect(await text((await documents().download(of("copy.txt"))).data)).toBe("twice");
      expect((await documents().info(of("copy.txt"))).data).toMatchObject({
        contentType: "text/plain",
        metadata: { kept: true },
      });
    });

    it("refuses a target that is taken and a source that is not there", async () => {
      await documents().upload(of("a.txt"), new Blob(["a"]));
      await documents().upload(of("b.txt"), new Blob(["b"]));
      const files = await stack.files();
      expect((await documents().move(of("a.txt"), of("b.txt"))).error).toMatchObject({ statusCode: "409" });
      expect((await documents().copy(of("a.txt"), of("b.txt"))).error).toMatchObject({ statusCode: "409" });
      expect((await documents().move(of("c.txt"), of("d.txt"))).error).toMatchObject({
        statusCode: "404",
        message: "Object not found",
      });
      expect((await documents().copy(of("c.txt"), of("d.txt"))).error).toMatchObject({
        statusCode: "404",
        message: "Object not found",
      });
      expect(await stack.files()).toHaveLength(files.length);
    });
  });

  describe("removing", () => {
    it("removes many, answers with the ones that were there, and leaves no bytes", async () => {
      const before = await stack.files();
      await documents().upload(of("gone-1.txt"), new Blob(["1"]));
      await documents().upload(of("gone-2.txt"), new Blob(["2"]));
      const { data } = await documents().remove([of("gone-1.txt"), of("gone-2.txt"), of("never.txt")]);
      expect(data?.map(({ name }) => name).sort()).toEqual([of("gone-1.txt"), of("gone-2.txt")]);
      expect((await documents().exists(of("gone-1.txt"))).data).toBe(false);
      expect((await stack.files()).sort()).toEqual(before.sort());
    });

    it("removes one by its URL", async () => {
      await documents().upload(of("single.txt"), new Blob(["1"]));
      const url = `${stack.url}/storage/v1/object/documents/${of("single.txt")}`;
      const headers = { authorization: `Bearer ${stack.aliceToken}` };
      expect(await (await fetch(url, { method: "DELETE", headers })).json()).toEqual({
        message: "Successfully deleted",
      });
      expect(await (await fetch(url, { method: "DELETE", headers })).json()).toEqual({
        statusCode: "404",
        code: "NoSuchKey",
        error: "not_found",
        message: "Object not found",
      });
    });

    it("refuses deletion by SQL, even to the superuser", async () => {
      await expect(stack.sql.query("delete from storage.objects")).rejects.toThrow(
        "Direct deletion from storage tables is not allowed",
      );
    });
  });
});
