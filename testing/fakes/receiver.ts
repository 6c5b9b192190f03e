import http from "node:http";
import type { AddressInfo } from "node:net";

/** A message as a receiver gets it. */
export type Received = { headers: Record<string, string>; body: string; path: string };

/** How a receiver answers: a status, or anything else by hand. */
export type Answering = (message: Received, answer: http.ServerResponse) => void;

/** A receiver of webhooks on this machine, which keeps what it got. It answers 200 unless `answering` says otherwise. */
export async function startReceiver(answering: Answering = (_, answer) => void answer.end("thanks")): Promise<{
  url: string;
  received: Received[];
  answer(next: Answering): void;
  [Symbol.asyncDispose](): Promise<void>;
}> {
  const received: Received[] = [];
  let how = answering;
  const server = http.createServer(async (request, answer) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const message = {
      headers: request.headers as Record<string, string>,
      body: Buffer.concat(parts).toString(),
      path: request.url ?? "",
    };
    received.push(message);
    how(message, answer);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    answer: (next) => void (how = next),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
