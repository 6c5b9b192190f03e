import type { Lesson } from "../../_shared/extraction/lessons.ts";
import type { ScalarField } from "../../_shared/extraction/schema.ts";
import { foldSpace } from "../../metadata/local/text/text.ts";
import { type Row, rowsOf } from "../local/grid.ts";
import type { Reading } from "../local/parse.ts";
import { cellUnder } from "../local/below.ts";
import { standsIn } from "./occurrences.ts";
import { alike, lastWords } from "./surroundings.ts";
import { pageOf } from "./taught.ts";

/** A line of headings of a sender's tables, cell by cell, and the fields of the columns that were corrected. */
export type TaughtHeading = { cells: string[]; columns: Map<number, string> };

/** The headings above corrected cells. Corrections of several columns of one table are one line of headings. */
export function taughtHeadings(lessons: Lesson[], fields: Map<string, ScalarField>, reading: Reading): TaughtHeading[] {
  const found: TaughtHeading[] = [];
  for (const lesson of lessons) {
    const field = fields.get(lesson.path);
    if (!field) continue;
    for (const place of lesson.places) {
      const rows = rowsOf([pageOf(place)]);
      const line = foldSpace(place.line);
      const heading = headingAbove(
        rows,
        rows.findIndex(({ text }) => text === line),
        lesson,
        field,
        reading,
      );
      if (!heading) continue;
      const known = found.find(({ cells }) => cells.join("|") === heading.cells.join("|"));
      // The price of one piece is also what it comes to: another column has the last of the two.
      const column = heading.columns.find((one) => !known?.columns.has(one)) ?? heading.columns[0]!;
      if (known) known.columns.set(column, lesson.path);
      else found.push({ cells: heading.cells, columns: new Map([[column, lesson.path]]) });
      break;
    }
  }
  return found;
}

/** The nearest line of words above a value, and the columns in which the value stands, the last one first. */
function headingAbove(
  rows: Row[],
  at: number,
  lesson: Lesson,
  field: ScalarField,
  reading: Reading,
): { cells: string[]; columns: number[] } | null {
  const row = rows[at];
  if (!row) return null;
  const holding = row.cells
    .flatMap((cell, nth) => (standsIn(cell, lesson.value, field, reading) === null ? [] : [nth]))
    .reverse();
  for (const above of rows.slice(0, at).reverse()) {
    if (above.cells.length < 2 || /\d{3}/.test(above.text)) continue;
    if (2 * above.cells.filter(({ text }) => /\d/.test(text)).length > above.cells.length) continue;
    const columns = holding.flatMap((nth) => {
      const cell = cellUnder(row, row.cells[nth]!, nth, above);
      return cell && lastWords(cell.text) !== "" ? [above.cells.indexOf(cell)] : [];
    });
    if (columns.length > 0) return { cells: above.cells.map(({ text }) => lastWords(text)), columns };
  }
  return null;
}

/** The fields of the columns of a line, where it is one of the taught headings; null where it is none. */
export function columnsOfTaught(row: Row, headings: TaughtHeading[]): Map<number, string> | null {
  for (const { cells, columns } of headings) {
    if (row.cells.length !== cells.length) continue;
    const same = row.cells.filter(({ text }, nth) => alike(lastWords(text), cells[nth]!)).length;
    if (same >= 2 && same >= 0.7 * cells.length) return columns;
  }
  return null;
}
