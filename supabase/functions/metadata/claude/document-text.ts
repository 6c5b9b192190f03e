import type { DescribeInput, DocumentText, TextPage } from "../../_shared/metadata.ts";

/** The text of the document as the agent's tools read it: by its port, or out of the pages that were handed over. */
export function textOf({ text, pages }: Pick<DescribeInput, "text" | "pages">): DocumentText {
  return (
    text ?? {
      numbers: pages.map((page) => page.page_number),
      read: async (from, to) => pages.filter((page) => page.page_number >= from && page.page_number <= to),
      async search(words, atMost) {
        const found = pages.filter((page) =>
          words.every((word) => page.text.toLowerCase().includes(word.toLowerCase())),
        );
        return { pages: found.slice(0, atMost), total: found.length };
      },
    }
  );
}

/** Reads page after page of the given numbers until they hold `characters` or there are no more; never the whole of a long document. */
export async function readUntil(text: DocumentText, numbers: number[], characters: number): Promise<TextPage[]> {
  const pages: TextPage[] = [];
  for (let next = 0, held = 0; next < numbers.length && held <= characters; next += PAGES_AT_ONCE) {
    const some = numbers.slice(next, next + PAGES_AT_ONCE);
    pages.push(...(await text.read(some[0]!, some.at(-1)!)));
    held = pages.reduce((sum, page) => sum + page.text.length, 0);
  }
  return pages;
}

const PAGES_AT_ONCE = 8;
