import type { DocumentType } from "../../../_shared/metadata.ts";
import { FUNCTION_WORDS } from "../tables/function-words.ts";
import { CAPTIONS } from "../tables/captions.ts";
import { monthNames } from "../tables/months.ts";
import { HONORIFICS, LEGAL_WORDS, STOP_WORDS } from "../tables/stop-words.ts";
import { PAPER_WORDS } from "../tables/topics.ts";
import { keyOf, lowered, wordsOf, type Line } from "../text/text.ts";

/** What is known of a text before its terms are looked for. `names`: who it is from and between, which are no terms. */
export type TermContext = {
  type: DocumentType;
  language: string | null;
  subject: string | null;
  names: readonly string[];
};

/** One word or two words side by side, with how often and how they are written. */
type Term = {
  stems: string[];
  weight: number;
  lower: number;
  capital: number;
  running: number;
  inSubject: boolean;
  written: Map<string, number>;
};

/** A heading says more of what a text is about than a line of it, the subject more still. */
const WEIGHT = { line: 1, heading: 2, subject: 3 };
/** How many pairs of words are taken at most; single words say the rest. */
const MOST_PAIRS = 2;
/** Below this a word or a pair of words is chance. */
const ENOUGH = 3;
/** A single word of a long text also stands in this share of its lines: a "mill" that is mentioned now and then is no topic. */
const SHARE_OF_LINES = 0.07;

const NO_TERMS = new Set([
  ...PAPER_WORDS,
  ...STOP_WORDS,
  ...CAPTIONS,
  ...Object.values(FUNCTION_WORDS).flat(),
  ...monthNames()
    .flat()
    .map((name) => keyOf(name).trim()),
]);

/**
 * What a text is about in its own words, the most telling first: words, or two words that stand side by side, which come
 * back in several lines or stand in headings and the subject. Names are left out: words that are always in capitals, or,
 * in German, which writes all its nouns so, everything else.
 */
export function termsOf(lines: Line[], context: TermContext): string[] {
  const singles = new Map<string, Term>();
  const pairs = new Map<string, Term>();
  const ownWords = new Set(
    context.names.flatMap((name) => wordsOf(keyOf(name)).map((word) => stemOf(word, context.language))),
  );
  const seen = new Set<string>();
  const count = (text: string, weight: number) => {
    const once = new Set<string>();
    const running = weight === WEIGHT.line && /\s\p{Ll}{2,}\s/u.test(text);
    let before = "";
    let previous: { stem: string; own: boolean; word: string; start: number; end: number } | null = null;
    for (const match of text.matchAll(/\p{L}[\p{L}\p{M}]*(?:-\p{L}+)*/gu)) {
      const word = match[0];
      const end = match.index + word.length;
      // "Restoring the brook": a form of a verb, where "sampling team" and "training" are things.
      const verb =
        context.language === "en" &&
        /ing$/i.test(word) &&
        NO_TERMS.has(wordsOf(keyOf(text.slice(end, end + 12)))[0] ?? "");
      // "Frau Blume" is nobody's topic.
      const stem = verb || HONORIFICS.includes(before) ? null : contentStem(word, context);
      before = keyOf(word).trim();
      const beside = previous !== null && match.index === previous.end + 1 && text[previous.end] === " ";
      const own = stem !== null && ownWords.has(stem);
      if (stem) {
        if (!own) note(singles, [stem], word, weight, once, running && match.index > 0);
        // In the subject a word of the sender's name may be half of a term: "Garden Maintenance" by "Smith Garden Design".
        const named = previous && (weight === WEIGHT.subject ? own && previous.own : own || previous.own);
        if (beside && previous && !named)
          note(pairs, [previous.stem, stem], `${previous.word} ${word}`, weight, once, running && previous.start > 0);
      }
      previous = stem ? { stem, own, word, start: match.index, end } : null;
    }
  };
  if (context.subject) count(context.subject, WEIGHT.subject);
  for (const line of lines) {
    // The head and foot of every page are one line, not many.
    const known = line.key.replace(/\d+/g, "");
    const words = wordsOf(line.key).length;
    if (words >= 4 && seen.has(known)) continue;
    seen.add(known);
    // A row of a table is short too, but it holds an amount.
    const heading = words <= 6 && /^[\p{Lu}\d]/u.test(line.text) && !/[.,;:?]$|\d[.,]\d/u.test(line.text);
    // The headings of a contract name its clauses, and every contract has the same.
    count(line.text, heading && context.type !== "contract" ? WEIGHT.heading : WEIGHT.line);
  }
  const found = chosen(singles, context.language === "de" ? new Map() : pairs, context.language, lines.length);
  // Of a paper that nothing else is known of, any word that comes back says more than none.
  return found.length === 0 && context.type === "other"
    ? chosen(singles, new Map(), context.language, lines.length, () => true)
    : found;
}

