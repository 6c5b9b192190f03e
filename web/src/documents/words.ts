import { typedFilters } from "./typed.ts";

/** What a search looks for in a text, without its filters: words and phrases, folded. Those after a minus are not looked for. */
export function termsOf(query: string): string[] {
  const plain = typedFilters(query).query.replace(
    /(^|\s)(?:(?:tag|type|from|before|after|source):(?:"[^"]*"|\S+)|pages[<>:=]\S+)/gi,
    " ",
  );
  const found = [...plain.matchAll(/(^|\s)(-?)(?:"([^"]+)"|(\S+))/g)]
    .filter(([, , minus, , word]) => minus === "" && word?.toLowerCase() !== "or")
    .map(([, , , phrase, word]) => fold((phrase ?? word)!).text.trim())
    .filter((term) => term.length > 1 || /[^\p{ASCII}]/u.test(term));
  return [...new Set(found)];
}

export type Span = { start: number; end: number };

/** Where terms stand in a text: whatever their case and accents, also as a part of a word. In their order, none over another. */
export function spansOf(text: string, terms: string[]): Span[] {
  if (terms.length === 0 || text === "") return [];
  const { text: folded, origin } = fold(text);
  const spans: Span[] = [];
  for (const term of terms)
    for (const form of formsOf(term))
      for (let at = folded.indexOf(form); at >= 0; at = folded.indexOf(form, at + form.length)) {
        // Short words stand by themselves: "an" is not looked for in "plan".
        if (form.length < 4 && /^\p{ASCII}*$/u.test(form) && isLetter(folded[at - 1]) && isLetter(folded[at])) continue;
        spans.push({ start: origin[at]!, end: origin[at + form.length - 1]! + 1 });
      }
  spans.sort((a, b) => a.start - b.start || b.end - a.end);
  let until = 0;
  return spans.filter(({ start, end }) => {
    if (start < until) return false;
    until = end;
    return true;
  });
}

/** "ä" may be written "ae". */
const formsOf = (term: string): string[] => {
  const other = term.replace(/ae/g, "a").replace(/oe/g, "o").replace(/ue/g, "u");
  return other === term ? [term] : [term, other];
};

const isLetter = (sign: string | undefined): boolean => sign !== undefined && /[\p{L}\p{N}]/u.test(sign);

/** In lower case and without accents, each white space as one space, with the place that each sign comes from. */
function fold(text: string): { text: string; origin: number[] } {
  // A list: to look at the end of a text that grows would copy it each time.
  const folded: string[] = [];
  const origin: number[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at]!;
    const plain = /\s/.test(sign)
      ? folded.at(-1) === " "
        ? ""
        : " "
      : sign < "\u0080"
        ? sign.toLowerCase()
        : sign.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace("ß", "ss");
    for (let unit = 0; unit < plain.length; unit += 1) origin.push(at);
    if (plain) folded.push(plain);
  }
  return { text: folded.join(""), origin };
}
