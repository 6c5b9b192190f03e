import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import { openBrowser } from "../testing/browser.ts";
import { DEMO_USER, ROOT } from "./checkout.ts";
import { openSession } from "./client.ts";
import { builtPage } from "./page.ts";
import { startStack } from "../stack/stack.ts";

const SIZES = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };
const THEMES = ["light", "dark"] as const;

/** What is shown, by the name of its picture: from the list of the demo user to the view. */
const VIEWS: Record<string, (page: Page) => Promise<unknown>> = {
  list: async () => {},
  search: async (page) => {
    await page.getByRole("searchbox").fill("total");
    await page.getByRole("table").locator("mark").first().waitFor();
  },
  selection: async (page) => {
    for (const box of (await page.getByRole("table").getByRole("checkbox").all()).slice(1, 4)) await box.check();
  },
  document: async (page) => {
    await page.getByRole("link", { name: /Quillmark/ }).click();
    await page.getByRole("button", { name: /^Date:/ }).click();
    await page.getByTestId("mark").first().waitFor();
  },
  scan: async (page) => {
    await page.getByRole("link", { name: /Receipt/ }).click();
    await page.getByRole("button", { name: /^Date:/ }).click();
    await page.getByTestId("mark").first().waitFor();
  },
  failed: async (page) => {
    await page.getByRole("link", { name: "encrypted.pdf" }).click();
    await page.getByRole("heading", { name: "No pages" }).waitFor();
  },
  changes: async (page) => {
    await page.getByRole("link", { name: /Annual Report/ }).click();
    // What a person changed is locked, and a new description proposes its own.
    for (const [field, value] of [
      ["From", "Brook Trust"],
      ["Summary", "The third year of the brook."],
    ] as const) {
      await page.getByRole("button", { name: `Edit ${field.toLowerCase()}` }).click();
      await page.getByRole("textbox", { name: field }).fill(value);
      await page.keyboard.press("Enter");
    }
    await page.getByRole("button", { name: "Regenerate" }).click();
    await page
      .getByRole("dialog")
      .getByRole("heading", { name: /changed/ })
      .waitFor();
  },
  usage: async (page) => {
    await page.getByRole("button", { name: "Account" }).click();
    await page.getByRole("menuitem", { name: "Usage" }).click();
    await page.getByRole("region", { name: "Pages" }).waitFor();
  },
  empty: async (page) => {
    await page.route("**/rpc/search_documents*", (route) =>
      route.fulfill({ json: { documents: [], next: null, total: 0 } }),
    );
    await page.reload();
    await page.getByRole("button", { name: "Try three samples" }).waitFor();
  },
  tables: async (page) => {
    await withTable(page);
  },
  extracted: async (page) => {
    await withTable(page);
    await page.getByRole("link", { name: /Quillmark/ }).click();
    await page
      .getByRole("region", { name: "Invoices" })
      .getByRole("button", { name: /^Total:/ })
      .first()
      .click();
    await page.getByRole("region", { name: "Items" }).scrollIntoViewIfNeeded();
  },
  review: async (page) => {
    await withTable(page);
    await page.evaluate(() => {
      const text =
        "Brandt & Söhne GmbH\nKaistraße 8, 24103 Kiel\n\nRechnung\nRechnungsnummer: RE-2026-0043\nRechnungsdatum: 15.03.2026\n\n" +
        "Bezeichnung  Menge  Einzelpreis  Betrag\nWebdesign  2  40,00  80,00\nFensterreinigung  1  20,50  20,50\n\n" +
        "Zwischensumme  100,50\nMwSt. 20%  20,10\nGesamtbetrag  EUR 150,00\n";
      const data = new DataTransfer();
      data.items.add(new File([text], "Rechnung.txt", { type: "text/plain" }));
      document.body.dispatchEvent(new DragEvent("drop", { bubbles: true, dataTransfer: data }));
    });
    await page.getByText("Needs review").first().waitFor();
    await page.goto(new URL("?view=review", page.url()).href);
    await page.getByRole("heading", { name: /waits? for you/ }).waitFor();
  },
  tokens: async (page) => {
    await page.goto(new URL("?view=connections", page.url()).href);
    if ((await page.getByText("Scanner in the office").count()) === 0) {
      await page.getByRole("button", { name: "New token" }).click();
      await page.getByLabel("Name").fill("Scanner in the office");
      await page.getByRole("checkbox", { name: /^Add\b/ }).check();
      await page.getByRole("button", { name: "Make the token" }).click();
      await page.getByRole("button", { name: "Done" }).click();
    }
    await page.getByText("Never used").first().waitFor();
  },
  webhooks: async (page) => {
    await page.goto(new URL("?view=connections&kind=webhooks", page.url()).href);
    await page.getByRole("button", { name: "New webhook" }).click();
    await page.getByLabel("Address").fill("https://hooks.example.com/docket");
    await page.getByLabel("Name").fill("Accounting");
    await page.getByRole("button", { name: "Make the webhook" }).click();
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByRole("button", { name: "More for Accounting" }).first().click();
    await page.getByRole("menuitem", { name: "Send a test" }).click();
    await page.getByRole("list", { name: "Messages" }).getByRole("button").first().click();
    await page.getByRole("button", { name: /^Failed/ }).waitFor();
  },
  collecting: async (page) => {
    await page.goto(new URL("?view=connections&kind=collecting", page.url()).href);
    await page.getByRole("button", { name: "New link" }).click();
    await page.getByLabel("Title").fill("Receipts of March");
    await page.getByLabel("Tags").fill("receipt, march");
  },
  addresses: async (page) => {
    await page.goto(new URL("?view=connections&kind=mail", page.url()).href);
    await page.getByRole("button", { name: "New address" }).click();
    await page.getByLabel("Name").fill("Invoices");
    await page.getByLabel("Who may send").fill("billing@acme.example");
    await page.getByRole("button", { name: "Make the address" }).click();
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByText("From billing@acme.example alone").first().waitFor();
  },
  rules: async (page) => {
    await page.goto(new URL("?view=connections&kind=rules", page.url()).href);
    await page
      .getByText(/Nothing happens by itself|When its text has/)
      .first()
      .waitFor();
    if ((await page.getByText("Stationery", { exact: true }).count()) === 0) {
      await page.getByRole("button", { name: "New rule" }).click();
      await page.getByLabel("Name", { exact: true }).fill("Stationery");
      await page.getByLabel("Words in the text").fill("paper, ink");
      await page.getByLabel("Add tags").fill("stationery");
      await page.getByRole("button", { name: "Make the rule" }).click();
    }
    await page.getByRole("button", { name: "Try Stationery" }).click();
    await page.getByRole("list", { name: "Changes" }).waitFor();
  },
  share: async (page) => {
    await page.getByRole("link", { name: /Quillmark/ }).click();
    await page.getByRole("button", { name: "Share" }).click();
    await page.getByLabel("For whom").fill("The tax adviser");
    await page.getByRole("button", { name: "Make a link" }).click();
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByRole("button", { name: "Share" }).click();
    await page.getByText("Links to this document").waitFor();
  },
  shared: async (page) => {
    await page.goto(new URL("?view=connections&kind=sharing", page.url()).href);
    await page
      .getByRole("button", { name: /^Revoke the link/ })
      .first()
      .waitFor();
  },
  trash: async (page) => {
    await page.route("**/rpc/trash", (route) =>
      route.fulfill({
        json: {
          documents: ["Lease 2024.pdf", "IMG_3391.jpg", "Newsletter May.eml"].map((name, index) => ({
            id: crypto.randomUUID(),
            filename: name,
            display_name: null,
            mime_type: ["application/pdf", "image/jpeg", "message/rfc822"][index],
            byte_size: 120_000 * (index + 1),
            trashed_at: new Date(Date.now() - index * 10 * 86_400_000).toISOString(),
          })),
          total: 3,
          bytes: 720_000,
          kept_for: 30 * 86_400,
        },
      }),
    );
    await page.goto(new URL("?view=trash", page.url()).href);
    await page.getByRole("button", { name: "Restore Lease 2024.pdf" }).waitFor();
  },
  views: async (page) => {
    await page.getByRole("group", { name: "Filters" }).getByRole("button", { name: /^View/ }).click();
    await page.getByRole("menuitem", { name: "Keep this view" }).waitFor();
  },
  senders: async (page) => {
    await page.getByRole("group", { name: "Filters" }).getByRole("button", { name: "From" }).click();
    await page.getByRole("dialog", { name: "Senders" }).getByRole("button").first().waitFor();
  },
  account: async (page) => {
    await page.goto(new URL("?view=account", page.url()).href);
    await page.getByRole("heading", { name: "Account", level: 1 }).waitFor();
  },
  photographs: async (page) => {
    await page.getByRole("button", { name: "Add documents" }).click();
    await page.getByRole("menuitem", { name: "Photographs as one PDF" }).click();
    const dialog = page.getByRole("dialog", { name: "Photograph pages" });
    for (const file of ["IMG_2041.jpg", "Screenshot_20260304-181502.png"])
      await dialog.getByLabel("Photograph", { exact: true }).setInputFiles(path.join(ROOT, "samples", file));
    await dialog.getByAltText("Page 2").waitFor();
  },
  "second-factor": async (page) => {
    await page.goto(new URL("?view=account", page.url()).href);
    await page.getByRole("button", { name: "Set up" }).click();
    await page.getByAltText("The secret as a QR code").waitFor();
  },
  palette: async (page) => {
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "What to do, or a document" }).fill("re");
    await page.getByRole("option", { name: /Receipt/ }).waitFor();
  },
  keys: async (page) => {
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard" }).waitFor();
  },
  upload: async (page) => {
    // Sent into the void: a tray with files on their way.
    await page.route("**/functions/v1/upload", () => {});
    await page.evaluate(() => {
      const data = new DataTransfer();
      for (const name of ["Lease 2026.pdf", "IMG_3391.jpg", "Bank statement March.pdf", "Receipt.png"])
        data.items.add(new File([new Uint8Array(400_000)], name));
      document.body.dispatchEvent(new DragEvent("drop", { bubbles: true, dataTransfer: data }));
    });
    await page.getByText("Sending 4 files").waitFor();
  },
  pages: async (page) => {
    await page.getByRole("link", { name: /Annual Report/ }).click();
    const strip = page.getByRole("navigation", { name: "All pages" });
    await strip.getByRole("button").nth(1).click();
    await page.getByRole("button", { name: "Turn page 2 to the right" }).click();
  },
  editor: async (page) => {
    await withTable(page);
    await page.getByRole("button", { name: "Fields", exact: true }).click();
    await page.getByRole("complementary", { name: "Preview" }).locator("mark").first().waitFor();
  },
  tags: async (page) => {
    await page.goto(new URL("?view=tags", page.url()).href);
    for (const [place, color] of ["Blue", "Green", "Orange"].entries()) {
      await page
        .getByRole("button", { name: /^Color of/ })
        .nth(place)
        .click();
      await page.getByRole("menuitem", { name: color }).click();
      await page
        .getByRole("button", { name: new RegExp(`^Color of .*: ${color}`) })
        .first()
        .waitFor();
    }
    await page
      .getByRole("button", { name: /^Color of/ })
      .nth(3)
      .click();
    await page.getByRole("menuitem", { name: "Pink" }).waitFor();
  },
  noted: async (page) => {
    await page.getByRole("link", { name: /Quillmark/ }).click();
    const note = page.getByRole("region", { name: "Note" });
    await note.getByRole("button", { name: /note$/ }).click();
    await note.getByRole("textbox").fill("Paid by card on 20 March. Ask for the discount next time.");
    await page.keyboard.press("Control+Enter");
    await note.getByRole("button", { name: "Edit the note" }).scrollIntoViewIfNeeded();
  },
  "noted-list": async (page) => {
    await page.getByLabel("Note", { exact: true }).filter({ visible: true }).first().waitFor();
  },
  // Last: it is remembered.
  grid: async (page) => {
    await page.getByRole("button", { name: "Show as a grid" }).click();
    await page.getByRole("list", { name: "Documents" }).locator("img").first().waitFor();
  },
};

