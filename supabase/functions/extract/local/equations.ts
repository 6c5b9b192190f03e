import {
  arrayOf,
  type Check,
  difference,
  holds,
  type Numbers,
  parseCheck,
  pathsOf,
  solvedFor,
  TOLERANCE,
} from "../../_shared/extraction/checks.ts";
import type { Fields } from "../../_shared/extraction/schema.ts";
import { type CheckResult, numberOf, type Value } from "../../_shared/extraction/values.ts";
import { type Candidate, readersKey } from "./candidate.ts";
import { columnOf, explains } from "./misread.ts";
import type { TableRow } from "./tables.ts";

/** A row of a table with one reading chosen for each cell. */
export type ReadRow = { row: TableRow; values: Map<string, Value>; checked: boolean | null };

/** What was chosen for a field, and whether an equation bears it out. `derived`: it follows from the others, and this is what it follows from. */
export type Choice = { candidate: Candidate; settled: boolean; ambiguous: boolean; derived?: { note: string } };

/** Candidates of a field that are tried in equations, and ways to combine those of all fields of one. */
const MOST_CANDIDATES = 4;
const MOST_WAYS = 300;
/** Two candidates whose scores are nearer than this are one as likely as the other. */
const CLEAR = 0.5;

/** Chooses the readings of each row for which the row's equations hold; `checked` is null where none could be counted. */
export function readRows(rows: TableRow[], checks: Check[]): ReadRow[] {
  return rows.map((row) => {
    let best: ReadRow | null = null;
    for (const values of waysOf(row)) {
      const numbers: Numbers = {
        one: (path) => (values.has(path) ? numberOf(values.get(path)!) : null),
        column: () => null,
      };
      const results = checks.map((check) => difference(check, numbers)).filter((one) => one !== null);
      const checked = results.length === 0 ? (row.settled ?? null) : results.every(holds);
      if (checked) return { row, values, checked };
      best ??= { row, values, checked };
    }
    return best ?? { row, values: new Map(), checked: null };
  });
}

function waysOf(row: TableRow): Map<string, Value>[] {
  let ways: Map<string, Value>[] = [new Map()];
  for (const { path, readings } of row.cells)
    ways = ways.flatMap((way) => readings.slice(0, 2).map((value) => new Map(way).set(path, value))).slice(0, 32);
  return ways;
}

/** The candidates of each field, the likeliest first, and one of each value. */
export function ranked(candidates: Candidate[]): Map<string, Candidate[]> {
  const found = new Map<string, Map<string, Candidate>>();
  for (const candidate of [...candidates].sort((a, b) => b.score - a.score)) {
    const known = found.get(candidate.path) ?? new Map<string, Candidate>();
    const key = readersKey(candidate.value);
    if (!known.has(key)) known.set(key, candidate);
    found.set(candidate.path, known);
  }
  return new Map([...found].map(([path, known]) => [path, [...known.values()]]));
}

/**
 * Chooses a value for each field: the likeliest one, unless an equation holds with another. A value that an equation bears
 * out is settled.
 *
 * @param columns the numbers of each column of the tables
 * @param alone those of them that stand in rows which nothing bears out
 */
