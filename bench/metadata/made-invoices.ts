import type { DocumentType, TextPage } from "../../supabase/functions/_shared/metadata.ts";
import { INVOICE_WORDS, type InvoiceWords } from "../../testing/fixtures/invoice-words.ts";
import type { Sample, Half } from "./samples.ts";

/** What one invoice says. */
type Facts = {
  words: InvoiceWords;
  company: InvoiceWords["companies"][number];
  customer: InvoiceWords["customers"][number];
  number: string;
  iso: string;
  due: string;
  items: [name: string, quantity: number, price: number][];
  net: number;
  tax: number;
  total: number;
  form: number;
};

/** The pages of an invoice, as reading gives them: cells that stand side by side are two spaces apart. */
type Layout = (facts: Facts) => string[];

const RATE = 20;
const rows = ({ words: w, items }: Facts): string[] => [
  `${w.description}  ${w.quantity}  ${w.price}  ${w.amount}`,
  ...items.map(([name, quantity, price]) => `${name}  ${quantity}  ${w.money(price)}  ${w.money(quantity * price)}`),
];
const sums = ({ words: w, net, tax, total }: Facts, way: number): string[] => [
  `${w.subtotal[way]}  ${w.money(net)}`,
  `${w.tax} ${RATE}%  ${w.money(tax)}`,
  `${w.total[way]}  ${w.currency} ${w.money(total)}`,
];
const day = ({ words, form }: Facts, iso: string): string => words.date_(iso, form);
const page = (...parts: (string | string[])[]): string => parts.flat().join("\n");

