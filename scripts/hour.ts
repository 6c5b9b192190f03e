import { parseArgs } from "node:util";
import { openBrowser } from "../testing/browser.ts";
import { DEEDS, grown, type Held, heldBy, toList } from "../testing/hour.ts";
import { DEMO_USER } from "./checkout.ts";
import { stackWithSamples } from "./screenshots.ts";

/** Rounds before the first count: caches fill, views are loaded for the first time, the compiler of the browser has its fill. */
const WARM_UP = 3;

/**
 * `npm run hour`: a person's hour with the page, in one tab that is never reloaded: searching, reading, correcting, sending, deleting,
 * every view, over and over. Fails where a deed does, where the page complains, or where it holds much more at the end than after the
 * first rounds. `--minutes 15` for less, `--url URL` on a stack that runs already and has the samples.
 */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { minutes: { type: "string" }, url: { type: "string" } } });
  const minutes = Number(values.minutes ?? 60);
  if (!(minutes > 0)) throw new Error(`--minutes takes a number above 0, not "${values.minutes}".`);
  await using stack = values.url ? undefined : await stackWithSamples();
  const browser = await openBrowser();
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-GB" });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(values.url ?? stack!.url);
    await page.getByRole("button", { name: "Open the demo" }).click();
    await page.getByRole("table").waitFor();
    const client = await context.newCDPSession(page);
    await client.send("Performance.enable");

    const started = performance.now();
    const end = started + minutes * 60_000;
    const slowest = new Map<string, number>();
    let first: Held | undefined;
    let last: Held | undefined;
    let round = 0;
    for (; performance.now() < end || round <= WARM_UP; round += 1) {
      for (const [name, deed] of Object.entries(DEEDS)) {
        const begun = performance.now();
        await deed(page, round).catch((error: Error) => {
          throw new Error(`Round ${round}, "${name}": ${error.message}`);
        });
        await toList(page);
        slowest.set(name, Math.max(slowest.get(name) ?? 0, performance.now() - begun));
      }
      last = await heldBy(page, client);
      if (round + 1 === WARM_UP) first = last;
      const clock = ((performance.now() - started) / 60_000).toFixed(1);
      console.log(
        `${clock} min, round ${round + 1}: ${(last.heapBytes / 1e6).toFixed(1)} MB, ${last.nodes} nodes, ${last.listeners} listeners, ${last.elements} elements`,
      );
    }
    for (const [name, ms] of slowest) console.log(`  ${(ms / 1000).toFixed(1)} s at most: ${name}`);
    const problems = [...complaints, ...(first && last ? grown(first, last) : [])];
    console.log(`${round} rounds of ${Object.keys(DEEDS).length} deeds as ${DEMO_USER.email}.`);
    if (problems.length === 0) return console.log("Nothing grew, and the page complained of nothing.");
    for (const problem of problems) console.error(problem);
    process.exitCode = 1;
  } finally {
    await browser.close();
  }
}
