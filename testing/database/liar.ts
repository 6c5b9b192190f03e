// A model that lies at random about the values of documents, and what the database says to it.
import { TEMPLATES } from "../../supabase/functions/_shared/extraction/templates/index.ts";
import type { FoundValue, Value } from "../../supabase/functions/_shared/extraction/values.ts";
import { extractLocally } from "../../supabase/functions/extract/local/extract.ts";
import { type MadePaper, numbersFrom } from "../fixtures/made-paper.ts";
import type { Database } from "./migrated.ts";
import { judged } from "./judging.ts";

const random = numbersFrom(7);
const pick = <One>(list: readonly One[]): One => list[Math.floor(random() * list.length)]!;
const fields = TEMPLATES.invoice!.fields;

/** What became of what a liar said: lies that were written, and counts of values. */
export type Lied = { written: string[]; lies: number; truths: number; proven: number };

/** A lie about a value: a digit changed, another value of the document, one with that one's own quote, or words that are made up. */
function lieAbout(value: FoundValue, others: FoundValue[]): FoundValue {
  const other = pick(
    others.filter(
      (one) =>
        typeof one.value === typeof value.value &&
        one !== value &&
        JSON.stringify(one.value) !== JSON.stringify(value.value),
    ),
  );
  const changed = changedDigit(value.value);
  return pick([
    { ...value, value: changed },
    ...(other
      ? [
          { ...value, value: other.value },
          { ...value, value: other.value, quote: other.quote, page: other.page },
        ]
      : []),
    { ...value, value: changed, quote: `${value.path} ${typeof changed === "object" ? changed.amount : changed}` },
  ]);
}

function changedDigit(value: Value): Value {
  if (typeof value === "number") return value + 1 + Math.floor(random() * 5);
  if (typeof value === "object")
    return { ...value, amount: Math.round((value.amount + pick([1, 10, 0.1, 0.01])) * 100) / 100 };
  if (typeof value === "boolean") return !value;
  return /\d/.test(value)
    ? value.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 1) % 10))
    : `${value} & Partners Holding`;
}

/** Has a model say of each document what rules find there, and lie about every fifth value. */
export async function lieAll(database: Database, user: string, documents: MadePaper[]): Promise<Lied> {
  const told: Lied = { written: [], lies: 0, truths: 0, proven: 0 };
  for (const made of documents) {
    const found = extractLocally({
      pages: [{ page_number: 1, text: made.text }],
      fields,
      language: made.language,
      document_type: "invoice",
    }).values;
    const lied = new Set<FoundValue>();
    const claims = found.map((value) => {
      if (random() >= 0.2) return value;
      const lie = lieAbout(value, found);
      lied.add(lie);
      return lie;
    });
    told.lies += lied.size;
    told.truths += claims.length - lied.size;
    for (const verdict of await judged(database, user, made.text, claims, "claude")) {
      if (!verdict.proven) continue;
      told.proven += 1;
      const lie = claims.find((one) => lied.has(one) && one.path === verdict.path && one.row === verdict.row_number);
      if (lie)
        told.written.push(`${made.layout} ${made.language}: ${lie.path} ${JSON.stringify(lie.value)} by ${lie.quote}`);
    }
  }
  return told;
}
