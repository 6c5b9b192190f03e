import { stat } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { DEMO_USER, portFrom, runningStack, startCheckout } from "./checkout.ts";
import { openSession, type Result } from "./client.ts";
import { resultLines, stepLine, summaryLines } from "./report.ts";

/** Files in flight at once; the pipeline has limits of its own beyond that. */
const AT_ONCE = 4;

const USAGE = "Usage: npm run demo -- FILE… [--json] [--port N]";

/** `npm run demo`: sends files through the running stack, or through one that it starts and stops. Exits 0 if all completed. */
export async function main(args: string[]): Promise<void> {
  const { values, positionals: files } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: "boolean" }, port: { type: "string" } },
  });
  if (files.length === 0) return fail(USAGE);
  for (const file of files) {
    const found = await stat(file).catch(() => undefined);
    if (!found?.isFile()) return fail(`${file} is no file that can be read.\n${USAGE}`);
  }

  const running = await runningStack();
  const own = running
    ? undefined
    : await startCheckout(portFrom(values.port)).catch((error: Error) => fail(error.message));
  const stop = async () => {
    await own?.stop();
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => void stop().finally(() => process.exit(130)));

  const { url, publishableKey } = running ?? { url: own!.url, publishableKey: own!.keys.publishableKey };
  const session = await openSession(url, publishableKey, DEMO_USER);
  const results: Result[] = [];
  const waiting = files.values();
  const worker = async () => {
    for (const file of waiting) {
      const name = path.basename(file);
      const result = await session.send(file, (event) => console.error(stepLine(name, event)));
      results.push(result);
      console.log(values.json ? JSON.stringify(result) : resultLines(result).join("\n"));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  await session.close();
  await stop();

  console.error(summaryLines(results).join("\n"));
  process.exit(results.every((result) => result.status === "completed") ? 0 : 1);
}

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}
