import type { DocumentType } from "../../../_shared/metadata.ts";
import { DOCUMENT_NAMES, LABEL_ENDINGS, OTHER_NAMES } from "../tables/document-names.ts";
import { DOCUMENT_TYPE_EVIDENCE } from "../tables/document-types.ts";
import { everydayNames } from "../tables/everyday-words.ts";
import { moreNames } from "../tables/more-words.ts";
import { holds, INTRODUCTION, keyOf, needleOf, RUNS_ON, wordsOf, type Line } from "../text/text.ts";

// What the heading of a document calls it.

/** What a type takes without a heading: a word of it in some line says less. */
export const WITHOUT_HEADING = 6;

/** What the name of a type in a heading is worth: more than any sum of words that merely go with another type. */
const HEADING = 9;

/** From this line on a name is no heading of the document any more, but of one of its parts. */
const HEAD = 24;

/** `name`: what the heading calls the document, in key form. */
export type Heading = { type: DocumentType; score: number; line: Line; name: string };

/** The name of a document in its heading: the longest name in a short line near the top, or alone in the last lines of a form. */
export function headingOf(lines: Line[]): Heading | null {
  const first = lines.filter((line) => line.page === lines[0]?.page);
  let best: Heading | null = null;
  for (const [index, line] of first.entries()) {
    const atTheEnd = index >= first.length - 3;
    if (index >= HEAD && !atTheEnd) continue;
    for (const cell of line.cells) {
      const key = line.cells.length === 1 ? line.key : keyOf(cell);
      const words = wordsOf(key);
      // "Счет № 41 от 12 марта 2025 г.": the year's abbreviation ends no sentence.
      const ends = /[.,;?]$/u.test(cell) && !/\d\s?(?:г|р|r)\.$/u.test(cell);
      // In a picture the number of a bill may stand in one line with all that is beside it.
      const numbered = numberedName(key);
      if (
        words.length === 0 ||
        words.length > (numbered ? 16 : OF_A_MEETING.some((name) => key.startsWith(` ${name} `)) ? 24 : 10) ||
        ends ||
        /\p{L}:\s?\S/u.test(cell)
      )
        continue;
      // "Lieferschein 123 vom 02.06.2018" below a bill's title is what the bill is for.
      if (numbered && best?.type === "invoice" && GOES_WITH_A_BILL.includes(numbered.type)) continue;
      const worth = (numbered?.type === "invoice" ? NUMBERED : WITHOUT_HEADING + 1) * (1 - index / 60);
      if (numbered && index <= 10 && (!best || best.score < worth))
        best = { type: numbered.type, score: worth, line, name: numbered.name };
      const hit =
        (words.length <= 10 || !numbered ? nameIn(key) : null) ??
        plainTitle(cell, words, line, index) ??
        billOf(cell, words, index);
      if (!hit) continue;
      // The boxes of a bill name the papers that go with it: "Delivery Note   Mode of Payment   Buyer's Order".
      if (index > 1 && GOES_WITH_A_BILL.includes(hit.type) && (line.cells.length >= 3 || holds(key, BILLS))) continue;
      if (best?.type === "invoice" && GOES_WITH_A_BILL.includes(hit.type) && isReference(cell, line)) continue;
      const share = RUNS_ON.test(hit.name)
        ? hit.name.length / key.trim().length
        : hit.name.split(" ").length / words.length;
      if (atTheEnd && index >= HEAD && share < 0.4) continue;
      // "print@home Ticket"
      const closes = words.length <= 3 && key.endsWith(` ${hit.name} `);
      if (share < 0.5 && !beginsWith(key, hit.name) && !isTitleCased(cell) && !closes) continue;
      const score = (share >= 0.5 || key.endsWith(` ${hit.name} `) ? HEADING : HEADING * 0.6) * (1 - index / 60);
      if (!best || score > best.score + 1 || (score > best.score - 1 && hit.name.length > best.name.length * 1.5))
        best = { type: hit.type, score, line, name: hit.name };
    }
  }
  return best;
}

/**
 * A bill's plain name as the title of a page, alone in its line: "FACTURE", "Facture d'acompte FA-12". A receipt's line, or a label,
 * may hold the same word.
 */
