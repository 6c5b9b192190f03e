import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { type EdgeFunction, startFunction } from "../../../stack/functions.ts";
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

/** A function of one handler, as people write them: it calls Deno.serve and knows nothing of ports. */
async function functionOf(name: string, body: string, env: Record<string, string> = {}): Promise<EdgeFunction> {
  const own = path.join(folder.path, name);
  await mkdir(own, { recursive: true });
  await writeFile(path.join(own, "deno.json"), "{}");
  await writeFile(path.join(own, "index.ts"), body);
  const started = startFunction(own, { GREETING: "hello", ...env }, (line) => log.push(line));
  worker = started;
  return started;
}
const call = async (it: Worker, route = "/") => (await fetch((await it.url()) + route)).text();

it("sees its own settings and none of ours", async () => {
  process.env.DOCKET_SECRET = "x";
  const greeter = await functionOf(
    "greeter",
    `Deno.serve(() => new Response(Deno.env.get("GREETING") + " " + Deno.env.get("DOCKET_SECRET")))`,
  );
  expect(await call(greeter)).toBe("hello undefined");
  delete process.env.DOCKET_SECRET;
});

it("is started again when it crashes", async () => {
  const crasher = await functionOf(
    "crasher",
    `Deno.serve((r) => { if (r.url.endsWith("/die")) setTimeout(() => { throw new Error("dead") }); return new Response(String(Deno.pid)) })`,
  );
  const first = await call(crasher);
  await call(crasher, "/die");
  await waitUntil(() => log.some((line) => line.includes("it is started again")));
  expect(await call(crasher)).not.toBe(first);
});

it("is killed and started again when it computes without end", async () => {
  const busy = await functionOf(
    "busy",
    `Deno.serve((r) => { if (r.url.endsWith("/loop")) for (;;); return new Response(String(Deno.pid)) })`,
  );
  const first = await call(busy);
  await fetch(`${await busy.url()}/loop`).catch(() => undefined);
  await waitUntil(() => log.some((line) => line.includes("hard limit of 2000 ms")));
  expect(await call(busy)).not.toBe(first);
});

it("runs out of its heap alone, not of the machine's memory", async () => {
  const hungry = await functionOf(
    "hungry",
    `Deno.serve((r) => { if (r.url.endsWith("/eat")) { const all = []; for (;;) all.push(new Array(1e5).fill({})); } return new Response("fine") })`,
    { WORKER_CPU_SOFT_MS: "60000", WORKER_CPU_HARD_MS: "120000" },
  );
  expect(await call(hungry)).toBe("fine");
  await fetch(`${await hungry.url()}/eat`).catch(() => undefined);
  await waitUntil(() => log.some((line) => line.includes("it is started again")));
  expect(log.join("\n")).toMatch(/heap/i);
  expect(await call(hungry)).toBe("fine");
});

it("finishes what it promised to EdgeRuntime.waitUntil before it stops, if that is a real Promise", async () => {
  const promiser = await functionOf(
    "promiser",
    `Deno.serve(() => {
    EdgeRuntime.waitUntil(new Promise((resolve) => setTimeout(resolve, 300)).then(() => console.log("kept")));
    EdgeRuntime.waitUntil({ then(resolve) { setTimeout(() => { console.log("not tracked"); resolve() }, 2000) } });
    return new Response("answered");
  })`,
  );
  expect(await call(promiser)).toBe("answered");
  await promiser.stop();
  expect(log).toContain("kept");
  expect(log).not.toContain("not tracked");
});

it("is idle when it has answered and done what it promised, at once when it has nothing to do", async () => {
  const promiser = await functionOf(
    "patient",
    `let release;
    Deno.serve((request) => {
      if (request.url.endsWith("/release")) release();
      else EdgeRuntime.waitUntil(new Promise((resolve) => (release = resolve)).then(() => console.log("kept")));
      return new Response("answered");
    })`,
  );
  await promiser.idle();
  await call(promiser, "/promise");
  const idle = promiser.idle().then(() => log.push("idle"));
  // Its answer comes after whatever it would have said to the question before.
  await call(promiser, "/release");
  await idle;
  expect(log.filter((line) => ["kept", "idle"].includes(line))).toEqual(["kept", "idle"]);
  await promiser.idle();
});
