// What a body may be before anybody looks into it.
import { expect, it, vi } from "vitest";
import { z } from "zod";
import { PipelineError } from "../../supabase/functions/_shared/errors.ts";
import { callOf, endpoint, json, userEndpoint } from "../../supabase/functions/_shared/http.ts";
import { createLog } from "../../supabase/functions/_shared/log.ts";
import { discard, Pace, receivedBytes, receivedJson } from "../../supabase/functions/_shared/request-body.ts";

const url = "http://functions.test/ocr";

/** A request whose body comes in the given pieces; counts those that were asked for. */
function streamed(pieces: (string | Uint8Array)[], headers: Record<string, string> = {}) {
  let pulled = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const piece = pieces[pulled];
        pulled += 1;
        if (piece === undefined) controller.close();
        else controller.enqueue(typeof piece === "string" ? new TextEncoder().encode(piece) : piece);
      },
    },
    { highWaterMark: 0 },
  );
  const request = new Request(url, { method: "POST", body, headers, duplex: "half" } as RequestInit);
  return { request, pulled: () => pulled };
}
const endless = (piece: string) => streamed(Array.from({ length: 1_000_000 }, () => piece));

it("stops at the limit, whatever the body announces", async () => {
  for (const headers of [{}, { "Content-Length": "10" }, { "Content-Type": "text/html" }] as Record<string, string>[]) {
    const { request, pulled } = streamed(Array(100).fill("x".repeat(10_000)), headers);
    await expect(receivedJson(request, 65_536)).rejects.toMatchObject({ code: "request_too_large", status: 413 });
    expect(pulled()).toBe(7);
  }
  const announced = streamed(["{}"], { "Content-Length": "300000000" });
  await expect(receivedJson(announced.request, 65_536)).rejects.toMatchObject({ code: "request_too_large" });
  expect(announced.pulled(), "nothing is read").toBe(0);
});

it("counts bytes and not characters", async () => {
  await expect(receivedJson(streamed([JSON.stringify("€".repeat(30_000))]).request, 65_536)).rejects.toMatchObject({
    code: "request_too_large",
  });
  expect(await receivedJson(streamed(["€".repeat(100)].map((text) => JSON.stringify(text))).request, 65_536)).toBe(
    "€".repeat(100),
  );
});

it("reads characters that arrive in two pieces", async () => {
  const bytes = new TextEncoder().encode('{"a":"€"}');
  const { request } = streamed([bytes.subarray(0, 7), bytes.subarray(7)]);
  expect(await receivedJson(request, 100)).toEqual({ a: "€" });
});

it.each([
  ["compressed", streamed([new Uint8Array([0x1f, 0x8b, 8])], { "Content-Encoding": "gzip" })],
  ["no UTF-8", streamed([new Uint8Array([0x22, 0xff, 0x22])])],
  ["no JSON", streamed(["{'a': 1}"])],
  ["empty", streamed([])],
  ["cut off", streamed(['{"a":'])],
])("refuses a body that is %s", async (_, { request }) => {
  await expect(receivedJson(request, 65_536)).rejects.toMatchObject({ code: "invalid_request", status: 400 });
});

it("survives nesting and width up to the limit, and does not say it back", async () => {
  const identify = async () => ({ userId: "u", token: "t" });
  const signedIn = { Authorization: "Bearer t" };
  const Body = z.strictObject({ document_id: z.uuid() });
  const bombs = [
    "[".repeat(30_000) + "]".repeat(30_000),
    '{"a":'.repeat(10_000) + "1" + "}".repeat(10_000),
    `{${Array.from({ length: 5_000 }, (_, index) => `"k${index}":1`).join()}}`,
    '{"__proto__":{"document_id":"x"},"constructor":1}',
    `[${"{},".repeat(20_000)}{}]`,
  ];
  for (const bomb of bombs) {
    const refused = callOf(streamed([bomb], signedIn).request, { identify }, Body, "upload");
    const error = await refused.catch((thrown: PipelineError) => thrown);
    expect(error).toMatchObject({ code: "invalid_request" });
    expect((error as PipelineError).message.length).toBeLessThan(600);
  }
});

it("identifies the sender before it reads the body", async () => {
  const unknown = endless("x".repeat(1000));
  const identify = () => Promise.reject(new PipelineError("unauthorized"));
  unknown.request.headers.set("Authorization", "Bearer forged");
  await expect(callOf(unknown.request, { identify }, z.unknown(), "upload")).rejects.toMatchObject({
    code: "unauthorized",
  });
  expect(unknown.pulled()).toBe(0);
});

