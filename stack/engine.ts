import { fileURLToPath } from "node:url";
import { startWorker, type Worker } from "./worker.ts";

/** The engine's settings in the environment: engine/README.md lists them. */
const settings = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      name.startsWith("OCR_") && name !== "OCR_ENGINE_URL" && value !== undefined ? [[name, value]] : [],
    ),
  );

/** The local OCR engine (engine/), a service of its own, on that port, with the OCR_ settings of this process. */
export function startEngine(port: number, onLog: (line: string) => void): Worker {
  const args = ["--import", import.meta.resolve("tsx"), fileURLToPath(new URL("../engine/main.ts", import.meta.url))];
  return startWorker({
    name: "engine",
    command: process.execPath,
    args,
    env: {
      ...settings(),
      PORT: String(port),
      EXIT_WITH_PARENT: "1",
      OCR_STOP_MS: "1500",
      OCR_HOSTS: "127.0.0.1,localhost,[::1]",
    },
    finishMs: 2_000,
    onLog,
  });
}
