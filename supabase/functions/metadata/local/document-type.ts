import type { DocumentType } from "../../_shared/metadata.ts";
import { CONFIDENCE } from "./confidence.ts";
import { AFFILIATIONS } from "./tables/affiliations.ts";
import { CV_HEADINGS, DOCUMENT_NAMES, LABEL_ENDINGS } from "./tables/document-names.ts";
import { CLOSINGS, GREETINGS, SALUTATIONS, SUBJECT_LABELS } from "./tables/letters.ts";
import { moneyIn } from "./money.ts";
import { DOCUMENT_TYPE_EVIDENCE } from "./tables/document-types.ts";
import { everydayNames } from "./tables/everyday-words.ts";
import { moreNames } from "./tables/more-words.ts";
import { holds, indexIn, INTRODUCTION, keyOf, needleOf, RUNS_ON, wordsOf, type Finding, type Line } from "./text.ts";
import { writtenDates } from "./written-dates.ts";

/** Below this the evidence is too thin, and the type is `other`. One plain name of a type in a short line is enough. */
const ENOUGH = 4;

/** The same for what has no heading: a word of a type in some line says less. */
const WITHOUT_HEADING = 6;

/** From this score on many words speak for a type that no heading names. */
const MANY_WORDS = 10;

/** How many lines a ticket has at most, with its conditions. */
const LONGEST_TICKET = 150;

/** What the name of a type is worth in a row of the table. */
const OWN_NAME = 5;

/** Types whose own words are enough: a till's, and those of long papers. */
const SURE_ENOUGH: readonly DocumentType[] = ["receipt", "invoice", "report"];

/** What the name of a type in a heading is worth: more than any sum of words that merely go with another type. */
const HEADING = 9;

/** From this line on a name is no heading of the document any more, but of one of its parts. */
const HEAD = 24;

/** Types whose names are words of any prose or label: without a heading or a short line of their own they say nothing. */
const ONLY_AS_HEADING: readonly DocumentType[] = [
  "quote",
  "order",
  "contract",
  "report",
  "minutes",
  "form",
  "certificate",
  "ticket",
  "cv",
];

/** Characters in a line of a till's printer. */
const TILL_WIDTH = 48;
const TIME_OF_DAY =
  /(?<![\d:.])(?:[01]?\d|2[0-3])[:.][0-5]\d(?:[:.][0-5]\d)?\s?(?:[ap]\.?m\b)|(?<![\d:.])(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?![\d:])/iu;

type Score = { type: DocumentType; score: number; line: Line | null };

/** `name`: what the heading calls the document, in key form. */
type Heading = Score & { name: string };

/**
 * The type that most evidence speaks for, with the line that speaks loudest; `other` (and no finding) where none is
 * strong enough. A row of the table counts at most twice, so that synonyms do not add up without end.
 */
