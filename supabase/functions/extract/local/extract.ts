import { arrayOf, type Check, parseCheck } from "../../_shared/extraction/checks.ts";
import type { Lesson } from "../../_shared/extraction/lessons.ts";
import { type Fields, isArray, kindOf, type ScalarField, scalarsOf } from "../../_shared/extraction/schema.ts";
import type { Einvoice, EinvoiceDetails } from "../../_shared/einvoice.ts";
import { readsDayFirst } from "../../metadata/local/dates/date-order.ts";
import { currencyOf, mainCurrency, moneyIn } from "../../metadata/local/amounts/money.ts";
import { linesOf } from "../../metadata/local/text/text.ts";
import type { ExtractPage, Extraction } from "../../_shared/extraction/values.ts";
import { taughtHeadings } from "../learned/headings.ts";
import { type Taught, taughtDayFirst, taughtValue } from "../learned/taught.ts";
import { einvoiceRows, einvoiceValues } from "./einvoice.ts";
import { basesOfTax } from "./bases.ts";
import { aloneIn, columnsOf, countOf } from "./columns.ts";
import { daysOfNumbers } from "./dated-numbers.ts";
import { daysToPay } from "./due.ts";
import { choose, ranked, readRows, type ReadRow } from "./equations.ts";
import { isWords } from "./fits.ts";
import { marksOf, withMarks } from "./flows.ts";
import { type Cell, rowsOf, type Row } from "./grid.ts";
import { createLabels } from "./labels.ts";
import { legibleOn } from "./legible.ts";
import { areGrouped } from "./misread.ts";
import type { Reading } from "./parse.ts";
import { resultOf } from "./result.ts";
import { LEAST_SCORE, ruleValues } from "./ruled.ts";
import type { Candidate } from "./candidate.ts";
import { labelledValues } from "./scalars.ts";
import { tableRows } from "./tables.ts";
import { unheadedRows } from "./unheaded.ts";

export type LocalInput = {
  pages: ExtractPage[];
  fields: Fields;
  document_type?: string | null;
  language?: string | null;
  einvoice?: Einvoice | null;
  einvoice_details?: EinvoiceDetails | null;
  /** What corrections taught of the schema and the sender. */
  learned?: Lesson[];
};

/**
 * Finds the values of a schema's fields by rules: labels and what stands by them, columns of tables, equations between the
 * values. Whatever is unsure, or breaks an equation, is a proposal.
 */
export function extractLocally(input: LocalInput): Extraction & { learned: number[] } {
  const { fields } = input;
  const read = rowsOf(input.pages);
  const marks = marksOf(fields, read);
  const rows = marks ? withMarks(read, marks) : read;
  const lines = linesOf(input.pages);
  const language = input.language ?? null;
  const lessons = input.learned ?? [];
  const reading = {
    dayFirst: taughtDayFirst(lessons, scalarsOf(fields)) ?? readsDayFirst(lines, language),
    currency: currencyOf(mainCurrency(lines), lines, language),
    marks,
  };
  const scalars = new Map<string, ScalarField>();
  for (const [name, field] of Object.entries(fields.properties)) if (!isArray(field)) scalars.set(name, field);

  const taught = new Map<Lesson, Taught>();
  for (const lesson of lessons) {
    const field = scalars.get(lesson.path);
    const found = field && taughtValue(lesson, field, rows, reading);
    if (found) taught.set(lesson, found);
  }
  // A line that holds a field of the document is none of a table.
  const taughtRows = new Set([...taught.values()].filter(({ sure }) => sure).map(({ row }) => row));

  const labels = createLabels(fields, [...scalars.keys()]);
  const hasSum = sumLines(scalars, labels);
  const namesSum = ({ key }: Row): boolean =>
    labels.find(key).some(({ paths }) => paths.some((path) => kindOf(scalars.get(path)!) === "money"));
  const isSum = (row: Row): boolean => taughtRows.has(row) || hasSum(row);
  const checks = (fields.checks ?? []).map(parseCheck);
  const tables = tablesOf(input, rows, { isSum, namesSum, checks, reading });

  const inTables = new Set([...tables.values()].flat().map(({ row }) => `${row.page}:${row.quote}`));
  const outside = rows.filter((row) => !inTables.has(`${row.page}:${row.text.slice(0, 290)}`));
  const labelled = labelledValues(outside, scalars, labels, reading);
  const candidates = [
    ...(input.einvoice ? einvoiceValues(scalars, input.einvoice, input.einvoice_details ?? null) : []),
    ...labelled,
    ...daysToPay(outside, scalars, reading),
    ...daysOfNumbers(labelled, outside, scalars, reading),
    ...basesOfTax(outside, scalars, reading),
    ...ruleValues(input, scalars, reading, lines, labels, labelled),
  ];
  const byField = ranked(candidates);
  const taken = applyLessons(taught, byField);
  const { choices, checks: results } = choose(
    byField,
    fields,
    columnsOf(tables),
    aloneIn(tables),
    countOf(rows, tables),
  );
  const found = resultOf({
    choices,
    tables,
    results,
    checks,
    grouped: areGrouped(rows.map(({ text }) => text)),
    isLegible: legibleOn(input.pages),
  });
  const columns = new Set(found.values.map(({ path }) => path).filter((path) => path.includes(".")));
  return {
    ...found,
    values: found.values.map((value) => {
      const lesson = value.row === 0 ? taken.get(value.path) : undefined;
      return lesson ? { ...value, note: value.note ?? `As you corrected on ${lesson.corrected_on}.` } : value;
    }),
    learned: [...taken.values(), ...lessons.filter(({ path }) => columns.has(path))].map(({ id }) => id),
  };
}

