import type { Lesson, Place } from "../../_shared/extraction/lessons.ts";
import { kindOf, type ScalarField } from "../../_shared/extraction/schema.ts";
import type { ExtractPage } from "../../_shared/extraction/values.ts";
import { foldSpace, keyOf } from "../../metadata/local/text/text.ts";
import { type Row, rowsOf } from "../local/grid.ts";
import type { Reading } from "../local/parse.ts";
import { type Candidate, sameValue } from "../local/candidate.ts";
import { type Extent, extentOf, occurrencesIn, standsIn } from "./occurrences.ts";
import { likeness, type Surroundings, surroundingsOf } from "./surroundings.ts";

/** A value in surroundings less alike than this is not the taught one; one below SURE waits for a person. */
const LEAST_LIKENESS = 2.5;
const SURE = { parsed: 3.5, text: 4.5 } as const;
/** Of two values whose surroundings are nearly as alike none is sure. */
const CLEAR = 0.75;
/** Rows at the beginning and at the end of a document that are looked at. */
const FIRST_ROWS = 400;
const LAST_ROWS = 200;
/** What the second line in which the corrected value stands counts less than the first. */
const NEXT_PLACE = 1;

/** What a person taught of a field, found in a row of a document: `sure`, or left to a person. */
export type Taught = { candidate: Candidate; sure: boolean; row: Row };

type Shown = { place: Place; surroundings: Surroundings; extent: Extent; dayFirst: boolean | null };

/** The value that stands in a document as the corrected one stood in an earlier one of the sender; null where none does. */
export function taughtValue(lesson: Lesson, field: ScalarField, rows: Row[], reading: Reading): Taught | null {
  if ("rule" in field && field.rule === "sender") return namedSender(lesson, rows);
  const pages = sizesOf(rows);
  const found: { candidate: Candidate; likeness: number; row: Row }[] = [];
  for (const [rank, place] of lesson.places.entries()) {
    const shown = shownBy(place, lesson, field, reading);
    if (!shown) continue;
    const own = { ...reading, dayFirst: shown.dayFirst ?? reading.dayFirst };
    rows.forEach((row, nth) => {
      if (nth >= FIRST_ROWS && nth < rows.length - LAST_ROWS) return;
      for (const one of occurrencesIn(row, nth, field, own, shown.extent)) {
        const { first, size } = pages.get(row.page)!;
        const surroundings = surroundingsOf(rows, one, { fromTop: nth - first, fromBottom: first + size - 1 - nth });
        const same = typeof one.value === "string" && sameValue(one.value, lesson.value) ? 1 : 0;
        const score = likeness(shown.surroundings, surroundings) + same - rank * NEXT_PLACE - (one.sure ? 0 : 1);
        if (score < LEAST_LIKENESS) continue;
        const cell = row.cells[one.cell]!;
        found.push({
          likeness: score,
          row,
          candidate: {
            path: lesson.path,
            value: one.value,
            page: row.page,
            quote: row.text.length <= 290 ? row.text : cell.text.slice(0, 290),
            ...(surroundings.label === "" && lesson.label !== "" && { label: lesson.label }),
            box: cell.box,
            confidence: cell.confidence,
            score: 40 + score,
          },
        });
      }
    });
  }
  const [best, ...others] = found.sort((one, other) => other.likeness - one.likeness);
  if (!best) return null;
  const next = others.find(({ candidate }) => !sameValue(candidate.value, best.candidate.value));
  const enough = ["string", "code"].includes(kindOf(field)) ? SURE.text : SURE.parsed;
  return {
    candidate: best.candidate,
    row: best.row,
    sure: best.likeness >= enough && (next === undefined || best.likeness - next.likeness >= CLEAR),
  };
}

/** Whether the sender's dates have the day first, as corrected dates show it; null where none does. */
export function taughtDayFirst(lessons: Lesson[], fields: Map<string, ScalarField>): boolean | null {
  for (const lesson of lessons) {
    const field = fields.get(lesson.path);
    if (!field || kindOf(field) !== "date") continue;
    for (const place of lesson.places) {
      const shown = shownBy(place, lesson, field, { dayFirst: null, currency: null });
      if (shown && shown.dayFirst !== null) return shown.dayFirst;
    }
  }
  return null;
}

/** What stood around a corrected value; null where the line does not hold it as this field's kind. */
export function shownBy(place: Place, lesson: Lesson, field: ScalarField, reading: Reading): Shown | null {
  const rows = rowsOf([pageOf(place)]);
  const line = foldSpace(place.line);
  const at = rows.findIndex(({ text }) => text === line);
  if (at < 0) return null;
  const ways = kindOf(field) === "date" ? [true, false] : [reading.dayFirst];
  const places = ways.map((dayFirst) => {
    const own = { dayFirst, currency: null };
    for (const [cell, one] of [...rows[at]!.cells.entries()].reverse()) {
      const where = standsIn(one, lesson.value, field, own);
      if (where) return { cell, ...where, dayFirst };
    }
    return null;
  });
  const [one, other] = [places[0] ?? null, places[1] ?? null];
  const where = one ?? other;
  if (!where) return null;
  const surroundings = surroundingsOf(
    rows,
    { row: at, ...where },
    { fromTop: place.from_top, fromBottom: place.from_bottom },
  );
  return {
    place,
    surroundings,
    extent: extentOf(rows[at]!.cells[where.cell]!, where, surroundings.label),
    // Where both ways give the same day, the line does not tell.
    dayFirst: places.length === 2 && (one === null) !== (other === null) ? where.dayFirst : null,
  };
}

/** The lines around a corrected value as a page, with their word boxes. */
export function pageOf({ page, text, words }: Place): ExtractPage {
  return {
    page_number: page,
    text,
    words: words?.map(([word, x0, y0, x1, y1, confidence]) => ({ text: word, x0, y0, x1, y1, confidence })) ?? null,
  };
}

/** A sender is named as the person writes it, where the paper has that name. */
function namedSender(lesson: Lesson, rows: Row[]): Taught | null {
  if (typeof lesson.value !== "string") return null;
  const key = keyOf(lesson.value);
  const printed = lesson.places.map(({ line }) => keyOf(foldSpace(line)));
  const row = rows.find((one) => one.key.includes(key)) ?? rows.find((one) => printed.includes(one.key));
  if (!row) return null;
  return {
    candidate: {
      path: lesson.path,
      value: lesson.value,
      page: row.page,
      quote: row.text.slice(0, 290),
      box: row.cells[0]?.box ?? null,
      confidence: row.cells[0]?.confidence ?? null,
      score: 50,
    },
    sure: true,
    row,
  };
}

function sizesOf(rows: Row[]): Map<number, { first: number; size: number }> {
  const sizes = new Map<number, { first: number; size: number }>();
  rows.forEach(({ page }, nth) => {
    const known = sizes.get(page);
    if (known) known.size += 1;
    else sizes.set(page, { first: nth, size: 1 });
  });
  return sizes;
}
