import type { Describe } from "../_shared/metadata.ts";

export type DescriberSettings = { anthropicApiKey: string | undefined; anthropicBaseUrl: string | undefined; claudeModel: string | undefined };

/** Claude when there is a key, else the local generator. Each is loaded when the first document needs it. */
export function chooseDescribe({ anthropicApiKey: apiKey, anthropicBaseUrl: baseUrl, claudeModel }: DescriberSettings): Describe {
  if (!apiKey) return async (...document) => (await import("./local/describe.ts")).describeLocally(...document);
  return async (...document) => {
    const [{ createClaude, DEFAULT_CLAUDE_MODEL }, { createClaudeDescribe }] = await Promise.all([import("../_shared/claude.ts"), import("./claude/describe.ts")]);
    return createClaudeDescribe({ claude: createClaude({ apiKey, baseUrl }), model: claudeModel ?? DEFAULT_CLAUDE_MODEL })(...document);
  };
}
