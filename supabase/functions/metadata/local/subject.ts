import type { DocumentType } from "../../_shared/metadata.ts";
import { looksLikeAddress } from "./company-name.ts";
import { writtenDates } from "./written-dates.ts";
import { moneyIn } from "./money.ts";
import { NO_NAME_BEGINNINGS } from "./tables/companies.ts";
import { CONTRACT_WORDS, SELF_REFERENCES, SENTENCE_VERBS } from "./tables/contracts.ts";
import { GREETINGS, SALUTATIONS, SUBJECT_LABELS } from "./tables/letters.ts";
import { EVENT_LABELS, TICKET_WORDS } from "./tables/tickets.ts";
import { holds, keyOf, wordsOf, type Finding, type Line } from "./text.ts";

/** Papers that are told apart by sender, date and amount; their subject lines name numbers and clauses. */
const WITHOUT_SUBJECT: readonly DocumentType[] = [
  "invoice",
  "receipt",
  "credit-note",
  "bank-statement",
  "payslip",
  "delivery-note",
];

/** Papers whose first page shows a title. */
const TITLED: readonly DocumentType[] = [
  "report",
  "minutes",
  "manual",
  "article",
  "form",
  "certificate",
  "contract",
  "insurance",
  "tax",
  "quote",
  "order",
  "cv",
  "ticket",
  "other",
];

/** What a document is about, in its own words: the subject line of a letter, the title of a report; else null. */
export function findSubject(lines: Line[], type: DocumentType, correspondent: string | null): Finding<string> | null {
  if (WITHOUT_SUBJECT.includes(type)) return null;
  const first = lines.filter((line) => line.page === lines[0]?.page);
  return (
    labelledSubject(first, type === "ticket" ? EVENT_LABELS : SUBJECT_LABELS) ??
    (type === "letter" ? lineAboveSalutation(first, correspondent) : null) ??
    (TITLED.includes(type) ? title(first, type, correspondent) : null)
  );
}

function labelledSubject(lines: Line[], labels: readonly string[]): Finding<string> | null {
  for (const [index, line] of lines.entries()) {
    const labelled = /^([\p{L}. ]{2,20})\s?:\s?(.*)$/u.exec(line.text);
    if (!labelled || !labels.includes(keyOf(labelled[1] ?? "").trim())) continue;
    const beside = labelled[2] ?? "";
    const source =
      beside !== "" ? { text: beside, line } : { text: lines[index + 1]?.text ?? "", line: lines[index + 1] ?? line };
    if (wordsOf(keyOf(source.text)).length === 0) continue;
    return { value: source.text, page: line.page, quote: source.line.text };
  }
  return null;
}

function lineAboveSalutation(lines: Line[], correspondent: string | null): Finding<string> | null {
  const salutation = lines.findIndex((line) => greets(line) && line.text.length < 70);
  const above = lines[salutation - 1];
  return above && titleLikeness(above, correspondent) > 0
    ? { value: above.text, page: above.page, quote: above.text }
    : null;
}

function greets(line: Line): boolean {
  return [...SALUTATIONS, ...GREETINGS].some((phrase) => line.key.startsWith(` ${phrase} `));
}

/** The line among the first that looks most like a title. A title may run over two lines. */
function title(lines: Line[], type: DocumentType, correspondent: string | null): Finding<string> | null {
  let best: { index: number; score: number } | null = null;
  for (const [index, line] of lines.slice(0, 15).entries()) {
    if (type === "ticket" && holds(line.key, TICKET_WORDS)) continue;
    const likeness = titleLikeness(line, correspondent);
    // The title of a contract says what is agreed: "Maintenance Agreement", "Mietvertrag".
    const named = type === "contract" && wordsOf(line.key).length <= 8 && holds(line.key, CONTRACT_TITLES) ? 2 : 0;
    const score = likeness + named - index * 0.25;
    if (likeness > 0 && score > 0 && (!best || score > best.score)) best = { index, score };
  }
  if (!best) return null;
  const line = lines[best.index]!;
  const next = lines[best.index + 1];
  const goesOn =
    next &&
    /(?:\s(?:of|for|and|the|on|in|to|a|der|die|des|und|von|für|de|du|la|et|y|del|dan|untuk)|[:,–-])$/iu.test(
      line.text,
    ) &&
    wordsOf(next.key).length <= 8;
  return { value: goesOn ? `${line.text} ${next.text}` : line.text, page: line.page, quote: line.text };
}

const CONTRACT_TITLES = CONTRACT_WORDS.flatMap((word) => [word, `*${word}`]);

/** Whether a line is part of a sentence: "This agreement is made on …", "The board has met …". */
function isSentence(line: Line, words: string[]): boolean {
  if (words.length < 4 || !words.some((word) => SENTENCE_VERBS.includes(word)) || /\?$/u.test(line.text)) return false;
  // A title may hold a verb ("What is a lease"), but then it does not speak of itself and is short.
  return words.length > 7 || SELF_REFERENCES.some((phrase) => line.key.startsWith(` ${phrase} `));
}

/** 0 for what is no title (a date, an address, a sentence, a label, the sender); else higher for more of a title. */
function titleLikeness(line: Line, correspondent: string | null): number {
  const words = wordsOf(line.key);
  const letters = line.text.replace(/[^\p{L}]/gu, "").length;
  if (
    letters < 6 ||
    letters * 10 < line.text.replace(/\s/gu, "").length * 6 ||
    words.length > 16 ||
    line.text.length > 110
  )
    return 0;
  if (/[.;,]$/u.test(line.text) && words.length > 6) return 0;
  if (/^[(\p{Ll}]|@|:\/\/|www\.|:$/u.test(line.text) || moneyIn(line.text).length > 0) return 0;
  if (
    looksLikeAddress(line.text, line.key) &&
    words.length < 7 &&
    /\d/.test(line.text) &&
    !/(?:19|20)\d\d/.test(line.text)
  )
    return 0;
  if (
    correspondent &&
    line.key.includes(keyOf(correspondent)) &&
    words.length <= wordsOf(keyOf(correspondent)).length + 2
  )
    return 0;
  if (greets(line)) return 0;
  // Better than no title at all, but only at the very top.
  if (isSentence(line, words)) return 0.3;
  if (
    NO_NAME_BEGINNINGS.some((beginning) => beginning.length > 2 && line.key.startsWith(` ${beginning} `)) &&
    words.length <= 4
  )
    return 0;
  if (writtenDates(line.text, true).length > 0 && words.length <= 6) return 0;
  return 2 + Math.min(3, words.length * 0.6) - (words.length > 12 ? 1.5 : 0) + (words.length === 1 ? -0.5 : 0);
}
