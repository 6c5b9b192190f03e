// Whole papers that somebody made up, of every kind and in many languages: what is told of each is right, or left out where that is allowed.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { describePages } from "./description.ts";

/*
 * Each file in invented/ holds papers. A paper begins with a line "=== id | types | senders | dates | amounts | languages | words of
 * a good name | file name | MIME type"; the last two may be missing. " / " parts values that are all right, "-" stands for none, and
 * "~~~" begins a page.
 */
type Paper = {
  id: string;
  allowed: string[][];
  words: string[];
  filename?: string;
  mimeType?: string;
  pages: string[];
};

const FILES = ["english.txt", "europe.txt", "world.txt", "classes.txt", "kinds.txt"];

async function papersOf(file: string): Promise<Paper[]> {
  const text = await readFile(path.join(import.meta.dirname, "invented", file), "utf8");
  return text
    .split(/^=== /mu)
    .slice(1)
    .map((paper) => {
      const end = paper.indexOf("\n");
      const [id = "", types = "", ...fields] = paper.slice(0, end).split(" | ");
      const [senders = "-", dates = "-", amounts = "-", languages = "-", words = "", filename, mimeType] = fields;
      const pages = paper
        .slice(end + 1)
        .trimEnd()
        .split(/^~~~\n/mu);
      const allowed = [types.replaceAll(",", " / "), senders, dates, amounts, languages].map((values) =>
        values.split(" / "),
      );
      return { id, allowed, words: words.split(","), pages, ...(filename ? { filename, mimeType: mimeType! } : {}) };
    });
}

const folded = (text: string): string =>
  text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

for (const file of FILES) {
  it.each((await papersOf(file)).map((paper) => [paper.id, paper] as const))(`${file}: %s`, async (_, paper) => {
    const { metadata } = await describePages(paper.pages, paper.filename, paper.mimeType);
    const { document_type, correspondent, document_date, amount, language, display_name } = metadata;
    const [types = [], senders = [], dates = [], amounts = [], languages = []] = paper.allowed;
    expect(types).toContain(document_type);
    expect(senders.map(folded)).toContain(folded(correspondent ?? ""));
    expect(dates).toContain(document_date ?? "-");
    expect(amounts).toContain(amount ? `${amount.value.toFixed(2)} ${amount.currency ?? "-"}` : "-");
    expect(languages).toContain(language ?? "-");
    const name = folded(display_name);
    expect(paper.words.some((word) => name.includes(folded(word))) ? null : display_name).toBeNull();
  });
}
