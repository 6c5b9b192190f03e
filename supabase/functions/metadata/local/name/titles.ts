import type { DocumentType } from "../../../_shared/metadata.ts";
import { isTypeName } from "./no-name.ts";
import { isWritten } from "../text/noise.ts";
import { AFFILIATIONS } from "../tables/affiliations.ts";
import { CARDS } from "../tables/cards.ts";
import { CONTRACT_WORDS } from "../tables/contracts.ts";
import { TICKET_WORDS } from "../tables/tickets.ts";
import { holds, keyOf, wordsOf, type Finding, type Line } from "../text/text.ts";
import { caseOf, isNamed, titleLikeness } from "./title-likeness.ts";
import { titlesAt } from "./title-lines.ts";
import { writtenDates } from "../dates/written-dates.ts";

/** Below this a line is no title: a document without one keeps the name of its file. */
const ENOUGH = 4.2;

/** What more it takes where the type is unknown, and the title may be misread or the file has a name that a person gave it. */
const SURE = 2;

/** The same for what is called by its kind: a line that does not name one is as likely whom it is for, or a box. */
const CALLED_SO = 1.5;

/** Words of a page that is hardly one. */
const FEW_WORDS = 10;

/** What is called by its kind, and not after what was awarded or where one goes. */
const BY_KIND: readonly DocumentType[] = ["insurance", "form", "tax"];

/** How many lines of the first page may hold the title. */
const HEAD = 18;

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
      if (type === "certificate" && CERTIFIES.test(title.key)) continue;
      // Who was awarded it stands below "presented to".
      if (type === "certificate" && !isNamed(title.key) && isOfAPerson(title.text, first[index - 1])) continue;
      const likeness = titleLikeness(withoutColon(title.text, type, index), correspondent);
      if (likeness <= 0 || (!isNamed(title.key) && goesOn(title, line, first[index + title.lines]))) continue;
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
  const unnamed = best !== null && !isNamed(keyOf(best.text));
  // Of a picture with a few words none is more likely its title than another.
  if (unnamed && doubtful && type === "other" && first.flatMap(({ key }) => wordsOf(key)).length < FEW_WORDS)
    return null;
  const sure = !unnamed ? 0 : doubtful && type === "other" ? SURE : BY_KIND.includes(type) ? CALLED_SO : 0;
  return best && best.score >= ENOUGH + sure ? { value: best.text, page: best.line.page, quote: best.line.text } : null;
}

/** Whether a line written as a sentence goes on in small letters on the next one: it is the beginning of a paragraph. */
function goesOn(title: { text: string; column: number }, line: Line, next: Line | undefined): boolean {
  return (
    next !== undefined &&
    next.page === line.page &&
    !next.afterGap &&
    title.column === 0 &&
    line.cells.length === 1 &&
    line.text.length > 35 &&
    caseOf(title.text) === "sentence" &&
    /^\p{Ll}{2}/u.test(next.text) &&
    next.text.length > 20
  );
}

/** Whether a line is two to four capitalized words, and as likely a person as a thing; or stands below words that end in "to" or "that". */
function isOfAPerson(text: string, above: Line | undefined): boolean {
  if (above && AWARDED.test(above.key)) return true;
  return /^(?:\p{Lu}[\p{L}\p{M}.'’-]*\s){1,3}\p{Lu}[\p{L}\p{M}'’-]+$/u.test(text) && wordsOf(keyOf(text)).length <= 3;
}

/** "CERTIFICA QUE D. José …": the beginning of what it says, and no title. */
const CERTIFIES =
  /^ (?:.{0,20} )?(?:certif\p{L}*|attest\p{L}*|bescheinig\p{L}*|hace constar|zaswiadcza|potvrzuje|igazol\p{L}*|adevereste) (?:hiermit )?(?:que|che|that|dass|dat|ze|hogy|ca) /u;

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
