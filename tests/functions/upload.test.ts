import { expect, it, vi } from "vitest";
import { PipelineError } from "../../supabase/functions/_shared/errors.ts";
import { createLog } from "../../supabase/functions/_shared/log.ts";
import { createMemoryBudget, type MemoryBudget } from "../../supabase/functions/_shared/memory-budget.ts";
import { createUploadHandler, type UploadParts } from "../../supabase/functions/upload/handler.ts";
import { waitFor } from "../../testing/waiting.ts";

/** A handler with a database and a store that answer as they are told. */
function handler(
  answers: {
    duplicate?: boolean;
    storeFails?: boolean;
    storing?: () => Promise<void>;
    abandoning?: () => Promise<void>;
    budget?: MemoryBudget;
  } = {},
) {
  const calls: string[] = [];
  const said = <Value>(call: string, value: Value): Promise<Value> => {
    calls.push(call);
    return Promise.resolve(value);
  };
  const { duplicate = false } = answers;
  const parts = {
    log: createLog("error", () => {}),
    waitUntil() {},
    maxBytes: 1000,
    ...(answers.budget ? { memory: answers.budget } : {}),
    callers: { identify: async () => ({ userId: "user", token: "token" }), known: () => undefined },
    pipeline: {
      admitUpload: ({ filename }: { filename: string }, { invokes }: { invokes: boolean }) =>
        said("admit", {
          ...(invokes && !duplicate ? { invocation: { function_name: "ocr", job_id: "2", token: "3" } } : {}),
          document_id: "1",
          storage_path: "user/1",
          filename,
          status: duplicate ? "completed" : "uploading",
          admitted_at: "now",
          duplicate,
        }),
      abandonUpload: ({ admitted_at }: { admitted_at: string }) =>
        said(`abandon ${admitted_at}`, undefined).then(() => answers.abandoning?.()),
    },
    invoke: ({ function_name, job_id }: { function_name: string; job_id: string }) =>
      said(`invoke ${function_name} ${job_id}`, undefined),
    files: {
      store: (path: string) =>
        said(`store ${path}`, undefined).then(async () => {
          await answers.storing?.();
          if (answers.storeFails) throw new PipelineError("storage_unavailable");
        }),
      invite: (path: string) => said(`invite ${path}`, { path, token: "signed" }),
    },
  } as unknown as UploadParts;
  const handle = createUploadHandler(parts);
  const send = async (init: RequestInit) => {
    const response = await handle(new Request("http://functions.test/upload", { method: "POST", ...init }));
    return { calls, status: response.status, headers: response.headers, body: await response.json() };
  };
  return {
    send,
    upload() {
      const form = new FormData();
      form.append("file", new Blob(["%PDF-1.4\n"]), "a.pdf");
      return send({ body: form });
    },
    announce: (file: Record<string, unknown>, headers: Record<string, string> = {}) =>
      send({
        body: JSON.stringify(file),
        headers: { "Content-Type": "application/json", Authorization: "Bearer token", ...headers },
      }),
  };
}

/** A request of one file of so many bytes, and how many bytes that comes to. */
function requestOf(bytes: number) {
  const head = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-1.4\n';
  const body = new TextEncoder().encode(`${head.padEnd(head.length + bytes - 9, "x")}\r\n--b--\r\n`);
  return { body, headers: { "Content-Type": "multipart/form-data; boundary=b" } };
}

it("holds no more files at the same time than it has memory for, and takes all of them", async () => {
  const request = requestOf(900);
  const budget = createMemoryBudget(2 * request.body.length);
  let most = 0;
  const held: (() => void)[] = [];
  const { send } = handler({
    budget,
    storing: () => new Promise((stored) => (most = Math.max(most, held.push(stored)))),
  });
  const upload = () =>
    send({ ...request, headers: { ...request.headers, "Content-Length": String(request.body.length) } });
  const answers = Promise.all(Array.from({ length: 6 }, upload));
  for (let stored = 0; stored < 6; stored += 2) {
    await waitFor(() => expect(held).toHaveLength(2));
    for (const release of held.splice(0)) release();
  }
  expect((await answers).map(({ status }) => status)).toEqual(Array(6).fill(202));
  expect(most).toBe(2);
});

it("answers 429 with the time to come back when there is no memory for a file for too long", async () => {
  vi.useFakeTimers();
  try {
    const budget = createMemoryBudget(1000);
    await budget.hold({ owner: "other", mostBytes: 1000 });
    const answer = handler({ budget }).send(requestOf(900));
    await vi.advanceTimersByTimeAsync(10_000);
    const { calls, status, headers, body } = await answer;
    expect([status, body.code, calls]).toEqual([429, "too_many_requests", []]);
    expect(Number(headers.get("Retry-After"))).toBeGreaterThan(0);
  } finally {
    vi.useRealTimers();
  }
});

it("keeps as much of a file as arrived, in however small pieces it comes, and gives it back", async () => {
  const { body, headers } = requestOf(1000);
  const budget = createMemoryBudget(5_000);
  const drops = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const byte of body) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  const { status } = await handler({ budget }).send({ body: drops, headers, duplex: "half" } as RequestInit);
  expect(status).toBe(202);
  await budget.hold({ owner: "next", mostBytes: 5_000, patienceMs: 0 });
});

