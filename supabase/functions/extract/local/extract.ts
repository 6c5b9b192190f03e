import { arrayOf, difference, holds, parseCheck, pathsOf } from "../../_shared/extraction/checks.ts";
import type { Lesson } from "../../_shared/extraction/lessons.ts";
import { type Fields, isArray, kindOf, type ScalarField, scalarsOf } from "../../_shared/extraction/schema.ts";
import type { Einvoice, EinvoiceDetails } from "../../_shared/einvoice.ts";
import { readsDayFirst } from "../../metadata/local/date-order.ts";
import { currencyOf, mainCurrency, moneyIn } from "../../metadata/local/money.ts";
import { linesOf } from "../../metadata/local/text.ts";
import {
  type CheckResult,
  type ExtractPage,
  type Extraction,
  type FoundValue,
  numberOf,
  type Proposal,
} from "../../_shared/extraction/values.ts";
import { taughtHeadings } from "../learned/headings.ts";
import { type Taught, taughtDayFirst, taughtValue } from "../learned/taught.ts";
import { einvoiceRows, einvoiceValues } from "./einvoice.ts";
import { basesOfTax } from "./bases.ts";
import { daysOfNumbers } from "./dated-numbers.ts";
import { daysToPay } from "./due.ts";
import { choose, ranked, readRows, type Choice, type ReadRow } from "./equations.ts";
import { isWords } from "./fits.ts";
import { marksOf, withMarks } from "./flows.ts";
import { type Cell, rowsOf, type Row } from "./grid.ts";
import { createLabels } from "./labels.ts";
import { type IsLegible, LEAST_LEGIBLE, legibleOn } from "./legible.ts";
import { areGrouped, comesOut, doubtedIn, misreadIn } from "./misread.ts";
import { LEAST_SCORE, ruleValues } from "./ruled.ts";
import type { Candidate } from "./candidate.ts";
import { labelledValues } from "./scalars.ts";
import { type TableCell, tableRows } from "./tables.ts";
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
  const { rows: read } = rowsOf(input.pages);
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
  const tables = new Map<string, ReadRow[]>();
  for (const [name, field] of Object.entries(fields.properties)) {
    if (!isArray(field)) continue;
    const columns = createLabels(
      fields,
      Object.keys(field.items.properties).map((column) => `${name}.${column}`),
    );
    const own = new Map(Object.entries(field.items.properties).map(([column, one]) => [`${name}.${column}`, one]));
    const found =
      (input.einvoice && einvoiceRows(name, field, input.einvoice, input.einvoice_details ?? null)) ??
      tableRows(name, field, rows, columns, isSum, reading, {
        taught: taughtHeadings(lessons, own, reading),
        checks: checks.filter((check) => arrayOf(check) === name),
      });
    const lines = found.some(({ sure }) => sure) ? [] : unheadedRows(name, field, rows, { isSum, namesSum }, reading);
    tables.set(
      name,
      readRows(
        lines.length > 0 ? lines : found,
        checks.filter((check) => arrayOf(check) === name),
      ),
    );
  }

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

/**
 * What a person taught takes the place of what labels say; what is only like it is left to a person, where nothing else is found. Returns the
 * lessons whose value was taken, by field.
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

function columnsOf(tables: Map<string, ReadRow[]>): Map<string, (number | null)[]> {
  const columns = new Map<string, (number | null)[]>();
  for (const rows of tables.values()) {
    const paths = new Set(rows.flatMap(({ values }) => [...values.keys()]));
    for (const path of paths)
      columns.set(
        path,
        rows.map(({ values }) => (values.has(path) ? numberOf(values.get(path)!) : null)),
      );
  }
  return columns;
}

/** The numbers of each column that stand in rows which no equation and no balance bears out. */
function aloneIn(tables: Map<string, ReadRow[]>): Map<string, number[]> {
  const alone = new Map<string, number[]>();
  for (const { row, values, checked } of [...tables.values()].flat())
    if (!checked && row.page !== null)
      for (const [path, value] of values) {
        const number = numberOf(value);
        if (number === null) continue;
        const known = alone.get(path);
        if (known) known.push(number);
        else alone.set(path, [number]);
      }
  return alone;
}

