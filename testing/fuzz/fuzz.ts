import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { createRandom } from "../random.ts";
import { type Seeds, seeds } from "./seeds.ts";
import { failureOf, LIMITS, type Reading, type ReadsFor, Worker } from "./worker.ts";

/** Where files are kept that a reader could not bear: outside of the project, since they are large and hostile. */
const KEPT = path.join(tmpdir(), "docket-fuzz");

/** A worker is replaced after so many files, as it grows with what it has loaded. */
const FILES_A_WORKER = 400;

/**
 * `npm run fuzz -- [--minutes 1] [--seed 1] [--only pdf,msg] [--keep FOLDER]`: mutated files of every format go through the
 * readers as they run in Deno, and pictures through the thumbnail's decoders there and the OCR engine's in Node. A file that ends the worker, does not end, takes more than 2 s of CPU in a step or 150 MB is kept.
 *
 * The same seed makes the same file, as long as the samples and the mutations stay the same. `--only pdf-728156,msg-702867` makes files
 * again that a run has named, reads each once, and keeps it whatever comes of it. Exits with 1 where there was a failure.
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
  const named = values.only?.split(",");
  const cases = [...casesOf(await seeds(), named)];
  const files = cases.length > 0 ? cases : mutated(await seeds(), named, Number(values.seed), Number(values.minutes));
  const folder = await mkdtemp(path.join(tmpdir(), "docket-fuzz-run-"));
  const started = (): Record<ReadsFor, Worker> => ({ functions: new Worker(), engine: new Worker("engine") });
  let workers = started();
  const close = () => Promise.all(Object.values(workers).map((worker) => worker.close()));
  let failures = 0;
  let count = 0;
  const outcomes: Record<string, number> = {};
  const dearest: Record<string, number> = {};
  try {
    for (const { seed, format } of files) {
      const { bytes, type } = made(format, seed);
      const file = path.join(folder, `${seed}.${format.ending}`);
      await writeFile(file, bytes);
      const request = { file, name: path.basename(file), type };
      const kept = path.join(values.keep, `${nameOf(format)}-${seed}.${format.ending}`);
      const keep = () => mkdir(values.keep, { recursive: true }).then(() => writeFile(kept, bytes));
      if (cases.length > 0) await keep();
      count += 1;
      const readers: ReadsFor[] =
        format.isDrawn || format.type.startsWith("image/") ? ["functions", "engine"] : ["functions"];
      for (const readsFor of readers) {
        let reading = await workers[readsFor].read(request);
        // Again in a process of its own: what others left behind is not this file's.
        if (failureOf(reading, readsFor)) reading = await Worker.readAlone(request, readsFor);
        const outcome = reading.outcome.split(":")[0]!;
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
        const name = readsFor === "engine" ? `${nameOf(format)} (engine)` : nameOf(format);
        dearest[name] = Math.max(dearest[name] ?? 0, reading.cpu_ms);
        const failure = failureOf(reading, readsFor);
        if (!failure && cases.length === 0) continue;
        await keep();
        if (failure) failures += 1;
        console.log(`${nameOf(format)}-${seed} (${name}, ${bytes.length} bytes) ${said(reading, failure)}: ${kept}`);
      }
      await rm(file);
      if (count % FILES_A_WORKER === 0) {
        await close();
        workers = started();
      }
    }
  } finally {
    await close();
    await rm(folder, { recursive: true });
  }
  console.log(
    `${count} files, ${failures} failures (over ${LIMITS.cpuMs} ms of CPU, ${LIMITS.grownMb} MB, or the worker's end).`,
  );
  console.log(`Outcomes: ${listed(outcomes)}`);
  console.log(`Milliseconds of CPU of the dearest step: ${listed(dearest)}`);
  if (failures > 0) process.exitCode = 1;
}

const nameOf = ({ name, ending }: Seeds): string => name ?? ending;

type Case = { seed: number; format: Seeds };

/** The files that are named by format and seed, as a run names them: "pdf-728156". */
function* casesOf(formats: readonly Seeds[], named: readonly string[] = []): Generator<Case> {
  for (const name of named) {
    const [, ending, seed] = /^(\w+)-(\d+)$/.exec(name) ?? [];
    const format = formats.find((one) => nameOf(one) === ending);
    if (format) yield { seed: Number(seed), format };
  }
}

/** A file after the other, until the time is over. */
function* mutated(
  all: readonly Seeds[],
  only: readonly string[] | undefined,
  first: number,
  minutes: number,
): Generator<Case> {
  const formats = all.filter((one) => !only || only.includes(nameOf(one)));
  if (formats.length === 0) throw new Error(`--only names no format. There is: ${all.map(nameOf).join(", ")}.`);
  const until = Date.now() + minutes * 60_000;
  for (let seed = first; Date.now() < until; seed += 1) yield { seed, format: formats[seed % formats.length]! };
}

/** The file that a seed makes of a format. One in four comes by its bytes alone, as an upload does; the others reach their reader whatever they look like. */
function made({ files, mutate, type }: Seeds, seed: number): { bytes: Uint8Array; type: string | undefined } {
  const random = createRandom(seed);
  const bytes = mutate(random.pick(files), random).subarray(0, mostBytes(type));
  return { bytes, type: random.chance(0.25) ? undefined : type };
}

/** What is larger never comes to a reader (private.size_limits): text is read whole in each run. */
const mostBytes = (type: string): number =>
  (["text/plain", "text/csv", "text/html"].includes(type) ? 5 : 20) * 1024 * 1024;

const said = ({ outcome, steps, grown_mb }: Reading, failure: string | null): string =>
  `${failure ?? outcome} ${JSON.stringify(steps)}, ${grown_mb} MB`;

const listed = (numbers: Record<string, number>): string =>
  Object.entries(numbers)
    .sort(([, a], [, b]) => b - a)
    .map(([name, number]) => `${name} ${number}`)
    .join(", ");
