// The files on their way, and what is counted of them.
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
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

const tray = () => ada.page.getByRole("region", { name: "Uploads" });

it("says of a file that was sent and cannot be read that it failed, covers nothing, and closes when all went well", async () => {
  const { page } = ada;
  await drop(page, [path.join(FIXTURES, "broken.pdf"), path.join(SAMPLES, "download-3.pdf")]);
  await tray().getByText("2 files sent, 1 could not be read").waitFor();
  await tray().getByText("Done", { exact: true }).waitFor();
  expect(await tray().getByRole("listitem").filter({ hasText: "broken.pdf" }).getAttribute("data-state")).toBe(
    "failed",
  );
  await expectAccessible(page, "uploads");
  const main = await page.locator("main").boundingBox();
  const box = await tray().boundingBox();
  expect(main!.y + main!.height).toBeLessThanOrEqual(box!.y);
  await page.getByRole("button", { name: "Clear what is done" }).click();
  await page.mouse.move(0, 0);
  await drop(page, [path.join(SAMPLES, "brief.pdf")]);
  await tray().getByText("1 file sent").waitFor();
  await tray().waitFor({ state: "detached" });
});

it("offers to send a file again only where that can help", async () => {
  const { page } = ada;
  const answers: Record<string, [number, object]> = {
    "never.txt": [415, { code: "unsupported_type", message: "This type of file cannot be read." }],
    "later.txt": [402, { code: "storage_limit_reached", message: "Your documents have all the bytes." }],
  };
  await page.route("**/functions/v1/upload", (route) => {
    const name = Object.keys(answers).find((one) => route.request().postData()?.includes(one))!;
    const [status, json] = answers[name]!;
    return route.fulfill({ status, json });
  });
  await drop(
    page,
    Object.keys(answers).map((name) => ({ name, type: "text/plain", bytes: Buffer.from("words") })),
  );
  await tray().getByText("2 files not sent").waitFor();
  await tray().getByRole("button", { name: "Send later.txt again" }).waitFor();
  expect(await tray().getByRole("button", { name: "Send never.txt again" }).count()).toBe(0);
  await page.unroute("**/functions/v1/upload");
  await page.getByRole("button", { name: "Clear what is done" }).click();
});

it("offers to read a file again only where that can help", async () => {
  const { page } = ada;
  await rowOf(page, "broken.pdf").getByRole("link").click();
  await page.getByRole("alert").filter({ hasText: "This file is damaged." }).waitFor();
  expect(await page.getByRole("button", { name: "Retry" }).count()).toBe(0);
  await page.getByRole("button", { name: "Back to the documents" }).click();
});

it("shows the same figure above a chart and in it, also while documents are under way", async () => {
  const { page } = ada;
  await stack.sql(
    `insert into private.reservations (document_id, user_id, open, counted, pages, pages_counted)
     select gen_random_uuid(), id, true, false, 7, 0 from auth.users where email = 'ada@docket.test'`,
  );
  await page.getByRole("button", { name: "Account" }).click();
  await page.getByRole("menuitem", { name: "Usage" }).click();
  for (const name of ["Documents", "Pages"]) {
    const region = page.getByRole("region", { name });
    const above = await region.locator("strong").textContent();
    expect(Number(above)).toBeGreaterThan(1);
    expect(await region.getByRole("row").last().getByRole("cell").textContent()).toBe(above);
  }
});

it("opens the account menu without moving anything", async () => {
  const { page } = ada;
  await page.setViewportSize({ width: 1280, height: 300 });
  const places = () =>
    page.evaluate(() =>
      [...document.querySelectorAll("header button, header a, header input")].map((element) => {
        const { x, y, width } = element.getBoundingClientRect();
        return [x, y, width];
      }),
    );
  const before = await places();
  await page.getByRole("button", { name: "Account" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).waitFor();
  expect(await places()).toEqual(before);
  await page.keyboard.press("Escape");
  expect(ada.complaints).toEqual([]);
});