/** How often an amount stands on the paper. The balance before a statement's first line counts once more: it follows from that line. */
function countOf(rows: Row[], tables: Map<string, ReadRow[]>): (value: number) => number {
  const counts = new Map<number, number>();
  const count = (amount: number) => counts.set(Math.abs(amount), (counts.get(Math.abs(amount)) ?? 0) + 1);
  for (const row of rows) for (const { amount } of moneyIn(row.text)) count(amount);
  for (const lines of tables.values())
    if (lines.length > 0 && lines.every(({ row }) => row.settled)) beforeOf(lines).forEach(count);
  return (value) => counts.get(value) ?? 0;
}

/** The balance before each end of a table whose lines are borne out by their balances: the newest line may come first or last. */
const beforeOf = (lines: ReadRow[]): number[] =>
  [lines[0]!, lines.at(-1)!].flatMap(({ row }) => {
    const amount = row.cells.map(({ readings }) => numberOf(readings[0]!)).find((one) => one !== null);
    return amount == null || row.balance === undefined ? [] : [Math.round(100 * (row.balance - amount)) / 100];
  });

type Parts = {
  choices: Map<string, Choice>;
  tables: Map<string, ReadRow[]>;
  results: CheckResult[];
  checks: ReturnType<typeof parseCheck>[];
  /** Amounts of thousands have them parted. */
  grouped: boolean;
  isLegible: IsLegible;
};

/** A dash that stands alone before an amount: it may be a minus, or part its label from it. */
const LONE_DASH = / [-−–—] [^\p{L}\d]{0,3}\d/u;
const isSignUnclear = ({ quote, value }: Candidate): boolean => (numberOf(value) ?? 0) < 0 && LONE_DASH.test(quote);

