import type { DocumentType } from "../../_shared/metadata.ts";
import { hasBusinessWord, hasLegalForm, isMerelyBusiness, looksLikeAddress, nameWithin, titleCase, withoutLegalForm } from "./company-name.ts";
import { writtenDates } from "./dates.ts";
import { moneyIn } from "./money.ts";
import { ATTENTION, COMMON_DOMAINS, IMPRINT_WORDS, ISSUER_LABELS, NO_NAME_BEGINNINGS, RECIPIENT_LABELS } from "./tables/companies.ts";
import { CLOSINGS } from "./tables/letters.ts";
import { DOCUMENT_TYPE_EVIDENCE } from "./tables/document-types.ts";
import { FUNCTION_WORDS } from "./tables/function-words.ts";
import { OPERATOR_WORDS } from "./tables/tickets.ts";
import { foldSpace, holds, keyOf, visible, wordsOf, type Finding, type Line } from "./text.ts";

type Candidate = { name: string; line: Line; score: number };

/** Points below which nobody is named: the first line of a receipt is enough, elsewhere more must speak for a name. */
const ENOUGH = { receipt: 4, other: 5 };

/** How many lines below a recipient's label are an address. */
const ADDRESS_LINES = 5;

/** Articles and prepositions: none of them is a name by itself. */
const SMALL_WORDS = new Set(Object.values(FUNCTION_WORDS).flat().filter((word) => word.length <= 4));

/** From this line on, a receipt lists what was bought. */
const GOODS = 12;

const TYPE_NAMES = Object.values(DOCUMENT_TYPE_EVIDENCE).flatMap((rows) => rows.filter(([weight]) => weight >= 4).flatMap(([, ...phrases]) => phrases));

/** Who the document is from, with the line that names it; null where nobody is named clearly enough. */
export function findCorrespondent(lines: Line[], type: DocumentType): Finding<string> | null {
  const first = lines.filter((line) => line.page === lines[0]?.page);
  const recipients = recipientRows(first);
  const labelled = issuerRows(first);
  const signed = type === "letter" ? signatures(lines) : [];
  const domains = domainsOf(lines);
  let best: Candidate | null = null;
  for (const [index, line] of [...first, ...signed.filter((line) => !first.includes(line))].entries()) {
    const onFirst = index < first.length;
    const own = (onFirst ? labelled.get(index) : undefined) ?? nameWithin(line.text);
    const wrapped = onFirst ? wrappedForm(own, line, first[index + 1]) : null;
    const name = wrapped ?? own;
    if (isNoName(name)) continue;
    const isLabelled = onFirst && labelled.has(index);
    const proof = proofOf(name, line, onFirst ? first[index + 1] : undefined, type) + (isLabelled ? 7 : 0)
      + (signed.includes(line) ? 5 : 0) + (domains.some((domain) => belongsTo(domain, name)) ? 4 : 0) - (type === "receipt" && onFirst && index >= GOODS && !isLabelled ? 2 : 0);
    // Only the top of a receipt is proof enough by itself; elsewhere a recipient or a title may stand there.
    if (proof <= 0 && type !== "receipt") continue;
    const repeats = Math.min(2, lines.filter((other) => other.key.includes(keyOf(name))).length - 1);
    const score = proof + repeats + (onFirst ? placeOf(name, line, index, proof, type) : 0) - (onFirst && recipients.has(index) && !isLabelled ? 9 : 0);
    if (!best || score > best.score) best = { name, line: wrapped ? { ...line, text: `${line.text} ${first[index + 1]!.text}` } : line, score };
  }
  const stacked = type === "receipt" ? stackedName(first) : null;
  if (stacked && (!best || best.score < 8)) best = { name: stacked.name, line: stacked.line, score: 8 };
  if (!best || best.score < (type === "receipt" ? ENOUGH.receipt : ENOUGH.other)) return brandOf(lines, domains);
  return { value: titleCase(visible(best.name)).slice(0, 120), page: best.line.page, quote: best.line.text };
}

