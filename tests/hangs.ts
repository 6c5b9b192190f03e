import { execFileSync } from "node:child_process";
import type { Reporter, TestModule } from "vitest/node";

/** How long a test file may take. The longest takes a minute and a half on two quiet cores. */
const FILE_MS = 15 * 60_000;

/**
 * Ends test files that hang where vitest's limits of a test do not reach: in a loop, a synchronous call, or while a file is
 * loaded. Says which file it was, and what ran then; the file fails, and the run goes on.
 */
export class Hangs implements Reporter {
  /** By the file's id: vitest has one object for a queued file, and another once its tests are known. */
  readonly #running = new Map<string, { file: TestModule; limit: NodeJS.Timeout }>();
  readonly #within: number;

  constructor(within = FILE_MS) {
    this.#within = within;
  }

  /** Before the file is loaded. */
  onTestModuleQueued(file: TestModule): void {
    this.#running.set(file.id, { file, limit: setTimeout(() => this.#end(file.id), this.#within) });
  }

  onTestModuleCollected(file: TestModule): void {
    const running = this.#running.get(file.id);
    if (running) running.file = file;
  }

  onTestModuleEnd(file: TestModule): void {
    clearTimeout(this.#running.get(file.id)?.limit);
    this.#running.delete(file.id);
  }

  onTestRunEnd(): void {
    this.#forget();
  }

  #forget(): void {
    for (const { limit } of this.#running.values()) clearTimeout(limit);
    this.#running.clear();
  }

  #end(id: string): void {
    const file = this.#running.get(id)!.file;
    // All workers end, and what they ran with them.
    this.#forget();
    const all = execFileSync("ps", ["-eo", "pid=,ppid=,etimes=,args="], { encoding: "utf8" }).split("\n");
    const childrenOf = (parent: number): string[] =>
      all.filter((line) => Number(/\d+\s+(\d+)/.exec(line)?.[1]) === parent);
    // Which of vitest's workers has the file is not known here.
    const workers = childrenOf(process.pid).filter((line) => line.includes("/vitest/dist/workers/"));
    const pids = workers.map((line) => Number.parseInt(line, 10));
    const told = [...file.children.allTests()].map((test) => test.fullName).at(-1);
    console.error(
      [
        `${file.relativeModuleId} hangs. ${told ? `The last of its tests that was heard of: ${told}.` : "None of its tests was heard of."}`,
        "Processes of the workers, with their seconds:",
        ...pids.flatMap(childrenOf).map((line) => line.slice(0, 200)),
      ].join("\n"),
    );
    for (const pid of pids) process.kill(pid, "SIGKILL");
  }
}
