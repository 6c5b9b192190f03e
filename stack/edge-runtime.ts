/**
 * The process in which one worker of an Edge Function runs: Deno, with what Supabase's edge runtime adds and takes away.
 * Follows supabase/edge-runtime 1.74 as self-hosted Supabase starts it (without `useReadSyncFileAPI`), which is the strictest of
 * its forms: ext/runtime/js/bootstrap.js has the restrictions of user workers, and
 * crates/base/src/worker/supervisor/strategy_per_worker.rs the life of a worker.
 *
 * Started by functions.ts as `deno run … edge-runtime.ts <url of the function's index.ts> <options as JSON>`. It says on its
 * standard output, one JSON line each: that it listens, that its first request came, that half of its memory is used, that it is
 * alive, that it is idle. It takes one word a line on its standard input: `alive?`, `idle?`, `retire`, or a reason of `beforeunload`.
 */
import { HOST_REFUSED, isOwnHost } from "./hosts.ts";

const [entry, options] = Deno.args as [string, string];
const { finishMs, memoryMb } = JSON.parse(options) as { finishMs: number; memoryMb: number };

// What this file needs itself, before the function loses it.
const { serve, exit, stdin, addSignalListener, memoryUsage } = Deno;
const write = console.log;
const say = (event: string, fields: object = {}) => write(JSON.stringify({ event, ...fields }));

/** Requests that are not answered to the end. */
let inFlight = 0;
let served = false;
const tracked = new Set<Promise<unknown>>();
let retired = false;
let initializing = true;
let server: Deno.HttpServer | undefined;

const dispatch = (name: string, reason?: string) =>
  globalThis.dispatchEvent(
    reason === undefined ? new Event(name) : new CustomEvent(name, { cancelable: true, detail: { reason } }),
  );

Object.assign(globalThis, {
  SUPABASE_VERSION: "1.74.0",
  DENO_VERSION: Deno.version.deno,
  EdgeRuntime: {
    waitUntil(work: unknown) {
      if (!(work instanceof Promise)) return work;
      const settled: Promise<unknown> = work
        .catch(() => {})
        .finally(() => {
          tracked.delete(settled);
          ifDone();
        });
      tracked.add(settled);
      return work;
    },
  },
});

// The platform gives a function its address; the function just calls Deno.serve(handler).
Deno.serve = ((...args: [Deno.ServeHandler] | [unknown, Deno.ServeHandler]) => {
  const handle = args.at(-1) as Deno.ServeHandler;
  const handler: Deno.ServeHandler = async (request, info) => {
    if (!isOwnHost(request.headers.get("host"), {})) return Response.json(HOST_REFUSED, { status: 403 });
    if (!served) say("serving");
    served = true;
    inFlight += 1;
    void info.completed.catch(() => {}).finally(answered);
    const response = await handle(request, info);
    // A body that nobody read would break the connection under the answer; the platform's gateway takes it in.
    if (request.body && !request.bodyUsed) await request.body.pipeTo(new WritableStream()).catch(() => {});
    return response;
  };
  server = serve(
    {
      hostname: "127.0.0.1",
      port: 0,
      // Told when the modules are evaluated: a request that comes before waits for that anyway.
      onListen: ({ port }) => say("listening", { url: `http://127.0.0.1:${port}` }),
    },
    handler,
  );
  return server;
}) as typeof Deno.serve;

function answered(): void {
  inFlight -= 1;
  if (retired && inFlight === 0) dispatch("drain");
  ifDone();
}

let isAsked = false;
/** Somebody who asked is told once, then or now. */
function sayIfIdle(): void {
  if (!isAsked || !isDone()) return;
  isAsked = false;
  say("idle");
}
const orderIdle = () => {
  isAsked = true;
  sayIfIdle();
};

/** A request that was on its way when the worker was retired is taken in within this time. */
const LAST_REQUEST_MS = 250;
let dropping: ReturnType<typeof setTimeout> | undefined;
const isDone = () => inFlight === 0 && tracked.size === 0;

/** A worker that was retired ends when it has had nothing to do for a moment. */
function dropIfDone(): void {
  clearTimeout(dropping);
  if (!retired || !isDone()) return;
  dropping = setTimeout(() => {
    if (!isDone()) return;
    dispatch("beforeunload", "early_drop");
    exit(0);
  }, LAST_REQUEST_MS);
}

