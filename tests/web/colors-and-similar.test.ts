// Colors of tags, documents that are like the opened one, and the filters by pages and by how documents came.
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
  await drop(
    ada.page,
    ["download-3.pdf", "brief.pdf"].map((name) => path.join(SAMPLES, name)),
  );
  for (const name of [INVOICE, LETTER])
    await rowOf(ada.page, name).getByText("Done").filter({ visible: true }).waitFor();
  await stack.sql(
    "update documents set correspondent = 'Quillmark Paper & Print Ltd', tags = array['home', 'quillmark'] where filename = 'brief.pdf'",
  );
  await stack.sql("update documents set page_count = 7 where filename = 'brief.pdf'");
  await stack.sql("update documents set tags = array['invoice', 'quillmark'] where filename = 'download-3.pdf'");
  await ada.page.getByRole("region", { name: "Uploads" }).waitFor({ state: "detached" });
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

const INVOICE = /Invoice - Quillmark/;
const LETTER = /Stadtwerke/;

it("gives a tag a color, which the list and the document show, and which a new name keeps", async () => {
  const { page } = ada;
  await page.goto(`${stack.url}/?view=tags`);
  await page.getByRole("button", { name: "Color of quillmark: none" }).click();
  await page.getByRole("menuitem", { name: "Blue" }).click();
  await page.getByRole("button", { name: "Color of quillmark: Blue" }).waitFor();
  await expectAccessible(page, "the colors of tags");
  await expect
    .poll(() => stack.sql("select tag_colors from preferences"))
    .toEqual([{ tag_colors: { quillmark: "blue" } }]);

  await page.reload();
  await page.getByRole("button", { name: "Color of quillmark: Blue" }).waitFor();
  await page.getByRole("button", { name: "Rename quillmark", exact: true }).click();
  await page.getByLabel("New name").fill("paper");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Color of paper: Blue" }).waitFor();
  await page.reload();
  await page.getByRole("button", { name: "Color of paper: Blue" }).waitFor();
  await page.goto(stack.url);
  await rowOf(page, INVOICE).locator("[data-color=blue]").waitFor();
  await expectAccessible(page, "the list with colors");
});

it("shows the documents that are like the opened one, and why", async () => {
  const { page } = ada;
  await rowOf(page, INVOICE).getByRole("link").click();
  await page.getByRole("heading", { name: "Similar documents" }).waitFor();
  await page.getByText("Same sender · Same tags").waitFor();
  await expectAccessible(page, "similar documents");
  await page.getByRole("link", { name: LETTER }).click();
  await page.getByRole("heading", { name: LETTER, level: 1 }).waitFor();
  await page.getByRole("link", { name: INVOICE }).waitFor();
  await page.getByRole("button", { name: "Back to the documents" }).click();
});

it("filters by pages and by how documents came", async () => {
  const { page } = ada;
  await page.goto(stack.url);
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("menuitemcheckbox", { name: "6 to 20 pages" }).click();
  await page.keyboard.press("Escape");
  await page.getByText("1 result", { exact: true }).waitFor();
  await rowOf(page, LETTER).waitFor();
  await page.getByRole("button", { name: "Remove the filter 6 to 20 pages" }).click();
  await rowOf(page, INVOICE).waitFor();
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("menuitemcheckbox", { name: "By mail" }).click();
  await page.keyboard.press("Escape");
  await page.getByRole("heading", { name: "Nothing found" }).waitFor();
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("menuitemcheckbox", { name: "Uploaded" }).click();
  await page.keyboard.press("Escape");
  await page.getByText("2 results", { exact: true }).waitFor();
  expect(ada.complaints).toEqual([]);
});
