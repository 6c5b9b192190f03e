// Extracted values on the page: where they were read, what waits for a person, and the table over all documents.
import { buffer } from "node:stream/consumers";
import { unzipSync } from "fflate";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { TEMPLATES } from "../../supabase/functions/_shared/extraction/templates/index.ts";
import { lentBrowser, lentStack, type LentStack } from "../../testing/lending.ts";
import { drop, expectAccessible, newReader, type Reader } from "./reader.ts";

let stack: LentStack;
let browser: Browser;
let ada: Reader;
beforeAll(async () => {
  stack = await lentStack({ OCR_ENGINE_URL: "" });
  browser = await lentBrowser();
  ada = await newReader(browser, stack.url, "ada@docket.test");
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

const inSight = (element: Element): boolean => {
  const { top, bottom } = element.getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight;
};

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
      .poll(() =>
        stack.sql(
          `select extractions.status from extractions join documents on documents.id = document_id where filename = 'RE-2026-00${number}.txt'`,
        ),
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
});

it("looks again with a sentence, shows what changed, and undoes it", async () => {
  const { page } = ada;
  const section = page.getByRole("region", { name: "Invoices" });
  await stack.sql("update document_pages set text = replace(text, 'RE-2026-0042', 'RE-2026-0077')");
  const sentence = section.getByRole("textbox", { name: "Something wrong? Say what to mind" });
  await section.getByText("Only a model follows a sentence, and these values were found without one.").waitFor();
  await sentence.fill("The number is the second one");
  await page.keyboard.press("Enter");
  await section.getByText(/values are found by rules/).waitFor();
  const changed = section.getByRole("status").getByRole("listitem");
  await expect.poll(() => changed.allInnerTexts()).toEqual([expect.stringContaining("RE-2026-0042 RE-2026-0077")]);
  await section.getByRole("button", { name: /^Invoice number: *RE-2026-0077/ }).waitFor();
  await expectAccessible(page, "what a sentence changed");
  expect(await stack.sql("select instruction from extractions where instruction is not null")).toEqual([
    { instruction: "The number is the second one" },
  ]);
  await section.getByRole("button", { name: "Undo" }).click();
  await section.getByRole("button", { name: /^Invoice number: *RE-2026-0042/ }).waitFor();
  expect(await changed.count()).toBe(0);
  await stack.sql("update document_pages set text = replace(text, 'RE-2026-0077', 'RE-2026-0042')");
});

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
  await table.getByRole("cell", { name: "RE-2026-0042" }).waitFor();
  await table.getByRole("cell", { name: "RE-2026-0043" }).waitFor();
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
});

it("exports a table as a workbook, CSV and JSON, in its order", async () => {
  const { page } = ada;
  await page.goto(`${stack.url}/?view=tables`);
  const table = page.getByRole("region", { name: "Invoices" });
  await table.getByRole("button", { name: "Invoice number" }).click();
  await expect.poll(() => table.getByRole("cell").getByText(/^RE-/).first().textContent()).toBe("RE-2026-0042");
  const exported = async (format: RegExp): Promise<Buffer> => {
    await page.getByRole("button", { name: "Export" }).click();
    const download = page.waitForEvent("download");
    await page.getByRole("menuitem", { name: format }).click();
    const file = await download;
    expect(file.suggestedFilename()).toMatch(/^Invoices\.(xlsx|csv|json)$/);
    return buffer(await file.createReadStream());
  };
  const sheet = new TextDecoder().decode(unzipSync(await exported(/^Excel/))["xl/worksheets/sheet1.xml"]);
  expect(sheet).toMatch(/RE-2026-0042.*<v>120\.6<\/v>.*RE-2026-0043/s);
  expect(String(await exported(/^CSV/))).toMatch(/RE-2026-0042.*120\.6,"EUR".*RE-2026-0043/s);
  expect(JSON.parse(String(await exported(/^JSON/)))).toMatchObject([
    { values: { total: { amount: 120.6 } }, evidence: { total: { proof: "quote", quote: expect.any(String) } } },
    { values: { invoice_number: "RE-2026-0043" } },
  ]);
});

