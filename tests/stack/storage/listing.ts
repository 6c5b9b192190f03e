import { beforeAll, describe, expect, it } from "vitest";
import { stack } from "./server.ts";

describe("listing", () => {
  const NAMES = [
    "readme.txt",
    "2024/Invoice.pdf",
    "2024/receipt.pdf",
    "2024/q1/a.txt",
    "2024/q1/b.txt",
    "2024/q2/c.txt",
    "Letters/x.txt",
  ];
  beforeAll(async () => {
    await stack.service.storage.createBucket("listed");
    for (const name of NAMES) await files().upload(name, new Blob([name]));
  });

  const files = () => stack.service.storage.from("listed");
  const names = (entries: { name: string }[] | null): string[] | undefined => entries?.map(({ name }) => name);

  describe("list", () => {
    it("shows one level: files with their metadata, folders with a name and nulls", async () => {
      const { data } = await files().list("2024");
      expect(names(data)).toEqual(["Invoice.pdf", "q1", "q2", "receipt.pdf"]);
      expect(data?.[0]).toMatchObject({
        id: expect.any(String),
        metadata: { size: 16 },
        created_at: expect.any(String),
      });
      expect(data?.[1]).toEqual({
        name: "q1",
        id: null,
        updated_at: null,
        created_at: null,
        last_accessed_at: null,
        metadata: null,
      });
      expect(names((await files().list()).data)).toEqual(["2024", "Letters", "readme.txt"]);
      expect(names((await files().list("nowhere")).data)).toEqual([]);
    });

    it("goes by pages", async () => {
      expect(names((await files().list("2024", { limit: 2 })).data)).toEqual(["Invoice.pdf", "q1"]);
      expect(names((await files().list("2024", { limit: 2, offset: 2 })).data)).toEqual(["q2", "receipt.pdf"]);
    });

    it("searches how names begin, whatever their case, and takes % and _ for themselves", async () => {
      expect(names((await files().list("2024", { search: "inv" })).data)).toEqual(["Invoice.pdf"]);
      expect(names((await files().list("2024", { search: "q" })).data)).toEqual(["q1", "q2"]);
      expect(names((await files().list("2024", { search: "%" })).data)).toEqual([]);
      expect(names((await files().list("2024", { search: "_" })).data)).toEqual([]);
    });

    it("sorts by name or by time, either way", async () => {
      expect(names((await files().list("2024", { sortBy: { column: "name", order: "desc" } })).data)).toEqual([
        "receipt.pdf",
        "q2",
        "q1",
        "Invoice.pdf",
      ]);
      const byTime = await files().list("2024", { sortBy: { column: "created_at", order: "desc" } });
      expect(names(byTime.data)?.filter((name) => name.endsWith(".pdf"))).toEqual(["receipt.pdf", "Invoice.pdf"]);
      expect(
        (await files().list("2024", { sortBy: { column: "id; drop table storage.objects", order: "asc" } })).error,
      ).toMatchObject({ statusCode: "400" });
    });
  });

  describe("listV2", () => {
    it("lists all keys below a prefix by cursor", async () => {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const { data } = await files().listV2({ prefix: "2024/", limit: 2, ...(cursor && { cursor }) });
        seen.push(...names(data!.objects)!);
        cursor = data!.nextCursor;
        expect(data!.hasNext).toBe(cursor !== undefined);
      } while (cursor);
      expect(seen).toEqual(["2024/Invoice.pdf", "2024/q1/a.txt", "2024/q1/b.txt", "2024/q2/c.txt", "2024/receipt.pdf"]);
    });

    it("groups folders with a delimiter", async () => {
      const { data } = await files().listV2({ prefix: "2024/", with_delimiter: true });
      expect(names(data!.folders)).toEqual(["2024/q1/", "2024/q2/"]);
      expect(names(data!.objects)).toEqual(["2024/Invoice.pdf", "2024/receipt.pdf"]);
    });

    it("sorts by time over pages", async () => {
      const sortBy = { column: "created_at" as const, order: "desc" as const };
      const first = await files().listV2({ limit: 3, sortBy });
      const second = await files().listV2({ limit: 10, sortBy, cursor: first.data!.nextCursor! });
      expect([...names(first.data!.objects)!, ...names(second.data!.objects)!]).toEqual([...NAMES].reverse());
    });
  });
});