/** To a table of a template, which is made by the first who needs it. */
async function withTable(page: Page, name = "Invoices"): Promise<void> {
  await page.goto(new URL("?view=tables", page.url()).href);
  await page.getByRole("button", { name: "New table" }).waitFor();
  if ((await page.getByRole("link", { name }).count()) === 0) {
    await page.getByRole("button", { name: "New table" }).click();
    await page.getByRole("menuitem", { name }).click();
  } else await page.getByRole("link", { name }).first().click();
  await page.getByRole("region", { name }).getByRole("link").first().waitFor();
}

/** The pictures of the documentation: few, that tell. */
const KEPT = new Set([
  ...["list", "document"].flatMap((view) =>
    Object.keys(SIZES).flatMap((size) => THEMES.map((theme) => `${view}-${size}-${theme}`)),
  ),
  "sign-in-desktop-light",
  "search-desktop-light",
  "scan-phone-light",
  "changes-desktop-light",
  "changes-phone-dark",
  "failed-desktop-dark",
  "upload-phone-light",
  "usage-desktop-dark",
]);

/**
 * `npm run screenshots`: the pictures of the documentation, into docs/screenshots. With `--all FOLDER` every view in
 * every size and theme, as PNG, to be looked at, or those that `--view NAME` names, in the language of `--language de`;
 * `--url URL` takes them of a stack that runs already and has the samples.
 */
