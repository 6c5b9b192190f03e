import type { DocumentType } from "../../_shared/metadata.ts";
import { isOfAddress, POSTCODE } from "./addressees.ts";
import { hasLegalForm, withoutLegalForm } from "./company-name.ts";
import { moneyIn } from "./money.ts";
import { isBoxLabel, isTypeName } from "./no-name.ts";
import { isWritten, withoutNoise, writtenShare } from "./noise.ts";
import { ADDRESS_WORDS, NO_NAME_BEGINNINGS } from "./tables/companies.ts";
import { CONTRACT_WORDS, SELF_REFERENCES, SENTENCE_VERBS } from "./tables/contracts.ts";
import { DOCUMENT_NAMES, OTHER_NAMES } from "./tables/document-names.ts";
import { FUNCTION_WORDS } from "./tables/function-words.ts";
import { GREETINGS, SALUTATIONS } from "./tables/letters.ts";
import { HONORIFICS } from "./tables/stop-words.ts";
import { TICKET_WORDS } from "./tables/tickets.ts";
import { everydayNames } from "./tables/everyday-words.ts";
import { moreNames } from "./tables/more-words.ts";
import { foldSpace, holds, keyOf, needleOf, RUNS_ON, wordsOf, type Finding, type Line } from "./text.ts";
import { writtenDates } from "./written-dates.ts";

/** Below this a line is no title: a document without one keeps the name of its file. */
const ENOUGH = 4.2;

/** What more it takes where the type is unknown, and the title may be misread or the file has a name that a person gave it. */
const SURE = 2;

/** How many lines of the first page may hold the title. */
const HEAD = 18;

const LONGEST = 120;

const SMALL_WORDS = new Set(Object.values(FUNCTION_WORDS).flat());

const TITLE_NAMES = [
  ...new Set(
    Object.values(DOCUMENT_NAMES)
      .flat()
      .concat(OTHER_NAMES, (Object.keys(DOCUMENT_NAMES) as (keyof typeof DOCUMENT_NAMES)[]).flatMap(moreNames))
      .map((name) => keyOf(name).trim())
      .concat((Object.keys(DOCUMENT_NAMES) as (keyof typeof DOCUMENT_NAMES)[]).flatMap(everydayNames)),
  ),
];

/** Names that a title goes on after. */
const OPEN_NAMES: readonly string[] = ["request for taxpayer", "application for"];

const CONTRACT_TITLES = CONTRACT_WORDS.flatMap((word) => [word, `*${word}`]);

/** A title as it is told: one to three lines, or a part of one. */
type Title = { text: string; line: Line; score: number };

/** The title of a document: what looks most like one among its first lines; null where nothing looks enough like one. */
export function findTitle(
  lines: Line[],
  type: DocumentType,
  correspondent: string | null,
  doubtful = false,
): Finding<string> | null {
  const first = lines.filter((line) => line.page === lines[0]?.page);
  // On a page of scraps a title of one or two words is as likely one.
  const noisy = noiseOf(first.slice(0, 40)) > 0.12;
  let best: Title | null = null;
  for (const [index, line] of first.slice(0, HEAD).entries()) {
    if (type === "ticket" && holds(line.key, TICKET_WORDS)) continue;
    // "Vehicle registration LM19 KYD   Make VAUXHALL   Colour GREY": a row of boxes.
    if (index > 1 && line.cells.length >= 3) continue;
    for (const title of titlesAt(first, index)) {
      // Below the title of an article stand those who wrote it, and where they work.
      if (type === "article" && index > 0 && holds(title.key, AFFILIATIONS)) continue;
      // "Research Article" stands above what the article is called.
      if (type === "article" && isTypeName(title.key.trim())) continue;
      // "Awarded at Falmouth on 29 June 2025": where and when, and no title.
      if (ISSUED.includes(type) && !isNamed(title.key) && writtenDates(title.text, true).length > 0) continue;
      // Who was awarded it stands below "presented to".
      if (type === "certificate" && !isNamed(title.key) && isOfAPerson(title.text, first[index - 1])) continue;
      const likeness = titleLikeness(withoutColon(title.text, type, index), correspondent);
      if (likeness <= 0) continue;
      if (!isNamed(title.key) && !mayBeTitle(type, title, index, noisy)) continue;
      const score =
        likeness +
        (type === "contract" && title.words <= 8 && holds(title.key, CONTRACT_TITLES) ? 2 : 0) +
        (title.column > 0 ? -1.5 : 0) +
        (line.afterGap && (first[index + title.lines]?.afterGap ?? true) ? 0.5 : 0) +
        (lines.some((other) => other.page !== line.page && other.key === line.key) ? 0.5 : 0) -
        index * 0.2;
      if (!best || score > best.score) best = { text: title.text, line, score };
    }
  }
  const card = best && doubtful && type === "other" ? cardName(best.text) : null;
  if (best && card) return { value: card, page: best.line.page, quote: best.line.text };
  const sure = doubtful && type === "other" && !(best && isNamed(keyOf(best.text))) ? SURE : 0;
  return best && best.score >= ENOUGH + sure ? { value: best.text, page: best.line.page, quote: best.line.text } : null;
}

