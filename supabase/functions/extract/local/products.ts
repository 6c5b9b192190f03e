import { type Check, TOLERANCE } from "../../_shared/extraction/checks.ts";
import { kindOf } from "../../_shared/extraction/schema.ts";
import { numberOf, type Value } from "../../_shared/extraction/values.ts";
import type { Cell, Row } from "./grid.ts";
import { parseValues, type Reading } from "./parse.ts";
import type { Heading } from "./headings.ts";
import type { TableCell } from "./tables.ts";

/** An equation of a row that is a product: `items.quantity * items.unit_price = items.total`. */
export type Product = { factors: [string, string]; whole: string };

/** The product that an equation says, whichever side it stands on; null for any other equation. */
export function productOf({ terms }: Check): Product | null {
  if (terms.length !== 2) return null;
  const [two, one] = [...terms].sort((a, b) => b.factors.length - a.factors.length);
  const [first, second] = two!.factors;
  const [whole] = one!.factors;
  if (two!.factors.length !== 2 || one!.factors.length !== 1 || two!.sign === one!.sign) return null;
  if (first!.kind !== "field" || second!.kind !== "field" || whole!.kind !== "field") return null;
  return { factors: [first!.path, second!.path], whole: whole!.path };
}

const isProduct = (one: number, other: number, whole: number): boolean =>
  Math.abs(one * other - whole) <= TOLERANCE && whole !== 0;

/** Whether the likeliest readings of a row's cells come out. */
export function comesOut(cells: TableCell[], { factors, whole }: Product): boolean {
  const numbersOf = (path: string): number[] =>
    (cells.find((cell) => cell.path === path)?.readings ?? []).flatMap((value) => numberOf(value) ?? []);
  return numbersOf(whole).some((result) =>
    numbersOf(factors[0]).some((one) => numbersOf(factors[1]).some((other) => isProduct(one, other, result))),
  );
}

type Numeric = { cell: Cell; at: number; values: number[]; hasUnit: boolean };
/** What is read as a number of a line, and the rows that it took. */
type Counted = { cells: TableCell[]; quote: string; rows: number };

/**
 * The cells of a row whose numbers stand in other columns than its headings, found by their product: "5,5000  4 kg  7 %  22,00". The headings
 * say which factor comes first. The product may stand in the line below. Null where none comes out, or more than one does.
 */
export function byProduct(
  row: Row,
  below: Row | undefined,
  { columns }: Heading,
  { factors, whole }: Product,
  reading: Reading,
): Counted | null {
  const places = factors.map((path) => columns.findIndex((column) => column.path === path));
  if (places.some((place) => place < 0)) return null;
  const inOrder = places[0]! < places[1]! ? factors : ([factors[1], factors[0]] as const);
  const own = numericCells(row);
  const next = below && below.page === row.page ? numericCells(below) : [];
  const alone = solve(own, own);
  // The last number of the line below, where this line has none that fits.
  const found = alone ?? solve(own, next.slice(-1), true);
  if (!found) return null;
  const { first, second, result, numbers } = found;
  const fieldOf = (path: string) => columns.find((column) => column.path === path)?.field;
  const typed = (path: string, number: number): Value => {
    const field = fieldOf(path);
    const isMoney = field ? kindOf(field) === "money" : true;
    return isMoney ? { amount: number, currency: reading.currency } : number;
  };
  const cellOf = (path: string, { cell }: Numeric, number: number): TableCell => ({
    path,
    readings: [typed(path, number)],
    box: cell.box,
    confidence: cell.confidence,
  });
  const texts = row.cells.slice(0, first.at).filter(({ text }) => /\p{L}{2}/u.test(text));
  const text = columns.find(({ field }) => field && kindOf(field) === "string");
  const name = text?.field && texts.at(-1) ? parseValues(text.field, texts.at(-1)!.text, reading)[0] : undefined;
  return {
    rows: alone ? 1 : 2,
    quote: (alone ? row.text : `${row.text} ${below!.text}`).slice(0, 290),
    cells: [
      ...(name
        ? [
            {
              path: text!.path!,
              readings: [name.value],
              box: texts.at(-1)!.box,
              confidence: texts.at(-1)!.confidence,
              // The number of an article may stand before it, in the same words or in its own.
              unsure: texts.length > 1 || /\d/.test(texts[0]!.text.slice(0, 20)),
            },
          ]
        : []),
      cellOf(inOrder[0], first, numbers[0]),
      cellOf(inOrder[1], second, numbers[1]),
      cellOf(whole, result, numbers[2]),
    ],
  };
}

/** The one way in which two numbers of a line come to a third behind them. */
function solve(
  own: Numeric[],
  results: Numeric[],
  isBelow = false,
): { first: Numeric; second: Numeric; result: Numeric; numbers: [number, number, number] } | null {
  const ways: { first: Numeric; second: Numeric; result: Numeric; numbers: [number, number, number] }[] = [];
  for (const [nth, first] of own.entries())
    for (const second of own.slice(nth + 1))
      for (const result of results) {
        if (!isBelow && result.at <= second.at) continue;
        for (const a of first.values)
          for (const b of second.values)
            for (const c of result.values) {
              // The number of a line is no quantity: one of something has to say of what.
              if ((a === 1 && !first.hasUnit && first.at === 0) || !isProduct(a, b, c)) continue;
              ways.push({ first, second, result, numbers: [a, b, c] });
            }
      }
  const [way] = ways;
  return way && ways.every(({ numbers }) => numbers.join() === way.numbers.join()) ? way : null;
}

const MOST_CELLS = 14;

/** The cells that are a number, with a unit or a currency at most. A rate is none. */
export function numericCells(row: Row): Numeric[] {
  return row.cells.slice(0, MOST_CELLS).flatMap((cell, at) => {
    if (/%/.test(cell.text)) return [];
    const found = parseValues({ type: "number" }, cell.text, { dayFirst: null, currency: null });
    const [first] = found;
    if (!first || first.start > 3 || found.some(({ start }) => start !== first.start)) return [];
    const unit = cell.text.slice(first.end).replace(/[^\p{L}]/gu, "");
    if (unit.length > 6 || cell.text.slice(0, first.start).replace(/[^\p{L}]/gu, "").length > 3) return [];
    return [{ cell, at, values: found.map(({ value }) => value as number), hasUnit: unit !== "" }];
  });
}