function plainTitle(
  cell: string,
  [name = "", ...more]: string[],
  line: Line,
  index: number,
): { type: DocumentType; name: string } | null {
  const titled = index < TITLE_LINES && line.cells.length === 1 && /^\p{Lu}/u.test(cell) && !cell.endsWith(":");
  return titled && more.length < 5 && BILL_NAMES.has(name) && !LABEL_ENDINGS.includes(more[0] ?? "")
    ? { type: "invoice", name }
    : null;
}

/** A bill that its title says what it is for: "Broadband bill", "Your final bill". A bill that is spoken of is another one. */
function billOf(cell: string, words: string[], index: number): { type: DocumentType; name: string } | null {
  const [before = ""] = words.slice(-2);
  const titled = index < TITLE_LINES && /^\p{Lu}/u.test(cell) && words.length >= 2 && words.length <= 5;
  return titled && words.at(-1) === "bill" && !NO_BILL_OF_ITS_OWN.some((word) => words.includes(word))
    ? { type: "invoice", name: `${before} bill` }
    : null;
}

/** Words before "bill" that make it another bill, a sum of it, or somebody's name. */
const NO_BILL_OF_ITS_OWN: readonly string[] = [
  "the",
  "this",
  "a",
  "last",
  "previous",
  "next",
  "total",
  "old",
  "dear",
  "mr",
  "uncle",
  "dollar",
  "play",
];

const TITLE_LINES = 15;
const BILL_NAMES = new Set(["rechnung", "facture", "factura", "fattura", "factuur", "fatura"]);

/** What bills are called. */
export const BILLS = DOCUMENT_TYPE_EVIDENCE.invoice
  .flatMap(([weight, ...names]) => (weight >= 5 ? names : []))
  .concat("账单", "帳單");

/** Papers that bills refer to. */
export const GOES_WITH_A_BILL: readonly DocumentType[] = ["delivery-note", "order", "quote", "contract"];

/** Whether a cell with what a paper is called leads to its number: "Bon de livraison :  BL443". */
const isReference = (cell: string, line: Line): boolean =>
  cell.endsWith(":") || line.cells.length > 1 || /\d/.test(cell);

/** What the name of a bill with its number is worth as a heading: it may be another bill that is spoken of. */
const NUMBERED = 5;

/** A bill's heading that holds its number: "Faktura nr 2201", "Счет на оплату № 41 от 12 марта 2025 г.". */
function numberedName(key: string): { type: DocumentType; name: string } | null {
  for (const { type, name } of NUMBERED_NAMES) {
    if (!key.startsWith(` ${name} `)) continue;
    if (
      /^(?:(?:no|nr|n|č|c|sp|seria|nro|numer|cislo|číslo|nummer|numero|号|번호) )?(?:\p{L}{1,4} ?){0,2}\d/u.test(
        key.slice(name.length + 2),
      )
    )
      return { type, name };
  }
  const compound = COMPOUND_BILL.exec(key)?.[1];
  return compound && !compound.endsWith("abrechnung") && !compound.startsWith("storno")
    ? { type: "invoice", name: compound }
    : null;
}

/** "Mietrechnung 4711": what a bill calls itself, with what it is about before. */
const COMPOUND_BILL = /^ ([a-z]{3,30}(?:rechnung|factuur)) (?:(?:no|nr|nummer) )?\d/;

/** Whether most of the longer words of a text begin with a capital, as in a title and in no sentence. */
function isTitleCased(text: string): boolean {
  const words = text.match(/\p{L}{4,}/gu) ?? [];
  return words.filter((word) => /^[\p{Lu}\p{Lo}]/u.test(word)).length >= words.length * 0.6;
}

/** The longest name of a type in a key that is no label of a number. */
function nameIn(key: string): { type: DocumentType; name: string } | null {
  const squeezed = key.trim().split(" ");
  const plain = !/[^\x20-\x7e]/.test(key);
  for (const { type, name, needle, runsOn } of plain ? PLAIN_NAMES : NAMES) {
    const at = key.indexOf(needle) - (runsOn ? 1 : 0);
    if (at < 0) continue;
    // "RDW-CV" is a value of a blood count.
    if (name.length <= 2 && at > 0 && !runsOn) continue;
    const after = wordsOf(key.slice(at + needle.length - 1))[0] ?? "";
    const before = wordsOf(key.slice(0, Math.max(0, at))).at(-1) ?? "";
    // A correction is rarely but named by a number of its own: "Faktura korygująca nr 3".
    if (type !== "credit-note" && LABEL_ENDINGS.includes(after) && squeezed.length <= name.split(" ").length + 4)
      continue;
    // "for invoice 4711" and "to the purchase order" speak of another paper.
    if (SPEAKS_OF_ANOTHER.includes(before) && !isAddressed(key, before, name)) continue;
    // "Verbale di contestazione" is no record of a meeting.
    return holds(key, NAMED_OTHERWISE.get(name) ?? []) ? null : { type, name };
  }
  return null;
}

