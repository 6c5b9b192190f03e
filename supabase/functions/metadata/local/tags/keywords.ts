import { whole } from "../../../_shared/trim.ts";
import type { DocumentType } from "../../../_shared/metadata.ts";
import { withoutLegalForm } from "../sender/company-name.ts";
import { CLAUSE_TOPICS } from "../tables/contracts.ts";
import { TOPICS } from "../tables/topics.ts";
import { termsOf, type TermContext } from "./terms.ts";
import { holds, keyOf, lowered, type Line } from "../text/text.ts";

const MOST_TAGS = 7;
const MOST_TOPICS = 3;
const MOST_TERMS = 4;

/** What tags are made of, beside the lines; `places`: where a ticket is from and to. */
export type TagContext = TermContext & { correspondent: string | null; places: readonly string[] };

/**
 * The tags of a document, 1 to 7: its type, who it is from, what it is about as far as the table of topics knows, and
 * for texts with sentences the terms that tell most. No numbers, no amounts, no years.
 */
export function tagsOf(lines: Line[], context: TagContext): string[] {
  const { type, correspondent, subject, places } = context;
  const tags = [type as string];
  if (correspondent) tags.push(slugOf(withoutLegalForm(correspondent)));
  tags.push(...topicsOf(lines, type, `${correspondent ?? ""} ${subject ?? ""}`), ...places.map(slugOf));
  if (!BILLS.includes(type)) tags.push(...termsOf(lines, context).slice(0, MOST_TERMS).map(slugOf));
  return [...new Set(tags)].filter((tag) => tag !== "").slice(0, MOST_TAGS);
}

/** On bills the words that come back are columns and goods: there the table of topics alone decides. */
const BILLS: readonly DocumentType[] = [
  "invoice",
  "receipt",
  "credit-note",
  "order",
  "delivery-note",
  "bank-statement",
  "payslip",
  "quote",
  "ticket",
];

/** Lower-case words joined by hyphens, at most 40 characters; empty where no letter or number is left. */
export function slugOf(text: string): string {
  const words = lowered(text.normalize("NFC"))
    .replace(/['’]/g, "")
    .replace(/[^\p{Ll}\p{Lo}\p{N}]+/gu, "-")
    .replace(/^-|-$/g, "");
  if (words.length <= 40) return words;
  const hyphen = words.lastIndexOf("-", 40);
  return hyphen > 0 ? words.slice(0, hyphen) : whole(words.slice(0, 40));
}

/** Topics by how many lines speak of them: a line or two alone are chance, unless it is the subject or names the sender. */
function topicsOf(lines: Line[], type: DocumentType, telling: string): string[] {
  const tellingKey = keyOf(telling);
  const enough = BILLS.includes(type) ? 2 : 3;
  return Object.entries(TOPICS)
    .map(([topic, phrases]) => {
      const told = holds(tellingKey, phrases);
      const mentions =
        type === "contract" && CLAUSE_TOPICS.includes(topic) && !told
          ? 0
          : lines.filter((line) => holds(line.key, phrases)).length;
      return { topic, votes: (told ? 5 : 0) + mentions };
    })
    .filter(({ votes }) => votes >= enough)
    .sort((a, b) => b.votes - a.votes)
    .slice(0, MOST_TOPICS)
    .map(({ topic }) => topic);
}
