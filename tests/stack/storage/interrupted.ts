import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { type ClientRequest, request } from "node:http";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { ALICE, stack } from "./server.ts";
import { waitFor } from "../../../testing/waiting.ts";

describe("interrupted", () => {
  const documents = () => stack.alice.storage.from("documents");
  const of = (name: string): string => `${ALICE}/${name}`;
  const rows = async (name: string): Promise<number | null> =>
    (await stack.sql.query("select from storage.objects where name = $1", [of(name)])).rowCount;

  /** An upload that has begun, and whose rest the test decides on. */
  function beginUpload(name: string, contentType: string): ClientRequest {
    const outgoing = request(`${stack.url}/storage/v1/object/documents/${of(name)}`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${stack.aliceToken}`,
        "content-type": contentType,
        "transfer-encoding": "chunked",
      },
    });
    outgoing.on("error", () => {});
    return outgoing;
  }

  const MULTIPART = "multipart/form-data; boundary=cut";
  const MULTIPART_START =
    '--cut\r\nContent-Disposition: form-data; name=""; filename="blob"\r\nContent-Type: text/plain\r\n\r\n';

  it.each([
    ["as bytes", "text/plain", ""],
    ["as multipart", MULTIPART, MULTIPART_START],
  ])("leaves neither a row nor bytes of an upload %s that breaks off", async (_, contentType, start) => {
    const before = await stack.files();
    const upload = beginUpload("broken.txt", contentType);
    upload.write(start + "x".repeat(100_000));
    await waitFor(async () => expect((await stack.files()).some((name) => name.endsWith(".partial"))).toBe(true));
    upload.destroy();
    await waitFor(async () => expect(await stack.files()).toEqual(before));
    expect(await rows("broken.txt")).toBe(0);
  });

  it("refuses a multipart body that ends in the middle of the file, and keeps nothing of it", async () => {
    const before = await stack.files();
    const upload = beginUpload("cut.txt", MULTIPART);
    upload.end(`${MULTIPART_START}half of`);
    const [response] = await once(upload, "response");
    expect(response.statusCode).toBe(400);
    expect(await stack.files()).toEqual(before);
    expect(await rows("cut.txt")).toBe(0);
  });

  it("keeps the last of two uploads of a name at once, though neither may replace one, with no bytes left over", async () => {
    const before = await stack.files();
    const uploads = [beginUpload("race.txt", "text/plain"), beginUpload("race.txt", "text/plain")];
    for (const upload of uploads) upload.write("begun ");
    // Both have passed the check of the policies when both have bytes on disk.
    await waitFor(async () =>
      expect((await stack.files()).filter((name) => name.endsWith(".partial"))).toHaveLength(2),
    );
    const answers = uploads.map((upload) => once(upload, "response"));
    for (const upload of uploads) upload.end("and ended");
    const statuses = (await Promise.all(answers)).map(([response]) => response.statusCode).sort();
    expect(statuses).toEqual([200, 200]);
    expect(await (await documents().download(of("race.txt"))).data?.text()).toBe("begun and ended");
    expect(await stack.files()).toHaveLength(before.length + 1);
  });

  it("keeps the last of many upserts of a name at once, with no bytes left over", async () => {
    const before = await stack.files();
    const contents = Array.from({ length: 12 }, (_, index) => `version ${index}`);
    const results = await Promise.all(
      contents.map((content) => documents().upload(of("upserts.txt"), new Blob([content]), { upsert: true })),
    );
    expect(results.map(({ error }) => error)).toEqual(contents.map(() => null));
    expect(contents).toContain(await (await documents().download(of("upserts.txt"))).data?.text());
    expect(await rows("upserts.txt")).toBe(1);
    expect(await stack.files()).toHaveLength(before.length + 1);
  });

  it("reads a whole file while it is replaced", async () => {
    const content = (letter: string): string => letter.repeat(200_000);
    await documents().upload(of("replaced.txt"), new Blob([content("a")]));
    const replacing = (async () => {
      for (const letter of ["b", "c", "d"])
        await documents().upload(of("replaced.txt"), new Blob([content(letter)]), { upsert: true });
    })();
    for (let read = 0; read < 10; read++) {
      const text = await (await documents().download(of("replaced.txt"))).data?.text();
      expect(text).toBe(content(text?.[0] ?? ""));
    }
    await replacing;
  });

  it("removes at the start what a crash left behind, and nothing else", async () => {
    await documents().upload(of("survivor.txt"), new Blob(["still here"]));
    const before = await stack.files();
    const folder = path.join(stack.database.folder, "files");
    await writeFile(path.join(folder, "00000000-0000-4000-8000-000000000000"), "no row");
    await writeFile(path.join(folder, "00000000-0000-4000-8000-000000000001.partial"), "unfinished");
    await writeFile(path.join(folder, "not ours.txt"), "somebody's");
    await stack.restart();
    expect((await stack.files()).sort()).toEqual([...before, "not ours.txt"].sort());
    expect(await (await documents().download(of("survivor.txt"))).data?.text()).toBe("still here");
  });
});
