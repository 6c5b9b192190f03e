import type { DocumentType } from "../../supabase/functions/_shared/metadata.ts";

/** A paper of an invented sender, and what a person would say of it. */
export type Paper = {
  layout: number;
  text: string;
  truth: { correspondent: string; document_type: DocumentType; document_date: string; amount: number };
};

/** Senders as a logo has them, and as a person writes them. */
const SENDERS: readonly [printed: string, meant: string, domain: string][] = [
  ["heron + quay", "Heron & Quay", "heronquay.eu"],
  ["the blue kettle", "The Blue Kettle", "bluekettle.co.uk"],
  ["LUMEN", "Lumen Heizkostendienst", "lumen-dienst.de"],
  ["Pferdehof am Anger", "Pferdehof am Anger", "hof-anger.de"],
  ["Mme Roche, accords de pianos", "Roche Pianos", "roche-pianos.fr"],
  ["casa verde", "Casa Verde", "casaverde.es"],
  ["officina del tempo", "Officina del Tempo", "officinatempo.it"],
  ["de gouden spijker", "De Gouden Spijker", "goudenspijker.nl"],
  ["Studio Igła", "Studio Igła", "studioigla.pl"],
  ["norrsken varv", "Norrsken Varv", "norrskenvarv.se"],
];
/** What papers call themselves, which no table has as a type, and what they are. */
const KINDS: readonly [title: string, type: DocumentType][] = [
  ["Reckoning of works", "invoice"],
  ["Seasonal sheet", "invoice"],
  ["Thank you slip", "receipt"],
  ["What we agreed", "contract"],
  ["Cover in brief", "insurance"],
];
/** Labels of the right day and of another one, of the right sum and of another one. */
const WORDS: readonly { day: string; otherDay: string; sum: string; otherSum: string }[] = [
  { day: "Drawn up", otherDay: "Date", sum: "Yours to settle", otherSum: "Total" },
  { day: "Aufgestellt am", otherDay: "Datum", sum: "Ihr Anteil", otherSum: "Gesamtkosten" },
  { day: "Établi", otherDay: "Date de visite", sum: "Reste chez vous", otherSum: "Total" },
  { day: "Hecho", otherDay: "Fecha", sum: "Su parte", otherSum: "Total" },
  { day: "Redatto", otherDay: "Data", sum: "Quota vostra", otherSum: "Totale" },
];
const CUSTOMER = ["Alma Beispiel", "Ulmenweg 17", "34117 Kassel"];

const two = (value: number): string => String(value).padStart(2, "0");
/** Ways to write a day. The second leaves day and month open for many days. */
const DAYS: readonly ((year: number, month: number, day: number) => string)[] = [
  (year, month, day) => `${two(day)}.${two(month)}.${year}`,
  (year, month, day) => `${two(month)}/${two(day)}/${year}`,
  (year, month, day) => `${year}-${two(month)}-${two(day)}`,
];
const comma = (sum: number): string => sum.toFixed(2).replace(".", ",");

/** How the parts of a paper stand on the page: labels before values, in columns, below headings, in runs, and beside a table. */
type Parts = { sender: string[]; imprint: string[]; title: string; days: [string, string][]; sums: [string, string][] };
const ARRANGEMENTS: readonly ((parts: Parts) => string[])[] = [
  ({ sender, imprint, title, days, sums }) => [
    ...sender,
    title,
    "",
    ...CUSTOMER,
    "",
    ...days.map((pair) => pair.join(": ")),
    "",
    ...sums.map((pair) => pair.join("  ")),
    "",
    ...imprint,
  ],
  ({ sender, imprint, title, days, sums }) => [
    title,
    "",
    ...CUSTOMER,
    "",
    ...days.map((pair) => pair.join("    ")),
    ...sums.map((pair) => pair.join("    ")),
    "",
    ...sender,
    ...imprint,
  ],
  ({ sender, imprint, title, days, sums }) => [
    ...sender,
    ...imprint,
    "",
    title,
    "",
    days.map(([label]) => label).join("    "),
    days.map(([, value]) => value).join("    "),
    "",
    ...sums.map(([label, value]) => `${label} EUR ${value}`),
  ],
  ({ sender, imprint, title, days, sums }) => [
    ...CUSTOMER,
    "",
    ...sender,
    title,
    ...days.map(([label]) => label),
    ...days.map(([, value]) => value),
    "",
    ...sums.map(([label, value]) => `${label}    ${value} €`),
    "",
    ...imprint,
  ],
  ({ sender, imprint, title, days, sums }) => [
    `${sender[0]}    ${title}`,
    ...days.map(([label, value]) => `${label} ${value}`),
    "",
    "Item    Each    Sum",
    "Things    2    1,00    2,00",
    ...sums.map(([label, value]) => `${label}    EUR    ${value}`),
    "",
    ...imprint,
  ],
];

/** The nth paper of a layout: the sender and the words stay, days and sums change. */
function paperOf(layout: number, nth: number): Paper {
  const [printed, meant, domain] = SENDERS[layout % SENDERS.length]!;
  const [title, document_type] = KINDS[(layout + Math.floor(layout / 10)) % KINDS.length]!;
  const words = WORDS[Math.floor(layout / 10) % WORDS.length]!;
  const written = DAYS[layout % DAYS.length]!;
  const [year, month, day] = [2025, 1 + ((layout + 3 * nth) % 12), 1 + ((layout * 7 + nth * 5) % 28)];
  const amount = Math.round(100 * (40 + layout * 3.17 + nth * 21.4)) / 100;
  const other: [number, number, number] = [year, 1 + ((month + 1) % 12), 1 + ((day + 8) % 28)];
  const days: [string, string][] = [
    [words.otherDay, written(...other)],
    [words.day, written(year, month, day)],
  ];
  const sums: [string, string][] = [
    [words.otherSum, comma(amount + 310.25)],
    [words.sum, comma(amount)],
  ];
  // Each layout is another sender's.
  const house = ["", "Nord", "Sund", "West", "Ost"][Math.floor(layout / SENDERS.length)] ?? "";
  const imprint = [
    ...(layout % 3 === 0 ? [] : [`VAT no. DE ${811000000 + layout * 1301}`]),
    ...(layout % 4 === 1 ? [`Tel. +49 431 22${1000 + layout * 7}`] : []),
    `post@${[house.toLowerCase(), domain].filter((part) => part !== "").join("-")}`,
  ];
  // Of some, the logo is a picture without text; others have nothing but their name.
  const logo = layout % 7 === 3 ? "o" : `${printed} ${house}`.trim();
  const parts = { sender: [logo], imprint: layout % 7 === 6 ? [] : imprint, title, days, sums };
  return {
    layout,
    text: [...ARRANGEMENTS[Math.floor(layout / 2) % ARRANGEMENTS.length]!(parts), `No ${layout}-${1000 + nth}`].join(
      "\n",
    ),
    truth: {
      correspondent: `${meant} ${house}`.trim(),
      document_type,
      document_date: `${year}-${two(month)}-${two(day)}`,
      amount,
    },
  };
}

/** Fifty layouts that no rule was written for, each with so many papers. */
export const layouts = (papers: number): Paper[][] =>
  Array.from({ length: 50 }, (_, layout) => Array.from({ length: papers }, (_, nth) => paperOf(layout, nth)));
