/** Starts the OCR engine as a process: settings from the environment, one line when ready, a clean end on a signal. */
import { createEngine } from "./server.ts";
import { settingsFrom } from "./settings.ts";

const logLine = (entry: object): boolean => process.stderr.write(`${JSON.stringify(entry)}\n`);

try {
  const engine = await createEngine(settingsFrom(process.env), logLine);
  let stops = 0;
  const stop = (): void => {
    stops += 1;
    void engine.close(stops > 1 ? { now: true } : {}).then(() => process.exit(0)); // whoever asks twice does not want to wait
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  if (process.env["EXIT_WITH_PARENT"] === "1") {
    // The parent holds the other end of stdin; when it dies, however it dies, the pipe ends
    const stopNow = (): void => void engine.close({ now: true }).then(() => process.exit(0)); // nobody is left to answer
    process.stdin.on("end", stopNow).on("error", stopNow).resume();
  }
  process.stdout.write(`${JSON.stringify({ event: "listening", url: engine.url })}\n`);
} catch (error) {
  logLine({ event: "not_started", message: error instanceof Error ? error.message : String(error) });
  process.exit(1);
}
