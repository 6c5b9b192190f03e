// The page on a phone: as an app, as a target of the share sheet, and with its camera.
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { PDFDocument } from "@cantoo/pdf-lib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { lentBrowser, lentStack, type LentStack } from "../../testing/lending.ts";
import { FIXTURES, SAMPLES } from "../../testing/user.ts";
import { expectAccessible } from "./reader.ts";

const PHONE = {
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
  reducedMotion: "reduce",
  locale: "en-GB",
} as const;

let stack: LentStack;
let browser: Browser;
let phone: BrowserContext;
let page: Page;
beforeAll(async () => {
  stack = await lentStack();
  browser = await lentBrowser();
  phone = await browser.newContext(PHONE);
  // An app of its own: what it says where it was installed.
  await phone.addInitScript(() => {
    const real = matchMedia.bind(globalThis);
    globalThis.matchMedia = (query) => (query.includes("standalone") ? { ...real("all"), matches: true } : real(query));
  });
  page = await phone.newPage();
  await page.goto(stack.url);
  await page.getByRole("button", { name: "Sign up" }).click();
  await page.getByLabel("Email").fill("ada@docket.test");
  await page.getByLabel("Password").fill("correct horse");
  await page.getByRole("button", { name: "Sign up" }).click();
  await page.getByRole("button", { name: "Choose files" }).waitFor();
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

const filenames = () => stack.sql("select filename from documents order by created_at");

it("can be installed: its manifest has a name, a start and icons of the sizes that they say", async () => {
  const client = await phone.newCDPSession(page);
  const { data, errors } = await client.send("Page.getAppManifest");
  expect(errors).toEqual([]);
  const manifest = JSON.parse(data!) as { icons: { src: string; sizes: string; purpose?: string }[]; display: string };
  expect(manifest).toMatchObject({ name: "Docket", start_url: "./", display: "standalone" });
  for (const { src, sizes } of manifest.icons) {
    const [width, height] = await page.evaluate(async (address) => {
      const image = new Image();
      image.src = address;
      await image.decode();
      return [image.naturalWidth, image.naturalHeight];
    }, src);
    if (sizes !== "any") expect(`${width}x${height}`, src).toBe(sizes);
    expect(width).toBe(height);
  }
  expect(manifest.icons.some(({ purpose }) => purpose === "maskable")).toBe(true);
  expect((await client.send("Page.getInstallabilityErrors")).installabilityErrors).toEqual([]);
  await client.detach();
});

it("takes files from the share sheet into the upload tray", async () => {
  await page.waitForFunction(
    async () => (await navigator.serviceWorker.getRegistration())?.active?.state === "activated",
  );
  const bytes = await readFile(path.join(SAMPLES, "download-3.pdf"));
  // As the system posts it: a form that leads to the target.
  await page.evaluate(
    ([base64]) => {
      const data = new DataTransfer();
      data.items.add(
        new File([Uint8Array.from(atob(base64!), (sign) => sign.charCodeAt(0))], "Rechnung für Ada.pdf", {
          type: "application/pdf",
        }),
      );
      const form = document.createElement("form");
      form.method = "POST";
      form.action = "./share";
      form.enctype = "multipart/form-data";
      const input = Object.assign(document.createElement("input"), { type: "file", name: "files" });
      input.files = data.files;
      form.append(input);
      document.body.append(form);
      form.submit();
    },
    [bytes.toString("base64")],
  );
  await page.getByText("1 file sent").waitFor();
  expect(await filenames()).toEqual([{ filename: "Rechnung für Ada.pdf" }]);
  expect(new URL(page.url()).pathname).toBe("/");
  // Once.
  await page.reload();
  await page
    .getByRole("link", { name: /Quillmark|Rechnung/ })
    .first()
    .waitFor();
  expect(await filenames()).toHaveLength(1);
});

it("keeps what is shared for who signs in", async () => {
  await page.getByRole("button", { name: "Account", exact: true }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await page.evaluate(async () => {
    const form = new FormData();
    form.append("files", new File(["A note from the phone."], "note.txt", { type: "text/plain" }));
    await fetch("./share", { method: "POST", body: form });
  });
  await page.getByLabel("Email").fill("ada@docket.test");
  await page.getByLabel("Password").fill("correct horse");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("1 file sent").waitFor();
  expect((await filenames()).at(-1)).toEqual({ filename: "note.txt" });
});

it("answers nothing but the share sheet from its service worker, so that no old page lives on", async () => {
  const requests: boolean[] = [];
  page.on("response", (response) => requests.push(response.fromServiceWorker()));
  await page.reload();
  await page.getByRole("button", { name: "Add documents" }).waitFor();
  expect(requests.length).toBeGreaterThan(0);
  expect(requests.filter(Boolean)).toEqual([]);
});

it("makes one PDF of several photographs", async () => {
  await page.getByRole("button", { name: "Add documents" }).click();
  await page.getByRole("menuitem", { name: "Photographs as one PDF" }).click();
  const dialog = page.getByRole("dialog", { name: "Photograph pages" });
  const camera = dialog.getByLabel("Photograph", { exact: true });
  expect(await camera.getAttribute("capture")).toBe("environment");
  await camera.setInputFiles(path.join(SAMPLES, "IMG_2041.jpg"));
  await dialog.getByAltText("Page 1").waitFor();
  await camera.setInputFiles(path.join(SAMPLES, "IMG_2041.jpg"));
  await camera.setInputFiles(path.join(FIXTURES, "encrypted.pdf"));
  await page.getByText("This is no picture that your browser can show.").first().waitFor();
  await dialog.getByAltText("Page 2").waitFor();
  await expectAccessible(page, "photographs");
  await camera.setInputFiles(path.join(SAMPLES, "IMG_2041.jpg"));
  await dialog.getByText("3 pages so far.").waitFor();
  await dialog.getByRole("button", { name: "Remove page 3" }).click();
  await dialog.getByText("2 pages so far.").waitFor();
  const sent = page.waitForRequest("**/functions/v1/upload");
  await dialog.getByRole("button", { name: "Send as one PDF" }).click();
  await sent;
  await page.getByText("1 file sent").waitFor();
  const [row] = await stack.sql("select filename, storage_path from documents order by created_at desc limit 1");
  expect(row!.filename).toMatch(/^Photographed \d{4}-\d\d-\d\d \d\d\.\d\d\.pdf$/);
  const pdf = await PDFDocument.load(await storedFile(row!.storage_path));
  expect(pdf.getPageCount()).toBe(2);
  const { width, height } = pdf.getPage(0).getSize();
  expect(Math.max(width, height)).toBeLessThanOrEqual(842);
  expect(Math.max(width, height)).toBeGreaterThan(590);
});

/** The bytes of a stored file. */
async function storedFile(storagePath: string): Promise<ArrayBuffer> {
  const { secretKey } = stack.keys;
  const response = await fetch(`${stack.url}/storage/v1/object/documents/${storagePath}`, {
    headers: { apikey: secretKey, authorization: `Bearer ${secretKey}` },
  });
  expect(response.status).toBe(200);
  return response.arrayBuffer();
}
