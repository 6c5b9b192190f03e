/**
 * How long this process has computed, as far as a function can measure it: no runtime tells an Edge Function its CPU time
 * (`process.cpuUsage` is not implemented in Deno 2.1). So the places that compute for long say when they begin and end. On a busy machine that
 * is too much rather than too little.
 */
let total = 0;
let depth = 0;
let since = 0;

/** Counts until it is disposed. What overlaps is counted once, since one thread does it all. */
export function computing(): Disposable {
  if (depth === 0) since = performance.now();
  depth += 1;
  let open = true;
  return {
    [Symbol.dispose]() {
      if (!open) return;
      open = false;
      depth -= 1;
      if (depth === 0) total += performance.now() - since;
    },
  };
}

/** Milliseconds since the process began. */
export const computedMs = (): number => total + (depth > 0 ? performance.now() - since : 0);

/** Lets the platform's events, heartbeats and other requests through: they wait while a job computes from page to page. */
export const breathe = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
