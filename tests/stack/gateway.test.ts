// The one port of the stack, and how it ends.
import { once } from "node:events";
import { afterEach, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { type Gateway, openGateway } from "../../stack/gateway.ts";
import { keysOf } from "../../stack/keys.ts";
import { isFree } from "../../stack/ports.ts";
import { temporaryFolder } from "../../testing/temporary.ts";

let gateway: Gateway;
afterEach(() => gateway.stop());

it("stops while a page is connected to Realtime, which closes that connection itself", async () => {
  await using folder = await temporaryFolder();
  gateway = await openGateway({ port: 0, keys: await keysOf(folder.path) });
  const sockets = new WebSocketServer({ noServer: true });
  const away = { url: async () => "http://127.0.0.1:1" };
  gateway.serve({
    authAndRest: away,
    storage: { fetch: async () => new Response() },
    realtime: {
      fetch: async () => new Response(),
      handleUpgrade: (request, socket, head) => sockets.handleUpgrade(request, socket, head, () => {}),
    },
    functions: {},
  });
  const page = new WebSocket(`ws://127.0.0.1:${gateway.port}/realtime/v1/websocket`);
  await once(page, "open");
  await gateway.stop();
  expect(await isFree(gateway.port)).toBe(true);
  expect(page.readyState).toBe(WebSocket.OPEN);
  const closed = once(page, "close");
  for (const socket of sockets.clients) socket.close(1001);
  const [code] = await closed;
  expect(code).toBe(1001);
});
