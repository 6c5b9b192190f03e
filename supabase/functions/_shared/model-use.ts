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

/** What the Messages API says of a call (its `usage`). */
export type Counted = {
  input_tokens: number;
  output_tokens: number;
  cache_read_input_tokens: number | null;
  cache_creation_input_tokens: number | null;
};

/** The money of a document's owner for models. */
export type ModelBudget = {
  /**
   * Reserves the most that a call can cost, in millionths of a US dollar.
   *
   * @throws BudgetSpent when the month's money does not cover it; PipelineError `lease_lost` when the job is in other hands
   */
  reserve(model: string, mostMicroUsd: number, signal?: AbortSignal): Promise<Reservation>;
};

/** What is reserved for one call. To be settled once, whatever became of the call; settling does not throw. */
export type Reservation = { settle(used: ModelUse): Promise<void> };

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
