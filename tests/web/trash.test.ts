// The trash and what is done to several documents at once: each can be taken back.
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { lentBrowser, lentStack, type LentStack } from "../../testing/lending.ts";
import { expectAccessible, newReader, type Reader, rowOf, sameReader } from "./reader.ts";

let stack: LentStack;
let browser: Browser;
let ada: Reader;
beforeAll(async () => {
  stack = await lentStack();
  browser = await lentBrowser();
  ada = await newReader(browser, stack.url, "ada@docket.test");
  await stack.sql(
    `insert into documents (user_id, filename, storage_path, mime_type, byte_size, content_sha256, status, display_name, document_type, tags)
     select id, 'f' || n, id || '/f' || n, 'application/pdf', 1000 * n, encode(sha256(('f' || n)::bytea), 'hex'), 'completed', 'Paper ' || n || '.pdf', 'other', '{paper,old}'
     from auth.users, generate_series(1, 5) as n where email = 'ada@docket.test'`,
  );
  await ada.page.reload();
  await rowOf(ada.page, "Paper 5.pdf").waitFor();
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await ada.page.goto(stack.url);
});

const shown = () => ada.page.getByRole("table").getByRole("link").allTextContents();
const all = ["Paper 1.pdf", "Paper 2.pdf", "Paper 3.pdf", "Paper 4.pdf", "Paper 5.pdf"];
const select = async (...names: string[]) => {
  for (const name of names) await ada.page.getByRole("checkbox", { name: `Select ${name}` }).check();
  return ada.page.getByRole("toolbar", { name: "Selected documents" });
};
const toTrash = async () => {
  await ada.page.getByRole("button", { name: "Account", exact: true }).click();
  await ada.page.getByRole("menuitem", { name: "Trash" }).click();
};
const toList = () => ada.page.getByRole("link", { name: "Docket, all documents" }).click();

it("takes several documents back from the trash at once, when that was a mistake", async () => {
  const { page } = ada;
  const toolbar = await select("Paper 1.pdf", "Paper 2.pdf");
  await toolbar.getByRole("button", { name: "Delete" }).click();
  await expect.poll(async () => (await shown()).sort()).toEqual(all.slice(2));
  await page.getByRole("button", { name: "Undo" }).click();
  await expect.poll(async () => (await shown()).sort()).toEqual(all);
  await page.getByText("2 documents are back").waitFor();
});

it("shows what is in the trash, and takes it out again, in every browser", async () => {
  const { page } = ada;
  const other = await sameReader(browser, stack.url, "ada@docket.test");
  await rowOf(other.page, "Paper 3.pdf").waitFor();
  await rowOf(page, "Paper 3.pdf").getByRole("link").click();
  await page.getByRole("button", { name: "Delete the document" }).click();
  await rowOf(page, "Paper 4.pdf").waitFor();
  await rowOf(other.page, "Paper 3.pdf").waitFor({ state: "detached" });
  await toTrash();
  await page.getByText("1 document, 3 KB.").waitFor();
  await page.getByText(/gone in (29|30) days/).waitFor();
  await expectAccessible(page, "the trash");
  await page.getByRole("button", { name: "Restore Paper 3.pdf" }).click();
  await page.getByRole("heading", { name: "The trash is empty" }).waitFor();
  await expectAccessible(page, "an empty trash");
  await rowOf(other.page, "Paper 3.pdf").waitFor();
  await other.context.close();
  await toList();
  await rowOf(page, "Paper 3.pdf").waitFor();
});

it("leaves the focus to the next document when one is deleted, and to the list after the last", async () => {
  const { page } = ada;
  // Without the messages of before, which have buttons of the same name.
  await page.goto(stack.url);
  await rowOf(page, "Paper 5.pdf").waitFor();
  const first = (await shown())[0]!;
  const next = (await shown())[1]!;
  await rowOf(page, first).getByRole("link").click();
  await page.getByRole("button", { name: "Delete the document" }).click();
  await rowOf(page, first).waitFor({ state: "detached" });
  await page.locator("[data-documents] a:focus", { hasText: next }).waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await rowOf(page, first).waitFor();

  await stack.sql("update documents set document_type = 'receipt' where display_name = 'Paper 3.pdf'");
  await page.goto(`${stack.url}/?type=receipt`);
  await rowOf(page, "Paper 3.pdf").getByRole("link").click();
  await page.getByRole("button", { name: "Delete the document" }).click();
  await page.getByRole("heading", { name: "Nothing found" }).waitFor();
  await page.locator("[data-documents]:focus").waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await rowOf(page, "Paper 3.pdf").waitFor();
  await toList();
});

