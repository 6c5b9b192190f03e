// One engine reads for everybody: a user with many pages must not keep it from the others.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import type { OpenFile } from "../../engine/job.ts";
import { installedLanguages } from "../../engine/models.ts";
import { Pool } from "../../engine/pool.ts";
import { createEngineReader } from "../../supabase/functions/ocr/engine.ts";
import { png, scanOf } from "./documents.ts";
import { engineForTest } from "./running.ts";
import { waitFor } from "../../testing/waiting.ts";

const job = { kind: "count_pages" } as const;

/** A pool of one reader, and the order in which the jobs of the owners end. Their files are no documents: that fails fast. */
function poolOfOne() {
  const pool = new Pool(
    { workers: 1, pageTimeoutMs: 120_000, recyclePages: 100, recycleBytes: 2 ** 40 },
    { languageFiles: installedLanguages(null), ppocr: false, readerBytes: 0 },
  );
  onTestFinished(() => pool.close());
  const order: string[] = [];
  let id = 0;
  const ask = (owner: string, signal?: AbortSignal) => {
    const file: OpenFile = { id: ++id, bytes: new Uint8Array([37, 80, 68, 70]), owner };
    return pool.run(file, job, signal).then(
      () => order.push(owner),
      () => order.push(owner),
    );
  };
  return { pool, order, ask };
}

test("each owner's page waits for one page of each other owner, however many those have", async () => {
  const { order, ask } = poolOfOne();
  await Promise.all([
    ...Array.from({ length: 6 }, () => ask("many")),
    ...Array.from({ length: 2 }, () => ask("few")),
    ask("one"),
  ]);
  expect(order).toEqual(["many", "few", "one", "many", "few", "many", "many", "many", "many"]);
});

test("newcomers do not overtake an owner who waits", async () => {
  const { order, ask } = poolOfOne();
  const first = [ask("a"), ask("a"), ask("a")];
  const newcomers = first[0]!.then(() => Promise.all(["b", "c", "d"].map((owner) => ask(owner))));
  await Promise.all([...first, newcomers]);
  expect(order.indexOf("a", 1)).toBeLessThanOrEqual(2);
  expect(order).toHaveLength(6);
});

test("a caller that goes away leaves its place to others", async () => {
  const { pool, order, ask } = poolOfOne();
  const left = new AbortController();
  const running = ask("a");
  const waiting = ask("b", left.signal);
  left.abort(new Error("gone"));
  await waiting;
  await Promise.all([running, ask("b")]);
  expect(order).toEqual(["b", "a", "b"]);
  expect(pool.queued).toBe(0);
});

test("one owner gets half of the places at most, and the others still find one", async () => {
  const engine = await engineForTest({ workers: 1, queueLimit: 3 });
  const file = png(await scanOf(["Queued"]));
  const send = (owner: string) =>
    fetch(`${engine.url}/read`, {
      method: "POST",
      headers: { "Content-Type": "image/png", "X-Owner": owner },
      body: file as BodyInit,
    });
  const taken = [send("greedy"), send("greedy")];
  await waitFor(() => expect(engine.health()).toMatchObject({ busy: 1, queued: 1 }));
  const refused = await send("greedy");
  expect(refused.status).toBe(429);
  expect(await refused.json()).toMatchObject({ code: "ocr_engine_busy" });
  expect((await send("other")).status).toBe(200);
  for (const answer of await Promise.all(taken)) expect(answer.status).toBe(200);
  expect((await send("greedy")).status, "what was answered is counted no more").toBe(200);
});

test("the ocr function says whose file it sends", async () => {
  const owners: unknown[] = [];
  const server = createServer((request, response) => {
    owners.push(request.headers["x-owner"]);
    request.resume().on("end", () => response.end(JSON.stringify({ pages: [] })));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const read = createEngineReader({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  const file = { bytes: new Uint8Array([1]), mime_type: "image/png", filename: "a.png" };
  await read({ ...file, user_id: "a-user" }, [1]);
  await read(file, [1]);
  expect(owners).toEqual(["a-user", undefined]);
});
