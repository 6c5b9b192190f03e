import { trimmed } from "../../_shared/trim.ts";
import type { DocumentType } from "../../_shared/metadata.ts";
import { CONFIDENCE } from "./confidence.ts";
import { isWritten } from "./noise.ts";
import { NAMED_ISSUERS, NO_SENDER_LABELS, ORGANIZATION_WORDS } from "./tables/organizations.ts";
import { isOfAddress, issuerRows, letterheads, recipientCells } from "./addressees.ts";
import {
  hasBusinessWord,
  hasLegalForm,
  isMerelyBusiness,
  looksLikeAddress,
  nameWithin,
  titleCase,
  withoutLegalForm,
} from "./company-name.ts";
import { beforeTypeName, isNoName, isSmallWord, isTypeName, REST_OF_A_NAME } from "./no-name.ts";
import { COMMON_DOMAINS, IMPRINT_WORDS, ISSUER_LABELS, RECIPIENT_LABELS } from "./tables/companies.ts";
import { SENTENCE_VERBS } from "./tables/contracts.ts";
import { CLOSINGS } from "./tables/letters.ts";
import { AFFILIATIONS } from "./titles.ts";
import { HONORIFICS } from "./tables/stop-words.ts";
import { OPERATOR_WORDS } from "./tables/tickets.ts";
import { moneyIn } from "./money.ts";
import { writtenDates } from "./written-dates.ts";
import { foldSpace, holds, keyOf, RUNS_ON, visible, wordsOf, type Finding, type Line } from "./text.ts";

/** `strong`: how many independent things say that a name is the sender's, beside its looks and its place. */
type Candidate = { name: string; line: Line; score: number; strong: number };

/** Points below which nobody is named: the first line of a receipt is enough, elsewhere more must speak for a name. */
const ENOUGH = { receipt: 4, head: 4, other: 5 };

/** Papers that one business sends another's address: both stand at their head. */
const BILLS: readonly DocumentType[] = ["invoice", "credit-note", "quote", "order", "delivery-note"];

/** Papers that have their sender's name before what they are, in one heading: "ACME Bank Statement". */
const NAMED_BEFORE_TYPE: readonly DocumentType[] = [...BILLS, "bank-statement", "payslip"];

/** From this line on, a receipt lists what was bought. */
const GOODS = 12;

/** How many lines of the first page may be the names of a body and its departments. */
const HEAD = 4;

/** The sender of a letter is the organization in its head, not the person who signs. */
function ofTheBody(
  best: Candidate | null,
  signed: Line[],
  head: Map<number, Candidate>,
  first: Line[],
): Candidate | null {
  if (!best || isOrganization(keyOf(best.name)) || hasLegalForm(best.name, keyOf(best.name))) return best;
  if (!signed.some(({ text }) => text.includes(best.name))) return best;
  const body = head.get(0) ?? head.get(1);
  if (body) return { ...body, score: best.score, strong: best.strong };
  // "Lone Krogh, leder": who signs in an office does so for the body whose name and address are at the top.
  const [top, below] = first;
  if (!/,\s\p{L}/u.test(best.name)) return best;
  return top &&
    below &&
    top.cells.length === 1 &&
    isOfAddress(below.text) &&
    !isNoName(top.text) &&
    titleCased(top.text) >= 0.7
    ? { ...best, name: top.text, line: top }
    : null;
}

/** "Department of Cardiology" below "St Brigid's Hospital" is a part of it: the upper line says who it is. */
function wholeBody(best: Candidate | null, head: Map<number, Candidate>, first: Line[]): Candidate | null {
  const at = best ? first.indexOf(best.line) : -1;
  const above = head.get(at - 1);
  if (!best || !above || first[at]!.afterGap || hasLegalForm(best.name, keyOf(best.name))) return best;
  return { ...above, score: Math.max(best.score, above.score), strong: Math.max(best.strong, above.strong) };
}