export function choose(
  byField: Map<string, Candidate[]>,
  fields: Fields,
  columns: Map<string, (number | null)[]>,
  alone: Map<string, number[]>,
  seen: (value: number) => number,
): { choices: Map<string, Choice>; checks: CheckResult[] } {
  const choices = new Map<string, Choice>();
  for (const [path, candidates] of byField) {
    const [first, second] = candidates;
    if (first)
      choices.set(path, {
        candidate: first,
        settled: false,
        ambiguous: second !== undefined && first.score - second.score < CLEAR,
      });
  }
  const checks = (fields.checks ?? []).map(parseCheck).filter((check) => arrayOf(check) === null);
  const numbersWith = (way: Map<string, number>): Numbers => ({
    one: (path) => way.get(path) ?? (choices.has(path) ? numberOf(choices.get(path)!.candidate.value) : null),
    column: (path) => {
      const column = columns.get(path);
      return column && column.length > 0 && column.every((one) => one !== null) ? (column as number[]) : null;
    },
  });
  const settle = (check: Check) => {
    for (const path of pathsOf(check)) {
      const choice = choices.get(path);
      if (choice) Object.assign(choice, { settled: true, ambiguous: false });
    }
  };
  // Twice: what one equation settles helps with the next.
  for (const check of [...checks, ...checks]) {
    const paths = pathsOf(check).filter((path) => !path.includes("."));
    const open = paths.filter((path) => choices.has(path) && !choices.get(path)!.settled);
    const now = difference(check, numbersWith(new Map()));
    if (now !== null && holds(now) && paths.every((path) => !isZero(choices.get(path)))) {
      settle(check);
      continue;
    }
    let ways: { values: Map<string, number>; picks: Map<string, Candidate>; score: number }[] = [
      { values: new Map(), picks: new Map(), score: 0 },
    ];
    for (const path of open) {
      const candidates = (byField.get(path) ?? []).slice(0, MOST_CANDIDATES);
      ways = ways
        .flatMap((way) =>
          candidates.map((one) => ({
            values: new Map(way.values).set(path, numberOf(one.value) ?? Number.NaN),
            picks: new Map(way.picks).set(path, one),
            score: way.score + one.score,
          })),
        )
        .slice(0, MOST_WAYS);
    }
    const fits = ways
      .filter(({ values }) => {
        const off = difference(check, numbersWith(values));
        return off !== null && holds(off) && [...values.values()].every((value) => value !== 0);
      })
      .sort((a, b) => b.score - a.score);
    if (fits.length > 0) {
      for (const [path, candidate] of fits[0]!.picks)
        choices.set(path, { candidate, settled: false, ambiguous: false });
      settle(check);
    }
  }
  const sums = [...columns.values()].flatMap((column) =>
    column.length > 0 && column.every((one) => one !== null)
      ? [(column as number[]).reduce((sum, one) => sum + one, 0)]
      : [],
  );
  const isSumOfLines = (value: number): boolean => sums.some((sum) => Math.abs(sum - value) < 0.005);
  for (const check of checks) repair(check, checks, choices, byField, numbersWith, alone, seen, isSumOfLines);
  return {
    choices,
    checks: checks.map((check) => {
      const off = difference(check, numbersWith(new Map()));
      return { check: check.source, row: null, difference: off, holds: off === null ? null : holds(off) };
    }),
  };
}

const isZero = (choice: Choice | undefined): boolean => choice !== undefined && numberOf(choice.candidate.value) === 0;

/**
 * A broken equation shows which of its values was misread, where all others are sure: another equation bears them out, they
 * stand on the paper twice, or are the sum of its lines; and no digit of a line explains it. Its value follows then, when it
 * differs in one digit from what was read, or is the sum of the parts that stand by its label.
 */
