// Working with the pages of a document: jumping by small pictures, turning, printing; on a phone, too.
import path from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ROOT } from "../../scripts/checkout.ts";
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
  await drop(ada.page, [path.join(ROOT, "tests/fixtures/many-pages.pdf"), path.join(SAMPLES, "download-3.pdf")]);
  await ada.page.getByRole("table").getByText("Done").filter({ visible: true }).nth(1).waitFor();
  await ada.page.getByRole("region", { name: "Uploads" }).waitFor({ state: "detached" });
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

const INVOICE = /Quillmark/;
const jumpBox = () => ada.page.getByRole("textbox", { name: /^Page to go to/ });
const top = (number: number) =>
  ada.page
    .getByRole("article", { name: `Page ${number}`, exact: true })
    .evaluate((page) => page.getBoundingClientRect().top);

async function openMany(): Promise<void> {
  const [row] = (await stack.sql("select id from documents where filename = 'many-pages.pdf'")) as { id: string }[];
  await ada.page.goto(`${stack.url}/?document=${row!.id}`);
  await ada.page.getByRole("navigation", { name: "All pages" }).waitFor();
}

it("jumps to a page by its small picture, and by its number", async () => {
  const { page } = ada;
  await openMany();
  const strip = page.getByRole("navigation", { name: "All pages" });
  await expect.poll(() => jumpBox().inputValue()).toBe("1");
  await strip.getByRole("button", { name: "Go to page 5", exact: true }).click();
  await expect.poll(() => jumpBox().inputValue()).toBe("5");
  expect(Math.abs((await top(5)) - 120)).toBeLessThan(120);
  await strip.locator("[aria-current=page]").getByText("5", { exact: true }).waitFor();

  await jumpBox().fill("9");
  await jumpBox().press("Enter");
  await expect.poll(() => jumpBox().inputValue()).toBe("9");
  await strip.locator("[aria-current=page]").getByText("9", { exact: true }).waitFor();
  await expectAccessible(page, "the pages with their strip");
});

it("turns the page one is at, keeps it for the visit, and leaves the file as it is", async () => {
  const { page } = ada;
  await page.goto(stack.url);
  await rowOf(page, INVOICE).getByRole("link").click();
  const picture = page.getByRole("img", { name: "Page 1 as a picture" });
  const isWide = () =>
    picture.evaluate((canvas) => {
      const { width, height } = canvas.getBoundingClientRect();
      return width > height;
    });
  await picture.waitFor();
  await expect.poll(isWide).toBe(false);
  await page.getByRole("button", { name: "Turn page 1 to the right" }).click();
  await expect.poll(isWide).toBe(true);
  await page.getByRole("button", { name: /^Date:/ }).click();
  const mark = (await page.getByTestId("mark").first().boundingBox())!;
  // A line of words stands upright on a page on its side.
  expect(mark.height).toBeGreaterThan(mark.width);
  await page.getByRole("button", { name: "Back to the documents" }).click();
  await rowOf(page, INVOICE).getByRole("link").click();
  await expect.poll(isWide).toBe(true);
  for (let turn = 0; turn < 3; turn += 1) await page.getByRole("button", { name: "Turn page 1 to the right" }).click();
  await expect.poll(isWide).toBe(false);
});

it("prints the pages, and nothing of the page around them", async () => {
  const { page } = ada;
  await page.evaluate(() => {
    window.print = () => {
      const images = [...document.querySelectorAll<HTMLImageElement>("body > div:last-child > img")];
      document.body.dataset.printed = images
        .map(({ naturalWidth, naturalHeight }) => naturalHeight > naturalWidth)
        .join();
    };
  });
  await page.getByRole("button", { name: "Print", exact: true }).click();
  await expect.poll(() => page.evaluate(() => document.body.dataset.printed)).toBe("true");
  expect(await page.evaluate(() => document.documentElement.dataset.printing)).toBeUndefined();
  expect(ada.complaints).toEqual([]);
});

it("does the same on a phone", async () => {
  const { page } = ada;
  await page.setViewportSize({ width: 390, height: 844 });
  await openMany();
  const strip = page.getByRole("navigation", { name: "All pages" });
  await strip.getByRole("button", { name: "Go to page 3", exact: true }).click();
  await expect.poll(() => jumpBox().inputValue()).toBe("3");
  expect(Math.abs((await top(3)) - 120)).toBeLessThan(140);
  await page.getByRole("button", { name: "Turn page 3 to the right" }).waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await expectAccessible(page, "the pages on a phone");
  expect(ada.complaints).toEqual([]);
});
