import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The PDFs of a folder with a manifest, by the folder they lie in or the kind that the manifest says. */
export async function pdfsOf(data: string, is: (entry: { file: string; kind: string }) => boolean): Promise<string[]> {
  const manifest = JSON.parse(await readFile(path.join(data, "manifest.json"), "utf8")) as {
    file: string;
    kind: string;
  }[];
  return manifest
    .filter((entry) => entry.file.endsWith(".pdf") && is(entry))
    .map((entry) => path.join(data, entry.file));
}

/** What pdftotext (Debian: poppler-utils) reads of a file; undefined when it is not installed, empty when it fails. */
export async function pdftotext(file: string): Promise<string | undefined> {
  return run("pdftotext", [file, "-"], { maxBuffer: 64 * 1024 * 1024, timeout: 60_000 }).then(
    ({ stdout }) => stdout,
    (error: NodeJS.ErrnoException) => (error.code === "ENOENT" ? undefined : ""),
  );
}
