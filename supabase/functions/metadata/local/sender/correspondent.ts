import type { DocumentType } from "../../../_shared/metadata.ts";
import { isOfAddress, issuerRows, letterheads, recipientCells } from "./addressees.ts";
import { hasBusinessWord, hasLegalForm, nameWithin, titleCase, withoutLegalForm } from "./company-name.ts";
import { CONFIDENCE } from "../confidence.ts";
import {
  BILLS,
  isFooter,
  isWithAddress,
  namesItself,
  firstRecipient,
  isHeadOfABill,
  besideRecipient,
  letterhead,
  isBrand,
  imprintBelow,
} from "./letterhead.ts";
import { moneyIn } from "../amounts/money.ts";
import { ownAbove, ownerBelow, wrappedForm, stackedName } from "./name-over-lines.ts";
import { namedIssuers, named } from "./named-issuers.ts";
import { isNoName } from "../name/no-name.ts";
import {
  FILED_WITH,
  isCounty,
  isNoisy,
  looksLikeNoise,
  isValueOfALabel,
  isTown,
  isPartOfASentence,
  isRow,
} from "./no-sender.ts";
import { isWritten } from "../text/noise.ts";
import { isOrganization, titleCased, withoutType } from "./organization-name.ts";
import { proofOf, placeOf } from "./sender-score.ts";
import { signatures } from "./signatures.ts";
import { BANK_WORDS } from "../tables/banks.ts";
import { OPERATOR_WORDS } from "../tables/tickets.ts";
import { holds, keyOf, visible, wordsOf, type Finding, type Line } from "../text/text.ts";
import { AFFILIATIONS } from "../tables/affiliations.ts";
import { domainsOf, brandOf, belongsTo } from "./web-domains.ts";

/** `strong`: how many independent things say that a name is the sender's, beside its looks and its place. */
type Candidate = { name: string; line: Line; score: number; strong: number };

/** Points below which nobody is named: the first line of a receipt is enough, elsewhere more must speak for a name. */
const ENOUGH = { receipt: 4, head: 4, other: 5 };

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
  // What is published names sites that are not its own.
  const domains = domainsOf(lines, { bare: !NAMES_OF_OTHERS.includes(type) && type !== "receipt" });
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
      if (isNoName(name) || isCounty(name, lines) || (!isLabelled && isValueOfALabel(whole, column))) continue;
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
  if (type !== "receipt" && looksLikeNoise(withoutLegalForm(name)) && !hasLegalForm(name, keyOf(name))) return false;
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
