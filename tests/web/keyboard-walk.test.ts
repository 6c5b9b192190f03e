// The menus and dialogs of the page by keyboard alone: opened, walked, left with Escape, and back where it was opened. And every view left with Back.
import path from "node:path";
import { createClient } from "@supabase/supabase-js";
import { Secret, TOTP } from "otpauth";
import type { Browser, Locator } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { createDocket } from "../../client/src/index.ts";
import { TEMPLATES } from "../../supabase/functions/_shared/extraction/templates/index.ts";
import { lentBrowser, lentStack, type LentStack } from "../../testing/lending.ts";
import { SAMPLES } from "../../testing/user.ts";
import { drop, newReader, PASSWORD, type Reader, rowOf } from "./reader.ts";

const EMAIL = "ada@docket.test";

let stack: LentStack;
let browser: Browser;
let ada: Reader;
/** Of the document that is opened. */
let id: string;

/** One of everything that has a menu or a dialog. */
beforeAll(async () => {
  stack = await lentStack({ OCR_ENGINE_URL: "" });
  browser = await lentBrowser();
  ada = await newReader(browser, stack.url, EMAIL);
  await drop(ada.page, [path.join(SAMPLES, "download-3.pdf")]);
  await rowOf(ada.page, /Quillmark/)
    .getByText("Done")
    .filter({ visible: true })
    .waitFor();
  [{ id }] = (await stack.sql("select id from documents")) as [{ id: string }];
  await stack.sql(
    `insert into documents (user_id, filename, storage_path, mime_type, byte_size, content_sha256, status, display_name, trashed_at)
     select id, n || '.pdf', id || '/' || n, 'application/pdf', n, encode(sha256(n::text::bytea), 'hex'), 'completed', 'Old paper.pdf', now()
     from auth.users, generate_series(1, 1) as n where email = '${EMAIL}'`,
  );
  const supabase = createClient(stack.url, stack.keys.publishableKey, {
    auth: { persistSession: false },
    realtime: { transport: WebSocket as never },
  });
  await supabase.auth.signInWithPassword({ email: EMAIL, password: PASSWORD });
  const docket = createDocket({ url: stack.url, supabase });
  const { name, document_types, fields } = TEMPLATES.invoice!;
  const made = await supabase.from("extraction_schemas").insert({ name, document_types, fields }).select("id").single();
  // It is made for documents to come: this one is there already.
  for await (const event of docket.extract(id, made.data!.id)) expect(event).toBeTruthy();
  await supabase.from("saved_views").insert({ name: "Mine", question: "q=quillmark", position: 0 });
  await docket.tokens.create("robot", ["documents:read"]);
  await docket.webhooks.create({
    url: "https://example.com/hook",
    events: ["document.completed"],
    description: "Hook",
  });
  await docket.inboxAddresses.create({ name: "Post" });
  await docket.rules.create({ name: "Sort", conditions: { senders: ["Acme"] }, actions: { add_tags: ["tax"] } });
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});
afterEach(() => expect(ada.complaints).toEqual([]));

/** What has the focus, for a message. */
const focused = (): Promise<string> =>
  ada.page.evaluate(() => {
    const { outerHTML } = document.activeElement!;
    return outerHTML.slice(0, outerHTML.indexOf(">") + 1);
  });
const hasFocus = (where: Locator, within = false): Promise<boolean> =>
  where.evaluate((element, inside) => {
    const { activeElement } = document;
    return inside ? element.contains(activeElement) : element === activeElement;
  }, within);

const button = (name: string | RegExp) => ada.page.getByRole("button", { name, exact: true });

const filter = (name: string) =>
  ada.page.getByRole("group", { name: "Filters" }).getByRole("button", { name, exact: true });

/** A popover is a dialog that leaves the rest of the page at work. */
type Kind = "menu" | "dialog" | "popover";
const popup = (kind: Kind): Locator =>
  ada.page.locator(kind === "menu" ? "[role=menu]" : "[role=dialog], [role=alertdialog]").last();