export function findDocumentType(
  lines: Line[],
  { picture = false }: { picture?: boolean } = {},
): { type: DocumentType; finding: Finding<DocumentType> | null } {
  if (lines.some(isMachineReadable)) return { type: "other", finding: null };
  let best: Score = { type: "other", score: 0, line: null };
  // Most phrases stand nowhere: one search in all keys together is cheaper than one in each.
  const all = lines.map(({ key }) => key).join("");
  const heading = headingOf(lines);
  const prose = isProse(lines);
  const first = lines.filter(({ page }) => page === lines[0]?.page);
  const several = first.length < lines.length;
  for (const [type, rows] of Object.entries(DOCUMENT_TYPE_EVIDENCE) as [
    Exclude<DocumentType, "other">,
    (typeof DOCUMENT_TYPE_EVIDENCE)[Exclude<DocumentType, "other">],
  ][]) {
    let score = type === "receipt" && (picture || isTillRoll(lines)) ? stripOfPaper(lines) : 0;
    let loudest: { line: Line; weight: number } | null = null;
    const said = new Set<string>();
    // Words of tills stand in running text too, and those of tickets in long papers about journeys.
    if (type === "receipt" && heading?.type !== type && !mayBeReceipt(lines)) continue;
    if (
      heading?.type !== type &&
      ((type === "receipt" && prose) || (type === "ticket" && (lines.length > LONGEST_TICKET || !isTimed(lines))))
    )
      continue;
    // A letter greets or takes its leave on its first page; behind a bill the mail that it came with may be filed.
    if (type === "letter" && heading?.type !== type && several && !first.some(({ key }) => holds(key, ADDRESSING)))
      continue;
    // A bill names its order and its delivery note, with their numbers and days.
    if (heading?.type === "invoice" && GOES_WITH_A_BILL.includes(type)) continue;
    // "Fatura do Cartão de Crédito": what a bank calls a bill is none.
    if (type === "invoice" && heading?.type === "bank-statement" && holds(heading.line!.key, BILLS)) continue;
    for (const [weight, ...phrases] of rows) {
      let row = 0;
      for (const phrase of phrases) {
        const hit =
          indexIn(all, phrase) < 0 ? null : loudestLine(lines, phrase, LONGER.get(phrase) ?? [], type, weight, heading);
        if (!hit || hit.factor === 0) continue;
        row += weight * hit.factor;
        if (weight > 1) said.add(phrase);
        if (!loudest || weight * hit.factor > loudest.weight) loudest = { line: hit.line, weight: weight * hit.factor };
      }
      score += Math.min(row, 2 * weight);
    }
    // A till's strip of paper needs no word of its own beside its total.
    if (type === "receipt" && !loudest && score >= ENOUGH && isTillRoll(lines))
      loudest = { line: lines.find(isTotal)!, weight: 1 };
    if (heading?.type === type) {
      score += heading.score;
      loudest = { line: heading.line!, weight: Infinity };
    }
    if (type === "article" && !loudest && heading === null && isScholarly(lines)) {
      score += MANY_WORDS;
      loudest = { line: lines.find(isCiting) ?? lines[0]!, weight: OWN_NAME };
    }
    if (type === "cv") {
      const sections = cvSections(lines);
      if (sections) {
        score += 10;
        // Three sections of it say more than any word.
        if (!loudest || loudest.weight < 10) loudest = { line: sections, weight: 10 };
      }
    }
    // One word that papers of a type have, however often, stands in other papers too.
    if (heading?.type !== type && said.size < 2 && (loudest?.weight ?? 0) < OWN_NAME && !SURE_ENOUGH.includes(type))
      continue;
    if (score > best.score) best = { type, score, line: loudest?.line ?? null };
  }
  if (
    best.score < (SURE_ENOUGH.includes(best.type) || heading?.type === best.type ? ENOUGH : WITHOUT_HEADING) ||
    !best.line
  )
    return { type: "other", finding: null };
  const { heading: headed, words, few } = CONFIDENCE.type;
  const confidence = heading?.type === best.type ? headed : best.score >= MANY_WORDS ? words : few;
  return { type: best.type, finding: { value: best.type, page: best.line.page, quote: best.line.text, confidence } };
}

/** "P<USATRAVELER<<HAPPY<<<<": the zone of a passport or an identity card that machines read, which is often misread. */
const isMachineReadable = ({ text }: Line): boolean =>
  text.includes("<") &&
  /^[PAIC][<A-Z][A-Z]{3}[A-Z\d<]{20,60}$/u.test(text.replaceAll(" ", "")) &&
  /[<KL]{4}/u.test(text);

/** How letters begin and end, and the labels of what they are about. */
const ADDRESSING: readonly string[] = [...SALUTATIONS, ...GREETINGS, ...CLOSINGS, ...SUBJECT_LABELS];

/** Whether sums stand in short lines, as a till prints them: a form has its words in long ones, a menu neither a total nor a day. */
function mayBeReceipt(lines: Line[]): boolean {
  const short = lines.filter(({ text }) => text.length <= TILL_WIDTH).length;
  return (
    short >= lines.length * 0.5 &&
    lines.some(({ text }) => moneyIn(text).length > 0) &&
    lines.some(
      (line) =>
        TIME_OF_DAY.test(line.text) ||
        writtenDates(line.text, true).length > 0 ||
        isTotal(line) ||
        TILL_SUM.test(line.key),
    )
  );
}

/** Whether a day or a time of day stands in lines, as on every ticket. */
const isTimed = (lines: Line[]): boolean =>
  lines.some(({ text }) => TIME_OF_DAY.test(text) || writtenDates(text, true).length > 0);

/** Whether most lines of the first page are running text, as no till prints it. */
function isProse(lines: Line[]): boolean {
  const first = lines.filter(({ page }) => page === lines[0]?.page);
  const running = first.filter(
    ({ text }) => /\p{Ll}{2,40}\s\p{Ll}{2,40}\s\p{Ll}{2,40}/u.test(text) && moneyIn(text).length === 0,
  );
  return first.length >= 25 && running.length > first.length * 0.4;
}

