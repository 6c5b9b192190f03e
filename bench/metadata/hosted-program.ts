/** Runs in Deno: describes the pages on standard input twice, and prints what it cost. CPU is that of the whole process, from its start. */
import { readFileSync } from "node:fs";
import process from "node:process";

/** Milliseconds of CPU, user and system (fields 14 and 15 of /proc/self/stat, in hundredths of a second). */
function cpuMs(): number {
  const fields = readFileSync("/proc/self/stat", "utf8").split(") ")[1]!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
const rssMb = (): number => Math.round(process.memoryUsage().rss / 1_000_000);

const parts: string[] = [];
for await (const part of process.stdin) parts.push(String(part));
const pages = JSON.parse(parts.join("")) as { page_number: number; text: string }[];
const before = { cpu: cpuMs(), rss: rssMb() };
const { describeLocally } = await import("../../supabase/functions/metadata/local/describe.ts");
const input = { filename: "a.pdf", mime_type: "application/pdf", page_count: pages.length, pages };
await describeLocally(input, () => {});
const cold = cpuMs();
await describeLocally(input, () => {});
console.log(
  JSON.stringify({
    cpu_ms_cold: cold - before.cpu,
    cpu_ms_warm: cpuMs() - cold,
    rss_mb: rssMb(),
    rss_mb_before: before.rss,
  }),
);
