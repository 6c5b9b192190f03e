import type { Bounds } from "./bounds.ts";
import { decodeText } from "./charset.ts";
import { PageText } from "./page-text.ts";

/** Plain text and Markdown as they are written; a form feed ends a page. */
export async function readPlain(bytes: Uint8Array, bounds: Bounds): Promise<{ pages: string[] }> {
  return { pages: flowing(await decodeText(bytes), bounds) };
}

/** Flowing text, cut into pages. */
export function flowing(text: string, bounds: Bounds): string[] {
  const pages = new PageText(bounds);
  for (const [at, page] of text.split("\f").entries()) {
    if (at > 0) pages.pageBreak();
    pages.line(page);
  }
  return pages.pages();
}
