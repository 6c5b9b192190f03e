import type { DocumentType } from "../../_shared/metadata.ts";
import { withoutLegalForm } from "./company-name.ts";
import { FUNCTION_WORDS } from "./tables/function-words.ts";
import { PAPER_WORDS, TOPICS } from "./tables/topics.ts";
import { keyOf, holds, whole, wordsOf, type Line } from "./text.ts";

const MOST_TAGS = 7;
const MOST_TOPICS = 3;
const NO_KEYWORDS = new Set([...PAPER_WORDS, ...Object.values(FUNCTION_WORDS).flat()]);

/**
 * The tags of a document, 1 to 7: its type, who it is from, what it is about as far as the table of topics knows, and
 * for texts with sentences the words that come back most often. No numbers, no amounts, no years.
 */
export function tagsOf(lines: Line[], type: DocumentType, correspondent: string | null, subject: string | null): string[] {
  const tags = [type as string];
  if (correspondent) tags.push(slugOf(withoutLegalForm(correspondent)));
  tags.push(...topicsOf(lines, `${correspondent ?? ""} ${subject ?? ""}`));
  if (!BILLS.includes(type)) tags.push(...frequentWords(lines, subject, correspondent));
  return [...new Set(tags)].filter((tag) => tag !== "").slice(0, MOST_TAGS);
}

/** On bills the words that come back are columns and goods: there the table of topics alone decides. */
const BILLS: readonly DocumentType[] = ["invoice", "receipt", "credit-note", "order", "delivery-note", "bank-statement", "payslip", "quote"];

/** Lower-case words joined by hyphens, at most 40 characters; empty where no letter or number is left. */
export function slugOf(text: string): string {
  const words = text.normalize("NFC").toLowerCase().replace(/['’]/g, "").replace(/[^\p{Ll}\p{Lo}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "");
  if (words.length <= 40) return words;
  const hyphen = words.lastIndexOf("-", 40);
  return hyphen > 0 ? words.slice(0, hyphen) : whole(words.slice(0, 40));
}

/** Topics by how many lines speak of them: one line alone is chance, unless it is the subject or names the sender. */
function topicsOf(lines: Line[], telling: string): string[] {
  const tellingKey = keyOf(telling);
  return Object.entries(TOPICS)
    .map(([topic, phrases]) => ({ topic, votes: (holds(tellingKey, phrases) ? 5 : 0) + lines.filter((line) => holds(line.key, phrases)).length }))
    .filter(({ votes }) => votes >= 2)
    .sort((a, b) => b.votes - a.votes)
    .slice(0, MOST_TOPICS)
    .map(({ topic }) => topic);
}

/** Words that stand in several lines (or in the subject), by how often. */
function frequentWords(lines: Line[], subject: string | null, correspondent: string | null): string[] {
  const own = new Set(wordsOf(keyOf(correspondent ?? "")));
  const written = new Map<string, { counts: number; tag: string }>();
  const count = (text: string, weight: number) => {
    for (const word of new Set(text.match(/[\p{L}\p{M}]{5,30}/gu) ?? [])) {
      const key = keyOf(word).trim();
      if (NO_KEYWORDS.has(key) || own.has(key)) continue;
      const known = written.get(key) ?? { counts: 0, tag: slugOf(word) };
      known.counts += weight;
      written.set(key, known);
    }
  };
  if (subject) count(subject, 2);
  for (const line of lines) count(line.text, 1);
  return [...written.values()].filter(({ counts }) => counts >= 3).sort((a, b) => b.counts - a.counts).slice(0, 4).map(({ tag }) => tag);
}
