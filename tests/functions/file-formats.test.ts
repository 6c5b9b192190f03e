// One list of file formats: what is named, stored, shown and documented follows it.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../../scripts/checkout.ts";
import {
  FORMAT_LIST,
  MAX_FILE_BYTES,
  extensionOf,
  withoutExtension,
} from "../../supabase/functions/_shared/file-formats.ts";
import { formatFiles } from "../../scripts/formats-in-files.ts";
import { seeds } from "../../testing/fuzz/seeds.ts";
import { blankName, displayName } from "../../supabase/functions/metadata/local/name/name.ts";
import { withExtension } from "../../supabase/functions/metadata/claude/display-name.ts";

const parts = { type: "invoice" as const, correspondent: "Acme", date: "2026-03-15", subject: null, amount: null };

describe.each(FORMAT_LIST)("a display name of $label", ({ type, extensions, name }) => {
  it.each(extensions)("keeps the file's own ending .%s", (ending) => {
    const filename = `scan0001.${ending.toUpperCase()}`;
    expect(displayName(parts, filename, type)).toBe(`Invoice - Acme - 2026-03-15.${ending}`);
    expect(withExtension("Invoice - Acme", filename, type)).toBe(`Invoice - Acme.${ending}`);
    expect(withExtension(`Invoice - Acme.${ending}`, filename, type)).toBe(`Invoice - Acme.${ending}`);
  });

  it("gets the format's ending where the file's name has none", () => {
    expect(displayName(parts, "scan0001", type)).toBe(`Invoice - Acme - 2026-03-15.${extensions[0]}`);
    expect(blankName("scan0001", type)).toBe(`Blank Document.${extensions[0]}`);
    expect(withExtension("Invoice - Acme", "scan0001", type)).toBe(`Invoice - Acme.${extensions[0]}`);
  });

  it("gets the format's ending, and only that, where the file's name has another format's", () => {
    const other = name === "pdf" ? "docx" : "pdf";
    expect(displayName(parts, `scan0001.${other}`, type)).toBe(`Invoice - Acme - 2026-03-15.${extensions[0]}`);
    for (const written of ["", `.${other}`, `.${extensions[0]}`, `.${extensions[0]}.${other}`])
      expect(withExtension(`Invoice - Acme${written}`, `a.${other}`, type)).toBe(`Invoice - Acme.${extensions[0]}`);
  });
});

it("a text keeps the ending of a program or a log, and no number", () => {
  expect(extensionOf("server.log", "text/plain")).toBe(".log");
  expect(extensionOf("Notes v1.2", "text/plain")).toBe(".txt");
  expect(extensionOf("Letter no.12", "application/pdf")).toBe(".pdf");
  expect(extensionOf("a.xyz", "application/unknown")).toBe(".xyz");
});

it("only endings of formats are taken off a name", () => {
  expect(withoutExtension("Acme Inc.Report")).toBe("Acme Inc.Report");
  expect(withoutExtension("Budget.ODS.pdf")).toBe("Budget");
  expect(withoutExtension(".pdf")).toBe(".pdf");
});

it("no type, name or ending stands for two formats", () => {
  for (const all of [
    FORMAT_LIST.flatMap(({ type, aliases = [] }) => [type, ...aliases]),
    FORMAT_LIST.flatMap(({ extensions }) => extensions),
    FORMAT_LIST.map(({ label }) => label),
  ])
    expect(all).toEqual([...new Set(all)]);
});

it.each(await formatFiles())("$file has the list as it is (else run npm run gen:types)", ({ found, expected }) => {
  expect(found).toBe(expected);
});

const text = (file: string): Promise<string> => readFile(path.join(ROOT, file), "utf8");

it("the upload function, the bucket and config.toml take files as large as the largest format may be", async () => {
  const number = MAX_FILE_BYTES / 1024 / 1024;
  expect(Math.max(...FORMAT_LIST.map(({ maxBytes }) => maxBytes))).toBe(MAX_FILE_BYTES);
  expect(await text("supabase/functions/_shared/env.ts")).toContain(`"MAX_UPLOAD_BYTES") ?? ${number} * 1024 * 1024`);
  expect(await text("supabase/migrations/20261124100800_storage_bucket.sql")).toContain(
    `false, ${number} * 1024 * 1024,`,
  );
  // Of all buckets, and of the one for the files.
  const [, all, files] = (await text("supabase/config.toml")).split(/^\[storage[^\]]*\]$/m);
  for (const section of [all, files])
    expect(/^file_size_limit = .*/m.exec(section ?? "")?.[0]).toBe(`file_size_limit = "${number}MiB"`);
});

it("docs/formats.md says of each format what is read and what a page is", async () => {
  const [, table = ""] = (await text("docs/formats.md")).split("## What is read\n");
  const named = table.split("\n").flatMap((row) => /^\| ([A-Z][^|]*) \|/.exec(row)?.[1]?.split(", ") ?? []);
  expect(named).toEqual(expect.arrayContaining(FORMAT_LIST.map(({ label }) => label)));
});

it("a format that holds text of its own has seeds for the fuzz run", async () => {
  const seeded = (await seeds()).map(({ type }) => type);
  // Markdown is read as plain text is.
  const readers = FORMAT_LIST.filter(({ opens, name }) => opens === "text" && name !== "md").map(({ type }) => type);
  expect(seeded).toEqual(expect.arrayContaining(readers));
});