/** Who the document is from, with the line that names it; null where nobody is named clearly enough. */
export function findCorrespondent(lines: Line[], type: DocumentType): Finding<string> | null {
  // A curriculum vitae names whom its person worked for.
  if (type === "cv") return null;
  const first = lines.filter((line) => line.page === lines[0]?.page);
  const recipients = recipientCells(first, type);
  const labelled = issuerRows(first, type);
  const signed = type === "letter" ? signatures(lines) : [];
  const domains = domainsOf(lines);
  const issuers = namedIssuers(lines);
  const heads = BILLS.includes(type) || type === "letter" ? letterheads(first, recipients) : null;
  const addressed = BILLS.includes(type) && firstRecipient(first, recipients) > 0;
  const sums = first.findLastIndex(({ text }) => moneyIn(text).length > 0);
  const lastSum = sums < 0 ? first.length : sums;
  let best: Candidate | null = null;
  const inFull: Candidate[] = [];
  const head = new Map<number, Candidate>();
  for (const [index, whole] of [...first, ...signed.filter((line) => !first.includes(line))].entries()) {
    const onFirst = index < first.length;
    const next = onFirst ? first[index + 1] : undefined;
    for (const [column, part] of partsOf(whole).entries()) {
      const isLabelled = onFirst && column === 0 && labelled.has(index);
      // A label and its name may stand in columns of their own.
      const line = isLabelled ? whole : part;
      const own = (isLabelled ? labelled.get(index) : undefined) ?? withoutType(nameWithin(line.text));
      const wrapped =
        onFirst && whole.cells.length === 1 ? (wrappedForm(own, line, next) ?? ownerBelow(own, index, next)) : null;
      const begun = index === 1 && column === 0 && !whole.afterGap && !wrapped ? ownAbove(own, first[0]!) : null;
      const name = wrapped ?? begun ?? own;
      const quoted = wrapped
        ? { ...line, text: `${line.text} ${next!.text}` }
        : begun
          ? { ...line, text: `${first[0]!.text} ${line.text}` }
          : line;
      if (isNoName(name) || (!isLabelled && isValueOfALabel(whole, column))) continue;
      if (!isLabelled && type !== "receipt" && isRow(whole)) continue;
      if (!isLabelled && (isTown(line.text, name) || /:$/u.test(line.text) || isPartOfASentence(name, line))) continue;
      // A row of a form: "Comune VARALLO   Prov. VC   Cap 13019   Indirizzo VIA ROMA 40".
      if (!isLabelled && index > 3 && whole.cells.length >= 4) continue;
      // Where its authors work, and to whom a report has to be handed in.
      if (type === "article" && index > 0 && holds(keyOf(name), AFFILIATIONS)) continue;
      if (NAMES_OF_OTHERS.includes(type) && FILED_WITH.includes(keyOf(name).trim())) continue;
      // "2 Brown University" is where the second author works.
      if (NAMES_OF_OTHERS.includes(type) && /^\d{1,2}\s/u.test(name)) continue;
      const addressBeside = whole.cells.slice(column + 1).filter(isOfAddress).length > 1;
      const looks = proofOf(name, line, next, type, addressBeside);
      const signs = [
        isLabelled && 7,
        BILLS.includes(type) && onFirst && isFooter(first, index) && namesItself(name, line) && 9,
        BILLS.includes(type) && column === 0 && index > lastSum && isWithAddress(name, whole) && 9,
        column === 0 && index === heads?.own && 3,
        onFirst && BILLS.includes(type) && imprintBelow(first, index) && 3,
        signed.includes(whole) && 5,
        domains.some((domain) => belongsTo(domain, name)) && 4,
        onFirst && column === 0 && letterhead(first, index, name, type) && 4,
        onFirst &&
          index <= 2 &&
          whole.cells.length === 1 &&
          column === 0 &&
          name === line.text &&
          isBrand(name, lines) &&
          4,
        issuers.some((issuer) => keyOf(issuer) === keyOf(name)) && 5,
        onFirst && BILLS.includes(type) && besideRecipient(first, index, column) && 5,
        type === "bank-statement" && onFirst && index <= 2 && column === 0 && holds(keyOf(name), BANK_WORDS) && 3,
        NAMED_BEFORE_TYPE.includes(type) &&
          onFirst &&
          index <= 2 &&
          column === 0 &&
          name !== nameWithin(line.text) &&
          wordsOf(keyOf(name)).length <= 5 &&
          4,
        addressed && onFirst && index === 0 && column === 0 && isHeadOfABill(name, whole, lines) && 4,
        onFirst &&
          index === 0 &&
          BILLS.includes(type) &&
          wordsOf(keyOf(name)).length >= 2 &&
          isOrganization(keyOf(name)) &&
          2,
      ];
      const strong = signs.filter((points) => points).length + (looks.sender > 0 ? 1 : 0) + (isLabelled ? 1 : 0);
      const proof = sumOf([
        looks.looks + looks.sender,
        ...signs,
        column === 0 && heads?.others.includes(index) && -4,
        type === "receipt" && onFirst && index >= GOODS && !isLabelled && -2,
      ]);
      // Only the top of a receipt is proof enough by itself; elsewhere a recipient or a title may stand there.
      if (proof <= 0 && type !== "receipt") continue;
      const nameKey = keyOf(name);
      const repeats = Math.min(2, lines.filter((other) => other.key.includes(nameKey)).length - 1);
      const score =
        proof +
        repeats +
        (onFirst ? placeOf(name, line, index, proof, type) : 0) -
        (onFirst && recipients(index, column) && !isLabelled ? 9 : 0);
      if (
        onFirst &&
        column === 0 &&
        index < HEAD &&
        whole.cells.length === 1 &&
        isOrganization(nameKey) &&
        !recipients(index, 0)
      )
        head.set(index, { name, line, score, strong });
      if (hasLegalForm(name, nameKey) && !recipients(index, column)) inFull.push({ name, line, score, strong });
      if (!best || score > best.score) best = { name, line: quoted, score, strong };
    }
  }
  best = wholeBody(ofTheBody(best, signed, head, first), head, first);
  // The letterhead may be short for the name that stands in full elsewhere: "Acme" and "Acme Ltd".
  const full =
    best && !hasLegalForm(best.name, keyOf(best.name))
      ? inFull.find(({ name }) => keyOf(name).startsWith(keyOf(best!.name)))
      : undefined;
  if (best && full)
    best = { ...full, score: Math.max(best.score, full.score), strong: Math.max(best.strong, full.strong) };
  const stacked = type === "receipt" ? stackedName(first) : null;
  if (stacked && (!best || best.score < 8)) best = { name: stacked.name, line: stacked.line, score: 8, strong: 1 };
  if (!best || !isEnough(best, type, first) || isOneOfTwo(best, inFull, type))
    return named(lines, issuers) ?? (type === "article" ? null : brandOf(first, domains));
  return {
    value: titleCase(visible(best.name)).slice(0, 120),
    page: best.line.page,
    quote: best.line.text,
    confidence: confidenceOf(best, type),
  };
}