/** Reads the rows of each table of the schema: from the XML, under headings, or by their numbers alone. */
function tablesOf(
  { fields, learned = [], einvoice, einvoice_details }: LocalInput,
  rows: Row[],
  context: { isSum(row: Row): boolean; namesSum(row: Row): boolean; checks: Check[]; reading: Reading },
): Map<string, ReadRow[]> {
  const { isSum, namesSum, reading } = context;
  const tables = new Map<string, ReadRow[]>();
  for (const [name, field] of Object.entries(fields.properties)) {
    if (!isArray(field)) continue;
    const checks = context.checks.filter((check) => arrayOf(check) === name);
    const columns = new Map(Object.entries(field.items.properties).map(([column, one]) => [`${name}.${column}`, one]));
    const found =
      (einvoice && einvoiceRows(name, field, einvoice, einvoice_details ?? null)) ??
      tableRows(name, field, rows, createLabels(fields, [...columns.keys()]), isSum, reading, {
        taught: taughtHeadings(learned, columns, reading),
        checks,
      });
    const unheaded = found.some(({ sure }) => sure)
      ? []
      : unheadedRows(name, field, rows, { isSum, namesSum }, reading);
    tables.set(name, readRows(unheaded.length > 0 ? unheaded : found, checks));
  }
  return tables;
}

/**
 * What a person taught takes the place of what labels say; what is only like it is left to a person, where nothing else is
 * found. Returns the lessons whose value was taken, by field.
 */
function applyLessons(taught: Map<Lesson, Taught>, byField: Map<string, Candidate[]>): Map<string, Lesson> {
  const taken = new Map<string, Lesson>();
  for (const [lesson, { candidate, sure }] of taught) {
    if (sure) {
      byField.set(lesson.path, [candidate]);
      taken.set(lesson.path, lesson);
    } else if (!byField.has(lesson.path)) byField.set(lesson.path, [{ ...candidate, score: LEAST_SCORE - 1 }]);
  }
  return taken;
}

/** A line of sums ends a table: the label of an amount that the document has once stands in it, and the amount by it. */
function sumLines(scalars: Map<string, ScalarField>, labels: ReturnType<typeof createLabels>): (row: Row) => boolean {
  const amounts = new Set([...scalars].filter(([, field]) => kindOf(field) === "money").map(([path]) => path));
  const isAmount = (cell: Cell): boolean =>
    labels.find(cell.key).some(({ start, paths }) => start <= 1 && paths.some((path) => amounts.has(path)));
  return (row) => {
    if (moneyIn(row.text).length === 0) return false;
    const nth = row.cells.findIndex(isAmount);
    // In a line of goods the words of a sum may stand first, too; further on they say that its sums stand beside.
    return nth >= 0 && (nth < 2 || row.cells.slice(nth + 1).every((cell) => !isWords(cell.text)));
  };
}
