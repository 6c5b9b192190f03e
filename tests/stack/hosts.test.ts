// A page of another site that has its name point to this machine gets nothing from the stack, at none of its ports.
import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { hostsFrom, isOwnHost, isOwnOrigin } from "../../stack/hosts.ts";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type TemporaryStack, temporaryStack } from "../../testing/temporary.ts";

const EVIL = ["evil.test", "127.0.0.1.evil.test", "localhost.evil.test", "[::2]", "0.0.0.0", "localhost@evil.test", ""];

describe("a host", () => {
  it.each(["127.0.0.1:54321", "localhost:54321", "LOCALHOST:54321", "[::1]:54321"])("%s is the stack's own", (host) => {
    expect(isOwnHost(host, { port: 54321 })).toBe(true);
  });
  it.each([...EVIL.map((name) => `${name}:54321`), "localhost", "localhost:1", "localhost:54321:54321", "::1:54321"])(
    "%s is not",
    (host) => {
      expect(isOwnHost(host, { port: 54321 })).toBe(false);
    },
  );
  it("may be added, with a port or with any", () => {
    const more = hostsFrom(" Docket.test, pi.local:8080 ,");
    expect(isOwnHost("docket.test:54321", { port: 54321, more })).toBe(true);
    expect(isOwnHost("pi.local:8080", { port: 54321, more })).toBe(true);
    expect(isOwnHost("pi.local:54321", { port: 54321, more })).toBe(false);
    expect(isOwnHost("other.test:54321", { port: 54321, more })).toBe(false);
  });
  it("is an origin's too", () => {
    expect(isOwnOrigin(undefined, { port: 54321 })).toBe(true);
    expect(isOwnOrigin("http://localhost:54321", { port: 54321 })).toBe(true);
    for (const origin of ["http://evil.test", "null", "", "http://localhost:54321.evil.test", "http://localhost:3000"])
      expect(isOwnOrigin(origin, { port: 54321 })).toBe(false);
  });
});

describe("a stack", () => {
  let stack: TemporaryStack;
  let page: string;
  const demo = { email: "demo@docket.test", password: "the demo's password" };
  beforeAll(async () => {
    page = await mkdtemp(path.join(tmpdir(), `docket-test-${process.env.DOCKET_TEST_RUN}-`));
    await writeFile(path.join(page, "index.html"), "<p>Docket</p>");
    stack = await temporaryStack({}, { folder: page, demo });
  });
  afterAll(async () => {
    await stack?.stop();
    await rm(page, { recursive: true, force: true });
  });

  /** A request with the headers that a browser sends for a page of that host. */
  async function ask(url: string, headers: Record<string, string>): Promise<{ status: number; body: string }> {
    const request = httpRequest(url, { headers }).end();
    const [response] = await once(request, "response");
    let body = "";
    for await (const chunk of response) body += chunk;
    return { status: response.statusCode, body };
  }

  it("refuses another host at every path, and says nothing of its keys", async () => {
    const { port } = new URL(stack.url);
    for (const name of EVIL)
      for (const where of [
        "/",
        "/config.json",
        "/rest/v1/",
        "/auth/v1/health",
        "/storage/v1/status",
        "/functions/v1/ocr",
        "/realtime/v1/api/broadcast",
      ]) {
        const { status, body } = await ask(stack.url + where, { host: `${name}:${port}` });
        expect([where, status]).toEqual([where, 403]);
        expect(body).not.toContain(demo.password);
        expect(body).not.toContain(stack.keys.publishableKey);
      }
  });

  it("answers to its own names, with its own port", async () => {
    const { port } = new URL(stack.url);
    for (const name of ["127.0.0.1", "localhost", "[::1]"]) {
      expect((await ask(`${stack.url}/config.json`, { host: `${name}:${port}` })).body).toContain(demo.password);
      expect((await ask(`${stack.url}/config.json`, { host: `${name}:1` })).status).toBe(403);
    }
  });

  it("tells its page's settings to no page of another site", async () => {
    const { host } = new URL(stack.url);
    for (const headers of [
      { origin: "http://evil.test" },
      { origin: "null" },
      { "sec-fetch-site": "cross-site" },
    ] as Record<string, string>[]) {
      const { status, body } = await ask(`${stack.url}/config.json`, { host, ...headers });
      expect([status, body.includes(demo.password)]).toEqual([403, false]);
    }
    expect(
      (await ask(`${stack.url}/config.json`, { host, origin: stack.url, "sec-fetch-site": "same-origin" })).status,
    ).toBe(200);
  });

  it("refuses a WebSocket of another host", async () => {
    const address = `${stack.url.replace("http", "ws")}/realtime/v1/websocket?apikey=${stack.keys.publishableKey}&vsn=1.0.0`;
    const evil = new WebSocket(address, { headers: { host: `evil.test:${new URL(stack.url).port}` } });
    const [error] = await once(evil, "error");
    expect(error.message).toContain("403");
    const own = new WebSocket(address);
    await once(own, "open");
    own.terminate();
  });

  it("refuses another host at the port of every process behind it", async () => {
    const { authAndRest, functions, engine } = stack;
    for (const worker of [authAndRest, ...Object.values(functions)]) {
      const url = await worker.url();
      const { port } = new URL(url);
      for (const name of EVIL)
        expect([worker.name, (await ask(url, { host: `${name}:${port}` })).status]).toEqual([worker.name, 403]);
      expect((await ask(url, { host: `127.0.0.1:${port}` })).status).not.toBe(403);
    }
    const url = await engine!.url();
    for (const name of EVIL.filter(Boolean))
      expect([name, (await ask(`${url}/health`, { host: name })).status]).toEqual([name, 403]);
    expect((await ask(`${url}/health`, {})).status).toBe(200);
  });

  it("listens on this machine alone", async () => {
    const { port } = new URL(stack.url);
    const socket = connect(Number(port), "127.0.0.2");
    const refused = await once(socket, "connect").then(
      () => false,
      () => true,
    );
    socket.destroy();
    expect(refused).toBe(true);
  });
});
