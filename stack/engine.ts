import { fileURLToPath } from "node:url";
import { startWorker, type Worker } from "./worker.ts";

/** The local OCR engine (engine/), a service of its own, on that port. */
export function startEngine(port: number, onLog: (line: string) => void): Worker {
  const args = ["--import", import.meta.resolve("tsx"), fileURLToPath(new URL("../engine/main.ts", import.meta.url))];
  return startWorker({
    name: "engine",
    command: process.execPath,
    args,
    env: { PORT: String(port), EXIT_WITH_PARENT: "1", OCR_STOP_MS: "1500", OCR_HOSTS: "127.0.0.1,localhost,[::1]" },
    finishMs: 2_000,
    onLog,
  });
}