function ifDone(): void {
  sayIfIdle();
  dropIfDone();
}

function retire(): void {
  if (retired) return;
  retired = true;
  dropIfDone();
}

addSignalListener("SIGTERM", async () => {
  dispatch("drain");
  const limit = new Promise((resolve) => setTimeout(resolve, finishMs));
  await Promise.race([Promise.all([server?.shutdown(), ...tracked]), limit]);
  exit(0);
});

const orders: Record<string, () => void> = { "alive?": () => say("alive"), "idle?": orderIdle, retire };

// When the stack is gone, whatever ended it, so is the function.
void (async () => {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of stdin.readable) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop()!;
    for (const line of lines) (orders[line] ?? (() => dispatch("beforeunload", line)))();
  }
  exit(0);
})();

const MEMORY_CHECK_MS = 100;
const BEFOREUNLOAD_SHARE = 0.9;

/** The JavaScript heap, buffers and WebAssembly, as the platform counts them; the binary and its threads are not the worker's. */
function watchMemory(): void {
  const limit = memoryMb * 1024 * 1024;
  let warned = false;
  let half = false;
  setInterval(() => {
    const { heapUsed, external } = memoryUsage();
    const used = heapUsed + external;
    if (used >= limit) {
      console.error(`memory limit reached for the worker: ${Math.round(used / 1024 / 1024)} of ${memoryMb} MB`);
      exit(1);
    }
    if (used >= limit * BEFOREUNLOAD_SHARE && !warned) {
      warned = true;
      dispatch("beforeunload", "memory");
    }
    if (used >= limit / 2 && !half && served) {
      half = true;
      say("half of its memory is used");
    }
  }, MEMORY_CHECK_MS);
}

/** Takes away what a user worker has not. */
function restrict(): void {
  // What is taken away is named by strings; Deno's types have each name on its own
  const api = Deno as unknown as Record<string, unknown>;
  const denied = (name: string, where = "") => {
    throw new Deno.errors.PermissionDenied(`Deno.${name} is blocklisted${where}`);
  };
  for (const name of DENIED) if (name in api) api[name] = () => denied(name);
  for (const name of SYNCHRONOUS_FILES) {
    const original = api[name] as (...args: unknown[]) => unknown;
    api[name] = (...args: unknown[]) => (initializing ? original(...args) : denied(name, " on the current context"));
  }
  for (const name of ["exit", "kill", "addSignalListener", "removeSignalListener"]) api[name] = () => {};
  Object.defineProperty(Deno, "args", { value: [] });

  // The same of the global scope
  const scope = globalThis as unknown as Record<string, unknown>;
  delete scope.Worker;
  delete scope.window;
  scope.SharedArrayBuffer = ArrayBuffer;
  const { Memory } = WebAssembly;
  // biome-ignore lint/complexity/useArrowFunction: it is called with new
  WebAssembly.Memory = function (descriptor: WebAssembly.MemoryDescriptor) {
    if (descriptor?.shared) throw new TypeError("Creating a shared memory is not supported");
    return new Memory(descriptor);
  } as unknown as typeof WebAssembly.Memory; // a function stands in for a class
}

/** Allowed while modules are evaluated. Node's functions in `node:fs` call these. */
const SYNCHRONOUS_FILES = [
  "lstatSync",
  "statSync",
  "removeSync",
  "writeFileSync",
  "writeTextFileSync",
  "readFileSync",
  "readTextFileSync",
  "mkdirSync",
  "makeTempDirSync",
  "makeTempFileSync",
  "readDirSync",
];

/** Never allowed. */
const DENIED = [
  "chmod",
  "chmodSync",
  "chown",
  "chownSync",
  "copyFile",
  "copyFileSync",
  "chdir",
  "createSync",
  "link",
  "linkSync",
  "openSync",
  "readLink",
  "readLinkSync",
  "rename",
  "renameSync",
  "symlink",
  "symlinkSync",
  "truncate",
  "truncateSync",
  "utime",
  "utimeSync",
];

restrict();
watchMemory();
await import(entry);
initializing = false;
