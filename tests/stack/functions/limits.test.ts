// The life of a worker within the platform's limits, as supabase/edge-runtime keeps them (strategy_per_worker.rs).
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { msOf } from "../../../stack/cpu.ts";
import { startFunction } from "../../../stack/functions.ts";
import type { Worker } from "../../../stack/worker.ts";
import { temporaryFolder } from "../../../testing/temporary.ts";
import { waitUntil } from "../../../testing/waiting.ts";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let worker: Worker | undefined;
const log: string[] = [];
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => {
  await worker?.stop();
  worker = undefined;
  log.length = 0;
});
afterAll(() => folder[Symbol.asyncDispose]());

/** What every function here can do: compute for a while, one slice a turn of the event loop. */
const COMPUTE = `
  const slice = (ms) => { const end = performance.now() + ms; while (performance.now() < end) Math.random(); };
  const turn = () => new Promise((resolve) => setTimeout(resolve));
  /** Computes in slices of 20 ms until told otherwise. */
  async function compute(until) { while (!until()) { slice(20); await turn(); } }
  for (const name of ["beforeunload", "drain"]) addEventListener(name, (event) => console.log(name + " " + event.detail?.reason));
`;

async function functionOf(name: string, body: string, env: Record<string, string> = {}): Promise<Worker> {
  const own = path.join(folder.path, name);
  await mkdir(own, { recursive: true });
  await writeFile(path.join(own, "deno.json"), "{}");
  await writeFile(path.join(own, "index.ts"), `// @ts-nocheck\n${COMPUTE}\n${body}`);
  worker = startFunction(own, env, (line) => log.push(line));
  return worker;
}
const call = async (it: Worker, route = "/") => (await fetch((await it.url()) + route)).text();
const said = (line: string) => waitUntil(() => log.some((one) => one.includes(line)));
const gone = (pid: number) => waitUntil(() => !isThere(pid));

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

it("is retired at its soft limit of CPU: another worker takes the requests while it finishes its own work", async () => {
  const retiring = await functionOf(
    "retiring",
    `let release; let stop = false;
    Deno.serve((request) => {
      if (request.url.endsWith("/begin")) {
        const released = new Promise((resolve) => (release = resolve));
        EdgeRuntime.waitUntil(Promise.all([compute(() => stop), released]).then(() => console.log("finished by " + Deno.pid)));
      }
      if (request.url.endsWith("/pause")) stop = true;
      if (request.url.endsWith("/release")) release();
      return new Response(String(Deno.pid));
    })`,
  );
  const itsUrl = await retiring.url();
  const first = Number(await call(retiring, "/begin"));
  await waitUntil(() => retiring.pid !== first);
  await fetch(`${itsUrl}/pause`);
  const second = Number(await call(retiring));
  expect(second).not.toBe(first);
  await fetch(`${itsUrl}/release`);
  await said(`finished by ${first}`);
  await said("beforeunload early_drop");
  await gone(first);
  expect(isThere(second)).toBe(true);
});

it("loses no request while one worker after another is retired", async () => {
  const busy = await functionOf(
    "busy",
    `Deno.serve((request) => { slice(15); return new Response(String(Deno.pid)) })`,
    { WORKER_CPU_SOFT_MS: "200", WORKER_CPU_HARD_MS: "4000" },
  );
  const workers = new Set<string>();
  // Each request on a connection of its own, as the gateway sends them.
  const send = async () => {
    const answer = await fetch(await busy.url(), { headers: { connection: "close" } });
    expect(answer.status).toBe(200);
    workers.add(await answer.text());
  };
  while (workers.size < 4) await Promise.all(Array.from({ length: 8 }, send));
});

it("is told that the hard limit of CPU is near, and killed when it goes on", async () => {
  const spending = await functionOf(
    "spending",
    `Deno.serve(() => { EdgeRuntime.waitUntil(compute(() => false)); return new Response(String(Deno.pid)) })`,
  );
  const first = Number(await call(spending));
  await said("a worker is killed: it reached the hard limit of 2000 ms of CPU time");
  await gone(first);
  expect(log).toContain("beforeunload cpu");
  expect(Number(await call(spending))).not.toBe(first);
});

it("is charged nothing of the time before its first request, also where another worker is serving", async () => {
  const idle = await functionOf(
    "idle",
    `setTimeout(() => { for (let step = 0; step < 1e8; step += 1) Math.random(); console.log("idled by " + Deno.pid); }, 100);
    Deno.serve(() => { EdgeRuntime.waitUntil(new Promise(() => {})); return new Response(String(Deno.pid)) })`,
    { WORKER_CPU_SOFT_MS: "200", WORKER_CPU_HARD_MS: "400", WORKER_WALL_CLOCK_MS: "3000" },
  );
  await idle.url();
  await said(`idled by ${idle.pid}`);
  const first = Number(await call(idle));
  await waitUntil(() => idle.pid !== first);
  const next = idle.pid;
  await said(`idled by ${next}`);
  expect(Number(await call(idle))).toBe(next);
  await said("a worker is killed: it reached the limit of 3000 ms of time");
  expect(log.filter((line) => line.includes("of CPU time"))).toEqual([]);
});

