/** The benchmarks: a module each, with a `main` that takes the remaining arguments. Figures: docs/benchmarks.md. */
const BENCHMARKS = ["chain", "upload", "faults", "reading", "formats", "metadata", "capacity"];

/** `npm run bench -- <name> [options]`. */
export async function main([name = "", ...args]: string[]): Promise<void> {
  if (!BENCHMARKS.includes(name)) {
    console.error(`Usage: npm run bench -- ${BENCHMARKS.join("|")} [--json] …`);
    process.exit(2);
  }
  const benchmark = (await import(`./${name}.ts`)) as { main(args: string[]): Promise<void> };
  await benchmark.main(args);
}
