import { kindOf } from "../../_shared/extraction/schema.ts";
import { numberOf } from "../../_shared/extraction/values.ts";
import type { Candidate } from "./candidate.ts";
import { isWords } from "./fits.ts";
import type { Cell, Row } from "./grid.ts";
import { parseValues } from "./parse.ts";
import { IN_A_ROW, type Place, valuesIn } from "./place.ts";

/** Rows below a label in which its value may stand. */
const BELOW = 2;

/** The values below a label, where none stands beside it. */
export function below(place: Place): Candidate[] {
  const { field, row, cell, nth, rows, index, labels } = place;
  for (const under of rows.slice(index + 1, index + 1 + BELOW)) {
    if (under.page !== row.page) break;
    const target = cellUnder(row, cell, nth, under) ?? onlyDay(place, under);
    if (!target) continue;
    if (labels.find(target.key).some(({ start }) => start <= 1)) break;
    const values = valuesIn(place, target, 0, target.text);
    const isColumn = values.length > 0 && kindOf(field) === "money" && row.cells.length > 1;
    const figures = isColumn ? figuresBelow(place, rows.indexOf(under)) : [];
    if (figures.length > 1) return sumOfColumn(figures).map((one) => ({ ...one, score: one.score + IN_A_ROW }));
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

/** How many rates of tax a breakdown has at most, with their sum. */
const MOST_FIGURES = 12;

/** The amounts of a column, one a row, from a row on. */
function figuresBelow(place: Place, from: number): Candidate[] {
  const { row, cell, nth, rows } = place;
  const figures: Candidate[] = [];
  for (const under of rows.slice(from, from + MOST_FIGURES)) {
    const target = under.page === row.page ? cellUnder(row, cell, nth, under) : null;
    const [value, ...others] = target ? valuesIn(place, target, 0, target.text) : [];
    if (!target || !value || others.length > 0) break;
    figures.push({ ...value, label: cell.text.slice(0, 100), quote: target.text.slice(0, 280) });
  }
  return figures;
}

/** Of a column with an amount for each rate of tax the last one is the paper's, where it is the sum of the others; none otherwise. */
function sumOfColumn(figures: Candidate[]): Candidate[] {
  const amounts = figures.map(({ value }) => numberOf(value) ?? Number.NaN);
  const sum = amounts.slice(0, -1).reduce((all, one) => all + one, 0);
  return Math.abs(sum - amounts.at(-1)!) < 0.005 ? figures.slice(-1) : [];
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
