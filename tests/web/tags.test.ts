// Tags and senders of all documents: counted, renamed, made one.
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
     select id, 'f' || n, id || '/' || n, 'application/pdf', 1000 * n, encode(sha256((n::text)::bytea), 'hex'), 'completed', 'Paper ' || n, 'other', sender, tags::text[]
     from auth.users, (values (1, 'Acme GmbH', '{bill,home}'), (2, 'Acme GmbH', '{bill}'), (3, 'ACME', '{invoice}'), (4, 'Mango AG', '{invoice}')) as given (n, sender, tags)
     where email = 'ada@docket.test'`,
  );
  await ada.page.reload();
  await rowOf(ada.page, "Paper 4").waitFor();
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await ada.page.goto(`${stack.url}/?view=tags`);
});

const line = (name: string) =>
  ada.page.getByRole("listitem").filter({ has: ada.page.getByRole("button", { name, exact: true }) });
const rename = async (name: string, wanted: string, action = "Rename") => {
  await ada.page.getByRole("button", { name: `Rename ${name}`, exact: true }).click();
  const dialog = ada.page.getByRole("dialog", { name: /^Rename the/ });
  await dialog.getByLabel("New name").fill(wanted);
  await dialog.getByRole("button", { name: action, exact: true }).click();
  await dialog.waitFor({ state: "detached" });
};
const tags = async () =>
  (await stack.sql("select tags from documents order by display_name")).map((row) => row.tags.join());

it("counts tags, and renames one in all documents, and back", async () => {
  const { page } = ada;
  await page.getByRole("button", { name: "Account", exact: true }).click();
  await page.getByRole("menuitem", { name: "Tags and senders" }).click();
  await line("bill").getByText("2 documents").waitFor();
  await expectAccessible(page, "tags");
  await rename("home", "My House");
  await line("my-house").getByText("1 document").waitFor();
  await line("my-house").getByText("home", { exact: true }).waitFor();
  expect(await tags()).toEqual(["bill,my-house", "bill", "invoice", "invoice"]);
  await page.getByRole("button", { name: "Undo" }).click();
  await line("home").getByText("1 document").waitFor();
  expect(await tags()).toEqual(["bill,home", "bill", "invoice", "invoice"]);
});

it("says when two tags become one, and makes them one", async () => {
  const { page } = ada;
  await page.getByRole("button", { name: "Rename bill" }).click();
  const dialog = page.getByRole("dialog", { name: "Rename the tag “bill”" });
  await dialog.getByLabel("New name").fill("invoice");
  await dialog.getByText("“invoice” is there already: the two become one.").waitFor();
  await expectAccessible(page, "two tags that become one");
  await dialog.getByRole("button", { name: "Make them one" }).click();
  await line("invoice").getByText("4 documents").waitFor();
  expect(await tags()).toEqual(["invoice,home", "invoice", "invoice", "invoice"]);
  await page.getByRole("button", { name: "Do not take bill for invoice" }).click();
  await page.getByText("“bill” is a word of its own again").waitFor();
  expect(await stack.sql("select from tag_aliases where alias = 'bill'")).toEqual([]);
});

it("finds a tag, and shows its documents", async () => {
  const { page } = ada;
  await page.getByRole("searchbox", { name: "Find a tag" }).fill("hom");
  await line("invoice").waitFor({ state: "detached" });
  await page.getByRole("button", { name: "home", exact: true }).click();
  await expect.poll(() => page.getByRole("table").getByRole("link").allTextContents()).toEqual(["Paper 1"]);
});

it("counts senders, renames one so that two become one, and takes that back", async () => {
  const { page } = ada;
  const senders = async () =>
    (await stack.sql("select correspondent from documents order by display_name")).map((row) => row.correspondent);
  await page.goto(`${stack.url}/?view=tags`);
  await page.getByRole("navigation", { name: "Tags and senders" }).getByRole("link", { name: "Senders" }).click();
  await line("Acme GmbH").getByText("2 documents").waitFor();
  await expectAccessible(page, "senders");
  await rename("ACME", "Acme GmbH", "Make them one");
  await line("Acme GmbH").getByText("3 documents").waitFor();
  expect(await senders()).toEqual(["Acme GmbH", "Acme GmbH", "Acme GmbH", "Mango AG"]);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect.poll(senders).toEqual(["Acme GmbH", "Acme GmbH", "ACME", "Mango AG"]);
  await page.getByRole("button", { name: "Mango AG", exact: true }).click();
  await expect.poll(() => page.getByRole("table").getByRole("link").allTextContents()).toEqual(["Paper 4"]);
  expect(ada.complaints).toEqual([]);
});
