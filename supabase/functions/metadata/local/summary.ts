import { trimmedEnd } from "../../_shared/trim.ts";
import type { DocumentType } from "../../_shared/metadata.ts";
import type { Amount } from "./amounts/money.ts";
import { tellingSentence } from "./text/sentences.ts";
import type { Container } from "./type/containers.ts";
import { shownSubject } from "./name/name.ts";
import { writtenShare } from "./text/noise.ts";
import { isStamp } from "./name/title-likeness.ts";
import { SUMMARIES, type SummaryWords } from "./tables/summaries.ts";
import { foldSpace, shorten, visible, type Line } from "./text/text.ts";

const LONGEST = 200;

/** Papers that speak in sentences: one of their own says more than a template. */
const PROSE: readonly DocumentType[] = [
  "letter",
  "report",
  "minutes",
  "manual",
  "article",
  "contract",
  "other",
  "certificate",
  "insurance",
];

/** What is known of a document. `language`: that of the text; `wanted`: the one that its owner wants to be told in, null for the text's own. */
export type Facts = {
  type: DocumentType;
  correspondent: string | null;
  date: string | null;
  amount: Amount | null;
  subject: string | null;
  topic: string | null;
  parties: readonly string[];
  language: string | null;
  wanted: string | null;
  /** Whether the text was read from a picture: its first words are as likely misread. */
  picture: boolean;
  /** What an archive, a table or a calendar holds. */
  holds: { kind: Container; names: string[] } | null;
};

/** A sentence of at most 200 characters: one of the text's own, or one from the table, in the language that is wanted, the document's, or English. */
export function summaryOf(lines: Line[], facts: Facts): string {
  const { holds } = facts;
  if (holds && holds.names.length > 0)
    return visible(
      ended(
        wordsFor(facts)[holds.kind](listed(holds.names)) + (facts.subject ? `: ${shorten(facts.subject, 70)}` : ""),
      ),
    );
  // Who has agreed with whom about what says more than a clause.
  const sentence =
    PROSE.includes(facts.type) && facts.parties.length < 2
      ? tellingSentence(lines, facts.language, facts.subject)
      : null;
  if (sentence) return visible(sentence);
  const known = facts.correspondent ?? facts.date ?? facts.amount ?? facts.subject;
  // Nothing is known: the first words are better than none, where they are words.
  const subject =
    known === null && !facts.picture ? (lines.slice(0, FIRST_LINES).find(isTelling)?.text ?? null) : facts.subject;
  const shown = facts.subject === null ? subject : shownSubject(facts, { title: true }) || null;
  return shorten(visible(fromFacts({ ...facts, subject: shown })), LONGEST);
}

/** How far down the first words may stand. */
const FIRST_LINES = 12;

/** Whether a line is words that somebody wrote, and no label, number or scrap. */
function isTelling({ text, cells }: Line): boolean {
  const words = text.match(/\p{L}{3,}|[^\p{Script=Latin}\P{L}]{2,}/gu) ?? [];
  const letters = text.replace(/[^\p{L}\s]/gu, "").length;
  return (
    cells.length === 1 &&
    !isStamp(text) &&
    /^[\p{Lu}\p{Lo}]/u.test(text) &&
    !/^[^(]*\)/u.test(text) &&
    words.length >= 2 &&
    letters * 10 >= text.length * 8 &&
    writtenShare(text) === 1 &&
    !/[:_|]/u.test(text)
  );
}

/** What a document without text is summarized as; its language is unknown, so English where none is wanted. */
export function blankSummary(wanted: string | null): string {
  return (SUMMARIES[wanted ?? "en"] ?? SUMMARIES.en!).noText;
}

const wordsFor = ({ wanted, language }: Facts): SummaryWords =>
  SUMMARIES[wanted ?? ""] ?? SUMMARIES[language ?? ""] ?? SUMMARIES.en!;

/** As many names as a summary takes, and "…" for the others. */
function listed(names: string[]): string {
  let list = "";
  for (const name of names) {
    const longer = list === "" ? shorten(name, 60) : `${list}, ${shorten(name, 60)}`;
    if (longer.length > 120) return `${list}, …`;
    list = longer;
  }
  return list;
}

function fromFacts(facts: Facts): string {
  const words = wordsFor(facts);
  const parts = [
    words.types[facts.type] ?? words.document,
    facts.parties.length >= 2
      ? words.between(shorten(facts.parties[0]!, 60), shorten(facts.parties[1]!, 60))
      : facts.correspondent
        ? words.from(shorten(facts.correspondent, 60))
        : "",
    facts.date ? words.dated(longDate(facts.date, words)) : "",
    facts.amount ? words.over(money(facts.amount, words)) : "",
    // The topics have English names: they read well in an English sentence alone.
    facts.topic && WITH_A_TOPIC.includes(facts.type) && words === SUMMARIES.en && !facts.subject
      ? ` for ${facts.topic.replaceAll("-", " ")}`
      : "",
    facts.subject ? words.about(shorten(facts.subject, 70)) : "",
  ];
  return ended(parts.join(""), words.locale);
}

/** With a full stop, which is a sign of its own in Chinese and Japanese. */
function ended(text: string, locale = ""): string {
  const sentence = trimmedEnd(text, /[.,;:\s]/u);
  if (/[!?。！？]$/u.test(sentence)) return sentence;
  return sentence + (/^(?:ja|zh)/u.test(locale) ? "。" : ".");
}

/** Papers of which one knows what they are for by what stands on them. */
const WITH_A_TOPIC: readonly DocumentType[] = ["invoice", "receipt", "credit-note", "quote", "order"];

function longDate(iso: string, words: SummaryWords): string {
  return new Intl.DateTimeFormat(words.locale, { dateStyle: "long", timeZone: "UTC" }).format(
    new Date(`${iso}T00:00:00Z`),
  );
}

/** "EUR 1,234.50", "1.234,50 EUR": the code rather than the sign, since $ names many currencies. */
function money({ amount, currency }: Amount, words: SummaryWords): string {
  const format = new Intl.NumberFormat(
    words.locale,
    currency
      ? { style: "currency", currency, currencyDisplay: "code" }
      : { minimumFractionDigits: 2, maximumFractionDigits: 2 },
  );
  return foldSpace(format.format(amount));
}
