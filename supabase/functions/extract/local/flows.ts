import { isArray, kindOf, type ArrayField, type Fields, type ScalarField } from "../../_shared/extraction/schema.ts";
import { numberOf, type Value } from "../../_shared/extraction/values.ts";
import { keyOf } from "../../metadata/local/text/text.ts";
import { boxAround, type Cell, type Row } from "./grid.ts";
import type { TableRow } from "./tables.ts";

// Which way money went, where a statement says it with something else than a minus: a mark behind the amount, a column for what
// goes out and one for what comes in, or the balance behind each line.

/** What a mark behind an amount says: S and H, D and C, DR and CR. */
export type Marks = { out: string; into: string };

const PAIRS: readonly Marks[] = [
  ["s", "h"],
  ["soll", "haben"],
  ["d", "c"],
  ["dr", "cr"],
  ["db", "cr"],
  ["d", "h"],
  ["d", "a"],
  ["d", "k"],
  ["dare", "avere"],
  ["debe", "haber"],
  ["debit", "credit"],
  ["debet", "credit"],
  ["af", "bij"],
].map(([out, into]) => ({ out: out!, into: into! }));

const OUT = [
  "paid out",
  "money out",
  "withdrawal",
  "withdrawals",
  "debit",
  "debits",
  "debit amount",
  "payments out",
  "belastung",
  "belastungen",
  "lastschrift",
  "soll",
  "betrag soll",
  "umsatz soll",
  "ausgang",
  "abgang",
  "debite",
  "montant debit",
  "sorties",
  "cargo",
  "cargos",
  "debe",
  "debito",
  "debitos",
  "salidas",
  "dare",
  "addebiti",
  "uscite",
  "af",
  "bedrag af",
  "debet",
  "uitgaven",
  "saidas",
  "keluar",
];
const INTO = [
  "paid in",
  "money in",
  "deposit",
  "deposits",
  "credit",
  "credits",
  "credit amount",
  "payments in",
  "gutschrift",
  "gutschriften",
  "haben",
  "betrag haben",
  "umsatz haben",
  "eingang",
  "zugang",
  "credite",
  "montant credit",
  "entrees",
  "abono",
  "abonos",
  "haber",
  "credito",
  "creditos",
  "ingresos",
  "avere",
  "accrediti",
  "entrate",
  "bij",
  "bedrag bij",
  "inkomsten",
  "entradas",
  "masuk",
];
const BALANCES = ["balance", "running balance", "saldo", "kontostand", "solde", "saldo contable", "baki"];

/** The column that says what there is after each line: no schema asks for it. */
export const BALANCE: { path: string; field: ScalarField } = {
  path: "#balance",
  field: { type: "object", format: "money" },
};

/** A heading's words, with a unit or a currency behind them at most. */
const isCalled = (cell: Cell, words: readonly string[]): boolean => {
  const key = cell.key.trim();
  return words.some((word) => key === word || (key.startsWith(`${word} `) && key.length - word.length <= 5));
};

/** The columns for what goes out, what comes in, and what there is then; null where a line of headings has not both of the first two. */
export function flowColumns(cells: readonly Cell[]): { out: number; into: number } | null {
  const out = cells.findIndex((cell) => isCalled(cell, OUT));
  const into = cells.findIndex((cell) => isCalled(cell, INTO));
  return out >= 0 && into >= 0 && out !== into ? { out, into } : null;
}

export const balanceColumn = (cells: readonly Cell[]): number =>
  cells.findLastIndex((cell) => isCalled(cell, BALANCES));

/** The one amount of a table's lines that have a day each, as the transactions of a statement; null for tables of another kind. */
export function flowOf(array: ArrayField): string | null {
  const fields = Object.entries(array.items.properties);
  const amounts = fields.filter(([, field]) => kindOf(field) === "money");
  return amounts.length === 1 && fields.some(([, field]) => kindOf(field) === "date") ? amounts[0]![0] : null;
}

const MARKED = /\d[.,]\d{2}\s?(\p{L}{1,6})$/u;

/**
 * The marks behind the amounts of a paper; null where it has none. Null also where the schema has no transactions: a letter
 * behind other amounts may be a code of tax.
 */
