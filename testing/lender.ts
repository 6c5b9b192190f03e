import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { BrowserServer } from "playwright-core";
import type { LendableStack } from "./lendable-stack.ts";

// Lends stacks and a browser to the test files of a run, and ends when its input does. Each is started, and what starts
// it is loaded, when it is first asked for: most runs are of files that borrow nothing.

/** How many stacks are kept that nobody uses. */
const MOST_FREE = 3;

const stacks = new Map<string, LendableStack>();
/** The one that was returned last at the end. */
const free: LendableStack[] = [];
let browser: Promise<BrowserServer> | undefined;

const lendings: Record<string, (argument: string) => Promise<unknown>> = {
  async stack(env) {
    const [at] = free.flatMap((stack, index) => (stack.env === env ? [index] : [])).slice(-1);
    const lent = at === undefined ? await newStack(env) : free.splice(at, 1)[0]!;
    stacks.set(lent.loan.url, lent);
    return lent.loan;
  },
  async logs(url) {
    return stacks.get(url)!.logs;
  },
  async return(url) {
    const returned = stacks.get(url)!;
    try {
      await returned.wipe();
    } catch (error) {
      await stop(returned);
      throw error;
    }
    free.push(returned);
    if (free.length > MOST_FREE) await stop(free.shift()!);
    return {};
  },
  async browser() {
    browser ??= newBrowser();
    return { url: (await browser).wsEndpoint() };
  },
};
const server = createServer((request, response) => {
  const [what, argument] = askedFor(request);
  lendings[what]!(argument).then(
    (answer) => response.end(JSON.stringify(answer)),
    (error: Error) => response.writeHead(500).end(String(error.stack)),
  );
});
// A stack may take long to start while others do.
server.requestTimeout = 0;
// A test file that loads a browser's driver for longer than an idle connection would live writes to one that is closed.
server.keepAliveTimeout = 0;
console.log(`http://127.0.0.1:${await listening(server)}`);

process.stdin.resume();
await once(process.stdin, "end");
server.close();
server.closeAllConnections();
await Promise.all([...stacks.values()].map(stop));
await (await browser)?.close();
process.exit();

function askedFor({ url = "" }: IncomingMessage): [what: string, argument: string] {
  const [path = "", argument = ""] = url.split("?");
  return [path.slice(1), decodeURIComponent(argument)];
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)));
}

async function newStack(env: string): Promise<LendableStack> {
  const { lendableStack } = await import("./lendable-stack.ts");
  return lendableStack(env);
}

async function newBrowser(): Promise<BrowserServer> {
  const [{ chromium }, { launchOptions }] = await Promise.all([import("playwright-core"), import("./browser.ts")]);
  return chromium.launchServer(await launchOptions());
}

async function stop(stack: LendableStack): Promise<void> {
  stacks.delete(stack.loan.url);
  await stack.stop();
}
