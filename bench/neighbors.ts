import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createWriteStream } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { type Report, runNeighbors } from "./neighbors/run.ts";

const USAGE =
  "Usage: npm run bench -- neighbors [--documents 1…999] [--seed N] [--attacks FOLDER] [--limit SECONDS] [--log FILE] [--json]";

/**
 * `npm run bench -- neighbors`: an honest user sends documents alone, then while an attacker sends hostile files and requests
 * in a loop. Exits 1 when a document of the honest user failed, was charged an attempt, or took more than twice as long, or
 * when a bill is not what was used. `--attacks` adds the files of a folder.
 */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      documents: { type: "string", default: "50" },
      seed: { type: "string", default: "1" },
      attacks: { type: "string" },
      limit: { type: "string", default: "900" },
      log: { type: "string" },
      json: { type: "boolean" },
    },
  });
  const [documents, seed, limit] = [Number(values.documents), Number(values.seed), Number(values.limit)];
  if (!Number.isInteger(documents) || documents < 1 || documents > 999 || !Number.isInteger(seed) || !(limit > 0)) {
    console.error(USAGE);
    process.exit(2);
  }
  const folder = await mkdtemp(path.join(tmpdir(), "docket-neighbors-"));
  // Postgres may run as an account of its own, which has to get in.
  await chmod(folder, 0o755);
  const log = values.log === undefined ? undefined : createWriteStream(values.log);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
  const began = performance.now();
  const report = await runNeighbors({
    documents,
    seed,
    folder,
    attacks: values.attacks,
    limitMs: limit * 1000,
    onLog: (source, line) => log?.write(`${Math.round(performance.now() - began)} ${source}: ${line}\n`),
  }).finally(() => rm(folder, { recursive: true, force: true }));
  log?.end();
  console.log(values.json ? JSON.stringify(report, null, 2) : lines(report).join("\n"));
  process.exitCode = report.violations.length > 0 ? 1 : 0;
}

function lines({ undisturbed, attacked, failed, attempts_charged, times, attacker, violations }: Report): string[] {
  const rows: [string, string | number][] = [
    ["undisturbed", `${undisturbed.completed} documents in ${undisturbed.seconds} s`],
    ["attacked", `${attacked.completed} documents in ${attacked.seconds} s, ${times} times as long`],
    ["failed", failed],
    ["attempts charged", attempts_charged],
    ["attacker", `${attacker.rounds} rounds, ended ${attacker.workers_ended} workers`],
    ["pages", `${attacker.pages.billed} billed, ${attacker.pages.used} used`],
    ["input tokens", `${attacker.input_tokens.billed} billed, ${attacker.input_tokens.used} used`],
  ];
  return [
    ...rows.map(([name, value]) => `${name.padEnd(24)}${value}`),
    ...violations.map((sentence) => `✗ ${sentence}`),
  ];
}
