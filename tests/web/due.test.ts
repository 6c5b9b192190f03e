// By when documents are payable, in the list: said in days, narrowed and ordered by it.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { lentBrowser, lentStack, type LentStack } from "../../testing/lending.ts";
import { daysUntil } from "../../web/src/documents/days-until.ts";
import { expectAccessible, newReader, type Reader, rowOf } from "./reader.ts";

let stack: LentStack;
let browser: Browser;
let ada: Reader;
beforeAll(async () => {
  stack = await lentStack();
  browser = await lentBrowser();
  ada = await newReader(browser, stack.url, "ada@docket.test");
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

/** A document of Ada's whose proven due date is so many days from the browser's today; null has none. */
async function due(name: string, days: number | null): Promise<void> {
  const day =
    days === null
      ? null
      : await ada.page.evaluate((ahead) => {
          const at = new Date();
          return new Date(Date.UTC(at.getFullYear(), at.getMonth(), at.getDate() + ahead)).toISOString().slice(0, 10);
        }, days);
  await stack.sql(`with ada as (select id from auth.users where email = 'ada@docket.test'),
    document as (
      insert into public.documents (user_id, filename, storage_path, mime_type, byte_size, content_sha256, status, display_name)
      select id, '${name}.pdf', gen_random_uuid(), 'application/pdf', 1, encode(sha256('${name}'), 'hex'), 'completed', '${name}.pdf' from ada returning *),
    schema as (
      insert into public.extraction_schemas (user_id, name, fields)
      select id, '${name}', '{"type": "object", "properties": {"due_date": {"type": "string", "format": "date"}}}' from ada returning *),
    made as (
      insert into public.extractions (document_id, schema_id, user_id, schema_version, status)
      select document.id, schema.id, document.user_id, 1, 'completed' from document, schema returning *)
    insert into public.extracted_values (extraction_id, path, user_id, document_id, schema_id, value, proof)
    select id, 'due_date', user_id, document_id, schema_id, to_jsonb('${day}'::text), 'person' from made where ${day !== null}`);
}

it("counts days by the calendar of whoever looks", () => {
  const late = new Date(2026, 2, 15, 23, 59);
  expect(["2026-03-15", "2026-03-16", "2026-03-14", "2026-04-01"].map((day) => daysUntil(day, late))).toEqual([
    0, 1, -1, 17,
  ]);
});

it("says in the list what is due, and shows that alone, the earliest first", async () => {
  const { page } = ada;
  await due("Late", -4);
  await due("Near", 1);
  await due("Today", 0);
  await due("Far", 90);
  await due("None", null);
  await page.reload();
  for (const [name, says] of [
    ["Late", "Overdue for 4 days"],
    ["Near", "Due in 1 day"],
    ["Today", "Due today"],
  ] as const)
    await rowOf(page, `${name}.pdf`).locator('[data-column="date"]').getByText(says).waitFor();
  for (const name of ["Far", "None"]) expect(await rowOf(page, `${name}.pdf`).locator("[data-due]").count()).toBe(0);
  await expectAccessible(page, "due dates in the list");

  const shown = () => page.locator("[data-documents] [data-index] a").allTextContents();
  await page.getByRole("button", { name: "Due", exact: true }).click();
  await page.getByRole("menuitemcheckbox", { name: "Due soon" }).click();
  await expect.poll(shown).toEqual(["Today.pdf", "Near.pdf"]);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Remove the filter Due soon" }).click();
  await expect.poll(async () => (await shown()).length).toBe(5);
  await page.getByRole("searchbox").fill("due:overdue");
  await expect.poll(shown).toEqual(["Late.pdf"]);
});
