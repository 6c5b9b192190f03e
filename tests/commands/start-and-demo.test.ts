import { readFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Result } from "../../scripts/client.ts";
import { isFree } from "../../stack/ports.ts";
import { FIXTURES, SAMPLES } from "../../testing/user.ts";
import { temporaryFolder } from "../../testing/temporary.ts";
import { run } from "./command.ts";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder[Symbol.asyncDispose]());

const samples = async () => JSON.parse(await readFile(`${SAMPLES}manifest.json`, "utf8")) as { file: string }[];
const portOf = (output: string) => Number(/API +http:\/\/127\.0\.0\.1:(\d+)/.exec(output)?.[1]);

describe("npm start", () => {
  it("sends the samples through the pipeline, prints what they are, and Ctrl-C leaves nothing behind", async () => {
    const start = run(folder.path, "start", "--port", "0");
    await start.says("Docket is up.");
    const all = await samples();
    expect(start.stdout()).toContain(`${all.length} of ${all.length} sample documents completed.`);
    expect(start.stdout()).toMatch(/✓ Invoice - Quillmark.*\.pdf\n {4}#invoice.*\n {4}\S.*\n/);
    expect(start.stdout()).toMatch(/Medians: upload to 202 \d+ ms, upload to text \d+ ms, text to metadata \d+ ms\./);
    const port = portOf(start.stdout());
    expect(await isFree(port)).toBe(false);

    const demo = run(folder.path, "demo", `${FIXTURES}encrypted.pdf`, `${FIXTURES}drawing.svg`);
    expect(await demo.ended, "a file that did not complete").toBe(1);
    expect(demo.stdout(), demo.stderr()).toMatch(/encrypted_pdf\n +The PDF is protected/);
    expect(demo.stdout()).toMatch(/unsupported_type\n +The file is of type image\/svg\+xml/);

    const second = run(folder.path, "start", "--port", "0");
    expect(await second.ended).toBe(1);
    expect(second.stderr()).toContain(`running already, at http://127.0.0.1:${port}`);

    start.child.kill("SIGINT");
    expect(await start.ended).toBe(0);
    expect(await isFree(port)).toBe(true);
    expect(start.stderr()).toBe("");
  });

  it("keeps the data for the next start", async () => {
    const start = run(folder.path, "start", "--port", "0");
    await start.says("Docket is up.");
    for (const { file } of await samples()) expect(start.stdout()).toContain(`${file}: is there since an earlier run`);
    start.child.kill("SIGTERM");
    expect(await start.ended).toBe(0);
  });

  it("says what to do when the port is taken", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as AddressInfo;
    const start = run(folder.path, "start", "--port", String(port));
    expect(await start.ended).toBe(1);
    expect(start.stderr()).toMatch(new RegExp(`^Port ${port} is taken\\. .*--port`));
    taken.close();
  });

  it("says what to do when the port is no number", async () => {
    const start = run(folder.path, "start", "--port", "http");
    expect(await start.ended).toBe(2);
    expect(start.stderr()).toContain("--port");
  });
});

describe("npm run demo", () => {
  it("prints one JSON object a file and exits 0 when all completed", async () => {
    const demo = run(folder.path, "demo", `${FIXTURES}one-word.png`, `${FIXTURES}mixed.pdf`, "--json", "--port", "0");
    expect(await demo.ended, demo.stderr()).toBe(0);
    const results = demo
      .stdout()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Result);
    expect(results.map(({ file }) => path.basename(file)).sort()).toEqual(["mixed.pdf", "one-word.png"]);
    for (const result of results) {
      expect(Object.keys(result)).toEqual(
        expect.arrayContaining([
          "file",
          "document_id",
          "status",
          "error",
          "display_name",
          "tags",
          "summary",
          "document_type",
          "correspondent",
          "document_date",
          "language",
          "page_count",
          "text_engine",
          "metadata_source",
          "ms",
          "events",
        ]),
      );
      expect(result).toMatchObject({ status: "completed", error: null, metadata_source: "local" });
      const { accepted, ocr_complete, completed } = result.ms;
      expect(accepted).toBeGreaterThan(0);
      expect(ocr_complete! < completed!, JSON.stringify(result)).toBe(true);
      expect(result.events.flatMap((event) => ("status" in event ? [event.status] : [])).at(-1)).toBe("completed");
    }
    expect(results.find(({ file }) => file.endsWith("mixed.pdf"))).toMatchObject({
      page_count: 3,
      text_engine: "mixed",
    });
  });

  it("exits 2 without a file, or with one that is not there", async () => {
    for (const args of [[], ["no-such-file.pdf"]]) {
      const demo = run(folder.path, "demo", ...args);
      expect(await demo.ended).toBe(2);
      expect(demo.stderr()).toContain("Usage: npm run demo -- FILE…");
    }
  });
});
