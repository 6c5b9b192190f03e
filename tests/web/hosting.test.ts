// The page where it may stand: served by the stack, as files on another host, and by Vite while it is worked on.
import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Browser } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lentBrowser, lentStack, type LentStack } from "../../testing/lending.ts";
import { ROOT } from "../../scripts/checkout.ts";
import { SAMPLES } from "../../testing/user.ts";
import { temporaryFolder } from "../../testing/temporary.ts";
import { drop, newReader, rowOf } from "./reader.ts";

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

describe("the page", () => {
  it("is served with a strict policy, and stored files without scripts", async () => {
    const page = await fetch(stack.url);
    const policy = page.headers.get("content-security-policy");
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain("unsafe-inline");
    expect(page.headers.get("x-content-type-options")).toBe("nosniff");
    const file = await fetch(`${stack.url}/storage/v1/object/public/documents/x`);
    expect(file.headers.get("content-security-policy")).toContain("sandbox");
    await file.body?.cancel();
    for (const outside of ["/..%2f..%2fpackage.json", "/.built-from/../../package.json", "/assets/nothing.js"])
      expect((await fetch(stack.url + outside)).status, outside).toBe(404);
  });

  it("may stand on another origin: every service answers its browser", async () => {
    const asked = {
      origin: "https://docket.example",
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,apikey,content-type,x-client-info",
    };
    for (const service of [
      "auth/v1/token",
      "rest/v1/documents",
      "storage/v1/object/sign/documents/x",
      "functions/v1/upload",
    ]) {
      const preflight = await fetch(`${stack.url}/${service}`, { method: "OPTIONS", headers: asked });
      expect(preflight.headers.get("access-control-allow-headers"), service).toMatch(/authorization/);
      const answer = await fetch(`${stack.url}/${service}`, { method: "POST", headers: { origin: asked.origin } });
      expect(answer.headers.get("access-control-allow-origin"), service).toBe("*");
      await answer.body?.cancel();
    }
  });

  it("stands as static files on another origin, built with two variables: signs up, sends a file, sees it live", async () => {
    await using folder = await temporaryFolder();
    await using host = await staticHost(folder.path);
    await buildFor(
      { VITE_SUPABASE_URL: stack.url, VITE_SUPABASE_PUBLISHABLE_KEY: stack.keys.publishableKey },
      folder.path,
    );
    // In a folder of the host, as on a shared one.
    const { page, context, complaints } = await newReader(browser, `${host.url}/docs/docket/`, "carol@docket.test");
    expect(await page.locator("meta[http-equiv=Content-Security-Policy]").getAttribute("content")).toContain(
      `connect-src 'self' ${stack.url} ${stack.url.replace("http", "ws")}`,
    );
    await drop(page, [path.join(SAMPLES, "download-3.pdf")]);
    await page.getByText("1 file sent").waitFor();
    await rowOf(page, /Invoice - Quillmark/)
      .getByText("Done")
      .filter({ visible: true })
      .waitFor();
    // The picture of its page: pdf.js, its worker and the signed URL.
    await rowOf(page, /Invoice - Quillmark/)
      .getByRole("link")
      .click();
    await page.getByRole("button", { name: /^Date: *17 Mar 2026/ }).click();
    await page.getByTestId("mark").first().waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("is served by npm run dev:web with hot reload, the API passed through to the stack", async () => {
    const vite = spawn(process.execPath, ["scripts/run.mjs", "dev:web", "--api", stack.url, "--port", "0"], {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      let url = "";
      for await (const line of createInterface({ input: vite.stdout }))
        if ((url = /with hot reload:\s+(\S+)/.exec(line)?.[1] ?? "")) break;
      const context = await browser.newContext();
      const page = await context.newPage();
      const sockets: string[] = [];
      page.on("websocket", (socket) => sockets.push(new URL(socket.url()).pathname));
      const hot = page.waitForEvent("console", {
        predicate: (message) => message.text() === "[vite] connected.",
      });
      await page.goto(url);
      await hot;
      await page.getByRole("button", { name: "Sign up" }).click();
      await page.getByLabel("Email").fill("dan@docket.test");
      await page.getByLabel("Password").fill("correct horse");
      await page.getByRole("button", { name: "Sign up" }).click();
      await page.getByRole("heading", { name: "Drop your first files here" }).waitFor();
      await expect.poll(() => sockets.some((socket) => socket.startsWith("/realtime/v1"))).toBe(true);
      await context.close();
    } finally {
      const ended = new Promise((resolve) => vite.once("exit", resolve));
      vite.kill();
      await ended;
    }
  });
});

async function buildFor(env: Record<string, string>, outDir: string): Promise<void> {
  Object.assign(process.env, env);
  try {
    await build({
      configFile: path.join(ROOT, "web", "vite.config.ts"),
      logLevel: "error",
      build: { outDir, emptyOutDir: true },
    });
  } finally {
    for (const name of Object.keys(env)) delete process.env[name];
  }
}

const TYPES: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
};

/** A host that knows nothing but files: no rewriting, no headers of its own. */
async function staticHost(folder: string): Promise<{ url: string; [Symbol.asyncDispose](): Promise<void> }> {
  const server = createServer((request, response) => {
    const name = new URL(request.url!, "http://host").pathname
      .replace("/docs/docket", "")
      .replace(/\/$/, "/index.html");
    readFile(path.join(folder, path.normalize(name))).then(
      (bytes) => response.setHeader("content-type", TYPES[path.extname(name)] ?? "application/octet-stream").end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
