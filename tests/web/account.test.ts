// The reader's own account: a forgotten password, a new one, another address, all sessions, and its end.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { builtPage } from "../../scripts/page.ts";
import { openBrowser } from "../../testing/browser.ts";
import { temporaryStack, type TemporaryStack } from "../../testing/temporary.ts";
import { expectAccessible, newReader, type Reader, sameReader } from "./reader.ts";

let stack: TemporaryStack;
let browser: Browser;
let ada: Reader;
beforeAll(async () => {
  stack = await temporaryStack({}, { folder: await builtPage() });
  browser = await openBrowser();
  ada = await newReader(browser, stack.url, "ada@docket.test");
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

/** The link of the newest mail of a kind: the embedded stack sends none, and says them in its log. */
async function linkOf(type: string): Promise<string> {
  const links = () =>
    stack.logs
      .flatMap(({ line }) => /https?:\S+/.exec(line)?.[0] ?? [])
      .filter((link) => link.includes(`type=${type}`));
  await expect.poll(() => links().length).toBeGreaterThan(0);
  return links().at(-1)!;
}
const open = async (page: Page) => {
  await page.getByRole("button", { name: "Account", exact: true }).click();
  await page.getByRole("menuitem", { name: "Account" }).click();
  await page.getByRole("heading", { name: "Account", level: 1 }).waitFor();
};
const signIn = async (page: Page, password: string, email = "ada@docket.test") => {
  await page.getByLabel("Email").fill(email);
  await page.getByRole("textbox", { name: "Password" }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
};
const isIn = (page: Page) => page.getByRole("button", { name: "Account", exact: true }).waitFor();
const isOut = (page: Page) => page.getByRole("heading", { name: "Sign in" }).waitFor();

it("changes the password for who knows the current one, and signs out everywhere else", async () => {
  const { page } = ada;
  const phone = await sameReader(browser, stack.url, "ada@docket.test");
  await open(page);
  await expectAccessible(page, "the account");
  const section = page.getByRole("region", { name: "Password" });
  await section.getByLabel("Current password").fill("not this one");
  await section.getByLabel("New password").fill("a better horse");
  await section.getByRole("button", { name: "Change the password" }).click();
  await section.getByText("The current password is not right.").waitFor();
  await expectAccessible(page, "a wrong current password");
  await section.getByLabel("Current password").fill("correct horse");
  await section.getByRole("button", { name: "Change the password" }).click();
  await section.getByText("Your password is changed. Everywhere else you are signed out.").waitFor();
  await page.reload();
  await isIn(page);
  // What a page holds in its hands is good for an hour; a renewal is refused.
  await phone.page.evaluate(() => {
    const key = Object.keys(localStorage).find((name) => name.endsWith("-auth-token"))!;
    localStorage.setItem(key, JSON.stringify({ ...JSON.parse(localStorage.getItem(key)!), expires_at: 1 }));
  });
  await phone.page.reload();
  await isOut(phone.page);
  await signIn(phone.page, "correct horse");
  await phone.page.getByText("Email or password is not right.").waitFor();
  await signIn(phone.page, "a better horse");
  await isIn(phone.page);
  await phone.context.close();
});

it("leads by a mail to a new password when the old one is forgotten", async () => {
  const context = await browser.newContext({ reducedMotion: "reduce", locale: "en-GB" });
  const page = await context.newPage();
  await page.goto(stack.url);
  await page.getByRole("button", { name: "Forgotten password?" }).click();
  await page.getByLabel("Email").fill("ada@docket.test");
  await page.getByRole("button", { name: "Send the link" }).click();
  await page.getByText("If ada@docket.test has an account, a link is on its way.").waitFor();
  await expectAccessible(page, "a forgotten password");
  const link = await linkOf("recovery");
  await page.goto(link);
  await page.getByRole("heading", { name: "Choose a new password" }).waitFor();
  await expectAccessible(page, "a new password");
  await page.getByLabel("New password").fill("the third horse");
  await page.getByRole("button", { name: "Save and go on" }).click();
  await isIn(page);
  expect(page.url()).not.toContain("access_token");
  await page.getByRole("button", { name: "Account", exact: true }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await isOut(page);
  await signIn(page, "the third horse");
  await isIn(page);
  await context.close();

  // A link works once.
  const later = await browser.newContext({ reducedMotion: "reduce", locale: "en-GB" });
  const other = await later.newPage();
  await other.goto(link);
  await other.getByText("This link has ended, or was used before. Ask for a new one.").waitFor();
  await later.close();
});

it("changes the address once the link of the mail was followed", async () => {
  const { page } = ada;
  await page.goto(stack.url);
  await open(page);
  const section = page.getByRole("region", { name: "Address" });
  await section.getByLabel("New address").fill("ada@lovelace.test");
  await section.getByRole("button", { name: "Change the address" }).click();
  await section.getByText("We sent links to ada@docket.test and ada@lovelace.test.").waitFor();
  expect(await stack.sql("select email from auth.users")).toEqual([{ email: "ada@docket.test" }]);
  await page.goto(await linkOf("email_change"));
  await isIn(page);
  expect(await stack.sql("select email from auth.users")).toEqual([{ email: "ada@lovelace.test" }]);
});

it("ends all sessions at once", async () => {
  const { page } = ada;
  await open(page);
  await page
    .getByRole("region", { name: "Sessions" })
    .getByRole("button", { name: "Sign out everywhere", exact: true })
    .click();
  await isOut(page);
  expect(await stack.sql("select from auth.sessions")).toEqual([]);
});

it("deletes the account of who types its address", async () => {
  const { page } = ada;
  await signIn(page, "the third horse", "ada@lovelace.test");
  await isIn(page);
  await open(page);
  await page.getByRole("button", { name: "Delete the account" }).click();
  const dialog = page.getByRole("dialog", { name: "Delete your account for good?" });
  const erase = dialog.getByRole("button", { name: "Delete everything" });
  await dialog.getByLabel(/^Type/).fill("ada@docket.test");
  expect(await erase.isDisabled()).toBe(true);
  await expectAccessible(page, "deleting the account");
  await dialog.getByLabel(/^Type/).fill("Ada@lovelace.test");
  await erase.click();
  await isOut(page);
  await page.getByText("Your account is deleted").waitFor();
  expect(await stack.sql("select from auth.users")).toEqual([]);
  expect(ada.complaints).toEqual([]);
});
