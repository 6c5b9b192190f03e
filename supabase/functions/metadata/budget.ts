import type { Describe } from "../_shared/metadata.ts";
import { OverBudget } from "./claude/spending.ts";

/**
 * Describes with the paid engine while the owner's money lasts, then with the free one, and says so: as a step, and as the
 * description's `note`. What the paid engine had used by then is part of the description, so that it is debited.
 */
export function withinBudget(paid: Describe, free: Describe): Describe {
  return async (input, onStep, signal) => {
    try {
      return await paid(input, onStep, signal);
    } catch (thrown) {
      if (!(thrown instanceof OverBudget)) throw thrown;
      onStep({
        type: "progress",
        message: "This month's budget for the model is used up; the document is described without it.",
        data: { note: "over_budget" },
      });
      return { ...(await free(input, onStep, signal)), ...thrown.spending.used(), note: "over_budget" };
    }
  };
}
