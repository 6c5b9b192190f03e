// What goes wrong while somebody works: said in sentences, and nothing that was typed is lost.
import path from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { builtPage } from "../../scripts/page.ts";
import { lentBrowser } from "../../testing/lending.ts";
import { temporaryStack, type TemporaryStack } from "../../testing/temporary.ts";
import { SAMPLES } from "../../testing/user.ts";
import { drop, expectAccessible, newReader, type Reader, rowOf } from "./reader.ts";

let stack: TemporaryStack;
let browser: Browser;
let ada: Reader;
beforeAll(async () => {
  stack = await temporaryStack({ MAX_UPLOAD_BYTES: "400000" }, { folder: await builtPage() });
  browser = await lentBrowser();
  ada = await newReader(browser, stack.url, "ada@docket.test");
  await drop(ada.page, [path.join(SAMPLES, "download-3.pdf")]);
  await rowOf(ada.page, INVOICE).getByText("Done").filter({ visible: true }).waitFor();
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

const INVOICE = /Quillmark/;
const RAW = /TypeError|Failed to fetch|uuid|Cannot coerce|\d{5,} bytes|application\/|_URL/;
const said = (page: Reader["page"]) => page.locator("body").innerText();

it("says that there is no document at an address that holds no id", async () => {
  const { page } = ada;
  await page.goto(`${stack.url}/?document=nonsense`);
  await page.getByRole("heading", { name: "This document is not here" }).waitFor();
  expect(await said(page)).not.toMatch(RAW);
});

it("says why a file is not taken: its kind, and its size", async () => {
  const { page } = ada;
  await page.goto(stack.url);
  const compound = Buffer.alloc(4096);
  Buffer.from("d0cf11e0a1b11ae1", "hex").copy(compound);
  await drop(page, [
    { name: "odd.dat", type: "", bytes: compound },
    {
      name: "large.pdf",
      type: "application/pdf",
      bytes: Buffer.concat([Buffer.from("%PDF-1.4\n"), Buffer.alloc(500_000, " ")]),
    },
  ]);
  await page.getByText("2 files not sent").waitFor();
  expect(await said(page)).not.toMatch(RAW);
  expect(await said(page)).toContain("400 KB");
  await page.getByRole("button", { name: "Clear what is done" }).click();
});

it("keeps what was typed when it is refused, and saves it at the next try", async () => {
  const { page } = ada;
  await rowOf(page, INVOICE).getByRole("link").click();
  await page.getByRole("button", { name: "Edit language" }).click();
  await page.getByRole("textbox", { name: "Language" }).fill("e!");
  await page.keyboard.press("Enter");
  await page.getByText("A language is a code of two letters, as en or de.").first().waitFor();
  expect(await page.getByRole("textbox", { name: "Language" }).inputValue()).toBe("e!");
  await page.getByRole("textbox", { name: "Language" }).fill("de");
  await page.getByRole("textbox", { name: "Language" }).press("Enter");
  await page.getByText("Language saved").waitFor();
});

it("keeps what was typed offline", async () => {
  const { page, context } = ada;
  await context.setOffline(true);
  await page.getByRole("button", { name: "Edit from" }).click();
  await page.getByRole("textbox", { name: "From" }).fill("Quillmark");
  await page.keyboard.press("Enter");
  await page.getByText("You are offline. Try again when the connection is back.").first().waitFor();
  expect(await page.getByRole("textbox", { name: "From" }).inputValue()).toBe("Quillmark");
  expect(await said(page)).not.toMatch(RAW);
  await context.setOffline(false);
  await page.getByText("You are offline. What").waitFor({ state: "detached" });
  await page.getByRole("textbox", { name: "From" }).press("Enter");
  await page.getByText("From saved").waitFor();
});

it("keeps what was typed when one goes back, and after a reload", async () => {
  const { page } = ada;
  await page.route("**/rest/v1/documents*", (route) =>
    route.request().method() === "PATCH" ? route.abort() : route.continue(),
  );
  await page.getByRole("button", { name: "Edit summary" }).click();
  await page.getByRole("textbox", { name: "Summary" }).fill("A summary of my own");
  await page.goBack();
  await rowOf(page, INVOICE).getByRole("link").click();
  expect(await page.getByRole("textbox", { name: "Summary" }).inputValue()).toBe("A summary of my own");
  await page.reload();
  expect(await page.getByRole("textbox", { name: "Summary" }).inputValue()).toBe("A summary of my own");
  await page.unroute("**/rest/v1/documents*");
  await page.getByRole("textbox", { name: "Summary" }).press("Enter");
  await page.getByText("Summary saved").waitFor();
  expect(await stack.sql("select summary from documents")).toEqual([{ summary: "A summary of my own" }]);
});

it("says in a sentence that the project does not answer, wherever one is", async () => {
  const { page } = ada;
  await page.route(/\/(rest|functions)\/v1\//, (route) => route.abort("connectionrefused"));
  await page.getByRole("button", { name: "Regenerate" }).click();
  await page.getByRole("dialog").getByText("The project does not answer. Try again in a moment.").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Done" }).click();
  await page.getByRole("button", { name: "Account" }).click();
  await page.getByRole("menuitem", { name: "Usage" }).click();
  await page.getByRole("heading", { name: "The usage could not be loaded" }).waitFor();
  expect(await said(page)).not.toMatch(RAW);
  await page.unroute(/\/(rest|functions)\/v1\//);
  expect(ada.complaints).toEqual([]);
});

it("keeps a fault of one view to that view, which leads back to the documents", async () => {
  const { page } = ada;
  await page.route("**/rest/v1/rpc/trash*", (route) => route.fulfill({ json: { documents: null, total: 1 } }));
  await page.goto(`${stack.url}/?view=trash`);
  await page.getByRole("heading", { name: "This view broke off" }).waitFor();
  await expectAccessible(page, "a view that broke off");
  expect(await said(page)).not.toMatch(RAW);
  await page.getByRole("button", { name: "All documents" }).click();
  await rowOf(page, INVOICE).waitFor();
  await page.unroute("**/rest/v1/rpc/trash*");
  await page.goto(`${stack.url}/?view=trash`);
  await page.getByRole("heading", { name: "The trash is empty" }).waitFor();
});
