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
/** Those whose file has another name. */
const FILES: Record<string, string> = { rules: "rules-cost", mail: "mail-delivery" };
/** Other spellings of theirs. */
const ALSO: Record<string, string> = { neighbors: "neighbors" };

/** `npm run bench -- <name> [options]`. */
export async function main([given = "", ...args]: string[]): Promise<void> {
  const name = ALSO[given] ?? given;
  if (!BENCHMARKS.includes(name)) {
    console.error(`Usage: npm run bench -- ${BENCHMARKS.join("|")} [--json] …`);
    process.exit(2);
  }
  const benchmark = (await import(`./${FILES[name] ?? name}.ts`)) as { main(args: string[]): Promise<void> };
  await benchmark.main(args);
}
