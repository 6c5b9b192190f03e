import { PipelineError } from "../_shared/errors.ts";
import type { ReadPages } from "../_shared/pages.ts";
import { checkedAgainst } from "./agreement.ts";
import { createEngineReader } from "./engine.ts";

export type RecogniserSettings = {
  /** auto, local or claude. */
  textEngine: string;
  ocrEngineUrl: string | undefined;
  anthropicApiKey: string | undefined;
  anthropicBaseUrl: string | undefined;
  claudeModel: string | undefined;
};

/** What reads the pages of a document; `wish` is what its owner asked for this time, before the project's setting. */
export type Recognisers = (wish?: "auto" | "local" | "claude") => ReadPages;

/**
 * By setting or wish: `claude`, checked against the local engine where there is one; `local`; `auto`, which is Claude when there is
 * a key, else the local engine. A page that needs what is not there fails with no_ocr_engine.
 */
export function createRecognisers(settings: RecogniserSettings): Recognisers {
  const local = settings.ocrEngineUrl ? createEngineReader({ url: settings.ocrEngineUrl }) : undefined;
  const claude = claudeReader(settings);
  const checked = claude && local ? checkedAgainst(local, claude) : claude;
  return (wish) => {
    const choice = wish ?? settings.textEngine;
    if (choice === "local") return local ?? missing("No OCR engine is set. Set OCR_ENGINE_URL, then retry.");
    if (choice === "claude") return checked ?? missing("Claude has no key. Set ANTHROPIC_API_KEY, then retry.");
    return checked ?? local ?? missing();
  };
}

const missing = (message?: string): ReadPages => () => Promise.reject(new PipelineError("no_ocr_engine", message));

function claudeReader({ anthropicApiKey: apiKey, anthropicBaseUrl: baseUrl, claudeModel }: RecogniserSettings): ReadPages | undefined {
  if (!apiKey) return undefined;
  let reader: Promise<ReadPages> | undefined;
  // Loaded when the first page needs it: most documents have a text layer.
  return async (...page) => {
    reader ??= Promise.all([import("../_shared/claude.ts"), import("./claude.ts")]).then(([{ createClaude, DEFAULT_CLAUDE_MODEL }, { createClaudeReader }]) =>
      createClaudeReader({ claude: createClaude({ apiKey, baseUrl }), model: claudeModel ?? DEFAULT_CLAUDE_MODEL }));
    return (await reader)(...page);
  };
}
