import type { Value } from "../../supabase/functions/_shared/extraction/values.ts";
import { INVOICE_WORDS, type InvoiceWords } from "../metadata/invoice-words.ts";

/** An invoice that the benchmark makes: its page, and what each field is. `noisy`: a digit of an amount was misread. */
export type MadeInvoice = {
  layout: string;
  language: string;
  noisy: boolean;
  text: string;
  header: Record<string, Value>;
  lines: Record<string, Value>[];
};

/** A sequence of numbers below 1 that is the same each time. */
export function numbersFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

type Facts = {
  words: InvoiceWords;
  company: string[];
  customer: string[];
  number: string;
  date: string;
  due: string;
  lines: [string, number, number][];
  net: number;
  tax: number;
  total: number;
  way: number;
};

const cents = (amount: number): number => Math.round(amount * 100) / 100;
const heading = ({ words: w }: Facts): string[] => [w.description, w.quantity, w.price, w.amount];
const rowOf = ({ words: w }: Facts, [name, quantity, price]: Facts["lines"][number]): string[] => [
  name,
  String(quantity),
  w.money(price),
  w.money(cents(quantity * price)),
];
const wide = (cells: string[]): string => cells.join("  ");

const HEADS: Record<string, (f: Facts) => string[]> = {
  colons: (f) => [
    `${f.words.number[f.way]}: ${f.number}`,
    `${f.words.date[f.way]}: ${f.date}`,
    `${f.words.due[f.way]}: ${f.due}`,
  ],
  cells: (f) => [
    wide([f.words.number[f.way]!, f.number]),
    wide([f.words.date[f.way]!, f.date]),
    wide([f.words.due[f.way]!, f.due]),
  ],
  row: (f) => [
    wide([f.words.number[f.way]!, f.words.date[f.way]!, f.words.due[f.way]!]),
    wide([f.number, f.date, f.due]),
  ],
  below: (f) => [f.words.number[f.way]!, f.number, f.words.date[f.way]!, f.date, f.words.due[f.way]!, f.due],
};
const TABLES: Record<string, (f: Facts) => string[]> = {
  plain: (f) => [wide(heading(f)), ...f.lines.map((line) => wide(rowOf(f, line)))],
  numbered: (f) => [
    wide(["#", ...heading(f)]),
    ...f.lines.map((line, nth) => wide([String(nth + 1), ...rowOf(f, line)])),
  ],
  rate: (f) => [
    wide([...heading(f).slice(0, 3), f.words.tax, heading(f)[3]!]),
    ...f.lines.map((line) => wide([...rowOf(f, line).slice(0, 3), "20%", rowOf(f, line)[3]!])),
  ],
  tight: (f) => [heading(f).join(" "), ...f.lines.map((line) => rowOf(f, line).join(" "))],
  notes: (f) => [wide(heading(f)), ...f.lines.flatMap((line) => [wide(rowOf(f, line)), f.words.thanks])],
};
const SUMS: Record<string, (f: Facts) => string[]> = {
  currency: (f) => [
    wide([f.words.subtotal[f.way]!, f.words.money(f.net)]),
    wide([`${f.words.tax} 20%`, f.words.money(f.tax)]),
    wide([f.words.total[f.way]!, `${f.words.currency} ${f.words.money(f.total)}`]),
  ],
  colons: (f) => [
    `${f.words.subtotal[f.way]}: ${f.words.money(f.net)} ${f.words.currency}`,
    `${f.words.tax}: ${f.words.money(f.tax)} ${f.words.currency}`,
    `${f.words.total[f.way]}: ${f.words.money(f.total)} ${f.words.currency}`,
  ],
};

/** Forty layouts: four heads, five tables, two sums. */
export const LAYOUTS: string[] = Object.keys(HEADS).flatMap((head) =>
  Object.keys(TABLES).flatMap((table) => Object.keys(SUMS).map((sum) => `${head} ${table} ${sum}`)),
);

/** Invoices in the layouts and languages, every third one with a misread digit in an amount. */
export function madeInvoices(count: number, seed = 20261128): MadeInvoice[] {
  const random = numbersFrom(seed);
  const pick = <One>(list: readonly One[]): One => list[Math.floor(random() * list.length)]!;
  const languages = Object.keys(INVOICE_WORDS);
  return Array.from({ length: count }, (_, nth) => {
    const language = languages[nth % languages.length]!;
    const words = INVOICE_WORDS[language]!;
    const layout = LAYOUTS[nth % LAYOUTS.length]!;
    const [head, table, sum] = layout.split(" ") as [string, string, string];
    const lines = Array.from({ length: 1 + Math.floor(random() * 6) }, (_, line): Facts["lines"][number] => [
      words.goods[line % words.goods.length]!,
      1 + Math.floor(random() * 9),
      cents(1 + random() * 900),
    ]);
    const net = cents(lines.reduce((whole, [, quantity, price]) => whole + cents(quantity * price), 0));
    const tax = cents(net * 0.2);
    const day = (month: number): string =>
      `2026-${String(month).padStart(2, "0")}-${String(13 + Math.floor(random() * 15)).padStart(2, "0")}`;
    const [issued, due] = [day(1 + (nth % 6)), day(7 + (nth % 6))];
    const form = Math.floor(random() * 3);
    const facts: Facts = {
      words,
      company: [...pick(words.companies)],
      customer: [...pick(words.customers)],
      number: `${pick(["RE", "INV", "F"])}-${2026000 + nth}`,
      date: words.date_(issued, form),
      due: words.date_(due, form),
      lines,
      net,
      tax,
      total: cents(net + tax),
      way: nth % 3,
    };
    const page = [
      ...facts.company.slice(0, 3),
      "",
      words.titles[nth % 3]!,
      ...HEADS[head]!(facts),
      "",
      `${words.billTo[0]}:`,
      ...facts.customer,
      "",
      ...TABLES[table]!(facts),
      "",
      ...SUMS[sum]!(facts),
      "",
      words.terms,
    ];
    const noisy = nth % 3 === 2;
    const currency = words.currency === "RM" ? "MYR" : words.currency;
    const money = (amount: number): Value => ({ amount, currency });
    return {
      layout,
      language,
      noisy,
      text: (noisy ? misread(page, facts.words.money(facts.total), random) : page).join("\n"),
      header: {
        invoice_number: facts.number,
        invoice_date: issued,
        due_date: due,
        seller: facts.company[0]!,
        net: money(net),
        tax: money(tax),
        total: money(facts.total),
      },
      lines: lines.map(([description, quantity, price]) => ({
        description,
        quantity,
        unit_price: money(price),
        total: money(cents(quantity * price)),
      })),
    };
  });
}

/** The page with one digit of its total read as another. */
function misread(page: string[], total: string, random: () => number): string[] {
  const digits = [...total].flatMap((sign, place) => (/\d/.test(sign) ? [place] : []));
  const place = digits[Math.floor(random() * digits.length)]!;
  const wrong = String((Number(total[place]) + 1 + Math.floor(random() * 8)) % 10);
  const last = page.findLastIndex((line) => line.includes(total));
  return page.map((line, nth) =>
    nth === last ? line.replace(total, total.slice(0, place) + wrong + total.slice(place + 1)) : line,
  );
}