export async function main(args: string[]): Promise<void> {
  const {
    values: { all, url, view: wanted, language },
  } = parseArgs({
    args,
    options: {
      all: { type: "string" },
      url: { type: "string" },
      view: { type: "string", multiple: true },
      language: { type: "string" },
    },
  });
  const target = all ?? path.join(ROOT, "docs", "screenshots");
  await mkdir(target, { recursive: true });
  await using stack = url ? undefined : await stackWithSamples();
  const browser = await openBrowser();
  try {
    for (const [size, viewport] of Object.entries(SIZES)) {
      for (const theme of THEMES) {
        const take = async (page: Page, view: string) => {
          const name = `${view}-${size}-${theme}`;
          // Each view is reached in English.
          if (language) await speak(page, language);
          if (all !== undefined || KEPT.has(name))
            await picture(page, path.join(target, name), all === undefined ? "webp" : "png");
        };
        const context = await browser.newContext({
          viewport,
          colorScheme: theme,
          locale: "en-GB",
          reducedMotion: "reduce",
          isMobile: size === "phone",
          hasTouch: size === "phone",
        });
        const signIn = await context.newPage();
        await signIn.goto((url ?? stack?.url)!);
        await signIn.getByRole("button", { name: "Open the demo" }).waitFor();
        await signIn.waitForLoadState("networkidle");
        await take(signIn, "sign-in");
        if (language) await speak(signIn, "en");
        await signIn.getByRole("button", { name: "Open the demo" }).click();
        await signIn.getByRole("table").waitFor();
        for (const [view, show] of Object.entries(VIEWS)) {
          if (all === undefined ? !KEPT.has(`${view}-${size}-${theme}`) : wanted && !wanted.includes(view)) continue;
          const page = await context.newPage();
          await page.goto((url ?? stack?.url)!);
          await page.getByRole("table").waitFor();
          await show(page);
          // Files on their way are never idle.
          if (view !== "upload") await page.waitForLoadState("networkidle");
          await take(page, view);
          if (language) await speak(page, "en");
          await page.close();
        }
        await context.close();
      }
    }
    console.log(`The pictures are in ${path.relative(process.cwd(), target)}.`);
  } finally {
    await browser.close();
  }
}

