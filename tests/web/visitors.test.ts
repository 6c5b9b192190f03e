// What visitors see who have a link and no account: the pages of share links and upload links, in their language, on a phone
// and on a desk, in both themes.
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { lentBrowser, lentStack, type LentStack } from "../../testing/lending.ts";
import { SAMPLES, signUp, type User } from "../../testing/user.ts";
import { catalogOf, type OTHER_LANGUAGES } from "../../web/texts.ts";
import { expectAccessible } from "./reader.ts";

let stack: LentStack;
let browser: Browser;
let user: User;
let id: string;
beforeAll(async () => {
  stack = await lentStack({ OCR_ENGINE_URL: "" });
  browser = await lentBrowser();
  user = await signUp(stack);
  ({ id } = await user.process(`${SAMPLES}brief.pdf`));
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

const LONG = "Donaudampfschifffahrtsgesellschaftskapitänspatent vom 17. März 2026 mit allen Anlagen.pdf";
/** A document with everything: a long name, fields of its own, and a table with many columns. */
const SHARED = {
  filename: LONG,
  signed_url: "https://files.example/file",
  expires_in: 60,
  metadata: {
    display_name: LONG,
    document_type: "credit-note",
    document_date: "2026-03-17",
    amount: 1234.5,
    currency: "EUR",
    tags: ["rechnung", "donaudampfschifffahrt"],
    language: "de",
  },
  extractions: [
    {
      schema: "Rechnungen",
      values: [
        { path: "invoice_number", row: 0, value: "RE-2026-0043", proof: "quote" },
        { path: "due_date", row: 0, value: "2026-04-16", proof: "quote" },
        { path: "is_paid", row: 0, value: false, proof: "quote" },
        ...[0, 1].flatMap((row) => [
          { path: "items.description", row, value: "Wartungsvertragsverlängerung", proof: "quote" },
          { path: "items.unit_price", row, value: { amount: 1234.5, currency: "EUR" }, proof: "quote" },
          { path: "items.total", row, value: { amount: 2469, currency: "EUR" }, proof: "quote" },
          { path: "items.quantity", row, value: 2, proof: "quote" },
        ]),
      ],
    },
  ],
  pages: [{ page: 1, text: "Sehr geehrte Damen und Herren\nשלום עולם" }],
  more_pages: 3,
};

const SCREENS = {
  desk: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
};

async function visit(locale: string, screen: keyof typeof SCREENS = "desk"): Promise<[Page, BrowserContext]> {
  const context = await browser.newContext({ ...SCREENS[screen], locale, reducedMotion: "reduce" });
  const page = await context.newPage();
  return [page, context];
}
async function linkTo(call: "share" | "upload", more: object): Promise<string> {
  const { data, error } = await user.supabase.rpc(`create_${call}_link`, more as never);
  if (error) throw error;
  return `${stack.url}/${call === "share" ? "share" : "collect"}.html#${(data as unknown as { token: string }).token}`;
}
/** What the page says in a language, by its English. */
const sayingIn =
  (language: (typeof OTHER_LANGUAGES)[number]) =>
  (english: string): string =>
    catalogOf(language)[english]!;
const PASSWORD_IS_WRONG = "This link needs a password, or the one you typed is wrong.";
const FILE_ENDED = "The file can be downloaded for a minute after opening. Open the link again to download it.";
/** Where PICTURES names a folder, to be looked at. */
async function look(page: Page, name: string): Promise<void> {
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), name).toBeLessThanOrEqual(0);
  for (const theme of ["light", "dark"] as const) {
    if (!process.env.PICTURES) continue;
    await page.emulateMedia({ colorScheme: theme });
    await page.screenshot({ path: `${process.env.PICTURES}/${name}-${theme}.png`, fullPage: true });
  }
  await expectAccessible(page, name);
}

