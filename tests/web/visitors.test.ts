// What visitors see who have a link and no account: the pages of share links and upload links, in their language, on a phone
// and on a desk, in both themes.
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { VISITOR_TEXTS, type VisitorLanguage } from "../../supabase/functions/_shared/visitors/texts.ts";
import { openBrowser } from "../../testing/browser.ts";
import { type TemporaryStack, temporaryStack } from "../../testing/temporary.ts";
import { SAMPLES, signUp, type User } from "../../testing/user.ts";
import { expectAccessible } from "./reader.ts";

let stack: TemporaryStack;
let browser: Browser;
let user: User;
let id: string;
beforeAll(async () => {
  stack = await temporaryStack({ OCR_ENGINE_URL: "" });
  browser = await openBrowser();
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
  const context = await browser.newContext({ ...SCREENS[screen], locale });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  return [page, context];
}
async function linkTo(call: "share" | "upload", more: object): Promise<string> {
  const { data, error } = await user.supabase.rpc(`create_${call}_link`, more as never);
  if (error) throw error;
  return `${stack.url}/functions/v1/${call === "share" ? "share" : "collect"}/${(data as unknown as { token: string }).token}`;
}
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
    const texts = VISITOR_TEXTS[language as VisitorLanguage];
    const address = await linkTo("share", { document_id: id, password: "correct horse" });
    const [page, context] = await visit(language, screen);
    await page.goto(address);
    await page.getByRole("heading", { name: texts.shared_title }).waitFor();
    await page.getByLabel(texts.password).waitFor();
    await look(page, `share-ask-${language}-${screen}`);
    await page.getByLabel(texts.password).fill("wrong horse");
    await page.getByRole("button", { name: texts.open }).click();
    await page.getByText(texts.errors.link_password).waitFor();

    await page.route(address, (route) =>
      route.request().method() === "POST" ? route.fulfill({ json: SHARED }) : route.continue(),
    );
    await page.getByRole("button", { name: texts.open }).click();
    const file = page.getByRole("link", { name: texts.download.replace("{file}", LONG) });
    await file.waitFor();
    expect(await file.evaluate((element) => element === document.activeElement)).toBe(true);
    const shown = await page.locator("#document").innerText();
    expect(shown).toContain(texts.types["credit-note"]);
    expect(shown).toContain(texts.no);
    expect(shown).toContain("Invoice number");
    expect(shown, "no name of a field as it is stored").not.toMatch(/[a-z]_[a-z]+|items\./);
    expect(shown, "no date as it is stored").not.toMatch(/\d{4}-\d\d-\d\d/);
    await page.getByRole("region", { name: "Items" }).getByRole("row").nth(2).waitFor();
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
  await page.getByText(VISITOR_TEXTS.en.file_ended).waitFor();
  expect(await file.count()).toBe(0);
  await page.getByRole("button", { name: "Open" }).click();
  await file.waitFor();
  await context.close();
});

it.each(["de", "fr", "es"] as const)("takes files in %s, each once", async (language) => {
  const texts = VISITOR_TEXTS[language];
  const address = await linkTo("upload", { title: `Belege ${language}`, password: "correct horse" });
  for (const screen of ["desk", "phone"] as const) {
    const [page, context] = await visit(language, screen);
    await page.goto(address);
    await page.getByRole("heading", { name: texts.collect_title }).waitFor();
    await page.getByLabel(texts.password).fill("correct horse");
    await look(page, `collect-${language}-${screen}`);
    await page.getByLabel(texts.files).setInputFiles([
      { name: LONG, mimeType: "text/plain", buffer: Buffer.from(`${language} ${screen}`) },
      { name: "leer.txt", mimeType: "text/plain", buffer: Buffer.alloc(0) },
    ]);
    await page.getByRole("button", { name: texts.send }).dblclick();
    await page.getByText(texts.received.replace("{file}", LONG)).waitFor();
    await page
      .getByText(texts.refused.replace("{file}", "leer.txt").replace("{why}", texts.errors.empty_file))
      .waitFor();
    expect(await page.getByRole("listitem").count()).toBe(2);
    await look(page, `collected-${language}-${screen}`);
    await context.close();
  }
});

it.each(["de", "fr", "es"] as const)("says in %s that a link has ended", async (language) => {
  for (const screen of ["desk", "phone"] as const) {
    const [page, context] = await visit(language, screen);
    await page.goto(`${stack.url}/functions/v1/share/dkl_${"0".repeat(40)}`);
    await page.getByText(VISITOR_TEXTS[language].errors.not_found).waitFor();
    await look(page, `ended-${language}-${screen}`);
    await context.close();
  }
});
