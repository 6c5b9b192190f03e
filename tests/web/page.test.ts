// The page in a real browser, against a whole stack: one of each for all tests, which follow a reader through a day.
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { lentBrowser } from "../../testing/lending.ts";
import { builtPage } from "../../scripts/page.ts";
import { temporaryStack, type TemporaryStack } from "../../testing/temporary.ts";
import { drop, expectAccessible, newReader, padded, type Reader, rowOf } from "./reader.ts";
import { FIXTURES, SAMPLES } from "../../testing/user.ts";

let stack: TemporaryStack;
let browser: Browser;
let ada: Reader;
beforeAll(async () => {
  stack = await temporaryStack(
    {},
    { folder: await builtPage(), demo: { email: "demo@docket.test", password: "docket-demo" } },
  );
  browser = await lentBrowser();
  ada = await newReader(browser, stack.url, "ada@docket.test");
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

// What failed leaves the page anywhere; the next test begins at the list.
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await ada.page.goto(stack.url);
});

const INVOICE = /Invoice - Quillmark/;

describe("a reader", () => {
  it("is told what is wrong with a password", async () => {
    // Without transitions: a colour on its way has no contrast of its own.
    const context = await browser.newContext({ reducedMotion: "reduce", locale: "en-GB" });
    const page = await context.newPage();
    await page.goto(stack.url);
    await page.getByLabel("Email").fill("ada@docket.test");
    await page.getByLabel("Password").fill("wrong horse");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("Email or password is not right.").waitFor();
    await page.getByRole("button", { name: "Open the demo" }).waitFor();
    await expectAccessible(page, "sign-in");
    await context.close();
  });

  it("drops five files of five kinds, and sees each go its way without a reload", async () => {
    const { page } = ada;
    await expectAccessible(page, "an empty list");
    await page.evaluate(() => Object.assign(globalThis, { loadedOnce: true }));
    await drop(page, [
      ...["download-3.pdf", "scan0001.pdf", "IMG_2041.jpg", "Screenshot_20260304-181502.png"].map((name) =>
        path.join(SAMPLES, name),
      ),
      path.join(FIXTURES, "encrypted.pdf"),
    ]);
    await page.getByText(/^(Sending \d files?|5 files sent)$/).waitFor();
    await page.getByText("5 files sent").waitFor();
    await rowOf(page, "encrypted.pdf").getByText("Failed").filter({ visible: true }).waitFor();
    // Names, tags and types arrive by Realtime.
    await rowOf(page, INVOICE).getByText("Done").filter({ visible: true }).waitFor();
    await expect
      .poll(() =>
        page.getByRole("row").getByRole("cell").getByText("Done", { exact: true }).filter({ visible: true }).count(),
      )
      .toBe(4);
    expect(await page.evaluate(() => "loadedOnce" in globalThis)).toBe(true);
    await expectAccessible(page, "the list");
  });

  it("is told of a file that is there already, with the way to it", async () => {
    const { page } = ada;
    await page.getByRole("button", { name: "Clear what is done" }).click();
    await drop(page, [path.join(SAMPLES, "download-3.pdf")]);
    await page.getByText("Already here").waitFor();
    await page.getByRole("link", { name: "Open it" }).click();
    await page.getByRole("heading", { name: INVOICE, level: 1 }).waitFor();
    await page.getByRole("button", { name: "Clear what is done" }).click();
    await page.getByRole("button", { name: "Back to the documents" }).click();
  });

  it("searches every word, and sees where it stands", async () => {
    const { page } = ada;
    await page.keyboard.press("/");
    await page.keyboard.type("plotter ink");
    await page.getByRole("row").locator("mark").filter({ hasText: "Plotter" }).first().waitFor();
    expect(await page.getByRole("table").getByRole("link").count()).toBe(1);
    await page.getByRole("searchbox").fill("nothing has this word");
    await page.getByRole("heading", { name: "Nothing found" }).waitFor();
    await expectAccessible(page, "nothing found");
    await page.getByRole("button", { name: "Clear search and filters" }).click();
    await rowOf(page, INVOICE).waitFor();
  });

  it("filters by status, and keeps the filter in the address", async () => {
    const { page } = ada;
    await page.getByRole("button", { name: "Status" }).click();
    await page.getByRole("menuitemcheckbox", { name: "Failed" }).click();
    await page.keyboard.press("Escape");
    await expect.poll(() => page.getByRole("table").getByRole("link").allTextContents()).toEqual(["encrypted.pdf"]);
    expect(page.url()).toContain("status=failed");
    await page.getByRole("button", { name: "Remove the filter Failed" }).click();
    await rowOf(page, INVOICE).waitFor();
  });

  it("opens a document, and is shown on its picture and in its text where a value was read", async () => {
    const { page } = ada;
    await rowOf(page, INVOICE).getByRole("link").click();
    await page.getByRole("heading", { name: INVOICE, level: 1 }).waitFor();
    await page.getByRole("button", { name: /^Date: *17 Mar 2026/ }).click();
    await page.getByTestId("mark").first().waitFor();
    expect(await page.locator("pre mark").textContent()).toMatch(/Invoice date\s+17 March 2026$/);
    await expectAccessible(page, "a document");
    await page.getByRole("button", { name: "Back to the documents" }).click();
    // A scan has no text layer: its words come with boxes from the OCR engine.
    await rowOf(page, /Receipt/)
      .getByRole("link")
      .click();
    await page.getByRole("button", { name: /^Date:/ }).click();
    await page.getByTestId("mark").first().waitFor();
    await page.getByRole("button", { name: "Back to the documents" }).click();
  });

  it("edits a value in place, sees it locked, and takes it back", async () => {
    const { page } = ada;
    await rowOf(page, INVOICE).getByRole("link").click();
    await page.getByRole("button", { name: "Edit from" }).click();
    await page.getByRole("textbox", { name: "From" }).fill("Quillmark");
    await page.keyboard.press("Enter");
    await page.getByText("From saved").waitFor();
    await page.getByRole("button", { name: "Unlock from" }).waitFor();
    expect(
      await stack.sql("select correspondent, locked_fields from documents where filename = 'download-3.pdf'"),
    ).toEqual([{ correspondent: "Quillmark", locked_fields: ["correspondent"] }]);
    await page.getByRole("button", { name: "Undo" }).click();
    await expect
      .poll(() => stack.sql("select correspondent from documents where filename = 'download-3.pdf'"))
      .toEqual([{ correspondent: "Quillmark Paper & Print Ltd" }]);
    // Unlocked as before, and the history says each once.
    await page.getByText("You took back the change of from.").waitFor();
    expect(await page.getByText("You changed from.").count()).toBe(1);
    await page.getByRole("button", { name: "Unlock from" }).waitFor({ state: "detached" });
    expect(await stack.sql("select locked_fields from documents where filename = 'download-3.pdf'")).toEqual([
      { locked_fields: [] },
    ]);
  });

  it("locks a value by editing it, and unlocks it", async () => {
    const { page } = ada;
    const locked = () => stack.sql("select locked_fields from documents where filename = 'download-3.pdf'");
    await page.getByRole("button", { name: "Edit language" }).click();
    await page.getByRole("textbox", { name: "Language" }).fill("de");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Unlock language" }).click();
    await page.getByText("Language unlocked").waitFor();
    await expect.poll(locked).toEqual([{ locked_fields: [] }]);
    await page.getByText("You unlocked language.").waitFor();
  });

  it("describes again, sees what changed, and refuses one field of it", async () => {
    const { page } = ada;
    // As if an older generator had described it.
    await stack.sql(
      "update documents set summary = 'An older summary.', language = 'fr', correspondent = 'Mine', locked_fields = '{correspondent}' where filename = 'download-3.pdf'",
    );
    await page.getByText("An older summary.").first().waitFor();
    await page.getByRole("button", { name: "Regenerate" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("It reads like this type: Invoice.").waitFor();
    await dialog.getByRole("heading", { name: "What changed" }).waitFor();
    await expectAccessible(page, "what changed");
    await dialog.getByRole("button", { name: "Refuse the new summary" }).click();
    await dialog.getByRole("button", { name: "Accept the new summary" }).waitFor();
    // Locked by the edit before: proposed, and left until it is accepted.
    await dialog.getByRole("button", { name: "Accept the new from" }).click();
    // What was refused is locked, what was accepted is the pipeline's again.
    await expect
      .poll(() =>
        stack.sql(
          "select summary, language, correspondent, locked_fields from documents where filename = 'download-3.pdf'",
        ),
      )
      .toEqual([
        {
          summary: "An older summary.",
          language: "en",
          correspondent: "Quillmark Paper & Print Ltd",
          locked_fields: ["summary"],
        },
      ]);
    // With a sentence: without a model nothing follows it, and the reader is told.
    await dialog.getByLabel("Still wrong? Say what to mind").fill("The dates are American.");
    await dialog.getByRole("button", { name: "Describe again" }).click();
    await dialog.getByText("Without a model nothing follows an instruction").waitFor();
    await dialog.getByRole("button", { name: "Describe again" }).waitFor();
    expect(await stack.sql("select instruction from metadata_runs order by id desc limit 1")).toEqual([
      { instruction: "The dates are American." },
    ]);
    await dialog.getByRole("button", { name: "Done" }).click();
    await page.getByRole("button", { name: "Back to the documents" }).click();
  });

  it("is told that nothing changed when only what is locked would, and which tags would come and go", async () => {
    const { page } = ada;
    await stack.sql(
      "update documents set tags = '{invoice,mine}', locked_fields = '{summary,tags}' where filename = 'download-3.pdf'",
    );
    await rowOf(page, INVOICE).getByRole("link").click();
    await page.getByRole("button", { name: "Regenerate" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("heading", { name: "Nothing changed" }).waitFor();
    await dialog.getByText("You locked these fields, so they stay as they are.").waitFor();
    await dialog.locator("del").getByText("mine").waitFor();
    await dialog.locator("ins").first().waitFor();
    expect(await dialog.locator("ins, del").getByText("invoice", { exact: true }).count()).toBe(0);
    // However much there is to decide, the way out stays in sight.
    await page.setViewportSize({ width: 1280, height: 420 });
    const done = await dialog.getByRole("button", { name: "Done" }).boundingBox();
    expect(done!.y + done!.height).toBeLessThanOrEqual(420);
    await page.setViewportSize({ width: 1280, height: 800 });
    await dialog.getByRole("button", { name: "Done" }).click();
    await page.getByRole("button", { name: "Back to the documents" }).click();
  });

  it("reads in plain words why a document failed, and can try again", async () => {
    const { page } = ada;
    await rowOf(page, "encrypted.pdf").getByRole("link").click();
    const alert = page.getByRole("alert").filter({ hasText: "This PDF is locked." });
    await alert.getByText("Upload a copy without one").waitFor();
    await expectAccessible(page, "a failed document");
    await alert.getByLabel("Password of the PDF").fill("not this one");
    await alert.getByRole("button", { name: "Retry" }).click();
    await page.getByText("Retried.").waitFor();
    await page.getByRole("alert").filter({ hasText: "That is not its password." }).waitFor();
    await page.getByRole("button", { name: "Back to the documents" }).click();
  });

  it("sees the month's usage", async () => {
    const { page } = ada;
    await stack.sql(
      "insert into private.user_limits (user_id, documents_per_month) select id, 20 from auth.users where email = 'ada@docket.test'",
    );
    await page.getByRole("button", { name: "Account" }).click();
    await page.getByRole("menuitem", { name: "Usage" }).click();
    await page.getByRole("meter", { name: /^Documents: \d of 20$/ }).waitFor();
    await stack.sql("delete from private.user_limits");
    await expectAccessible(page, "usage");
    await page.getByRole("link", { name: "Docket, all documents" }).click();
  });

  it("moves what was selected to the trash", async () => {
    const { page } = ada;
    await page.getByRole("checkbox", { name: "Select encrypted.pdf" }).check();
    await page.getByRole("toolbar").getByRole("button", { name: "Delete" }).click();
    await page.getByText("1 document moved to the trash").waitFor();
    await rowOf(page, "encrypted.pdf").waitFor({ state: "detached" });
    expect(
      await stack.sql("select trashed_at is not null as gone from documents where filename = 'encrypted.pdf'"),
    ).toEqual([{ gone: true }]);
  });

  it("sees nothing of another reader, nor the other of her; a large file goes straight to Storage", async () => {
    const { page, context, complaints } = await newReader(browser, stack.url, "bob@docket.test");
    const storing = page.waitForRequest(
      (request) => request.method() === "PUT" && request.url().includes("/storage/v1/object/upload/sign/"),
    );
    await drop(page, [
      {
        name: "brief.pdf",
        type: "application/pdf",
        bytes: padded(await readFile(path.join(SAMPLES, "brief.pdf")), 6_100_000),
      },
      path.join(FIXTURES, "mail.eml"),
    ]);
    await page.getByText("2 files sent").waitFor();
    expect(await (await storing).response().then((response) => response?.status())).toBe(200);
    await expect
      .poll(() => stack.sql("select byte_size > 6100000 as large, status from documents where filename = 'brief.pdf'"))
      .toEqual([{ large: true, status: "completed" }]);
    await rowOf(page, /Stadtwerke Lindenfurt/)
      .getByText("Done")
      .filter({ visible: true })
      .waitFor();
    expect(await rowOf(ada.page, /Stadtwerke Lindenfurt/).count()).toBe(0);

    // A mail, and what came in it: each leads to the other.
    const [{ mail }] = (await stack.sql("select id as mail from documents where filename = 'mail.eml'")) as [
      { mail: string },
    ];
    await page.locator(`[role=table] a[href$="document=${mail}"]`).click();
    await page.getByRole("link", { name: "agreement.pdf" }).click();
    await page.getByText("Came in", { exact: true }).locator("..").locator(`a[href*="${mail}"]`).click();
    await page.getByRole("heading", { name: "3 parts" }).waitFor();

    const [{ id }] = (await stack.sql("select id from documents where filename = 'download-3.pdf'")) as [
      { id: string },
    ];
    await page.goto(`${stack.url}/?document=${id}`);
    await page.getByRole("heading", { name: "This document is not here" }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("is told when the connection is gone, and finds what happened meanwhile when it is back", async () => {
    const { page, context } = ada;
    try {
      await context.setOffline(true);
      await page.getByText("You are offline.").waitFor();
      await expectAccessible(page, "offline");
      await stack.sql("update documents set display_name = 'Renamed Meanwhile.pdf' where filename = 'download-3.pdf'");
    } finally {
      await context.setOffline(false);
    }
    await rowOf(page, "Renamed Meanwhile.pdf").waitFor();
    await page.getByText("You are offline.").waitFor({ state: "detached" });
  });

  it("reads a document full of markup as text", async () => {
    const { page, complaints } = ada;
    const evil = `<img src=x onerror="alert(1)"><script>alert(2)</script><a href="javascript:alert(3)">x</a>`;
    await stack.sql(
      `update documents set display_name = $evil$${evil}$evil$, summary = $evil$${evil}$evil$, tags = array[$evil$${evil}$evil$], correspondent = $evil$${evil}$evil$ where filename = 'download-3.pdf'`,
    );
    await stack.sql(
      `update document_pages set text = $evil$${evil} doubloons$evil$ where document_id = (select id from documents where filename = 'download-3.pdf')`,
    );
    await stack.sql(
      `update ocr_results set raw_text = $evil$${evil} doubloons$evil$ where document_id = (select id from documents where filename = 'download-3.pdf')`,
    );
    await stack.sql(`update document_search set search = private.search_of(documents, raw_text) from documents join ocr_results on document_id = id
      where document_search.document_id = id and filename = 'download-3.pdf'`);
    // Texts change with an event of the pipeline, which these had not: the page is to read them again.
    await page.reload();
    await page.getByRole("searchbox").fill("doubloons");
    await page.getByRole("row").locator("mark").filter({ hasText: "doubloons" }).waitFor();
    await page.getByRole("table").getByRole("link").first().click();
    await page.locator("pre").filter({ hasText: "<script>alert(2)</script>" }).waitFor();
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe(evil);
    expect(await page.locator("main script, main img[src=x], main a[href^=javascript]").count()).toBe(0);
    await page.getByRole("button", { name: "Back to the documents" }).click();
    await page.getByRole("button", { name: "Clear the search" }).click();
    expect(complaints).toEqual([]);
  });
});

describe("a long list", () => {
  it("scrolls 10,000 documents to the last, and draws only the rows in sight", async () => {
    const { page } = ada;
    // Away, so that the page does not hear of each of them by Realtime; without triggers, whose work is tested elsewhere.
    await page.goto("about:blank");
    await stack.sql(`alter table documents disable trigger user;
      insert into documents (user_id, filename, storage_path, mime_type, byte_size, content_sha256, status, display_name, tags, summary, document_type, created_at)
      select id, 'f' || n, id || '/' || n, 'application/pdf', n, encode(sha256(n::text::bytea), 'hex'), 'completed', 'Invoice ' || n || '.pdf', array['invoice', 'many'], 'One of many.', 'invoice', now() - n * interval '1 minute'
      from auth.users, generate_series(1, 10000) as n where email = 'ada@docket.test';
      alter table documents enable trigger user`);
    await page.goto(stack.url);
    await page.getByRole("table").waitFor();
    const most = await page.evaluate(async () => {
      const scroller = document.querySelector<HTMLElement>("[role=table]")!.parentElement!;
      let most = 0;
      // A screen a frame, and on to the end: the rows come some hundred at a time.
      for (let last = 0; last < 9999; ) {
        scroller.scrollTop += 700;
        await new Promise(requestAnimationFrame);
        const rows = scroller.querySelectorAll<HTMLElement>("[data-index]");
        most = Math.max(most, rows.length);
        last = Number(rows.item(rows.length - 1).dataset.index);
      }
      return most;
    });
    expect(most).toBeLessThan(60);
  });
});
