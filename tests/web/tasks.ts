import type { Page } from "playwright-core";

type TraceEvent = { name: string; pid: number; tid: number; dur?: number; tdur?: number; args: { name?: string } };

/**
 * Runs `work` under Chromium's tracing, and returns what the page's main thread did meanwhile, the longest task first, in
 * milliseconds. Counted is the time on the processor (`tdur`), so that other work on the machine does not count as the page's.
 */
export async function tasksDuring(page: Page, work: () => Promise<unknown>): Promise<number[]> {
  const client = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  client.on("Tracing.dataCollected", ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  await client.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: { includedCategories: ["toplevel"] },
  });
  await work();
  const complete = new Promise<void>((resolve) => client.once("Tracing.tracingComplete", () => resolve()));
  await client.send("Tracing.end");
  await complete;
  await client.detach();
  const mains = new Set(
    events
      .filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain")
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  return events
    .filter(({ name, pid, tid, tdur }) => name.endsWith("RunTask") && tdur !== undefined && mains.has(`${pid} ${tid}`))
    .map(({ tdur }) => tdur! / 1000)
    .sort((a, b) => b - a);
}