function confidenceOf({ name, strong }: Candidate, type: DocumentType): number {
  const { receipt, receiptForm, signs3, signs2, signs1, looks } = CONFIDENCE.sender;
  if (type === "receipt") return hasLegalForm(name, keyOf(name)) ? receiptForm : receipt;
  return strong >= 3 ? signs3 : strong === 2 ? signs2 : strong === 1 ? signs1 : looks;
}

/**
 * Whether a name is sure enough to be told. What speaks for it besides its looks must be the more, the more names a paper of
 * the type holds that are not the sender's: a bill names two companies, an article or a form any number.
 */
function isEnough({ name, line, score, strong }: Candidate, type: DocumentType, first: Line[]): boolean {
  if (!withoutLegalForm(name).split(" ").every(isWritten) && type !== "receipt") return false;
  if (/[∗*†‡⇤§¶⇑]/u.test(name)) return false;
  if (type === "receipt" && isNoisy(first) && strong === 0 && score < 9)
    return hasLegalForm(name, keyOf(name)) || hasBusinessWord(keyOf(name));
  if (type === "receipt") return score >= ENOUGH.receipt;
  const form = hasLegalForm(name, keyOf(name));
  const body = form || isOrganization(keyOf(name));
  const onTop =
    first.indexOf(line) >= 0
      ? first.indexOf(line) <= 8
      : first.some((other) => other.row === line.row && other.page === line.page && other.row <= 8);
  const place = first.findIndex((other) => other.row === line.row && other.page === line.page);
  // The first line of all, where it names a body in a few words.
  // Few languages write each word of a name with a capital.
  const cased = titleCased(name) >= 0.7 || (wordsOf(keyOf(name)).length <= 5 && titleCased(name) >= 0.5);
  const heads =
    body &&
    place >= 0 &&
    place <= 1 &&
    wordsOf(keyOf(name)).length <= 7 &&
    cased &&
    /^\p{Lu}|^\P{L}|^\p{Lo}/u.test(name);
  if (score < (heads && place === 0 ? ENOUGH.head : ENOUGH.other)) return false;
  if (["article", "manual", "cv"].includes(type)) return strong >= 2;
  if (NAMES_OF_OTHERS.includes(type)) return strong >= 2 || (strong >= 1 && body && onTop) || heads;
  if (type === "letter") return strong >= 1 || heads;
  if (type === "ticket" && holds(keyOf(name), OPERATOR_WORDS)) return true;
  return strong >= 1 || (form && onTop) || (body && onTop && score >= 6);
}

