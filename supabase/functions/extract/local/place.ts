import { kindOf, type ScalarField } from "../../_shared/extraction/schema.ts";
import type { Candidate } from "./candidate.ts";
import { fillsCell, goesOn, isBase, isCode, isNumbered, isOfADiscount, standsBy } from "./fits.ts";
import type { Cell, Row } from "./grid.ts";
import type { Labels } from "./labels.ts";
import { type Parsed, parseValues, type Reading, titledNumber } from "./parse.ts";

/** Points for one of several numbers beside a label, and for one below it: not enough without an equation. */
export const IN_A_ROW = 3;

/** Where the label of a field stands, and what is around it. */
export type Place = {
  path: string;
  field: ScalarField;
  row: Row;
  cell: Cell;
  nth: number;
  /** Where the label begins and ends in its cell. */
  start: number;
  end: number;
  next: number;
  /** No other words stand before the label. */
  alone: boolean;
  /** The label is the end of a longer word. */
  compound?: true;
  score: number;
  rows: Row[];
  index: number;
  labels: Labels;
  reading: Reading;
};

/** Whether a value fits its field and its place: see fits.ts. */
function fits(place: Place, cell: Cell, from: number, part: string, one: Parsed): boolean {
  const { path, field, cell: own } = place;
  const kind = kindOf(field);
  if (kind === "code") {
    const [start, end] = [from + one.start, from + one.end];
    if (!isCode(path, field, cell.text, start, end) || goesOn(cell.text, start, end)) return false;
    if (place.compound && !isNumbered(part.slice(0, one.start), String(one.value))) return false;
    return cell === own || fillsCell(field, cell.text, end);
  }
  if (kind === "money" && isBase(cell.text.slice(0, from + one.start))) return false;
  if (kind === "date" && isOfADiscount(part.slice(one.end))) return false;
  return standsBy(kind, part.slice(0, one.start));
}

/** The values of the field's kind in a part of a cell. `from`: where that part begins. */
export function valuesIn(place: Place, cell: Cell, from: number, part: string): Candidate[] {
  const { path, field, row, score, reading } = place;
  const kind = kindOf(field);
  const parsed = parseValues(field, part, reading);
  const all = kind === "code" && parsed.length === 0 && cell === place.cell ? titledNumber(part) : parsed;
  const values = all.filter((one) => fits(place, cell, from, part, one));
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
