import { expect, it } from "vitest";
import { DEFAULT_CLAUDE_MODEL } from "../../supabase/functions/_shared/claude.ts";
import { costOf, PRICES, type Usage } from "../../supabase/functions/_shared/prices.ts";

const MILLION = 1_000_000;
const usage = (tokens: Partial<Usage>): Usage => ({
  input_tokens: 0,
  output_tokens: 0,
  cache_read_tokens: 0,
  cache_write_tokens: 0,
  ...tokens,
});

it("prices each kind of token by itself", () => {
  const model = "claude-opus-5-5";
  expect(costOf(model, usage({ input_tokens: MILLION }))).toBe(4_000_000);
  expect(costOf(model, usage({ output_tokens: MILLION }))).toBe(20_000_000);
  expect(costOf(model, usage({ cache_read_tokens: MILLION }))).toBe(200_000);
  expect(costOf(model, usage({ cache_write_tokens: MILLION }))).toBe(5_000_000);
});

it("prices a whole call at the dearer rate when its prompt, the cached part included, is long", () => {
  expect(
    costOf("claude-haiku-5-5", usage({ input_tokens: 50_000, cache_read_tokens: 50_000, output_tokens: 1000 })),
  ).toBe(5000 + 500 + 500);
  expect(
    costOf("claude-haiku-5-5", usage({ input_tokens: 50_001, cache_read_tokens: 50_000, output_tokens: 1000 })),
  ).toBe(Math.ceil(25_000.5 + 2500 + 2500));
});

it("prices a call as of its day", () => {
  const read = usage({ cache_read_tokens: MILLION });
  expect(costOf("claude-sonnet-5-5", read, "2026-10-06")).toBe(200_000);
  expect(costOf("claude-sonnet-5-5", read, "2026-10-07")).toBe(100_000);
  expect(costOf("claude-sonnet-5-5", read, "2020-01-01")).toBe(200_000);
});

it("rounds up, so that nothing that was paid counts as free", () => {
  expect(costOf("claude-haiku-5-5", usage({ cache_read_tokens: 1 }))).toBe(1);
  expect(costOf("claude-haiku-5-5", usage({}))).toBe(0);
});

it.each([
  "claude-haiku-4-5-20251001",
  "anthropic.claude-haiku-4-5",
  "us.anthropic.claude-haiku-4-5-20251001-v1:0",
  "claude-haiku-4-5-latest",
])("knows %s", (model) => {
  expect(costOf(model, usage({ input_tokens: MILLION }))).toBe(1_000_000);
});

it.each(["a-model", "claude-haiku-6", "claude-opus-5-7", ""])(
  "counts %j, which no row names, at the dearest price there is",
  (model) => {
    expect(costOf(model, usage({ input_tokens: MILLION }))).toBe(Math.max(...PRICES.map((price) => price.rates.input)));
  },
);

it("has a row for the model that is used unless another is set", () => {
  expect(PRICES.map((price) => price.model)).toContain(DEFAULT_CLAUDE_MODEL);
});
