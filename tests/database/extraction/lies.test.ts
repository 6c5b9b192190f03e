// A model that lies at random: whatever it says, nothing that is wrong is written.
import { expect, it } from "vitest";
import { madeInvoices, numbersFrom, type MadeInvoice } from "../../../testing/fixtures/invoices-of-layouts.ts";
import { TEMPLATES } from "../../../supabase/functions/_shared/extraction/templates/index.ts";
import type { FoundValue, Value } from "../../../supabase/functions/_shared/extraction/values.ts";
import { extractLocally } from "../../../supabase/functions/extract/local/extract.ts";
import { type Database, withDatabase } from "../../../testing/database/migrated.ts";
import { claim, held, pageOf, upload } from "../../../testing/database/worker.ts";

let database: Database;
let user: string;
withDatabase((made) => ({ database, user } = made));

const random = numbersFrom(7);
const pick = <One>(list: readonly One[]): One => list[Math.floor(random() * list.length)]!;
const fields = TEMPLATES.invoice!.fields;

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

async function judge(
  made: MadeInvoice,
  claims: FoundValue[],
): Promise<{ path: string; row_number: number; value: Value; proven: boolean }[]> {
  const id = await upload(database, user);
  const claimed = await claim(database, "ocr");
  await database.rpc("save_pages", { ...held(claimed), pages: [pageOf(1, made.text)], page_count: 1 });
  await database.rpc("complete_reading", {
    ...held(claimed),
    result: { page_count: 1, processing_ms: 5, model: null },
  });
  const [row] = await database.sql("select private.judged_values($1, $2, $3, 'claude') as judged", [
    id,
    JSON.stringify(fields),
    JSON.stringify(claims),
  ]);
  return row!.judged.values;
}

it("is found out, and what it says that is true is written", { timeout: 300_000 }, async () => {
  const written: string[] = [];
  let [lies, truths, proven] = [0, 0, 0];
  for (const made of madeInvoices(40).filter(({ noisy }) => !noisy)) {
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
    lies += lied.size;
    truths += claims.length - lied.size;
    for (const verdict of await judge(made, claims)) {
      if (!verdict.proven) continue;
      proven += 1;
      const lie = claims.find((one) => lied.has(one) && one.path === verdict.path && one.row === verdict.row_number);
      if (lie)
        written.push(`${made.layout} ${made.language}: ${lie.path} ${JSON.stringify(lie.value)} by ${lie.quote}`);
    }
  }
  expect(written).toEqual([]);
  expect(lies).toBeGreaterThan(50);
  expect(proven).toBeGreaterThan(truths * 0.3);
});
