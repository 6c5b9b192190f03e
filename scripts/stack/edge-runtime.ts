/**
 * The process in which one Edge Function runs: Deno with what Supabase's edge runtime adds to it.
 * Follows supabase/edge-runtime 1.69: `EdgeRuntime.waitUntil` tracks real Promises only, and a worker that is told to
 * stop finishes what it tracks, for as long as it may.
 *
 * Started by functions.ts as `deno run … edge-runtime.ts <url of the function's index.ts> <most ms to finish>`.
 */
import { HOST_REFUSED, isOwnHost } from "./hosts.ts";

const [entry, finishMs] = Deno.args as [string, string];
const tracked = new Set<Promise<unknown>>();

Object.assign(globalThis, {
  EdgeRuntime: {
    waitUntil(work: unknown) {
      if (!(work instanceof Promise)) return work;
      const settled: Promise<unknown> = work.catch(() => {}).finally(() => tracked.delete(settled));
      tracked.add(settled);
      return work;
    },
  },
});

const serve = Deno.serve;
let server: Deno.HttpServer | undefined;

// The platform gives a function its address; the function just calls Deno.serve(handler).
Deno.serve = ((...args: [Deno.ServeHandler] | [unknown, Deno.ServeHandler]) => {
  const handle = args.at(-1) as Deno.ServeHandler;
  const handler: Deno.ServeHandler = async (request, info) => {
    if (!isOwnHost(request.headers.get("host"), {})) return Response.json(HOST_REFUSED, { status: 403 });
    const response = await handle(request, info);
    // A body that nobody read would break the connection under the answer; the platform's gateway takes it in.
    if (request.body && !request.bodyUsed) await request.body.pipeTo(new WritableStream()).catch(() => {});
    return response;
  };
  server = serve(
    {
      hostname: "127.0.0.1",
      port: 0,
      onListen: ({ port }) => console.log(JSON.stringify({ event: "listening", url: `http://127.0.0.1:${port}` })),
    },
    handler,
  );
  return server;
}) as typeof Deno.serve;

Deno.addSignalListener("SIGTERM", async () => {
  const limit = new Promise((resolve) => setTimeout(resolve, Number(finishMs)));
  await Promise.race([Promise.all([server?.shutdown(), ...tracked]), limit]);
  Deno.exit(0);
});

// The stack asks now and then whether this process still listens. When it is gone, whatever ended it, so is the function.
void (async () => {
  for await (const _ of Deno.stdin.readable) console.log('{"event":"alive"}');
  Deno.exit(0);
})();

await import(entry);