/** The name of a document in its heading: the longest name in a short line near the top, or alone in the last lines of a form. */
function headingOf(lines: Line[]): Heading | null {
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
      const hit = (words.length <= 10 || !numbered ? nameIn(key) : null) ?? plainTitle(cell, words, line, index);
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

const TITLE_LINES = 15;
const BILL_NAMES = new Set(["rechnung", "facture", "factura", "fattura", "factuur", "fatura"]);

/** What bills are called. */
const BILLS = DOCUMENT_TYPE_EVIDENCE.invoice
  .flatMap(([weight, ...names]) => (weight >= 5 ? names : []))
  .concat("账单", "帳單");

/** Papers that bills refer to. */
const GOES_WITH_A_BILL: readonly DocumentType[] = ["delivery-note", "order", "quote", "contract"];

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
  for (const { type, name } of plain ? PLAIN_NAMES : NAMES) {
    const at = RUNS_ON.test(name) ? indexIn(key, name) - 1 : indexIn(key, name);
    if (at < 0) continue;
    // "RDW-CV" is a value of a blood count.
    if (name.length <= 2 && at > 0 && !RUNS_ON.test(name)) continue;
    const after = wordsOf(key.slice(at + needleOf(name).length - 1))[0] ?? "";
    const before = wordsOf(key.slice(0, Math.max(0, at))).at(-1) ?? "";
    // A correction is rarely but named by a number of its own: "Faktura korygująca nr 3".
    if (type !== "credit-note" && LABEL_ENDINGS.includes(after) && squeezed.length <= name.split(" ").length + 4)
      continue;
    // "for invoice 4711" and "to the purchase order" speak of another paper.
    if (SPEAKS_OF_ANOTHER.includes(before) && !isAddressed(key, before, name)) continue;
    return { type, name };
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
  .sort((one, other) => other.name.length - one.name.length);

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

/** The first heading of a curriculum vitae without a title: three of its sections, each in a line of its own. */
function cvSections(lines: Line[]): Line | null {
  const found = new Map<string, Line>();
  for (const line of lines) {
    const name = line.key.trim();
    if (CV_HEADINGS.includes(name) && !found.has(name)) found.set(name, line);
  }
  return found.size >= 3 &&
    [
      "experience",
      "experienc",
      "experient",
      "employment",
      "work",
      "kerja",
      "praxe",
      "praxis",
      "parcours",
      "skusenost",
      "tapasztalat",
      "deneyim",
      "εμπειρια",
      "опыт",
      "досвід",
      "職歴",
      "工作经",
      "경력",
      "الخبرة",
      "ניסיון",
      "beruf",
      "werdegang",
      "esperienz",
      "werkervaring",
      "doswiadczenie",
      "zkusenosti",
      "erfaren",
      "erfaring",
      "kokemus",
    ].some((word) => [...found.keys()].some((name) => name.includes(word)))
    ? ([...found.values()][0] ?? null)
    : null;
}

/** Whether a text is built as what scholars publish: it cites by number or by year, its authors work somewhere, its parts are numbered. */
function isScholarly(lines: Line[]): boolean {
  const first = lines.filter(({ page }) => page === lines[0]?.page);
  const cites = lines.filter(isCiting).length >= 2;
  const works = first.slice(0, 20).some(({ key }) => holds(key, AFFILIATIONS));
  const parts = lines.some(({ text, key }) => /^(?:1|I)\.?\s/u.test(text) && holds(key, INTRODUCTIONS));
  return cites && works && (parts || isProse(lines));
}

/** "[1, 2]", "(Voorhees, 1999)", "(Nwosu et al., 2020)" */
const isCiting = ({ text }: Line): boolean =>
  /\p{Ll}\s?\[\d{1,3}(?:[,–-]\s?\d{1,3}){0,5}\]|\(\p{Lu}\p{L}+(?:\s(?:et al\.?|and \p{Lu}\p{L}+|& \p{Lu}\p{L}+))?,?\s(?:19|20)\d\d[a-z]?[);]/u.test(
    text,
  );

const INTRODUCTIONS: readonly string[] = [
  "introduction",
  "einleitung",
  "introduccion",
  "introduzione",
  "introducao",
  "inleiding",
  "wstep",
  "uvod",
  "inledning",
  "indledning",
  "innledning",
  "johdanto",
  "bevezetes",
  "introducere",
  "giris",
  "εισαγωγη",
  "введение",
  "вступ",
];

/** The phrases that hold a shorter one of the same type: "invoice no" is not "invoice" once more. */
const LONGER = new Map(
  Object.values(DOCUMENT_TYPE_EVIDENCE).flatMap((rows) => {
    const phrases = rows.flatMap(([, ...phrases]) => phrases);
    return phrases.map(
      (phrase) =>
        [phrase, phrases.filter((other) => other !== phrase && ` ${other} `.includes(` ${phrase} `))] as const,
    );
  }),
);

function loudestLine(
  lines: Line[],
  phrase: string,
  longer: readonly string[],
  type: DocumentType,
  weight: number,
  heading: Heading | null,
): { line: Line; factor: number } | null {
  let best: { line: Line; factor: number } | null = null;
  // A receipt has no top: its words count as headings wherever they stand on the one strip of paper.
  const headings = lines.length < 100 ? lines.length : 30;
  for (const line of lines) {
    const at = indexIn(line.key, phrase);
    if (at < 0 || holds(line.key, longer)) continue;
    // "Verdienstabrechnung" is no "Rechnung", "Certificate of Motor Insurance" no certificate.
    if (line === heading?.line && type !== heading.type && heading.name.includes(phrase.replaceAll("*", ""))) continue;
    const factor = isMereWord(line, phrase, at, type, weight) ? 0 : loudness(line, phrase, headings);
    if (!best || factor > best.factor) best = { line, factor };
  }
  return best;
}

/** Whether the name of a type stands as a plain word: within a sentence, before a number ("Contract No"), behind one ("10 minutes"). */
function isMereWord(line: Line, phrase: string, at: number, type: DocumentType, weight: number): boolean {
  // "certifie avoir reçu": the French word for a credit note is a verb as well.
  if (
    phrase === "avoir" &&
    at > 0 &&
    !/ (?:facture|d|votre|notre|cet|un|l|montant de l) $/.test(line.key.slice(0, at + 1))
  )
    return true;
  // "18.09. GUTSCHRIFT ZALANDO SE +39,95": a row of a statement.
  if (type === "credit-note" && /^\d{1,4}[./-]\d{1,2}/u.test(line.text) && moneyIn(line.text).length > 0) return true;
  if (weight < 5 || !ONLY_AS_HEADING.includes(type)) return false;
  if (phrase.length <= 2 && at > 0) return true;
  const words = wordsOf(line.key);
  if (words.length > 12) return true;
  // "Simmer for twenty minutes and season with lemon juice."
  if (words.length >= 6 && at > 0 && /[.;!?]$/u.test(line.text)) return true;
  const after = wordsOf(line.key.slice(at + phrase.replaceAll("*", "").length + 1))[0] ?? "";
  const before = wordsOf(line.key.slice(0, at + 1)).at(-1) ?? "";
  const colon = line.text.indexOf(":");
  // "Estimate: EST-456" labels a number.
  const labelled =
    colon > 0 &&
    keyOf(line.text.slice(0, colon)).trim() === phrase.replaceAll("*", "") &&
    /^\s?\S{0,12}\d/u.test(line.text.slice(colon + 1));
  return labelled || LABEL_ENDINGS.includes(after) || /^\d+$/.test(before);
}

/** A short line near the top that begins with the phrase is a heading; the same words within a sentence say little. */
function loudness(line: Line, phrase: string, headings: number): number {
  const words = wordsOf(line.key).length;
  const onFirstPages = line.page <= 1 ? 1 : 0.5;
  if (words > 9) return 0.4 * onFirstPages;
  const heading = phrase.split(" ").length * 3 >= words || (words <= 5 && indexIn(line.key, phrase) === 0);
  return (heading && line.row < headings ? 1.8 : 1) * onFirstPages;
}

/** Whether a page that is no picture is as a till prints it: short lines, a time of day, and a total. */
function isTillRoll(lines: Line[]): boolean {
  return lines.length < 80 && lines.some(({ text }) => TIME_OF_DAY.test(text)) && lines.some(isTotal);
}

/** What a till prints beside what is to be paid or was, in any language of which tills are known. */
const TILL_SUM = /total|summe|suma|amount|cash|change|jumlah|tunai|合計|合计|합계|المجموع|סה|итого|разом|συνολο/u;

function isTotal({ key, text }: Line): boolean {
  return (
    / (?:total|summe|totale|totaal|suma|razem|celkem|spolu|summa|yhteensa|toplam) /.test(key) &&
    moneyIn(text).length > 0
  );
}

/** What the look of a picture says for a receipt: one page of short lines, as a till prints them, and the time of day. */
function stripOfPaper(lines: Line[]): number {
  if (lines.length < 6 || lines.some(({ page }) => page > 1)) return 0;
  const short = lines.filter(({ text }) => text.length <= TILL_WIDTH).length;
  const timed = lines.some(({ text }) => TIME_OF_DAY.test(text));
  return (short >= lines.length * 0.9 ? 3 : 0) + (timed ? 2 : 0);
}
