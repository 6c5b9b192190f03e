import { arrayOf, difference, holds, parseCheck, pathsOf } from "../../_shared/extraction/checks.ts";
import type { Lesson } from "../../_shared/extraction/lessons.ts";
import { type Fields, isArray, kindOf, type ScalarField, scalarsOf } from "../../_shared/extraction/schema.ts";
import type { Einvoice, EinvoiceDetails } from "../../_shared/einvoice.ts";
import { DOCUMENT_TYPES, type DocumentType } from "../../_shared/metadata.ts";
import { CONFIDENCE } from "../../metadata/local/confidence.ts";
import { findTotal } from "../../metadata/local/amounts.ts";
import { hasLegalForm } from "../../metadata/local/company-name.ts";
import { findCorrespondent } from "../../metadata/local/correspondent.ts";
import { findDocumentDate, readsDayFirst } from "../../metadata/local/dates.ts";
import { currencyOf, mainCurrency, moneyIn } from "../../metadata/local/money.ts";
import { keyOf, type Line, linesOf } from "../../metadata/local/text.ts";
import {
  type CheckResult,
  type ExtractPage,
  type Extraction,
  type FoundValue,
  numberOf,
  type Proposal,
  type Value,
} from "../../_shared/extraction/values.ts";
import { taughtHeadings } from "../learned/headings.ts";
import { type Taught, taughtDayFirst, taughtValue } from "../learned/taught.ts";
import { einvoiceRows, einvoiceValues } from "./einvoice.ts";
import { choose, ranked, readRows, type Choice, type ReadRow } from "./equations.ts";
import { isWords } from "./fits.ts";
import { type Cell, rowsOf, type Row } from "./grid.ts";
import { createLabels } from "./labels.ts";
import { type Candidate, labelledValues } from "./scalars.ts";
import { type TableCell, tableRows } from "./tables.ts";

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

/** A value below this is shown for review and not written: it stands by no label, or can be read in two ways. */
const LEAST_SCORE = 6;

/**
 * Finds the values of a schema's fields by rules: labels and what stands by them, columns of tables, equations between the
 * values. Whatever is unsure, or breaks an equation, is a proposal.
 */
