// What somebody sees who has nothing here yet.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { lentBrowser, lentStack, type LentStack } from "../../testing/lending.ts";
import { expectAccessible, newReader, type Reader, rowOf } from "./reader.ts";

let stack: LentStack;
let browser: Browser;
let ada: Reader;
beforeAll(async () => {
  stack = await lentStack();
  browser = await lentBrowser();
  ada = await newReader(browser, stack.url, "ada@docket.test");
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

it("says what can be sent, how large it may be, and what describes it", async () => {
  const { page } = ada;
  await page.getByRole("heading", { name: "Drop your first files here" }).waitFor();
  for (const words of ["PDF", "JPEG", "Excel", "ZIP", "Up to 21 MB a file", "No AI model is needed", "Anthropic key"])
    await page.getByText(words, { exact: false }).first().waitFor();
  await expectAccessible(page, "an empty account");
});

it("sends three samples by one press, and has them described", async () => {
  const { page } = ada;
  await page.getByRole("button", { name: "Try three samples" }).click();
  for (const name of [/Quillmark/, /Stadtwerke/, /Annual Report/])
    await rowOf(page, name).getByText("Done").filter({ visible: true }).waitFor();
  await rowOf(page, /Quillmark/)
    .getByRole("link")
    .click();
  await page.getByText("the local generator, without a model").waitFor();
  expect(ada.complaints).toEqual([]);
});
