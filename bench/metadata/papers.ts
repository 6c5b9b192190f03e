import { readFile } from "node:fs/promises";
import path from "node:path";
import { DOCUMENT_TYPES } from "../../supabase/functions/_shared/metadata.ts";
import { MixedTruth, type MixedSample } from "./mixed.ts";
import type { Half } from "./samples.ts";

const FOLDER = path.join(import.meta.dirname, "papers");

/** A paper that somebody made up, as text. */
export type Paper = { sample: MixedSample; pages: { page_number: number; text: string }[] };

/**
 * The made-up everyday papers of the files of `papers/` that are named `seen`, which the rules were written on, and of those
 * named `held-out`, which nobody looks at while tuning. A paper begins with a line
 *
 *     === id | types | senders | dates | amounts | languages | words of a good name | file name | MIME type
 *
 * whose last two fields may be missing. " / " separates values that are all right, "-" stands for none.
 *
 * @throws Error where a line has too few fields
 */
export async function loadPapers(half: Half): Promise<Paper[]> {
  const texts = await Promise.all(
    [
      half,
      `more-${half}`,
      `everyday-${half}`,
      `languages-${half}`,
      `bills-${half}`,
      `kinds-${half}`,
      `notices-${half}`,
    ].map((name) => readFile(path.join(FOLDER, `${name}.txt`), "utf8")),
  );
  return texts.flatMap((text) =>
    text
      .split(/^=== /mu)
      .slice(1)
      .map((paper) => paperOf(paper, half)),
  );
}

function paperOf(paper: string, half: Half): Paper {
  const end = paper.indexOf("\n");
  const fields = paper
    .slice(0, end)
    .split(" | ")
    .map((field) => field.trim());
  const [id, types, senders, dates, amounts, languages, words, filename = "scan.pdf", mimeType = "application/pdf"] =
    fields;
  if (!id || !types || !senders || !dates || !amounts || !languages || !words)
    throw new Error(`${paper.slice(0, end)}: a paper needs seven fields.`);
  const values = (field: string): (string | null)[] =>
    field.split(" / ").map((value) => (value === "-" ? null : value));
  const sums = values(amounts).map((value) => {
    const [sum, currency] = value?.split(" ") ?? [];
    return sum === undefined ? null : { value: Number(sum), currency: currency ?? null };
  });
  const known = sums.filter((sum) => sum !== null);
  const [language = "-", ...also] = values(languages).map((value) => value ?? "-");
  return {
    sample: {
      file: filename === "scan.pdf" ? `${id}.pdf` : filename,
      group: "papers",
      half,
      bytes: new Uint8Array(),
      mimeType,
      truth: MixedTruth.parse({
        file: filename,
        source: "made up",
        language,
        languages_also: also,
        types: types.split(",").filter((type) => DOCUMENT_TYPES.some((known) => known === type)),
        correspondents: values(senders),
        dates: values(dates),
        amount: known[0] ?? null,
        amounts_also: known.slice(1).map(({ value }) => value),
        amount_optional: sums.includes(null),
        title_any: words.split(","),
        bad: [],
      }),
    },
    pages: paper
      .slice(end + 1)
      .trimEnd()
      .split(/^~~~\n/mu)
      .map((text, index) => ({ page_number: index + 1, text })),
  };
}
