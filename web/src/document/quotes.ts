/** Where a quote stands: a part, and the span of characters in it. */
export type Place = { part: number; start: number; end: number };

/**
 * Finds a quote in a text that comes in parts (lines, words of a picture, runs of a PDF). Case, spaces, punctuation and the
 * forms of letters do not count: engines differ in them.
 *
 * @returns the stretch of each part that belongs to the quote, in order; empty when it is not there
 */
export function findQuote(parts: string[], quote: string): Place[] {
  const wanted = [...plain(quote)].map(([letter]) => letter).join("");
  if (wanted === "") return [];
  let text = "";
  const origin: { part: number; at: number }[] = [];
  parts.forEach((content, part) => {
    for (const [letter, at] of plain(content)) {
      text += letter;
      for (let unit = 0; unit < letter.length; unit += 1) origin.push({ part, at });
    }
  });
  const found = text.indexOf(wanted);
  if (found < 0) return [];
  const places: Place[] = [];
  for (const { part, at } of origin.slice(found, found + wanted.length)) {
    const last = places.at(-1);
    if (last?.part === part) last.end = at + 1;
    else places.push({ part, start: at, end: at + 1 });
  }
  return places;
}

/** Letters and digits in one form, each with its index in the content. */
function* plain(content: string): Generator<[string, number]> {
  for (let at = 0; at < content.length; at += 1) {
    const letters = content[at]!.normalize("NFKD")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]/gu, "");
    for (const letter of letters) yield [letter, at];
  }
}