/** "Your water bill" is a heading: it begins with the word and holds little else. */
function isAddressed(key: string, before: string, name: string): boolean {
  const told = key.replace(INTRODUCTION, " ");
  return (
    POSSESSIVES.includes(before) &&
    told.startsWith(` ${before} ${name} `) &&
    wordsOf(told).length <= wordsOf(name).length + 3
  );
}

const POSSESSIVES: readonly string[] = ["your", "votre", "su"];

/** Whether a key begins with the name of a document; `*` stands for the beginning of a compound. */
function beginsWith(key: string, name: string): boolean {
  if (!name.startsWith("*")) return key.startsWith(` ${name} `);
  const words = wordsOf(key).slice(0, name.split(" ").length).join(" ");
  return words.endsWith(name.slice(1));
}

/** How records of meetings begin, in key form: their headings say who met, where and when. */
const OF_A_MEETING: readonly string[] = [
  "minutes",
  "protokoll",
  "compte rendu",
  "proces verbal",
  "acta",
  "verbale",
  "ata",
  "notulen",
  "minit mesyuarat",
  "protokol",
  "zapis",
  "zapisnica",
  "referat",
  "poytakirja",
  "jegyzokonyv",
  "tutanak",
  "πρακτικα",
  "протокол",
];

const SPEAKS_OF_ANOTHER: readonly string[] = [
  "the",
  "this",
  "your",
  "our",
  "of",
  "per",
  "with",
  "zu",
  "zur",
  "zum",
  "dieser",
  "votre",
  "su",
  "la",
  "cette",
  "esta",
];

const NAMES = (Object.entries(DOCUMENT_NAMES) as [Exclude<DocumentType, "other">, readonly string[]][])
  .flatMap(([type, names]) => [
    ...[...names, ...moreNames(type)].map((name) => ({ type, name: keyOf(name).trim() })),
    ...everydayNames(type).map((name) => ({ type, name })),
  ])
  .sort((one, other) => other.name.length - one.name.length)
  .map(({ type, name }) => ({ type, name, needle: needleOf(name), runsOn: RUNS_ON.test(name) }));

const TYPED = new Set(NAMES.map(({ name }) => name));

/** The names of papers of no type that hold the name of a type, by that name. */
export const NAMED_OTHERWISE = new Map(
  [
    ...NAMES.map(({ name }) => name),
    ...Object.values(DOCUMENT_TYPE_EVIDENCE).flatMap((rows) => rows.flatMap(([, ...names]) => names)),
  ].map(
    (name) => [name, OTHER_NAMES.filter((other) => !TYPED.has(other) && ` ${other} `.includes(` ${name} `))] as const,
  ),
);

/** Names of trade papers that their heading has with a number: "BON DE COMMANDE N° 2025-1180". */
const NUMBERED_NAMES = [
  ...NAMES.filter(({ type }) => ["invoice", "quote", "order", "delivery-note", "bank-statement"].includes(type)),
  // "Invoice No 4711" is a line of a receipt as well; the other languages' words head their bills.
  ...["rechnung", "facture", "factura", "fattura", "factuur", "fatura"].map((name) => ({
    type: "invoice" as DocumentType,
    name,
  })),
  ...(["quote", "order", "delivery-note", "bank-statement"] as const).flatMap((type) =>
    DOCUMENT_TYPE_EVIDENCE[type]
      .filter(([weight]) => weight >= 5)
      .flatMap(([, ...names]) => names.map((name) => ({ type: type as DocumentType, name }))),
  ),
].sort((one, other) => other.name.length - one.name.length);

/** Those that a key of letters a to z can hold. */
const PLAIN_NAMES = NAMES.filter(({ name }) => !/[^\x20-\x7e]/.test(name));
