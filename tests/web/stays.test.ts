// What is on the screen stays there while the document goes on and it is read again: a link that is clicked is not gone before the click ends.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { lentBrowser, lentStack, type LentStack } from "../../testing/lending.ts";
import { newReader, type Reader } from "./reader.ts";

let stack: LentStack;
let browser: Browser;
let ada: Reader;
beforeAll(async () => {
  stack = await lentStack({ OCR_ENGINE_URL: "" });
  browser = await lentBrowser();
  ada = await newReader(browser, stack.url, "ada@docket.test");
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

it("the parts of a document whose status changes", async () => {
  const { page } = ada;
  await stack.sql(
    `insert into documents (user_id, filename, storage_path, mime_type, byte_size, content_sha256, status, display_name, page_count)
     select id, name, id || '/' || name, 'message/rfc822', 1, repeat(digit, 64), 'ocr_complete', name, 1
     from auth.users, (values ('mail.eml', 'a'), ('part.pdf', 'b')) as made (name, digit) where email = 'ada@docket.test'`,
  );
  await stack.sql(
    `insert into document_parts (parent_id, position, filename, document_id, user_id)
     select mail.id, 1, 'part.pdf', part.id, mail.user_id from documents as mail, documents as part
     where mail.filename = 'mail.eml' and part.filename = 'part.pdf'`,
  );
  const [{ id }] = (await stack.sql("select id from documents where filename = 'mail.eml'")) as [{ id: string }];
  await page.goto(`${stack.url}/?document=${id}`);
  const part = page.getByRole("link", { name: "part.pdf" });
  await part.waitFor();
  await part.evaluate((element) => Object.assign(globalThis, { seen: element }));
  // Hold back the next answer, to see what the page shows until it comes.
  let answer = (): void => {};
  const held = new Promise<void>((resolve) => (answer = resolve));
  const asked = page.waitForRequest(/\/rest\/v1\/document_parts/);
  await page.route(/\/rest\/v1\/document_parts/, async (route) => {
    await held;
    await route.continue();
  });
  await stack.sql(`update documents set status = 'generating_metadata' where id = '${id}'`);
  await asked;
  expect(await page.evaluate(() => (globalThis as unknown as { seen: Element }).seen.isConnected)).toBe(true);
  answer();
  await part.waitFor();
  expect(ada.complaints).toEqual([]);
});
