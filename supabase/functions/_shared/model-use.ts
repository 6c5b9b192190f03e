import type { Counted } from "./claude.ts";
import { costOf, type Usage } from "./prices.ts";

/** What a model counted and cost. */
export type ModelUse = {
  /** Without those of the prompt cache. */
  input_tokens: number;
  output_tokens: number;
  cache_read_tokens?: number;
  cache_write_tokens?: number;
  /** Millionths of a US dollar (see prices.ts). */
  cost_micro_usd?: number;
};

/** What a call used by the model's own numbers, and what that costs. */
export function useOf(message: { usage: Counted }, model: string): Required<ModelUse> {
  const { input_tokens, output_tokens, cache_read_input_tokens, cache_creation_input_tokens } = message.usage;
  const usage: Usage = {
    input_tokens,
    output_tokens,
    cache_read_tokens: cache_read_input_tokens ?? 0,
    cache_write_tokens: cache_creation_input_tokens ?? 0,
  };
  return { ...usage, cost_micro_usd: costOf(model, usage) };
}

export const NO_USE: Required<ModelUse> = {
  input_tokens: 0,
  output_tokens: 0,
  cache_read_tokens: 0,
  cache_write_tokens: 0,
  cost_micro_usd: 0,
};

/** What several calls used together. */
export function plus(one: Required<ModelUse>, other: Required<ModelUse>): Required<ModelUse> {
  const sum = { ...NO_USE };
  for (const kind of Object.keys(sum) as (keyof ModelUse)[]) sum[kind] = one[kind] + other[kind];
  return sum;
}
