// What documents come by and get without a hand: mail addresses and rules, on the page.
import path from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
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
  browser = await lentBrowser();
  ada = await newReader(browser, stack.url, "ada@docket.test");
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

const open = async (name: string) => {
  const { page } = ada;
  await page.getByRole("button", { name: "Account", exact: true }).click();
  await page.getByRole("menuitem", { name: "Connections" }).click();
  await page.getByRole("navigation", { name: "Connections" }).getByRole("link", { name }).click();
  await page.getByRole("region", { name }).waitFor();
  return page.getByRole("region", { name });
};

it("makes a mail address for some senders, shows the mails that came and the one that was refused, and revokes it", async () => {
  const { page } = ada;
  const addresses = await open("Mail addresses");
  await addresses.getByText("No mail becomes a document.").waitFor();
  await expectAccessible(page, "no mail addresses");
  await addresses.getByRole("button", { name: "New address" }).click();
  const dialog = page.getByRole("dialog", { name: "New mail address" });
  await dialog.getByLabel("Name").fill("Invoices");
  await dialog.getByLabel("Who may send").fill("no sender");
  await dialog.getByRole("button", { name: "Make the address" }).click();
  await dialog.getByRole("alert").getByText("each an address or a domain").waitFor();
  await dialog.getByLabel("Who may send").fill("billing@acme.example, Bank.example");
  await dialog.getByLabel("Tags").fill("Invoice");
  await dialog.getByRole("button", { name: "Make the address" }).click();
  const made = page.getByRole("dialog", { name: "The address is made" });
  const local = await made.getByLabel("Address before the @").inputValue();
  expect(local).toMatch(/^inbox-[0-9a-f]{32}$/);
  await made.getByRole("button", { name: "Done" }).click();

  const send = (from: string, id: string) =>
    fetch(`${stack.url}/functions/v1/inbound/${local}@in.example.com?sender=${encodeURIComponent(from)}`, {
      method: "POST",
      headers: { "Content-Type": "message/rfc822" },
      body: `From: ${from}\r\nTo: ${local}@in.example.com\r\nSubject: Your invoice\r\nMessage-ID: <${id}@acme.example>\r\nDate: Tue, 17 Mar 2026 09:00:00 +0000\r\n\r\nPlease find the invoice.\r\n`,
    });
  expect((await send("billing@acme.example", "1")).status).toBe(200);
  expect((await send("mallory@evil.example", "2")).status).toBeGreaterThanOrEqual(400);
  await page.reload();
  await addresses.getByText("1 mail", { exact: true }).waitFor();
  await addresses.getByText("1 mail was not taken").click();
  await addresses.getByText("mallory@evil.example").waitFor();
  await expectAccessible(page, "mail addresses");
  await addresses.getByRole("button", { name: "Revoke Invoices" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await addresses.getByText("Revoked", { exact: true }).waitFor();
  expect((await send("billing@acme.example", "3")).status).toBe(404);
});

it("makes a rule, sees what it would change, applies it to the archive, takes that back, and deletes it", async () => {
  const { page } = ada;
  await page.goto(stack.url);
  await drop(page, [path.join(SAMPLES, "download-3.pdf")]);
  await rowOf(page, /Quillmark/)
    .getByText("Done")
    .filter({ visible: true })
    .waitFor();
  const rules = await open("Rules");
  await rules.getByText("Nothing happens by itself.").waitFor();
  await rules.getByRole("button", { name: "New rule" }).click();
  const dialog = page.getByRole("dialog", { name: "New rule" });
  await dialog.getByLabel("Name", { exact: true }).fill("Paper");
  await dialog.getByRole("combobox", { name: "Type", exact: true }).selectOption("invoice");
  await dialog.getByLabel("Words in the text").fill("paper, ink");
  expect(await dialog.getByRole("group", { name: /^Came by/ }).count()).toBe(0);
  await dialog.getByLabel("Add tags").fill("stationery");
  await expectAccessible(page, "a new rule");
  await dialog.getByRole("button", { name: "Make the rule" }).click();
  await rules.getByText("When it is Invoice and its text has paper or ink").waitFor();
  expect(await stack.sql("select conditions, actions from rules")).toEqual([
    {
      conditions: { document_types: ["invoice"], text_words: ["paper", "ink"] },
      actions: { add_tags: ["stationery"] },
    },
  ]);
  await rules.getByRole("button", { name: "New rule" }).click();
  await dialog.getByLabel("Name", { exact: true }).fill("Paper");
  await dialog.getByLabel("Add tags").fill("again");
  await dialog.getByRole("button", { name: "Make the rule" }).click();
  await dialog.getByRole("alert").getByText("There is a rule of this name already.").waitFor();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expectAccessible(page, "rules");

  await rules.getByRole("button", { name: "Try Paper" }).click();
  const trial = page.getByRole("dialog", { name: "What “Paper” would change" });
  await trial
    .getByRole("list", { name: "Changes" })
    .getByText(/stationery/)
    .waitFor();
  await expectAccessible(page, "what a rule would change");
  expect(
    await stack.sql("select 'stationery' = any (tags) as tagged from documents where filename like '%.pdf'"),
  ).toEqual([{ tagged: false }]);
  await trial.getByRole("button", { name: "Apply to the archive" }).click();
  await rules.getByText("Rules were applied: 1 document changed").waitFor();
  expect(
    await stack.sql("select 'stationery' = any (tags) as tagged from documents where filename like '%.pdf'"),
  ).toEqual([{ tagged: true }]);
  await rules.getByRole("button", { name: "Take back" }).click();
  await rules.getByRole("status").waitFor({ state: "detached" });
  expect(
    await stack.sql("select 'stationery' = any (tags) as tagged from documents where filename like '%.pdf'"),
  ).toEqual([{ tagged: false }]);

  const more = async (name: string) => {
    await rules.getByRole("button", { name: "More for Paper" }).click();
    await page.getByRole("menuitem", { name }).click();
  };
  await more("Disable");
  await rules.getByText("Disabled", { exact: true }).waitFor();
  await more("Edit");
  const edit = page.getByRole("dialog", { name: "Edit the rule" });
  expect(await edit.getByLabel("Words in the text").inputValue()).toBe("paper, ink");
  await edit.getByLabel("Words in the text").fill("");
  await edit.getByRole("button", { name: "Save" }).click();
  await edit.waitFor({ state: "detached" });
  expect(await stack.sql("select conditions from rules")).toEqual([{ conditions: { document_types: ["invoice"] } }]);
  await more("Delete");
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await rules.getByText("Nothing happens by itself.").waitFor();
});

it("makes a rule for what came by a mail address or an upload link, and holds that", async () => {
  const { page } = ada;
  const made = async (sql: string): Promise<string> => (await stack.sql(sql))[0]!.id;
  const owner = await made("select id from auth.users where email = 'ada@docket.test'");
  const [bills, receipts] = [crypto.randomUUID(), crypto.randomUUID()];
  for (const [id, name, revoked] of [
    [bills, "Bills", "null"],
    [crypto.randomUUID(), "Old bills", "now()"],
  ] as const)
    await stack.sql(
      `insert into public.inbox_addresses (id, user_id, name, local_part, revoked_at) values ('${id}', '${owner}', '${name}', 'inbox-' || replace('${id}', '-', ''), ${revoked})`,
    );
  await stack.sql(
    `insert into public.upload_links (id, user_id, title, most_files, most_bytes, expires_at) values ('${receipts}', '${owner}', 'Receipts of March', 9, 1000000, now() + interval '1 day')`,
  );
  await page.goto(stack.url);
  const rules = await open("Rules");
  await rules.getByRole("button", { name: "New rule" }).click();
  const dialog = page.getByRole("dialog", { name: "New rule" });
  await dialog.getByLabel("Name", { exact: true }).fill("Doors");
  await dialog.getByRole("group", { name: "Came by an upload link" }).getByLabel("Receipts of March").check();
  await dialog.getByRole("group", { name: "Came by a mail address" }).getByLabel("Bills").check();
  expect(await dialog.getByLabel("Old bills").count()).toBe(0);
  await dialog.getByLabel("Hold it").check();
  await expectAccessible(page, "a rule with doors");
  await dialog.getByRole("button", { name: "Make the rule" }).click();
  await rules.getByText("When it came by Bills and it came by Receipts of March").waitFor();
  expect(await stack.sql("select conditions, actions from rules where name = 'Doors'")).toEqual([
    { conditions: { inbox_addresses: [bills], upload_links: [receipts] }, actions: { hold: true } },
  ]);

  await rules.getByRole("button", { name: "More for Doors" }).click();
  await page.getByRole("menuitem", { name: "Edit" }).click();
  const edit = page.getByRole("dialog", { name: "Edit the rule" });
  await edit.getByLabel("Receipts of March").uncheck();
  expect(await edit.getByLabel("Bills").isChecked()).toBe(true);
  await edit.getByRole("button", { name: "Save" }).click();
  await edit.waitFor({ state: "detached" });
  expect(await stack.sql("select conditions, actions from rules where name = 'Doors'")).toEqual([
    { conditions: { inbox_addresses: [bills] }, actions: { hold: true } },
  ]);
});