type Row = {
  opens: string;
  at: string;
  by(): Locator;
  kind: Kind;
  /** The key that opens it from there, if not Enter. */
  key?: string;
  /** For what is opened from a menu: its item. */
  item?: string;
  /** What has to be done before its button is there. */
  first?(): Promise<void>;
};

/** Goes to an item of the open menu with the arrows, and takes it. */
async function choose(name: string): Promise<void> {
  const { page } = ada;
  const item = page.getByRole("menuitem", { name });
  await item.waitFor();
  for (let step = 0; step < 30 && !(await hasFocus(item)); step += 1) await page.keyboard.press("ArrowDown");
  expect(await hasFocus(item), await focused()).toBe(true);
  await page.keyboard.press("Enter");
}

const select = async () => {
  await ada.page.keyboard.press("j");
  await ada.page.keyboard.press("x");
};
/** From the table that is there to its fields. */
const editSchema = async () => {
  await button("Fields").focus();
  await ada.page.keyboard.press("Enter");
};
const connections = (kind: string) => `?view=connections&kind=${kind}`;
const EVERYTHING: Row[] = [
  { opens: "Add documents", at: "", by: () => button("Add documents"), kind: "menu" },
  { opens: "photographing", at: "", by: () => button("Add documents"), item: "Photographs as one PDF", kind: "dialog" },
  { opens: "the account menu", at: "", by: () => button("Account"), kind: "menu" },
  { opens: "the keys", at: "", by: () => button("Account"), item: "Keyboard", kind: "dialog" },
  ...["Status", "Type", "Due", "More", "Views"].map(
    (name): Row => ({ opens: `the filter ${name}`, at: "", by: () => button(name), kind: "menu" }),
  ),
  ...["Tag", "From", "Date", "Amount"].map(
    (name): Row => ({ opens: `the filter ${name}`, at: "", by: () => filter(name), kind: "popover" }),
  ),
  { opens: "the palette", at: "", by: () => button("Account"), key: "Control+k", kind: "dialog" },
  { opens: "keeping a view", at: "?q=paper", by: () => button("Views"), item: "Keep this view", kind: "dialog" },
  { opens: "editing views", at: "", by: () => button("Views"), item: "Edit views", kind: "dialog" },
  { opens: "editing a selection", at: "", by: () => button("Edit"), first: select, kind: "menu" },
  { opens: "typing a selection", at: "", by: () => button("Edit"), first: select, item: "Type", kind: "dialog" },
  { opens: "exporting a selection", at: "", by: () => button("Export"), first: select, kind: "menu" },
  { opens: "sharing", at: "?document=", by: () => button("Share"), kind: "dialog" },
  { opens: "a new table", at: "?view=tables", by: () => button("New table"), kind: "menu" },
  { opens: "a filter of a table", at: "?view=tables", by: () => button("Add a filter"), kind: "popover" },
  { opens: "the files of a table", at: "?view=tables", by: () => button("Export"), kind: "menu" },
  {
    opens: "the types of a table",
    at: "?view=tables",
    by: () => button("Invoice, Credit note"),
    first: editSchema,
    kind: "menu",
  },
  { opens: "deleting a table", at: "?view=tables", by: () => button("Delete the table"), kind: "dialog" },
  { opens: "the color of a tag", at: "?view=tags", by: () => button(/^Color of /).first(), kind: "menu" },
  { opens: "renaming a tag", at: "?view=tags", by: () => button(/^Rename /).first(), kind: "dialog" },
  {
    opens: "renaming a sender",
    at: "?view=tags&kind=senders",
    by: () => ada.page.getByRole("list", { name: "Senders" }).getByRole("button", { name: /^Rename / }),
    kind: "dialog",
  },
  { opens: "deleting for good", at: "?view=trash", by: () => button("Delete Old paper.pdf for good"), kind: "dialog" },
  { opens: "emptying the trash", at: "?view=trash", by: () => button("Empty the trash"), kind: "dialog" },
  { opens: "a second factor", at: "?view=account", by: () => button("Set up"), kind: "dialog" },
  { opens: "the end of the account", at: "?view=account", by: () => button("Delete the account"), kind: "dialog" },
  { opens: "a new token", at: connections("tokens"), by: () => button("New token"), kind: "dialog" },
  { opens: "revoking a token", at: connections("tokens"), by: () => button("Revoke robot"), kind: "dialog" },
  { opens: "a new webhook", at: connections("webhooks"), by: () => button("New webhook"), kind: "dialog" },
  { opens: "more of a webhook", at: connections("webhooks"), by: () => button("More for Hook"), kind: "menu" },
  ...["Edit", "New secret", "Delete"].map(
    (item): Row => ({
      opens: `${item} of a webhook`,
      at: connections("webhooks"),
      by: () => button("More for Hook"),
      item,
      kind: "dialog",
    }),
  ),
  { opens: "a new mail address", at: connections("mail"), by: () => button("New address"), kind: "dialog" },
  { opens: "revoking a mail address", at: connections("mail"), by: () => button("Revoke Post"), kind: "dialog" },
  { opens: "a new upload link", at: connections("collecting"), by: () => button("New link"), kind: "dialog" },
  { opens: "a new rule", at: connections("rules"), by: () => button("New rule"), kind: "dialog" },
  { opens: "trying a rule", at: connections("rules"), by: () => button("Try Sort"), kind: "dialog" },
  { opens: "more of a rule", at: connections("rules"), by: () => button("More for Sort"), kind: "menu" },
  ...["Edit", "Delete"].map(
    (item): Row => ({
      opens: `${item} of a rule`,
      at: connections("rules"),
      by: () => button("More for Sort"),
      item,
      kind: "dialog",
    }),
  ),
];

