import { kindOf, type ScalarField } from "../../_shared/extraction/schema.ts";
import { keyOf } from "../../metadata/local/text.ts";
import type { Box, Value } from "../../_shared/extraction/values.ts";
import type { Cell, Row } from "./grid.ts";
import { fillsCell, goesOn, isCode, isWords, standsBy } from "./fits.ts";
import { endInText, startInText, type LabelMatch, type Labels } from "./labels.ts";
import { boxBefore, type Parsed, parseValues, type Reading } from "./parse.ts";

/** A value that a field may have; the higher its score, the surer. */
export type Candidate = {
  path: string;
  value: Value;
  page: number | null;
  quote: string;
  label?: string;
  box: Box | null;
  confidence: number | null;
  score: number;
};

/** Words that may stand before a label in its cell: "Ihre Rechnungsnummer". */
const MOST_BEFORE = 22;
/** Points for one of several numbers beside a label, and for one below it: not enough without an equation. */
const IN_A_ROW = 3;
/** Rows below a label in which its value may stand. */
const BELOW = 2;

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
          const alone = match.start <= 1 || isPolite(cell.key.slice(0, match.start));
          // Other words before a label make it that of something else: "Lieferschein zur Rechnung 17".
          const score = (alone ? 1 : isNamed(field) ? -5 : 0) + Math.min(1.5, match.phrase.length / 16);
          found.push(
            ...valuesBy({ path, field, row, cell, nth, start, end, next, score, rows, index, labels, reading }),
          );
        }
      }
    });
  });
  return found;
}

/** Fields whose label other words change. */
const isNamed = (field: ScalarField): boolean => ["code", "date"].includes(kindOf(field));

const POLITE = new Set(
  "ihre unsere die der das your our the votre notre la le su nuestra vostra nostra uw onze de".split(" "),
);
const isPolite = (before: string): boolean =>
  before
    .trim()
    .split(" ")
    .every((word) => POLITE.has(word));

/** Where the next label begins in the same cell: what stands behind it is not this one's. */
function nextLabel(cell: Cell, match: LabelMatch, matches: LabelMatch[]): number {
  const after = matches.filter(({ start }) => start > match.end).sort((a, b) => a.start - b.start)[0];
  if (!after) return cell.text.length;
  return endInText(cell.text, after.end) - after.phrase.length;
}

type Place = {
  path: string;
  field: ScalarField;
  row: Row;
  cell: Cell;
  nth: number;
  /** Where the label begins and ends in its cell. */
  start: number;
  end: number;
  next: number;
  score: number;
  rows: Row[];
  index: number;
  labels: Labels;
  reading: Reading;
};

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
  const own = valuesIn(place, cell, end, behind);
  if (own.length > 0) return own.map((one) => ({ ...one, score: one.score + 10 }));
  const counted = kindOf(field) === "money" || kindOf(field) === "number" || kindOf(field) === "integer";
  if (!standsBy(kindOf(field), behind)) return [];
  if (kindOf(field) === "string" || kindOf(field) === "code") {
    if (/[\p{L}\d]/u.test(behind.replace(/\(.{0,30}\)|\bno\b|\bnr\b|n[°º]|#/giu, ""))) return [];
  }
  const found: Candidate[][] = [];
  for (const right of row.cells.slice(nth + 1, nth + (counted ? 7 : 4))) {
    const rightLabels = labels.find(right.key);
    if (rightLabels.some(({ start }) => start <= 1) && !isOnlyValue(place, right)) break;
    const values = valuesIn(place, right, 0, right.text);
    if (values.length > 0) {
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

function below(place: Place): Candidate[] {
  const { field, row, cell, nth, rows, index, labels } = place;
  for (const under of rows.slice(index + 1, index + 1 + BELOW)) {
    if (under.page !== row.page) break;
    const target = cellUnder(row, cell, nth, under) ?? onlyDay(place, under);
    if (!target) continue;
    if (labels.find(target.key).some(({ start }) => start <= 1)) break;
    const values = valuesIn(place, target, 0, target.text);
    if (values.length > 0)
      return values.map((one) => ({
        ...one,
        score: one.score + (kindOf(field) === "money" && row.cells.length > 1 ? IN_A_ROW : 7),
        label: cell.text.slice(0, 100),
        quote: target.text.slice(0, 280),
      }));
    break;
  }
  return [];
}

/** The one day in a row below a label that is the only one of a day in its row: the cells beside it are empty. */
function onlyDay({ field, row, cell, labels, reading }: Place, under: Row): Cell | null {
  if (kindOf(field) !== "date" || cell.box || under.cells.length >= row.cells.length) return null;
  const days = under.cells.filter(({ text }) => parseValues(field, text, reading).length > 0);
  const others = row.cells.filter((other) => other !== cell && labels.find(other.key).length > 0);
  const [day] = days;
  return day && days.length === 1 && others.length === 0 && !isWords(day.text) ? day : null;
}

/** The cell of a row that stands in the column of another row's cell; null where there is none. */
export function cellUnder(row: Row, cell: Cell, nth: number, under: Row): Cell | null {
  if (cell.box) {
    const [x0, , x1] = cell.box;
    const overlap = (other: Cell): number => (other.box ? Math.min(x1, other.box[2]) - Math.max(x0, other.box[0]) : -1);
    const best = [...under.cells].sort((a, b) => overlap(b) - overlap(a))[0];
    if (best?.box && overlap(best) > 0) return best;
    if (best?.box) return null;
  }
  if (under.cells.length === row.cells.length) return under.cells[nth]!;
  return row.cells.length === 1 ? (under.cells[0] ?? null) : null;
}

/** Whether a value fits its field and its place: see fits.ts. */
function fits({ path, field, cell: own }: Place, cell: Cell, from: number, part: string, one: Parsed): boolean {
  const kind = kindOf(field);
  if (kind === "code") {
    const [start, end] = [from + one.start, from + one.end];
    if (!isCode(path, field, cell.text, start, end) || goesOn(cell.text, start, end)) return false;
    return cell === own || fillsCell(field, cell.text, end);
  }
  return standsBy(kind, part.slice(0, one.start));
}

/** The values of the field's kind in a part of a cell. `from`: where that part begins. */
function valuesIn(place: Place, cell: Cell, from: number, part: string): Candidate[] {
  const { path, field, row, score, reading } = place;
  const kind = kindOf(field);
  const values = parseValues(field, part, reading).filter((one) => fits(place, cell, from, part, one));
  const start = place.cell.start;
  return values.map((one, nth) => {
    const end = cell.start + from + one.end;
    const quote = row.text.slice(Math.min(start, cell.start), Math.max(end, start + 2)).slice(0, 290);
    // Of several amounts behind a label the last is the sum: net, tax, total.
    const order = kind === "money" || kind === "number" ? (nth === values.length - 1 ? 0 : -2) : nth === 0 ? 0 : -3;
    return {
      path,
      value: one.value,
      page: row.page,
      quote,
      box: cell.box,
      confidence: cell.confidence,
      score: score + order - (one.sure ? 0 : 2),
    };
  });
}

/** Whether two values are the same to a reader. */
export function sameValue(one: Value, other: Value): boolean {
  if (typeof one === "object" && typeof other === "object") return Math.abs(one.amount - other.amount) < 0.005;
  if (typeof one === "string" && typeof other === "string") return keyOf(one) === keyOf(other);
  return one === other;
}
