import { afterEach, expect, it } from "vitest";
import { startProcess } from "../../stack/process.ts";
import { keepRunning, type Worker } from "../../stack/worker.ts";

let worker: Worker | undefined;
afterEach(() => worker?.stop());

it("a process that hangs before it listens is killed, and another takes its place", async () => {
  const log: string[] = [];
  const onLog = (line: string) => log.push(line);
  const programs = ["setInterval(() => {}, 1000)", `console.log('{"event":"listening","url":"http://here"}')`];
  worker = keepRunning(
    "part",
    () =>
      startProcess({
        command: process.execPath,
        args: ["-e", `${programs.shift()}; process.stdin.resume();`],
        env: {},
        listensWithinMs: programs.length === 0 ? 60_000 : 200,
        onLog,
      }),
    1_000,
    onLog,
  );

  expect(await worker.url()).toBe("http://here");
  expect(log).toContain("a process is killed: it did not listen within 200 ms");
  expect(log).toContain("ended by SIGKILL; it is started again");
});
