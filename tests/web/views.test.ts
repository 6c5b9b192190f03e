// Searches that are kept by a name, and documents by their senders.
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { lentBrowser, lentStack, type LentStack } from "../../testing/lending.ts";
import { expectAccessible, newReader, type Reader, rowOf } from "./reader.ts";

let stack: LentStack;
let browser: Browser;
let ada: Reader;
beforeAll(async () => {
  stack = await lentStack();
  browser = await lentBrowser();
  ada = await newReader(browser, stack.url, "ada@docket.test");
  await stack.sql(
    `insert into documents (user_id, filename, storage_path, mime_type, byte_size, content_sha256, status, display_name, document_type, correspondent, tags)
     select id, 'f' || n, id || '/' || n, 'application/pdf', 1000 * n, encode(sha256((n::text)::bytea), 'hex'), 'completed', 'Paper ' || n, 'other', sender, array['tag-' || n]
     from auth.users, (values (1, 'Zebra Ltd'), (2, 'Acme GmbH'), (3, 'Mango AG'), (4, 'Acme GmbH'), (5, null)) as given (n, sender) where email = 'ada@docket.test'`,
  );
  await ada.page.reload();
  await rowOf(ada.page, "Paper 5").waitFor();
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await ada.page.goto(stack.url);
});

const shown = () => ada.page.getByRole("table").getByRole("link").allTextContents();
const filters = () => ada.page.getByRole("group", { name: "Filters" });
const inViews = async (name: string) => {
  await filters().getByRole("button", { name: /^View/ }).click();
  await ada.page.getByRole("menuitem", { name, exact: true }).click();
};
const names = async () => (await stack.sql("select name from saved_views order by position")).map(({ name }) => name);

it("sorts by sender from the column, those without one last", async () => {
  const { page } = ada;
  await page.getByRole("columnheader", { name: "From" }).getByRole("button").click();
  await expect
    .poll(async () => (await shown()).map((name) => name.replace("Paper ", "")).join(""))
    .toMatch(/^(24|42)315$/);
  await page.getByRole("columnheader", { name: "From" }).getByRole("button").click();
  await expect.poll(async () => (await shown())[1]).toBe("Paper 1");
  expect(await page.getByLabel("Sort by").inputValue()).toBe("-correspondent");
  await page.getByLabel("Sort by").selectOption("Newest first");
});

it("finds a sender among all, and shows the documents of that one", async () => {
  const { page } = ada;
  await filters().getByRole("button", { name: "From" }).click();
  const senders = page.getByRole("dialog", { name: "Senders" });
  await senders.getByRole("button", { name: "Acme GmbH 2" }).waitFor();
  await expectAccessible(page, "the filter of senders");
  await senders.getByRole("searchbox", { name: "Find a sender" }).fill("mang");
  await senders.getByRole("button", { name: "Acme GmbH 2" }).waitFor({ state: "detached" });
  await senders.getByRole("button", { name: "Mango AG 1" }).click();
  await expect.poll(shown).toEqual(["Paper 3"]);
  expect(await page.getByRole("searchbox").inputValue()).toBe('from:"Mango AG"');
});

it("keeps a search under a name, and opens it from anywhere", async () => {
  const { page } = ada;
  await inViews("Keep this view");
  const dialog = page.getByRole("dialog", { name: "Keep this view" });
  await dialog.getByLabel("Name").fill("Mangos");
  await expectAccessible(page, "keeping a view");
  await dialog.getByRole("button", { name: "Keep" }).click();
  await filters().getByRole("button", { name: "View: Mangos" }).waitFor();
  await page.getByRole("button", { name: "Clear the search" }).click();
  await expect.poll(async () => (await shown()).length).toBe(5);
  await filters().getByRole("button", { name: "Views" }).waitFor();
  await inViews("Mangos");
  await expect.poll(shown).toEqual(["Paper 3"]);
  await page.getByRole("button", { name: "Clear the search" }).click();
  await expect.poll(async () => (await shown()).length).toBe(5);
  await page.keyboard.press("Control+k");
  const palette = page.getByRole("dialog", { name: "Commands and documents" });
  await palette.locator("input:focus").waitFor();
  await palette.getByRole("combobox").fill("view: mango");
  await palette.getByRole("option", { name: "View: Mangos" }).click();
  await expect.poll(shown).toEqual(["Paper 3"]);
});

it("has the kept searches in a sidebar where there is room, beside the other lists", async () => {
  const { page } = ada;
  const size = page.viewportSize()!;
  const sidebar = page.getByRole("navigation", { name: "Documents" });
  expect(await sidebar.count()).toBe(0);
  await page.setViewportSize({ width: 1440, height: 900 });
  const here = () => sidebar.locator("[aria-current=page]").allInnerTexts();
  await expect.poll(here).toEqual(["Mangos"]);
  await expectAccessible(page, "the sidebar");
  await sidebar.getByRole("link", { name: "All documents" }).click();
  await expect.poll(async () => (await shown()).length).toBe(5);
  expect(await here()).toEqual(["All documents"]);
  await sidebar.getByRole("link", { name: "Trash" }).click();
  await page.getByRole("heading", { name: "Trash" }).waitFor();
  expect(await here()).toEqual(["Trash"]);
  await sidebar.getByRole("link", { name: "Mangos" }).click();
  await expect.poll(shown).toEqual(["Paper 3"]);
  // A document has the whole width.
  await page.getByRole("link", { name: "Paper 3" }).click();
  await page.getByRole("heading", { name: "Paper 3", level: 1 }).waitFor();
  expect(await sidebar.count()).toBe(0);
  await page.goBack();
  await page.setViewportSize(size);
});

it("renames, moves and deletes views, and takes a deletion back", async () => {
  const { page } = ada;
  await page.goto(`${stack.url}/?tag=tag-1&sort=-name`);
  await inViews("Keep this view");
  await page.getByRole("dialog", { name: "Keep this view" }).getByLabel("Name").fill("First tag");
  await page.getByRole("dialog", { name: "Keep this view" }).getByRole("button", { name: "Keep" }).click();
  await filters().getByRole("button", { name: "View: First tag" }).waitFor();
  await inViews("Edit views");
  const dialog = page.getByRole("dialog", { name: "Views" });
  await dialog.getByLabel("Name of Mangos").fill("All mangos");
  await dialog.getByLabel("Name of Mangos").press("Enter");
  await dialog.getByLabel("Name of All mangos").waitFor();
  await dialog.getByRole("button", { name: "Move First tag up" }).click();
  await expect.poll(names).toEqual(["First tag", "All mangos"]);
  await expectAccessible(page, "the views");
  await dialog.getByRole("button", { name: "Delete First tag" }).click();
  await expect.poll(names).toEqual(["All mangos"]);
  await dialog.getByRole("button", { name: "Done" }).click();
  await page.getByRole("button", { name: "Undo" }).click();
  await filters().getByRole("button", { name: "View: First tag" }).waitFor();
  await page.reload();
  await filters().getByRole("button", { name: "View: First tag" }).click();
  await page.getByRole("menuitem", { name: "All mangos" }).waitFor();
  await page.keyboard.press("Escape");
  expect(ada.complaints).toEqual([]);
});

it("shows views to nobody else", async () => {
  const { page, context } = await newReader(browser, stack.url, "bob@docket.test");
  await page.getByRole("button", { name: "Views" }).click();
  await page.getByRole("menuitem", { name: "Keep this view" }).waitFor();
  expect(await page.getByRole("menuitem").count()).toBe(1);
  await context.close();
});