/** Written to be unlike each other. Rules are written on the first half of them; what is wrong in the other half is not looked at. */
const LAYOUTS: Record<Half, Record<string, Layout>> = {
  seen: {
    letterhead: (f) => [
      page(
        f.company.slice(0, 3),
        `${f.words.phone} 000 111 222`,
        "",
        f.words.titles[0]!,
        `${f.words.number[0]}: ${f.number}`,
        `${f.words.date[0]}: ${day(f, f.iso)}`,
        `${f.words.due[0]}: ${day(f, f.due)}`,
        "",
        `${f.words.billTo[0]}:`,
        f.customer,
        "",
        rows(f),
        "",
        sums(f, 0),
        "",
        f.words.terms,
        f.words.thanks,
        `IBAN ${f.words.iban}`,
      ),
    ],
    headings: (f) => [
      page(
        `${f.company[0]}  ${f.words.titles[1]}`,
        f.company.slice(1, 3),
        "",
        f.customer,
        "",
        `${f.words.number[1]}  ${f.words.date[0]}  ${f.words.due[0]}  ${f.words.account}`,
        `${f.number}  ${day(f, f.iso)}  ${day(f, f.due)}  88-1203`,
        "",
        rows(f),
        sums(f, 1),
        `${f.words.vatId} 000000000`,
      ),
    ],
    parties: (f) => [
      page(
        f.words.titles[0]!,
        `# ${f.number}`,
        "",
        `${f.words.billTo[0]}  ${f.words.date[2]}: ${day(f, f.iso)}`,
        f.customer,
        "",
        rows(f),
        sums(f, 0),
        "",
        f.words.terms,
        f.company.slice(0, 3),
        `${f.words.vatId} 000000000 · IBAN ${f.words.iban} · www.${f.company[3]}.example`,
      ),
    ],
    letter: (f) => [
      page(
        `${f.company[0]} · ${f.company[1]} · ${f.company[2]}`,
        "",
        f.customer,
        "",
        `${f.words.date[2]}: ${day(f, f.iso)}`,
        "",
        `${f.words.titles[1]} ${f.number}`,
        "",
        f.words.weBill,
        "",
        rows(f),
        sums(f, 1),
        "",
        f.words.terms,
        f.words.thanks,
        "",
        f.company[0],
      ),
    ],
    utility: (f) => [
      page(
        `${f.company[0]}  www.${f.company[3]}.example`,
        "",
        f.customer,
        "",
        `${f.words.titles[2]}  ${day(f, f.iso)}`,
        `${f.words.account}: 88-1203`,
        `${f.words.period}: ${day(f, "2025-01-01")} - ${day(f, "2025-01-31")}`,
        "",
        `${f.words.goods[5]}  ${f.words.money(f.net)}`,
        `${f.words.tax} ${RATE}%  ${f.words.money(f.tax)}`,
        `${f.words.toPay[0]}  ${f.words.currency} ${f.words.money(f.total)}`,
        `${f.words.due[1]} ${day(f, f.due)}`,
      ),
    ],
    freelancer: (f) => [
      page(
        f.company.slice(0, 3),
        "",
        f.customer,
        "",
        `${f.words.titles[1]} #${f.number} - ${day(f, f.iso)}`,
        "",
        ...f.items.map(([name, quantity, price]) => `${name}  ${f.words.money(quantity * price)}`),
        `${f.words.tax} ${RATE}%  ${f.words.money(f.tax)}`,
        `${f.words.total[0]}  ${f.words.money(f.total)} ${f.words.currency}`,
        "",
        `IBAN ${f.words.iban}`,
      ),
    ],
    hotel: (f) => [
      page(
        f.company.slice(0, 3),
        f.words.titles[1]!,
        `${f.words.vatId} 000000000`,
        `${f.words.number[1]} ${f.number}  ${f.words.date[2]} ${day(f, f.iso)}`,
        `${f.words.stay[0]}: ${f.customer[0]}`,
        `${f.words.stay[1]}: 204`,
        `${f.words.stay[2]}: ${day(f, "2025-01-02")}  ${f.words.stay[3]}: ${day(f, "2025-01-04")}`,
        `${f.words.stay[4]}  2  ${f.words.money(f.net)}`,
        sums(f, 0),
        `${f.words.stay[5]}  ${f.words.money(f.total)}`,
        f.words.thanks,
      ),
    ],
    account: (f) => [
      page(
        `${f.company[0]}  ${f.words.titles[2]}`,
        f.company.slice(1, 3),
        "",
        f.customer,
        "",
        `${f.words.account}: 88-1203`,
        `${f.words.date[1]}: ${day(f, f.iso)}`,
        `${f.words.account_[0]}  ${f.words.money(80)}`,
        `${f.words.account_[1]}  -${f.words.money(80)}`,
        `${f.words.account_[2]}  ${f.words.money(f.net)}`,
        `${f.words.tax} ${RATE}%  ${f.words.money(f.tax)}`,
        `${f.words.toPay[0]}  ${f.words.currency} ${f.words.money(f.total)}`,
        `${f.words.due[0]}: ${day(f, f.due)}`,
      ),
    ],
  },
  "held-out": {
    shop: (f) => [
      page(
        f.words.titles[1]!,
        `${f.company[0]}  ${f.words.phone} 000 111 222`,
        f.company.slice(1, 3),
        `${f.words.vatId} 000000000`,
        `${f.words.order}: 7731-2250`,
        `${f.words.number[2]}: ${f.number}`,
        `${f.words.date[2]}: ${day(f, f.iso)}`,
        f.customer,
        rows(f),
        sums(f, 2),
        `${f.words.paidBy}  ${f.words.money(f.total)}`,
        f.words.thanks,
      ),
    ],
    subscription: (f) => [
      page(
        `${f.words.titles[0]}  ${f.company[0]}`,
        `${f.words.number[0]}  ${f.number}`,
        `${f.words.date[1]}  ${day(f, f.iso)}`,
        `${f.words.due[2]}  ${day(f, f.due)}`,
        "",
        `${f.company[0]}  ${f.words.billTo[1]}`,
        `${f.company[1]}  ${f.customer[0]}`,
        `${f.company[2]}  ${f.customer[1]}`,
        `billing@${f.company[3]}.example  ${f.customer[2]}`,
        "",
        rows(f),
        sums(f, 0),
        `${f.words.toPay[0]}  ${f.words.currency} ${f.words.money(f.total)}`,
        f.words.page,
      ),
    ],
    columns: (f) => [
      page(
        f.company.slice(0, 3),
        f.words.titles[0]!,
        f.customer,
        f.words.number[1]!,
        f.words.date[1]!,
        f.words.account,
        f.number,
        day(f, f.iso),
        "88-1203",
        rows(f),
        f.words.subtotal[0]!,
        f.words.tax,
        f.words.total[1]!,
        f.words.money(f.net),
        f.words.money(f.tax),
        f.words.money(f.total),
        f.words.terms,
      ),
    ],
    conditions: (f) => [
      page(
        f.customer,
        "",
        `${f.words.date[0]} ${day(f, f.iso)}  ${f.words.page}`,
        `${f.words.titles[1]} ${f.number}`,
        "",
        rows(f),
        sums(f, 2),
        "",
        `${f.company[0]}, ${f.company[1]}, ${f.company[2]}`,
        `${f.words.vatId} 000000000  IBAN ${f.words.iban}`,
      ),
      page(f.words.conditions, f.words.conditions.slice(1), f.company[0]),
    ],
    reference: (f) => [
      page(
        `${f.words.number[2]}: ${f.number}`,
        `${f.words.date[2]}: ${day(f, f.iso)}`,
        f.company.slice(0, 3),
        `info@${f.company[3]}.example`,
        `${f.words.vatId} 000000000`,
        "",
        `${f.words.billTo[2]}: ${f.customer[0]}`,
        f.customer.slice(1),
        "",
        rows(f),
        sums(f, 1),
        `${f.words.toPay[1]}  ${f.words.money(f.total)} ${f.words.currency}`,
        `${f.words.due[0]}: ${day(f, f.due)}`,
        `IBAN ${f.words.iban}`,
      ),
    ],
    footer: (f) => [
      page(
        rows(f),
        sums(f, 0),
        "",
        `${f.words.billTo[0]}: ${f.customer.join(", ")}`,
        f.words.terms,
        `${f.words.toPay[2]} ${f.words.currency} ${f.words.money(f.total)} ${f.words.due[1]!.toLowerCase()} ${day(f, f.due)}`,
        "",
        `${f.company[0]}  ${f.company[1]}  ${f.company[2]}`,
        `${f.words.titles[1]} ${f.number}  ${day(f, f.iso)}`,
      ),
    ],
  },
};

