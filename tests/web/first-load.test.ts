// What a browser loads before the list is there. On a slow line every kilobyte of script is a wait before the first document.
import { gzipSync } from "node:zlib";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { lentBrowser, lentStack, type LentStack } from "../../testing/lending.ts";
import { newReader } from "./reader.ts";

let stack: LentStack;
let browser: Browser;
beforeAll(async () => {
  stack = await lentStack();
  browser = await lentBrowser();
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

const MOST_KILOBYTES = 250;

it.each([
  ["en", "Choose files"],
  ["de", "Dateien auswählen"],
])(`shows the list after ${MOST_KILOBYTES} KB of script at most, in %s`, async (language, choose) => {
  const { page } = await newReader(browser, stack.url, `ada-${language}@docket.test`);
  await page.evaluate((chosen) => localStorage.setItem("language", chosen), language);
  const scripts = new Map<string, number>();
  const reading: Promise<void>[] = [];
  page.on("response", (response) => {
    if (response.request().resourceType() !== "script") return;
    reading.push(
      response.body().then((body) => {
        scripts.set(new URL(response.url()).pathname, gzipSync(body).length);
      }),
    );
  });
  await page.reload();
  await page.getByRole("button", { name: choose }).waitFor();
  await Promise.all(reading);
  expect(scripts.size).toBeGreaterThan(0);
  const total = [...scripts.values()].reduce((sum, size) => sum + size, 0);
  expect(total / 1000, JSON.stringify(Object.fromEntries(scripts), null, 2)).toBeLessThan(MOST_KILOBYTES);
  // What only some readers need comes when they need it.
  expect([...scripts.keys()].join(" ")).not.toMatch(/DocumentView|Usage|Selection/);
});