export function marksOf(fields: Fields, rows: readonly Row[]): Marks | null {
  if (!Object.values(fields.properties).some((field) => isArray(field) && flowOf(field) !== null)) return null;
  const found = new Set<string>();
  for (const row of rows)
    row.cells.forEach((cell, nth) => {
      const mark = MARKED.exec(cell.text)?.[1] ?? (isAmount(row.cells[nth - 1]) && isMark(cell.text) ? cell.text : "");
      if (mark) found.add(keyOf(mark).trim());
    });
  const pair = PAIRS.filter(({ out, into }) => found.has(out) || found.has(into)).sort(
    (one, other) =>
      Number(found.has(other.out)) +
      Number(found.has(other.into)) -
      Number(found.has(one.out)) -
      Number(found.has(one.into)),
  )[0];
  return pair && found.has(pair.out) ? pair : null;
}

const isAmount = (cell: Cell | undefined): boolean => cell !== undefined && /^[^\p{L}]*\d[.,]\d{2}$/u.test(cell.text);
const isMark = (text: string): boolean => PAIRS.some(({ out, into }) => [out, into].includes(keyOf(text).trim()));

/** -1 where a mark right behind an amount says that it went out, 1 where it came in, 0 where there is none; and where the mark ends. */
export function markBehind(text: string, end: number, { out, into }: Marks): { sign: -1 | 0 | 1; end: number } {
  const mark = /^\s?(\p{L}{1,6})(?![\p{L}\d])/u.exec(text.slice(end));
  const key = mark ? keyOf(mark[1]!).trim() : "";
  const sign = key === out ? -1 : key === into ? 1 : 0;
  return { sign, end: sign === 0 ? end : end + mark![0].length };
}

/** The rows with each mark in the cell of its amount. */
export const withMarks = (rows: Row[], marks: Marks): Row[] =>
  rows.map((row) => ({ ...row, cells: withMarksIn(row.cells, marks) }));

function withMarksIn(cells: Cell[], { out, into }: Marks): Cell[] {
  const joined: Cell[] = [];
  for (const cell of cells) {
    const last = joined.at(-1);
    if (last && isAmount(last) && [out, into].includes(keyOf(cell.text).trim())) {
      const text = `${last.text} ${cell.text}`;
      joined[joined.length - 1] = { ...last, text, key: keyOf(text), box: boxAround(last.box, cell.box) };
    } else joined.push(cell);
  }
  return joined;
}

/**
 * Settles the signs by the balances: the balance before a line and its amount come to the balance after it. Lines run from the
 * first down or, where the newest comes first, from the last up.
 *
 * @param others amounts beside the table, one of which is the balance before it
 */
export function settleByBalance(rows: TableRow[], path: string, others: readonly number[]): void {
  const lines = rows.flatMap((row) => {
    const cell = row.cells.find((one) => one.path === path);
    const amount = cell ? numberOf(cell.readings[0]!) : null;
    return cell && amount !== null && row.balance !== undefined ? [{ row, cell, amount, balance: row.balance }] : [];
  });
  if (lines.length < 2) return;
  const ways = [lines, [...lines].reverse()].map((way) =>
    way.map((line, nth) => {
      const before = nth === 0 ? null : way[nth - 1]!.balance;
      const signs = ([1, -1] as const).filter((sign) => {
        const moved = line.balance - sign * Math.abs(line.amount);
        return before === null ? others.some((one) => isSame(one, moved)) : isSame(before, moved);
      });
      return { ...line, sign: signs.length === 1 ? signs[0]! : 0 };
    }),
  );
  const held = (way: { sign: number }[]): number => way.slice(1).filter(({ sign }) => sign !== 0).length;
  const best = held(ways[1]!) > held(ways[0]!) ? ways[1]! : ways[0]!;
  if (held(best) < 0.6 * (lines.length - 1)) return;
  for (const { row, cell, amount, sign } of best) {
    if (sign === 0) continue;
    row.settled = true;
    cell.readings = [withAmount(cell.readings[0]!, sign * Math.abs(amount))];
    cell.unsure = false;
  }
}

export const withAmount = (value: Value, amount: number): Value =>
  typeof value === "object" ? { ...value, amount } : amount;

const isSame = (one: number, other: number): boolean => Math.abs(one - other) < 0.005;
