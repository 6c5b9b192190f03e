// What a sender is told whose request was answered before it was there in full.
import { once } from "node:events";
import { createServer, request as httpRequest, type RequestListener, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, expect, it } from "vitest";
import { createProxy } from "../../stack/proxy.ts";

const opened: Server[] = [];
const proxies: ReturnType<typeof createProxy>[] = [];
afterEach(() => {
  for (const proxy of proxies.splice(0)) proxy.close();
  for (const server of opened.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listening(server: Server): Promise<number> {
  opened.push(server);
  await once(server.listen(0, "127.0.0.1"), "listening");
  return (server.address() as AddressInfo).port;
}

/** A process that answers, with a proxy before it. As Deno does, it asks for a body only when the body is read. */
async function behindProxy(handler: RequestListener): Promise<number> {
  const server = createServer(handler);
  server.on("checkContinue", (request, response) => {
    request.once("newListener", () => response.writeContinue());
    handler(request, response);
  });
  const port = await listening(server);
  const proxy = createProxy((response, status, body) => response.writeHead(status).end(JSON.stringify(body)), true);
  proxies.push(proxy);
  const target = { url: async () => `http://127.0.0.1:${port}` };
  return listening(createServer((request, response) => proxy(target, request.url!, request, response)));
}

/** Sends a body without end, and never looks whether it is still wanted. Returns all that came back. */
function sendOnAndOn(port: number): Promise<string> {
  return new Promise((resolve) => {
    let answer = "";
    const socket = connect(port, "127.0.0.1");
    const chunk = Buffer.alloc(64 * 1024, "x");
    const more = () => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.on("data", (bytes) => {
      answer += bytes;
    });
    socket.on("drain", more);
    socket.on("error", () => {});
    socket.on("close", () => resolve(answer));
    socket.write(`POST /refused HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${300 * 1024 * 1024}\r\n\r\n`, more);
  });
}

it("tells a sender that does not stop what the process said, though the process ends the connection", async () => {
  const port = await behindProxy((request, response) => {
    response.writeHead(401, { "Content-Type": "application/json" });
    response.end('{"code":"unauthorized"}', () => request.socket.resetAndDestroy());
  });
  for (let times = 0; times < 5; times += 1) {
    const answer = await sendOnAndOn(port);
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    expect(answer).toContain("unauthorized");
  }
});

it.each(["with its length", "in chunks"])("hands on a large body %s to a process that reads it", async (kind) => {
  const port = await behindProxy(async (request, response) => {
    const body = await text(request);
    response.end(`${request.headers.expect} ${body.length}`);
  });
  const body = "y".repeat(3_000_000);
  const request = httpRequest({
    port,
    method: "POST",
    headers: kind === "in chunks" ? {} : { "Content-Length": body.length, Expect: "100-continue" },
  });
  request.write(body.slice(0, 1_000_000));
  request.end(body.slice(1_000_000));
  const [response] = await once(request, "response");
  expect(await text(response)).toBe("100-continue 3000000");
});

it("hands on a small body without asking first", async () => {
  const port = await behindProxy(async (request, response) => {
    const body = await text(request);
    response.end(`${request.headers.expect} ${body}`);
  });
  const response = await fetch(`http://127.0.0.1:${port}/small`, { method: "POST", body: "small" });
  expect(await response.text()).toBe("undefined small");
});
