// The platform counts CPU time for each worker, not for each job: what runs at the same time shares it.
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { line, makePdf } from "../../testing/fixtures/pdf.ts";
import { type TemporaryStack, temporaryStack } from "../../testing/temporary.ts";
import { type DocumentRow, signUp, type User } from "../../testing/user.ts";
import { waitUntil } from "../../testing/waiting.ts";

const PAGES = 300;

let stack: TemporaryStack;
let user: User;
// The limits, leases and intervals are those of a real project.
beforeAll(async () => {
  stack = await temporaryStack({ OCR_ENGINE_URL: "" });
});
beforeEach(async () => {
  user = await signUp(stack);
});
afterAll(() => stack?.stop());

/** Pages of 15 lines of text, no two of which are alike. */
const longPdf = (title: string) =>
  makePdf("2026-03-01T08:00:00Z", { margin: 50 }, (pdf) => {
    for (let page = 1; page <= PAGES; page += 1) {
      if (page > 1) pdf.addPage();
      pdf.font("Helvetica").fontSize(10);
      for (let row = 0; row < 15; row += 1)
        line(
          pdf,
          `${title}, page ${page}, clause ${row}: the parties agree that ${page * row} items are due by then.`,
          50,
          50 + row * 40,
        );
    }
  });

/** A document that has ended, however long that takes on a busy machine. */
const ended = (id: string) =>
  waitUntil(
    async () => {
      const row = await user.document(id);
      return ["completed", "failed"].includes(row.status) ? row : undefined;
    },
    { timeout: 200_000, interval: 200 },
  ) as Promise<DocumentRow>;

it("reads four long PDFs at once without losing a lease or charging an attempt", async () => {
  const files = await Promise.all(["First", "Second", "Third", "Fourth"].map(longPdf));
  const answers = await Promise.all(files.map((bytes, at) => user.upload(`long-${at}.pdf`, bytes)));
  const ids = await Promise.all(
    answers.map(async (answer) => ((await answer.json()) as { document_id: string }).document_id),
  );
  const documents = await Promise.all(ids.map(ended));
  expect(documents.map(({ status, page_count, error }) => ({ status, page_count, error }))).toEqual(
    ids.map(() => ({ status: "completed", page_count: PAGES, error: null })),
  );
  expect(stack.logs.filter(({ line }) => /a worker is killed|ended by/.test(line))).toEqual([]);
  const events = await stack.sql(
    "select kind, message, data from public.document_events where kind in ('retrying', 'failed')",
  );
  expect(events).toEqual([]);
  // They took more than one worker's CPU time, so this was no idle promise.
  expect(stack.logs.filter(({ line }) => line.includes('"step":"ocr.yielded"')).length).toBeGreaterThan(0);
});
