import type { ClaudeMessage } from "../../_shared/claude.ts";
import type { ModelUse } from "../../_shared/metadata.ts";
import { costOf, type Usage } from "../../_shared/prices.ts";

/** What the calls for one description have used so far, by the model's own numbers, and what that costs. */
export type Spending = {
  add(message: ClaudeMessage, model: string): void;
  /** The sums up to now. */
  used(): Required<ModelUse>;
  /** Tokens of all kinds. */
  tokens(): number;
};

export function createSpending(): Spending {
  const sum: Required<ModelUse> = { input_tokens: 0, output_tokens: 0, cache_read_tokens: 0, cache_write_tokens: 0, cost_micro_usd: 0 };
  return {
    add(message, model) {
      const call: Usage = {
        input_tokens: message.usage.input_tokens,
        output_tokens: message.usage.output_tokens,
        cache_read_tokens: message.usage.cache_read_input_tokens ?? 0,
        cache_write_tokens: message.usage.cache_creation_input_tokens ?? 0,
      };
      for (const kind of Object.keys(call) as (keyof Usage)[]) sum[kind] += call[kind];
      sum.cost_micro_usd += costOf(model, call);
    },
    used: () => ({ ...sum }),
    tokens: () => sum.input_tokens + sum.output_tokens + sum.cache_read_tokens + sum.cache_write_tokens,
  };
}

/** Thrown before a call that the owner's budget no longer covers; what was spent up to then is still to be counted. */
export class OverBudget extends Error {
  readonly spending: Spending;

  constructor(spending: Spending) {
    super("The month's budget for the model is used up.");
    this.name = "OverBudget";
    this.spending = spending;
  }
}
