// Searching and filtering on the page: what is exact and what is similar, where it stands, and how one gets there.
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
  stack = await lentStack();
  browser = await lentBrowser();
  ada = await newReader(browser, stack.url, "ada@docket.test");
  await drop(
    ada.page,
    ["download-3.pdf", "brief.pdf"].map((name) => path.join(SAMPLES, name)),
  );
  for (const name of [INVOICE, LETTER])
    await rowOf(ada.page, name).getByText("Done").filter({ visible: true }).waitFor();
  await stack.sql(
    "update documents set display_name = 'Quilmark - note.pdf', tags = '{home,energy,contract-2026,letters}' where filename = 'brief.pdf'",
  );
  await ada.page.getByRole("region", { name: "Uploads" }).waitFor({ state: "detached" });
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

const INVOICE = /Invoice - Quillmark/;
const LETTER = /Stadtwerke|Quilmark/;

it("counts the results, puts exact ones first, and says which are only similar", async () => {
  const { page } = ada;
  await page.getByRole("searchbox").fill("quillmark");
  await page.getByText("1 result", { exact: true }).waitFor();
  await page.getByText("Similar:").waitFor();
  expect(await page.getByRole("table").getByRole("link").allTextContents()).toEqual([
    expect.stringMatching(INVOICE),
    expect.stringMatching(/Quilmark/),
  ]);
  await expectAccessible(page, "similar results");
});

it("marks what was searched in a name", async () => {
  const { page } = ada;
  expect(await rowOf(page, INVOICE).getByRole("link").locator("mark").first().textContent()).toBe("Quillmark");
});

it("finds the invoice of a day by the day, and what a sender sent by a filter that is typed", async () => {
  const { page } = ada;
  await page.getByRole("searchbox").fill("2026-03-17");
  await rowOf(page, INVOICE).waitFor();
  await page.getByText("1 result", { exact: true }).waitFor();
  await page.getByRole("searchbox").fill("from:quillmark type:invoice after:2026-03");
  await page.getByText("1 result", { exact: true }).waitFor();
  await page.getByRole("searchbox").fill("from:quillmark before:2026-03");
  await page.getByRole("heading", { name: "Nothing found" }).waitFor();
});

it("finds amounts by what is typed or chosen, and adds up what was found per currency", async () => {
  const { page } = ada;
  await stack.sql("update documents set amount = 68, currency = 'EUR' where filename = 'brief.pdf'");
  await page.getByRole("searchbox").fill("amount>50");
  await page.getByText("2 results · 68.00 EUR · 965.76 GBP").waitFor();
  await page.getByRole("searchbox").fill("amount>50 currency:gbp");
  await page.getByText("1 result · 965.76 GBP").waitFor();
  await page.getByRole("searchbox").fill("");
  await page.getByRole("button", { name: "Amount", exact: true }).first().click();
  await page.getByLabel("At most").fill("100");
  await page.getByText("1 result · 68.00 EUR").waitFor();
  await expectAccessible(page, "the filter of amounts");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Clear", exact: true }).click();
  await stack.sql("update documents set amount = null, currency = null where filename = 'brief.pdf'");
});

it("stays in a document that is opened right after something was typed", async () => {
  const { page } = ada;
  await expect.poll(() => page.getByRole("searchbox").inputValue()).toBe("");
  // In one task: on a slow machine the search would be asked before a second call clicked.
  await rowOf(page, INVOICE)
    .getByRole("link")
    .evaluate((link: HTMLElement) => {
      const box = document.querySelector<HTMLInputElement>("input[type=search]")!;
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")!.set!.call(box, "st");
      box.dispatchEvent(new Event("input", { bubbles: true }));
      link.click();
    });
  await page.getByRole("heading", { name: INVOICE, level: 1 }).waitFor();
  // As long as the search waits for more letters, and then some.
  await page.getByRole("searchbox").evaluate(
    (box) =>
      new Promise<void>((resolve) => {
        const look = () => ((box as HTMLInputElement).value === "st" ? requestAnimationFrame(look) : resolve());
        look();
      }),
  );
  await page.getByRole("heading", { name: INVOICE, level: 1 }).waitFor();
  await page.getByRole("button", { name: "Back to the documents" }).click();
});

it("adds up more than is loaded", async () => {
  const { page } = ada;
  await stack.sql(
    `insert into documents (user_id, filename, storage_path, mime_type, byte_size, content_sha256, status, display_name, document_type, amount, currency)
     select id, 's' || n, id || '/s' || n, 'application/pdf', n, encode(sha256(('s' || n)::bytea), 'hex'), 'completed', 'Sum ' || n, 'statement', n, 'CHF'
     from auth.users, generate_series(1, 150) as n where email = 'ada@docket.test'`,
  );
  await page.goto(`${stack.url}/?currency=CHF`);
  await page.getByText("150 results · 11,325.00 CHF").waitFor();
  await stack.sql("delete from documents where currency = 'CHF'");
  await page.goto(stack.url);
});

it("shows what a sender sent when its name is pressed", async () => {
  const { page } = ada;
  await page.getByRole("button", { name: /^Documents from Quillmark/ }).click();
  await page.getByText("1 result").first().waitFor();
  expect(await page.getByRole("searchbox").inputValue()).toBe('from:"Quillmark Paper & Print Ltd"');
  await page.getByRole("button", { name: "Clear the search" }).click();
  // The next search finds one, too.
  await page.getByText("1 result").first().waitFor({ state: "detached" });
});

