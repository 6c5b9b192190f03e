// A document's words and pages elsewhere: selected on its picture, as Markdown, as a PDF with words.
import path from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { lentBrowser, lentStack, type LentStack } from "../../testing/lending.ts";
import { SAMPLES } from "../../testing/user.ts";
import { drop, expectAccessible, newReader, type Reader, rowOf, savedBy } from "./reader.ts";

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
    ["download-3.pdf", "IMG_2041.jpg"].map((name) => path.join(SAMPLES, name)),
  );
  for (const name of [INVOICE, RECEIPT])
    await rowOf(ada.page, name).getByText("Done").filter({ visible: true }).waitFor();
  await ada.page.getByRole("region", { name: "Uploads" }).waitFor({ state: "detached" });
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

const INVOICE = /Quillmark/;
const RECEIPT = /Pennywort/;
const open = (name: RegExp) => rowOf(ada.page, name).getByRole("link").click();
const copied = () => ada.page.evaluate(() => navigator.clipboard.readText());

/** Draws the pointer over a line of the picture, from its first word to its last, and copies what is selected. */
async function copyLine(first: string, last: string): Promise<string> {
  const { page } = ada;
  const picture = page.getByRole("article", { name: "Page 1" }).getByRole("img");
  // Until it is there, it may have a place beside the screen. A page of a PDF is drawn on a canvas.
  await expect
    .poll(() =>
      picture.evaluate((image: HTMLImageElement | HTMLCanvasElement) =>
        "naturalWidth" in image ? image.naturalWidth : image.width,
      ),
    )
    .toBeGreaterThan(0);
  await picture.hover({ force: true });
  const words = page.getByTestId("words").locator("span");
  const [from, to] = [words.filter({ hasText: first }).first(), words.filter({ hasText: last }).first()];
  await from.scrollIntoViewIfNeeded();
  const [a, b] = [(await from.boundingBox())!, (await to.boundingBox())!];
  await page.mouse.move(a.x + 1, a.y + a.height / 2);
  await page.mouse.down();
  await page.mouse.move(b.x + b.width - 2, b.y + b.height / 2, { steps: 5 });
  await page.mouse.up();
  await page.keyboard.press("Control+c");
  return copied();
}

it("selects words on the picture of a scan, where they stand", async () => {
  await open(RECEIPT);
  expect(await copyLine("Flat", "8.50")).toMatch(/^Flat White 8\.5/);
  expect(await copyLine("Subtotal", "3.45")).toMatch(/^Subtotal 41\.85\nSales Tax 8\.25% 3\.4/);
  // As wide as the words that the engine found, whatever the font.
  const shares = await ada.page
    .getByTestId("words")
    .locator("span", { hasText: "Subtotal" })
    .evaluate((word) => {
      const letters = document.createRange();
      letters.setStart(word.firstChild!, 0);
      letters.setEnd(word.firstChild!, "Subtotal".length);
      const [frame, box] = [word.parentElement!.getBoundingClientRect(), letters.getBoundingClientRect()];
      return [(box.left - frame.left) / frame.width, box.width / frame.width];
    });
  const picture = await ada.page
    .getByAltText("Page 1 as a picture")
    .evaluate((image: HTMLImageElement) => image.naturalWidth);
  const [word] = (await stack.sql(
    "select (w->>'x0')::float as x0, (w->>'x1')::float as x1 from document_pages, jsonb_array_elements(words) w where w->>'text' = 'Subtotal'",
  )) as { x0: number; x1: number }[];
  const within = 0.01;
  expect(Math.abs(shares[0]! - word!.x0 / picture)).toBeLessThan(within);
  expect(Math.abs(shares[1]! - (word!.x1 - word!.x0) / picture)).toBeLessThan(within);
  await expectAccessible(ada.page, "words over a scan");
});

it("gives a PDF of a scan whose words can be found, and offers none where there is one already", async () => {
  const { page } = ada;
  await page.getByRole("button", { name: "More ways to have it" }).click();
  const downloading = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: "Download as a searchable PDF" }).click();
  const file = await downloading;
  expect(file.suggestedFilename()).toMatch(/^Receipt.*\.pdf$/);
  expect((await savedBy(file)).subarray(0, 5).toString()).toBe("%PDF-");
  await page.goBack();
  await open(INVOICE);
  await page.getByRole("button", { name: "More ways to have it" }).click();
  await page.getByRole("menuitem", { name: "Copy as Markdown" }).waitFor();
  expect(await page.getByRole("menuitem", { name: "Download as a searchable PDF" }).count()).toBe(0);
});

it("copies and saves the text as Markdown, with its tables", async () => {
  const { page } = ada;
  await page.getByRole("menuitem", { name: "Copy as Markdown" }).click();
  await page.getByText("Markdown copied").waitFor();
  const text = await copied();
  expect(text).toMatch(/^\|.*Description.*\|.*Amount.*\|$/m);
  await page.getByRole("button", { name: "More ways to have it" }).click();
  const downloading = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: "Download as Markdown" }).click();
  const file = await downloading;
  expect(file.suggestedFilename()).toMatch(/^Invoice.*\.md$/);
  expect((await savedBy(file)).toString()).toBe(text);
});

it("selects the text of a PDF on its page, too", async () => {
  expect(await copyLine("Plotter", "143.90")).toMatch(/^Plotter ink cartridge.*143\.9/);
  await ada.page.goBack();
});

it("says so where the browser cannot show a picture, and shows its text", async () => {
  const { page } = ada;
  await page.route("**/storage/v1/object/sign/documents/**", (route) =>
    route.request().method() === "GET"
      ? route.fulfill({ contentType: "image/heic", body: "no picture" })
      : route.continue(),
  );
  await open(RECEIPT);
  await page.getByText("The picture cannot be shown here.").waitFor();
  await page.getByText("PENNYWORT CAFE").first().waitFor();
  await expectAccessible(page, "a picture that cannot be shown");
  expect(ada.complaints).toEqual([]);
});
