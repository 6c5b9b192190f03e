// The reader's own account: a forgotten password, a new one, another address, all sessions, and its end.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { unzipSync } from "fflate";
import { Secret, TOTP } from "otpauth";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { lentBrowser, lentStack, type LentStack } from "../../testing/lending.ts";
import { SAMPLES } from "../../testing/user.ts";
import { drop, expectAccessible, newReader, type Reader, rowOf, sameReader, savedBy } from "./reader.ts";

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

/** The link of the newest mail of a kind: the embedded stack sends none, and says them in its log. */
async function linkOf(type: string): Promise<string> {
  const links = async () =>
    (await stack.logs())
      .flatMap(({ line }) => /https?:\S+/.exec(line)?.[0] ?? [])
      .filter((link) => link.includes(`type=${type}`));
  await expect.poll(async () => (await links()).length).toBeGreaterThan(0);
  return (await links()).at(-1)!;
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

it("asks for the code of an authenticator app, once one is set up", async () => {
  const { page } = ada;
  const phone = await browser.newContext({ reducedMotion: "reduce", locale: "en-GB" });
  const other = await phone.newPage();
  await other.goto(stack.url);
  await signIn(other, "the third horse", "ada@lovelace.test");
  await isIn(other);

  await open(page);
  const section = page.getByRole("region", { name: "Second factor" });
  await section.getByRole("button", { name: "Set up" }).click();
  const dialog = page.getByRole("dialog", { name: "Set up a second factor" });
  const secret = (await dialog.getByLabel("Secret", { exact: true }).textContent())!.replaceAll(" ", "");
  const qr = dialog.getByAltText("The secret as a QR code");
  expect(decodeURIComponent((await qr.getAttribute("src"))!)).toContain("<svg");
  expect(await qr.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth))).toBeGreaterThan(
    0,
  );
  await expectAccessible(page, "setting up a second factor");
  const app = new TOTP({ secret: Secret.fromBase32(secret) });
  await dialog.getByLabel("Code of your authenticator app").fill(wrongFor(app));
  await dialog.getByRole("button", { name: "Turn on" }).click();
  await dialog.getByText("This code is not right.").waitFor();
  await dialog.getByLabel("Code of your authenticator app").fill(app.generate());
  await dialog.getByRole("button", { name: "Turn on" }).click();
  await section.getByRole("button", { name: "Remove Authenticator app" }).waitFor();
  await expectAccessible(page, "an account with a second factor");

  // The other browser knows the password alone: it is signed out, and sees nothing before it has a code.
  await other.reload();
  await isOut(other);
  await signIn(other, "the third horse", "ada@lovelace.test");
  await other.getByRole("heading", { name: "Enter the code" }).waitFor();
  await expectAccessible(other, "the code of a second factor");
  await other.getByText("You do not have the device?").click();
  await other.getByText("The secret that you kept").waitFor();
  await other.getByLabel("Code of your authenticator app").fill(wrongFor(app));
  await other.getByRole("button", { name: "Go on" }).click();
  await other.getByText("This code is not right.").waitFor();
  await other.reload();
  await other.getByRole("heading", { name: "Enter the code" }).waitFor();
  await other.getByLabel("Code of your authenticator app").fill(app.generate());
  await other.getByRole("button", { name: "Go on" }).click();
  await isIn(other);
  await other.reload();
  await isIn(other);
  await phone.close();

  // The password can be changed without losing what the session knows.
  const password = page.getByRole("region", { name: "Password" });
  await password.getByLabel("Current password").fill("the third horse");
  await password.getByLabel("New password").fill("the fourth horse");
  await password.getByRole("button", { name: "Change the password" }).click();
  await password.getByText("Your password is changed.").waitFor();

  await section.getByRole("button", { name: "Remove Authenticator app" }).click();
  const sure = page.getByRole("dialog", { name: "Remove Authenticator app?" });
  await expectAccessible(page, "removing a second factor");
  await sure.getByRole("button", { name: "Remove" }).click();
  await section.getByRole("button", { name: "Set up" }).waitFor();
  expect(await stack.sql("select from auth.mfa_factors")).toEqual([]);
  await page.reload();
  await isIn(page);
});

it("forgets a second factor that was begun and not finished", async () => {
  const { page } = ada;
  await open(page);
  const section = page.getByRole("region", { name: "Second factor" });
  await section.getByRole("button", { name: "Set up" }).click();
  const dialog = page.getByRole("dialog", { name: "Set up a second factor" });
  await dialog.getByLabel("Secret", { exact: true }).waitFor();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect.poll(() => stack.sql("select from auth.mfa_factors")).toEqual([]);
});

/** Six digits that no app shows now. */
const wrongFor = (app: TOTP): string => app.generate().replace(/./g, (digit) => String((Number(digit) + 1) % 10));

it("exports everything as one ZIP", async () => {
  const { page } = ada;
  await page.goto(stack.url);
  await drop(page, [path.join(SAMPLES, "download-3.pdf"), path.join(SAMPLES, "brief.pdf")]);
  await rowOf(page, /Invoice - Quillmark/)
    .getByText("Done")
    .filter({ visible: true })
    .waitFor();
  await expect
    .poll(() => stack.sql("select count(*)::int from documents where status = 'completed'"))
    .toEqual([{ count: 2 }]);
  await open(page);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export everything" }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^docket-\d{4}-\d\d-\d\d\.zip$/);
  const files = unzipSync(await savedBy(file));
  const names = Object.keys(files);
  expect(names.slice(0, 2)).toEqual(["README.txt", "account.json"]);
  expect(names.filter((name) => name.startsWith("documents/"))).toHaveLength(2);
  expect(names).not.toContain("problems.txt");
  const invoice = names.find((name) => /^documents\/Invoice - Quillmark/.test(name))!;
  expect(Buffer.from(files[invoice]!)).toEqual(await readFile(path.join(SAMPLES, "download-3.pdf")));
  const read = (name: string) => Buffer.from(files[name]!).toString();
  expect(read(invoice.replace("documents/", "texts/").concat(".txt"))).toContain("Quillmark Paper & Print Ltd");
  const metadata = JSON.parse(read(invoice.replace("documents/", "metadata/").concat(".json")));
  expect(metadata.document.correspondent).toBe("Quillmark Paper & Print Ltd");
  expect(metadata.values.map(({ field }: { field: string }) => field)).toContain("amount");
  expect(metadata.history.events.map(({ stage }: { stage: string }) => stage)).toContain("ocr");
  const account = JSON.parse(read("account.json"));
  expect(account.tags.map(({ tag }: { tag: string }) => tag)).toContain("invoice");
  await page.getByText("Your copy is ready").waitFor();
  await expectAccessible(page, "an export");
});

it("stops an export, and says when one cannot go on", async () => {
  const { page } = ada;
  await open(page);
  let cut = () => {};
  const held = new Promise<void>((resolve) => (cut = resolve));
  await page.route("**/functions/v1/api/account", async (route) => {
    await held;
    await route.abort();
  });
  const section = page.getByRole("region", { name: "Export" });
  await section.getByRole("button", { name: "Export everything" }).click();
  await section.getByText("0 documents packed.").waitFor();
  cut();
  await section.getByText("The project does not answer.").waitFor();
  await page.unroute("**/functions/v1/api/account");
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
  await signIn(page, "the fourth horse", "ada@lovelace.test");
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
