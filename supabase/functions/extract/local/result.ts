import { arrayOf, type Check, difference, holds, parseCheck, pathsOf } from "../../_shared/extraction/checks.ts";
import {
  type CheckResult,
  type Extraction,
  type FoundValue,
  numberOf,
  type Proposal,
  type ProposalReason,
} from "../../_shared/extraction/values.ts";
import type { Candidate } from "./candidate.ts";
import { columnsOf } from "./columns.ts";
import type { Choice, ReadRow } from "./equations.ts";
import { type IsLegible, LEAST_LEGIBLE } from "./legible.ts";
import { comesOut, doubtedIn, misreadIn } from "./misread.ts";
import { LEAST_SCORE } from "./ruled.ts";
import type { TableCell } from "./tables.ts";

// What is written as proven, and what waits for a person, with the reason.

export type Parts = {
  choices: Map<string, Choice>;
  tables: Map<string, ReadRow[]>;
  /** The equations of the document with what they came to. */
  results: CheckResult[];
  /** All equations, also those of each row. */
  checks: Check[];
  /** Amounts of thousands have them parted. */
  grouped: boolean;
  isLegible: IsLegible;
};

type Found = Omit<FoundValue, "proof">;

export function resultOf(parts: Parts): Extraction {
  const { choices, tables, results, checks, isLegible } = parts;
  const values: FoundValue[] = [];
  const proposals: Proposal[] = [];
  const add = (found: Found, reason: ProposalReason | null, proof: FoundValue["proof"]) => {
    if (reason) proposals.push({ ...found, reason });
    else values.push({ ...found, proof });
  };

  const broken = new Set(
    results.filter((one) => one.holds === false).flatMap(({ check }) => pathsOf(parseCheck(check))),
  );
  for (const [path, choice] of choices) {
    const { candidate, derived } = choice;
    const found = foundOf(choice);
    if (derived) add({ ...found, note: derived.note }, null, "equation");
    // What the XML says stays, also where its sums do not come out.
    else if (candidate.page === null) add(found, null, "einvoice");
    else add(found, reasonOf(choice, found, broken.has(path), isLegible), "quote");
  }

  const checkedRows: CheckResult[] = [];
  for (const [name, rows] of tables) {
    const own = checks.filter((check) => arrayOf(check) === name);
    const reasonOfCell = doubtsOf(name, rows, own, parts);
    rows.forEach((line, index) => {
      const { row, values: cells } = line;
      for (const cell of row.cells) {
        if (!cells.has(cell.path)) continue;
        const found = foundIn(line, cell, index);
        add(found, reasonOfCell(line, cell, found), row.page === null ? "einvoice" : "quote");
      }
      checkedRows.push(...resultsOf(line, own, index));
    });
  }
  return { values, proposals, checks: [...results, ...checkedRows] };
}

/** A dash that stands alone before an amount: it may be a minus, or part its label from it. */
const LONE_DASH = / [-−–—] [^\p{L}\d]{0,3}\d/u;
const isSignUnclear = ({ quote, value }: Candidate): boolean => (numberOf(value) ?? 0) < 0 && LONE_DASH.test(quote);

/** Why a field of the document waits; null where it is proven. An equation that bears it out is the best proof. */
function reasonOf(
  { candidate, settled, ambiguous }: Choice,
  found: Found,
  isBroken: boolean,
  isLegible: IsLegible,
): ProposalReason | null {
  if (settled) return ambiguous ? "ambiguous" : null;
  if (isBroken) return "check_broken";
  if (ambiguous || isSignUnclear(candidate)) return "ambiguous";
  return candidate.score < LEAST_SCORE || !isLegible(found) ? "unsure" : null;
}

/**
 * Why a cell of a table waits; null where it is proven. Looks once at what bears the table out or casts doubt on it: the
 * equations over its columns, the sums of the paper, how its digits were read.
 *
 * @param own the equations of each row
 */
