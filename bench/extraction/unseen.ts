import type { Value } from "../../supabase/functions/_shared/extraction/values.ts";

/** A bill of an invented sender, in words and places that no schema has, and what each field is. */
export type UnseenPaper = {
  layout: number;
  text: string;
  header: Record<string, Value>;
  lines: Record<string, Value>[];
};

/** What the senders call things. None of it is a label of the template. */
const WORDS: readonly Record<
  "number" | "date" | "due" | "net" | "tax" | "total" | "customer" | "item" | "count" | "each" | "sum",
  string
>[] = [
  {
    number: "Our mark",
    date: "Drawn up",
    due: "Settle before",
    net: "Works",
    tax: "Crown share",
    total: "Yours to settle",
    customer: "Prepared on behalf of",
    item: "What we did",
    count: "Times",
    each: "At",
    sum: "Comes to",
  },
  {
    number: "Vorgang",
    date: "Aufgestellt am",
    due: "Eingang bis spätestens",
    net: "Leistungen ohne Abgaben",
    tax: "Abgaben",
    total: "Ihr Anteil",
    customer: "Bewohner",
    item: "Was",
    count: "Wie oft",
    each: "Je",
    sum: "Kosten",
  },
  {
    number: "Repère",
    date: "Établi",
    due: "Dernier jour",
    net: "Ouvrage",
    tax: "Part de l'État",
    total: "Reste chez vous",
    customer: "Pour le compte de",
    item: "Ouvrage fait",
    count: "Fois",
    each: "Chaque",
    sum: "Cela fait",
  },
  {
    number: "Expediente",
    date: "Hecho",
    due: "Último día",
    net: "Trabajos",
    tax: "Parte del Estado",
    total: "Su parte",
    customer: "A nombre de",
    item: "Trabajo",
    count: "Veces",
    each: "Cada",
    sum: "Hace",
  },
  {
    number: "Pratica",
    date: "Redatto",
    due: "Entro il giorno",
    net: "Lavori",
    tax: "Quota erario",
    total: "Quota vostra",
    customer: "Per conto di",
    item: "Lavoro",
    count: "Volte",
    each: "Ciascuno",
    sum: "Fa",
  },
  {
    number: "Teken",
    date: "Opgemaakt",
    due: "Uiterlijk",
    net: "Werken",
    tax: "Rijksdeel",
    total: "Uw deel",
    customer: "Namens",
    item: "Werk",
    count: "Keer",
    each: "Elk",
    sum: "Samen",
  },
  {
    number: "Sprawa",
    date: "Sporządzono",
    due: "Najpóźniej",
    net: "Prace",
    tax: "Część państwa",
    total: "Państwa część",
    customer: "Na rzecz",
    item: "Praca",
    count: "Razy",
    each: "Każda",
    sum: "Wynosi",
  },
  {
    number: "Ärende",
    date: "Upprättad",
    due: "Senast",
    net: "Arbeten",
    tax: "Statens del",
    total: "Er del",
    customer: "För räkning",
    item: "Arbete",
    count: "Gånger",
    each: "Styck",
    sum: "Gör",
  },
];
const SENDERS = [
  "heron quay",
  "blue kettle",
  "lumen works",
  "anger hof",
  "roche pianos",
  "casa verde",
  "officina tempo",
  "gouden spijker",
  "studio igla",
  "norrsken varv",
];
const PEOPLE = ["Alma Beispiel", "Bert Muster", "Carla Example", "Dario Prova", "Eva Ejemplo", "Finn Voorbeeld"];
const GOODS = [
  "Stairs swept",
  "Gutter cleared",
  "Piano tuned",
  "Clock mended",
  "Hedge cut",
  "Roof looked at",
  "Boiler set",
  "Door hung",
];

const two = (value: number): string => String(value).padStart(2, "0");
const DAYS: readonly ((iso: string) => string)[] = [
  (iso) => iso.split("-").reverse().join("."),
  (iso) => iso,
  (iso) => `${iso.slice(5, 7)}/${iso.slice(8)}/${iso.slice(0, 4)}`,
  (iso) => iso.split("-").reverse().join("/"),
];
const MONEY: readonly ((amount: number) => string)[] = [
  (amount) =>
    amount
      .toFixed(2)
      .replace(".", ",")
      .replace(/\B(?=(\d{3})+,)/, "."),
  (amount) => amount.toFixed(2).replace(/\B(?=(\d{3})+\.)/, ","),
  (amount) =>
    amount
      .toFixed(2)
      .replace(".", ",")
      .replace(/\B(?=(\d{3})+,)/, " "),
];
const NUMBERS: readonly ((nth: number) => string)[] = [
  (nth) => `HK/2026-${100 + nth}`,
  (nth) => String(480_000 + nth * 37),
  (nth) => `W${1000 + nth}.${nth % 9}`,
  (nth) => `2026-${two(nth % 90)}-K`,
];

