import { computing } from "../_shared/computing.ts";
import type { Describe } from "../_shared/metadata.ts";
import { withinBudget } from "./budget.ts";

export type DescriberSettings = {
  anthropicApiKey: string | undefined;
  anthropicBaseUrl?: string | undefined;
  claudeModel?: string | undefined;
  /** Tokens of all kinds for one document. */
  claudeRunTokens?: number | undefined;
};

/**
 * Claude when there is a key, within the owner's budget, unless the owner wants this document described without it; else the local generator. Each is loaded when the first document
 * needs it. A script makes the agent the same way: `chooseDescribe({ anthropicApiKey: process.env.ANTHROPIC_API_KEY })`.
 */
export function chooseDescribe({
  anthropicApiKey: apiKey,
  anthropicBaseUrl: baseUrl,
  claudeModel,
  claudeRunTokens: maxRunTokens,
}: DescriberSettings): Describe {
  const locally: Describe = async (...document) => {
    using _computing = computing();
    return await (await import("./local/describe.ts")).describeLocally(...document);
  };
  if (!apiKey) return locally;
  const byModel = withinBudget(async (...document) => {
    const [{ createClaude, DEFAULT_CLAUDE_MODEL }, { createClaudeDescribe }] = await Promise.all([
      import("../_shared/claude.ts"),
      import("./claude/describe.ts"),
    ]);
    return createClaudeDescribe({
      claude: createClaude({ apiKey, baseUrl }),
      model: claudeModel || DEFAULT_CLAUDE_MODEL,
      maxRunTokens,
    })(...document);
  }, locally);
  return (input, ...rest) => (input.engine === "local" ? locally : byModel)(input, ...rest);
}
