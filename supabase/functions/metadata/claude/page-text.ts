import type { TextPage } from "../../_shared/metadata.ts";
import { whole } from "../../_shared/trim.ts";
import { fenced } from "./fence.ts";

/** Characters of document text in one answer: about 6,000 tokens, some eight full pages. */
export const MAX_CHARACTERS = 24_000;

/** Of a page that is longer than that, what is shown of its end. */
const TAIL_SHARE = 0.25;

/** An answer to `read_ocr`, and the pages of which it shows text. */
export type ShownPages = { content: string; shown: number[] };

/**
 * The text of some pages as the answer to `read_ocr`: each page between two marks, then what was left out and why, never
 * silently. Pages are given whole; of one that is by itself longer than the cap, its beginning and its end.
 *
 * @param pages the pages from `fromPage` on, as many as an answer may need
 * @param numbers all pages of the document that have text
 */
export function pageText(
  pages: TextPage[],
  numbers: number[],
  fromPage: number,
  toPage: number,
  cap = MAX_CHARACTERS,
  fence = fenced(),
): ShownPages {
  const wanted = numbers.filter((number) => number >= fromPage && number <= toPage);
  if (wanted.length === 0) {
    return { content: `There is no text for these pages. The pages with text are ${ranges(numbers)}.`, shown: [] };
  }

  const parts: string[] = [fence.preface];
  const notes: string[] = [];
  let used = 0;
  const shown: number[] = [];
  for (const page of pages.filter((page) => wanted.includes(page.page_number))) {
    let text = page.text.trim();
    if (used > 0 && used + text.length > cap) break;
    if (text.length > cap) {
      const tail = Math.floor(cap * TAIL_SHARE);
      notes.push(
        `Page ${page.page_number} is long: of its ${text.length} characters the first ${cap - tail} and the last ${tail} are shown. Find what lies between with search_ocr.`,
      );
      text = `${whole(text.slice(0, cap - tail))}\n[…]\n${whole(text.slice(-tail))}`;
    }
    parts.push(
      fence.begin(`page ${page.page_number}`),
      text || "(this page has no text)",
      fence.end(`page ${page.page_number}`),
    );
    used += text.length;
    shown.push(page.page_number);
  }

  const left = wanted.slice(shown.length);
  if (left.length > 0) {
    notes.push(
      `Left out, because an answer holds ${cap} characters: ${pageWord(left)} ${ranges(left)}. Call read_ocr with from_page ${left[0]} to read on, or search_ocr to find where something stands.`,
    );
  }
  const found = new Set(wanted);
  const last = Math.min(toPage, numbers.at(-1) ?? 0);
  const missing: number[] = [];
  for (let number = fromPage; number <= last; number++) if (!found.has(number)) missing.push(number);
  if (missing.length > 0) notes.push(`There is no text for ${pageWord(missing)} ${ranges(missing)}.`);
  if (toPage > last) notes.push(`The last page with text is page ${last}.`);
  return { content: [...parts, ...notes].join("\n"), shown };
}

const pageWord = (numbers: number[]) => (numbers.length === 1 ? "page" : "pages");

/** "1-3, 5" for [1, 2, 3, 5]. */
export function ranges(numbers: number[]): string {
  const runs: [number, number][] = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    if (run && number === run[1] + 1) run[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(", ") || "none";
}
