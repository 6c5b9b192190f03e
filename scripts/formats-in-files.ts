import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { FORMAT_LIST } from "../supabase/functions/_shared/file-formats.ts";
import { ROOT } from "./checkout.ts";

const SOURCE = "From supabase/functions/_shared/file-formats.ts by npm run gen:types.";
const END = "End of what is generated.";
const WAYS = { pdf: "its text layer, or OCR", picture: "OCR", text: "the file's text" };

/** The files with a generated list of the formats, how their comments look, and the lines of the list. */
const FILES: { file: string; comment: (text: string) => string; lines: () => string[] }[] = [
  {
    file: "supabase/migrations/20261124100800_storage_bucket.sql",
    comment: (text) => `-- ${text}`,
    lines: () => separated(FORMAT_LIST.map(({ type }) => `  '${type}'`)),
  },
  {
    file: "supabase/config.toml",
    comment: (text) => `# ${text}`,
    lines: () => separated(FORMAT_LIST.map(({ type }) => `  "${type}"`)),
  },
  {
    file: "docs/formats.md",
    comment: (text) => `<!-- ${text} -->`,
    lines: () => [
      "",
      "| format | type | endings | read by | at most |",
      "|---|---|---|---|---|",
      ...FORMAT_LIST.map(
        ({ label, type, extensions, opens, maxBytes }) =>
          `| ${label} | \`${type}\` | ${extensions.map((ending) => `.${ending}`).join(", ")} | ${WAYS[opens]} | ${maxBytes / 1024 / 1024} MiB |`,
      ),
      "",
    ],
  },
];

/** Writes the list of file formats into the files that cannot import it. */
export async function writeFormats(): Promise<void> {
  for (const { file, expected } of await formatFiles()) await writeFile(path.join(ROOT, file), expected);
}

/** Those files as they are, and as the list of formats says. @throws Error where a file has no generated block */
export async function formatFiles(): Promise<{ file: string; found: string; expected: string }[]> {
  return Promise.all(
    FILES.map(async ({ file, comment, lines }) => {
      const found = await readFile(path.join(ROOT, file), "utf8");
      const rows = found.split("\n");
      const [start, end] = [SOURCE, END].map((text) => rows.findIndex((row) => row.trim() === comment(text)));
      if (start === -1 || end! <= start!) throw new Error(`${file} has no block "${comment(SOURCE)}".`);
      return { file, found, expected: [...rows.slice(0, start! + 1), ...lines(), ...rows.slice(end!)].join("\n") };
    }),
  );
}

const separated = (values: string[]): string[] =>
  values.map((value, at) => value + (at + 1 < values.length ? "," : ""));
