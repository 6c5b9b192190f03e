import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test } from "vitest";
import { png, scanOf } from "./documents.ts";
import { post } from "./running.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");

// NODE_OPTIONS with --require reaches the threads too; --import does not.
const NO_NETWORK = `--require ${JSON.stringify(path.join(import.meta.dirname, "no-network.cjs"))}`;

async function spawnEngine(env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ["--import", "tsx", "engine/main.ts"], {
    cwd: ROOT,
    stdio: ["pipe", "pipe", "pipe"],
    env: { PATH: process.env["PATH"], NODE_OPTIONS: NO_NETWORK, OCR_WORKERS: "1", ...env },
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  let log = "";
  child.stderr.on("data", (chunk: Buffer) => {
    log += chunk.toString();
  });
  const exited = once(child, "exit") as Promise<[code: number | null, signal: string | null]>;
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const first = await lines.next();
  return {
    child,
    exited,
    log: () => log,
    ready: first.done ? null : (JSON.parse(first.value) as { event: string; url: string }),
  };
}

/** A signal 0 reaches every process that is there. */
const isThere = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test("reads a page without any network, and ends with 0 on SIGTERM in the middle of another", async () => {
  const { child, exited, ready, log } = await spawnEngine();
  expect(ready).toEqual({ event: "listening", url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) });
  const file = png(await scanOf(["From a process"]));
  const { body } = await post(ready!.url, file, "image/png");
  expect(body.pages[0]!.text).toBe("From a process");
  const unfinished = post(ready!.url, file, "image/png").catch(() => null);
  child.kill("SIGTERM");
  expect(await exited).toEqual([0, null]);
  await unfinished;
  expect(isThere(child.pid!)).toBe(false);
  expect(log()).not.toContain("From a process");
  expect(JSON.parse(log().split("\n")[0]!)).toMatchObject({ event: "read", status: 200, pages: 1 });
});

test("ends when its parent is gone, if asked", async () => {
  const { child, exited, ready } = await spawnEngine({ EXIT_WITH_PARENT: "1" });
  expect(ready).not.toBeNull();
  child.stdin.end(); // as the death of a parent does
  expect(await exited).toEqual([0, null]);
});

test("says which setting is wrong and does not start", async () => {
  const { exited, ready, log } = await spawnEngine({ OCR_WORKERS: "many" });
  expect(ready).toBeNull();
  expect(await exited).toEqual([1, null]);
  expect(log()).toContain("OCR_WORKERS is 'many'. Set it to a whole number");
});
