// Files that are sent while the connection comes and goes.
import path from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { lentBrowser, lentStack, type LentStack } from "../../testing/lending.ts";
import { SAMPLES } from "../../testing/user.ts";
import { drop, newReader, type Reader, rowOf, sameReader } from "./reader.ts";

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

it("keeps a file that is dropped offline, says so, and sends it by itself when the connection is back", async () => {
  const { page, context } = ada;
  await context.setOffline(true);
  await page.getByText("You are offline.").waitFor();
  await drop(page, [path.join(SAMPLES, "download-3.pdf")]);
  await page.getByText("Waiting for the connection").waitFor();
  await context.setOffline(false);
  await page.getByText("1 file sent").waitFor();
  await rowOf(page, /Quillmark/)
    .getByText("Done")
    .filter({ visible: true })
    .waitFor();
});

it("sends again by itself what a project that was away did not take", async () => {
  const { page } = ada;
  let answers = 0;
  await page.route("**/functions/v1/upload", (route) => {
    answers += 1;
    if (answers === 1) return route.abort("connectionreset");
    if (answers === 2) return route.fulfill({ status: 502, body: "Bad gateway" });
    return route.continue();
  });
  await drop(page, [path.join(SAMPLES, "brief.pdf")]);
  await page.getByRole("status").getByText("sent").waitFor();
  expect(answers).toBe(3);
  await expect.poll(() => stack.sql("select filename from documents where filename = 'brief.pdf'")).toHaveLength(1);
  await page.unroute("**/functions/v1/upload");
});

it("says of what is searched offline that it is from before, and searches again when the connection is back", async () => {
  const { page, context } = ada;
  await page.getByRole("searchbox").fill("Quillmark");
  await rowOf(page, /Quillmark/)
    .locator("mark")
    .first()
    .waitFor();
  await context.setOffline(true);
  await page.getByText("You are offline.").waitFor();
  await page.getByRole("searchbox").fill("Lindenfurt");
  await page.getByText("These are the results of your last search.").waitFor();
  await context.setOffline(false);
  await rowOf(page, /Lindenfurt/).waitFor();
  expect(await rowOf(page, /Quillmark/).count()).toBe(0);
  expect(ada.complaints).toEqual([]);
});

it("does not take a search that failed for one that found nothing, in the palette", async () => {
  const { page } = ada;
  await page.keyboard.press("Control+k");
  const palette = page.getByRole("dialog", { name: "Commands and documents" });
  await palette.locator("input:focus").waitFor();
  await page.route("**/rpc/search_documents*", (route) => route.abort("internetdisconnected"));
  await page.keyboard.type("quillmark");
  await palette
    .getByRole("status")
    .getByText(/does not answer|offline/)
    .waitFor();
  await page.unroute("**/rpc/search_documents*");
  await page.keyboard.press("Escape");
  await palette.waitFor({ state: "detached" });
});

it("says so where a part of the page does not arrive, and goes on with the rest of it", async () => {
  const { page, context, complaints } = await sameReader(browser, stack.url, "ada@docket.test");
  await page.getByRole("link", { name: /Quillmark/ }).waitFor();
  await context.route("**/assets/**", (route) => route.abort("internetdisconnected"));
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog", { name: "This could not be loaded" }).waitFor();
  await page.getByRole("link", { name: /Quillmark/ }).click();
  await page.getByRole("heading", { name: "This could not be loaded" }).waitFor();
  await page.goBack();
  await page.getByRole("link", { name: /Quillmark/ }).waitFor();
  await page.getByRole("link", { name: /Quillmark/ }).click();
  await context.unroute("**/assets/**");
  await page.getByRole("main").getByRole("button", { name: "Load the page again" }).click();
  await page.getByRole("complementary", { name: "Details" }).waitFor();
  expect(complaints).toEqual([]);
});
