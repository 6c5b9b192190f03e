// A model that lies at random: whatever it says, nothing that is wrong is written. `npm run bench -- extract` asks it of more documents.
import { expect, it } from "vitest";
import { lieAll } from "../../../testing/database/liar.ts";
import { type Database, withDatabase } from "../../../testing/database/migrated.ts";
import { madeInvoices } from "../../../testing/fixtures/invoices-of-layouts.ts";

let database: Database;
let user: string;
withDatabase((made) => ({ database, user } = made));

it("is found out, and what it says that is true is written", async () => {
  const told = await lieAll(
    database,
    user,
    madeInvoices(40).filter(({ noisy }) => !noisy),
  );
  expect(told.written).toEqual([]);
  expect(told.lies).toBeGreaterThan(50);
  expect(told.proven).toBeGreaterThan(told.truths * 0.3);
});
