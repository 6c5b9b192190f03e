// Connections on the page: what programs and people with links may do, made, shown once, used, and taken back.
import path from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { startReceiver } from "../../testing/fakes/receiver.ts";
import { lentBrowser, lentStack, type LentStack } from "../../testing/lending.ts";
import { hurry } from "../../testing/temporary.ts";
import { SAMPLES } from "../../testing/user.ts";
import { drop, expectAccessible, newReader, type Reader, rowOf } from "./reader.ts";

let stack: LentStack;
let browser: Browser;
let ada: Reader;
beforeAll(async () => {
  stack = await lentStack({ OCR_ENGINE_URL: "" });
  await hurry(stack);
  await stack.sql("update private.settings set loopback_webhooks = true");
  browser = await lentBrowser();
  ada = await newReader(browser, stack.url, "ada@docket.test");
  await ada.context.grantPermissions(["clipboard-read", "clipboard-write"]);
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await ada.page.goto(stack.url);
});

const open = async (name: string) => {
  const { page } = ada;
  await page.getByRole("button", { name: "Account", exact: true }).click();
  await page.getByRole("menuitem", { name: "Connections" }).click();
  await page.getByRole("navigation", { name: "Connections" }).getByRole("link", { name }).click();
  await page.getByRole("region", { name }).waitFor();
  return page.getByRole("region", { name });
};

/** What a dialog shows once, as it is copied. */
async function copied(label: string): Promise<string> {
  // A toast is a dialog, too.
  const dialog = ada.page.getByRole("dialog", { name: / is made$/ });
  const shown = await dialog.getByLabel(label, { exact: true }).inputValue();
  await dialog.getByRole("button", { name: "Copy" }).click();
  await dialog.getByRole("button", { name: "Copied" }).waitFor();
  expect(await ada.page.evaluate(() => navigator.clipboard.readText())).toBe(shown);
  await dialog.getByRole("button", { name: "Done" }).click();
  await dialog.waitFor({ state: "detached" });
  return shown;
}