it("is retired at half of its time, told when nine tenths of it are over, and killed at its end", async () => {
  const lasting = await functionOf(
    "lasting",
    `Deno.serve(() => { EdgeRuntime.waitUntil(new Promise(() => {})); return new Response(String(Deno.pid)) })`,
    { WORKER_WALL_CLOCK_MS: "3000" },
  );
  const first = Number(await call(lasting));
  await waitUntil(() => lasting.pid !== first);
  expect(isThere(first)).toBe(true);
  await said("beforeunload wall_clock");
  await said("a worker is killed: it reached the limit of 3000 ms of time");
  await gone(first);
});

it("is told when its memory is nearly full, and ends when it is; buffers and WebAssembly count", async () => {
  const growing = await functionOf(
    "growing",
    `const kept = [];
    async function grow() { for (;;) {
      kept.push(kept.length % 2 ? new Uint8Array(4e6).fill(1) : new WebAssembly.Memory({ initial: 64 }));
      await new Promise((resolve) => setTimeout(resolve, 20));
    } }
    Deno.serve((request) => {
      if (request.url.endsWith("/grow")) EdgeRuntime.waitUntil(grow());
      return new Response(String(Deno.pid));
    })`,
  );
  const first = Number(await call(growing, "/grow"));
  await said("memory limit reached for the worker");
  await gone(first);
  expect(log).toContain("beforeunload memory");
  expect(Number(await call(growing))).not.toBe(first);
});

it("is told to drain when the stack stops", async () => {
  const stopping = await functionOf(
    "stopping",
    `let told; const drained = new Promise((resolve) => addEventListener("drain", resolve));
    Deno.serve(() => { EdgeRuntime.waitUntil(drained.then(() => console.log("yielded"))); return new Response("ok") })`,
  );
  await call(stopping);
  await stopping.stop();
  expect(log).toContain("yielded");
});

it("cannot touch files synchronously once its modules are evaluated, by no way", async () => {
  const reading = await functionOf(
    "reading",
    `import fs, { readFileSync } from "node:fs";
    import { readFile } from "node:fs/promises";
    import { createRequire } from "node:module";
    const here = new URL(import.meta.url);
    const ways = {
      deno: () => Deno.readFileSync(here),
      text: () => Deno.readTextFileSync(here),
      stat: () => Deno.statSync(here),
      node: () => fs.readFileSync(here),
      named: () => readFileSync(here, "utf8"),
      required: () => createRequire(here)("fs").readFileSync(here),
      write: () => fs.writeFileSync("/tmp/docket-never", ""),
    };
    const tried = (names) => names.map((name) => {
      try { ways[name](); return name + " works"; } catch (error) { return name + ": " + error.message; }
    });
    const before = tried(["deno", "text", "stat", "node", "named", "required"]);
    const never = () => { try { Deno.renameSync("a", "b") } catch (error) { return error.message } };
    Deno.serve(async () => Response.json({ before, after: tried(Object.keys(ways)), later: (await readFile(here)).length > 0, never: never() }))`,
  );
  const { before, after, later, never } = JSON.parse(await call(reading)) as Record<string, string[]>;
  expect(before).toEqual(["deno", "text", "stat", "node", "named", "required"].map((way) => `${way} works`));
  // From Deno 2.9 on, node:fs goes below Deno's own calls, where the stand-in cannot refuse it.
  const refused = process.env.DOCKET_DENO
    ? ["deno", "text", "stat"]
    : ["deno", "text", "stat", "node", "named", "required", "write"];
  expect(after!.slice(0, refused.length)).toEqual(
    refused.map((way) =>
      expect.stringMatching(new RegExp(`^${way}: Deno\\.\\w+Sync is blocklisted( on the current context)?$`)),
    ),
  );
  expect(later).toBe(true);
  expect(never).toBe("Deno.renameSync is blocklisted");
});

it("has no threads, no shared memory, no page around it, and cannot end its process", async () => {
  const bare = await functionOf(
    "bare",
    `Deno.serve(() => { Deno.exit(3); return Response.json([
      typeof Worker, typeof window, Deno.args.length, SharedArrayBuffer === ArrayBuffer,
      (() => { try { new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }); return "shared" } catch (error) { return error.message } })(),
    ]) })`,
  );
  expect(JSON.parse(await call(bare))).toEqual([
    "undefined",
    "undefined",
    0,
    true,
    "Creating a shared memory is not supported",
  ]);
});

it("reads the times that ps prints", () => {
  expect(["0:01.23", "01:02:03", "2-00:00:01"].map(msOf)).toEqual([1_230, 3_723_000, 172_801_000]);
});