/** Layouts whose sender stands below the sums or below the title, beside no label; written later, so that the facts of the others stay. */
const LATER: Record<string, Layout> = {
  foot: (f) => [
    page(
      `${f.words.titles[0]}  ${f.words.number[0]} ${f.number}`,
      `${f.words.date[0]}  ${day(f, f.iso)}`,
      `${f.words.billTo[1]}  ${f.customer[0]}`,
      `${f.customer[1]}  ${f.customer[2]}`,
      rows(f),
      sums(f, 1),
      f.words.thanks,
      "",
      `${f.company[0]}  ${f.company[1]}, ${f.company[2]}  ${f.words.phone} 000 111 222`,
    ),
  ],
  below: (f) => [
    page(
      f.customer,
      "",
      f.words.titles[1]!,
      `${f.words.number[0]}: ${f.number}  ${f.words.date[0]}: ${day(f, f.iso)}`,
      rows(f),
      sums(f, 0),
      f.words.terms,
      "",
      `${f.company[0]} | ${f.company[1]} | ${f.company[2]} | IBAN ${f.words.iban}`,
    ),
  ],
  stacked: (f) => [
    page(
      f.words.titles[0]!,
      f.company.slice(0, 3),
      f.customer,
      f.words.number[0]!,
      f.number,
      f.words.date[0]!,
      day(f, f.iso),
      rows(f),
      sums(f, 0),
    ),
  ],
};

