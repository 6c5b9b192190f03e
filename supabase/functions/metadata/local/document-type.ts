import type { DocumentType } from "../../_shared/metadata.ts";
import { DOCUMENT_TYPE_EVIDENCE } from "./tables/document-types.ts";
import { holds, indexIn, wordsOf, type Finding, type Line } from "./text.ts";

/** Below this the evidence is too thin, and the type is `other`. One plain name of a type in a short line is enough. */
const ENOUGH = 4;

/** Characters in a line of a till's printer. */
const TILL_WIDTH = 48;
const TIME_OF_DAY =
  /(?<![\d:.])(?:[01]?\d|2[0-3])[:.][0-5]\d(?:[:.][0-5]\d)?\s?(?:[ap]\.?m\b)|(?<![\d:.])(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?![\d:])/iu;

/**
 * The type that most evidence speaks for, with the line that speaks loudest; `other` (and no finding) where none is
 * strong enough. A row of the table counts at most twice, so that synonyms do not add up without end.
 */
export function findDocumentType(
  lines: Line[],
  { picture = false }: { picture?: boolean } = {},
): { type: DocumentType; finding: Finding<DocumentType> | null } {
  let best: { type: DocumentType; score: number; line: Line | null } = { type: "other", score: 0, line: null };
  // Most phrases stand nowhere: one search in all keys together is cheaper than one in each.
  const all = lines.map(({ key }) => key).join("");
  for (const [type, rows] of Object.entries(DOCUMENT_TYPE_EVIDENCE) as [
    Exclude<DocumentType, "other">,
    (typeof DOCUMENT_TYPE_EVIDENCE)[Exclude<DocumentType, "other">],
  ][]) {
    let score = type === "receipt" && picture ? stripOfPaper(lines) : 0;
    let loudest: { line: Line; weight: number } | null = null;
    for (const [weight, ...phrases] of rows) {
      let row = 0;
      for (const phrase of phrases) {
        const hit = indexIn(all, phrase) < 0 ? null : loudestLine(lines, phrase, LONGER.get(phrase) ?? []);
        if (!hit) continue;
        row += weight * hit.factor;
        if (!loudest || weight * hit.factor > loudest.weight) loudest = { line: hit.line, weight: weight * hit.factor };
      }
      score += Math.min(row, 2 * weight);
    }
    if (score > best.score) best = { type, score, line: loudest?.line ?? null };
  }
  if (best.score < ENOUGH || !best.line) return { type: "other", finding: null };
  return { type: best.type, finding: { value: best.type, page: best.line.page, quote: best.line.text } };
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

function loudestLine(lines: Line[], phrase: string, longer: readonly string[]): { line: Line; factor: number } | null {
  let best: { line: Line; factor: number } | null = null;
  // A receipt has no top: its words count as headings wherever they stand on the one strip of paper.
  const headings = lines.length < 100 ? lines.length : 30;
  for (const line of lines) {
    if (indexIn(line.key, phrase) < 0 || holds(line.key, longer)) continue;
    const factor = loudness(line, phrase, headings);
    if (!best || factor > best.factor) best = { line, factor };
  }
  return best;
}

/** A short line near the top that begins with the phrase is a heading; the same words within a sentence say little. */
function loudness(line: Line, phrase: string, headings: number): number {
  const words = wordsOf(line.key).length;
  const onFirstPages = line.page <= 1 ? 1 : 0.5;
  if (words > 9) return 0.4 * onFirstPages;
  const heading = phrase.split(" ").length * 3 >= words || (words <= 5 && indexIn(line.key, phrase) === 0);
  return (heading && line.row < headings ? 1.8 : 1) * onFirstPages;
}

/** What the look of a picture says for a receipt: one page of short lines, as a till prints them, and the time of day. */
function stripOfPaper(lines: Line[]): number {
  if (lines.length < 6 || lines.some(({ page }) => page > 1)) return 0;
  const short = lines.filter(({ text }) => text.length <= TILL_WIDTH).length;
  const timed = lines.some(({ text }) => TIME_OF_DAY.test(text));
  return (short >= lines.length * 0.9 ? 3 : 0) + (timed ? 2 : 0);
}
