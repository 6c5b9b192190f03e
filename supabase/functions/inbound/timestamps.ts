/** How old a signed request may be: providers send again for up to three days. What comes twice is one document in any case. */
export const LONGEST_AGO_MS = 4 * 24 * 60 * 60 * 1000;
const CLOCKS_DIFFER_MS = 10 * 60 * 1000;

/** Whether a time, in milliseconds since 1970, is of these days; false when it is none. */
export const isOfLate = (ms: number, now = Date.now()): boolean =>
  ms > now - LONGEST_AGO_MS && ms < now + CLOCKS_DIFFER_MS;
