/** The benchmarks: a module each, with a `main` that takes the remaining arguments. Figures: docs/benchmarks.md. */
const BENCHMARKS = [
  "chain",
  "upload",
  "faults",
  "reading",
  "formats",
  "metadata",
  "capacity",
  "neighbors",
  "extract",
  "learned",
  "webhooks",
  "doors",
  "rules",
  "mail",
];
/** Other spellings of theirs. */
const ALSO: Record<string, string> = { neighbours: "neighbors" };

/** `npm run bench -- <name> [options]`. */
export async function main([given = "", ...args]: string[]): Promise<void> {
  const name = ALSO[given] ?? given;
  if (!BENCHMARKS.includes(name)) {
    console.error(`Usage: npm run bench -- ${BENCHMARKS.join("|")} [--json] …`);
    process.exit(2);
  }
  const benchmark = (await import(`./${name}.ts`)) as { main(args: string[]): Promise<void> };
  await benchmark.main(args);
}
