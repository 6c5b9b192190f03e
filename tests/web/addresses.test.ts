// Addresses that were cut, mistyped, or made up: each view shows what it can, and nothing breaks.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { lentBrowser, lentStack, type LentStack } from "../../testing/lending.ts";
import { newReader, type Reader, rowOf } from "./reader.ts";

let stack: LentStack;
let browser: Browser;
let ada: Reader;
beforeAll(async () => {
  stack = await lentStack();
  browser = await lentBrowser();
  ada = await newReader(browser, stack.url, "ada@docket.test");
  await stack.sql(
    `insert into documents (user_id, filename, storage_path, mime_type, byte_size, content_sha256, status, display_name, document_type, tags)
     select id, 'f', id || '/f', 'application/pdf', 1000, encode(sha256('f'), 'hex'), 'completed', 'Paper.pdf', 'other', '{paper}'
     from auth.users where email = 'ada@docket.test'`,
  );
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

const long = "x".repeat(4000);
const ODD = [
  "",
  "%20",
  "%00",
  "%ff",
  "constructor",
  "__proto__",
  "-1",
  "1e400",
  "0000-00-00",
  "2026-02-30",
  "a'b\"<c>",
  long,
];
const NAMES = [
  "tag",
  "type",
  "status",
  "from",
  "to",
  "least",
  "most",
  "currency",
  "due",
  "source",
  "pages",
  "noted",
  "sort",
];

it.each(NAMES.filter((name) => name !== "tag"))("passes over what is no value of the filter %s", async (name) => {
  const { page } = ada;
  // A credit note's amount is below zero.
  const odd = name === "least" || name === "most" ? ODD.filter((value) => value !== "-1") : ODD;
  await page.goto(`${stack.url}/?${odd.map((value) => `${name}=${value}`).join("&")}`);
  await rowOf(page, "Paper.pdf").waitFor();
  expect(await page.getByRole("button", { name: /^Remove the filter/ }).count()).toBe(0);
  expect(ada.complaints).toEqual([]);
});

it("takes no empty tag for a filter, and one that is repeated once", async () => {
  const { page } = ada;
  await page.goto(`${stack.url}/?tag=&tag=%20&tag=%00&tag=${long}`);
  await rowOf(page, "Paper.pdf").waitFor();
  expect(await page.getByRole("button", { name: /^Remove the filter/ }).count()).toBe(0);
  await page.goto(`${stack.url}/?tag=paper&tag=&tag=paper`);
  await rowOf(page, "Paper.pdf").waitFor();
  expect(await page.getByRole("button", { name: /^Remove the filter/ }).count()).toBe(1);
  expect(ada.complaints).toEqual([]);
});

it.each(["%00", "%ff", `${long}${long}`, '"', "tag:", "amount>", "constructor"])(
  "searches for the odd words %#",
  async (words) => {
    const { page } = ada;
    await page.goto(`${stack.url}/?q=${encodeURI(words).replaceAll("%25", "%")}`);
    await page.locator("[data-documents][aria-busy=false]").waitFor();
    expect(await page.getByText("The documents could not be loaded").count()).toBe(0);
    expect(ada.complaints).toEqual([]);
  },
);

it.each<[string, string | RegExp]>([
  ["view=constructor", "Paper.pdf"],
  ["view=", "Paper.pdf"],
  ["document=", "Paper.pdf"],
  ["document=x", "This document is not here"],
  [`document=${long}`, "This document is not here"],
  ["document=00000000-0000-0000-0000-000000000000&q=%00", "This document is not here"],
  ["view=connections&kind=constructor", "Connections"],
  ["view=connections&kind=__proto__", "Connections"],
  ["view=tags&kind=x", "Tags and senders"],
  ["view=tables&schema=x", "New table"],
  ["view=tables&edit=00000000-0000-0000-0000-000000000000", "New table"],
  ["view=tables&edit=suggest&of=x,,y", "Suggest a table"],
  ["view=review&schema=x", "Nothing waits for you"],
  ["view=usage&month=x", /\w+ 20\d\d/],
])("opens the address %s", async (query, shown) => {
  const { page } = ada;
  await page.goto(`${stack.url}/?${query}`);
  await page.locator("main").getByText(shown).filter({ visible: true }).first().waitFor();
  expect(ada.complaints).toEqual([]);
});
