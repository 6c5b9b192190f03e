import { readFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { DEMO_USER, portFrom, ROOT, startCheckout } from "./checkout.ts";
import { openSession, type Result } from "./client.ts";
import { builtPage } from "./page.ts";
import { resultLines, stepLine, summaryLines } from "./report.ts";
import type { Stack } from "../stack/stack.ts";

/** `npm start`: the embedded stack, with the sample documents sent through it; runs until it is told to stop. */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { port: { type: "string" } } });
  const began = performance.now();
  // Nobody may read what is said here any more, or the disk that it goes to may be full: no reason to end.
  for (const output of [process.stdout, process.stderr]) output.on("error", () => {});
  console.log("Docket is starting …");
  const told = new Promise<void>((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });

  const stack = await startWithPage(portFrom(values.port)).catch((error: Error) => {
    console.error(error.message);
    process.exit(1);
  });
  console.log(`Ready in ${((performance.now() - began) / 1000).toFixed(1)} s.\n`);
  const stopped = told.then(async () => {
    console.log("\nStopping …");
    await stack.stop();
    process.exit(0);
  });

  await Promise.race([
    stopped,
    sendSamples(stack).catch((error: Error) => console.error(`The samples were not all sent: ${error.message}`)),
  ]);
  describe(stack);
  await stopped;
}

async function startWithPage(port: number): Promise<Stack> {
  const folder = await builtPage(() => console.log("Building the page; this happens once, and when it changed."));
  return startCheckout(port, { folder, demo: DEMO_USER });
}

async function sendSamples(stack: Stack): Promise<void> {
  const folder = path.join(ROOT, "samples");
  const files = JSON.parse(await readFile(path.join(folder, "manifest.json"), "utf8")) as { file: string }[];
  const session = await openSession(stack.url, stack.keys.publishableKey, DEMO_USER);
  const results: Result[] = [];
  for (const { file } of files) {
    const result = await session.send(path.join(folder, file), (event) => console.log(stepLine(file, event)));
    results.push(result);
    console.log(
      [...(result.duplicate ? [`  ${file}: is there since an earlier run`] : []), ...resultLines(result), ""].join(
        "\n",
      ),
    );
  }
  await session.close();

  console.log(summaryLines(results, "sample documents ").join("\n"));
}

function describe(stack: Stack): void {
  console.log(`
Docket is up.        Ctrl-C stops it; the data stays in .docket/.

  Page               ${stack.url}
  API                ${stack.url}
  Publishable key    ${stack.keys.publishableKey}
  Database           ${stack.postgres.url("postgres")}?sslmode=disable
  Mail (SMTP)        127.0.0.1:${stack.smtp.port}
  Demo user          ${DEMO_USER.email} / ${DEMO_USER.password}
  Log                .docket/docket.log

Send files of your own from a second terminal:  npm run demo -- FILE…
`);
}