it("makes an API token that can do what was chosen, and revokes it", async () => {
  const { page } = ada;
  const tokens = await open("API tokens");
  await tokens.getByText("No program has a token of yours.").waitFor();
  await expectAccessible(page, "no API tokens");
  await tokens.getByRole("button", { name: "New token" }).click();
  const dialog = page.getByRole("dialog", { name: "New API token" });
  await dialog.getByLabel("Name").fill("Scanner");
  await dialog.getByRole("checkbox", { name: /^Add\b/ }).check();
  await dialog.getByLabel("Ends").selectOption("Never");
  await expectAccessible(page, "a new API token");
  await dialog.getByRole("button", { name: "Make the token" }).click();
  const token = await copied("Token");
  const ask = () => fetch(`${stack.url}/functions/v1/api/documents`, { headers: { Authorization: `Bearer ${token}` } });
  expect((await ask()).status).toBe(200);
  await page.reload();
  await tokens.getByText("May read, add").waitFor();
  await tokens.getByText("Never ends").waitFor();
  await tokens.getByText("Last used just now").waitFor();
  await expectAccessible(page, "API tokens");
  await tokens.getByRole("button", { name: "Revoke Scanner" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await tokens.getByText("Revoked", { exact: true }).waitFor();
  expect((await ask()).status).toBe(401);
});

it("ends a token on a day, at the end of that day", async () => {
  const { page } = ada;
  const tokens = await open("API tokens");
  await tokens.getByRole("button", { name: "New token" }).click();
  const dialog = page.getByRole("dialog", { name: "New API token" });
  await dialog.getByLabel("Name").fill("Until a day");
  await dialog.getByLabel("Ends").selectOption("On a day…");
  const day = new Date(Date.now() + 40 * 86_400_000).toISOString().slice(0, 10);
  await dialog.getByLabel("Day", { exact: true }).fill(day);
  await dialog.getByRole("button", { name: "Make the token" }).click();
  await copied("Token");
  const local = await page.evaluate((text) => new Date(`${text}T23:59:59`).toISOString(), day);
  const [{ expires_at }] = (await stack.sql("select expires_at from api_tokens where name = 'Until a day'")) as [
    { expires_at: Date },
  ];
  expect(expires_at.toISOString()).toBe(local);
});

it("makes a webhook, tests it, sees what was sent and answered, and sends it again", async () => {
  await using receiver = await startReceiver();
  receiver.answer((_, answer) => void answer.end("thank you"));
  const { page } = ada;
  const webhooks = await open("Webhooks");
  await webhooks.getByRole("button", { name: "New webhook" }).click();
  const dialog = page.getByRole("dialog", { name: "New webhook" });
  await dialog.getByLabel("Address").fill("http://example.com/hook");
  await dialog.getByLabel("Name").fill("Accounting");
  await dialog.getByRole("button", { name: "Make the webhook" }).click();
  // Refused in the database's own words, and what was typed is still there.
  await dialog.getByRole("alert").getByText("The address of a webhook begins with https://.").waitFor();
  await expectAccessible(page, "a refused webhook");
  await dialog.getByLabel("Address").fill(receiver.url);
  await dialog.getByRole("button", { name: "Make the webhook" }).click();
  expect(await copied("Secret")).toMatch(/^whsec_/);

  const more = async (name: string) => {
    await webhooks.getByRole("button", { name: "More for Accounting" }).click();
    await page.getByRole("menuitem", { name }).click();
  };
  await more("Send a test");
  const messages = webhooks.getByRole("list", { name: "Messages" });
  await messages.getByRole("button", { name: /Delivered *Test *200/ }).click();
  await messages.getByText("thank you").waitFor();
  await messages.getByText('"webhook.test"').waitFor();
  await expectAccessible(page, "messages of a webhook");
  await messages.getByRole("button", { name: "Send again" }).click();
  await expect.poll(() => receiver.received.length).toBe(2);
  expect(receiver.received[1]!.headers["webhook-id"]).toBe(receiver.received[0]!.headers["webhook-id"]);
});

it("edits, disables and enables a webhook, gives it a new secret, and deletes it", async () => {
  const { page } = ada;
  const webhooks = await open("Webhooks");
  const more = async (name: string) => {
    await webhooks.getByRole("button", { name: "More for Accounting" }).click();
    await page.getByRole("menuitem", { name, exact: true }).click();
  };
  await more("Disable");
  await webhooks.getByText("Disabled", { exact: true }).waitFor();
  await more("Enable");
  await webhooks.getByText("Disabled", { exact: true }).waitFor({ state: "detached" });
  await more("Edit");
  const dialog = page.getByRole("dialog", { name: "Edit the webhook" });
  await dialog.getByRole("checkbox", { name: "Deleted for good" }).uncheck();
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.waitFor({ state: "detached" });
  expect(await stack.sql("select events, enabled from webhook_endpoints")).toEqual([
    { events: ["document.completed"], enabled: true },
  ]);
  await more("New secret");
  await page.getByRole("dialog").getByRole("button", { name: "Make a new secret" }).click();
  expect(await copied("Secret")).toMatch(/^whsec_/);
  await more("Delete");
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await webhooks.getByText("Nothing is told of your documents.").waitFor();
});

it("makes an upload link, by which somebody hands in a file, and revokes it", async () => {
  const { page } = ada;
  const links = await open("Upload links");
  await links.getByRole("button", { name: "New link" }).click();
  const dialog = page.getByRole("dialog", { name: "New upload link" });
  await dialog.getByLabel("Title").fill("Receipts of March");
  await dialog.getByLabel("Tags").fill("Receipt, March 2026");
  await dialog.getByLabel("Files at most").fill("3");
  await dialog.getByLabel("Password").fill("correct horse");
  await expectAccessible(page, "a new upload link");
  await dialog.getByRole("button", { name: "Make the link" }).click();
  const address = await copied("Link");
  expect(await stack.sql("select tags, most_files, most_bytes::integer, is_protected from upload_links")).toEqual([
    { tags: ["receipt", "march-2026"], most_files: 3, most_bytes: 100_000_000, is_protected: true },
  ]);
  await links.getByText(/^0 of 3 files/).waitFor();
  const visitor = await browser.newPage();
  await visitor.goto(address);
  await visitor.getByText("Password").first().waitFor();
  await visitor.close();
  await expectAccessible(page, "upload links");
  await links.getByRole("button", { name: "Revoke the link Receipts of March" }).click();
  await links.getByText("Revoked", { exact: true }).waitFor();
});

it("shares a document, sees that it was opened, and revokes the link where all links are", async () => {
  const { page } = ada;
  await page.goto(stack.url);
  await drop(page, [path.join(SAMPLES, "download-3.pdf")]);
  await rowOf(page, /Quillmark/)
    .getByText("Done")
    .filter({ visible: true })
    .waitFor();
  await rowOf(page, /Quillmark/)
    .getByRole("link")
    .click();
  await page.getByRole("button", { name: "Share" }).click();
  const dialog = page.getByRole("dialog", { name: /^Share “Invoice - Quillmark/ });
  await dialog.getByLabel("For whom").fill("The tax adviser");
  await dialog.getByLabel("Password").fill("correct horse");
  await dialog.getByLabel("Openings").fill("5");
  await expectAccessible(page, "sharing a document");
  await dialog.getByRole("button", { name: "Make a link" }).click();
  const address = await copied("Link");
  const visitor = await browser.newPage();
  await visitor.goto(address);
  await visitor.getByLabel("Password").fill("correct horse");
  await visitor.getByRole("button", { name: "Open" }).click();
  await visitor.locator("#document").getByText("Invoice", { exact: true }).waitFor();

  // Where it was made, its links are shown too.
  await page.getByRole("button", { name: "Share" }).click();
  await page.getByRole("dialog").getByText("Opened 1 time").waitFor();
  await expectAccessible(page, "the links of a document");
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();

  const links = await open("Share links");
  await links.getByText("The tax adviser").waitFor();
  await links.getByText("4 left").waitFor();
  await expectAccessible(page, "share links");
  await links.getByRole("link", { name: /Quillmark/ }).waitFor();
  await links.getByRole("button", { name: "Revoke the link The tax adviser" }).click();
  await links.getByText("Revoked", { exact: true }).waitFor();
  await visitor.reload();
  await visitor.getByText("There is no such link, or it has ended.").waitFor();
  await visitor.close();
  expect(ada.complaints).toEqual([]);
});
