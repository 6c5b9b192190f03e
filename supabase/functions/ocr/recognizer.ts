import { PipelineError } from "../_shared/errors.ts";
import { BudgetSpent } from "../_shared/model-budget.ts";
import type { Page, ReadPages } from "../_shared/pages.ts";
import { checkedAgainst } from "./agreement.ts";
import { createEngineReader } from "./engine.ts";

const OVER_BUDGET =
  "This month's budget for reading with a model is used up; the count starts again on the first of next month. Retry the document then, or have it read by an OCR engine.";

export type RecognizerSettings = {
  /** auto, local or claude. */
  textEngine: string;
  ocrEngineUrl: string | undefined;
  anthropicApiKey: string | undefined;
  anthropicBaseUrl: string | undefined;
  claudeModel: string | undefined;
};

/** What reads the pages of a document; `option` is what its owner asked for this time, before the project's setting. */
export type Recognizers = (option?: "auto" | "local" | "claude") => ReadPages;

/**
 * By setting or option: `claude`, checked against the local engine where there is one; `local`; `auto`, which is Claude when there is
 * a key, else the local engine. Once the owner's budget for models is used up, the local engine reads instead of Claude. A page that
 * needs what is not there fails with no_ocr_engine, or monthly_limit_reached where only the money is missing.
 */
export function createRecognizers(settings: RecognizerSettings): Recognizers {
  const local = settings.ocrEngineUrl ? createEngineReader({ url: settings.ocrEngineUrl }) : undefined;
  const claude = claudeReader(settings);
  const checked = claude && withinBudget(local ? checkedAgainst(local, claude) : claude, local ?? overBudget);
  return (option) => {
    // Who runs the project and keeps pages from leaving it is not overruled by who owns a document.
    const choice = settings.textEngine === "local" ? "local" : (option ?? settings.textEngine);
    if (choice === "local") return local ?? missing("No OCR engine is set. Set OCR_ENGINE_URL, then retry.");
    if (choice === "claude") return checked ?? missing("Claude has no key. Set ANTHROPIC_API_KEY, then retry.");
    return checked ?? local ?? missing();
  };
}

/** Reads with the paid engine while the owner's money lasts, then with the free one. */
function withinBudget(paid: ReadPages, free: ReadPages): ReadPages {
  return async (file, pageNumbers, signal, budget) => {
    try {
      return await paid(file, pageNumbers, signal, budget);
    } catch (thrown) {
      if (!(thrown instanceof BudgetSpent)) throw thrown;
      const read = new Map((thrown as { pages?: Page[] }).pages?.map((page) => [page.page_number, page]));
      const missing = pageNumbers.filter((number) => !read.has(number));
      for (const page of await free(file, missing, signal)) read.set(page.page_number, page);
      return pageNumbers.map((number) => read.get(number)!);
    }
  };
}

const overBudget: ReadPages = () => Promise.reject(new PipelineError("monthly_limit_reached", OVER_BUDGET));

const missing =
  (message?: string): ReadPages =>
  () =>
    Promise.reject(new PipelineError("no_ocr_engine", message));

function claudeReader({
  anthropicApiKey: apiKey,
  anthropicBaseUrl: baseUrl,
  claudeModel,
}: RecognizerSettings): ReadPages | undefined {
  if (!apiKey) return undefined;
  let reader: Promise<ReadPages> | undefined;
  // Loaded when the first page needs it: most documents have a text layer.
  return async (...page) => {
    reader ??= Promise.all([import("../_shared/claude.ts"), import("./claude.ts")]).then(
      ([{ createClaude, DEFAULT_CLAUDE_MODEL }, { createClaudeReader }]) =>
        createClaudeReader({ claude: createClaude({ apiKey, baseUrl }), model: claudeModel ?? DEFAULT_CLAUDE_MODEL }),
    );
    return (await reader)(...page);
  };
}
