import type { Page, PageUsage, Purse } from "../_shared/pages.ts";
import { NO_USE, plus } from "../_shared/model-use.ts";
import type { Claim, Pipeline } from "../_shared/pipeline.ts";

export type OpenPurse = Purse & {
  /** These pages are stored, and what they cost was debited with them. */
  saved(pages: Page[]): void;
  /** Debits what was paid for pages that never were: it is spent, whatever came of it. To be called once, when the run ends. */
  settle(): Promise<void>;
};

/** The purse of a claimed document's owner, for one run of reading. */
export function openPurse(pipeline: Pick<Pipeline, "modelBudgetLeft" | "debitModelUse">, claim: Claim): OpenPurse {
  const unsaved = new Set<PageUsage>();
  return {
    left: () => pipeline.modelBudgetLeft(claim),
    paid: (use) => void unsaved.add(use),
    saved(pages) {
      for (const { usage } of pages) if (usage) unsaved.delete(usage);
    },
    async settle() {
      if (unsaved.size === 0) return;
      await pipeline.debitModelUse(
        claim,
        [...unsaved].reduce((sum, use) => plus(sum, use), NO_USE),
      );
    },
  };
}
