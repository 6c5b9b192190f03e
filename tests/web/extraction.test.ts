// Extracted values on the page: where they were read, what waits for a person, and the table over all documents.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { builtPage } from "../../scripts/page.ts";
import { TEMPLATES } from "../../supabase/functions/_shared/extraction/templates/index.ts";
import { openBrowser } from "../../testing/browser.ts";
import { temporaryStack, type TemporaryStack } from "../../testing/temporary.ts";
import { drop, expectAccessible, newReader, type Reader } from "./reader.ts";

let stack: TemporaryStack;
let browser: Browser;
let ada: Reader;
beforeAll(async () => {
  stack = await temporaryStack({ OCR_ENGINE_URL: "" }, { folder: await builtPage() });
  browser = await openBrowser();
  ada = await newReader(browser, stack.url, "ada@docket.test");
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

const invoice = (number: string, total: string) => ({
  name: `${number}.txt`,
  type: "text/plain",
  bytes: Buffer.from(
    [
      "Brandt & Söhne GmbH",
      "Kaistraße 8, 24103 Kiel",
      "",
      "Rechnung",
      `Rechnungsnummer: ${number}`,
      "Rechnungsdatum: 15.03.2026",
      "",
      "Bezeichnung  Menge  Einzelpreis  Betrag",
      "Webdesign  2  40,00  80,00",
      "Fensterreinigung  1  20,50  20,50",
      "",
      "Zwischensumme  100,50",
      "MwSt. 20%  20,10",
      `Gesamtbetrag  EUR ${total}`,
    ].join("\n"),
  ),
});

async function open(number: string): Promise<void> {
  const [{ id }] = (await stack.sql(`select id from documents where filename = '${number}.txt'`)) as [{ id: string }];
  await ada.page.goto(`${stack.url}/?document=${id}`);
}

it("shows what a schema found in a document, with the words of each value, and its lines as a table", async () => {
  const { page } = ada;
  const { name, document_types, fields } = TEMPLATES.invoice!;
  await stack.sql(
    `insert into extraction_schemas (user_id, name, document_types, fields)
     select id, '${name}', '{${document_types.join(",")}}', $json$${JSON.stringify(fields)}$json$ from auth.users where email = 'ada@docket.test'`,
  );
  await drop(page, [invoice("RE-2026-0042", "120,60"), invoice("RE-2026-0043", "150,00")]);
  for (const number of ["42", "43"])
    await expect
      .poll(
        () =>
          stack.sql(
            `select extractions.status from extractions join documents on documents.id = document_id where filename = 'RE-2026-00${number}.txt'`,
          ),
        { timeout: 100_000 },
      )
      .toEqual([{ status: number === "42" ? "completed" : "needs_review" }]);
  await open("RE-2026-0042");
  const section = page.getByRole("region", { name: "Invoices" });
  await section.getByRole("button", { name: /^Invoice number: *RE-2026-0042/ }).click();
  await page.locator("pre mark").filter({ hasText: "RE-2026-0042" }).waitFor();
  await section
    .getByRole("region", { name: "Items" })
    .getByRole("button", { name: /^20\.50/ })
    .last()
    .click();
  await page.locator("pre mark").filter({ hasText: "20,50" }).waitFor();
  // The header stays, however far down the values are.
  expect(await page.getByRole("banner").evaluate((header) => header.getBoundingClientRect().top)).toBe(0);
  expect(await page.evaluate(() => document.documentElement.scrollHeight - innerHeight)).toBe(0);
  await expectAccessible(page, "extracted values");
}, 200_000);

it("shows a check that fails as the sum that does not add up, and takes a correction", async () => {
  const { page } = ada;
  await open("RE-2026-0043");
  const section = page.getByRole("region", { name: "Invoices" });
  await section.getByText("Needs review").waitFor();
  const sum = section.getByRole("figure").filter({ hasText: "This does not add up" }).first();
  await sum.getByRole("row", { name: /^= ?Total 150\.00/ }).waitFor();
  await sum.getByRole("row", { name: /Off by 29\.40/ }).waitFor();
  await expectAccessible(page, "a sum that does not add up");
  await section.getByRole("button", { name: "Correct total" }).first().click();
  await section.getByRole("textbox", { name: "Total" }).fill("nothing");
  await page.keyboard.press("Enter");
  await section.getByText("An amount, with its currency where it has one").waitFor();
  await section.getByRole("textbox", { name: "Total" }).fill("120.60 EUR");
  await page.keyboard.press("Enter");
  await section.getByText("Given by you").first().waitFor();
  await expect.poll(() => section.getByText("This does not add up").count()).toBe(0);
  expect(await stack.sql("select action, value from extraction_reviews")).toEqual([
    { action: "correct", value: { amount: 120.6, currency: "EUR" } },
  ]);
});

it("takes a template as a table of one's own, fills it from the documents that are there, sorts it, and sums it up", async () => {
  const { page } = ada;
  await stack.sql("delete from extraction_schemas");
  await page.goto(`${stack.url}/?view=tables`);
  await page.getByRole("heading", { name: "No tables yet" }).waitFor();
  await expectAccessible(page, "no tables");
  await page.getByRole("button", { name: "New table" }).click();
  await page.getByRole("menuitem", { name: "Invoices" }).click();
  const table = page.getByRole("region", { name: "Invoices" });
  await table.getByRole("cell", { name: "RE-2026-0042" }).waitFor({ timeout: 100_000 });
  await table.getByRole("cell", { name: "RE-2026-0043" }).waitFor({ timeout: 100_000 });
  await table
    .getByRole("row", { name: /Sums of all documents/ })
    .getByText("120.60 EUR")
    .waitFor();
  await page.getByText("1 document waits for your review").waitFor();
  await table.getByRole("button", { name: "Invoice number" }).click();
  const numbers = () => table.getByRole("cell").getByText(/^RE-/).allTextContents();
  await expect.poll(numbers).toEqual(["RE-2026-0042", "RE-2026-0043"]);
  await table.getByRole("button", { name: "Invoice number" }).click();
  await expect.poll(numbers).toEqual(["RE-2026-0043", "RE-2026-0042"]);
  await expectAccessible(page, "a table");
  await page.getByRole("button", { name: "Items", exact: true }).click();
  await table.getByRole("cell", { name: "Fensterreinigung" }).first().waitFor();
  await expectAccessible(page, "the lines of a table");
}, 200_000);

it("reviews by keys what could not be proven, with its place beside it", async () => {
  const { page } = ada;
  await page.getByRole("link", { name: "1 document waits for your review" }).click();
  await page.getByRole("heading", { name: "1 document waits for you" }).waitFor();
  await page.getByText("This does not add up").first().waitFor();
  const current = page.getByRole("complementary", { name: "What waits" }).locator("li[aria-current]");
  await current.waitFor();
  await page.locator("pre mark").first().waitFor();
  await expectAccessible(page, "the review");
  // To the total that does not add up.
  for (let step = 0; step < 12 && !/^Total/.test((await current.textContent())!); step += 1) {
    const before = await current.textContent();
    await page.keyboard.press("j");
    await expect.poll(() => current.textContent()).not.toBe(before);
  }
  await page.keyboard.press("e");
  await page.getByRole("textbox", { name: "Total" }).fill("120,60 EUR");
  await page.keyboard.press("Enter");
  await expect.poll(() => page.getByText("This does not add up").count()).toBe(0);
  // What else waits is accepted as it is, until nothing does.
  while ((await page.getByRole("heading", { name: "Nothing waits for you" }).count()) === 0) {
    const open = await stack.sql("select count(*)::int as n from extracted_values where proof = 'person'");
    if ((await page.locator("li[aria-current]").count()) > 0) await page.keyboard.press("a");
    await expect
      .poll(async () => [
        (await page.getByRole("heading", { name: "Nothing waits for you" }).count()) > 0 ||
          (await stack.sql("select count(*)::int as n from extracted_values where proof = 'person'"))[0]!.n >
            open[0]!.n,
      ])
      .toEqual([true]);
  }
  expect(await stack.sql("select status from extractions group by status")).toEqual([{ status: "completed" }]);
  await expectAccessible(page, "nothing to review");
  await page.keyboard.press("Escape");
  await page.getByRole("region", { name: "Invoices" }).waitFor();
  expect(ada.complaints).toEqual([]);
}, 200_000);