/** Papers that have an invoice's parts and are none. */
const OTHERS = {
  quote: "quote",
  order_: "order",
  delivery: "delivery-note",
  credit: "credit-note",
} as const satisfies Record<string, DocumentType>;
type Other = keyof typeof OTHERS;
const other = (f: Facts, [title, line]: [string, string], priced: boolean): string[] => [
  page(
    f.company.slice(0, 3),
    `${f.words.vatId} 000000000`,
    "",
    f.customer,
    "",
    title,
    `${f.words.date[2]}: ${day(f, f.iso)}`,
    `${line} ${f.number}`,
    "",
    priced ? [...rows(f), ...sums(f, 0)] : f.items.map(([name, quantity]) => `${name}  ${quantity}`),
    "",
    `IBAN ${f.words.iban}`,
  ),
];

/**
 * Plain invoices made up in five languages and fourteen layouts, and papers that are like them: text alone. They show whether rules hold
 * for more than the handful of real ones; they are no real ones.
 */
export function madeInvoices(): { sample: Sample; pages: TextPage[] }[] {
  const made: { sample: Sample; pages: TextPage[] }[] = [];
  let nth = 0;
  const add = (group: string, half: Half, name: string, language: string, type: DocumentType, layout: Layout): void => {
    const facts = factsOf(language, nth++);
    const priced = type !== "delivery-note";
    const truth = { company: facts.company[0], date: facts.iso, total: priced ? facts.total : null, type };
    const sample: Sample = {
      file: `${group}/${name}-${language}.pdf`,
      group,
      half,
      bytes: new Uint8Array(),
      mimeType: "application/pdf",
      text: null,
      truth,
    };
    made.push({ sample, pages: layout(facts).map((text, index) => ({ page_number: index + 1, text })) });
  };
  for (const language of Object.keys(INVOICE_WORDS)) {
    for (const [half, layouts] of Object.entries(LAYOUTS) as [Half, Record<string, Layout>][]) {
      for (const [name, layout] of Object.entries(layouts))
        add("made invoices", half, name, language, "invoice", layout);
    }
    for (const [index, [name, type]] of (Object.entries(OTHERS) as [Other, DocumentType][]).entries()) {
      add("made papers like invoices", index % 2 === 0 ? "seen" : "held-out", name, language, type, (facts) =>
        other(facts, facts.words[name], type !== "delivery-note"),
      );
    }
  }
  for (const language of Object.keys(INVOICE_WORDS))
    for (const [name, layout] of Object.entries(LATER)) add("made invoices", "seen", name, language, "invoice", layout);
  return made;
}

/** Facts that follow from a number alone, so that every run has the same. */
function factsOf(language: string, nth: number): Facts {
  const words = INVOICE_WORDS[language]!;
  const items = [0, 1, 2]
    .slice(0, 1 + (nth % 3))
    .map((index): [string, number, number] => [
      words.goods[(nth + index) % words.goods.length]!,
      1 + ((nth + index) % 4),
      12.5 + ((nth * 37 + index * 11) % 400),
    ]);
  const net = items.reduce((sum, [, quantity, price]) => sum + quantity * price, 0);
  const tax = Math.round(net * RATE) / 100;
  const two = (value: number): string => String(value).padStart(2, "0");
  const [month, date] = [1 + (nth % 11), 1 + ((nth * 7) % 28)];
  return {
    words,
    items,
    net,
    tax,
    total: Math.round((net + tax) * 100) / 100,
    form: nth,
    number: `${2025}-${1000 + nth * 7}`,
    company: words.companies[nth % words.companies.length]!,
    customer: words.customers[nth % words.customers.length]!,
    iso: `2025-${two(month)}-${two(date)}`,
    due: `2025-${two(month + 1)}-${two(date)}`,
  };
}