/** A name whose legal form was set on the line below: "ACME TRADING" and "SDN BHD (12345-X)". */
function wrappedForm(name: string, line: Line, next: Line | undefined): string | null {
  if (!next || next.page !== line.page || name !== line.text || hasLegalForm(name, keyOf(name)) || looksLikeAddress(name, line.key)) return null;
  const form = next.text.replace(/\s?[([].*$/u, "");
  return form !== "" && wordsOf(keyOf(form)).length <= 4 && withoutLegalForm(`X ${form}`) === "X" ? `${name} ${form}` : null;
}

/** What in a line and the one below says that it names the issuer. */
function proofOf(name: string, line: Line, next: Line | undefined, type: DocumentType): number {
  const key = keyOf(name);
  const form = hasLegalForm(name, key) ? 4 : 0;
  const operator = type === "ticket" && wordsOf(key).length >= 2 && wordsOf(key).length <= 6 && holds(key, OPERATOR_WORDS) ? 3 : 0;
  const business = operator || (hasBusinessWord(key) ? 2 : 0);
  const imprint = next && holds(next.key, IMPRINT_WORDS) ? (type === "receipt" ? 2 : 4) : 0;
  const mailBelow = next && !imprint && next.text.includes("@") ? 3 : 0;
  // "Acme GmbH · Hauptstr. 1 · 10115 Berlin": the sender's line above a window address.
  const beside = line.text.slice(line.text.indexOf(name) + name.length);
  const sender = /\b\d{4,6}\b/.test(beside) && (beside.match(/[,·•|∙*–-]\s*\p{L}|\s[·•|∙*–-]\s/gu) ?? []).length >= 2 ? 2.5 : 0;
  const ownImprint = type !== "receipt" && name.length < line.text.length && holds(keyOf(beside), IMPRINT_WORDS) ? 4 : 0;
  return form + business + Math.max(imprint, ownImprint) + mailBelow + sender;
}

/** What the place and the look of a line say: the nearer to the top, the likelier. */
function placeOf(name: string, line: Line, index: number, proof: number, type: DocumentType): number {
  const key = keyOf(name);
  const form = hasLegalForm(name, key);
  const top = Math.max(0, 4.5 - index * 0.6) * (type === "receipt" ? 1.5 : proof >= 2 ? 1 : 0.7);
  const address = looksLikeAddress(name, key) && !form ? -5 : 0;
  const partOfAnAddress = /,$/u.test(line.text) && !form ? -2 : 0;
  const prose = wordsOf(key).length > 7 ? -3 : 0;
  return top + address + partOfAnAddress + prose - (isMerelyBusiness(key) ? 3 : 0);
}

/** The lines of those who sign: a few words each, below the closing of a letter. */
function signatures(lines: Line[]): Line[] {
  const closing = lines.findLastIndex((line) => wordsOf(line.key).length <= 12 && holds(line.key, CLOSINGS));
  if (closing < 0) return [];
  return lines.slice(closing + 1, closing + 5).filter((line) => wordsOf(line.key).length <= 6 && wordsOf(line.key).length >= 2 && !/\d/.test(line.text));
}

/** Whether a text cannot be a name: a heading, a label, a number, an address, a sentence. */
function isNoName(name: string): boolean {
  const key = keyOf(name);
  const words = wordsOf(key);
  const letters = name.replace(/[^\p{L}]/gu, "").length;
  if (!hasRealWord(name) || /^\d{4,}\D/u.test(name)) return true;
  if (letters < 3 || letters * 2 < name.replace(/\s/gu, "").length || name.length > 80 || words.length > 9) return true;
  if (/^\p{Ll}/u.test(name) || /[:?!]$/u.test(name) || /[@]|:\/\/|www\./iu.test(name)) return true;
  if (/[\p{Ll}]{3}\.$/u.test(name) && words.length > 5) return true;
  if (writtenDates(name, true).length > 0 || moneyIn(name).length > 0) return true;
  if (NO_NAME_BEGINNINGS.some((beginning) => key.startsWith(` ${beginning} `)) && !hasLegalForm(name, key)) return true;
  return TYPE_NAMES.some((phrase) => key.trim() === phrase || (phrase.startsWith("*") && words.length === 1 && key.endsWith(`${phrase.slice(1)} `)) || (words.length <= 4 && holds(key, [phrase]) && !hasLegalForm(name, key)));
}

/** Whether one word at least is no noise of a picture's edge: three letters with a vowel among them, or an acronym in capitals. */
function hasRealWord(name: string): boolean {
  const words = (withoutLegalForm(name).match(/\p{L}[\p{L}\p{M}]*/gu) ?? []).filter((word) => !SMALL_WORDS.has(keyOf(word).trim()));
  return words.some((word) => /[^\p{Script=Latin}]/u.test(word) || (word.length >= 3 && /[aeiouyäöüáéíóúàèìòùâêîôûåæø]/iu.test(word)) || /^\p{Lu}{2,5}$/u.test(word));
}

/** The lines where the issuer stands by its label, with the name: beside the label, or on the next line that is a name. */
function issuerRows(lines: Line[]): Map<number, string> {
  const rows = new Map<number, string>();
  for (const [index, line] of lines.entries()) {
    const labelled = /^([^:]{2,40}):\s*(.*)$/u.exec(line.text);
    const label = keyOf(labelled ? (labelled[1] ?? "") : line.text).trim();
    const atTheEnd = ISSUER_LABELS.find((phrase) => phrase.length > 5 && line.key.endsWith(` ${phrase} `) && line.key.trim() !== phrase);
    if (labelled?.[2] && ISSUER_LABELS.includes(label)) {
      rows.set(index, nameWithin(labelled[2]));
    } else if (ISSUER_LABELS.includes(label) && (labelled || label.length > 4)) {
      for (let below = index + 1; below <= index + 4 && below < lines.length; below++) {
        const name = nameWithin(lines[below]!.text);
        if (isNoName(name)) continue;
        rows.set(below, name);
        break;
      }
    } else if (atTheEnd && /:$/u.test(line.text)) {
      // "Acme Ltd.,Sold By :" is how some PDFs give a label that stands left of its value.
      const words = line.text.split(" ");
      const kept = words.filter((_, at) => keyOf(words.slice(0, at + 1).join(" ")).length + atTheEnd.length < line.key.length + 1);
      rows.set(index, nameWithin(kept.join(" ").replace(/[.,]*,\p{L}*$/u, ".")));
    }
  }
  return rows;
}

/** The lines that name or belong to the recipient. */
function recipientRows(lines: Line[]): Set<number> {
  const rows = new Set<number>();
  for (const [index, line] of lines.entries()) {
    const label = keyOf(line.text.split(":")[0] ?? "").trim();
    const begins = RECIPIENT_LABELS.some((phrase) => label === phrase || (phrase.length > 6 && line.key.startsWith(` ${phrase} `)));
    if (ATTENTION.some((phrase) => line.key.startsWith(` ${phrase} `)) && index > 0) rows.add(index - 1);
    if (!begins) continue;
    for (let below = index; below <= index + ADDRESS_LINES && below < lines.length; below++) {
      const key = keyOf(lines[below]!.text.split(":")[0] ?? "").trim();
      // An address holds no amounts; what stands below one is no part of it.
      if (below > index && (ISSUER_LABELS.includes(key) || TYPE_NAMES.includes(key) || moneyIn(lines[below]!.text).length > 0)) break;
      rows.add(below);
    }
  }
  return rows;
}

/** A name set one word a line at the top of a receipt: THE / ROTI / MAN / BAKERY. */
function stackedName(lines: Line[]): { name: string; line: Line } | null {
  const start = lines.findIndex((line) => /^\p{Lu}[\p{Lu}'’]+$/u.test(line.text));
  if (start < 0 || start > 2) return null;
  let end = start;
  while (end < lines.length && end - start < 5 && /^[\p{Lu}'’&]{2,}$/u.test(lines[end]!.text)) end++;
  const name = lines.slice(start, end).map((line) => line.text).join(" ");
  return end - start >= 3 && !isNoName(name) ? { name, line: { ...lines[start]!, text: name } } : null;
}

/** The names in the domains of addresses that stand in the text: "acme" of billing@acme.co.uk. */
function domainsOf(lines: Line[]): string[] {
  const names = new Set<string>();
  for (const line of lines) {
    for (const match of line.text.toLowerCase().matchAll(/(?:@|www\.|https?:\/\/(?:www\.)?)([a-z0-9-]{3,40})(?:\.[a-z0-9-]{2,20}){1,3}/g)) {
      if (match[1]) names.add(match[1].replaceAll("-", ""));
    }
  }
  return [...names];
}

/** A name that is the domain of an address in the text and stands beside it as a word too: "Acme" where www.acme.com is named. */
function brandOf(lines: Line[], domains: string[]): Finding<string> | null {
  for (const domain of domains) {
    if (domain.length < 4 || COMMON_DOMAINS.includes(domain)) continue;
    for (const line of lines) {
      const word = line.text.split(/\s+/u).map((part) => part.replace(/^[^\p{L}\d]+|[^\p{L}\d]+$/gu, "")).find((part) => /^\p{Lu}/u.test(part) && part.length <= 30 && !/[@/.]/.test(part) && keyOf(part).replaceAll(" ", "") === domain);
      if (word) return { value: titleCase(visible(word)), page: line.page, quote: line.text };
    }
  }
  return null;
}

/** Whether a domain is the name's own. */
function belongsTo(domain: string, name: string): boolean {
  const squeezed = foldSpace(keyOf(name)).replaceAll(" ", "");
  return domain.length >= 4 && (squeezed.includes(domain) || (squeezed.length >= 4 && domain.includes(squeezed)));
}
