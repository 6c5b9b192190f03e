import { computing } from "../_shared/computing.ts";
import type { Sample } from "../_shared/extraction/calls.ts";
import type { Log } from "../_shared/log.ts";
import type { Pipeline } from "../_shared/pipeline.ts";
import type { ExtractorSettings } from "./extractor.ts";
import type { SchemaProposal } from "./suggest/suggest.ts";

/** A schema that nobody saved, and by what it was made. `note`: why the rules made it although there is a model. */
export type Suggestion = {
  engine: "local" | "claude";
  schema: SchemaProposal;
  note?: "over_budget" | "model_gave_nothing";
};

/** Suggests a schema from a user's documents. Throws PipelineError: invalid_request when they share nothing. */
export type Suggest = (owner: string, samples: Sample[], signal?: AbortSignal) => Promise<Suggestion>;

/** Suggests by the labels that the documents share. */
export const suggestByRules: Suggest = async (_owner, samples) => {
  using _computing = computing();
  const { suggestLocally } = await import("./suggest/suggest.ts");
  return { engine: "local", schema: suggestLocally(samples) };
};

/** Claude when there is a key, within the owner's budget, else the rules: also where nothing that Claude says is proven. */
export function chooseSuggest(
  { anthropicApiKey: apiKey, anthropicBaseUrl: baseUrl, claudeModel }: ExtractorSettings,
  { pipeline, log }: { pipeline: Pipeline; log: Log },
): Suggest {
  if (!apiKey) return suggestByRules;
  return async (owner, samples, signal) => {
    const [
      { createClaude, DEFAULT_CLAUDE_MODEL },
      { BudgetSpent, createOwnersBudget, reserving },
      { suggestByClaude },
    ] = await Promise.all([
      import("../_shared/claude.ts"),
      import("../_shared/model-budget.ts"),
      import("./suggest/claude.ts"),
    ]);
    const budget = createOwnersBudget(pipeline, owner, "extract", log);
    try {
      const schema = await suggestByClaude(samples, {
        claude: reserving(createClaude({ apiKey, baseUrl }), budget),
        model: claudeModel || DEFAULT_CLAUDE_MODEL,
        judge: (fields, values) => pipeline.judgeSuggestion(owner, fields, values),
        signal,
      });
      if (schema) return { engine: "claude", schema };
      return { ...(await suggestByRules(owner, samples)), note: "model_gave_nothing" };
    } catch (thrown) {
      if (!(thrown instanceof BudgetSpent)) throw thrown;
      return { ...(await suggestByRules(owner, samples)), note: "over_budget" };
    }
  };
}
