import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { promisify } from "node:util";

const PAGES = 20;
/** Characters of a full page of text. */
const PAGE = 3_000;

/** What describing costs in a process of its own, as a function is one: CPU from its start, and memory at its end. */
export type HostedCost = {
  pages: number;
  characters: number;
  cpu_ms_cold: number;
  cpu_ms_warm: number;
  rss_mb: number;
  rss_mb_before: number;
};

/**
 * Describes a document of 20 full pages, made of the given texts, in Deno of the version that hosted functions have.
 * Linux only: it reads /proc.
 */
export async function measureHosted(texts: string[]): Promise<HostedCost> {
  const pages = pagesOf(texts);
  const deno = path.join(path.dirname(createRequire(import.meta.url).resolve("deno/package.json")), "bin.cjs");
  const program = path.join(import.meta.dirname, "hosted-program.ts");
  const child = execFilePiped(process.execPath, [deno, "run", "--allow-all", program], JSON.stringify(pages));
  return {
    pages: pages.length,
    characters: pages.reduce((sum, { text }) => sum + text.length, 0),
    ...JSON.parse((await child).stdout),
  };
}

function pagesOf(texts: string[]): { page_number: number; text: string }[] {
  let all = texts.join("\n");
  while (all.length < PAGES * PAGE && all.length > 0) all += `\n${all}`;
  return Array.from({ length: PAGES }, (_, index) => ({
    page_number: index + 1,
    text: all.slice(index * PAGE, (index + 1) * PAGE),
  }));
}

function execFilePiped(command: string, args: string[], input: string): Promise<{ stdout: string }> {
  const running = promisify(execFile)(command, args, {
    cwd: path.join(import.meta.dirname, "../.."),
    maxBuffer: 10_000_000,
  });
  running.child.stdin?.end(input);
  return running;
}
