import { numberOf } from "../../_shared/extraction/values.ts";
import { moneyIn } from "../../metadata/local/amounts/money.ts";
import type { ReadRow } from "./equations.ts";
import type { Row } from "./grid.ts";

// The numbers of tables, as equations count with them.

/** The numbers of each column, by its path; null where a cell has none. */
export function columnsOf(tables: Map<string, ReadRow[]>): Map<string, (number | null)[]> {
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
export function aloneIn(tables: Map<string, ReadRow[]>): Map<string, number[]> {
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

/**
 * How often an amount stands on the paper. The balance before a statement's first line counts once more: it follows from
 * that line.
 */
export function countOf(rows: Row[], tables: Map<string, ReadRow[]>): (value: number) => number {
  const counts = new Map<number, number>();
  const count = (amount: number) => counts.set(Math.abs(amount), (counts.get(Math.abs(amount)) ?? 0) + 1);
  for (const row of rows) for (const { amount } of moneyIn(row.text)) count(amount);
  for (const lines of tables.values())
    if (lines.length > 0 && lines.every(({ row }) => row.settled)) beforeOf(lines).forEach(count);
  return (value) => counts.get(value) ?? 0;
}

/**
 * The balance before each end of a table whose lines are borne out by their balances: the newest line may come first or
 * last.
 */
const beforeOf = (lines: ReadRow[]): number[] =>
  [lines[0]!, lines.at(-1)!].flatMap(({ row }) => {
    const amount = row.cells.map(({ readings }) => numberOf(readings[0]!)).find((one) => one !== null);
    return amount == null || row.balance === undefined ? [] : [Math.round(100 * (row.balance - amount)) / 100];
  });
