import { kindOf, type ScalarField } from "../../_shared/extraction/schema.ts";
import { below } from "./below.ts";
import { type Candidate, sameValue } from "./candidate.ts";
import { hasColon, isBase, isSaid, isWords, standsBy } from "./fits.ts";
import type { Cell, Row } from "./grid.ts";
import { endInText, startInText, type LabelMatch, type Labels } from "./labels.ts";
import { boxBefore, parseValues, type Reading } from "./parse.ts";
import { IN_A_ROW, type Place, valuesIn } from "./place.ts";

/** Words that may stand before a label in its cell: "Ihre Rechnungsnummer". */
const MOST_BEFORE = 22;
/** Points for words behind a label without a colon: those behind one are likelier. */
const NO_COLON = 8;
/** The values that stand by the labels of fields: behind one, in the cells right of it, or below it. */
export function labelledValues(
  rows: Row[],
  fields: Map<string, ScalarField>,
  labels: Labels,
  reading: Reading,
): Candidate[] {
  const found: Candidate[] = [];
  rows.forEach((row, index) => {
    row.cells.forEach((cell, nth) => {
      const matches = labels.find(cell.key);
      for (const match of matches) {
        if (match.start > MOST_BEFORE) continue;
        const end = endInText(cell.text, match.end);
        const start = startInText(cell.text, match.start);
        for (const path of match.paths) {
          const field = fields.get(path)!;
          // What a day is called is no part of what leads to a sum: "zahlbar in 30 Tagen netto bis …".
          const rivals =
            kindOf(field) === "date"
              ? matches.filter(({ paths }) => paths.some((one) => kindOf(fields.get(one)!) === "date"))
              : matches;
          const next = nextLabel(cell, match, rivals);
          const alone = standsAlone(cell.key.slice(0, match.start), match, matches);
          // Other words before a label make it that of something else: "Lieferschein zur Rechnung 17".
          const score =
            (alone ? 1 : isNamed(field) ? -6 : 0) +
            Math.min(1.5, match.phrase.length / 16) -
            (OF_OTHERS_TOO.has(match.phrase) ? 1 : 0);
          const place = { path, field, row, cell, nth, start, end, next, alone, score, rows, index, labels, reading };
          found.push(...valuesBy(match.compound ? { ...place, compound: true } : place));
        }
      }
    });
  });
  return found;
}

/** Labels by which the numbers of orders and customers stand as well. */
const OF_OTHERS_TOO = new Set(["reference", "referencia", "rujukan", "document number", "document no", "beleg"]);

/** Fields whose label other words change. */
const isNamed = (field: ScalarField): boolean => ["code", "date"].includes(kindOf(field));

const POLITE = new Set(
  "ihre unsere die der das your our the votre notre la le su nuestra vostra nostra uw onze de".split(" "),
);
/** Words between two labels of one heading: "Rechnungsnummer / Datum", "Invoice No. and date". */
const JOINING = new Set("nr no n num und and et y e en".split(" "));

/** Whether nothing but a polite word, or another label that shares the heading, stands before a label. */
function standsAlone(before: string, match: LabelMatch, matches: LabelMatch[]): boolean {
  if (match.start <= 1) return true;
  const words = before.trim().split(" ");
  if (words.every((word) => POLITE.has(word))) return true;
  const other = matches.find(({ start, end }) => start <= 1 && end < match.start);
  if (!other) return false;
  const between = before.slice(other.end).trim();
  return between === "" || between.split(" ").every((word) => JOINING.has(word));
}

/** Where the next label begins in the same cell: what stands behind it is not this one's. */
function nextLabel(cell: Cell, match: LabelMatch, matches: LabelMatch[]): number {
  const after = matches.filter(({ start }) => start > match.end).sort((a, b) => a.start - b.start)[0];
  if (!after) return cell.text.length;
  return endInText(cell.text, after.end) - after.phrase.length;
}

function valuesBy(place: Place): Candidate[] {
  const { field, row, cell, nth, end, next, labels } = place;
  // A label of a sum may hold its rate and its currency: "VAT 20%", "Total (EUR)".
  const behind = cell.text.slice(end, next);
  const box = kindOf(field) === "boolean" ? boxBefore(cell.text.slice(0, place.start)) : null;
  if (box)
    return [
      {
        path: place.path,
        value: box.value,
        page: row.page,
        quote: cell.text.slice(box.start, end).slice(0, 290),
        box: cell.box,
        confidence: cell.confidence,
        score: place.score + 10,
      },
    ];
  const isText = kindOf(field) === "string" && /\p{L}/u.test(behind);
  if (isText && !isSaid(field, behind, place.alone)) return [];
  const own = valuesIn(place, cell, end, behind);
  const points = isText && !hasColon(behind) ? NO_COLON : 10;
  if (own.length > 0) return own.map((one) => ({ ...one, score: one.score + points }));
  const counted = kindOf(field) === "money" || kindOf(field) === "number" || kindOf(field) === "integer";
  if (!standsBy(kindOf(field), behind)) return [];
  if (kindOf(field) === "string" || kindOf(field) === "code") {
    if (/[\p{L}\d]/u.test(behind.replace(/\(.{0,30}\)|\bno\b|\bnr\b|n[°º]|#/giu, ""))) return [];
  }
  const found: Candidate[][] = [];
  let isOpen = kindOf(field) === "money" && isBase(cell.text);
  for (const right of row.cells.slice(nth + 1, nth + (counted ? 7 : 4))) {
    const rightLabels = labels.find(right.key);
    if (rightLabels.some(({ start }) => start <= 1) && !isOnlyValue(place, right)) break;
    const values = valuesIn(place, right, 0, right.text);
    if (values.length > 0) {
      // "19 % USt. auf  100,00  19,00": the first amount is what the rate is of.
      if (isOpen) {
        isOpen = false;
        continue;
      }
      found.push(values);
      if (!counted) break;
    } else if (kindOf(field) === "string" || isWords(right.text)) break;
  }
  // Of several numbers in a row none is the label's own, unless an equation tells: it is a row of a table.
  const [first, ...others] = found;
  if (first) {
    const alike = others.every((values) => values.every(({ value }) => sameValue(value, first[0]!.value)));
    return found.flat().map((one) => ({ ...one, score: one.score + (alike ? 10 : IN_A_ROW) }));
  }
  return below(place);
}

/** Whether a cell is a value for all that a label's word stands in it. */
const isOnlyValue = (place: Place, cell: Cell): boolean =>
  kindOf(place.field) === "money" && parseValues(place.field, cell.text, place.reading).length > 0;
