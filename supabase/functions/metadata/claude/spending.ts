import type { ClaudeMessage } from "../../_shared/claude.ts";
import { type ModelUse, NO_USE, plus, useOf } from "../../_shared/model-use.ts";

/** What the calls for one description have used so far, by the model's own numbers, and what that costs. */
export type Spending = {
  add(message: ClaudeMessage, model: string): void;
  /** The sums up to now. */
  used(): Required<ModelUse>;
  /** Tokens of all kinds. */
  tokens(): number;
};

export function createSpending(): Spending {
  let sum = NO_USE;
  return {
    add(message, model) {
      sum = plus(sum, useOf(message, model));
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
