// The page without a mouse: from the search into the list, into a document, and back to where one was.
import path from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
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
  await drop(ada.page, [path.join(SAMPLES, "download-3.pdf")]);
  await rowOf(ada.page, /Quillmark/)
    .getByText("Done")
    .filter({ visible: true })
    .waitFor();
  await stack.sql(
    `insert into documents (user_id, filename, storage_path, mime_type, byte_size, content_sha256, status, display_name, created_at)
     select id, 'f' || n || '.pdf', id || '/' || n, 'application/pdf', n, encode(sha256(n::text::bytea), 'hex'), 'completed', 'Filler ' || n || '.pdf', now() - n * interval '1 day'
     from auth.users, generate_series(1, 60) as n where email = 'ada@docket.test'`,
  );
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});
beforeEach(async () => {
  await ada.page.goto(stack.url);
  await rowOf(ada.page, /Quillmark/).waitFor();
});

/** The text of the link that has the focus. Not of the body, which has the focus when nothing else does. */
const focused = (page: Reader["page"]) =>
  page.evaluate(() => (document.activeElement instanceof HTMLAnchorElement ? document.activeElement.textContent : ""));

it("goes from the search to the first result with ArrowDown, and opens it with Enter from there", async () => {
  const { page } = ada;
  await page.keyboard.press("/");
  await page.keyboard.type("Filler 7.pdf");
  await expect.poll(() => page.getByRole("table").getByRole("link").first().textContent()).toBe("Filler 7.pdf");
  await page.keyboard.press("ArrowDown");
  await expect.poll(() => focused(page)).toBe("Filler 7.pdf");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Filler 7.pdf", level: 1 }).waitFor();
});

it("opens the first result with Enter in the search, of what is typed and not of what was there before", async () => {
  const { page } = ada;
  await page.keyboard.press("/");
  await page.keyboard.type("quillmark");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: /Quillmark/, level: 1 }).waitFor();
});

it("leaves a selection, then a document, with Escape, and is back at the row that was opened", async () => {
  const { page } = ada;
  await page.keyboard.press("j");
  await expect.poll(() => focused(page)).toMatch(/Quillmark/);
  await page.keyboard.press("x");
  await page.getByRole("toolbar", { name: "Selected documents" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("toolbar", { name: "Selected documents" }).waitFor({ state: "detached" });
  for (let row = 2; row <= 31; row += 1) {
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => focused(page)).toBe(`Filler ${row - 1}.pdf`);
  }
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Filler 30.pdf", level: 1 }).waitFor();
  await page.keyboard.press("Escape");
  await expect.poll(() => focused(page)).toBe("Filler 30.pdf");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Filler 30.pdf", level: 1 }).waitFor();
  await page.goBack();
  await expect.poll(() => focused(page)).toBe("Filler 30.pdf");
  const { top, bottom } = await page.evaluate(() => document.activeElement!.getBoundingClientRect());
  expect(top).toBeGreaterThan(0);
  expect(bottom).toBeLessThan(800);
});

it("selects a name without its extension when it is to be changed, and Escape there leaves the editor alone", async () => {
  const { page } = ada;
  await rowOf(page, /Quillmark/)
    .getByRole("link")
    .click();
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.getByRole("button", { name: "Edit name" }).waitFor();
  await page.keyboard.press("r");
  await page.getByRole("textbox", { name: "Name" }).waitFor();
  expect(await page.evaluate(() => getSelection()!.toString())).toMatch(/^Invoice - Quillmark.*2026-03-17$/);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Edit name" }).waitFor();
  await page.getByRole("heading", { name: /Quillmark/, level: 1 }).waitFor();
});

it("shows the keys with ?, but types a ? where text is typed", async () => {
  const { page } = ada;
  await page.getByRole("searchbox").press("?");
  expect(await page.getByRole("searchbox").inputValue()).toBe("?");
  await page.getByRole("searchbox").press("Escape");
  await page.getByRole("searchbox").press("Escape");
  await page.keyboard.press("?");
  const dialog = page.getByRole("dialog", { name: "Keyboard" });
  await dialog.getByText("Open the first result").waitFor();
  await expectAccessible(page, "the keys");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
});

it("does and opens anything by its name with Ctrl-K, also while typing", async () => {
  const { page } = ada;
  const palette = page.getByRole("dialog", { name: "Commands and documents" });
  const open = async () => {
    await page.keyboard.press("Control+k");
    await palette.locator("input:focus").waitFor();
  };
  await page.getByRole("searchbox").focus();
  await open();
  await palette.getByRole("option", { name: "Sign out" }).waitFor();
  await page.keyboard.type("quillmark");
  await palette.getByRole("option", { name: /Invoice - Quillmark/ }).waitFor();
  await expectAccessible(page, "the palette");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: /Quillmark/, level: 1 }).waitFor();
  await open();
  await page.keyboard.type("rename");
  await palette.getByRole("option", { name: "Rename" }).waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("textbox", { name: "Name" }).waitFor();
  await open();
  await page.keyboard.type("usage");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Documents", level: 2 }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("heading", { name: /Quillmark/, level: 1 }).waitFor();
  expect(ada.complaints).toEqual([]);
});
