import { kindOf, type ScalarField } from "../../_shared/extraction/schema.ts";
import { keyOf } from "../../metadata/local/text/text.ts";
import { isoOf, writtenDates } from "../../metadata/local/dates/written-dates.ts";
import type { Row } from "./grid.ts";
import { labelsOf } from "./labels.ts";
import type { Reading } from "./parse.ts";
import { LEAST_SCORE } from "./ruled.ts";
import type { Candidate } from "./candidate.ts";

/** A field that asks for the paper's own number has one of these labels. */
const OWN = new Set(["invoice number", "rechnungsnummer", "numero de facture", "numero fattura", "factuurnummer"]);
/** Points for the day: fewer than for one behind a label. */
const BEHIND_A_NUMBER = 9;
/** What stands between a number and its day: "Nr. 4711 vom 05.03.2024", "4711 / 05.03.2024". */
const DATED = /^\s?(?:vom|v\.|du|del|of|dated|van|d\.d\.|de|[,/|–-])\s?$/iu;

/** The day of a paper, which stands right behind its number. */
export function daysOfNumbers(
  labelled: Candidate[],
  rows: Row[],
  fields: Map<string, ScalarField>,
  reading: Reading,
): Candidate[] {
  const own = [...fields].filter(
    ([path, field]) => kindOf(field) === "code" && labelsOf(path, field).some((label) => OWN.has(keyOf(label).trim())),
  );
  const days = [...fields].filter(([, field]) => "rule" in field && field.rule === "date");
  const numbers = labelled.filter(({ path, score }) => score >= LEAST_SCORE && own.some(([one]) => one === path));
  return numbers.flatMap((number) => {
    const row = rows.find(({ page, text }) => page === number.page && text.includes(number.quote));
    const code = String(number.value);
    const at = row ? row.text.indexOf(code, row.text.indexOf(number.quote)) : -1;
    if (!row || at < 0) return [];
    const end = at + code.length;
    const date = writtenDates(row.text, reading.dayFirst).find(({ start }) => start >= end);
    if (!date || (date.ambiguous && reading.dayFirst === null) || !DATED.test(row.text.slice(end, date.start)))
      return [];
    return days.map(([path]) => ({
      path,
      value: isoOf(date),
      page: row.page,
      quote: row.text.slice(0, 290),
      box: number.box,
      confidence: number.confidence,
      score: BEHIND_A_NUMBER,
    }));
  });
}
