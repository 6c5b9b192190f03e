import { type ChildProcess, fork } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { round } from "../figures.ts";
import { pdfsOf, pdftotext } from "./data.ts";
import type { Outcome } from "./hard-reader.ts";

const LIMIT_MS = 60_000;
const LIMIT_BYTES = 512 * 1024 * 1024;
const MEGABYTE = 1024 * 1024;
/** A file of which pdftotext reads more than this is one that can be read. */
const READABLE = 200;

/** Files that are broken, encrypted, odd or huge: each must come to an end in bounds, with a code where it fails. */
export async function hardFiles(data: string): Promise<object> {
  const files = await pdfsOf(data, ({ file, kind }) => /hard/.test(kind) || file.startsWith("hard-pdfs/"));
  const codes: Record<string, number> = {};
  const found = {
    crashed: [] as string[],
    too_slow: [] as string[],
    too_large: [] as string[],
    failed_but_readable: [] as string[],
  };
  const most = { ms: 0, name: "", rss: 0, pages_to_recognize: 0, read: 0 };
  let reader = startReader();
  // Starting is no file's cost.
  await outcomeOf(reader, "");
  for (const file of files) {
    const name = path.basename(file);
    const started = performance.now();
    const outcome = await outcomeOf(reader, file);
    const ms = performance.now() - started;
    if (ms > most.ms) Object.assign(most, { ms, name });
    if (outcome === "crashed" || outcome === "too_slow") {
      found[outcome].push(name);
      reader.kill("SIGKILL");
      reader = startReader();
      continue;
    }
    most.rss = Math.max(most.rss, outcome.rss);
    if (outcome.rss > LIMIT_BYTES) found.too_large.push(name);
    most.pages_to_recognize += outcome.doubtful;
    const unreadable = outcome.page_codes.length * 2 > outcome.pages ? outcome.page_codes[0] : undefined;
    const code = outcome.code ?? unreadable;
    if (code === undefined) most.read += 1;
    else {
      codes[code] = (codes[code] ?? 0) + 1;
      if (((await pdftotext(file)) ?? "").replace(/\s/g, "").length > READABLE) found.failed_but_readable.push(name);
    }
  }
  reader.kill();
  return {
    files: files.length,
    read: most.read,
    failed: codes,
    pages_to_recognize: most.pages_to_recognize,
    slowest: most.name,
    slowest_ms: round(most.ms),
    most_memory_mb: Math.round(most.rss / MEGABYTE),
    ...found,
  };
}

const startReader = (): ChildProcess =>
  fork(fileURLToPath(new URL("./hard-reader.ts", import.meta.url)), {
    execArgv: ["--import", import.meta.resolve("tsx")],
  });

function outcomeOf(reader: ChildProcess, file: string): Promise<Outcome | "crashed" | "too_slow"> {
  return new Promise((resolve) => {
    const end = (outcome: Outcome | "crashed" | "too_slow") => {
      clearTimeout(limit);
      reader.removeAllListeners();
      resolve(outcome);
    };
    const limit = setTimeout(() => end("too_slow"), LIMIT_MS);
    reader.once("message", (outcome) => end(outcome as Outcome));
    reader.once("exit", () => end("crashed"));
    reader.send(file);
  });
}