it("gives the memory of a refused file back", async () => {
  const budget = createMemoryBudget(70_000);
  const { send } = handler({ budget });
  for (const bytes of [1001, 60_000, 66_500, 500_000])
    expect((await send(requestOf(bytes))).body.code).toBe("file_too_large");
  const { body, headers } = requestOf(1000);
  expect((await send({ body: body.subarray(0, 500), headers })).body.code).toBe("invalid_request");
  await budget.hold({ owner: "next", mostBytes: 70_000, patienceMs: 0 });
});

it("answers 202 once the file is stored", async () => {
  const { calls, status, body } = await handler().upload();
  expect(calls).toEqual(["admit", "store user/1", "invoke ocr 2"]);
  expect([status, body]).toEqual([
    202,
    { document_id: "1", filename: "a.pdf", status: "processing", duplicate: false },
  ]);
});

it("stores nothing that is there already", async () => {
  const { calls, status, body } = await handler({ duplicate: true }).upload();
  expect(calls).toEqual(["admit"]);
  expect([status, body]).toMatchObject([202, { status: "completed", duplicate: true }]);
});

it("takes its row back when the file cannot be stored", async () => {
  const { calls, status } = await handler({ storeFails: true }).upload();
  expect(calls).toEqual(["admit", "store user/1", "abandon now"]);
  expect(status).toBe(503);
});

it("answers at once when the database does not take the row back, and goes on trying", async () => {
  let tries = 0;
  const abandoning = async () => {
    if ((tries += 1) < 3) throw new PipelineError("database_unavailable");
  };
  const { status, body } = await handler({ storeFails: true, abandoning }).upload();
  expect([status, body.code]).toEqual([503, "storage_unavailable"]);
  await waitFor(() => expect(tries).toBe(3));
});

const FILE = { filename: "../a.pdf", byte_size: 999, mime_type: "application/pdf", sha256: "0".repeat(64) };

it("answers a file that is announced with a path and a token to store it with", async () => {
  const { calls, status, body } = await handler().announce(FILE, { Host: "edge-runtime.supabase.com" });
  expect(calls).toEqual(["admit", "invite user/1"]);
  expect([status, body]).toEqual([
    200,
    {
      document_id: "1",
      filename: "a.pdf",
      status: "uploading",
      duplicate: false,
      path: "user/1",
      token: "signed",
    },
  ]);
});

it.each([
  ["no gateway", { Host: "127.0.0.1:54321" }, "http://127.0.0.1:54321"],
  ["no gateway, by IPv6", { Host: "[::1]:54321" }, "http://[::1]:54321"],
  [
    "Kong of supabase start",
    {
      Host: "supabase_edge_runtime_docket:8081",
      "X-Forwarded-Host": "127.0.0.1",
      "X-Forwarded-Port": "54321",
      "X-Forwarded-Proto": "http",
    },
    "http://127.0.0.1:54321",
  ],
  [
    "Kong with TLS",
    {
      Host: "functions:9000",
      "X-Forwarded-Host": "docs.example.com",
      "X-Forwarded-Port": "443",
      "X-Forwarded-Proto": "https",
    },
    "https://docs.example.com",
  ],
  [
    "two proxies",
    { "X-Forwarded-Host": "docs.example.com:8443, kong", "X-Forwarded-Proto": "https, http" },
    "https://docs.example.com:8443",
  ],
  ["an address that hosted functions hide", { "X-Forwarded-Host": "edge-runtime.supabase.com" }, undefined],
  ["no host", { "X-Forwarded-Host": "evil/path?" }, undefined],
  ["credentials in the host", { "X-Forwarded-Host": "user@evil" }, undefined],
  ["another scheme", { Host: "a.test", "X-Forwarded-Proto": "javascript" }, undefined],
])("gives a URL at the address that the caller used: %s", async (_, headers, address) => {
  const { body } = await handler().announce(FILE, headers as unknown as Record<string, string>);
  expect(body.signed_url).toBe(address && `${address}/storage/v1/object/upload/sign/documents/user/1?token=signed`);
});

it("asks for no file that is there already", async () => {
  const { body } = await handler({ duplicate: true }).announce(FILE);
  expect(body).toEqual({ document_id: "1", filename: "a.pdf", status: "completed", duplicate: true });
});

it.each([
  [{ ...FILE, byte_size: 1001 }, 413, "file_too_large"],
  [{ ...FILE, byte_size: 0 }, 400, "invalid_request"],
  [{ ...FILE, mime_type: "image/svg+xml" }, 415, "unsupported_type"],
  [{ ...FILE, mime_type: "toString" }, 415, "unsupported_type"],
  [{ ...FILE, sha256: "x" }, 400, "invalid_request"],
  [{ filename: "a.pdf" }, 400, "invalid_request"],
])("admits nothing of an announcement like %j", async (file, status, code) => {
  const refused = await handler().announce(file);
  expect([refused.status, refused.body.code, refused.calls]).toEqual([status, code, []]);
});