export function extractLocally(input: LocalInput): Extraction & { learned: number[] } {
  const { fields } = input;
  const { rows } = rowsOf(input.pages);
  const lines = linesOf(input.pages);
  const language = input.language ?? null;
  const lessons = input.learned ?? [];
  const reading = {
    dayFirst: taughtDayFirst(lessons, scalarsOf(fields)) ?? readsDayFirst(lines, language),
    currency: currencyOf(mainCurrency(lines), lines, language),
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
    tables.set(
      name,
      readRows(
        found,
        checks.filter((check) => arrayOf(check) === name),
      ),
    );
  }

  const inTables = new Set([...tables.values()].flat().map(({ row }) => `${row.page}:${row.quote}`));
  const outside = rows.filter((row) => !inTables.has(`${row.page}:${row.text.slice(0, 290)}`));
  const candidates = [
    ...(input.einvoice ? einvoiceValues(scalars, input.einvoice, input.einvoice_details ?? null) : []),
    ...labelledValues(outside, scalars, labels, reading),
    ...ruleValues(input, scalars, reading, lines, labels),
  ];
  const byField = ranked(candidates);
  const taken = applyLessons(taught, byField);
  const { choices, checks: results } = choose(byField, fields, columnsOf(tables), countOf(rows));
  const found = resultOf({ choices, tables, results, checks });
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

/** What the rules of describing find, for the fields that ask for it. */
function ruleValues(
  { document_type, language = null, einvoice }: LocalInput,
  scalars: Map<string, ScalarField>,
  reading: { currency: string | null },
  lines: ReturnType<typeof linesOf>,
  labels: ReturnType<typeof createLabels>,
): Candidate[] {
  const type = DOCUMENT_TYPES.find((one) => one === document_type) ?? ("other" satisfies DocumentType);
  const found: Candidate[] = [];
  for (const [path, field] of scalars) {
    const rule = "rule" in field ? field.rule : undefined;
    if (!rule) continue;
    const fromXml =
      rule === "sender"
        ? einvoice?.seller
        : rule === "date"
          ? einvoice?.issue_date
          : einvoice?.grand_total == null
            ? null
            : { amount: einvoice.grand_total, currency: einvoice.currency };
    if (fromXml != null) {
      found.push({
        path,
        value: fromXml,
        page: null,
        quote: typeof fromXml === "object" ? String(fromXml.amount) : fromXml,
        box: null,
        confidence: 1,
        score: 100,
      });
      continue;
    }
    const finding =
      rule === "sender"
        ? findCorrespondent(lines, type)
        : rule === "date"
          ? findDocumentDate(lines, type, language)
          : findTotal(lines, language);
    if (!finding) continue;
    const value: Value =
      typeof finding.value === "string"
        ? finding.value
        : { amount: finding.value.amount, currency: finding.value.currency ?? reading.currency };
    found.push({
      path,
      value,
      page: finding.page,
      quote: finding.quote,
      box: null,
      confidence: null,
      score: surenessOf(rule, finding, lines, labels),
    });
  }
  return found;
}

/** Points for what a rule of describing found: sure; as sure as what a label says; a guess, which a label or an equation has to bear out. */
const RULE = { sure: 13, labelled: 11.5, guess: LEAST_SCORE - 1 };

/**
 * How sure that is: a name that several things say, or that stands there twice; a day behind a label of its own, or in the line of another of the
 * fields; a sum that is called a total.
 */
function surenessOf(
  rule: "sender" | "date" | "total",
  { value, quote, confidence = 0 }: { value: unknown; quote: string; confidence?: number },
  lines: ReturnType<typeof linesOf>,
  labels: ReturnType<typeof createLabels>,
): number {
  const { sender, date, amount } = CONFIDENCE;
  switch (rule) {
    case "sender": {
      const said = [sender.signs3, sender.signs2, sender.receiptForm].some((level) => level === confidence);
      const key = keyOf(String(value));
      const named = lines.filter((line) => line.key.includes(key));
      // One company alone is on the paper, or it is named again.
      const alone = hasLegalForm(String(value), key) && lines.every((line) => named.includes(line) || !isCompany(line));
      return said || named.length > 1 || alone ? RULE.sure : RULE.guess;
    }
    case "date":
      if (confidence >= date.labelled) return RULE.sure;
      return labels.find(keyOf(quote)).length > 0 ? RULE.labelled : RULE.guess;
    case "total":
      return confidence >= amount.named ? RULE.sure : confidence >= amount.total ? RULE.labelled : RULE.guess;
  }
}

const isCompany = ({ text, key }: Line): boolean => hasLegalForm(text, key);

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

/** How often an amount stands on the paper. */
function countOf(rows: Row[]): (value: number) => number {
  const counts = new Map<number, number>();
  for (const row of rows)
    for (const { amount } of moneyIn(row.text)) counts.set(Math.abs(amount), (counts.get(Math.abs(amount)) ?? 0) + 1);
  return (value) => counts.get(value) ?? 0;
}

type Parts = {
  choices: Map<string, Choice>;
  tables: Map<string, ReadRow[]>;
  results: CheckResult[];
  checks: ReturnType<typeof parseCheck>[];
};

function resultOf({ choices, tables, results, checks }: Parts): Extraction {
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
    else if (ambiguous) proposals.push({ ...found, reason: "ambiguous" });
    else if (candidate.score < LEAST_SCORE && !settled) proposals.push({ ...found, reason: "unsure" });
    else values.push({ ...found, proof: "quote" });
  }
  const rowChecks: CheckResult[] = [];
  for (const [name, rows] of tables) {
    const own = checks.filter((check) => arrayOf(check) === name);
    const summed = results.filter(({ check }) => check.includes(`sum(${name}.`));
    const doubtful = isDoubtful(rows, own, summed);
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
            (checked === null && summed.some((one) => one.holds === false && one.check.includes(`sum(${cell.path})`))));
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
 * the schema is about, and neither that comes out in half of its rows, nor a sum of them. Where words have boxes, cells stand under their headings.
 */
function isDoubtful(rows: ReadRow[], own: ReturnType<typeof parseCheck>[], summed: CheckResult[]): boolean {
  const paths = new Set(own.flatMap(pathsOf));
  const there = new Set(rows.flatMap(({ values }) => [...values.keys()].filter((path) => paths.has(path))));
  const sound = rows.filter(({ checked }) => checked).length;
  if (rows.some(({ row }) => row.cells.some(({ box }) => box))) return false;
  return there.size > 1 && 2 * sound < rows.length && !summed.some(({ holds }) => holds);
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
