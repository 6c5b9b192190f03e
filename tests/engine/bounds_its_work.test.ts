import { expect, onTestFinished, test } from "vitest";
import { installedLanguages } from "../../engine/models.ts";
import { Pool } from "../../engine/pool.ts";
import type { Engine } from "../../engine/server.ts";
import { png, scannedPdf, scanOf } from "./documents.ts";
import { engineForTest, post } from "./running.ts";
import { waitFor } from "../../testing/waiting.ts";

test("starts no worker before the first page", async () => {
  const engine = await engineForTest({ workers: 4 });
  expect(await (await fetch(`${engine.url}/health`)).json()).toMatchObject({
    status: "ok",
    workers: 4,
    started: 0,
    busy: 0,
    queued: 0,
  });
  await post(engine.url, png(await scanOf(["First page"])), "image/png");
  expect(engine.health()).toMatchObject({ started: 1, busy: 0 });
});

test("answers busy with Retry-After when the queue is full, and reads what it had taken", async () => {
  const engine = await engineForTest({ workers: 1, queueLimit: 1 });
  const file = png(await scanOf(["Queued"]));
  const taken = [post(engine.url, file, "image/png"), post(engine.url, file, "image/png")];
  await waitFor(() => expect(engine.health()).toMatchObject({ busy: 1, queued: 1 }));
  const refused = await post(engine.url, file, "image/png");
  expect(refused).toMatchObject({ status: 429, body: { code: "ocr_engine_busy" } });
  expect(Number(refused.headers.get("Retry-After"))).toBeGreaterThan(0);
  for (const { status, body } of await Promise.all(taken)) {
    expect(status).toBe(200);
    expect(body.pages[0]!.text).toBe("Queued");
  }
  expect(engine.health()).toMatchObject({ busy: 0, queued: 0 });
});

test("answers busy when it holds as many bytes as it may, and takes a file beyond that when there is no other", async () => {
  const file = png(await scanOf(["Held"]));
  const engine = await engineForTest({ workers: 1, bytesInFlight: file.length * 2 });
  const send = () => post(engine.url, file, "image/png");
  const answers = await Promise.all([send(), send(), send(), send()]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 429, 429]);
  const refused = answers.find(({ status }) => status === 429)!;
  expect(refused.body).toMatchObject({ code: "ocr_engine_busy", message: expect.stringContaining("bytes") });
  expect(Number(refused.headers.get("Retry-After"))).toBeGreaterThan(0);
  expect((await send()).status, "what was answered is held no more").toBe(200);
  const narrow = await engineForTest({ workers: 1, bytesInFlight: 1 });
  expect((await post(narrow.url, file, "image/png")).status).toBe(200);
});

test("counts a sender that does not say how much it sends as the largest file", async () => {
  const file = png(await scanOf(["Held"]));
  const engine = await engineForTest({ workers: 1, maxBytes: 1_000_000, bytesInFlight: 1_000_000 + file.length - 1 });
  const body = new TransformStream<Uint8Array, Uint8Array>();
  const writer = body.writable.getWriter();
  const slow = fetch(`${engine.url}/read`, {
    method: "POST",
    headers: { "Content-Type": "image/png" },
    body: body.readable,
    duplex: "half",
  } as RequestInit);
  await writer.write(file.subarray(0, 10));
  await waitFor(async () => expect((await post(engine.url, file, "image/png")).status).toBe(429));
  await writer.write(file.subarray(10));
  await writer.close();
  expect((await slow).status).toBe(200);
});

test("stops a page that takes too long, and reads the next one with a new worker", async () => {
  // No page is read within a millisecond, and any within two minutes: how busy the machine is decides nothing
  const limits = { workers: 1, pageTimeoutMs: 1, recyclePages: 100, recycleBytes: 2 ** 40 };
  const replaced: string[] = [];
  const pool = new Pool(limits, { languageFiles: installedLanguages(null), ppocr: false, readerBytes: 0 }, (reason) =>
    replaced.push(reason),
  );
  onTestFinished(() => pool.close());
  const file = { id: 1, bytes: png(await scanOf(["After the stop"])) };
  const job = { kind: "read_page", pageNumber: 1, languages: "eng", detect: false, maxPixels: 2_000_000 } as const;
  await expect(pool.run(file, job)).rejects.toMatchObject({ code: "ocr_timeout", status: 504 });
  expect({ replaced, busy: pool.busy, started: pool.started }).toEqual({ replaced: ["fault"], busy: 0, started: 0 });
  limits.pageTimeoutMs = 120_000;
  expect(await pool.run(file, job)).toMatchObject({ text: "After the stop" });
});

