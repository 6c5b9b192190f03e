import type { DocumentText, TextPage } from "../../_shared/metadata.ts";
import { fenced } from "./fence.ts";
import { whole } from "../../_shared/trim.ts";
import { ranges } from "./page-text.ts";

/** Bounds of one answer: pages that are shown, places of each, characters around a place to each side, words of a query. */
const LIMITS = { pages: 10, places: 3, around: 160, words: 8 };

/** The answer to `search_ocr`: for each page that holds all words of the query, where they stand, with the page's number. */
export async function searchText(text: DocumentText, query: string, fence = fenced()): Promise<string> {
  const words = query.trim().split(/\s+/u).slice(0, LIMITS.words);
  const { pages, total } = await text.search(words, LIMITS.pages);
  if (pages.length === 0)
    return "No page holds all of these words. Try fewer or other ones; the text may have recognition errors.";
  const parts = pages.flatMap((page) => [
    fence.begin(`page ${page.page_number}`),
    placesOf(page, words)
      .map((place) => `… ${place} …`)
      .join("\n") || "(on this page)",
    fence.end(`page ${page.page_number}`),
  ]);
  const more =
    total > pages.length
      ? [
          `These are the first ${pages.length} of ${total} pages (${ranges(pages.map((page) => page.page_number))}). Add a word to narrow the search down.`,
        ]
      : [];
  return [fence.preface, ...parts, ...more].join("\n");
}

/** The words together where they are, across line breaks; else the first place of each. */
function placesOf({ text }: TextPage, words: string[]): string[] {
  const line = text.replace(/\s+/gu, " ");
  const patterns = words.map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"));
  const together = [...line.matchAll(new RegExp(patterns.join("[\\s-]*"), "giu"))];
  const places =
    together.length > 0
      ? together
      : patterns.flatMap((pattern) => [...line.matchAll(new RegExp(pattern, "giu"))].slice(0, 1));
  const shown: { from: number; to: number }[] = [];
  for (const place of places) {
    if (shown.length === LIMITS.places) break;
    if (shown.some(({ from, to }) => place.index >= from && place.index < to)) continue;
    shown.push({ from: Math.max(0, place.index - LIMITS.around), to: place.index + place[0].length + LIMITS.around });
  }
  return shown.map(({ from, to }) => whole(line.slice(from, to)).trim());
}
