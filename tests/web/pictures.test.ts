// The pictures of first pages: in the list, in the grid of cards, and gone with their documents.
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
  await drop(ada.page, [
    ...["download-3.pdf", "brief.pdf"].map((name) => path.join(SAMPLES, name)),
    { name: "note.txt", type: "text/plain", bytes: Buffer.from("A note about nothing at all.\n") },
  ]);
  for (const name of [INVOICE, LETTER, NOTE])
    await rowOf(ada.page, name).getByText("Done").filter({ visible: true }).waitFor();
  await ada.page.getByRole("region", { name: "Uploads" }).waitFor({ state: "detached" });
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

const INVOICE = /Invoice - Quillmark/;
const LETTER = /Stadtwerke/;
const NOTE = /note/i;
const cards = () => ada.page.getByRole("list", { name: "Documents" }).getByRole("listitem");
const card = (name: RegExp) => cards().filter({ has: ada.page.getByRole("link", { name }) });

it("shows the first page in the list as soon as it is drawn, and an icon where there is none", async () => {
  const { page } = ada;
  for (const name of [INVOICE, LETTER]) {
    const picture = rowOf(page, name).locator("img");
    await picture.waitFor();
    await expect.poll(() => picture.evaluate((image) => (image as HTMLImageElement).naturalHeight)).toBe(560);
  }
  expect(await rowOf(page, NOTE).locator("img").count()).toBe(0);
  expect(await rowOf(page, NOTE).locator("[data-kind=text]").count()).toBe(1);
  await expectAccessible(page, "the list with pictures");
});

it("shows cards, which are opened, picked and walked through with the keys", async () => {
  const { page } = ada;
  await page.getByRole("button", { name: "Show as a grid" }).click();
  await card(INVOICE).locator("img").waitFor();
  expect(await cards().count()).toBe(3);
  await expectAccessible(page, "the grid");

  await card(LETTER).getByRole("checkbox").check({ force: true });
  await page.getByText("1 selected").waitFor();
  await page.keyboard.press("Escape");
  await page.getByText("1 selected").waitFor({ state: "detached" });

  await cards().first().getByRole("link").focus();
  await page.keyboard.press("ArrowRight");
  const second = cards().nth(1).getByRole("link");
  await expect.poll(() => second.evaluate((link) => link === document.activeElement)).toBe(true);
  const name = await second.textContent();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: name! }).waitFor();
  await page.keyboard.press("Escape");
  await second.waitFor();
  await expect.poll(() => second.evaluate((link) => link === document.activeElement)).toBe(true);
});

it("remembers the cards", async () => {
  const { page } = ada;
  await page.reload();
  await card(INVOICE).locator("img").waitFor();
  await page.setViewportSize({ width: 390, height: 844 });
  await expect
    .poll(() => page.evaluate(() => document.querySelector("[data-documents]")!.scrollWidth))
    .toBeLessThanOrEqual(390);
  await expectAccessible(page, "the grid on a phone");
  await page.setViewportSize({ width: 1280, height: 800 });
});

it("gives the pictures to their owner alone, and erases one with its document", async () => {
  const rows = await stack.sql("select storage_path from documents where filename = 'brief.pdf'");
  const { storage_path } = rows[0] as { storage_path: string };
  const eve = await newReader(browser, stack.url, "eve@docket.test");
  const asked = eve.page.waitForResponse((response) => response.url().includes("/object/sign/thumbnails"));
  await eve.page.evaluate(async (path) => {
    const key = Object.keys(localStorage).find((name) => name.endsWith("-auth-token"))!;
    const { access_token } = JSON.parse(localStorage.getItem(key)!);
    await fetch(`/storage/v1/object/sign/thumbnails/${path}`, {
      method: "POST",
      headers: { Authorization: `Bearer ${access_token}`, "Content-Type": "application/json" },
      body: JSON.stringify({ expiresIn: 60 }),
    });
  }, storage_path);
  expect((await asked).ok()).toBe(false);
  await eve.context.close();

  const stored = () => stack.sql("select name from storage.objects where bucket_id = 'thumbnails' order by name");
  expect(await stored()).toHaveLength(2);
  await stack.sql("delete from documents where filename = 'brief.pdf'");
  await expect.poll(stored).toHaveLength(1);
  await card(LETTER).waitFor({ state: "detached" });
  expect(ada.complaints).toEqual([]);
});
