import { decodeText } from "./charset.ts";
import { PageText } from "./page-text.ts";

/** Plain text and Markdown as they are written; a form feed ends a page. */
export async function readPlain(bytes: Uint8Array): Promise<{ pages: string[] }> {
  return { pages: flowing(await decodeText(bytes)) };
}

/** Flowing text, cut into pages. */
export function flowing(text: string): string[] {
  const pages = new PageText();
  for (const [at, page] of text.split("\f").entries()) {
    if (at > 0) pages.pageBreak();
    pages.line(page);
  }
  return pages.pages();
}