function resultOf({ choices, tables, results, checks, grouped, isLegible }: Parts): Extraction {
  const values: FoundValue[] = [];
  const proposals: Proposal[] = [];
  const broken = new Set(
    results.filter((one) => one.holds === false).flatMap(({ check }) => pathsOf(parseCheck(check))),
  );
  for (const [path, choice] of choices) {
    const { candidate, settled, ambiguous, derived } = choice;
    const found = foundOf(candidate, settled);
    if (derived) values.push({ ...found, proof: "equation", note: derived.note });
    // What the XML says stays, also where its sums do not come out.
    else if (candidate.page === null) values.push({ ...found, proof: "einvoice" });
    else if (broken.has(path) && !settled) proposals.push({ ...found, reason: "check_broken" });
    else if (ambiguous || (!settled && isSignUnclear(candidate))) proposals.push({ ...found, reason: "ambiguous" });
    else if (!settled && (candidate.score < LEAST_SCORE || !isLegible(found)))
      proposals.push({ ...found, reason: "unsure" });
    else values.push({ ...found, proof: "quote" });
  }
  const columns = columnsOf(tables);
  const sums = [...choices.values()].flatMap(({ candidate: { value } }) =>
    typeof value === "object" ? [value.amount] : [],
  );
  const numbersAt = (path: string): number[] => {
    const choice = choices.get(path);
    const numbers = choice ? [numberOf(choice.candidate.value)] : (columns.get(path) ?? []);
    return numbers.filter((one) => one !== null);
  };
  const rowChecks: CheckResult[] = [];
  for (const [name, rows] of tables) {
    const own = checks.filter((check) => arrayOf(check) === name);
    const summed = results.filter(({ check }) => check.includes(`sum(${name}.`));
    const isSummed =
      summed.some(({ holds }) => holds) || own.flatMap(pathsOf).some((path) => comesOut(columns.get(path), sums));
    const doubtful = !isSummed && isDoubtful(rows, own);
    const illegible = new Set(
      rows.flatMap(({ row: { page, quote }, values: cells }) =>
        [...cells].filter(([, value]) => !isLegible({ page, quote, value })).map(([path]) => path),
      ),
    );
    const broken = summed.filter((one) => one.holds === false);
    const mayBeWrong = new Map(
      [...new Set(rows.flatMap(({ row }) => row.cells.map(({ path }) => path)))].map((path) => [
        path,
        broken
          .filter(({ check }) => check.includes(`sum(${path})`))
          .map(({ check, difference }) =>
            misreadIn(parseCheck(check), difference!, path, { numbersAt, grouped, illegible: illegible.has(path) }),
          ),
      ]),
    );
    const doubted = new Map(
      [...mayBeWrong.keys()].map((path) => [
        path,
        summed.length > 0 ? null : doubtedIn(columns.get(path), sums, grouped),
      ]),
    );
    // Where a sum of the column comes out, each of its cells is right.
    const isBorneOut = ({ path }: TableCell): boolean =>
      summed.some((one) => one.holds === true && one.check.includes(`sum(${path})`));
    rows.forEach(({ row, values: cells, checked }, index) => {
      for (const cell of row.cells) {
        const value = cells.get(cell.path);
        if (value === undefined) continue;
        const isNumber = numberOf(value) !== null;
        const bad =
          isNumber &&
          row.page !== null &&
          (checked === false ||
            (checked === null && mayBeWrong.get(cell.path)!.some((misread) => misread(numberOf(value)!))));
        const found = {
          path: cell.path,
          row: index,
          value,
          page: row.page,
          quote: row.quote,
          ...(cell.box && { box: cell.box }),
          confidence: checked ? 1 : Math.min(0.9, cell.confidence ?? 0.9),
        };
        if (bad) proposals.push({ ...found, reason: "check_broken" });
        else if (
          !checked &&
          ((isNumber && doubted.get(cell.path)?.(numberOf(value)!)) || (!isBorneOut(cell) && !isLegible(found)))
        )
          proposals.push({ ...found, reason: "unsure" });
        else if (!isNumber && (cell.confidence ?? 1) < LEAST_LEGIBLE) proposals.push({ ...found, reason: "unsure" });
        else if (cell.unsure || (row.page !== null && !checked && !isBorneOut(cell) && (doubtful || !row.sure)))
          proposals.push({ ...found, reason: "unsure" });
        else if (isNumber && cell.readings.length > 1 && !checked) proposals.push({ ...found, reason: "ambiguous" });
        else values.push({ ...found, proof: row.page === null ? "einvoice" : "quote" });
      }
      for (const check of own) {
        const off = difference(check, {
          one: (path) => (cells.has(path) ? numberOf(cells.get(path)!) : null),
          column: () => null,
        });
        if (off !== null) rowChecks.push({ check: check.source, row: index, difference: off, holds: holds(off) });
      }
    });
  }
  return { values, proposals, checks: [...results, ...rowChecks] };
}

/**
 * Whether the columns of a table may have been taken for others, such as a rate for a sum: it has several of the columns that an equation of
 * the schema is about, and that comes out in less than half of its rows. Where words have boxes, cells stand under their headings.
 */
function isDoubtful(rows: ReadRow[], own: ReturnType<typeof parseCheck>[]): boolean {
  const paths = new Set(own.flatMap(pathsOf));
  const there = new Set(rows.flatMap(({ values }) => [...values.keys()].filter((path) => paths.has(path))));
  const sound = rows.filter(({ checked }) => checked).length;
  if (rows.some(({ row }) => row.cells.some(({ box }) => box))) return false;
  return there.size > 1 && 2 * sound < rows.length;
}

function foundOf(
  { path, value, page, quote, label, box, confidence, score }: Candidate,
  settled: boolean,
): Omit<FoundValue, "proof"> {
  return {
    path,
    row: 0,
    value,
    page,
    quote,
    ...(label !== undefined && { label }),
    ...(box && { box }),
    confidence: settled ? 1 : Math.round(Math.min(confidence ?? 1, score / 15, 0.95) * 100) / 100,
  };
}