test.each([
  ["the number of its pages", "pages", { recyclePages: 1 }],
  ["the memory that it holds", "memory", { recycleBytes: 1 }],
] as const)("goes on after a worker is replaced for %s", async (_, reason, settings) => {
  const engine = await engineForTest({ workers: 1, ...settings });
  for (const word of ["First", "Second"]) {
    const { body } = await post(engine.url, png(await scanOf([word])), "image/png");
    expect(body.pages[0]!.text).toBe(word);
  }
  expect(engine.health()).toMatchObject({ started: 0 });
  expect(await metricsOf(engine)).toContain(`docket_ocr_workers_replaced_total{reason="${reason}"} 2\n`);
});

test("counts for Prometheus what it read and refused, and how its workers are", async () => {
  const engine = await engineForTest({ workers: 1 });
  await post(engine.url, png(await scanOf(["Counted"])), "image/png");
  await post(engine.url, Buffer.from("hello"), "text/plain");
  const metrics = await metricsOf(engine);
  for (const line of [
    'docket_ocr_page_seconds_count{engine="tesseract"} 1',
    'docket_ocr_file_seconds_count{code="ok"} 1',
    'docket_ocr_file_seconds_count{code="unsupported_type"} 1',
    "docket_ocr_workers 1",
    "docket_ocr_workers_busy 0",
    "docket_ocr_pages_queued 0",
  ])
    expect(metrics).toContain(`${line}\n`);
  expect(Number(/docket_ocr_workers_memory_bytes (\d+)/.exec(metrics)?.[1])).toBeGreaterThan(50_000_000);
});

test("drops the waiting pages of a caller that goes away", async () => {
  const engine = await engineForTest({ workers: 1 });
  const leaving = new AbortController();
  const request = fetch(`${engine.url}/read`, {
    method: "POST",
    headers: { "Content-Type": "application/pdf" },
    signal: leaving.signal,
    body: scannedPdf(Array(30).fill(await scanOf(["Never wanted"]))) as Uint8Array<ArrayBuffer>,
  });
  await waitFor(() => expect(engine.health()).toMatchObject({ busy: 1 }));
  leaving.abort();
  await expect(request).rejects.toThrow();
  await waitFor(() => expect(engine.health()).toMatchObject({ busy: 0, queued: 0 }));
});

test("ends what it had taken when it is told to stop, and takes nothing more", async () => {
  const engine = await engineForTest({ workers: 1 });
  const reading = post(engine.url, png(await scanOf(["Finished"])), "image/png");
  await waitFor(() => expect(engine.health()).toMatchObject({ busy: 1 }));
  const closing = engine.close();
  expect(engine.health()).toMatchObject({ status: "stopping" });
  expect(await reading).toMatchObject({ status: 200, body: { pages: [{ text: "Finished" }] } });
  await closing;
  await expect(fetch(`${engine.url}/health`)).rejects.toThrow();
});

test("tells callers that it stops when their pages do not end in time", async () => {
  const engine = await engineForTest({ workers: 1, stopMs: 0 });
  const reading = post(engine.url, png(await scanOf(["Unfinished"])), "image/png");
  await waitFor(() => expect(engine.health()).toMatchObject({ busy: 1 }));
  await engine.close();
  expect(await reading).toMatchObject({ status: 502, body: { code: "ocr_engine_unavailable" } });
});

async function metricsOf(engine: Engine): Promise<string> {
  const response = await fetch(`${engine.url}/metrics`);
  expect(response.headers.get("Content-Type")).toMatch(/^text\/plain; version=0\.0\.4/);
  return response.text();
}
