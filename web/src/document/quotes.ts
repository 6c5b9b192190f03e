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
  return withSigns(parts, quote, placesOf(origin.slice(found, found + wanted.length)));
}

function placesOf(letters: { part: number; at: number }[]): Place[] {
  const places: Place[] = [];
  for (const { part, at } of letters) {
    const last = places.at(-1);
    if (last?.part === part) last.end = at + 1;
    else places.push({ part, start: at, end: at + 1 });
  }
  return places;
}

/** A quote goes on through its signs, too: those between its parts, and those that it begins and ends with, as a "£". */
function withSigns(parts: string[], quote: string, places: Place[]): Place[] {
  places.forEach((place, index) => {
    if (index > 0) place.start = 0;
    if (index < places.length - 1) place.end = parts[place.part]!.length;
  });
  const first = places[0]!;
  const last = places.at(-1)!;
  for (const sign of [...(/^[^\p{L}\p{N}]*/u.exec(quote)?.[0] ?? "")].reverse()) {
    const before = parts[first.part]!.slice(0, first.start).trimEnd();
    if (sign.trim() !== "" && before.endsWith(sign)) first.start = before.length - sign.length;
  }
  for (const sign of /[^\p{L}\p{N}]*$/u.exec(quote)?.[0] ?? "") {
    const rest = parts[last.part]!.slice(last.end);
    const gap = rest.length - rest.trimStart().length;
    if (sign.trim() !== "" && rest.startsWith(sign, gap)) last.end += gap + sign.length;
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