it.each(
  (["de", "fr", "es"] as const).flatMap((language) =>
    (["desk", "phone"] as const).map((screen) => ({ language, screen })),
  ),
)(
  "shows a shared document in $language on a $screen: labels, dates, amounts, a table",
  async ({ language, screen }) => {
    const said = sayingIn(language);
    const address = await linkTo("share", { document_id: id, password: "correct horse" });
    const [page, context] = await visit(language, screen);
    await page.goto(address);
    await page.getByRole("heading", { name: said("A shared document") }).waitFor();
    await page.getByLabel(said("Password")).waitFor();
    await look(page, `share-ask-${language}-${screen}`);
    await page.getByLabel(said("Password")).fill("wrong horse");
    await page.getByRole("button", { name: said("Open") }).click();
    await page.getByText(said(PASSWORD_IS_WRONG)).waitFor();

    await page.route(`${stack.url}/functions/v1/share/*`, (route) =>
      route.request().method() === "POST" ? route.fulfill({ json: SHARED }) : route.continue(),
    );
    await page.getByRole("button", { name: said("Open") }).click();
    const file = page.getByRole("link", { name: said("Download {file}").replace("{file}", LONG) });
    await file.waitFor();
    expect(await file.evaluate((element) => element === document.activeElement)).toBe(true);
    const shown = await page.locator("#document").innerText();
    expect(shown).toContain(said("Credit note"));
    expect(shown).toContain(said("No"));
    expect(shown).toContain(said("Invoice number"));
    expect(shown, "no name of a field as it is stored").not.toMatch(/[a-z]_[a-z]+|items\./);
    expect(shown, "no date as it is stored").not.toMatch(/\d{4}-\d\d-\d\d/);
    await page
      .getByRole("region", { name: said("Items") })
      .getByRole("row")
      .nth(2)
      .waitFor();
    await look(page, `share-${language}-${screen}`);
    await context.close();
  },
);

it("opens once when the button is pressed twice, and offers to open again when the file is out of reach", async () => {
  const address = await linkTo("share", { document_id: id, most_openings: 2 });
  const [page, context] = await visit("en-GB");
  await page.clock.install();
  await page.goto(address);
  await page.getByRole("button", { name: "Open" }).dblclick();
  const file = page.getByRole("link", { name: /^Download/ });
  await file.waitFor();
  expect(await stack.sql("select openings from share_links where most_openings = 2")).toEqual([{ openings: 1 }]);
  await page.clock.fastForward(61_000);
  await page.getByText(FILE_ENDED).waitFor();
  expect(await file.count()).toBe(0);
  await page.getByRole("button", { name: "Open" }).click();
  await file.waitFor();
  await context.close();
});

it("takes files where the page came by plain http, and says what they are for once the password is right", async () => {
  const address = await linkTo("upload", { title: "Receipts of March", password: "correct horse" });
  const [page, context] = await visit("en-GB");
  // As in browsers that opened the page at http://192.168.1.2.
  await page.addInitScript(() => Object.defineProperty(crypto, "subtle", { value: undefined }));
  await page.goto(address);
  await page.getByText("The person who sent you this link has its password.").waitFor();
  expect(await page.content()).not.toContain("Receipts of March");
  const file = { name: "plain.txt", mimeType: "text/plain", buffer: Buffer.from("Handed in by plain http.") };
  for (const [password, said] of [
    ["wrong horse", `plain.txt: ${PASSWORD_IS_WRONG}`],
    ["correct horse", "plain.txt: received"],
  ] as const) {
    await page.getByLabel("Password").fill(password);
    await page.getByLabel("Files").setInputFiles(file);
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByText(said).waitFor();
  }
  await page.getByRole("heading", { name: "Receipts of March" }).waitFor();
  await context.close();
});

it.each(["de", "fr", "es"] as const)("takes files in %s, each once", async (language) => {
  const said = sayingIn(language);
  const address = await linkTo("upload", { title: `Belege ${language}`, password: "correct horse" });
  for (const screen of ["desk", "phone"] as const) {
    const [page, context] = await visit(language, screen);
    await page.goto(address);
    await page.getByRole("heading", { name: said("Hand in documents") }).waitFor();
    await page.getByLabel(said("Password")).fill("correct horse");
    await look(page, `collect-${language}-${screen}`);
    await page.getByLabel(said("Files")).setInputFiles([
      { name: LONG, mimeType: "text/plain", buffer: Buffer.from(`${language} ${screen}`) },
      { name: "leer.txt", mimeType: "text/plain", buffer: Buffer.alloc(0) },
    ]);
    await page.getByRole("button", { name: said("Send") }).dblclick();
    await page.getByText(said("{file}: received").replace("{file}", LONG)).waitFor();
    await page
      .getByText(said("{file}: {why}").replace("{file}", "leer.txt").replace("{why}", said("The file is empty.")))
      .waitFor();
    expect(await page.getByRole("listitem").count()).toBe(2);
    await look(page, `collected-${language}-${screen}`);
    await context.close();
  }
});

it.each(["de", "fr", "es"] as const)("says in %s that a link has ended", async (language) => {
  for (const screen of ["desk", "phone"] as const) {
    const [page, context] = await visit(language, screen);
    await page.goto(`${stack.url}/share.html#dkl_${"0".repeat(40)}`);
    await page.getByText(sayingIn(language)("There is no such link, or it has ended.")).waitFor();
    await look(page, `ended-${language}-${screen}`);
    await context.close();
  }
});
