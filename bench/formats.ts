import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../scripts/checkout.ts";
import { eml } from "../testing/fixtures/mail.ts";
import { seeded } from "../testing/random.ts";
import { docx, odf, p, tr, xlsx } from "../testing/fixtures/office.ts";
import { packed } from "../testing/fixtures/packed.ts";
import { denoBinary } from "../stack/functions.ts";
import { machine, round, say, table } from "./figures.ts";

type Reading = { outcome: string; pages: number; characters: number; seconds: number; peak_mb: number | null };

const OPEN_XML = "application/vnd.openxmlformats-officedocument";
const random = seeded(4);
const words = (count: number): string =>
  Array.from({ length: count }, () => Math.floor(random() * 60_000_000).toString(36)).join(" ");
const repeat = (count: number, make: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => make(at)).join("");

/** Files about as large as an upload may be, or as a document may have pages. */
const FILES: Record<string, { type: string; make: () => Uint8Array }> = {
  "docx, 1,000 pages of paragraphs and a table": {
    type: `${OPEN_XML}.wordprocessingml.document`,
    make: () =>
      docx(
        repeat(8_000, () => p(words(50))) +
          `<w:tbl>${repeat(5_000, (at) => tr(`Row ${at}`, words(3), String(at)))}</w:tbl>`,
      ),
  },
  "xlsx, 150,000 rows of five cells": {
    type: `${OPEN_XML}.spreadsheetml.sheet`,
    make: () =>
      xlsx(
        {
          Large: repeat(
            150_000,
            (at) =>
              `<row r="${at}"><c s="1"><v>${40_000 + (at % 6_000)}</v></c><c t="s"><v>${at % 50_000}</v></c><c t="s"><v>${(at * 7) % 50_000}</v></c><c s="2"><v>${Math.floor(random() * 1e6) / 100}</v></c><c><v>${at}</v></c></row>`,
          ),
        },
        { strings: Array.from({ length: 50_000 }, () => words(2)), styles: [14, "#,##0.00"] },
      ),
  },
  "ods, 50,000 rows": {
    type: "application/vnd.oasis.opendocument.spreadsheet",
    make: () =>
      odf(
        "spreadsheet",
        `<table:table table:name="Large">${repeat(50_000, (at) => `<table:table-row><table:table-cell><text:p>${words(3)}</text:p></table:table-cell><table:table-cell><text:p>${at}</text:p></table:table-cell></table:table-row>`)}</table:table>`,
      ),
  },
  "csv, 6 MB": {
    type: "text/csv",
    make: () => Buffer.from(repeat(120_000, (at) => `${at};${words(4)};"quoted; ${words(1)}"\n`)),
  },
  "html, 8 MB": {
    type: "text/html",
    make: () =>
      Buffer.from(
        `<html><body>${repeat(40_000, () => `<div class="a"><p>${words(20)}<span style="display:none">no</span></p></div>`)}`,
      ),
  },
  "txt, 6 MB in windows-1252": {
    type: "text/plain",
    make: () =>
      Buffer.from(
        repeat(60_000, () => `${words(15)} é\n`),
        "latin1",
      ),
  },
  "txt, 20 MB: more than is read": {
    type: "text/plain",
    make: () => Buffer.from(repeat(200_000, () => `${words(15)}\n`)),
  },
  "eml with 14 MB attached": {
    type: "message/rfc822",
    make: () =>
      eml("Large", words(500), [
        {
          filename: "a.bin",
          type: "application/octet-stream",
          content: Uint8Array.from({ length: 14_000_000 }, () => random() * 256),
        },
      ]),
  },
  "zip of 200 files, 90 MiB unpacked": {
    type: "application/zip",
    make: () =>
      packed(Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`${at}.txt`, words(4_000).repeat(15)]))),
  },
};

/** `npm run bench -- formats [--json]`: what reading the largest files costs, each in a Deno process of its own. */
export async function main(args: string[]): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), "docket-bench-formats-"));
  try {
    const readings: Record<string, Reading & { mb: number }> = {};
    for (const [name, { type, make }] of Object.entries(FILES)) {
      say(name);
      const bytes = make();
      const file = path.join(folder, "file");
      await writeFile(file, bytes);
      const { stdout } = await promisify(execFile)(
        denoBinary(),
        [
          "run",
          "--no-prompt",
          "--allow-all",
          "--no-lock",
          "--config",
          path.join(ROOT, "deno.json"),
          path.join(import.meta.dirname, "formats/read.ts"),
          type,
          file,
        ],
        { cwd: ROOT, env: { ...process.env, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" } },
      );
      const reading = JSON.parse(stdout) as Reading;
      readings[name] = { mb: round(bytes.length / 1e6), ...reading, seconds: round(reading.seconds) };
    }
    const figures = { machine: machine(), readings };
    console.log(args.includes("--json") ? JSON.stringify(figures, null, 2) : table(figures));
  } finally {
    await rm(folder, { recursive: true });
  }
}
