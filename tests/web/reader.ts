import { readFile } from "node:fs/promises";
import path from "node:path";
import { createRequire } from "node:module";
import { buffer } from "node:stream/consumers";
import type { Browser, BrowserContext, Download, Page } from "playwright-core";
import { expect } from "vitest";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Somebody in front of the page, with a browser profile of their own. What the page complains of is in `complaints`. */
export type Reader = { context: BrowserContext; page: Page; complaints: string[] };

/** Opens the page and signs up. */
export async function newReader(browser: Browser, url: string, email: string): Promise<Reader> {
  const reader = await openPage(browser, url);
  const { page } = reader;
  await page.getByRole("button", { name: "Sign up" }).click();
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign up" }).click();
  await page.getByRole("heading", { name: "Drop your first files here" }).waitFor();
  return reader;
}

/** The same person in another browser. */
export async function sameReader(browser: Browser, url: string, email: string): Promise<Reader> {
  const reader = await openPage(browser, url);
  await signIn(reader.page, email);
  await reader.page.getByRole("button", { name: "Account" }).waitFor();
  return reader;
}

export async function signIn(page: Page, email: string): Promise<void> {
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
}

export const PASSWORD = "correct horse";

/** Opens the page in a browser of its own that prefers a language. */
export async function openPage(browser: Browser, url: string, locale = "en-GB"): Promise<Reader> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale,
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" && /Content Security Policy|Uncaught|React/.test(message.text()))
      complaints.push(message.text());
  });
  page.on("dialog", (dialog) => {
    complaints.push(`A dialog said ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(url);
  return { context, page, complaints };
}

/** Drops files on the page, by their paths or given bytes, as a hand does: enter, over, drop. */
export async function drop(
  page: Page,
  files: (string | { name: string; type: string; bytes: Buffer })[],
): Promise<void> {
  const contents = await Promise.all(
    files.map(async (file) =>
      typeof file === "string"
        ? { name: path.basename(file), type: "", base64: (await readFile(file)).toString("base64") }
        : { name: file.name, type: file.type, base64: file.bytes.toString("base64") },
    ),
  );
  const transfer = await page.evaluateHandle((given) => {
    const data = new DataTransfer();
    for (const { name, type, base64 } of given)
      data.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], name, { type }));
    return data;
  }, contents);
  for (const event of ["dragenter", "dragover", "drop"])
    await page.dispatchEvent("body", event, { dataTransfer: transfer });
}

/** A PDF with as many bytes more, in an object that no page uses. */
export function padded(pdf: Buffer, bytes: number): Buffer {
  const end = pdf.subarray(pdf.lastIndexOf("startxref"));
  return Buffer.concat([
    pdf,
    Buffer.from(`\n9999 0 obj\n<< /Length ${bytes} >>\nstream\n`),
    Buffer.alloc(bytes, "0"),
    Buffer.from("\nendstream\nendobj\n"),
    end,
  ]);
}

/** The file that was saved, through the browser: it is another process's, and so are its files. */
export const savedBy = async (file: Download): Promise<Buffer> => await buffer(await file.createReadStream());

export const rowOf = (page: Page, name: string | RegExp) =>
  page.getByRole("row").filter({ has: page.getByRole("link", { name }) });

/** What axe finds that is serious or worse, in both themes. */
export async function expectAccessible(page: Page, view: string): Promise<void> {
  for (const theme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: theme });
    // Evaluated by the debugger, which the page's policy does not bind.
    if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(AXE);
    // A list that waits for its next rows shows the last ones faintly.
    await expect.poll(() => page.locator("[aria-busy=true]").count()).toBe(0);
    // Two frames, so that the colours are those of the theme.
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    const found = () =>
      page.evaluate(async () => {
        const { violations } = await (globalThis as any).axe.run(document, { resultTypes: ["violations"] });
        return violations
          .filter(({ impact }: any) => impact === "serious" || impact === "critical")
          .map(
            ({ id, nodes }: any) =>
              `${id}: ${nodes
                .slice(0, 3)
                .map(({ html, failureSummary }: any) => `${html.slice(0, 160)} — ${failureSummary}`)
                .join(" | ")}`,
          );
      });
    // What passes by, as rows that fade while a change arrives, is no fault of the view: what stays is.
    await expect.poll(found, { message: `${view}, ${theme}` }).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: "light" });
}
