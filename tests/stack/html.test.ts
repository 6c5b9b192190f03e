// Pages of functions: hosted Supabase shows them to nobody, so the stack does not either.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Gateway, openGateway } from "../../stack/gateway.ts";
import type { Keys } from "../../stack/keys.ts";

const page = createServer((_request, response) => {
  response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end("<h1>A page</h1>");
});
const keys = { publishableKey: "", secretKey: "", anonKey: "", serviceRoleKey: "" } as Keys;
let gateway: Gateway;
beforeAll(async () => {
  await once(page.listen(0, "127.0.0.1"), "listening");
  const here = { url: async () => `http://127.0.0.1:${(page.address() as AddressInfo).port}` };
  gateway = await openGateway({ port: 0, keys });
  gateway.serve({
    authAndRest: here,
    storage: { fetch: async () => new Response() },
    realtime: { fetch: async () => new Response(), handleUpgrade() {} },
    functions: { page: here },
  });
});
afterAll(async () => {
  await gateway?.stop();
  page.close();
});

it("sends the HTML of a function as plain text", async () => {
  const answer = await fetch(`http://127.0.0.1:${gateway.port}/functions/v1/page`);
  expect(answer.headers.get("content-type")).toBe("text/plain");
  expect(await answer.text()).toBe("<h1>A page</h1>");
});
