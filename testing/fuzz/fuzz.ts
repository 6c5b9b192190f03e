import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { createRandom } from "../random.ts";
import { seeds } from "./seeds.ts";
import { failureOf, LIMITS, type Reading, type ReadsFor, Worker } from "./worker.ts";

/** Where files are kept that a reader could not bear: outside of the project, since they are large and hostile. */
const KEPT = path.join(tmpdir(), "docket-fuzz");

/** A worker is replaced after so many files, as it grows with what it has loaded. */
const FILES_A_WORKER = 400;

/**
 * `npm run fuzz -- [--minutes 1] [--seed 1] [--only pdf,msg] [--keep FOLDER]`: mutated files of every format go through the
 * readers as they run in Deno, and pictures through the thumbnail's decoders there and the OCR engine's in Node. A file that ends the worker, does not end, takes more than 2 s of CPU in a step or 150 MB is kept.
 *
 * The same seed makes the same files in the same order. Exits with 1 where there was a failure.
 */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      minutes: { type: "string", default: "1" },
      seed: { type: "string", default: "1" },
      only: { type: "string" },
      keep: { type: "string", default: KEPT },
    },
  });
  const until = Date.now() + Number(values.minutes) * 60_000;
  const only = values.only?.split(",");
  const formats = (await seeds()).filter(({ ending }) => !only || only.includes(ending));
  if (formats.length === 0)
    throw new Error(`--only names no format. There is: ${(await seeds()).map(({ ending }) => ending).join(", ")}.`);
  const folder = await mkdtemp(path.join(tmpdir(), "docket-fuzz-run-"));
  const started = (): Record<ReadsFor, Worker> => ({ functions: new Worker(), engine: new Worker("engine") });
  let workers = started();
  const close = () => Promise.all(Object.values(workers).map((worker) => worker.close()));
  let failures = 0;
  let files = 0;
  const outcomes: Record<string, number> = {};
  const dearest: Record<string, number> = {};
  try {
    for (let seed = Number(values.seed); Date.now() < until; seed += 1) {
      const random = createRandom(seed);
      const format = formats[seed % formats.length]!;
      const bytes = format.mutate(random.pick(format.files), random).subarray(0, mostBytes(format.type));
      const file = path.join(folder, `${seed}.${format.ending}`);
      await writeFile(file, bytes);
      // One in four comes by its bytes alone, as an upload does; the others reach their reader whatever they look like.
      const request = { file, name: path.basename(file), type: random.chance(0.25) ? undefined : format.type };
      files += 1;
      const readers: ReadsFor[] = format.type.startsWith("image/") ? ["functions", "engine"] : ["functions"];
      for (const readsFor of readers) {
        let reading = await workers[readsFor].read(request);
        // Again in a process of its own: what others left behind is not this file's.
        if (failureOf(reading, readsFor)) reading = await Worker.readAlone(request, readsFor);
        count(outcomes, reading);
        const name = readsFor === "engine" ? `${format.ending} (engine)` : format.ending;
        dearest[name] = Math.max(dearest[name] ?? 0, reading.cpu_ms);
        const failure = failureOf(reading, readsFor);
        if (!failure) continue;
        failures += 1;
        await mkdir(values.keep, { recursive: true });
        const kept = path.join(values.keep, `${format.ending}-${seed}.${format.ending}`);
        await writeFile(kept, bytes);
        console.log(
          `seed ${seed} (${name}, ${bytes.length} bytes) ${failure} ${JSON.stringify(reading.steps)}: ${kept}`,
        );
      }
      await rm(file);
      if (files % FILES_A_WORKER === 0) {
        await close();
        workers = started();
      }
    }
  } finally {
    await close();
    await rm(folder, { recursive: true });
  }
  console.log(
    `${files} files, ${failures} failures (over ${LIMITS.cpuMs} ms of CPU, ${LIMITS.grownMb} MB, or the worker's end).`,
  );
  console.log(`Outcomes: ${listed(outcomes)}`);
  console.log(`Milliseconds of CPU of the dearest step: ${listed(dearest)}`);
  if (failures > 0) process.exitCode = 1;
}

/** What is larger never comes to a reader (private.size_limits): text is read whole in each run. */
const mostBytes = (type: string): number =>
  (["text/plain", "text/csv", "text/html"].includes(type) ? 5 : 20) * 1024 * 1024;

function count(outcomes: Record<string, number>, { outcome }: Reading): void {
  const name = outcome.split(":")[0]!;
  outcomes[name] = (outcomes[name] ?? 0) + 1;
}

const listed = (numbers: Record<string, number>): string =>
  Object.entries(numbers)
    .sort(([, a], [, b]) => b - a)
    .map(([name, number]) => `${name} ${number}`)
    .join(", ");
