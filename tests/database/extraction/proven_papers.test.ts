// What rules find on papers of many forms is proven by the words of their pages.
import { expect, it } from "vitest";
import { TEMPLATES } from "../../../supabase/functions/_shared/extraction/templates/index.ts";
import { extractLocally } from "../../../supabase/functions/extract/local/extract.ts";
import { judged } from "../../../testing/database/judging.ts";
import { type Database, withDatabase } from "../../../testing/database/migrated.ts";
import { INVOICE_PAPERS } from "../../../testing/fixtures/invoice-papers.ts";
import { madeReceipts } from "../../../testing/fixtures/receipts-of-layouts.ts";
import { madeStatements } from "../../../testing/fixtures/statements-of-layouts.ts";

let database: Database;
let user: string;
withDatabase((made) => ({ database, user } = made));

const invoices = INVOICE_PAPERS.map(({ title, text }) => ({ title, text, template: "invoice", type: "invoice" }));
const made = [
  ...madeReceipts(40).map((paper) => ({ ...paper, type: "receipt" })),
  ...madeStatements(40).map((paper) => ({ ...paper, type: "bank-statement" })),
].map((paper) => ({ ...paper, title: `${paper.template} ${paper.layout} ${paper.language}` }));

it.each([
  ["invoices", invoices],
  ["receipts and statements", made],
])("what rules find on %s follows from their pages", async (_, papers) => {
  const unproven: string[] = [];
  for (const { title, text, template, type } of papers) {
    const { fields } = TEMPLATES[template]!;
    const { values } = extractLocally({ pages: [{ page_number: 1, text }], fields, document_type: type });
    for (const { path, value, proven, reason } of await judged(database, user, text, values, "local", template))
      if (!proven) unproven.push(`${title}: ${path} ${JSON.stringify(value)} ${reason}`);
  }
  expect(unproven).toEqual([]);
});