it("filters a table by its fields, in the address, and its sums and files with it", async () => {
  const { page } = ada;
  await page.goto(`${stack.url}/?view=tables`);
  const table = page.getByRole("region", { name: "Invoices" });
  const filters = page.getByRole("group", { name: "Filters" });
  const form = page.getByRole("dialog", { name: "Add a filter" });
  const numbers = () => table.getByRole("cell").getByText(/^RE-/).allTextContents();
  const filter = async (field: string) => {
    await filters.getByRole("button", { name: "Add a filter" }).click();
    await form.getByLabel("Field").selectOption({ label: field });
  };
  await filter("Total");
  await form.getByRole("textbox", { name: "From" }).fill("much");
  await page.keyboard.press("Enter");
  await form.getByText("An amount, with its currency where it has one").waitFor();
  await expectAccessible(page, "a filter of a table");
  await form.getByRole("textbox", { name: "From" }).fill("100");
  await form.getByRole("textbox", { name: "To" }).fill("120,60");
  await form.getByRole("textbox", { name: "Currency" }).fill("eur");
  await page.keyboard.press("Enter");
  await filters.getByText("Total from 100.00 EUR").waitFor();
  await filters.getByText("Total to 120.60 EUR").waitFor();
  await expect.poll(numbers).toEqual(["RE-2026-0042"]);
  await expectAccessible(page, "a table with filters");
  await filter("Invoice number");
  await form.getByLabel("Value").fill("0042");
  await form.getByRole("button", { name: "Add", exact: true }).click();
  await table
    .getByRole("row", { name: /Sums of these rows/ })
    .getByText("120.60 EUR")
    .waitFor();
  await page.getByRole("button", { name: "Export" }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: /^JSON/ }).click();
  expect(JSON.parse(String(await buffer(await (await download).createReadStream())))).toHaveLength(1);
  // A document and back, and the same address once more.
  await table.getByRole("link").first().click();
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.goBack();
  await filters.getByText("Invoice number has “0042”").waitFor();
  await page.reload();
  await expect.poll(numbers).toEqual(["RE-2026-0042"]);
  for (const label of ["Total from 100.00 EUR", "Total to 120.60 EUR", "Invoice number has “0042”"])
    await filters.getByRole("button", { name: `Remove the filter ${label}` }).click();
  await expect.poll(async () => (await numbers()).sort()).toEqual(["RE-2026-0042", "RE-2026-0043"]);
  // Lines have fields of their own; their filter goes with them, and that of the documents stays.
  await page.getByRole("button", { name: "Items", exact: true }).click();
  await table.getByRole("cell", { name: "Fensterreinigung" }).first().waitFor();
  await filter("Description");
  await form.getByLabel("Value").fill("fenster");
  await page.keyboard.press("Enter");
  await filter("Invoice number");
  await form.getByLabel("Condition").selectOption({ label: "is exactly" });
  await form.getByLabel("Value").fill("RE-2026-0099");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "No row fits these filters" }).waitFor();
  await filters.getByRole("button", { name: /^Remove the filter Invoice number/ }).click();
  await expect.poll(() => table.getByRole("cell", { name: "Fensterreinigung" }).count()).toBe(2);
  expect(await table.getByRole("cell", { name: "Webdesign" }).count()).toBe(0);
  await page.getByRole("button", { name: "Documents", exact: true }).click();
  await expect.poll(numbers).toHaveLength(2);
  expect(await filters.getByRole("button", { name: /^Remove the filter/ }).count()).toBe(0);
});

it("reviews by keys what could not be proven, with its place beside it", async () => {
  const { page } = ada;
  await page.getByRole("link", { name: "1 document waits for your review" }).click();
  await page.getByRole("heading", { name: "1 document waits for you" }).waitFor();
  await page.getByText("This does not add up").first().waitFor();
  const current = page.getByRole("complementary", { name: "What waits" }).locator("li[aria-current]");
  await current.waitFor();
  await page.locator("pre mark").first().waitFor();
  await expectAccessible(page, "the review");
  // On a phone, what waits stands first, and its place comes when it is asked for.
  const phone = await ada.context.newPage();
  await phone.setViewportSize({ width: 390, height: 844 });
  await phone.goto(page.url());
  const chosen = phone.getByRole("complementary", { name: "What waits" }).locator("li[aria-current]");
  await chosen.waitFor();
  await phone.locator("pre").first().waitFor();
  expect(await phone.getByText("This does not add up").first().evaluate(inSight)).toBe(true);
  expect(await phone.locator("pre mark").count()).toBe(0);
  await chosen.locator("button[aria-pressed]").click();
  await expect.poll(() => phone.locator("pre mark").first().evaluate(inSight)).toBe(true);
  await phone.close();
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
});
