// The editor of tables: fields from nothing or a template, mistakes said at their field, and a preview on a real document.
import path from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { lentBrowser, lentStack, type LentStack } from "../../testing/lending.ts";
import { SAMPLES } from "../../testing/user.ts";
import { drop, expectAccessible, newReader, type Reader, rowOf } from "./reader.ts";

let stack: LentStack;
let browser: Browser;
let ada: Reader;
beforeAll(async () => {
  stack = await lentStack({ OCR_ENGINE_URL: "" });
  browser = await lentBrowser();
  ada = await newReader(browser, stack.url, "ada@docket.test");
  await drop(ada.page, [path.join(SAMPLES, "download-3.pdf")]);
  await rowOf(ada.page, /Quillmark/)
    .getByText("Done")
    .filter({ visible: true })
    .waitFor();
  await ada.page.getByRole("region", { name: "Uploads" }).waitFor({ state: "detached" });
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

const field = (name: string) => ada.page.getByRole("group", { name, exact: true });
const stored = async () =>
  (
    await stack.sql(
      "select name, document_types, tags, senders, fields, version from extraction_schemas order by created_at desc",
    )
  )[0] as {
    name: string;
    document_types: string[];
    tags: string[];
    senders: string[];
    fields: { properties: Record<string, Record<string, unknown>>; required: string[]; checks: string[] };
    version: number;
  };

/** Which fields are required, in any order. */
const sorted = (fields: object): unknown =>
  JSON.parse(JSON.stringify(fields), (key, value) => (key === "required" ? [...value].sort() : value));

it("begins a table from nothing, and says what is wrong at its field", async () => {
  const { page } = ada;
  await page.goto(`${stack.url}/?view=tables`);
  await page.getByRole("button", { name: "New table" }).click();
  await page.getByRole("menuitem", { name: /A table of your own/ }).click();
  await page.getByRole("heading", { name: "A new table" }).waitFor();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Give the table a name.").waitFor();
  await page.getByText("Give the field a name.").waitFor();
  await page.locator("input[aria-invalid=true]:focus").waitFor();
  await expectAccessible(page, "the editor with mistakes");

  await page.getByLabel("Name", { exact: true }).fill("Papers of Quillmark");
  await page.getByRole("textbox", { name: "Name of the field" }).fill("Invoice number");
  await page.getByRole("combobox", { name: "Kind of Invoice number" }).selectOption("code");
  await page.getByRole("button", { name: "Add a field" }).click();
  await page.locator("[data-field-name]:focus").waitFor();
  await page.keyboard.type("Invoice number");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Another field has this name.").waitFor();
  await page.getByRole("textbox", { name: "Name of the field" }).nth(1).fill("Grand total");
  await page.getByText("Another field has this name.").waitFor({ state: "detached" });
});

it("shows on a document where the words of each field stand", async () => {
  const { page } = ada;
  await page.getByRole("combobox", { name: "Kind of Grand total" }).selectOption("money");
  await field("Grand total").getByLabel("Words on the paper").fill("total due\nNo such words");
  const preview = page.getByRole("complementary", { name: "Preview" });
  await preview.getByRole("button", { name: /Invoice number/ }).waitFor();
  await field("Invoice number").getByLabel("Words on the paper").fill("nowhere to be found");
  await preview.getByText("Its words are not on this paper").waitFor();
  await field("Invoice number").getByLabel("Words on the paper").fill("Invoice");
  await preview
    .getByRole("button", { name: /Invoice number/ })
    .locator("mark")
    .waitFor();
  await preview.getByRole("button", { name: /Invoice number/ }).click();
  await preview.locator("pre mark").first().waitFor();
  expect(await preview.locator("pre mark").first().textContent()).toMatch(/invoice/i);
  await expectAccessible(page, "the editor with its preview");
});

it("stores the table, and its equations are checked while they are typed", async () => {
  const { page } = ada;
  await page.getByRole("button", { name: "Add an equation" }).click();
  const equation = page.getByRole("textbox", { name: "Equation" });
  await equation.fill("grand_total = nothing");
  await page.getByText("The equation names something that is no field of this table.").waitFor();
  await equation.fill("grand_total = invoice_number");
  await page.getByText("The equation counts with a field that is no number.").waitFor();
  await equation.fill("grand_total = = 5");
  await page.getByText(/An equation has fields/).waitFor();
  await equation.fill("grand_total = grand_total");
  await field("Grand total").getByRole("checkbox", { name: "Required" }).check();
  await page.getByRole("button", { name: "Applied by hand" }).click();
  await page.getByRole("menuitemcheckbox", { name: "Invoice", exact: true }).click();
  await page.keyboard.press("Escape");
  await page.getByLabel("With one of these tags").fill("Quillmark Paper & Print");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Remove quillmark-paper-print" }).waitFor();
  await page.getByLabel("With one of these tags").fill("a mistake");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Remove a-mistake" }).click();
  await page.getByLabel("From one of these senders").fill("Quillmark Paper & Print Ltd");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Remove Quillmark Paper & Print Ltd" }).waitFor();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("link", { name: "Papers of Quillmark" }).waitFor();
  expect(await stored()).toMatchObject({
    name: "Papers of Quillmark",
    document_types: ["invoice"],
    tags: ["quillmark-paper-print"],
    senders: ["Quillmark Paper & Print Ltd"],
    version: 1,
    fields: {
      properties: {
        invoice_number: { type: "string", format: "code", labels: ["Invoice"] },
        grand_total: { type: "object", format: "money", labels: ["total due", "No such words"] },
      },
      required: ["grand_total"],
      checks: ["grand_total = grand_total"],
    },
  });
});

it("changes a table that came from a template, with its lines, and loses nothing of it", async () => {
  const { page } = ada;
  await page.getByRole("button", { name: "New table" }).click();
  await page.getByRole("menuitem", { name: /Invoices/ }).click();
  await page.getByRole("link", { name: "Invoices", exact: true }).waitFor();
  await expect.poll(async () => (await stored()).name).toBe("Invoices");
  const before = await stored();
  await page.getByRole("button", { name: "Fields", exact: true }).click();
  await page.getByRole("heading", { name: "Change the table" }).waitFor();
  await expectAccessible(page, "the editor of a template");
  await page.getByRole("button", { name: "Add a column" }).first().click();
  await page.getByRole("textbox", { name: "Name of the column" }).last().fill("Shelf mark");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("link", { name: "Invoices", exact: true }).waitFor();
  const after = await stored();
  expect(after.version).toBe(before.version + 1);
  const items = after.fields.properties["items"] as { items: { properties: Record<string, unknown> } };
  expect(items.items.properties["shelf_mark"]).toEqual({ type: "string" });
  delete items.items.properties["shelf_mark"];
  expect(sorted(after.fields)).toEqual(sorted(before.fields));
});

it("suggests a table from the documents that a search finds, and stores it only when it is saved", async () => {
  const { page } = ada;
  const before = await stack.sql("select id from extraction_schemas");
  await page.goto(`${stack.url}/?view=tables`);
  await page.getByRole("button", { name: "New table" }).click();
  await page.getByRole("menuitem", { name: /Suggest from documents/ }).click();
  await page.getByRole("heading", { name: "Suggest a table" }).waitFor();
  expect(await page.getByRole("button", { name: "Suggest", exact: true }).isDisabled()).toBe(true);
  await page.getByRole("searchbox", { name: "Which documents" }).fill("nobody has this word");
  await page.getByText("No such documents.").waitFor();
  await page.getByRole("searchbox", { name: "Which documents" }).fill("type:invoice");
  await page.getByText("1 document chosen").waitFor();
  expect(await page.getByRole("checkbox", { name: /Quillmark/ }).isChecked()).toBe(true);
  await expectAccessible(page, "the choice of documents");
  await page.getByRole("button", { name: "Suggest", exact: true }).click();

  await page.getByRole("heading", { name: "A new table" }).waitFor();
  await page.getByText("These are the labels that the documents share. Nothing is saved yet.").waitFor();
  const number = page.getByRole("complementary", { name: "Preview" }).getByRole("button", { name: /^Invoice number/ });
  await number.locator("mark").waitFor();
  await expectAccessible(page, "a suggested table");
  expect(await stack.sql("select id from extraction_schemas")).toEqual(before);
  // Another table is called Invoices.
  const name = await page.getByLabel("Name", { exact: true }).inputValue();
  expect(name).toBe("Invoices 2");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("link", { name, exact: true }).waitFor();
  const { fields, document_types } = await stored();
  expect(document_types).toEqual(["invoice"]);
  expect(Object.keys(fields.properties)).toContain("invoice_number");
});

it("suggests a table from selected documents", async () => {
  const { page } = ada;
  await page.goto(stack.url);
  await rowOf(page, /Quillmark/)
    .getByRole("checkbox")
    .check();
  await page.getByRole("button", { name: "Suggest a table" }).click();
  await page.getByText("1 document chosen").waitFor();
  expect(await page.getByRole("checkbox", { name: /Quillmark/ }).isChecked()).toBe(true);
  await page.getByRole("checkbox", { name: /Quillmark/ }).uncheck();
  await page.getByText("0 documents chosen").waitFor();
  expect(await page.getByRole("button", { name: "Suggest", exact: true }).isDisabled()).toBe(true);
  await page.goto(`${stack.url}/?view=tables`);
  await page.getByRole("link", { name: "Invoices", exact: true }).click();
});

it("fits a phone", async () => {
  const { page } = ada;
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole("button", { name: "Fields", exact: true }).click();
  await page.getByRole("heading", { name: "Change the table" }).waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await expectAccessible(page, "the editor on a phone");
  expect(ada.complaints).toEqual([]);
});