function repair(
  check: Check,
  checks: Check[],
  choices: Map<string, Choice>,
  byField: Map<string, Candidate[]>,
  numbersWith: (way: Map<string, number>) => Numbers,
  alone: Map<string, number[]>,
  seen: (value: number) => number,
  isSumOfLines: (value: number) => boolean,
): void {
  const numbers = numbersWith(new Map());
  const off = difference(check, numbers);
  if (off === null || holds(off)) return;
  // The misread number may as well be one of the lines.
  if (check.terms.some((term) => alone.get(columnOf(term) ?? "")?.some(explains(term, off)))) return;
  const paths = pathsOf(check).filter((path) => !path.includes("."));
  const settledValues = paths.flatMap((path) => {
    const choice = choices.get(path);
    const value = choice && numberOf(choice.candidate.value);
    return value != null && (choice!.settled || isSumOfLines(value)) ? [value] : [];
  });
  const sure = (path: string): boolean => {
    const choice = choices.get(path);
    const value = choice && numberOf(choice.candidate.value);
    return (
      choice !== undefined &&
      value != null &&
      (choice.settled ||
        choice.candidate.page === null ||
        seen(Math.abs(value)) >= 2 ||
        isSumOfLines(value) ||
        isRateOf(choice.candidate.quote, value, settledValues) ||
        isWholePercentOf(value, settledValues))
    );
  };
  // Two equations that share nothing but one value and say the same of it: "20.00 + 4.00" and "30.00 - 6.00".
  const saidTwice = paths.filter((path) =>
    checks.some((other) => {
      const said = other === check || !pathsOf(other).includes(path) ? null : solvedFor(other, path, numbers);
      const shared = pathsOf(other).filter((one) => paths.includes(one));
      return said !== null && shared.length === 1 && Math.abs(said - (solvedFor(check, path, numbers) ?? 0)) < 0.005;
    }),
  );
  const open = saidTwice.length === 1 ? saidTwice : paths.filter((path) => !sure(path));
  if (open.length !== 1) return;
  const [path] = open as [string];
  const choice = choices.get(path);
  const right = solvedFor(check, path, numbers);
  const read = choice && numberOf(choice.candidate.value);
  if (!choice || right === null || read == null || right <= 0) return;
  const parts = (byField.get(path) ?? []).map(({ value }) => numberOf(value) ?? Number.NaN);
  const isSumOfParts = parts.length > 1 && Math.abs(parts.reduce((sum, part) => sum + part, 0) - right) < 0.005;
  if (!isSumOfParts && !differByOneDigit(read, right)) return;
  const value = typeof choice.candidate.value === "object" ? { ...choice.candidate.value, amount: right } : right;
  const note = isSumOfParts
    ? `the sum of ${parts.map((part) => part.toFixed(2)).join(" and ")}`
    : `read ${read.toFixed(2)}, follows ${right.toFixed(2)}`;
  choices.set(path, { candidate: { ...choice.candidate, value }, settled: true, ambiguous: false, derived: { note } });
  for (const other of checks) {
    const now = difference(other, numbersWith(new Map()));
    if (now !== null && !holds(now) && other !== check && pathsOf(other).includes(path)) {
      // Another equation says otherwise: nothing follows.
      choices.set(path, choice);
      return;
    }
  }
  // What it follows from was sure before.
  for (const one of paths)
    if (one !== path && sure(one)) Object.assign(choices.get(one)!, { settled: true, ambiguous: false });
}

/** Whether an amount is the percentage that stands beside it ("VAT 20% 10.05") of another one that is settled. */
function isRateOf(quote: string, value: number, settled: number[]): boolean {
  const rate = Number((/(\d{1,2}(?:[.,]\d{1,2})?)\s?%/.exec(quote)?.[1] ?? "").replace(",", "."));
  return rate > 0 && settled.some((whole) => Math.abs((whole * rate) / 100 - value) <= TOLERANCE);
}

/** Rates of tax, and the least sum of which a misread amount is hardly a whole percentage by chance: one of a hundred is. */
const RATES = [3, 27] as const;
const LEAST_WHOLE = 100;

/** Whether an amount is a whole percentage of another one that is settled, to the cent, as a tax is. */
const isWholePercentOf = (value: number, settled: number[]): boolean =>
  settled.some((whole) => {
    const rate = Math.round((100 * value) / whole);
    return (
      whole >= LEAST_WHOLE && rate >= RATES[0] && rate <= RATES[1] && Math.abs((whole * rate) / 100 - value) <= 0.0051
    );
  });

/** Whether two amounts are written alike but for one digit. */
export function differByOneDigit(one: number, other: number): boolean {
  const [a, b] = [one.toFixed(2), other.toFixed(2)];
  return a.length === b.length && [...a].filter((digit, place) => digit !== b[place]).length === 1;
}
