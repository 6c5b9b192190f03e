import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { type DocumentRow, FIXTURES } from "../../../testing/user.ts";
import { boastfulPdf, endlessPdf, HTML, htmlThatIsAPdf, hugePng, manyPages, SCRIPT, SVG } from "./hostile-files.ts";
import { stack, stranger } from "./stage.ts";

/** Longer than any of these takes from its upload to its end, on a machine that does other things too. */
const BOUND_MS = 45_000;

async function endOf(name: string, bytes: Uint8Array): Promise<DocumentRow> {
  const response = await stranger.upload(name, bytes);
  expect(response.status).toBe(202);
  const { document_id } = (await response.json()) as { document_id: string };
  return stranger.until(document_id, "completed", "failed");
}

/** Uploads with a multipart body of our own, as no browser would send it. */
async function uploadRaw(filename: string, bytes: Buffer, type: string): Promise<Response> {
  const head = Buffer.from(
    `--b\r\nContent-Disposition: form-data; name="file"; filename="${filename}"\r\nContent-Type: ${type}\r\n\r\n`,
  );
  return stranger.call("upload", new Uint8Array(Buffer.concat([head, bytes, Buffer.from("\r\n--b--\r\n")])), {
    "Content-Type": "multipart/form-data; boundary=b",
  });
}

describe("a hostile file ends within bounds", () => {
  it.each<[string, () => Buffer, string[]]>([
    ["a PDF of 100,000 pages", () => manyPages(100_000), ["too_many_pages"]],
    ["a PDF that boasts of a billion pages and has one", boastfulPdf, ["too_many_pages"]],
    ["a PDF whose pages have no end", endlessPdf, ["broken_file"]],
    ["an image of 30,000 × 30,000 pixels", () => hugePng(30_000), ["image_too_large"]],
  ])("%s", async (name, make, codes) => {
    const started = performance.now();
    const document = await endOf(`${name}.bin`, make());
    expect(performance.now() - started).toBeLessThan(BOUND_MS);
    if (document.status === "failed") expect(codes).toContain(document.error?.code);
    else expect(name).toContain("boasts");
    // The pipeline is as it was: the next document is read.
    expect((await endOf("next.png", await readFile(`${FIXTURES}one-word.png`))).status).toBe("completed");
  });
});

describe("a hostile name", () => {
  it.each([
    ["a way out of the folder", "../../../etc/passwd%00.png"],
    ["a way out of the folder, as Windows has it", "..\\\\..\\\\system32\\\\evil.png"],
    ["a zero byte", "a\u0000b.png"],
    ["direction marks", "invoice\u202Egnp.exe\u2066\u200F.png"],
    ["10,000 characters", `${"x".repeat(10_000)}.png`],
    ["nothing but dots", "..."],
  ])("%s: only what is safe of it is kept", async (_, name) => {
    const response = await uploadRaw(name, await readFile(`${FIXTURES}one-word.png`), "text/html");
    expect([202, 400]).toContain(response.status);
    if (response.status === 400) return;
    const { filename, document_id } = (await response.json()) as { filename: string; document_id: string };
    expect(filename).toMatch(/^[^/\\\p{Cc}\p{Cf}]{1,255}$/u);
    const { storage_path } = await stranger.document(document_id);
    expect(storage_path).toBe(`${stranger.id}/${document_id}`);
  });
});

describe("what would run in a browser", () => {
  it.each<[string, Buffer]>([
    ["page.html", HTML],
    ["drawing.svg", SVG],
    ["page-and-paper.pdf", htmlThatIsAPdf()],
    ["picture-with-page.png", Buffer.concat([hugePng(10), HTML])],
  ])("%s is refused, or served so that nothing of it runs", async (name, bytes) => {
    const response = await uploadRaw(name, bytes, "text/html");
    const answer = (await response.json()) as { code?: string; document_id: string };
    if (response.status === 415) return expect(answer.code).toBe("unsupported_type");
    expect(response.status).toBe(202);
    const { storage_path } = await stranger.document(answer.document_id);
    const files = stranger.supabase.storage.from("documents");
    const addresses = [
      (await files.createSignedUrl(storage_path, 60)).data!.signedUrl,
      (await files.createSignedUrl(storage_path, 60, { download: name })).data!.signedUrl,
    ];
    for (const [index, address] of addresses.entries()) {
      const served = await fetch(address);
      expect(await served.text()).toContain(SCRIPT);
      expect(served.headers.get("content-type")).toMatch(
        /^(application\/pdf|image\/(png|jpeg|webp)|text\/plain|application\/octet-stream)/,
      );
      expect(served.headers.get("x-content-type-options")).toBe("nosniff");
      if (index === 1) expect(served.headers.get("content-disposition")).toMatch(/^attachment;/);
    }
    expect((await fetch(`${stack.url}/storage/v1/object/public/documents/${storage_path}`)).ok).toBe(false);
  });
});
