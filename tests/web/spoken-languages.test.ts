// The page as somebody reads it whose browser prefers German or French: no English in any view, dates and sizes as written
// there, and nothing cut off on a phone, where German is longest.
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ROOT } from "../../scripts/checkout.ts";
import { lentBrowser, lentStack, type LentStack } from "../../testing/lending.ts";
import { catalogOf } from "../../web/texts.ts";
import { drop, expectAccessible, openPage, PASSWORD, rowOf } from "./reader.ts";

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

const SAMPLE = path.join(ROOT, "samples/download-3.pdf");

it.each([
  { locale: "de-DE", language: "de", day: "17. März 2026", size: /^\d+(,\d)? KB,/, now: "gerade eben" },
  { locale: "fr-FR", language: "fr", day: "17 mars 2026", size: /^\d+(,\d)? Ko,/, now: "à l’instant" },
])("speaks $language from sign-in to account", async ({ locale, language, day, size, now }) => {
  const { page, context, complaints } = await openPage(browser, stack.url, locale);
  const said = speaker(language);
  const button = (english: string) => page.getByRole("button", { name: said(english), exact: true });

  await page.getByRole("heading", { name: said("Sign in") }).waitFor();
  expect(await page.locator("html").getAttribute("lang")).toBe(language);
  await page.getByLabel(said("Email")).fill(`ada-${language}@docket.test`);
  await page.getByLabel(said("Password")).fill("not that one");
  await button("Sign in").click();
  await page.getByText(said("Email or password is not right.")).waitFor();
  await expectNoEnglish(page, language, "sign-in");

  await button("Sign up").click();
  await page.getByLabel(said("Email")).fill(`ada-${language}@docket.test`);
  await page.getByLabel(said("Password")).fill(PASSWORD);
  await button("Sign up").click();
  await page.getByRole("heading", { name: said("Drop your first files here") }).waitFor();
  await expectNoEnglish(page, language, "an empty list");

  await drop(page, [SAMPLE]);
  const row = rowOf(page, /Quillmark/);
  await row.getByText(said("Done")).filter({ visible: true }).waitFor();
  await row.getByText(now).waitFor();
  await row.getByText(said("Invoice"), { exact: true }).waitFor();
  await expectNoEnglish(page, language, "the list");

  await row.getByRole("link").click();
  const details = page.getByRole("complementary", { name: said("Details") });
  await details.getByText(day).first().waitFor();
  await details.getByText(size).waitFor();
  await details.getByText(said("the local generator, without a model")).waitFor();
  await expectNoEnglish(page, language, "a document");

  // An amount is typed as it is written there.
  const amount = page.getByRole("textbox", { name: said("Amount"), exact: true });
  const edit = page.locator('[data-edit="amount"]');
  await edit.click();
  expect(await amount.inputValue()).toBe("965,76");
  await amount.fill("etwa zwölf");
  await amount.press("Enter");
  await page.getByText(said("An amount is a number with at most four decimals.")).first().waitFor();
  expect(await amount.inputValue()).toBe("etwa zwölf");
  await amount.fill("1 234,50");
  await amount.press("Enter");
  await edit.waitFor();
  await expect
    .poll(() => stack.sql(`select amount::float from documents where ${ofReader(language)}`))
    .toEqual([{ amount: 1234.5 }]);
  await expectAccessible(page, `a document in ${language}`);

  await button("Account").click();
  await expectNoEnglish(page, language, "the account menu");
  await page.getByRole("menuitem", { name: said("Account"), exact: true }).click();
  await page.getByRole("heading", { name: said("Account"), exact: true }).waitFor();
  await expectNoEnglish(page, language, "the account");
  for (const view of ["tables", "review", "tags", "connections", "trash", "usage"]) {
    await page.goto(`${stack.url}/?view=${view}`);
    await page.getByRole("main").locator("h1:visible, h2:visible").first().waitFor();
    await expectNoEnglish(page, language, view);
  }
  for (const kind of ["webhooks", "sharing", "collecting", "mail", "rules"]) {
    await page.goto(`${stack.url}/?view=connections&kind=${kind}`);
    await page.getByRole("main").locator("h2:visible").first().waitFor();
    await expectNoEnglish(page, language, kind);
  }
  await page.keyboard.press("?");
  await page.getByRole("dialog").waitFor();
  await expectNoEnglish(page, language, "the keys");
  expect(complaints).toEqual([]);
  await context.close();
});

