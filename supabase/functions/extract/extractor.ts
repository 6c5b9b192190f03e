import { computing } from "../_shared/computing.ts";
import type { EngineResult, Verdict } from "../_shared/extraction/calls.ts";
import type { Lesson } from "../_shared/extraction/lessons.ts";
import type { Fields } from "../_shared/extraction/schema.ts";
import type { ExtractPage, FoundValue } from "../_shared/extraction/values.ts";
import type { Einvoice, EinvoiceDetails } from "../_shared/einvoice.ts";
import type { DescribeStep, DocumentText } from "../_shared/metadata.ts";
import type { ModelBudget } from "../_shared/model-use.ts";
import { OverBudget } from "../metadata/claude/spending.ts";

/** What an extracting engine is given. It sees one document and one schema, by construction. */
export type ExtractInput = {
  filename: string;
  page_count: number;
  name: string;
  description: string | null;
  fields: Fields;
  instruction: string | null;
  document_type: string | null;
  language: string | null;
  einvoice: Einvoice | null;
  einvoice_details?: EinvoiceDetails | null;
  /** What corrections taught of this schema and the sender. */
  learned: Lesson[];
  pages: ExtractPage[];
  /** The page from which on pages are not among `pages`. */
  unread_from?: number | undefined;
  /** All pages. */
  text: DocumentText;
  /** What the database would not write of these values. */
  judge(values: FoundValue[]): Promise<Verdict>;
  budget?: ModelBudget;
};

/** Finds the values of a schema in a document. One implementation a vendor. Throws PipelineError. */
export type Extract = (
  input: ExtractInput,
  onStep: (step: DescribeStep) => void,
  signal?: AbortSignal,
) => Promise<EngineResult>;

export type ExtractorSettings = {
  anthropicApiKey: string | undefined;
  anthropicBaseUrl?: string | undefined;
  claudeModel?: string | undefined;
  claudeRunTokens?: number | undefined;
};

/** Extracts by rules, without a model. */
export const extractByRules: Extract = async (input, onStep) => {
  using _computing = computing();
  const { extractLocally } = await import("./local/extract.ts");
  const found = extractLocally(input);
  onStep({
    type: "text",
    text: `${count(found.values.length, "value is", "values are")} found by rules, and ${found.proposals.length} left to look at.`,
  });
  return { ...found, engine: "local", model: null, prompt_version: null, input_tokens: 0, output_tokens: 0 };
};

const count = (number: number, one: string, more: string): string => `${number} ${number === 1 ? one : more}`;

/** Claude when there is a key, within the owner's budget, else the local extractor. Each is loaded when it is needed. */
export function chooseExtract({
  anthropicApiKey: apiKey,
  anthropicBaseUrl: baseUrl,
  claudeModel,
  claudeRunTokens: maxRunTokens,
}: ExtractorSettings): Extract {
  if (!apiKey) return extractByRules;
  return async (input, onStep, signal) => {
    const [{ createClaude, DEFAULT_CLAUDE_MODEL }, { createClaudeExtract }] = await Promise.all([
      import("../_shared/claude.ts"),
      import("./claude/extract.ts"),
    ]);
    const byClaude = createClaudeExtract({
      claude: createClaude({ apiKey, baseUrl }),
      model: claudeModel || DEFAULT_CLAUDE_MODEL,
      maxRunTokens,
    });
    try {
      return await byClaude(input, onStep, signal);
    } catch (thrown) {
      if (!(thrown instanceof OverBudget)) throw thrown;
      return { ...(await extractByRules(input, onStep, signal)), ...thrown.spending.used(), note: "over_budget" };
    }
  };
}
