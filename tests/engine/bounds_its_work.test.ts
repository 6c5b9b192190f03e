import { expect, test, vi } from "vitest";
import { png, scannedPdf, scanOf, tiled } from "./documents.ts";
import { engineForTest, post } from "./running.ts";

test("starts no worker before the first page", async () => {
  const before = process.getActiveResourcesInfo().filter((name) => name === "MessagePort").length;
  const engine = await engineForTest({ workers: 4 });
  expect(await (await fetch(`${engine.url}/health`)).json()).toEqual({ status: "ok", workers: 4, busy: 0, queued: 0 });
  expect(process.getActiveResourcesInfo().filter((name) => name === "MessagePort").length).toBe(before);
});

test("answers busy with Retry-After when the queue is full, and reads what it had taken", async () => {
  const engine = await engineForTest({ workers: 1, queueLimit: 1 });
  const file = png(await scanOf(["Queued"]));
  const taken = [post(engine.url, file, "image/png"), post(engine.url, file, "image/png")];
  await vi.waitFor(() => expect(engine.health()).toMatchObject({ busy: 1, queued: 1 }));
  const refused = await post(engine.url, file, "image/png");
  expect(refused).toMatchObject({ status: 429, body: { code: "ocr_engine_busy" } });
  expect(Number(refused.headers.get("Retry-After"))).toBeGreaterThan(0);
  for (const { status, body } of await Promise.all(taken)) {
    expect(status).toBe(200);
    expect(body.pages[0]!.text).toBe("Queued");
  }
  expect(engine.health()).toMatchObject({ busy: 0, queued: 0 });
});

test("stops a page that takes too long, and reads the next one with a new worker", async () => {
  const crowded = tiled(await scanOf(Array(20).fill("Thirty words of small print on a page")), 3);
  const engine = await engineForTest({ workers: 1, pageTimeoutMs: 2_000 });
  expect(await post(engine.url, png(crowded), "image/png")).toMatchObject({ status: 504, body: { code: "ocr_timeout" } });
  expect(engine.health()).toMatchObject({ busy: 0, queued: 0 });
  const { status, body } = await post(engine.url, png(await scanOf(["After the crowd"])), "image/png");
  expect(status).toBe(200);
  expect(body.pages[0]!.text).toBe("After the crowd");
});

test("goes on after a worker is replaced for the number of its pages", async () => {
  const engine = await engineForTest({ workers: 1, recyclePages: 1 });
  for (const word of ["First", "Second"]) {
    const { body } = await post(engine.url, png(await scanOf([word])), "image/png");
    expect(body.pages[0]!.text).toBe(word);
  }
});

test("drops the waiting pages of a caller that goes away", async () => {
  const engine = await engineForTest({ workers: 1 });
  const leaving = new AbortController();
  const request = fetch(`${engine.url}/read`, {
    method: "POST", headers: { "Content-Type": "application/pdf" }, signal: leaving.signal,
    body: scannedPdf(Array(30).fill(await scanOf(["Never wanted"]))) as Uint8Array<ArrayBuffer>,
  });
  await vi.waitFor(() => expect(engine.health()).toMatchObject({ busy: 1 }));
  leaving.abort();
  await expect(request).rejects.toThrow();
  await vi.waitFor(() => expect(engine.health()).toMatchObject({ busy: 0, queued: 0 }), { timeout: 10_000 });
});

test("tells callers that it stops, and ends at once", async () => {
  const engine = await engineForTest({ workers: 1 });
  const reading = post(engine.url, png(await scanOf(["Unfinished"])), "image/png");
  await vi.waitFor(() => expect(engine.health()).toMatchObject({ busy: 1 }));
  const closing = engine.close();
  expect(await reading).toMatchObject({ status: 502, body: { code: "ocr_engine_unavailable" } });
  await closing;
  await expect(fetch(`${engine.url}/health`)).rejects.toThrow();
});