/** Authorities that receive what companies must publish. In key form. */
const FILED_WITH: readonly string[] = [
  "securities and exchange commission",
  "united states securities and exchange commission",
];

/** Whether a line is one of the last of its page, and below the head. */
function isFooter(lines: Line[], index: number): boolean {
  return index >= Math.max(10, lines.length - 8);
}

/** Whether a name stands in one line with its street and town, as the foot of a bill has them. */
function isWithAddress(name: string, line: Line): boolean {
  const [own = "", ...columns] = line.cells;
  const parts = [...own.slice(own.indexOf(name) + name.length).split(/[,|·•∙]/u), ...columns]
    .map((part) => part.trim())
    .filter((part) => part !== "");
  return (
    own.startsWith(name) &&
    titleCased(name) >= 0.7 &&
    wordsOf(keyOf(name)).length <= 7 &&
    parts.length >= 2 &&
    parts.some(isOfAddress) &&
    // "New Haven, CT 06510": a town with its state.
    !/^[A-Z]{2}\s\d{5}/u.test(parts[0]!)
  );
}

/** Whether a company stands with the numbers of its register, of its tax or of its account in one line. */
function namesItself(name: string, line: Line): boolean {
  const beside = line.text.slice(line.text.indexOf(name) + name.length);
  return (
    name.length < line.text.length &&
    hasLegalForm(name, keyOf(name)) &&
    (holds(keyOf(beside), IMPRINT_WORDS) || IBAN.test(beside))
  );
}

const IBAN = /\b[A-Z]{2}\d{2}\s?[A-Z\d]{4}\s?\d{4}/u;

/** How far behind the best name another may be and still be the sender's as likely. */
const CLOSE = 4;

/** Whether nothing but its place speaks for a company, and another one on the same paper may be the sender as well. */
function isOneOfTwo(best: Candidate, inFull: Candidate[], type: DocumentType): boolean {
  if (type === "receipt" || best.strong > 0) return false;
  const key = keyOf(best.name);
  return inFull.some(
    (other) =>
      other.score >= best.score - CLOSE &&
      !keyOf(other.name).includes(key.trimEnd()) &&
      !key.includes(keyOf(other.name).trimEnd()),
  );
}

/** Whether many words of a page are scraps of what was printed: a short word at its top may be one too. */
function isNoisy(lines: Line[]): boolean {
  const words = lines.flatMap(({ text }) => text.split(" ")).filter((word) => /\p{L}|[^\d\s]{2}/u.test(word));
  return words.length >= 20 && words.filter((word) => !isWritten(word)).length > words.length * 0.08;
}

/** Words of what banks are called. In key form. */
const BANK_WORDS: readonly string[] = [
  "bank",
  "*bank",
  "*pankki",
  "banka",
  "banque",
  "credit",
  "caisse d epargne",
  "banco",
  "caja",
  "banca",
  "cassa",
  "caixa",
  "building society",
  "sparkasse",
  "*sparkasse",
  "*kasse",
  "credit union",
  "savings",
  "postfinance",
  "bankas",
  "bankasi",
  "τραπεζα",
  "банк",
  "بنك",
  "مصرف",
  "בנק",
  "銀行",
  "银行",
  "은행",
];

/** Papers that name companies and bodies that they are not from. */
const NAMES_OF_OTHERS: readonly DocumentType[] = [
  "article",
  "form",
  "manual",
  "other",
  "report",
  "minutes",
  "cv",
  "certificate",
];

function isOrganization(key: string): boolean {
  return hasBusinessWord(key) || holds(key, ORGANIZATION_WORDS);
}

/** The first line that names a recipient by a label; -1 where none does. */
function firstRecipient(lines: Line[], isRecipient: (row: number, cell: number) => boolean): number {
  return lines.findIndex((line, row) => line.cells.some((_, cell) => isRecipient(row, cell)));
}

/** Whether the very first line of a bill is a name in a few words that comes back: whom it goes to is named below. A stamp or a slogan stands there once. */
function isHeadOfABill(name: string, line: Line, lines: Line[]): boolean {
  return (
    lines.filter(({ key }) => key.includes(keyOf(name))).length >= 2 &&
    name === line.cells[0] &&
    wordsOf(keyOf(name)).length <= 5 &&
    !HONORIFICS.includes(wordsOf(keyOf(name))[0] ?? "") &&
    name.split(" ").every(isWritten) &&
    titleCased(name) >= 0.9 &&
    !/[\d.,;:]/u.test(name)
  );
}