it("changes its language at once, keeps what was typed, and remembers it", async () => {
  const { page, context } = await openPage(browser, stack.url, "ja-JP");
  // None of the browser's languages is there.
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await page.getByLabel("Email").fill("somebody@docket.test");
  await page.getByRole("button", { name: "Español" }).click();
  await page.getByRole("heading", { name: "Iniciar sesión" }).waitFor();
  expect(await page.getByLabel("Correo electrónico").inputValue()).toBe("somebody@docket.test");
  expect(await page.getByRole("button", { name: "Español" }).getAttribute("aria-pressed")).toBe("true");
  await page.reload();
  await page.getByRole("heading", { name: "Iniciar sesión" }).waitFor();
  expect(await page.locator("html").getAttribute("lang")).toBe("es");
  await context.close();
});

it("is in English where a catalog does not arrive", async () => {
  const { page, context } = await openPage(browser, `${stack.url}/config.json`, "de-DE");
  await page.route(/\/assets\/de-/, (route) => route.abort());
  await page.goto(stack.url);
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  expect(await page.locator("html").getAttribute("lang")).toBe("en");
  await context.close();
});

it("changes its language in the account menu, and cuts nothing off on a phone in German", async () => {
  const { page, context } = await openPage(browser, stack.url);
  const said = speaker("de");
  await page.getByRole("button", { name: "Sign up" }).click();
  await page.getByLabel("Email").fill("phone@docket.test");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign up" }).click();
  await page.getByRole("button", { name: "Account" }).click();
  await page.getByRole("menuitem", { name: "Deutsch" }).click();
  await page.getByRole("heading", { name: said("Drop your first files here") }).waitFor();
  await page.setViewportSize({ width: 360, height: 740 });
  await expectRoom(page, "an empty list");
  await drop(page, [SAMPLE]);
  await page
    .getByRole("link", { name: /Quillmark/ })
    .filter({ visible: true })
    .first()
    .waitFor();
  await expectRoom(page, "the list");
  await page
    .getByRole("link", { name: /Quillmark/ })
    .filter({ visible: true })
    .first()
    .click();
  await page.getByRole("complementary", { name: said("Details") }).waitFor();
  await expectRoom(page, "a document");
  for (const view of ["account", "tables", "review", "tags", "trash", "usage", "connections"]) {
    await page.goto(`${stack.url}/?view=${view}`);
    await page.getByRole("main").locator("h1:visible, h2:visible").first().waitFor();
    await expectRoom(page, view);
  }
  await context.close();
});

const ofReader = (language: string): string =>
  `user_id = (select id from auth.users where email = 'ada-${language}@docket.test')`;

/** What the page says in a language where English stands in the code. */
function speaker(language: string): (english: string) => string {
  const catalog = catalogOf(language);
  return (english) => {
    const said = catalog[english];
    if (!said) throw new Error(`${language} has no "${english}"`);
    return said;
  };
}

/** Looks at each text, label, tooltip and placeholder: none is an English one that the catalog has otherwise. */
async function expectNoEnglish(page: Page, language: string, view: string): Promise<void> {
  const english = Object.entries(catalogOf(language)).flatMap(([text, said]) => {
    const shown = text.split(" ~ ")[0]!;
    // A tag is the reader's word.
    return shown === said || text.endsWith("~ as a tag") ? [] : [shown.trim()];
  });
  const seen = await page.evaluate(() => {
    const texts = new Set<string>();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    // The document's own words are in its language.
    for (let node = walker.nextNode(); node; node = walker.nextNode())
      if (!node.parentElement?.closest("pre, script, noscript, [translate=no]")) texts.add(node.nodeValue!.trim());
    for (const element of document.querySelectorAll("[aria-label], [title], [placeholder], [alt]"))
      for (const name of ["aria-label", "title", "placeholder", "alt"]) texts.add(element.getAttribute(name) ?? "");
    return [...texts];
  });
  expect(seen.length).toBeGreaterThan(3);
  expect(
    seen.filter((text) => english.includes(text)),
    view,
  ).toEqual([]);
}

/** No view is wider than the screen, and no button than its own frame. */
async function expectRoom(page: Page, view: string): Promise<void> {
  const found = await page.evaluate(() => {
    const wide =
      document.documentElement.scrollWidth > innerWidth ? [`the page: ${document.documentElement.scrollWidth}`] : [];
    // Names of files and people are cut with a tooltip.
    for (const button of document.querySelectorAll<HTMLElement>("button, a"))
      if (
        button.offsetWidth > 1 &&
        button.scrollWidth > button.clientWidth + 1 &&
        !button.title &&
        button.clientWidth > 0
      )
        wide.push(button.innerText || button.ariaLabel || button.outerHTML.slice(0, 80));
    return wide;
  });
  expect(found, view).toEqual([]);
}