it("reads of a sender without a token what an invocation has, and no more", async () => {
  const anonymous = endless("x".repeat(1000));
  const identify = () => Promise.reject(new Error("not asked"));
  await expect(callOf(anonymous.request, { identify }, z.unknown(), "upload")).rejects.toMatchObject({
    code: "unauthorized",
  });
  expect(anonymous.pulled()).toBeLessThan(4);
  const invocation = { job_id: crypto.randomUUID(), token: crypto.randomUUID() };
  expect(await callOf(streamed([JSON.stringify(invocation)]).request, { identify }, z.unknown(), "upload")).toEqual({
    invocation,
  });
});

it("waits for a silent sender until the deadline, and no longer", async () => {
  vi.useFakeTimers();
  try {
    const silent = new Request(url, {
      method: "POST",
      body: new ReadableStream(),
      duplex: "half",
    } as RequestInit);
    const refused = expect(receivedJson(silent, 100)).rejects.toMatchObject({ code: "request_too_slow", status: 408 });
    await vi.advanceTimersByTimeAsync(10_000);
    await refused;
  } finally {
    vi.useRealTimers();
  }
});

it("receives nothing that comes in drops", async () => {
  vi.useFakeTimers();
  try {
    const drops = new ReadableStream<Uint8Array>({
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve, 500));
        controller.enqueue(new Uint8Array(1));
      },
    });
    const request = new Request(url, { method: "POST", body: drops, duplex: "half" } as RequestInit);
    const received = (async () => {
      for await (const _ of receivedBytes(request, {
        mostBytes: 1e9,
        deadlineMs: 1e9,
        tooLarge: () => new PipelineError("file_too_large"),
      }));
    })();
    const refused = expect(received).rejects.toMatchObject({ code: "request_too_slow" });
    await vi.advanceTimersByTimeAsync(30_000);
    await refused;
  } finally {
    vi.useRealTimers();
  }
});

it("measures the sender, and not the time in which nobody listened", async () => {
  let clock = 0;
  const pace = new Pace(() => clock);
  const after = (ms: number, bytes: number) =>
    pace.wait(
      async () => {
        clock += ms;
        return bytes;
      },
      (result) => result,
    );
  await after(100, 1_000_000);
  clock += 60_000;
  await after(100, 1_000_000);
  expect(pace.waitedMs).toBe(200);
  expect(pace.isSlow()).toBe(false);
  await after(11_000, 1);
  expect(pace.isSlow()).toBe(true);
  expect(pace.patienceMs(120_000)).toBeLessThan(0);
});

it("throws the rest of a refused body away, and does not listen for ever", async () => {
  const long = endless("x".repeat(1024 * 1024));
  await discard(long.request);
  expect(long.pulled()).toBeLessThan(40);
});

it("asks to come back after an outage, and says when", async () => {
  const lines: string[] = [];
  const log = createLog("info", (line) => lines.push(line));
  const handle = endpoint(log, () => Promise.reject(new PipelineError("storage_unavailable")));
  const response = await handle(new Request(url, { method: "POST" }));
  expect([response.status, response.headers.get("Retry-After")]).toEqual([503, "5"]);
});

it("writes a line for many refusals, with their number", async () => {
  const lines: string[] = [];
  const handle = endpoint(
    createLog("info", (line) => lines.push(line)),
    () => Promise.reject(new PipelineError("unauthorized")),
  );
  for (let count = 0; count < 1_000; count += 1) await handle(new Request(url, { method: "POST" }));
  expect(lines).toHaveLength(1);
});

it("counts a refusal in its sender's rate, and turns a sender away who has none left", async () => {
  const calls: unknown[] = [];
  const caller = { userId: "u", token: "t" };
  const parts = {
    log: createLog("error", () => {}),
    waitUntil: (work: Promise<unknown>) => void calls.push(work),
    callers: {
      known: () => caller,
      turnAway: (...args: unknown[]) => void calls.push(args),
    },
    pipeline: { countRefusal: async () => 2_000 },
  } as unknown as Parameters<typeof userEndpoint>[0];
  const refused = await userEndpoint(parts, () => Promise.reject(new PipelineError("no_file")))(
    new Request(url, { method: "POST" }),
  );
  expect(refused.status).toBe(400);
  await calls[0];
  expect(calls[1]).toEqual([caller, 2_000]);
  calls.length = 0;
  await userEndpoint(parts, async () => json({}))(new Request(url, { method: "POST" }));
  await userEndpoint(parts, () => Promise.reject(new Error("ours")))(new Request(url, { method: "POST" }));
  expect(calls, "what succeeds, or fails by our own fault, is no refusal").toEqual([]);
});
