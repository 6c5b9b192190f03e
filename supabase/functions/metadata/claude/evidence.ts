import type { DocumentText, Metadata } from "../../_shared/metadata.ts";

export type CheckedEvidence = {
  /** Quotes that stand on their page, or so nearly that recognition errors may be the reason. */
  found: Metadata["evidence"];
  /** The values whose quote does not. */
  missing: string[];
};

/** Share of a quote's runs of three letters that its page must have. */
const NEARLY = 0.7;

/**
 * Looks the quotes up on the pages that they name, without regard to case, white space, hyphens and compatibility forms
 * such as ligatures. A quote that is not found is dropped: evidence that cannot be shown is worse than none. What is
 * kept is checked once more, and to the letter, by the database when it is stored.
 */
export async function checkEvidence(evidence: Metadata["evidence"], text: DocumentText): Promise<CheckedEvidence> {
  const pages = new Map<number, string>();
  const found: Metadata["evidence"] = {};
  const missing: string[] = [];
  for (const [value, quoted] of Object.entries(evidence) as [
    keyof Metadata["evidence"],
    { page: number; quote: string },
  ][]) {
    if (!pages.has(quoted.page)) {
      const [page] = text.numbers.includes(quoted.page) ? await text.read(quoted.page, quoted.page) : [];
      pages.set(quoted.page, fold(page?.text ?? ""));
    }
    if (standsIn(fold(quoted.quote), pages.get(quoted.page)!)) found[value] = quoted;
    else missing.push(value);
  }
  return { found, missing };
}

function standsIn(quote: string, page: string): boolean {
  if (quote === "") return false;
  if (page.includes(quote)) return true;
  // A slip in a letter is recognition; another digit is another amount or day.
  if (!(quote.match(/\d+/g) ?? []).every((digits) => page.includes(digits))) return false;
  const runs = new Set(Array.from({ length: quote.length - 2 }, (_, at) => quote.slice(at, at + 3)));
  return runs.size >= 8 && [...runs].filter((run) => page.includes(run)).length >= NEARLY * runs.size;
}

function fold(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s\u00AD-]+/gu, "");
}
