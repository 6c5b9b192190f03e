import type { Bounds } from "./bounds.ts";
import { calendarText, isCalendar } from "./calendar.ts";
import { decodeText } from "./charset.ts";
import { contactsText, isContacts } from "./contacts.ts";
import { withWholeCharacters } from "./content-lines.ts";
import { PageWriter } from "./page-writer.ts";

const BEGINS = /BEGIN:V(?:CALENDAR|CARD)/i;

/** What makes a terminal write in colors. */
const COLORS = /\u001B\[[\d;]{0,30}[A-Za-z]/g;

/** Plain text and Markdown as they are written, where a form feed ends a page; calendars and contacts as what they say. */
export async function readPlain(bytes: Uint8Array, bounds: Bounds): Promise<{ pages: string[] }> {
  const isFolded = BEGINS.test(new TextDecoder("latin1").decode(bytes.subarray(0, 200)));
  const text = await decodeText(isFolded ? withWholeCharacters(bytes) : bytes);
  if (isCalendar(text)) return { pages: flowing((await calendarText(text, bounds)) ?? text, bounds) };
  return { pages: flowing(isContacts(text) ? await contactsText(text, bounds) : text.replace(COLORS, ""), bounds) };
}

/** Flowing text, cut into pages. */
export function flowing(text: string, bounds: Bounds): string[] {
  const pages = new PageWriter(bounds);
  for (const [at, page] of text.split("\f").entries()) {
    if (at > 0) pages.pageBreak();
    pages.line(page);
  }
  return pages.pages();
}