/** Whether a name stands in the column beside a recipient's label: "Acme, PBC   Bill to". */
function besideRecipient(lines: Line[], index: number, column: number): boolean {
  const row = lines[index]!;
  if (row.cells.length !== 2 || column !== 0) return false;
  const right = keyOf(row.cells[1]!.replace(/:$/u, "")).trim();
  const below = lines.slice(index + 1, index + 3).some(({ cells }) => isOfAddress(cells[0] ?? ""));
  return below && RECIPIENT_LABELS.includes(right) && right.length > 4;
}

/** The names in lines that say whose a paper is: "© 2024 Acme", "Thank you for shopping at Acme", "cheques payable to Acme". */
function namedIssuers(lines: Line[]): string[] {
  return lines.flatMap(({ text }) =>
    NAMED_ISSUERS.flatMap((pattern) => {
      const name = nameWithin(pattern.exec(text)?.[1] ?? "");
      return name !== "" && !isNoName(name) && name.split(" ").every(isWritten) ? [name] : [];
    }),
  );
}

function named(lines: Line[], issuers: string[]): Finding<string> | null {
  const [name] = issuers;
  const line = name === undefined ? undefined : lines.find(({ text }) => text.includes(name));
  return name !== undefined && line && new Set(issuers.map(keyOf)).size === 1
    ? { value: titleCase(visible(name)), page: line.page, quote: line.text, confidence: CONFIDENCE.sender.named }
    : null;
}

/** Whether a cell is the value of a label that names no issuer: the one to its left, or one before a colon. */
function isValueOfALabel(line: Line, column: number): boolean {
  const left = line.cells[column - 1] ?? "";
  if (/:$/u.test(left)) return !ISSUER_LABELS.includes(keyOf(left).trim());
  const label = keyOf(/^([^:]{2,30}):\s/u.exec(line.cells[column]!)?.[1] ?? "").trim();
  return NO_SENDER_LABELS.includes(label);
}

/** "Poway, California 92129", "54321 Potsdam": a town with its state and postcode, and no name before a street. */
function isTown(text: string, name: string): boolean {
  const key = keyOf(name);
  if (hasLegalForm(name, key)) return false;
  // "Marylebone, London"
  if (/^\p{Lu}\p{Ll}+(?:\s\p{Lu}\p{Ll}+)?,\s\p{Lu}\p{Ll}+(?:\s\p{Lu}\p{Ll}+)?$/u.test(name) && !isOrganization(key))
    return true;
  return /^\p{Lu}[\p{L} .'-]{1,30},\s?\p{Lu}[\p{L}. ]{1,20}[\s,]{1,3}\d{4,6}(?:-\d{4})?(?:[,\s]{1,3}[\p{L} ]{1,30})?$/u.test(
    text,
  );
}

/**
 * "There were 20,000 bottles of water": a verb among words that are written small. Or the beginning of a sentence, up to a mark: "The previous
 * version, effective November 15, 2024, is available in our archive."
 */
function isPartOfASentence(name: string, line: Line): boolean {
  const words = wordsOf(keyOf(name));
  if (isSentence(line.text) && name.length < line.text.length && !hasLegalForm(name, keyOf(name))) return true;
  return (
    words.length >= 4 &&
    titleCased(name) < 0.5 &&
    words.some((word) => SENTENCE_VERBS.includes(word)) &&
    !hasLegalForm(name, keyOf(name))
  );
}

/** Whether a line ends as a sentence does, and most of its words are written small. */
function isSentence(text: string): boolean {
  const words = text.match(/\p{L}{3,}/gu) ?? [];
  return (
    /\p{Ll}{3}[.!?]$/u.test(text) &&
    words.length >= 6 &&
    words.filter((word) => /^\p{Ll}/u.test(word)).length > words.length * 0.6
  );
}

/** Papers whose first line is who they are from, be it a word of a business or not. */
const LETTERHEADED: readonly DocumentType[] = [...BILLS, "receipt", "bank-statement", "payslip", "ticket", "insurance"];

