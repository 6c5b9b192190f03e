import type { DocumentType } from "../../../_shared/metadata.ts";
import { isOfAddress } from "./addressees.ts";
import { hasBusinessWord, hasLegalForm } from "./company-name.ts";
import { isWritten } from "../text/noise.ts";
import { titleCased } from "./organization-name.ts";
import { IMPRINT_WORDS, RECIPIENT_LABELS } from "../tables/companies.ts";
import { ORGANIZATION_WORDS } from "../tables/organizations.ts";
import { HONORIFICS } from "../tables/stop-words.ts";
import { holds, keyOf, wordsOf, type Line } from "../text/text.ts";
import { writtenDates } from "../dates/written-dates.ts";

/** Papers that one business sends another's address: both stand at their head. */
export const BILLS: readonly DocumentType[] = ["invoice", "credit-note", "quote", "order", "delivery-note"];

/** Whether a line is one of the last of its page, and below the head. */
export function isFooter(lines: Line[], index: number): boolean {
  return index >= Math.max(10, lines.length - 8);
}

/** Whether a name stands in one line with its street and town, as the foot of a bill has them. */
export function isWithAddress(name: string, line: Line): boolean {
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
export function namesItself(name: string, line: Line): boolean {
  const beside = line.text.slice(line.text.indexOf(name) + name.length);
  return (
    name.length < line.text.length &&
    hasLegalForm(name, keyOf(name)) &&
    (holds(keyOf(beside), IMPRINT_WORDS) || IBAN.test(beside))
  );
}

const IBAN = /\b[A-Z]{2}\d{2}\s?[A-Z\d]{4}\s?\d{4}/u;

/** The first line that names a recipient by a label; -1 where none does. */
export function firstRecipient(lines: Line[], isRecipient: (row: number, cell: number) => boolean): number {
  return lines.findIndex((line, row) => line.cells.some((_, cell) => isRecipient(row, cell)));
}

/** Whether the very first line of a bill is a name in a few words that comes back: whom it goes to is named below. A stamp or a slogan stands there once. */
export function isHeadOfABill(name: string, line: Line, lines: Line[]): boolean {
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
export function besideRecipient(lines: Line[], index: number, column: number): boolean {
  const row = lines[index]!;
  if (row.cells.length !== 2 || column !== 0) return false;
  const right = keyOf(row.cells[1]!.replace(/:$/u, "")).trim();
  const below = lines.slice(index + 1, index + 3).some(({ cells }) => isOfAddress(cells[0] ?? ""));
  return below && RECIPIENT_LABELS.includes(right) && right.length > 4;
}

/** Papers whose first line is who they are from, be it a word of a business or not. */
const LETTERHEADED: readonly DocumentType[] = [...BILLS, "receipt", "bank-statement", "payslip", "ticket", "insurance"];

/** Whether a line at the top names a body in a few words above an address, a telephone number or a web address. */
export function letterhead(lines: Line[], index: number, name: string, type: DocumentType): boolean {
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

/** Whether a line by itself is a name that comes back in the text and none of whose words is ever written small. */
export function isBrand(name: string, lines: Line[]): boolean {
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

/** Whether the address below a name ends in the numbers of a business, or where it can be written to. */
export function imprintBelow(lines: Line[], index: number): boolean {
  const below = lines.slice(index + 1, index + 4);
  const isOnline = ({ text }: Line): boolean => /@|www\./u.test(text);
  const end = below.findIndex((line) => !isOfAddress(line.text) || isOnline(line));
  return end > 0 && (holds(below[end]!.key, IMPRINT_WORDS) || isOnline(below[end]!));
}