/** Has the page change its language, as when the browser's changes, and waits until it has. */
async function speak(page: Page, language: string): Promise<void> {
  await page.evaluate((wanted) => {
    localStorage.setItem("language", wanted);
    dispatchEvent(new Event("languagechange"));
  }, language);
  await page.locator(`html[lang="${language}"]`).waitFor();
}

/** A stack in a temporary folder, whose demo user has sent the samples and a file that cannot be read. */
export async function stackWithSamples(): Promise<{ url: string; [Symbol.asyncDispose](): Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), "docket-screenshots-"));
  const stack = await startStack({ folder, port: 0, page: { folder: await builtPage(), demo: DEMO_USER } });
  const session = await openSession(stack.url, stack.keys.publishableKey, DEMO_USER);
  const samples = JSON.parse(await readFile(path.join(ROOT, "samples", "manifest.json"), "utf8")) as { file: string }[];
  for (const file of ["tests/fixtures/encrypted.pdf", ...samples.map((sample) => `samples/${sample.file}`)])
    await session.send(path.join(ROOT, file), () => {});
  await session.close();
  return {
    url: stack.url,
    async [Symbol.asyncDispose]() {
      await stack.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Taken when fonts are there. WebP, which Playwright's own call has not. */
async function picture(page: Page, file: string, format: "webp" | "png"): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  const client = await page.context().newCDPSession(page);
  const { data } = await client.send("Page.captureScreenshot", { format, quality: 82 });
  await writeFile(`${file}.${format}`, Buffer.from(data, "base64"));
}
