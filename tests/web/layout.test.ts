// What stands where, on a desk and on a phone: nothing is cut off or covers its neighbor, also with long words and large counts.
import path from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { ROOT } from "../../scripts/checkout.ts";
import { lentBrowser, lentStack, type LentStack } from "../../testing/lending.ts";
import { drop, expectAccessible, newReader, rowOf } from "./reader.ts";

const DESK = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
const sample = (name: string) => path.join(ROOT, "samples", name);

let stack: LentStack;
let browser: Browser;
let page: Page;
beforeAll(async () => {
  stack = await lentStack();
  browser = await lentBrowser();
  ({ page } = await newReader(browser, stack.url, "ada@docket.test"));
  await drop(page, [
    sample("download-3.pdf"),
    sample("ABT_report_final_v2.pdf"),
    path.join(ROOT, "tests/fixtures/encrypted.pdf"),
  ]);
  for (const name of [/Quillmark/, /Annual Report/])
    await rowOf(page, name).getByText("Done").filter({ visible: true }).waitFor();
  await rowOf(page, "encrypted.pdf").getByText("Failed").filter({ visible: true }).waitFor();
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});
beforeEach(async () => {
  await page.setViewportSize(DESK);
  await page.goto(stack.url);
  await page.getByRole("table").waitFor();
});

it.each(["en", "de", "fr", "es"])(
  "keeps each cell of a row within its column, long overdue as it may be: %s",
  async (language) => {
    const day = new Date(Date.now() - 231 * 86_400_000).toISOString().slice(0, 10);
    await page.route("**/rpc/search_documents*", async (route) => {
      const answer = await route.fetch();
      const found = (await answer.json()) as { documents: object[] };
      const documents = found.documents.map((one) => ({ ...one, due_date: day, amount: 1234567.89, currency: "EUR" }));
      await route.fulfill({ response: answer, json: { ...found, documents } });
    });
    await page.evaluate((wanted) => localStorage.setItem("language", wanted), language);
    await page.reload();
    await page
      .getByText(/23[12]/)
      .filter({ visible: true })
      .first()
      .waitFor();
    expect(await page.getByRole("table").evaluate(overlapping)).toEqual([]);
    await page.unroute("**/rpc/search_documents*");
    await page.evaluate(() => localStorage.setItem("language", "en"));
  },
);

it("shows all that can be done with the selected on a phone", async () => {
  await page.setViewportSize(PHONE);
  await page.getByRole("table").getByRole("checkbox").first().check();
  const bar = page.getByRole("toolbar", { name: "Selected documents" });
  await bar.getByRole("button", { name: /^Retry/ }).waitFor();
  expect(await outside(bar)).toEqual([]);
  await expectAccessible(page, "the bar of the selected on a phone");
});

it.each(["en", "de", "fr", "es"])("has all tools of a document in sight on a phone: %s", async (language) => {
  await page.evaluate((wanted) => localStorage.setItem("language", wanted), language);
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto(stack.url);
  await page.getByRole("link", { name: /Quillmark/ }).click();
  await page.locator("canvas").first().waitFor();
  const tools = page.locator("main [class*=_tools_]");
  expect(await outside(tools)).toEqual([]);
  await page.evaluate(() => localStorage.setItem("language", "en"));
});

it("keeps a document of many pages as wide as a phone, drawn or not", async () => {
  await page.setViewportSize(PHONE);
  await page.getByRole("link", { name: /Annual Report/ }).click();
  await page.getByRole("region", { name: "Pages" }).getByRole("article").nth(7).waitFor();
  const wider = () =>
    page.evaluate(() =>
      [...document.querySelectorAll("article")].map((one) =>
        Math.round(one.getBoundingClientRect().right - innerWidth),
      ),
    );
  expect((await wider()).filter((pixels) => pixels > 0)).toEqual([]);
});

it("shows the line items of a document beside its pages, none of their columns cut", async () => {
  await page.goto(`${stack.url}/?view=tables`);
  await page.getByRole("button", { name: "New table" }).click();
  await page.getByRole("menuitem", { name: "Invoices" }).click();
  await page
    .getByRole("region", { name: "Invoices" })
    .getByRole("link", { name: /Quillmark/ })
    .click();
  const items = page.getByRole("region", { name: "Items" });
  for (const screen of [DESK, PHONE]) {
    await page.setViewportSize(screen);
    await items.getByRole("button", { name: "154.00", exact: true }).waitFor();
    await items.getByText("GBP").waitFor();
    expect(await items.evaluate((box) => box.scrollWidth - box.clientWidth), `at ${screen.width}`).toBe(0);
  }
});

it("brings the kind of connection that is shown into sight", async () => {
  await page.setViewportSize(PHONE);
  for (const [kind, name] of [
    ["rules", "Rules"],
    ["mail", "Mail addresses"],
    ["tokens", "API tokens"],
  ]) {
    await page.goto(`${stack.url}/?view=connections&kind=${kind}`);
    const link = page.getByRole("navigation", { name: "Connections" }).getByRole("link", { name });
    await link.waitFor();
    await expect
      .poll(() =>
        link.evaluate((one) => {
          const { left, right } = one.getBoundingClientRect();
          return left >= 0 && right <= innerWidth;
        }),
      )
      .toBe(true);
  }
});

it.each([
  ["tokens", "New token"],
  ["rules", "New rule"],
  ["collecting", "New link"],
])("gives the focus back to the button that opened a dialog: %s", async (kind, name) => {
  await page.goto(`${stack.url}/?view=connections&kind=${kind}`);
  const button = page.getByRole("button", { name });
  await button.click();
  await page.getByRole("dialog").getByRole("textbox").first().fill("typed");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await expect.poll(() => button.evaluate((one) => one === document.activeElement)).toBe(true);
});

/** Cells of a row whose words reach into the next cell. */
function overlapping(table: Element): string[] {
  return [...table.querySelectorAll("[role=row]")].flatMap((row) => {
    const cells = [...row.children].map((cell) => {
      const range = document.createRange();
      range.selectNodeContents(cell);
      const right = Math.max(...[...range.getClientRects()].map((box) => Math.min(box.right, cut(cell))), 0);
      return { cell, left: cell.getBoundingClientRect().left, right };
    });
    const shown = cells.filter(({ cell }) => cell.clientWidth > 0);
    return shown.flatMap(({ cell, right }, index) => {
      const next = shown[index + 1];
      return next && right > next.left ? [`${cell.textContent} reaches into ${next.cell.textContent}`] : [];
    });
  });
  /** Where a cell cuts what is in it, with dots. */
  function cut(cell: Element): number {
    return getComputedStyle(cell).overflowX === "hidden" ||
      cell.querySelector("a") ||
      cell.matches("[data-column=name]")
      ? cell.getBoundingClientRect().right
      : Number.POSITIVE_INFINITY;
  }
}

/** The buttons of a frame that do not stand wholly in it. */
const outside = (frame: Locator): Promise<string[]> =>
  frame.evaluate((box) => {
    const { left, right, top, bottom } = box.getBoundingClientRect();
    return [...box.querySelectorAll("button")]
      .filter((button) => button.offsetWidth > 0)
      .filter((button) => {
        const at = button.getBoundingClientRect();
        return at.left < left || at.right > right || at.top < top || at.bottom > bottom || at.right > innerWidth;
      })
      .map((button) => button.ariaLabel ?? button.textContent ?? "");
  });
