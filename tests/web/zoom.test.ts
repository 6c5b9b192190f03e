// Reading at leisure: pages that are zoomed, texts that are copied, and one document after the other.
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
  await ada.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await drop(
    ada.page,
    ["download-3.pdf", "brief.pdf"].map((name) => path.join(SAMPLES, name)),
  );
  for (const name of [/Quillmark/, /Stadtwerke/])
    await rowOf(ada.page, name).getByText("Done").filter({ visible: true }).waitFor();
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

it("goes from one document of the list to the next, and back to the list at once", async () => {
  const { page } = ada;
  const list = await page.getByRole("table").getByRole("link").allTextContents();
  await page.getByRole("table").getByRole("link").first().click();
  await page.getByRole("heading", { name: list[0]!, level: 1 }).waitFor();
  expect(await page.getByRole("button", { name: "Previous document" }).isDisabled()).toBe(true);
  await page.getByRole("button", { name: "Next document" }).click();
  await page.getByRole("heading", { name: list[1]!, level: 1 }).waitFor();
  await expectAccessible(page, "the next document");
  await page.locator("h1:focus").waitFor();
  await page.keyboard.press("k");
  await page.getByRole("heading", { name: list[0]!, level: 1 }).waitFor();
  await page.locator("h1:focus").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("table").waitFor();
});

it("zooms a page, draws it again, and fits it again", async () => {
  const { page } = ada;
  await rowOf(page, /Quillmark/)
    .getByRole("link")
    .click();
  const picture = page.getByRole("img", { name: "Page 1 as a picture" });
  const drawn = () => picture.evaluate((canvas) => (canvas as HTMLCanvasElement).width);
  const shown = async () => (await picture.boundingBox())!.width;
  await expect.poll(drawn).toBeGreaterThan(300);
  const [before, dots] = [await shown(), await drawn()];
  await page.getByRole("button", { name: "Zoom in" }).click();
  await page.getByText("150%", { exact: true }).waitFor();
  await expect.poll(shown).toBeGreaterThan(before * 2);
  await expect.poll(drawn).toBeGreaterThan(dots * 2);
  await expectAccessible(page, "a zoomed page");
  await page.keyboard.press("+");
  await page.getByText("200%", { exact: true }).waitFor();
  // Where a value was read is still marked on the picture.
  await page.getByRole("button", { name: /^Date: *17 Mar 2026/ }).click();
  const mark = (await page.getByTestId("mark").first().boundingBox())!;
  const frame = (await picture.boundingBox())!;
  expect(mark.x).toBeGreaterThan(frame.x);
  expect(mark.x + mark.width).toBeLessThan(frame.x + frame.width);
  await page.getByRole("button", { name: "Fit the pages" }).click();
  await expect.poll(shown).toBeLessThan(before * 1.1);
});

it("has its tools beside the pages and never over them, at any size", async () => {
  const { page } = ada;
  const size = page.viewportSize()!;
  const pages = page.getByRole("region", { name: "Pages" });
  const tools = page.getByRole("group", { name: "Tools of the pages" });
  for (const width of [1440, 1100]) {
    await page.setViewportSize({ width, height: 800 });
    await expect
      .poll(async () => {
        const [above, bar] = [(await pages.boundingBox())!, (await tools.boundingBox())!];
        return bar.y >= above.y + above.height - 0.5 && bar.y + bar.height <= 801;
      })
      .toBe(true);
  }
  await page.setViewportSize(size);
});

it("copies the text of a page, and of the whole document", async () => {
  const { page } = ada;
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await page.getByRole("button", { name: "Copy the text of page 1" }).click();
  await page.getByText("Text of page 1 copied").waitFor();
  expect(await copied()).toContain("Invoice date");
  await page.evaluate(() => navigator.clipboard.writeText(""));
  await page.keyboard.press("Control+k");
  const palette = page.getByRole("dialog", { name: "Commands and documents" });
  await palette.locator("input:focus").waitFor();
  await palette.getByRole("combobox").fill("copy the text");
  await palette.getByRole("option", { name: "Copy the text of this document" }).click();
  await page.getByText("Text copied").waitFor();
  expect(await copied()).toContain("Invoice date");
  expect(ada.complaints).toEqual([]);
});
