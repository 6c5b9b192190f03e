import type { DocumentType } from "../../../_shared/metadata.ts";
import { CONFIDENCE } from "../confidence.ts";
import { headingDates, isOfAMeeting, beginsAsHeading } from "./date-headings.ts";
import { labelScore } from "./date-labels.ts";
import { readsDayFirst } from "./date-order.ts";
import { scoreOf } from "./date-score.ts";
import { isOfAPeriod, isBirthDate } from "./other-days.ts";
import { moneyIn } from "../amounts/money.ts";
import { hasWords, keyOf, type Finding, type Line } from "../text/text.ts";
import { isoOf, type WrittenDate, writtenDates } from "./written-dates.ts";

/** Years before the latest day of a paper after which a day without a label is none of its own. */
const LONG_BEFORE = 8;

/**
 * The date that the document bears, as YYYY-MM-DD with the line it stands in; null where no date is labelled or placed
 * as one, or where day and month cannot be told apart.
 *
 * @param labelled whether only a label tells: on a card the days of birth, of issue and of expiry stand beside each other
 */
export function findDocumentDate(
  lines: Line[],
  type: DocumentType,
  language: string | null,
  { labelled = false } = {},
): Finding<string> | null {
  const dayFirst = readsDayFirst(lines, language);
  type Candidate = { iso: string; line: Line; date: WrittenDate; score: number; label: boolean };
  let best: Candidate | null = null;
  let latest = 0;
  const seen = new Map<string, number>();
  const candidates: Candidate[] = [];
  const headings = headingDates(lines, type, dayFirst);
  lines.forEach((line, index) => {
    const dates = writtenDates(line.text, dayFirst);
    for (const date of dates) {
      latest = Math.max(latest, date.year);
      if (date.ambiguous && dayFirst === null) continue;
      if (isOfAPeriod(date, dates, line) || isBirthDate(date, lines, index)) continue;
      const iso = isoOf(date);
      seen.set(iso, (seen.get(iso) ?? 0) + 1);
      candidates.push({
        iso,
        line,
        date,
        // Of several headings none tells the day: they list other papers.
        ...(headings > 1 && beginsAsHeading(line, date, type)
          ? { score: -1, label: false }
          : {
              score: scoreOf(lines, index, date, type),
              label: labelScore(lines, index, date, type) > 0 || isOfAMeeting(line, date, type),
            }),
      });
    }
  });
  // Without a label, one of several days is a guess; a receipt and a ticket have theirs on top.
  const unlabelled = candidates.filter(({ score, label }) => score > 0 && !label);
  const guess = type !== "receipt" && type !== "ticket" && new Set(unlabelled.map(({ iso }) => iso)).size > 1;
  for (const candidate of candidates) {
    // A day without a label, long before another one, is when somebody was born, or something began.
    if (!candidate.label && candidate.date.year <= latest - LONG_BEFORE) continue;
    if (labelled && !candidate.label) continue;
    if (guess && !candidate.label && !(candidate.line.page === 1 && candidate.line.row < 4 && standsAlone(candidate)))
      continue;
    const score = candidate.score + Math.min(1, 0.5 * ((seen.get(candidate.iso) ?? 1) - 1));
    // "Balance on 27.02.2026 …", "Balance on 31.03.2026 …": a statement is of the day of its last balance.
    const closing =
      best !== null && type === "bank-statement" && isSameLabel(best, candidate) && candidate.iso > best.iso;
    if (score > 0 && (!best || score > best.score || closing)) best = { ...candidate, score };
  }
  return (
    best && {
      value: best.iso,
      page: best.line.page,
      quote: quoteOf(best.line, best.date),
      confidence: confidenceOf(best, type),
    }
  );
}

/** Whether the same words stand before two days, and a sum behind both. */
function isSameLabel(one: { line: Line; date: WrittenDate }, other: { line: Line; date: WrittenDate }): boolean {
  const [label, same] = [one, other].map(({ line, date }) => keyOf(line.text.slice(0, date.start)));
  return label === same && [one, other].every(({ line, date }) => moneyIn(line.text.slice(date.end)).length > 0);
}

function confidenceOf({ label, score }: { label: boolean; score: number }, type: DocumentType): number {
  const { labelled, plain, alone, till } = CONFIDENCE.date;
  if (label) return score >= 5 ? labelled : plain;
  return type === "receipt" ? till : alone;
}

/** Whether a date stands in a cell with no other number: "York, 3 May 2024", and not "3. 14.02.1988 YORK". */
function standsAlone({ line, date }: { line: Line; date: WrittenDate }): boolean {
  const written = line.text.slice(date.start, date.end);
  const cell = line.cells.find((text) => text.includes(written)) ?? line.text;
  return !/\d/.test(cell.replace(written, ""));
}

/** The cell that a date stands in, and where it begins that cell, its label to the left; marks alone may stand between. */
function quoteOf(line: Line, date: WrittenDate): string {
  let from = 0;
  for (const [index, cell] of line.cells.entries()) {
    const end = from + cell.length;
    if (date.start >= end) {
      from = end + 1;
      continue;
    }
    if (date.end > end) break;
    if (hasWords(line.text.slice(from, date.start))) return cell;
    let first = index;
    while (first > 0 && (first === index || !hasWords(line.cells[first]!))) first--;
    return line.cells.slice(first, index + 1).join(" ");
  }
  return line.text;
}
