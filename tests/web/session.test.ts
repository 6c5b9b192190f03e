// Signing out, and sessions that end: in real browsers of one user, against a whole stack.
import path from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { lentBrowser, lentStack, type LentStack } from "../../testing/lending.ts";
import { SAMPLES } from "../../testing/user.ts";
import { drop, newReader, type Reader, rowOf, sameReader, signIn } from "./reader.ts";

let stack: LentStack;
let browser: Browser;
let here: Reader;
let there: Reader;
beforeAll(async () => {
  stack = await lentStack();
  browser = await lentBrowser();
  here = await newReader(browser, stack.url, "ada@docket.test");
  there = await sameReader(browser, stack.url, "ada@docket.test");
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

const INVOICE = /Invoice - Quillmark/;

it("signs out one browser alone: the other one still adds files", async () => {
  await there.page.getByRole("button", { name: "Account" }).click();
  await there.page.getByRole("menuitem", { name: "Sign out" }).click();
  await there.page.getByRole("heading", { name: "Sign in" }).waitFor();
  expect(await stack.sql("select count(*)::int from auth.sessions")).toEqual([{ count: 1 }]);
  await drop(here.page, [path.join(SAMPLES, "download-3.pdf")]);
  await here.page.getByText("1 file sent").waitFor();
  await rowOf(here.page, INVOICE).getByText("Done").filter({ visible: true }).waitFor();
});

it("leads from a session that ended elsewhere to the sign-in, and back to the document that was open", async () => {
  const { page } = here;
  await rowOf(page, INVOICE).getByRole("link").click();
  await page.getByRole("heading", { name: INVOICE, level: 1 }).waitFor();
  const address = page.url();
  await stack.sql("delete from auth.sessions");
  // Whatever is asked next is refused; here a function's call, and beside it a read of the Data API.
  await page.route("**/functions/v1/metadata", (route) =>
    route.fulfill({ status: 401, json: { code: "unauthorized", message: "no" } }),
  );
  await page.getByRole("button", { name: "Regenerate" }).click();
  await page.getByText("Your session has ended. Sign in to go on where you were.").waitFor();
  await signIn(page, "ada@docket.test");
  await page.getByRole("heading", { name: INVOICE, level: 1 }).waitFor();
  expect(page.url()).toBe(address);
  await page.unroute("**/functions/v1/metadata");
});

it("renews a token that expired, and asks again, without a word to the reader", async () => {
  const { page } = here;
  let refused = 0;
  await page.route("**/rest/v1/rpc/search_documents*", async (route) => {
    refused += 1;
    if (refused > 1) return route.continue();
    return route.fulfill({ status: 401, json: { code: "PGRST303", message: "JWT expired" } });
  });
  await page.getByRole("button", { name: "Back to the documents" }).click();
  await page.getByRole("searchbox").fill("Quillmark");
  await rowOf(page, INVOICE).locator("mark").first().waitFor();
  expect(refused).toBeGreaterThan(1);
  expect(await page.getByText("JWT expired").count()).toBe(0);
  await page.unroute("**/rest/v1/rpc/search_documents*");
});

it("leads to the sign-in when a file is refused for its session, and sends it afterwards", async () => {
  const { page } = here;
  await page.getByRole("button", { name: "Clear the search" }).click();
  await page.getByRole("region", { name: "Uploads" }).waitFor({ state: "detached" });
  await stack.sql("delete from auth.sessions");
  let refused = false;
  await page.route("**/functions/v1/upload", (route) => {
    if (refused) return route.continue();
    refused = true;
    return route.fulfill({ status: 401, json: { code: "unauthorized", message: "no" } });
  });
  await drop(page, [path.join(SAMPLES, "brief.pdf")]);
  await page.getByText("Your session has ended.", { exact: false }).waitFor();
  await signIn(page, "ada@docket.test");
  await page.getByText("1 file sent").waitFor();
  expect(await stack.sql("select filename from documents order by created_at desc limit 1")).toEqual([
    { filename: "brief.pdf" },
  ]);
  expect(here.complaints).toEqual([]);
});
