import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";

/** A request as it arrived. */
export type Arrival = { method: string; path: string; headers: http.IncomingHttpHeaders; body: string; at: number };

/** A small HTTP server that keeps what arrives and lets the test answer. */
export type Recorder = {
  port: number;
  arrivals: Arrival[];
  /** Resolves with the arrival of that path, now or later. */
  arrival(path: string): Promise<Arrival>;
  close(): Promise<void>;
};

export type Respond = (arrival: Arrival, response: http.ServerResponse) => void | Promise<void>;

/** Listens on every interface of the machine only when told to, since a database elsewhere cannot reach 127.0.0.1. */
export async function startRecorder(
  respond: Respond = (_, response) => void response.end("ok"),
  address = "127.0.0.1",
): Promise<Recorder> {
  const arrivals: Arrival[] = [];
  const waiting = new Set<() => void>();
  const server = http.createServer(async (request, response) => {
    const at = performance.now();
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    const arrival = { method: request.method ?? "", path: request.url ?? "", headers: request.headers, body, at };
    arrivals.push(arrival);
    for (const look of [...waiting]) look();
    await respond(arrival, response);
  });
  server.listen(0, address);
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    arrivals,
    arrival: (path) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = arrivals.find((arrival) => arrival.path === path);
          if (!found) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