describe("by keyboard alone", () => {
  it.each(EVERYTHING)("$opens is opened, walked and left, and the focus is where it was", async (row) => {
    const { page } = ada;
    await page.goto(`${stack.url}/${row.at === "?document=" ? row.at + id : row.at}`);
    if (row.at === "" || row.first === select) await rowOf(page, /Quillmark/).waitFor();
    await row.first?.();
    const opener = row.by();
    await opener.waitFor();
    await expect.poll(() => opener.isEnabled()).toBe(true);
    await opener.focus();
    await page.keyboard.press(row.key ?? "Enter");
    if (row.item !== undefined) await choose(row.item);
    const open = popup(row.kind);
    await open.waitFor();
    await expect.poll(() => hasFocus(open, true), { message: "the focus goes in" }).toBe(true);
    if (row.kind === "menu") {
      const items = open.locator("[role^=menuitem]");
      await page.keyboard.press("ArrowDown");
      await expect.poll(() => items.and(page.locator(":focus")).count()).toBe(1);
    }
    if (row.kind === "dialog")
      for (let step = 0; step < 8; step += 1) {
        await page.keyboard.press("Tab");
        // What leaves the dialog is led back into it.
        await expect.poll(() => hasFocus(open, true)).toBe(true);
      }
    await page.keyboard.press("Escape");
    await expect.poll(() => open.count()).toBe(0);
    await expect.poll(() => hasFocus(opener), { message: await focused() }).toBe(true);
  });

  it.each([
    ["Tables", "tables"],
    ["Review", "review"],
    ["Tags and senders", "tags"],
    ["Trash", "trash"],
    ["Connections", "connections"],
    ["Account", "account"],
    ["Usage", "usage"],
  ])(
    "%s is reached from the menu, and left with Back and with Escape to the search that was there",
    async (name, view) => {
      const { page } = ada;
      await page.goto(`${stack.url}/?q=quillmark`);
      await rowOf(page, /Quillmark/).waitFor();
      for (const leave of [() => page.goBack(), () => page.keyboard.press("Escape")]) {
        await button("Account").first().focus();
        await page.keyboard.press("Enter");
        await choose(name);
        await expect.poll(() => new URL(page.url()).search).toBe(`?view=${view}`);
        await expect.poll(() => page.locator("main").innerText()).not.toBe("");
        await leave();
        await rowOf(page, /Quillmark/).waitFor();
        await expect.poll(() => new URL(page.url()).search).toBe("?q=quillmark");
      }
    },
  );

  it("the focus stays in the view when a document is described again, though the button waits for that to end", async () => {
    const { page } = ada;
    await page.goto(`${stack.url}/?document=${id}`);
    await button("Regenerate").focus();
    await page.keyboard.press("Enter");
    const dialog = popup("dialog");
    await dialog.waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => dialog.count()).toBe(0);
    await expect.poll(() => hasFocus(page.locator("#main"), true), { message: await focused() }).toBe(true);
  });

  it("a second factor is set up and removed, and the focus stays in its part of the account", async () => {
    const { page } = ada;
    await page.goto(`${stack.url}/?view=account`);
    const part = page.getByRole("region", { name: "Second factor" });
    await expect.poll(() => button("Set up").isEnabled()).toBe(true);
    await button("Set up").focus();
    await page.keyboard.press("Enter");
    const secret = await popup("dialog").getByLabel("Secret", { exact: true }).textContent();
    const code = popup("dialog").getByLabel("Code of your authenticator app");
    for (let step = 0; step < 8 && !(await hasFocus(code)); step += 1) await page.keyboard.press("Tab");
    expect(await hasFocus(code), await focused()).toBe(true);
    await page.keyboard.type(new TOTP({ secret: Secret.fromBase32(secret!.replaceAll(" ", "")) }).generate());
    await page.keyboard.press("Enter");
    const remove = button("Remove Authenticator app");
    await remove.waitFor();
    await expect.poll(() => popup("dialog").count()).toBe(0);
    await expect.poll(() => hasFocus(part, true), { message: await focused() }).toBe(true);
    // Left once, and then meant.
    for (const leave of ["Escape", "Enter"]) {
      await remove.focus();
      await page.keyboard.press("Enter");
      const sure = popup("dialog").getByRole("button", { name: "Remove" });
      await sure.waitFor();
      await expect.poll(() => hasFocus(popup("dialog"), true)).toBe(true);
      if (leave === "Enter") await sure.focus();
      await page.keyboard.press(leave);
      await expect.poll(() => popup("dialog").count()).toBe(0);
      if (leave === "Escape") await expect.poll(() => hasFocus(remove), { message: await focused() }).toBe(true);
    }
    await button("Set up").waitFor();
    await expect.poll(() => hasFocus(page.locator("#main"), true), { message: await focused() }).toBe(true);
  });

  it("Back leads from the fields of a table to the table", async () => {
    const { page } = ada;
    const table = page.getByRole("navigation", { name: "Tables" });
    await page.goto(`${stack.url}/?view=tables`);
    await button("Fields").focus();
    await page.keyboard.press("Enter");
    await table.waitFor({ state: "detached" });
    await page.goBack();
    await table.waitFor();
  });

  it.each<[what: string, at: string, by: () => Locator, item?: string]>([
    ["a token", connections("tokens"), () => button("Revoke robot")],
    ["a mail address", connections("mail"), () => button("Revoke Post")],
    ["a webhook", connections("webhooks"), () => button("More for Hook"), "Delete"],
    ["a rule", connections("rules"), () => button("More for Sort"), "Delete"],
    ["a document of the trash", "?view=trash", () => button("Delete Old paper.pdf for good")],
    ["a table", "?view=tables", () => button("Delete the table")],
  ])("the focus goes to the view when %s leaves it", async (_what, at, by, item) => {
    const { page } = ada;
    await page.goto(`${stack.url}/${at}`);
    await by().focus();
    await page.keyboard.press("Enter");
    if (item !== undefined) await choose(item);
    const sure = popup("dialog");
    await sure.waitFor();
    const last = sure.getByRole("button").last();
    await last.focus();
    await page.keyboard.press("Enter");
    await by().waitFor({ state: "detached" });
    await expect.poll(() => hasFocus(page.locator("#main"), true), { message: await focused() }).toBe(true);
  });
});
