import { CASH_LABELS, CHANGE_LABELS, OTHER_SUM_LABELS, TOTAL_LABELS } from "../tables/amounts.ts";
import { DOCUMENT_DATE_LABELS } from "../tables/dates.ts";
import { DOCUMENT_TYPE_EVIDENCE } from "../tables/document-types.ts";
import { FUNCTION_WORDS } from "../tables/function-words.ts";
import { PAPER_WORDS, TOPICS } from "../tables/topics.ts";

/** Shorter words are one letter away from too many others. */
const SHORTEST = 5;

/** The labels that are looked for in pictures. */
const LABELS: readonly string[] = [
  ...TOTAL_LABELS.flatMap(([, ...phrases]) => phrases),
  ...OTHER_SUM_LABELS,
  ...CASH_LABELS,
  ...CHANGE_LABELS,
  ...DOCUMENT_DATE_LABELS,
  ...DOCUMENT_TYPE_EVIDENCE.invoice.flatMap(([, ...phrases]) => phrases),
  ...DOCUMENT_TYPE_EVIDENCE.receipt.flatMap(([, ...phrases]) => phrases),
];

/** Words that labels are made of, by length. */
const LABEL_WORDS = byLength(LABELS);

/** Labels of several words, by what is left when the blanks between them are not read: "totalsales", "taxinvoice". */
const GLUED = new Map(
  LABELS.filter((label) => label.includes(" ") && label.length >= 8).map((label) => [label.replaceAll(" ", ""), label]),
);

/** Words that are right as they are, although a label is near: "charge" is no misread "change". */
const KNOWN = new Set(
  [
    ...Object.values(FUNCTION_WORDS).flat(),
    ...PAPER_WORDS,
    ...Object.values(TOPICS).flat(),
    "charge",
    "charges",
    "seat",
    "table",
    "tables",
    "order",
    "older",
    "border",
    "cases",
    "cashew",
  ].flatMap((phrase) => phrase.split(" ")),
);

/**
 * A key with the words of labels as they were meant, for text that was read from a picture: " lnvqice " becomes " invoice ".
 * One letter may be wrong, missing or too many, or two that look alike; twice that in words of eight letters or more; and the blanks of a
 * label may be missing. Only label words are mended, since a
 * name or a product may be any word.
 */
export function mendedKey(key: string): string {
  return ` ${key.trim().split(" ").map(mendedWord).join(" ")} `;
}

function mendedWord(word: string): string {
  if (word.length < SHORTEST || KNOWN.has(word) || LABEL_WORDS.get(word.length)?.includes(word)) return word;
  const parted = GLUED.get(word);
  if (parted !== undefined) return parted;
  const most = word.length >= 8 ? 2 : 1;
  let best: { word: string; distance: number } | null = null;
  for (let length = word.length - most; length <= word.length + most; length++) {
    for (const label of LABEL_WORDS.get(length) ?? []) {
      const distance = distanceOf(word, label, most);
      if (distance <= most && (!best || distance < best.distance)) best = { word: label, distance };
    }
  }
  return best?.word ?? word;
}

function byLength(phrases: readonly string[]): Map<number, string[]> {
  const words = new Set(
    phrases.flatMap((phrase) => phrase.replaceAll("*", "").split(" ")).filter((word) => word.length >= SHORTEST),
  );
  const lengths = new Map<number, string[]>();
  for (const word of words) lengths.set(word.length, [...(lengths.get(word.length) ?? []), word]);
  return lengths;
}

/** Letters that look alike on poor paper. */
const ALIKE = ["il1tj", "oqc0ed", "nhmu", "vyuw", "ae", "bh8", "s5", "gq9", "rn"];

/** What it costs to take one letter for the other: a half where they look alike. */
function swap(one: string, other: string): number {
  return one === other ? 0 : ALIKE.some((letters) => letters.includes(one) && letters.includes(other)) ? 0.5 : 1;
}

/** Letters that must be changed, added or left out to make one word of the other; more than `most` is told as such. */
function distanceOf(one: string, other: string, most: number): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let at = 1; at <= one.length; at++) {
    const next = [at];
    for (let to = 1; to <= other.length; to++) {
      next.push(Math.min(row[to]! + 1, next[to - 1]! + 1, row[to - 1]! + swap(one[at - 1]!, other[to - 1]!)));
    }
    if (Math.min(...next) > most) return most + 1;
    row = next;
  }
  return row[other.length]!;
}