it("opens a document at the first place of what was searched, marks all of them, and goes from one to the next", async () => {
  const { page } = ada;
  await stack.sql(
    `update document_pages set text = repeat(E'Filling.\n', 300) || 'The first beacon.' || repeat(E'\nFilling.', 300) || ' The second BEACON.'
     where document_id = (select id from documents where filename = 'download-3.pdf')`,
  );
  await stack.sql(
    `update document_search set search = search || to_tsvector('unaccented', 'beacon') where document_id = (select id from documents where filename = 'download-3.pdf')`,
  );
  await page.getByRole("searchbox").fill("beacon");
  await page.getByText("1 result", { exact: true }).waitFor();
  await rowOf(page, INVOICE).getByRole("link").click();
  await page.getByText("1 of 2", { exact: true }).waitFor();
  expect(await page.locator("pre mark").allTextContents()).toEqual(["beacon", "BEACON"]);
  const current = page.locator("pre mark[data-current]");
  await expect.poll(() => inSight(page)).toBe(true);
  expect(await current.textContent()).toBe("beacon");
  await page.getByRole("button", { name: "Next place" }).click();
  await page.getByText("2 of 2", { exact: true }).waitFor();
  await expect.poll(() => inSight(page)).toBe(true);
  expect(await current.textContent()).toBe("BEACON");
  await expectAccessible(page, "places in a document");
  await page.getByRole("button", { name: "Previous place" }).click();
  await page.getByText("1 of 2", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Back to the documents" }).click();
  await page.getByRole("button", { name: "Clear the search" }).click();
});

const inSight = (page: Reader["page"]): Promise<boolean> =>
  page.locator("pre mark[data-current]").evaluate((mark) => {
    const { top, bottom } = mark.getBoundingClientRect();
    return top > 0 && bottom < innerHeight;
  });

it("says how many tags there are more, and shows the documents of one that is pressed", async () => {
  const { page } = ada;
  await page.getByText("+2", { exact: false }).first().waitFor();
  await page.getByRole("button", { name: "Documents tagged energy" }).click();
  await page.getByRole("button", { name: "Remove the filter #energy" }).waitFor();
  await expect.poll(() => page.getByRole("table").getByRole("link").count()).toBe(1);
  await page.getByRole("button", { name: "Remove the filter #energy" }).click();
});

it("finds one of hundreds of tags in the filter", async () => {
  const { page } = ada;
  await stack.sql(
    `insert into documents (user_id, filename, storage_path, mime_type, byte_size, content_sha256, status, display_name, tags)
     select id, 'f' || n, id || '/' || n, 'application/pdf', n, encode(sha256(n::text::bytea), 'hex'), 'completed', 'Filler ' || n, array(select 'tag-' || m from generate_series(n * 20, n * 20 + 19) as m)
     from auth.users, generate_series(1, 10) as n where email = 'ada@docket.test'`,
  );
  await page.reload();
  await page.getByRole("button", { name: "Tag", exact: true }).click();
  await page.getByRole("searchbox", { name: "Find a tag" }).fill("tag-219");
  await page.getByRole("checkbox", { name: /tag-219/ }).check();
  await expectAccessible(page, "the tag filter");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Remove the filter #tag-219" }).waitFor();
  await expect.poll(() => page.getByRole("table").getByRole("link").allTextContents()).toEqual(["Filler 10"]);
  expect(ada.complaints).toEqual([]);
});

it("keeps a note on a document: shown in the list, found by its words and by a filter, and taken back", async () => {
  const { page } = ada;
  await page.goto(stack.url);
  await rowOf(page, INVOICE).getByRole("link").click();
  const note = page.getByRole("region", { name: "Note" });
  await note.getByRole("button", { name: "Add a note" }).click();
  await note.getByRole("textbox", { name: "Note" }).fill("Ask Quentin for the discount.");
  await page.keyboard.press("Control+Enter");
  await page.getByRole("dialog", { name: "Note saved" }).waitFor();
  await note.getByText("Ask Quentin for the discount.").waitFor();
  await page.getByText("You changed note.").waitFor();
  await expectAccessible(page, "a document with a note");
  await page.getByRole("button", { name: "Back to the documents" }).click();
  await rowOf(page, INVOICE).getByText("Ask Quentin for the discount.").waitFor();

  await page.getByRole("searchbox").fill("quentin");
  await page.getByText("1 result", { exact: true }).first().waitFor();
  await rowOf(page, INVOICE).locator("mark").filter({ hasText: "Quentin" }).waitFor();
  await page.getByRole("searchbox").fill("");
  await page.getByRole("group", { name: "Filters" }).getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitemcheckbox", { name: "With a note" }).click();
  await page.keyboard.press("Escape");
  await expect
    .poll(() => page.getByRole("table").getByRole("link").allTextContents())
    .toEqual([expect.stringMatching(INVOICE)]);
  await expectAccessible(page, "documents with notes");

  await rowOf(page, INVOICE).getByRole("link").click();
  await note.getByRole("button", { name: "Edit the note" }).click();
  await note.getByRole("textbox", { name: "Note" }).fill("");
  await page.keyboard.press("Control+Enter");
  const removed = page.getByRole("dialog", { name: "Note removed" });
  await removed.getByRole("button", { name: "Undo" }).click();
  await note.getByText("Ask Quentin for the discount.").waitFor();
});
