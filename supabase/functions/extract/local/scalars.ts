import { kindOf, type ScalarField } from "../../_shared/extraction/schema.ts";
import { keyOf } from "../../metadata/local/text.ts";
import type { Box, Value } from "../../_shared/extraction/values.ts";
import type { Cell, Row } from "./grid.ts";
import { endInText, type LabelMatch, type Labels } from "./labels.ts";
import { parseValues, type Reading } from "./parse.ts";

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
        const next = nextLabel(cell, match, matches);
        for (const path of match.paths) {
          const field = fields.get(path)!;
          const score = (match.start <= 1 ? 1 : 0) + Math.min(1.5, match.phrase.length / 16);
          found.push(...valuesBy({ path, field, row, cell, nth, end, next, score, rows, index, labels, reading }));
        }
      }
    });
  });
  return found;
}

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
  const own = valuesIn(place, cell, end, behind);
  if (own.length > 0) return own.map((one) => ({ ...one, score: one.score + 10 }));
  if (kindOf(field) === "string" || kindOf(field) === "code") {
    if (/[\p{L}\d]/u.test(behind.replace(/\(.{0,30}\)|\bno\b|\bnr\b|n[°º]|#/giu, ""))) return [];
  }
  for (const right of row.cells.slice(nth + 1, nth + 4)) {
    const rightLabels = labels.find(right.key);
    if (rightLabels.some(({ start }) => start <= 1) && !isOnlyValue(place, right)) break;
    const values = valuesIn(place, right, 0, right.text);
    if (values.length > 0) return values.map((one) => ({ ...one, score: one.score + 10 }));
    if (kindOf(field) === "string") break;
  }
  return below(place);
}

/** Whether a cell is a value for all that a label's word stands in it. */
const isOnlyValue = (place: Place, cell: Cell): boolean =>
  kindOf(place.field) === "money" && parseValues(place.field, cell.text, place.reading).length > 0;

function below(place: Place): Candidate[] {
  const { row, cell, nth, rows, index, labels } = place;
  for (const under of rows.slice(index + 1, index + 1 + BELOW)) {
    if (under.page !== row.page) break;
    const target = cellUnder(row, cell, nth, under);
    if (!target) continue;
    if (labels.find(target.key).some(({ start }) => start <= 1)) break;
    const values = valuesIn(place, target, 0, target.text);
    if (values.length > 0)
      return values.map((one) => ({
        ...one,
        score: one.score + 7,
        label: cell.text.slice(0, 100),
        quote: target.text.slice(0, 280),
      }));
    break;
  }
  return [];
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

/** The values of the field's kind in a part of a cell. `from`: where that part begins. */
function valuesIn(place: Place, cell: Cell, from: number, part: string): Candidate[] {
  const { path, field, row, score, reading } = place;
  const kind = kindOf(field);
  const values = parseValues(field, part, reading);
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
