import type { ClaudeMessage } from "../../_shared/claude.ts";
import { costOf, type Usage } from "../../_shared/prices.ts";

/** What the calls for one description have used so far, by the model's own numbers, and what that costs. */
export type Spending = { usage: Usage; costMicroUsd: number; add(message: ClaudeMessage, model: string): void; tokens(): number };

export function createSpending(): Spending {
  const usage: Usage = { input_tokens: 0, output_tokens: 0, cache_read_tokens: 0, cache_write_tokens: 0 };
  return {
    usage,
    costMicroUsd: 0,
    add(message, model) {
      const call: Usage = {
        input_tokens: message.usage.input_tokens,
        output_tokens: message.usage.output_tokens,
        cache_read_tokens: message.usage.cache_read_input_tokens ?? 0,
        cache_write_tokens: message.usage.cache_creation_input_tokens ?? 0,
      };
      for (const kind of Object.keys(usage) as (keyof Usage)[]) usage[kind] += call[kind];
      this.costMicroUsd += costOf(model, call);
    },
    tokens: () => usage.input_tokens + usage.output_tokens + usage.cache_read_tokens + usage.cache_write_tokens,
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