function note(
  terms: Map<string, Term>,
  stems: string[],
  written: string,
  weight: number,
  once: Set<string>,
  running: boolean,
): void {
  const key = stems.join(" ");
  const term = terms.get(key) ?? {
    stems,
    weight: 0,
    lower: 0,
    capital: 0,
    running: 0,
    inSubject: false,
    written: new Map<string, number>(),
  };
  if (!once.has(key)) term.weight += weight;
  once.add(key);
  if (/^\p{Lu}/u.test(written)) term.capital += 1;
  else term.lower += 1;
  if (running) term.running += 1;
  if (weight === WEIGHT.subject) term.inSubject = true;
  const form = lowered(written);
  term.written.set(form, (term.written.get(form) ?? 0) + 1);
  terms.set(key, term);
}

/** The stem of a word that may be a term; null for small words, months, adverbs, forms of verbs. */
function contentStem(word: string, { type, language }: TermContext): string | null {
  const key = keyOf(word).trim();
  if (word.length < 4 || word.length > 30 || NO_TERMS.has(key) || (type === "contract" && LEGAL_WORDS.has(key)))
    return null;
  if (language === "en" && /(?:ly|ed)$/.test(key)) return null;
  const stem = stemOf(key, language);
  return NO_TERMS.has(stem) ? null : stem;
}

/** What the forms of a word have in common: number and case, as far as an ending tells them. */
function stemOf(key: string, language: string | null): string {
  if (language === "de") return key.length > 6 ? key.replace(/(?:es|en|s|n|e)$/, "") : key;
  return key.length > 4 ? key.replace(/ies$/, "y").replace(/(?<![sui])s$/, "") : key;
}

/**
 * The strongest pairs first, which say more than one of their words does, then the words that are in none of them: as
 * they are written most, in German in the shortest form, which is the one without an ending of its case.
 */
function chosen(
  singles: Map<string, Term>,
  pairs: Map<string, Term>,
  language: string | null,
  lines: number,
  common = (stem: string) => isCommon(singles.get(stem), language),
): string[] {
  const strongest = (terms: Map<string, Term>, enough = ENOUGH) =>
    [...terms.values()]
      .filter(
        (term) =>
          (term.weight >= enough || (term.inSubject && term.weight >= ENOUGH)) &&
          (term.inSubject || term.stems.every(common)),
      )
      .sort((a, b) => Number(b.inSubject) - Number(a.inSubject) || b.weight - a.weight);
  const taken = new Set<string>();
  const take = (terms: Term[], most: number) => {
    const found: Term[] = [];
    for (const term of terms) {
      if (found.length === most) break;
      if (term.stems.some((stem) => taken.has(stem))) continue;
      for (const stem of term.stems) taken.add(stem);
      found.push(term);
    }
    return found;
  };
  return [
    ...take(strongest(pairs), MOST_PAIRS),
    ...take(strongest(singles, Math.max(ENOUGH, lines * SHARE_OF_LINES)), Infinity),
  ].map(
    ({ written }) =>
      [...written].sort(
        ([a, timesA], [b, timesB]) => (language === "de" ? 0 : timesB - timesA) || a.length - b.length,
      )[0]![0],
  );
}

/**
 * Whether a word is no name. German writes its nouns in capitals and nothing else, and a name that signs or is a contact
 * stands in short lines alone; the other languages write names in capitals.
 */
function isCommon(term: Term | undefined, language: string | null): boolean {
  if (!term) return false;
  const { lower, capital, running } = term;
  return language === "de" ? capital > 0 && lower === 0 && running > 0 : lower > 0;
}
