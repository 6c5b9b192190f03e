import type { CDPSession, Page } from "playwright-core";

/** What a person does with the page, over and over. Each deed begins and ends at the list of all documents, without a reload. */
export const DEEDS: Record<string, (page: Page, round: number) => Promise<void>> = {
  async search(page) {
    await page.keyboard.press("/");
    await page.keyboard.type("total");
    await page.getByRole("table").locator("mark").first().waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await heading(page).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("table").waitFor();
    await page.getByRole("searchbox").fill("nothing has this word");
    await page.getByRole("heading", { name: "Nothing found" }).waitFor();
    await page.getByRole("button", { name: "Clear search and filters" }).click();
  },

  async "read a document and its neighbors"(page) {
    await page
      .getByRole("link", { name: /Quillmark/ })
      .first()
      .click();
    await page
      .getByRole("button", { name: /^Date:/ })
      .first()
      .click();
    await page.getByTestId("mark").first().waitFor();
    await page.getByRole("button", { name: "Zoom in" }).click();
    await page.getByRole("button", { name: "Zoom out" }).click();
    const isLast = await page.getByRole("button", { name: "Next document" }).isDisabled();
    for (const key of isLast ? ["k", "j"] : ["j", "k"]) {
      const before = await heading(page).textContent();
      await page.keyboard.press(key);
      await page.waitForFunction((name) => document.querySelector("h1")?.textContent !== name, before);
    }
    await page.keyboard.press("Escape");
  },

  async "correct a field, and take that back"(page) {
    await page
      .getByRole("link", { name: /Quillmark/ })
      .first()
      .click();
    await page.getByRole("button", { name: "Edit language" }).click();
    await page.getByRole("textbox", { name: "Language" }).fill("de");
    await page.keyboard.press("Enter");
    const saved = page.getByRole("dialog", { name: "Language saved" });
    await saved.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("button", { name: "Unlock language" }).waitFor({ state: "detached" });
    await saved.waitFor({ state: "detached" });
    await page.keyboard.press("Escape");
  },

  async "note something, and remove it"(page) {
    await page
      .getByRole("link", { name: /Quillmark/ })
      .first()
      .click();
    const note = page.getByRole("region", { name: "Note" });
    await note.getByRole("button", { name: "Add a note" }).click();
    await note.getByRole("textbox").fill("Paid by card.");
    await page.keyboard.press("Control+Enter");
    await page.getByRole("dialog", { name: "Note saved" }).waitFor();
    await note.getByRole("button", { name: "Edit the note" }).click();
    await note.getByRole("textbox").fill("");
    await page.keyboard.press("Control+Enter");
    await page.getByRole("dialog", { name: "Note removed" }).waitFor();
    await page.keyboard.press("Escape");
  },

  async "describe a document again"(page) {
    await page
      .getByRole("link", { name: /Quillmark/ })
      .first()
      .click();
    await page.getByRole("button", { name: "Regenerate" }).click();
    // What was saved is told by dialogs, too.
    const dialog = page.getByRole("dialog", { name: /changed/ });
    await dialog.waitFor();
    await dialog.getByRole("button", { name: "Done" }).click();
    await dialog.waitFor({ state: "detached" });
    await page.keyboard.press("Escape");
  },

  async "filter, sort, and look at cards"(page) {
    const filters = page.getByRole("group", { name: "Filters" });
    await filters.getByRole("button", { name: "Type" }).click();
    await page.getByRole("menuitemcheckbox", { name: "Invoice", exact: true }).click();
    await page.keyboard.press("Escape");
    await filters.getByRole("button", { name: "Remove the filter Invoice" }).click();
    const sort = filters.getByRole("combobox", { name: "Sort by" });
    await sort.selectOption("-amount");
    await sort.selectOption("-created_at");
    await filters.getByRole("button", { name: "Show as a grid" }).click();
    await page.getByRole("list", { name: "Documents" }).getByRole("link").first().waitFor();
    await filters.getByRole("button", { name: "Show as a list" }).click();
    await page.getByRole("table").waitFor();
  },

  async "select, and leave it"(page) {
    for (const box of (await page.getByRole("table").getByRole("checkbox").all()).slice(1, 4)) await box.check();
    await page.getByRole("toolbar", { name: "Selected documents" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("toolbar", { name: "Selected documents" }).waitFor({ state: "detached" });
  },

  async "look into every view"(page) {
    const views = ["tables", "review", "tags", "connections", "trash", "usage", "account"].map(
      (view) => `?view=${view}`,
    );
    const kinds = ["webhooks", "sharing", "collecting", "mail", "rules"].map(
      (kind) => `?view=connections&kind=${kind}`,
    );
    for (const place of [...views, ...kinds]) {
      await move(page, place);
      await page.getByRole("main").locator("h1:visible, h2:visible").first().waitFor();
    }
  },

  async "use the palette and look up the keys"(page) {
    await page.keyboard.press("Control+k");
    const palette = page.getByRole("dialog", { name: "Commands and documents" });
    await palette.getByRole("option").first().waitFor();
    await page.keyboard.type("quillmark");
    await palette
      .getByRole("option", { name: /Quillmark/ })
      .first()
      .waitFor();
    await page.keyboard.press("Escape");
    await palette.waitFor({ state: "detached" });
    await page.keyboard.press("?");
    const keys = page.getByRole("dialog", { name: "Keyboard" });
    await keys.waitFor();
    await page.keyboard.press("Escape");
    await keys.waitFor({ state: "detached" });
  },

  async "send a file, and delete it for good"(page, round) {
    const name = `Note of round ${round}.txt`;
    await page.evaluate((filename) => {
      const data = new DataTransfer();
      data.items.add(new File([`${filename}, written at ${Date.now()}.`], filename, { type: "text/plain" }));
      document.body.dispatchEvent(new DragEvent("drop", { bubbles: true, dataTransfer: data }));
    }, name);
    const row = page.getByRole("row").nth(1);
    await row.getByText("Done", { exact: true }).filter({ visible: true }).waitFor({ timeout: 60_000 });
    await row.getByRole("link").click();
    await page.getByRole("button", { name: "Delete the document" }).click();
    await move(page, "?view=trash");
    await page.getByRole("button", { name: "Empty the trash" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete for good" }).click();
    await page.getByRole("heading", { name: "The trash is empty" }).waitFor();
  },

  async "lose the connection for a moment"(page) {
    await page.context().setOffline(true);
    await page
      .getByText(/You are offline/)
      .first()
      .waitFor();
    await page.context().setOffline(false);
    await page
      .getByText(/You are offline/)
      .first()
      .waitFor({ state: "detached" });
  },

  async "change the language"(page) {
    for (const language of ["de", "en"]) {
      await page.evaluate((chosen) => {
        localStorage.setItem("language", chosen);
        dispatchEvent(new Event("languagechange"));
      }, language);
      await page.locator(`html[lang="${language}"]`).waitFor();
    }
  },
};

const heading = (page: Page) => page.getByRole("heading", { level: 1 });

/** To a place of the page, as by "back": without loading it again. */
async function move(page: Page, query: string): Promise<void> {
  await page.evaluate((to) => {
    history.pushState(null, "", location.pathname + to);
    dispatchEvent(new PopStateEvent("popstate"));
  }, query);
}

/** What the page holds after a collection of garbage: bytes of JavaScript, nodes of documents that are still held, listeners. */
export type Held = { heapBytes: number; nodes: number; listeners: number; elements: number };

export async function heldBy(page: Page, client: CDPSession): Promise<Held> {
  // What was said, and the tray of what was sent, go by themselves.
  await page.mouse.move(0, 0);
  await page
    .waitForFunction(() => !document.querySelector('[role=dialog], section[aria-label="Uploads"]'))
    .catch(async () => {
      const left = await page.locator('[role=dialog], section[aria-label="Uploads"]').allInnerTexts();
      throw new Error(`This does not go by itself: ${left.join(" | ")}`);
    });
  // Twice: what the first one finalizes is free for the second.
  await client.send("HeapProfiler.collectGarbage");
  await client.send("HeapProfiler.collectGarbage");
  const { metrics } = await client.send("Performance.getMetrics");
  const metric = (name: string): number => metrics.find((one) => one.name === name)?.value ?? 0;
  const elements = await page.evaluate(() => document.querySelectorAll("*").length);
  return {
    heapBytes: metric("JSHeapUsedSize"),
    nodes: metric("Nodes"),
    listeners: metric("JSEventListeners"),
    elements,
  };
}

/** How much more may be held at the end than after the first rounds. A page that leaks a view a round has left this after minutes. */
export const MOST_GROWTH = { heapBytes: 12_000_000, nodes: 4_000, listeners: 400, elements: 300 } as const;

export const grown = (before: Held, after: Held): string[] =>
  (Object.keys(MOST_GROWTH) as (keyof Held)[])
    .filter((what) => after[what] > before[what] + MOST_GROWTH[what])
    .map((what) => `${what} grew from ${before[what]} to ${after[what]}, by more than ${MOST_GROWTH[what]}`);

/** Back at the list of all documents, from wherever a deed ended. */
export async function toList(page: Page): Promise<void> {
  await page.getByRole("link", { name: "Docket, all documents" }).click();
  await page.getByRole("table").waitFor();
}
