import type { DocumentType } from "../../../_shared/metadata.ts";
import { LABEL_ENDINGS } from "../tables/document-names.ts";
import { DOCUMENT_TYPE_EVIDENCE } from "../tables/document-types.ts";
import { moneyIn } from "../amounts/money.ts";
import { holds, indexIn, keyOf, wordsOf, type Line } from "../text/text.ts";
import { type Heading, NAMED_OTHERWISE } from "./headings.ts";

// How much a phrase that goes with a type says where it stands.

/** Types whose names are words of any prose or label: without a heading or a short line of their own they say nothing. */
const ONLY_AS_HEADING: readonly DocumentType[] = [
  "quote",
  "order",
  "contract",
  "report",
  "minutes",
  "form",
  "certificate",
  "ticket",
  "cv",
];

export type Loudest = { line: Line; weight: number };

/**
 * What the phrases of a type are worth where they stand in lines: their sum, the loudest of them, and how many of them say
 * more than that they may go with it. A row of the table counts at most twice, so that synonyms do not add up without end.
 *
 * @param joined the keys of all lines: most phrases stand nowhere, and one search in all keys is cheaper than one in each
 */
export function phrasesOf(
  type: Exclude<DocumentType, "other">,
  lines: Line[],
  joined: string,
  heading: Heading | null,
): { score: number; loudest: Loudest | null; phrases: number } {
  let score = 0;
  let loudest: Loudest | null = null;
  const said = new Set<string>();
  for (const [weight, ...phrases] of DOCUMENT_TYPE_EVIDENCE[type]) {
    let row = 0;
    for (const phrase of phrases) {
      const hit =
        indexIn(joined, phrase) < 0 || holds(joined, NAMED_OTHERWISE.get(phrase) ?? [])
          ? null
          : loudestLine(lines, phrase, LONGER.get(phrase) ?? [], type, weight, heading);
      if (!hit || hit.factor === 0) continue;
      row += weight * hit.factor;
      if (weight > 1) said.add(phrase);
      if (!loudest || weight * hit.factor > loudest.weight) loudest = { line: hit.line, weight: weight * hit.factor };
    }
    score += Math.min(row, 2 * weight);
  }
  return { score, loudest, phrases: said.size };
}

/** The phrases that hold a shorter one of the same type: "invoice no" is not "invoice" once more. */
const LONGER = new Map(
  Object.values(DOCUMENT_TYPE_EVIDENCE).flatMap((rows) => {
    const phrases = rows.flatMap(([, ...phrases]) => phrases);
    return phrases.map(
      (phrase) =>
        [phrase, phrases.filter((other) => other !== phrase && ` ${other} `.includes(` ${phrase} `))] as const,
    );
  }),
);

function loudestLine(
  lines: Line[],
  phrase: string,
  longer: readonly string[],
  type: DocumentType,
  weight: number,
  heading: Heading | null,
): { line: Line; factor: number } | null {
  let best: { line: Line; factor: number } | null = null;
  // A receipt has no top: its words count as headings wherever they stand on the one strip of paper.
  const headings = lines.length < 100 ? lines.length : 30;
  for (const line of lines) {
    const at = indexIn(line.key, phrase);
    if (at < 0 || holds(line.key, longer)) continue;
    // "Verdienstabrechnung" is no "Rechnung", "Certificate of Motor Insurance" no certificate.
    if (line === heading?.line && type !== heading.type && heading.name.includes(phrase.replaceAll("*", ""))) continue;
    const factor = isMereWord(line, phrase, at, type, weight) ? 0 : loudness(line, phrase, headings);
    if (!best || factor > best.factor) best = { line, factor };
  }
  return best;
}

/** Whether the name of a type stands as a plain word: within a sentence, before a number ("Contract No"), behind one ("10 minutes"). */
function isMereWord(line: Line, phrase: string, at: number, type: DocumentType, weight: number): boolean {
  // "certifie avoir reçu": the French word for a credit note is a verb as well.
  if (
    phrase === "avoir" &&
    at > 0 &&
    !/ (?:facture|d|votre|notre|cet|un|l|montant de l) $/.test(line.key.slice(0, at + 1))
  )
    return true;
  // "18.09. GUTSCHRIFT ZALANDO SE +39,95": a row of a statement.
  if (type === "credit-note" && /^\d{1,4}[./-]\d{1,2}/u.test(line.text) && moneyIn(line.text).length > 0) return true;
  if (weight < 5 || !ONLY_AS_HEADING.includes(type)) return false;
  if (phrase.length <= 2 && at > 0) return true;
  const words = wordsOf(line.key);
  if (words.length > 12) return true;
  // "Simmer for twenty minutes and season with lemon juice."
  if (words.length >= 6 && at > 0 && /[.;!?]$/u.test(line.text)) return true;
  const after = wordsOf(line.key.slice(at + phrase.replaceAll("*", "").length + 1))[0] ?? "";
  const before = wordsOf(line.key.slice(0, at + 1)).at(-1) ?? "";
  const colon = line.text.indexOf(":");
  // "Estimate: EST-456" labels a number.
  const labelled =
    colon > 0 &&
    keyOf(line.text.slice(0, colon)).trim() === phrase.replaceAll("*", "") &&
    /^\s?\S{0,12}\d/u.test(line.text.slice(colon + 1));
  return labelled || LABEL_ENDINGS.includes(after) || /^\d+$/.test(before);
}

/** A short line near the top that begins with the phrase is a heading; the same words within a sentence say little. */
function loudness(line: Line, phrase: string, headings: number): number {
  const words = wordsOf(line.key).length;
  const onFirstPages = line.page <= 1 ? 1 : 0.5;
  if (words > 9) return 0.4 * onFirstPages;
  const heading = phrase.split(" ").length * 3 >= words || (words <= 5 && indexIn(line.key, phrase) === 0);
  return (heading && line.row < headings ? 1.8 : 1) * onFirstPages;
}
