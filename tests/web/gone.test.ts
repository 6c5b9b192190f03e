// What somebody has open is deleted elsewhere, in another tab or by a program: the page says so, and what was typed stays.
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { lentBrowser, lentStack, type LentStack } from "../../testing/lending.ts";
import { newReader, type Reader } from "./reader.ts";

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
beforeEach(async () => {
  const users = "auth.users where email = 'ada@docket.test'";
  await stack.sql(
    `insert into extraction_schemas (user_id, name, document_types, fields)
     select id, name, '{}', '{"type": "object", "properties": {"total": {"type": "object", "format": "money"}}}'
     from (values ('Bills'), ('Others')) as tables (name), ${users}`,
  );
  await stack.sql(
    `insert into saved_views (user_id, name, question, position) select id, 'Mine', 'q=x', 0 from ${users}`,
  );
  await stack.sql(
    `insert into rules (user_id, name, position, conditions, actions)
     select id, 'Sort', 0, '{"senders": ["Acme"]}', '{"add_tags": ["tax"]}' from ${users}`,
  );
  await stack.sql(
    `insert into webhook_endpoints (user_id, url, events, description)
     select id, 'https://example.com/hook', '{document.completed}', 'Hook' from ${users}`,
  );
  await stack.sql(
    `insert into documents (user_id, filename, storage_path, mime_type, byte_size, content_sha256, status, display_name, page_count)
     select id, 'a.pdf', id || '/a', 'application/pdf', 1, repeat('a', 64), 'completed', 'Paper', 1 from ${users}`,
  );
});
afterEach(async () => {
  for (const table of ["extraction_schemas", "saved_views", "rules", "webhook_endpoints", "documents"])
    await stack.sql(`delete from ${table}`);
  expect(ada.complaints).toEqual([]);
});

const button = (name: string | RegExp) => ada.page.getByRole("button", { name, exact: true });

/** A toast is there twice, once for those who hear it. */
const notice = () => ada.page.getByText("It is not here any more, or it belongs to somebody else.").first();

async function more(of: string, item: string): Promise<void> {
  await button(`More for ${of}`).click();
  await ada.page.getByRole("menuitem", { name: item }).click();
}

it("a table whose numbers are asked for again", async () => {
  const { page } = ada;
  await page.goto(`${stack.url}/?view=tables`);
  await page.getByRole("link", { name: "Bills" }).click();
  await button("Delete the table").waitFor();
  await stack.sql("delete from extraction_schemas where name = 'Bills'");
  // Its news has the numbers of the open table read again.
  await stack.sql(
    `insert into extractions (document_id, schema_id, user_id, schema_version, status)
     select documents.id, schemas.id, user_id, schemas.version, 'completed'
     from documents join extraction_schemas as schemas using (user_id)`,
  );
  await notice().waitFor();
});

it("a table whose fields are changed", async () => {
  const { page } = ada;
  await page.goto(`${stack.url}/?view=tables`);
  await button("Fields").click();
  const name = page.getByLabel("Name", { exact: true });
  await name.fill("Bills of the house");
  await stack.sql("delete from extraction_schemas");
  await button("Save").click();
  await notice().waitFor();
  expect(await name.inputValue()).toBe("Bills of the house");
});

it("a rule that is changed", async () => {
  const { page } = ada;
  await page.goto(`${stack.url}/?view=connections&kind=rules`);
  await more("Sort", "Edit");
  const dialog = page.getByRole("dialog", { name: "Edit the rule" });
  await dialog.getByLabel("Name", { exact: true }).fill("Sorted");
  await stack.sql("delete from rules");
  await dialog.getByRole("button", { name: "Save" }).click();
  await notice().waitFor();
});

it("a webhook that is changed", async () => {
  const { page } = ada;
  await page.goto(`${stack.url}/?view=connections&kind=webhooks`);
  await more("Hook", "Edit");
  const dialog = page.getByRole("dialog", { name: "Edit the webhook" });
  await dialog.getByLabel("Name optional").fill("Hooked");
  await stack.sql("delete from webhook_endpoints");
  await dialog.getByRole("button", { name: "Save" }).click();
  await notice().waitFor();
});

it("a kept view that gets another name", async () => {
  const { page } = ada;
  await page.goto(stack.url);
  await button("Views").click();
  await page.getByRole("menuitem", { name: "Edit views" }).click();
  const dialog = page.getByRole("dialog", { name: "Views" });
  await dialog.getByLabel("Name of Mine").fill("Not mine");
  await stack.sql("delete from saved_views");
  await dialog.getByLabel("Name of Mine").press("Enter");
  await notice().waitFor();
});

it("a document that is open", async () => {
  const { page } = ada;
  await page.goto(stack.url);
  await page.getByRole("link", { name: "Paper" }).click();
  await page.getByRole("heading", { name: "Paper", level: 1 }).waitFor();
  await stack.sql("delete from documents");
  await page.getByText("It is in the trash, was deleted, or belongs to somebody else.").waitFor();
});
