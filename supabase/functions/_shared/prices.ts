/** Tokens of one call or of several, counted as the Messages API does: the four kinds do not overlap. */
export type Usage = {
  /** Input that was neither read from the prompt cache nor written to it. */
  input_tokens: number;
  output_tokens: number;
  cache_read_tokens: number;
  cache_write_tokens: number;
};

/** Millionths of a US dollar for a million tokens of each kind, which is to say: dollars a million tokens times 1,000,000. */
type Rates = { input: number; output: number; cache_read: number; cache_write: number };

/** What a model costs from a day on (UTC). `long`: for a call whose prompt has more tokens than `above`, on all of its tokens. */
type Price = { model: string; since: string; rates: Rates; long?: { above: number; rates: Rates } };

/** From dollars a million tokens: input, output, cache read, and cache write for five minutes (the only kind that is used here). */
const dollars = (input: number, output: number, cacheRead: number, cacheWrite: number): Rates => ({
  input: micro(input),
  output: micro(output),
  cache_read: micro(cacheRead),
  cache_write: micro(cacheWrite),
});
const micro = (dollars: number) => Math.round(dollars * 1_000_000);

/**
 * List prices of the Claude API, read on 2026-11-24: https://platform.claude.com/docs/en/about-claude/pricing
 * A change of price is a new row, so that what was counted before stays explicable.
 */
export const PRICES: Price[] = [
  {
    model: "claude-haiku-5-5",
    since: "2026-10-07",
    rates: dollars(0.1, 0.5, 0.01, 0.125),
    long: { above: 100_000, rates: dollars(0.5, 2.5, 0.05, 0.625) },
  },
  { model: "claude-haiku-4-5", since: "2025-10-15", rates: dollars(1, 5, 0.1, 1.25) },
  { model: "claude-sonnet-5-5", since: "2026-09-28", rates: dollars(2, 10, 0.2, 2.5) },
  { model: "claude-sonnet-5-5", since: "2026-10-07", rates: dollars(2, 10, 0.1, 2.5) },
  { model: "claude-sonnet-5", since: "2026-06-30", rates: dollars(2, 10, 0.2, 2.5) },
  { model: "claude-sonnet-4-6", since: "2026-02-17", rates: dollars(3, 15, 0.3, 3.75) },
  { model: "claude-sonnet-4-5", since: "2025-09-29", rates: dollars(3, 15, 0.3, 3.75) },
  { model: "claude-opus-5-5", since: "2026-09-28", rates: dollars(4, 20, 0.2, 5) },
  { model: "claude-opus-5", since: "2026-07-24", rates: dollars(5, 25, 0.5, 6.25) },
  { model: "claude-opus-4-8", since: "2026-05-28", rates: dollars(5, 25, 0.5, 6.25) },
  { model: "claude-opus-4-7", since: "2026-04-16", rates: dollars(5, 25, 0.5, 6.25) },
  { model: "claude-opus-4-6", since: "2026-02-05", rates: dollars(5, 25, 0.5, 6.25) },
  { model: "claude-opus-4-5", since: "2025-11-24", rates: dollars(5, 25, 0.5, 6.25) },
  { model: "claude-fable-5-2", since: "2026-11-09", rates: dollars(8, 40, 0.2, 10) },
  { model: "claude-fable-5-1", since: "2026-09-01", rates: dollars(10, 50, 0.25, 12.5) },
  { model: "claude-fable-5", since: "2026-06-09", rates: dollars(10, 50, 1, 12.5) },
];

/**
 * What a model that stands in no row is counted at: the dearest there is. An unknown price that counts as nothing would
 * let a budget be passed in secret.
 */
const DEAREST: Rates = {
  input: dearest("input"),
  output: dearest("output"),
  cache_read: dearest("cache_read"),
  cache_write: dearest("cache_write"),
};

/**
 * The price of one call in millionths of a US dollar, rounded up. Calls are priced one by one: some models charge more
 * for a long prompt. `model` is an id of the API, also with a date or a cloud's prefix ("claude-haiku-4-5-20251001",
 * "anthropic.claude-haiku-5-5").
 */
export function costOf(model: string, usage: Usage, day: string = new Date().toISOString().slice(0, 10)): number {
  const price = priceOf(model, day);
  const prompt = usage.input_tokens + usage.cache_read_tokens + usage.cache_write_tokens;
  const rates = !price ? DEAREST : price.long && prompt > price.long.above ? price.long.rates : price.rates;
  const cost =
    usage.input_tokens * rates.input +
    usage.output_tokens * rates.output +
    usage.cache_read_tokens * rates.cache_read +
    usage.cache_write_tokens * rates.cache_write;
  return Math.ceil(cost / 1_000_000);
}

/**
 * The most that one call can cost, in millionths of a US dollar: all of the prompt at the dearest of its kinds, and the whole
 * answer. No call that keeps to these tokens costs more by `costOf`.
 */
export function mostOf(
  model: string,
  tokens: { prompt: number; output: number },
  day: string = new Date().toISOString().slice(0, 10),
): number {
  const price = priceOf(model, day);
  const rates = !price ? DEAREST : price.long && tokens.prompt > price.long.above ? price.long.rates : price.rates;
  const dearestInput = Math.max(rates.input, rates.cache_read, rates.cache_write);
  return Math.max(1, Math.ceil((tokens.prompt * dearestInput + tokens.output * rates.output) / 1_000_000));
}

/** The newest row of the model at that day; before its first one, that. */
function priceOf(model: string, day: string): Price | undefined {
  const id = /claude-[a-z0-9-]+/.exec(model.toLowerCase())?.[0] ?? "";
  const rows = PRICES.filter(
    (price) => id === price.model || new RegExp(`^${price.model}-(\\d{8}|latest|v\\d+)`).test(id),
  ).sort((a, b) => a.since.localeCompare(b.since));
  return rows.findLast((price) => price.since <= day) ?? rows[0];
}

function dearest(kind: keyof Rates): number {
  return Math.max(...PRICES.flatMap((price) => [price.rates[kind], price.long?.rates[kind] ?? 0]));
}
