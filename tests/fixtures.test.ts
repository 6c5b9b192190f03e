import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { CASES, SAMPLES, type Fixture } from "../testing/fixtures/facts.ts";

type Entry = { file: string; byte_size: number; sha256: string; mime_type: string | null };

/** The first bytes of the types in the manifests. */
const SIGNATURES: Record<string, string> = {
  "application/pdf": "%PDF-",
  "application/zip": "PK\x03\x04",
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "PK\x03\x04",
  "image/jpeg": "\xff\xd8\xff",
  "image/png": "\x89PNG\r\n",
};

describe.each<[folder: string, fixtures: Fixture[], limit: number]>([
  ["samples", SAMPLES, 2_500_000],
  ["tests/fixtures", CASES, 300_000],
])("%s", (folder, fixtures, limit) => {
  const path = (file: string): string => fileURLToPath(new URL(`../${folder}/${file}`, import.meta.url));
  const manifest = async (): Promise<Entry[]> => JSON.parse(await readFile(path("manifest.json"), "utf8"));

  test("lists every file in its README, and no other", async () => {
    // Folders have a README of their own.
    const files = (await readdir(path("."), { withFileTypes: true }))
      .filter((entry) => entry.isFile() && entry.name !== "README.md" && entry.name !== "manifest.json")
      .map(({ name }) => name);
    const readme = await readFile(path("README.md"), "utf8");
    const listed = [...readme.matchAll(/^\| `([^`]+)` \|/gm)].map((row) => row[1]!);
    expect(listed.toSorted()).toEqual(files.toSorted());
  });

  test("has a manifest that agrees with the script", async () => {
    const stated = (await manifest()).map(({ byte_size: _size, sha256: _hash, ...facts }) => facts);
    expect(stated).toEqual(fixtures.map(({ make: _make, ...facts }) => facts));
  });

  test("holds the bytes that its manifest names", async () => {
    for (const { file, byte_size, sha256, mime_type } of await manifest()) {
      const bytes = await readFile(path(file));
      expect(bytes.length, file).toBe(byte_size);
      expect(createHash("sha256").update(bytes).digest("hex"), file).toBe(sha256);
      expect(bytes.toString("latin1"), file).toSatisfy((text: string) =>
        text.startsWith(SIGNATURES[mime_type ?? ""] ?? ""),
      );
    }
  });

  test("stays small", async () => {
    expect((await manifest()).reduce((sum, { byte_size }) => sum + byte_size, 0)).toBeLessThan(limit);
  });
});

test.each(["download-3.pdf", "brief.pdf", "encrypted.pdf", "minutes.docx"])(
  "%s is made again with the same bytes",
  async (file) => {
    const sample = SAMPLES.find((fixture) => fixture.file === file);
    const fixture: Fixture = sample ?? CASES.find((fixture) => fixture.file === file)!;
    const kept = await readFile(
      fileURLToPath(new URL(`../${sample ? "samples" : "tests/fixtures"}/${file}`, import.meta.url)),
    );
    expect(kept.equals(await fixture.make())).toBe(true);
  },
);

test("the README of the fixtures names the error that each file ends with", async () => {
  const readme = await readFile(fileURLToPath(new URL("fixtures/README.md", import.meta.url)), "utf8");
  for (const { file, error, status } of CASES) {
    const row = readme.split("\n").find((line) => line.startsWith(`| \`${file}\` |`));
    expect(row, file).toContain(`\`${error ?? status}\``);
  }
});