type Pair = [label: string, value: string];
const wide = (cells: string[]): string => cells.join("    ");
/** How labels and values of the head stand to each other. */
const HEADS: readonly ((pairs: Pair[]) => string[])[] = [
  (pairs) => pairs.map(([label, value]) => `${label}: ${value}`),
  (pairs) => pairs.map(wide),
  (pairs) => [wide(pairs.map(([label]) => label)), wide(pairs.map(([, value]) => value))],
  (pairs) => pairs.flat(),
  (pairs) => [...pairs.map(([label]) => label), ...pairs.map(([, value]) => value)],
  (pairs) => pairs.map(([label, value]) => wide([value, label])),
  (pairs) => pairs.flatMap(([label, value]) => [value, `(${label})`]),
  // Without any label: what it is, the place says.
  (pairs) => pairs.map(([, value]) => value),
  (pairs) => [pairs.map(([label, value]) => `${label} ${value}`).join(" · ")],
  (pairs) => [wide(pairs.slice(0, 2).flat()), wide(pairs.slice(2).flat())],
];
const SUMS: readonly ((pairs: Pair[], currency: string) => string[])[] = [
  (pairs, currency) => pairs.map(([label, value]) => wide([label, `${value} ${currency}`])),
  (pairs, currency) => pairs.map(([label, value]) => `${label} ${currency} ${value}`),
  (pairs, currency) => [wide(pairs.map(([label]) => label)), wide(pairs.map(([, value]) => `${value} ${currency}`))],
  (pairs, currency) => pairs.map(([label, value]) => wide([`${value} ${currency}`, label])),
  (pairs, currency) => pairs.flatMap(([label, value]) => [label, `${value} ${currency}`]),
];

function paperOf(layout: number, nth: number): UnseenPaper {
  const words = WORDS[layout % WORDS.length]!;
  const [day, money, number] = [
    DAYS[layout % DAYS.length]!,
    MONEY[layout % MONEY.length]!,
    NUMBERS[Math.floor(layout / 3) % NUMBERS.length]!,
  ];
  const seed = layout * 17 + nth * 29;
  const iso = (month: number, of: number): string => `2026-${two(1 + (month % 12))}-${two(1 + (of % 28))}`;
  const lines = Array.from({ length: 2 + (seed % 4) }, (_, line) => {
    const [count, price] = [
      1 + ((seed + line * 3) % 7),
      Math.round(100 * (12 + ((seed * 7 + line * 131) % 890) + 0.05 * (seed % 19))) / 100,
    ];
    return { goods: GOODS[(seed + line) % GOODS.length]!, count, price, sum: Math.round(count * price * 100) / 100 };
  });
  const net = Math.round(100 * lines.reduce((whole, { sum }) => whole + sum, 0)) / 100;
  const tax = Math.round(net * 19) / 100;
  const total = Math.round(100 * (net + tax)) / 100;
  const [date, due] = [iso(seed, seed * 5), iso(seed + 2, seed * 5 + 11)];
  const code = number(seed);
  const sender =
    `${SENDERS[layout % SENDERS.length]} ${["", "nord", "sund", "west", "ost"][Math.floor(layout / SENDERS.length)]}`.trim();
  const customer = PEOPLE[seed % PEOPLE.length]!;
  const head: Pair[] = [
    [words.number, code],
    [words.date, day(date)],
    [words.due, day(due)],
    [words.customer, customer],
  ];
  const sums: Pair[] = [
    [words.net, money(net)],
    [words.tax, money(tax)],
    [words.total, money(total)],
  ];
  const text = [
    sender.toUpperCase(),
    `post@${sender.replaceAll(" ", "-")}.example`,
    "",
    ...HEADS[layout % HEADS.length]!(head),
    "",
    wide([words.item, words.count, words.each, words.sum]),
    ...lines.map(({ goods, count, price, sum }) => wide([goods, String(count), money(price), money(sum)])),
    "",
    ...SUMS[Math.floor(layout / 2) % SUMS.length]!(sums, "EUR"),
  ].join("\n");
  const eur = (amount: number): Value => ({ amount, currency: "EUR" });
  return {
    layout,
    text,
    header: {
      invoice_number: code,
      invoice_date: date,
      due_date: due,
      net: eur(net),
      tax: eur(tax),
      total: eur(total),
      customer,
    },
    lines: lines.map(({ goods, count, price, sum }) => ({
      description: goods,
      quantity: count,
      unit_price: eur(price),
      total: eur(sum),
    })),
  };
}

/** Fifty layouts that no rule and no label was written for, each with so many papers. */
export const unseenLayouts = (papers: number): UnseenPaper[][] =>
  Array.from({ length: 50 }, (_, layout) => Array.from({ length: papers }, (_, nth) => paperOf(layout, nth)));
