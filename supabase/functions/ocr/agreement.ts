import type { ReadPages } from "../_shared/pages.ts";

/**
 * Reads with one engine and checks it against another: how much of their words two readings of a page have in common becomes
 * the page's confidence. A model that makes up a text agrees with nothing. Where the check fails, the page goes unchecked.
 */
export function checkedAgainst(check: ReadPages, read: ReadPages): ReadPages {
  return async (file, pageNumbers, signal, budget) => {
    const checking = check(file, pageNumbers, signal).catch(() => []);
    const [pages, checks] = await Promise.all([read(file, pageNumbers, signal, budget), checking]);
    const texts = new Map(checks.map((page) => [page.page_number, page.text]));
    return pages.map((page) => {
      const other = texts.get(page.page_number);
      return other === undefined ? page : { ...page, confidence: agreement(page.text, other) };
    });
  };
}

/** The share of words, 0 to 1, that two readings have in common (Dice's coefficient over all words); null when neither has any. */
export function agreement(one: string, other: string): number | null {
  const counts = new Map<string, number>();
  const words = wordsOf(one);
  const others = wordsOf(other);
  if (words.length + others.length === 0) return null;
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of others) {
    const left = counts.get(word) ?? 0;
    if (left === 0) continue;
    common += 1;
    counts.set(word, left - 1);
  }
  return Math.round((200 * common) / (words.length + others.length)) / 100;
}

const wordsOf = (text: string): string[] =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? [];
