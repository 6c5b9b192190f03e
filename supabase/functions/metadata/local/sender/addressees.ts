import { trimmedEnd } from "../../../_shared/trim.ts";
import { hasLegalForm, looksLikeAddress, nameWithin } from "./company-name.ts";
import { moneyIn } from "../amounts/money.ts";
import { isNoName, TYPE_NAMES } from "../name/no-name.ts";
import { ATTENTION, ISSUER_LABELS, RECIPIENT_LABELS } from "../tables/companies.ts";
import type { DocumentType } from "../../../_shared/metadata.ts";
import { CONFIRMATIONS, MORE_ISSUER_LABELS, PAYEE_LABELS, VENDOR_LABELS } from "../tables/organizations.ts";
import { holds, keyOf, RUNS_ON, type Line, wordsOf } from "../text/text.ts";

/** How many lines below a recipient's label are an address. */
const ADDRESS_LINES = 5;

/** The lines where the issuer stands by its label, with the name: beside the label, or on the next line that is a name. */
export function issuerRows(lines: Line[], type: DocumentType): Map<number, string> {
  const rows = new Map<number, string>();
  const ordered = isFromABuyer(lines, type);
  // On a ticket "from" is where the journey begins; an order names whom it goes to.
  const labels = [...ISSUER_LABELS, ...MORE_ISSUER_LABELS, ...(PAID_TO.includes(type) ? PAYEE_LABELS : [])].filter(
    (label) => (type !== "ticket" || !ORIGINS.includes(label)) && !(ordered && VENDOR_LABELS.includes(label)),
  );
  for (const [index, line] of lines.entries()) {
    // Far down, papers of these kinds name companies in their boxes.
    if (index > NAMED_ABOVE && LABELS_OF_OTHERS.includes(type)) break;
    const labelled = /^([^:：]{2,40})[:：](.*)$/u.exec(line.text);
    const label = plainLabel(labelled ? (labelled[1] ?? "") : line.text);
    const atTheEnd = labels.find(
      (phrase) => phrase.length > 5 && line.key.endsWith(` ${phrase} `) && line.key.trim() !== phrase,
    );
    const beside = labelled?.[2]?.trimStart();
    if (beside && labels.includes(label)) {
      rows.set(index, nameWithin(beside));
    } else if (labels.includes(label) && (labelled || label.length > 4)) {
      for (let below = index + 1; below <= index + 4 && below < lines.length; below++) {
        const name = nameWithin(lines[below]!.text);
        if (isNoName(name) || isSlogan(name)) continue;
        rows.set(below, name);
        break;
      }
    } else if (atTheEnd && /:$/u.test(line.text)) {
      // "Acme Ltd.,Sold By :" is how some PDFs give a label that stands left of its value.
      const words = line.text.split(" ");
      const kept = words.filter(
        (_, at) => keyOf(words.slice(0, at + 1).join(" ")).length + atTheEnd.length < line.key.length + 1,
      );
      rows.set(index, nameWithin(withoutLastPart(kept.join(" "))));
    }
  }
  for (const [index, line] of lines.entries()) {
    if (line.cells.length < 2) continue;
    // The boxes of a form: "5. ISSUED BY" above a name in the same column.
    const column = line.cells.findIndex(
      (cell) => labels.includes(plainLabel(cell)) && (plainLabel(cell).length > 5 || RUNS_ON.test(cell)),
    );
    const below = lines[index + 1];
    if (column !== 0 || rows.has(index) || !below || rows.has(index + 1)) continue;
    const beside = nameWithin(line.cells[1] ?? "");
    const apart =
      /:$/u.test(line.cells[0]!) || (line.cells.length === 2 && !ORIGINS.includes(plainLabel(line.cells[0]!)));
    const boxed = /^\(?\d{1,2}[a-z]?[.)]\s/u.test(line.cells[1]!);
    if (apart && !boxed && !isNoName(beside) && !isOfAddress(beside)) rows.set(index, beside);
    else if (!isNoName(nameWithin(below.cells[0]!)) && !isSlogan(nameWithin(below.cells[0]!)))
      rows.set(index + 1, nameWithin(below.cells[0]!));
  }
  return rows;
}

/** "PAY AS YOU EARN": words that tell or ask for something, and name nobody. */
function isSlogan(name: string): boolean {
  const key = keyOf(name);
  return wordsOf(key).length >= 3 && !hasLegalForm(name, key) && / (?:you|your|we|our|us) /.test(key);
}

/** Bills are paid to whom they are from: the holder of the account. */
const PAID_TO: readonly DocumentType[] = ["invoice", "quote"];

/** Papers whose boxes name other companies, and the line below which they do. */
const LABELS_OF_OTHERS: readonly DocumentType[] = ["other", "form", "article", "report", "manual"];
const NAMED_ABOVE = 15;

/** Whether a paper is an order that a buyer sends, and no confirmation by the seller. */
export function isFromABuyer(lines: Line[], type: DocumentType): boolean {
  return type === "order" && !lines.slice(0, 25).some(({ key }) => holds(key, CONFIRMATIONS));
}

