import { PipelineError } from "../_shared/errors.ts";
import type { ReadPages } from "../_shared/pages.ts";
import { createEngineReader } from "./engine.ts";

export type RecogniserSettings = {
  ocrEngineUrl: string | undefined;
  anthropicApiKey: string | undefined;
  anthropicBaseUrl: string | undefined;
  claudeModel: string | undefined;
};

/** Claude when there is a key, else the local engine when there is one; with neither, each page fails with no_ocr_engine. */
export function chooseRecogniser(settings: RecogniserSettings): ReadPages {
  const { anthropicApiKey: apiKey, anthropicBaseUrl: baseUrl, claudeModel, ocrEngineUrl } = settings;
  if (apiKey) {
    // Loaded when the first page needs it: most documents have a text layer.
    return async (...page) => {
      const [{ createClaude, DEFAULT_CLAUDE_MODEL }, { createClaudeReader }] = await Promise.all([import("../_shared/claude.ts"), import("./claude.ts")]);
      return createClaudeReader({ claude: createClaude({ apiKey, baseUrl }), model: claudeModel ?? DEFAULT_CLAUDE_MODEL })(...page);
    };
  }
  if (ocrEngineUrl) return createEngineReader({ url: ocrEngineUrl });
  return () => Promise.reject(new PipelineError("no_ocr_engine"));
}
