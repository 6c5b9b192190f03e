// What the documents say of the code, where it can be compared.
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../scripts/checkout.ts";
import { ERRORS } from "../supabase/functions/_shared/errors.ts";

const read = (file: string): Promise<string> => readFile(path.join(ROOT, file), "utf8");

/** Every Markdown file under a folder, by its path from the root; not those of packages and of what a run leaves. */
async function documentsIn(folder: string): Promise<string[]> {
  const entries = (await readdir(path.join(ROOT, folder), { withFileTypes: true })).filter(
    ({ name }) => name !== "node_modules" && !name.startsWith("."),
  );
  const found = await Promise.all(
    entries.map((entry) => {
      const place = path.join(folder, entry.name);
      if (entry.isDirectory()) return documentsIn(place);
      return entry.name.endsWith(".md") ? [place] : [];
    }),
  );
  return found.flat();
}

it("docs/api.md lists the error codes as functions/_shared/errors.ts does", async () => {
  const section = /^## Error codes\n([\s\S]*?)^## /m.exec(await read("docs/api.md"))?.[1] ?? "";
  const rows = section.split("\n").filter((line) => line.startsWith("| `"));
  expect(rows).toEqual(
    Object.entries(ERRORS).map(
      ([code, { status, retryable, message }]) =>
        `| \`${code}\` | ${status} | ${retryable ? "yes" : "no"} | ${message} |`,
    ),
  );
});

describe.each(await documentsIn("."))("%s", (file) => {
  it("links to files and headings that are there", async () => {
    const text = (await read(file)).replace(/```[\s\S]*?```/g, "").replace(/`[^`\n]*`/g, "");
    const links = [...text.matchAll(/\]\((?!\w+:)([^)\s]*)\)/g)].map((match) => match[1]!);
    const broken = await Promise.all(links.map(async (link) => ((await leadsSomewhere(file, link)) ? [] : [link])));
    expect(broken.flat()).toEqual([]);
  });
});

async function leadsSomewhere(file: string, link: string): Promise<boolean> {
  const [place = "", heading] = link.split("#");
  const target = place === "" ? file : path.join(path.dirname(file), decodeURIComponent(place));
  if (!existsSync(path.join(ROOT, target))) return false;
  if (heading === undefined) return true;
  const headings = [...(await read(target)).matchAll(/^#+ (.+)$/gm)].map((match) => anchorOf(match[1]!));
  return headings.includes(heading);
}

/** As GitHub makes the anchor of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
