import { keyOf, wordsOf } from "../text/text.ts";

/** From this share of equal pairs of letters on, a tag is another spelling of one that is there. */
const SAME = 0.8;

/** A tag of fewer documents may itself be misread: then it takes in no other spelling. */
const SETTLED = 3;

/**
 * Tags in the words that the owner uses already: "invoices" or "acme-gmbh" become the "invoice" or "acme" that is there. The first
 * tag is the type, of a fixed list, and stays.
 */
export function withKnownTags(tags: string[], known: readonly { tag: string; documents: number }[]): string[] {
  const [type, ...rest] = tags;
  if (type === undefined || known.length === 0) return tags;
  const byUse = [...known].sort((one, other) => other.documents - one.documents);
  return [...new Set([type, ...rest.map((tag) => nearest(tag, byUse) ?? tag)])];
}

function nearest(tag: string, known: readonly { tag: string; documents: number }[]): string | null {
  if (known.some((other) => other.tag === tag)) return tag;
  const stem = stemOf(tag);
  return (
    known.find((other) => stemOf(other.tag) === stem)?.tag ??
    known.find((other) => other.documents >= SETTLED && likeness(stem, stemOf(other.tag)) >= SAME)?.tag ??
    null
  );
}

/** The tag without hyphens, accents, and the endings of plurals. */
function stemOf(tag: string): string {
  return wordsOf(keyOf(tag))
    .map((word) => (word.length > 3 ? word.replace(/ies$/, "y").replace(/(?<![su])s$/, "") : word))
    .join("");
}

/** Twice the pairs of letters in common over all pairs (Dice). Short words are alike too easily: they must be equal. */
function likeness(one: string, other: string): number {
  if (Math.min(one.length, other.length) < 6) return 0;
  const pairs = (text: string): string[] => Array.from({ length: text.length - 1 }, (_, at) => text.slice(at, at + 2));
  const left = pairs(one);
  const right = pairs(other);
  let common = 0;
  for (const pair of left) {
    const at = right.indexOf(pair);
    if (at < 0) continue;
    right.splice(at, 1);
    common++;
  }
  return (2 * common) / (left.length + common + right.length);
}
