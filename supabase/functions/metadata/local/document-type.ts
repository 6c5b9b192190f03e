import type { DocumentType } from "../../_shared/metadata.ts";
import { DOCUMENT_TYPE_EVIDENCE } from "./tables/document-types.ts";
import { indexIn, wordsOf, type Finding, type Line } from "./text.ts";

/** Below this the evidence is too thin, and the type is `other`. One plain name of a type in a short line is enough. */
const ENOUGH = 4;

/**
 * The type that most evidence speaks for, with the line that speaks loudest; `other` (and no finding) where none is
 * strong enough. A row of the table counts at most twice, so that synonyms do not add up without end.
 */
export function findDocumentType(lines: Line[]): { type: DocumentType; finding: Finding<DocumentType> | null } {
  let best: { type: DocumentType; score: number; line: Line | null } = { type: "other", score: 0, line: null };
  for (const [type, rows] of Object.entries(DOCUMENT_TYPE_EVIDENCE) as [Exclude<DocumentType, "other">, (typeof DOCUMENT_TYPE_EVIDENCE)[Exclude<DocumentType, "other">]][]) {
    let score = 0;
    let loudest: { line: Line; weight: number } | null = null;
    for (const [weight, ...phrases] of rows) {
      let row = 0;
      for (const phrase of phrases) {
        const hit = loudestLine(lines, phrase);
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

function loudestLine(lines: Line[], phrase: string): { line: Line; factor: number } | null {
  let best: { line: Line; factor: number } | null = null;
  // A receipt has no top: its words count as headings wherever they stand on the one strip of paper.
  const headings = lines.length < 100 ? lines.length : 30;
  for (const line of lines) {
    if (indexIn(line.key, phrase) < 0) continue;
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