/** Whether a line at the top names a body in a few words above an address, a telephone number or a web address. */
function letterhead(lines: Line[], index: number, name: string, type: DocumentType): boolean {
  const line = lines[index]!;
  const key = keyOf(name);
  const words = wordsOf(key);
  if (index > 4 || words.length > 7 || line.cells.length > 2 || /[.,;:?!]$/u.test(name.replace(/\.$/u, "")))
    return false;
  if (!name.split(" ").every(isWritten) || isOfAddress(name) || titleCased(name) < 0.7) return false;
  const below = lines.slice(index + 1, index + 3).filter((next) => !next.afterGap);
  const contact = below.some(
    ({ text }) =>
      writtenDates(text, true).length === 0 && (isOfAddress(text) || /@|www\.|\(?\+?\d[\d ()/.-]{7,}\d/u.test(text)),
  );
  return (
    contact &&
    (holds(key, ORGANIZATION_WORDS) ||
      hasBusinessWord(key) ||
      (index <= 1 && words.length >= 2 && LETTERHEADED.includes(type) && !HONORIFICS.includes(words[0]!)))
  );
}

/** Whether a line is a row of a table: its first cell is a day, or it has a sum. Whom it names was paid, or has paid. */
function isRow(line: Line): boolean {
  const [date] = writtenDates(line.text, true);
  return (
    moneyIn(line.text).length > 0 ||
    (date !== undefined && date.start < 3) ||
    /^\d{1,2}[./]\d{1,2}\.?\s/u.test(line.text)
  );
}

/** The share of the longer words that begin with a capital. */
function titleCased(text: string): number {
  const words = text.match(/\p{L}{3,}/gu) ?? [];
  return words.filter((word) => /^[\p{Lu}\p{Lo}]/u.test(word)).length / Math.max(1, words.length);
}

/** Whether a line by itself is a name that comes back in the text and none of whose words is ever written small. */
function isBrand(name: string, lines: Line[]): boolean {
  const words = name.split(" ");
  if (
    words.length > 2 ||
    name.length < 4 ||
    /[^\p{L}\p{N}&'’.-]/u.test(name.replaceAll(" ", "")) ||
    !words.every(isWritten)
  )
    return false;
  const key = keyOf(name);
  const mentions = lines.filter((line) => line.key.includes(key));
  const small = words[0]!.toLowerCase();
  return (
    mentions.length >= 3 && /\p{Ll}/u.test(name) && !lines.some(({ text }) => text.split(/[\s,;:()]/u).includes(small))
  );
}

/** The points that apply. */
function sumOf(points: (number | false | undefined)[]): number {
  return points.reduce<number>((sum, point) => sum + (point || 0), 0);
}

/** The cells of a line, each as a line of its own. */
function partsOf(line: Line): Line[] {
  return line.cells.length === 1
    ? [line]
    : line.cells.map((text) => ({ ...line, text, key: keyOf(text), cells: [text] }));
}

/** A name without what kind of paper it is: "Amazing Web Services Invoice", "Acme Ltd Bank Statement", "ACME Pay Slip". */
function withoutType(name: string): string {
  if (RUNS_ON.test(name)) {
    const owner = beforeTypeName(name).replace(/(?:信用卡|クレジットカード|신용카드)$/u, "");
    if (isOrganization(keyOf(owner))) return owner;
  }
  const words = name.split(" ");
  for (let count = Math.min(4, words.length - 1); count > 0; count--) {
    const type = words.slice(-count).join(" ");
    if (!isTypeName(keyOf(type).trim())) continue;
    const rest = words.slice(0, -count).join(" ");
    // "Datos de la factura" names nobody.
    if (isSmallWord(words.at(-count - 1)!)) return name;
    const ends = withoutLegalForm(rest) !== rest;
    // The longest name of a paper counts: "Limited Warranty" is one.
    return ends || isContrast(rest, type) || (count === 1 && words.length > 2) ? rest : name;
  }
  return name;
}

function isContrast(name: string, type: string): boolean {
  return name.length >= 4 && name === name.toUpperCase() && type !== type.toUpperCase();
}

/** Whether the address below a name ends in the numbers of a business, or where it can be written to. */
function imprintBelow(lines: Line[], index: number): boolean {
  const below = lines.slice(index + 1, index + 4);
  const isOnline = ({ text }: Line): boolean => /@|www\./u.test(text);
  const end = below.findIndex((line) => !isOfAddress(line.text) || isOnline(line));
  return end > 0 && (holds(below[end]!.key, IMPRINT_WORDS) || isOnline(below[end]!));
}

/** A name in two lines, of which the second says what it is: "Brackenshire" and "District Council". */
function ownAbove(name: string, above: Line): string | null {
  const [own = ""] = above.cells;
  return above.cells.length === 1 &&
    /^\p{Lu}[\p{L}\p{M}'’-]{3,24}$/u.test(own) &&
    !isNoName(own) &&
    isWritten(own) &&
    !isOrganization(keyOf(own)) &&
    wordsOf(keyOf(name)).length <= 3 &&
    titleCased(name) >= 0.9 &&
    isOrganization(keyOf(name)) &&
    !hasLegalForm(name, keyOf(name)) &&
    !keyOf(name).includes(keyOf(own))
    ? `${own} ${name}`
    : null;
}

/** A name in two lines, of which the first says what it is: "Officina Meccanica" and "Brambilla & C. s.n.c.". */
function ownerBelow(name: string, index: number, next: Line | undefined): string | null {
  if (index > 1 || !next || next.afterGap) return null;
  const words = wordsOf(keyOf(name));
  const owner = nameWithin(next.cells[0] ?? "");
  return words.length <= 2 &&
    isOrganization(` ${words[0]} x `) &&
    titleCased(name) >= 0.9 &&
    !hasLegalForm(name, keyOf(name)) &&
    owner === next.cells[0] &&
    wordsOf(keyOf(owner)).length <= 6 &&
    hasLegalForm(owner, keyOf(owner)) &&
    !isNoName(owner) &&
    !keyOf(owner).includes(keyOf(name).trimEnd())
    ? `${name} ${owner}`
    : null;
}

/** A name whose legal form was set on the line below: "ACME TRADING" and "SDN BHD (12345-X)". */
function wrappedForm(name: string, line: Line, next: Line | undefined): string | null {
  if (
    !next ||
    next.page !== line.page ||
    (name !== line.text && !withinBrackets(line.text, name)) ||
    looksLikeAddress(name, line.key)
  )
    return null;
  const form = next.text.split(/\s?[([]/u, 1)[0]!;
  const whole = line.text.replace(/[,;:]$/u, "");
  // "ACME TRADING CO. (M)" holds a form already; another one below still belongs to it.
  const rest = withoutLegalForm(`X ${form}`).slice(2).toLowerCase();
  return form !== "" &&
    wordsOf(keyOf(form)).length <= 4 &&
    (rest === "" || (REST_OF_A_NAME.has(rest) && hasLegalForm(form, keyOf(form))))
    ? `${whole} ${form}`
    : null;
}

/** Whether a line is a name and a short remark in brackets: "ACME TRADING CO. (M)". */
function withinBrackets(text: string, name: string): boolean {
  return text.startsWith(name) && /^[\s.]{0,2}\([\p{L}.&]{1,12}\)$/u.test(text.slice(name.length));
}

/** What in a line and the one below says that it names the issuer. `addressBeside`: street and town stand in the columns to the right. */
function proofOf(
  name: string,
  line: Line,
  next: Line | undefined,
  type: DocumentType,
  addressBeside: boolean,
): { looks: number; sender: number } {
  const key = keyOf(name);
  const form = hasLegalForm(name, key) ? 4 : 0;
  const operator =
    type === "ticket" && wordsOf(key).length >= 2 && wordsOf(key).length <= 6 && holds(key, OPERATOR_WORDS) ? 3 : 0;
  const business =
    operator ||
    (hasBusinessWord(key)
      ? 2
      : holds(key, ORGANIZATION_WORDS) && wordsOf(key).length >= 2 && type !== "receipt"
        ? 1.5
        : 0);
  const imprint = next && holds(next.key, IMPRINT_WORDS) ? (type === "receipt" ? 2 : 4) : 0;
  const mailBelow = next && !imprint && next.text.includes("@") ? 3 : 0;
  // "Acme GmbH · Hauptstr. 1 · 10115 Berlin": the sender's line above a window address.
  const beside = line.text.slice(line.text.indexOf(name) + name.length);
  const parted = (beside.match(/[,·•|∙*–-]\s*\p{L}|\s[·•|∙*–-]\s|,\s*\d/gu) ?? []).length >= 2;
  const sender = (parted && (/\b\d{4,6}\b/.test(beside) || isOfAddress(beside))) || addressBeside ? 2.5 : 0;
  const ownImprint =
    type !== "receipt" && name.length < line.text.length && holds(keyOf(beside), IMPRINT_WORDS) ? 4 : 0;
  return { looks: form + business, sender: Math.max(imprint, ownImprint) + mailBelow + sender };
}

/** What the place and the look of a line say: the nearer to the top, the likelier. */
function placeOf(name: string, line: Line, index: number, proof: number, type: DocumentType): number {
  const key = keyOf(name);
  const form = hasLegalForm(name, key);
  const top = Math.max(0, 4.5 - index * 0.6) * (type === "receipt" ? 1.5 : proof >= 2 ? 1 : 0.7);
  const address = looksLikeAddress(name, key) && !form ? -5 : 0;
  const partOfAnAddress = /,$/u.test(line.text) && !form ? -2 : 0;
  const prose = wordsOf(key).length > 7 ? -3 : 0;
  const noise = type === "receipt" && !form && looksLikeNoise(name) ? -4 : 0;
  return top + address + partOfAnAddress + prose + noise - (isMerelyBusiness(key) ? 3 : 0);
}

/** What the edge of a receipt, or its logo, is read as: scraps of three letters that are no capitals ("Le fal"), or capitals within words ("FRviDe"). */
function looksLikeNoise(name: string): boolean {
  const words = name.match(/\p{L}+/gu) ?? [];
  return (
    (words.every((word) => word.length <= 3) && /\p{Ll}/u.test(name)) ||
    words.some(
      (word) =>
        /\p{Ll}\p{Lu}/u.test(word) &&
        // One letter of a name in capitals was read small: "AIML StORE".
        !(
          (word.match(/\p{Ll}/gu) ?? []).length === 1 &&
          word.length >= 4 &&
          words.some((other) => other !== word && /^\p{Lu}{3,}$/u.test(other))
        ) &&
        !/^(?:Mc|Mac|De|Di|La|Le|O)\p{Lu}\p{Ll}+$/u.test(word) &&
        !/^\p{Lu}\p{Ll}{2,}\p{Lu}\p{Ll}{2,}$/u.test(word),
    )
  );
}

/** The lines of those who sign: a few words each, below the closing of a letter. */
function signatures(lines: Line[]): Line[] {
  const closing = lines.findLastIndex((line) => wordsOf(line.key).length <= 12 && holds(line.key, CLOSINGS));
  if (closing < 0) return [];
  return lines
    .slice(closing + 1, closing + 5)
    .filter((line) => wordsOf(line.key).length <= 6 && wordsOf(line.key).length >= 2 && !/\d/.test(line.text));
}

/** A name set one word a line at the top of a receipt: THE / ROTI / MAN / BAKERY. */
function stackedName(lines: Line[]): { name: string; line: Line } | null {
  const start = lines.findIndex((line) => /^\p{Lu}[\p{Lu}'’]+$/u.test(line.text));
  if (start < 0 || start > 2) return null;
  let end = start;
  while (end < lines.length && end - start < 5 && /^[\p{Lu}'’&]{2,}$/u.test(lines[end]!.text)) end++;
  const name = lines
    .slice(start, end)
    .map((line) => line.text)
    .join(" ");
  return end - start >= 3 && !isNoName(name) ? { name, line: { ...lines[start]!, text: name } } : null;
}

/** The names in the domains of addresses that stand in the text: "acme" of billing@acme.co.uk. */
function domainsOf(lines: Line[]): string[] {
  const names = new Set<string>();
  for (const line of lines) {
    for (const match of line.text
      .toLowerCase()
      .matchAll(/(?:@|www\.|https?:\/\/(?:www\.)?)([a-z0-9-]{3,40})(?:\.[a-z0-9-]{2,20}){1,3}/g)) {
      if (match[1]) names.add(match[1].replaceAll("-", ""));
    }
  }
  return [...names];
}

/** A name that is the domain of an address in the text and stands beside it as a word too: "Acme" where www.acme.com is named. */
function brandOf(lines: Line[], domains: string[]): Finding<string> | null {
  for (const domain of domains) {
    if (domain.length < 3 || COMMON_DOMAINS.includes(domain)) continue;
    // The web address of whoever is spoken of stands in the text; the issuer's name stands at the head or the foot too.
    for (const line of [...lines.slice(0, 12), ...lines.slice(-4)]) {
      if (wordsOf(line.key).length > 9) continue;
      const word = line.text
        .split(/\s+/u)
        .map((part) => trimmed(part, /[^\p{L}\d]/u))
        .find(
          (part) =>
            /^\p{Lu}/u.test(part) &&
            part.length <= 30 &&
            !/[@/.]/.test(part) &&
            keyOf(part).replaceAll(" ", "") === domain,
        );
      if (word)
        return {
          value: titleCase(visible(word)),
          page: line.page,
          quote: line.text,
          confidence: CONFIDENCE.sender.brand,
        };
    }
  }
  return null;
}

/** Whether a domain is the name's own. */
function belongsTo(domain: string, name: string): boolean {
  const squeezed = foldSpace(keyOf(name)).replaceAll(" ", "");
  return domain.length >= 4 && (squeezed.includes(domain) || (squeezed.length >= 4 && domain.includes(squeezed)));
}
