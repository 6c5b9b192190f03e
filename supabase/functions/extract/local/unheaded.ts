import { type ArrayField, kindOf } from "../../_shared/extraction/schema.ts";
import { type Money, moneyIn } from "../../metadata/local/amounts/money.ts";
import type { Cell, Row } from "./grid.ts";
import type { Reading } from "./parse.ts";
import { flowOf } from "./flows.ts";
import type { TableCell, TableRow } from "./tables.ts";

/** Lines that a sum is made of. More are read where they have headings. */
const MOST_LINES = 200;
/** Lines of sums below them that are looked at. */
const MOST_SUMS = 8;
const TOLERANCE = 0.005;

/** What of a list's lines is what: their words, what each comes to, how many of what price. */
type Parts = { text: string; whole: string; count: string | null; price: string | null };

function partsOf(name: string, array: ArrayField): Parts | null {
  const fields = Object.entries(array.items.properties);
  const required = new Set(array.items.required ?? []);
  const ofKind = (kind: string): string[] =>
    fields.filter(([, field]) => kindOf(field) === kind).map(([column]) => column);
  const amounts = ofKind("money");
  const [text] = ofKind("string");
  const whole = amounts.length === 1 ? amounts[0] : amounts.filter((one) => required.has(one))[0];
  if (!text || !whole || flowOf(array) !== null) return null;
  const path = (column: string | undefined): string | null => (column === undefined ? null : `${name}.${column}`);
  return {
    text: `${name}.${text}`,
    whole: `${name}.${whole}`,
    count: path([...ofKind("number"), ...ofKind("integer")][0]),
    price: path(amounts.find((one) => one !== whole)),
  };
}

/** `rows`: how many it takes, two where its words stand above. */
type Line = {
  row: Row;
  rows: 1 | 2;
  words: Cell;
  count: number | null;
  price: number | null;
  money: Money;
  cell: Cell;
};

/**
 * The lines of a list without headings, as tills print them: words with an amount behind them, right above the sums, one of
 * which they come to. Without such a sum there are none.
 *
 * @param isSum whether a line is one of the sums
 * @param namesSum whether it has the name of one anywhere
 */
export function unheadedRows(
  name: string,
  array: ArrayField,
  rows: Row[],
  { isSum, namesSum }: { isSum(row: Row): boolean; namesSum(row: Row): boolean },
  reading: Reading,
): TableRow[] {
  const parts = partsOf(name, array);
  if (!parts) return [];
  const first = rows.findIndex((row, nth) => isSum(row) && nth > 0 && !isSum(rows[nth - 1]!) && lineAt(rows, nth - 1));
  if (first < 0) return [];
  const sums = rows
    .slice(first, first + MOST_SUMS)
    .filter(isSum)
    // What stands before the last amount is what a tax is of.
    .flatMap((row) => moneyIn(row.text).at(-1)?.amount ?? []);
  const lines: Line[] = [];
  let sum = 0;
  let found: Line[] | null = null;
  for (let at = first - 1; at >= 0 && lines.length < MOST_LINES; ) {
    const line = lineAt(rows, at);
    if (!line || isSum(line.row) || namesSum(line.row)) break;
    lines.unshift(line);
    sum += line.money.amount;
    if (sums.some((one) => Math.abs(one - sum) < TOLERANCE)) found = [...lines];
    at -= line.rows;
  }
  return (found ?? []).map((line) => rowOf(line, parts, reading));
}

const AMOUNT_ALONE = /^[^\p{L}\d]{0,3}-?\d{1,3}(?:[., ']\d{3})*[.,]\d{2}-?(?:\s?(?:\p{Sc}|\p{Lu}{1,3}|\*))?$/u;
const COUNTED = /^(\d{1,4})\s?(?:x|X|×|\*|@|à|a)\s?(?:\p{Sc}\s?)?(\d{1,6}[.,]\d{2})(?:\s?\p{Sc})?$/u;

/** The line of a list that a row ends: its words stand in it, or in the row above where it only says how many of what. */
function lineAt(rows: Row[], at: number): Line | null {
  const row = rows[at]!;
  const cell = row.cells.at(-1)!;
  if (row.cells.length < 2 || !AMOUNT_ALONE.test(cell.text)) return null;
  const [money] = moneyIn(cell.text);
  if (!money) return null;
  const before = row.cells.slice(0, -1);
  const counted = before.map(({ text }) => COUNTED.exec(text)).find((one) => one !== null);
  const count = counted ? Number(counted[1]) : null;
  const price = counted ? (moneyIn(counted[2]!)[0]?.amount ?? null) : null;
  const comesOut = count !== null && price !== null && Math.abs(count * price - money.amount) < TOLERANCE;
  if (counted && !comesOut) return null;
  const line = { row, count, price, money, cell };
  const words = before.filter(({ text }) => isName(text));
  if (words.length === 1) return { ...line, rows: 1, words: words[0]! };
  const above = rows[at - 1];
  if (
    words.length === 0 &&
    counted &&
    above?.cells.length === 1 &&
    isName(above.text) &&
    !/\d[.,]\d{2}/.test(above.text)
  )
    return { ...line, rows: 2, words: above.cells[0]! };
  return null;
}

const isName = (text: string): boolean => /\p{L}{2}/u.test(text) && !/[:：]$/u.test(text);

function rowOf({ row, rows, words, count, price, money: whole, cell }: Line, parts: Parts, reading: Reading): TableRow {
  const money = (amount: number) => ({ amount, currency: whole.currency ?? reading.currency });
  const placed = (path: string, value: TableCell["readings"][number], at: Cell): TableCell => ({
    path,
    readings: [value],
    box: at.box,
    confidence: at.confidence,
  });
  return {
    page: row.page,
    quote: (rows === 1 ? row.text : `${words.text} ${row.text}`).slice(0, 290),
    sure: true,
    cells: [
      placed(parts.text, words.text, words),
      ...(parts.count && count !== null ? [placed(parts.count, count, cell)] : []),
      ...(parts.price && price !== null ? [placed(parts.price, money(price), cell)] : []),
      placed(parts.whole, money(whole.amount), cell),
    ],
  };
}