it("says of a document in the trash where it is", async () => {
  const { page } = ada;
  const [{ id }] = (await stack.sql("select id from documents where display_name = 'Paper 5.pdf'")) as [{ id: string }];
  const toolbar = await select("Paper 5.pdf");
  await toolbar.getByRole("button", { name: "Delete" }).click();
  await rowOf(page, "Paper 5.pdf").waitFor({ state: "detached" });
  await page.goto(`${stack.url}/?document=${id}`);
  await page.getByText("It is in the trash, was deleted, or belongs to somebody else.").waitFor();
  await page.getByRole("button", { name: "Trash" }).click();
  await page.getByRole("button", { name: "Restore Paper 5.pdf" }).waitFor();
});

it("deletes one document of the trash for good, and then the rest, after being asked", async () => {
  const { page } = ada;
  await toList();
  const toolbar = await select("Paper 4.pdf");
  await toolbar.getByRole("button", { name: "Delete" }).click();
  await rowOf(page, "Paper 4.pdf").waitFor({ state: "detached" });
  await toTrash();
  await page.getByRole("button", { name: "Delete Paper 5.pdf for good" }).click();
  await expectAccessible(page, "the question before deleting");
  await page.getByRole("dialog").getByRole("button", { name: "Delete for good" }).click();
  await page.getByRole("button", { name: "Restore Paper 5.pdf" }).waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Empty the trash" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete for good" }).click();
  await page.getByRole("heading", { name: "The trash is empty" }).waitFor();
  expect(await stack.sql("select display_name from documents order by display_name")).toEqual(
    all.slice(0, 3).map((display_name) => ({ display_name })),
  );
  await toList();
});

it.each([
  ["Type", "document_type", "other", "invoice", "Type of 2 documents set"],
  ["From", "correspondent", null, "Acme Ltd", "From of 2 documents set"],
  ["Date", "day", null, "2026-03-17", "Date of 2 documents set"],
])("sets the %s of several documents, and takes it back", async (label, column, before, after, said) => {
  const { page } = ada;
  const values = async () =>
    (
      await stack.sql(
        `select ${column} as value, locked_fields from (select *, document_date::text as day from documents) as d
         where display_name in ('Paper 1.pdf', 'Paper 2.pdf') order by display_name`,
      )
    ).map(({ value, locked_fields }) => [value, locked_fields.length]);
  const toolbar = await select("Paper 1.pdf", "Paper 2.pdf");
  await toolbar.getByRole("button", { name: "Edit" }).click();
  await page.getByRole("menuitem", { name: label, exact: true }).click();
  const dialog = page.getByRole("dialog", { name: `${label} of 2 documents` });
  const field = dialog.getByLabel(label, { exact: true });
  if (label === "Type") await field.selectOption(after);
  else await field.fill(after);
  await expectAccessible(page, `setting the ${label}`);
  await dialog.getByRole("button", { name: "Save" }).click();
  const toast = page.getByRole("dialog", { name: said });
  await toast.waitFor();
  expect(await values()).toEqual([
    [after, 1],
    [after, 1],
  ]);
  await toast.getByRole("button", { name: "Undo" }).click();
  await expect.poll(values).toEqual([
    [before, 0],
    [before, 0],
  ]);
  await toolbar.getByRole("button", { name: "Clear the selection" }).click();
});

it("takes a tag from several documents, and gives it back", async () => {
  const { page } = ada;
  const tags = async () =>
    (await stack.sql("select tags from documents order by display_name")).map((row) => row.tags.join(" "));
  const toolbar = await select("Paper 1.pdf", "Paper 2.pdf");
  await toolbar.getByRole("button", { name: "Edit" }).click();
  await page.getByRole("menuitem", { name: "Remove a tag" }).click();
  const dialog = page.getByRole("dialog", { name: "Take a tag from 2 documents" });
  await dialog.getByLabel("Tag").selectOption("old");
  await dialog.getByRole("button", { name: "Remove tag" }).click();
  const toast = page.getByRole("dialog", { name: "“old” taken from 2 documents" });
  await toast.waitFor();
  expect(await tags()).toEqual(["paper", "paper", "paper old"]);
  await toast.getByRole("button", { name: "Undo" }).click();
  await expect.poll(tags).toEqual(["paper old", "paper old", "paper old"]);
  expect(ada.complaints).toEqual([]);
});