const ORIGINS: readonly string[] = ["from", "von", "de", "dari", "daripada", "provider"];

/** A label without its number and without what it asks for: "c. Employer's name, address and ZIP code" is "employer". */
function plainLabel(text: string): string {
  return keyOf(text.replace(/^\(?(?:\d{1,2}[a-z]?|[a-z])[.)]?\s/u, "").replace(/:$/u, ""))
    .trim()
    .replace(/(?: s)?(?: nam[ea])?(?: and)?(?: address)?(?: and)?(?: z[i1]p code| postcode| zip)?$/u, "");
}

/** Whether a cell of a row (both from 0) names or belongs to the recipient. */
export function recipientCells(lines: Line[], type: DocumentType = "other"): (row: number, cell: number) => boolean {
  const found = new Set<string>();
  const ordered = isFromABuyer(lines, type);
  for (const [index, line] of lines.entries()) {
    if (ATTENTION.some((phrase) => line.key.startsWith(` ${phrase} `)) && index > 0)
      mark(found, lines, index - 1, null);
    const columns = line.cells.flatMap((cell, column) =>
      isRecipientLabel(cell) || (ordered && VENDOR_LABELS.includes(keyOf(cell.split(/[:：]/u)[0] ?? "").trim()))
        ? [column]
        : [],
    );
    for (let below = index; columns.length > 0 && below <= index + ADDRESS_LINES && below < lines.length; below++) {
      const key = keyOf(lines[below]!.text.split(":")[0] ?? "").trim();
      // An address holds no amounts; what stands below one is no part of it.
      if (
        below > index &&
        (ISSUER_LABELS.includes(key) || TYPE_NAMES.includes(key) || moneyIn(lines[below]!.text).length > 0)
      )
        break;
      for (const column of columns) mark(found, lines, below, line.cells.length > 1 ? column : null);
    }
  }
  return (row, cell) => found.has(`${row}:${cell}`);
}

function isRecipientLabel(cell: string): boolean {
  // "To Acme Ltd": without a colon the label needs a company behind it.
  if (/^To\s\p{Lu}/u.test(cell) && hasLegalForm(cell, keyOf(cell))) return true;
  const label = keyOf(cell.split(/[:：]/u)[0] ?? "").trim();
  const key = keyOf(cell);
  return RECIPIENT_LABELS.some((phrase) => label === phrase || (phrase.length > 6 && key.startsWith(` ${phrase} `)));
}

/** Marks one column of a row, or all of them for null. A row without columns is the first one's. */
function mark(found: Set<string>, lines: Line[], row: number, column: number | null): void {
  for (const cell of lines[row]!.cells.keys()) if (column === null || cell === column) found.add(`${row}:${cell}`);
}

/** How many lines of an address may follow a name. */
const BLOCK = 3;

/**
 * The rows that begin with a name above an address, in the head of a bill: the first is the letterhead where a second one, or a labelled
 * recipient, stands below. Empty where there is but one such row, which may be either's.
 */
export function letterheads(
  lines: Line[],
  isRecipient: (row: number, cell: number) => boolean,
): { own: number; others: number[] } | null {
  const sums = lines.findIndex(({ text }) => moneyIn(text).length > 0);
  const head = lines.slice(0, sums < 0 ? 20 : sums);
  const blocks = [...head.keys()].filter((row) => {
    const [name = "", ...below] = head.slice(row, row + 3).map(({ cells }) => cells[0] ?? "");
    return (
      !isNoName(nameWithin(name)) &&
      !isOfAddress(name) &&
      below.some(isOfAddress) &&
      (isOfAddress(below[0] ?? "") || !isNoName(below[0] ?? ""))
    );
  });
  const [own, ...others] = blocks;
  const labelled = [...head.keys()].some((row) => row > (own ?? 0) && isRecipient(row, 0));
  const apart = others.filter((row) => row > (own ?? 0) + 1);
  return own !== undefined && own <= BLOCK && !isRecipient(own, 0) && (apart.length > 0 || labelled)
    ? { own, others: apart }
    : null;
}

/** A postcode before a town, of four digits, of five with a blank or a hyphen, and as the British and the Canadians have theirs. */
export const POSTCODE =
  /\b\d{4}\b\s\p{Lu}|\b\d{3}\s\d{2}\s\p{Lu}|\b\d{2}-\d{3}\s\p{Lu}|\b[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}\b|\b[A-Z]\d[A-Z]\s\d[A-Z]\d\b|〒\d{3}-\d{4}/u;

/** Whether a line is a street, or a town with its postcode. */
export function isOfAddress(text: string): boolean {
  return looksLikeAddress(text, keyOf(text)) || POSTCODE.test(text);
}

/** "Acme Ltd.,Sold" to "Acme Ltd.": what stands behind the last comma, where it is letters alone. */
function withoutLastPart(text: string): string {
  const before = trimmedEnd(text, /\p{L}/u);
  return before.endsWith(",") ? `${trimmedEnd(before, /[.,]/)}.` : text;
}