function doubtsOf(
  name: string,
  rows: ReadRow[],
  own: Check[],
  { choices, tables, results, grouped, isLegible }: Parts,
): (line: ReadRow, cell: TableCell, found: Found) => ProposalReason | null {
  const columns = columnsOf(tables);
  const amounts = [...choices.values()].flatMap(({ candidate: { value } }) =>
    typeof value === "object" ? [value.amount] : [],
  );
  const summed = results.filter(({ check }) => check.includes(`sum(${name}.`));
  const isSummed =
    summed.some(({ holds }) => holds) || own.flatMap(pathsOf).some((path) => comesOut(columns.get(path), amounts));
  const mayBeOtherColumns = !isSummed && isDoubtful(rows, own);
  // Where a sum of the column comes out, each of its cells is right.
  const isBorneOut = (path: string): boolean =>
    summed.some((one) => one.holds === true && one.check.includes(`sum(${path})`));

  const numbersAt = (path: string): number[] => {
    const choice = choices.get(path);
    const numbers = choice ? [numberOf(choice.candidate.value)] : (columns.get(path) ?? []);
    return numbers.filter((one) => one !== null);
  };
  const illegible = new Set(
    rows.flatMap(({ row: { page, quote }, values: cells }) =>
      [...cells].filter(([, value]) => !isLegible({ page, quote, value })).map(([path]) => path),
    ),
  );
  const paths = [...new Set(rows.flatMap(({ row }) => row.cells.map(({ path }) => path)))];
  /** By column, whether a number breaks a sum of the document. */
  const breaks = new Map(
    paths.map((path) => {
      const broken = summed.filter((one) => one.holds === false && one.check.includes(`sum(${path})`));
      const misread = broken.map(({ check, difference }) =>
        misreadIn(parseCheck(check), difference!, path, { numbersAt, grouped, illegible: illegible.has(path) }),
      );
      return [path, (number: number) => misread.some((isMisread) => isMisread(number))] as const;
    }),
  );
  /** By column, whether a number keeps it from one of the paper's sums, where no equation says which. */
  const misses = new Map(
    paths.map((path) => [path, summed.length > 0 ? null : doubtedIn(columns.get(path), amounts, grouped)] as const),
  );

  return ({ row, checked }, cell, found) => {
    const number = numberOf(found.value);
    const isNumber = number !== null;
    if (isNumber && row.page !== null && (checked === false || (checked === null && breaks.get(cell.path)!(number))))
      return "check_broken";
    if (!checked && isNumber && misses.get(cell.path)?.(number)) return "unsure";
    if (!checked && !isBorneOut(cell.path) && !isLegible(found)) return "unsure";
    if (!isNumber && (cell.confidence ?? 1) < LEAST_LEGIBLE) return "unsure";
    if (cell.unsure) return "unsure";
    if (row.page !== null && !checked && !isBorneOut(cell.path) && (mayBeOtherColumns || !row.sure)) return "unsure";
    return isNumber && cell.readings.length > 1 && !checked ? "ambiguous" : null;
  };
}

/**
 * Whether the columns of a table may have been taken for others, such as a rate for a sum: it has several of the columns
 * that an equation of the schema is about, and that comes out in less than half of its rows. Where words have boxes, cells
 * stand under their headings.
 */
function isDoubtful(rows: ReadRow[], own: Check[]): boolean {
  const paths = new Set(own.flatMap(pathsOf));
  const there = new Set(rows.flatMap(({ values }) => [...values.keys()].filter((path) => paths.has(path))));
  const sound = rows.filter(({ checked }) => checked).length;
  if (rows.some(({ row }) => row.cells.some(({ box }) => box))) return false;
  return there.size > 1 && 2 * sound < rows.length;
}

/** What the equations of each row come to in one. */
const resultsOf = ({ values }: ReadRow, own: Check[], row: number): CheckResult[] =>
  own.flatMap((check) => {
    const off = difference(check, {
      one: (path) => (values.has(path) ? numberOf(values.get(path)!) : null),
      column: () => null,
    });
    return off === null ? [] : [{ check: check.source, row, difference: off, holds: holds(off) }];
  });

const foundOf = ({ candidate, settled }: Choice): Found => {
  const { path, value, page, quote, label, box, confidence, score } = candidate;
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
};

const foundIn = ({ row, values, checked }: ReadRow, cell: TableCell, index: number): Found => ({
  path: cell.path,
  row: index,
  value: values.get(cell.path)!,
  page: row.page,
  quote: row.quote,
  ...(cell.box && { box: cell.box }),
  confidence: checked ? 1 : Math.min(0.9, cell.confidence ?? 0.9),
});