/** Whether a line is two to four capitalized words, and as likely a person as a thing; or stands below words that end in "to" or "that". */
function isOfAPerson(text: string, above: Line | undefined): boolean {
  if (above && AWARDED.test(above.key)) return true;
  return /^(?:\p{Lu}[\p{L}\p{M}.'’-]*\s){1,3}\p{Lu}[\p{L}\p{M}'’-]+$/u.test(text) && wordsOf(keyOf(text)).length <= 3;
}

const AWARDED =
  / (?:to|that|que|che|dass|hat|herr|frau|dat|ze|ze pan|ze pani|att|at|ett|hogy|ca|что|що) $| (?:presented|awarded|certif\p{L}*|attest\p{L}*|bescheinig\p{L}*|verliehen|decerne|otorga|conferito) .{0,20} $/u;

/** "LayoutParser: A Unified Toolkit for …": what an article is called may stand before a colon, and is no label then. */
function withoutColon(text: string, type: DocumentType, index: number): string {
  return type === "article" && index <= 2 ? text.replace(/^(\p{Lu}[\p{L}\d-]{2,24}):\s(?=\p{Lu})/u, "$1 ") : text;
}

/** What a card calls itself, without what stands beside it in several languages: "Type Code Passport No" is a passport. */
function cardName(title: string): string | null {
  const words = title.split(" ");
  for (let length = 3; length > 0; length--) {
    for (let from = 0; from + length <= words.length; from++) {
      const part = words.slice(from, from + length).join(" ");
      if (CARDS.includes(keyOf(part).trim())) return part;
    }
  }
  return null;
}

const CARDS: readonly string[] = [
  "driver license",
  "driver s license",
  "drivers license",
  "driving licence",
  "passport",
  "passport card",
  "identity card",
  "identification card",
  "permanent resident card",
  "social security card",
  "residence permit",
  "fuhrerschein",
  "personalausweis",
  "reisepass",
  "aufenthaltstitel",
  "permis de conduire",
  "carte d identite",
  "passeport",
  "permiso de conducir",
  "pasaporte",
  "patente di guida",
  "carta di identita",
  "carta d identita",
  "passaporto",
  "carta de conducao",
  "rijbewijs",
  "identiteitskaart",
  "paspoort",
  "prawo jazdy",
  "dowod osobisty",
  "ridicsky prukaz",
  "obcansky prukaz",
  "korkort",
  "korekort",
  "forerkort",
  "ajokortti",
];

/** Stamps and running heads, in key form: no title. */
const STAMPS: readonly string[] = [
  "subject to",
  "confidential",
  "strictly confidential",
  "draft",
  "not for distribution",
  "not for publication",
  "for internal use",
  "internal use only",
  "for official use",
  "approved for public release",
  "embargoed",
  "page intentionally left blank",
  "sample",
  "specimen",
  "void",
  "duplicate",
  "vertraulich",
  "entwurf",
  "muster",
  "nur fur den dienstgebrauch",
  "confidentiel",
  "projet de",
  "borrador",
  "confidencial",
  "riservato",
  "bozza",
  "rascunho",
  "vertrouwelijk",
  "concept",
  "poufne",
  "projekt",
  "contents lists available",
  "available online",
  "journal homepage",
  "open access",
  "this page",
  "original for recipient",
];

/** Words that the parts of an authority or a hospital begin with. In key form. */
const PARTS_OF_A_BODY: readonly string[] = [
  "department",
  "dept",
  "division",
  "ministry",
  "abteilung",
  "fachbereich",
  "dezernat",
  "referat",
  "ministerium",
  "service",
  "direction",
  "ministere",
  "servicio",
  "departamento",
  "ministerio",
  "negociado",
  "reparto",
  "dipartimento",
  "ministero",
  "servico",
  "afdeling",
  "dienst",
  "ministerie",
  "oddzial",
  "wydzial",
  "oddeleni",
  "oddelenie",
  "avdelning",
  "avdeling",
  "osasto",
  "отделение",
  "отдел",
  "відділення",
];

/** "Traffic Management Act 2004", "Road Traffic Regulations 1984". */
const LAW = /\b(?:Act|Regulations?|Order|Law|Statute|Code)\s(?:of\s)?\d{4}$/u;

/** Words that no title begins with. In key form. */
const HALVES: readonly string[] = [
  "of",
  "and",
  "or",
  "by",
  "und",
  "oder",
  "von",
  "et",
  "ou",
  "du",
  "och",
  "og",
  "og",
  "ja",
  "i",
  "oraz",
];

/** Where authors work. In key form. */
export const AFFILIATIONS: readonly string[] = [
  "university",
  "universitat",
  "universite",
  "universidad",
  "universita",
  "universidade",
  "universiteit",
  "uniwersytet",
  "univerzita",
  "universitet",
  "institute",
  "institut",
  "instituto",
  "istituto",
  "department",
  "departamento",
  "departement",
  "faculty",
  "faculte",
  "facultad",
  "fakultat",
  "laboratory",
  "laboratoire",
  "laboratorio",
  "hospital",
  "school of",
  "college",
  "academy",
  "received",
  "accepted",
];

/** Papers whose lines are boxes and rows: only what names the document is a title there. */
const BOXES: readonly DocumentType[] = ["order", "quote", "tax", "ticket"];

/** Whether a line that names no kind of document may be a title: where it stands at the head, by itself, in enough words. */
function mayBeTitle(
  type: DocumentType,
  title: { words: number; column: number },
  index: number,
  noisy: boolean,
): boolean {
  if (title.column > 0 || (noisy && title.words < 3)) return false;
  if (BOXES.includes(type)) return index === 0 && title.words >= 3;
  return index <= (type === "contract" ? 10 : type === "other" || type === "form" || type === "insurance" ? 3 : 6);
}

/** Papers that somebody issues to somebody: their lines tell when and where. */
const ISSUED: readonly DocumentType[] = ["certificate", "insurance", "form", "tax", "ticket"];

/** The share of scraps among the words of lines. */
function noiseOf(lines: Line[]): number {
  const words = lines.flatMap(({ text }) => text.split(" "));
  return words.filter((word) => !isWritten(word)).length / Math.max(1, words.length);
}

const isNamed = (key: string): boolean =>
  TITLE_NAMES.some((name) => key.includes(RUNS_ON.test(name) ? name : needleOf(name)));

/** The titles that may begin at a line: the cells of a row, or the line with those that it runs on to. */
function titlesAt(
  lines: Line[],
  index: number,
): { text: string; key: string; words: number; lines: number; column: number }[] {
  const line = lines[index]!;
  const told = (whole: string, count: number, column: number) => {
    // A bracket that was not closed: the line ends within it.
    const text = whole.replace(/\s?\([^()]{0,40}$/u, "");
    const key = keyOf(text);
    return { text, key, words: wordsOf(key).length, lines: count, column };
  };
  if (line.cells.length > 1) return line.cells.slice(0, 3).map((cell, column) => told(withoutNoise(cell), 1, column));
  let text = withoutNoise(line.text);
  let count = 1;
  while (count < 3 && runsOn(lines, index + count, text)) {
    text = foldSpace(`${text} ${withoutNoise(lines[index + count]!.text)}`);
    count++;
  }
  return [told(text, count, 0)];
}

/** Whether the line at `at` goes on with a title. */
function runsOn(lines: Line[], at: number, title: string): boolean {
  const next = lines[at];
  const before = lines[at - 1]!;
  if (!next || next.cells.length > 1 || title.length + next.text.length > LONGEST) return false;
  if (isLabel(next.text) || writtenDates(next.text, true).length > 0 || moneyIn(next.text).length > 0) return false;
  if (isOfAddress(next.text) || isSentence(next.text) || /[.;]$/u.test(next.text) || /@|www\.|:\/\//u.test(next.text))
    return false;
  const last = wordsOf(keyOf(title)).at(-1) ?? "";
  const begins = /^[\p{L}'’]+/u.exec(next.text)?.[0] ?? "";
  const open = (SMALL_WORDS.has(last) && last.length <= 5) || /[,&–-]$/u.test(title);
  if (wordsOf(next.key).length > 9) return false;
  if (open) return !next.afterGap || wordsOf(next.key).length <= 5;
  if (next.afterGap || begins === "" || hasLegalForm(next.text, next.key)) return false;
  if (SMALL_WORDS.has(begins.toLowerCase()) && /^\p{Ll}/u.test(begins)) return true;
  // A heading that ends in what the document is says all.
  const key = keyOf(title);
  if (TITLE_NAMES.some((name) => key.endsWith(` ${name} `) && !OPEN_NAMES.includes(name)) || wordsOf(key).length < 2)
    return false;
  const ends = lines[at + 1]?.afterGap ?? true;
  return ends && caseOf(before.text) === caseOf(next.text) && caseOf(next.text) !== "sentence";
}

function caseOf(text: string): "capitals" | "title" | "sentence" {
  const words = text.match(/\p{L}{4,}/gu) ?? [];
  if (words.length === 0) return "sentence";
  if (words.every((word) => word === word.toUpperCase())) return "capitals";
  return words.filter((word) => /^\p{Lu}/u.test(word)).length >= words.length * 0.8 ? "title" : "sentence";
}

/** "Name: …", "5. ISSUED BY", "Account No. 12": what names a value, or a box of a form. */
function isLabel(text: string): boolean {
  const before = /^([^:]{1,40}):(?:\s|$)/u.exec(text)?.[1];
  if (before !== undefined && wordsOf(keyOf(before)).length <= 3) return true;
  return (
    /^\(?\d{1,2}[a-z]?[.)]\s/u.test(text) ||
    /^[a-z]\.\s\p{Lu}/u.test(text) ||
    /\b(?:no|nr|num|number|nummer)\.?\s?:?\s?#?\s?[\p{L}-]{0,5}\d/iu.test(text) ||
    /\b(?:no|nr|number|nummer|#)[.:]?$/iu.test(text)
  );
}

/** Whether a text is part of a sentence: "This agreement is made on …", "The board has met …". */
function isSentence(text: string): boolean {
  const key = keyOf(text);
  const words = wordsOf(key);
  if (words.length < 4 || !words.some((word) => SENTENCE_VERBS.includes(word)) || /\?$/u.test(text)) return false;
  // A title may hold a verb ("What is a lease"), but then it does not speak of itself and is short.
  return words.length > 7 || SELF_REFERENCES.some((phrase) => key.startsWith(` ${phrase} `));
}

/** Whether a line greets: "Dear …". */
export function greets(line: Pick<Line, "key">): boolean {
  return [...SALUTATIONS, ...GREETINGS].some((phrase) => line.key.startsWith(` ${phrase} `));
}

/** 0 for what is no title (a date, an address, a sentence, a label, noise, the sender); else higher for more of a title. */
export function titleLikeness(text: string, correspondent: string | null): number {
  const key = keyOf(text);
  const words = wordsOf(key);
  const letters = text.replace(/[^\p{L}]/gu, "").length;
  if (letters < 4 || letters * 10 < text.replace(/\s/gu, "").length * 6 || words.length > 18 || text.length > LONGEST)
    return 0;
  if (/[.;,]$/u.test(text) && words.length > 6) return 0;
  if (isBoxLabel(key.trim())) return 0;
  // Whom a paper is for, in Japanese and Korean; a slogan; a line with a postcode among its parts.
  if (/(?:御中|様|殿|귀하|귀중)$|[®™]/u.test(text) || (POSTCODE.test(text) && text.includes(","))) return 0;
  if (
    /^[(\p{Ll}]|@|:\/\/|www\.|:$|[|[\]{}~_=#]|\.{4}|(?:\. ){3}/u.test(text) ||
    moneyIn(text).length > 0 ||
    isLabel(text)
  )
    return 0;
  if (
    isOfAddress(text) &&
    (words.length < 7 || /^\d{1,5}[a-z]?\s\p{Lu}/u.test(text)) &&
    /\d/.test(text) &&
    !/(?:19|20)\d\d/.test(text)
  )
    return 0;
  // The sender, also without its legal form.
  if (correspondent && key.trim() === keyOf(withoutLegalForm(correspondent)).trim()) return 0;
  if (correspondent && key.includes(keyOf(correspondent)) && words.length <= wordsOf(keyOf(correspondent)).length + 2)
    return 0;
  // The sender with more of its letterhead, a street, or where an article was printed.
  if (correspondent && key.startsWith(keyOf(correspondent)) && !isNamed(key)) return 0;
  if (/^\d/u.test(text) && words.length <= 10 && holds(key, ADDRESS_WORDS)) return 0;
  if (/\d\s?\(\d{4}\)\s?\d|\(\d{4}\)\s?\d+\s?[-–]\s?\d|\b(?:vol|volume|issn|isbn|doi)\b\.?\s?\d/iu.test(text)) return 0;
  // "L. Marchetti1, K. Brandt2 and O. Oyelaran": who wrote it.
  if (
    /^(?:\p{Lu}\.[\s-]?){1,3}\p{Lu}[\p{L}\p{M}'’-]+[\d*†‡,]|\p{Ll}[\d*†‡¹²³](?:,\s?[\d¹²³]){0,4}(?:,|\s(?:and|und|et|y|e|&)\s)/u.test(
      text,
    )
  )
    return 0;
  if (HONORIFICS.includes(words[0] ?? "") && !isNamed(key)) return 0;
  if (/(?:^|\s)(?:Prof|Dr|Dott|Dra?|Ing|Mag)\.\s\p{Lu}/u.test(text)) return 0;
  if (greets({ key }) || /^(?:version|rev(?:ision)?|release|v)\.?\s?\d|:\s?\p{L}{1,20}:|<[^<>]{0,40}>/iu.test(text))
    return 0;
  // One word of noise spoils a title: what stands beside it is as likely misread.
  if (!text.split(/\s+/u).every(isWritten) || writtenShare(text) < 0.85) return 0;
  const longer = text.match(/\p{L}{3,}/gu) ?? [];
  if (longer.length === 0 && !/[^\p{Script=Latin}\P{L}]/u.test(text)) return 0;
  if (isSentence(text)) return 0.3;
  const named = isNamed(key);
  if (!named && words.length <= 6 && holds(key, STAMPS)) return 0;
  // A part of the sender, or the law that a paper goes by.
  if (!named && (PARTS_OF_A_BODY.includes(words[0] ?? "") || LAW.test(text))) return 0;
  // Half a title: "of Collier".
  if (HALVES.includes(words[0] ?? "")) return 0;
  if (
    NO_NAME_BEGINNINGS.some((beginning) => beginning.length > 2 && key.startsWith(` ${beginning} `)) &&
    words.length <= 4 &&
    !named
  )
    return 0;
  if (writtenDates(text, true).length > 0 && words.length <= 6) return 0;
  // "Infraction relevée le 04/03/2025 à 10h41": what happened then, and no title.
  if (!named && writtenDates(text, true).length > 0 && /\d{1,2}\s?[:h]\s?\d{2}(?!\d)/u.test(text)) return 0;
  const shape = caseOf(text);
  const mixed =
    longer.some((word) => word.length > 5 && word === word.toUpperCase()) &&
    longer.some((word) => word.length > 3 && /\p{Ll}/u.test(word))
      ? -2
      : 0;
  return (
    2 +
    Math.min(3, (RUNS_ON.test(key) ? letters / 3 : words.length) * 0.6) +
    (named ? 2 : 0) +
    (shape === "sentence" ? 0 : 0.7) +
    mixed -
    (words.length > 12 ? 1.5 : 0) -
    (words.length === 1 ? 0.5 : 0)
  );
}

const FORM_NUMBER =
  /(?:^|[\s(])(?:Form|Formular|Vordruck|Formulaire|Cerfa(?:\sn°)?|Modelo|Modello|Formulario|Modulo)\s((?:[A-Z]{1,4}[- ]?)?\d{1,5}(?:[A-Z]{1,2})?(?:[-*][A-Z0-9]{1,4})?)(?![\p{L}\d.,/-])((?:\s+(?:and|of|for|und|et|de|\p{Lu}[\p{L}'’-]+)){0,8})/u;

/** The number that a form goes by, with the words beside it that are its title: "W-2 Wage and Tax Statement". */
export function findFormNumber(lines: Line[], { withTitle }: { withTitle: boolean }): Finding<string> | null {
  for (const line of lines) {
    if (line.page !== lines[0]!.page) break;
    const found = FORM_NUMBER.exec(line.text);
    const number = found?.[1];
    if (!found || number === undefined || line.text.slice(0, found.index).length > 40) continue;
    const words = (found[2] ?? "").trim();
    const value = foldSpace(`${number} ${words}`).replace(/\s(?:To|Rev|Page|Department|Dept|Copy)\b.{0,120}$/u, "");
    // A number alone may be that of another form that is spoken of, unless the line begins with it.
    if (withTitle ? value.split(" ").length >= 3 : found.index === 0 && line.text.length < 30)
      return { value: withTitle ? value : found[0].trim(), page: line.page, quote: line.text };
  }
  return null;
}
