// One document on the screen: what stands first, what stays in sight, and where words are found in it.
import path from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { lentBrowser, lentStack, type LentStack } from "../../testing/lending.ts";
import { FIXTURES, SAMPLES } from "../../testing/user.ts";
import { drop, expectAccessible, newReader, type Reader, rowOf } from "./reader.ts";

let stack: LentStack;
let browser: Browser;
let ada: Reader;
beforeAll(async () => {
  stack = await lentStack();
  browser = await lentBrowser();
  ada = await newReader(browser, stack.url, "ada@docket.test");
  await drop(ada.page, [path.join(SAMPLES, "download-3.pdf")]);
  await rowOf(ada.page, INVOICE).getByText("Done").filter({ visible: true }).waitFor();
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

const INVOICE = /Quillmark/;
const top = async (page: Reader["page"], selector: string): Promise<number> =>
  page
    .locator(selector)
    .first()
    .evaluate((element) => element.getBoundingClientRect().top);

it("shows on a phone what is known of a document before its pages, in the first screen", async () => {
  const { page } = ada;
  await rowOf(page, INVOICE).getByRole("link").click();
  await page.getByRole("button", { name: /^Date: *17 Mar 2026/ }).waitFor();
  await page.locator("canvas").first().waitFor();
  await page.setViewportSize({ width: 390, height: 844 });
  const pages = await top(page, "[aria-label=Pages]");
  for (const name of ["Type", "From", "Date"]) {
    const value = await page
      .locator("dt")
      .filter({ hasText: new RegExp(`^${name}`) })
      .evaluate((element) => element.getBoundingClientRect().bottom);
    expect(value).toBeLessThan(pages);
    expect(value).toBeLessThan(844);
  }
  // What happened to it comes last.
  expect(await top(page, "h2:has-text('History')")).toBeGreaterThan(pages);
  await expectAccessible(page, "a document on a phone");
  await page.setViewportSize({ width: 1280, height: 800 });
});

it("keeps the picture in sight beside a text that is longer than it", async () => {
  const { page } = ada;
  await stack.sql("update document_pages set text = repeat(E'A line of text.\n', 400)");
  await page.reload();
  await page.locator("pre").waitFor();
  await page.locator("canvas").first().waitFor();
  await page.locator("[aria-label=Pages]").evaluate((pages) => pages.scrollTo(0, 3000));
  await expect
    .poll(() =>
      page
        .locator("canvas")
        .first()
        .evaluate((canvas) => canvas.getBoundingClientRect().bottom),
    )
    .toBeGreaterThan(400);
});

it("shows the pages of a locked PDF with the password that it was read with, and asks for it after a reload", async () => {
  const { page } = ada;
  await page.getByRole("button", { name: "Back to the documents" }).click();
  await drop(page, [path.join(FIXTURES, "encrypted.pdf")]);
  await rowOf(page, "encrypted.pdf").getByText("Failed").filter({ visible: true }).waitFor();
  await rowOf(page, "encrypted.pdf").getByRole("link").click();
  await page.getByLabel("Password of the PDF").fill("open-sesame");
  await page.getByRole("button", { name: "Retry" }).click();
  await page.locator("canvas").first().waitFor();
  await page.reload();
  await page.getByText("The file is locked.").waitFor();
  await expectAccessible(page, "a locked PDF");
  await page.getByLabel("Password of the PDF").fill("wrong");
  await page.getByRole("button", { name: "Show pages" }).click();
  await page.getByText("That is not its password.").waitFor();
  await page.getByLabel("Password of the PDF").fill("open-sesame");
  await page.getByRole("button", { name: "Show pages" }).click();
  await page.locator("canvas").first().waitFor();
  expect(ada.complaints).toEqual([]);
});
