import type { Anthropic } from "@anthropic-ai/sdk";
import type { Claude } from "../../_shared/claude.ts";
import { PipelineError } from "../../_shared/errors.ts";
import type { EngineResult } from "../../_shared/extraction/calls.ts";
import type { FoundValue } from "../../_shared/extraction/values.ts";
import { BudgetSpent, reserving } from "../../_shared/model-budget.ts";
import { createSpending, OverBudget } from "../../metadata/claude/spending.ts";
import { createTools, shownCall, TOOLS } from "../../metadata/claude/tools.ts";
import type { Extract, ExtractInput } from "../extractor.ts";
import { LAST_TURN, openingMessage, PROMPT_VERSION, SYSTEM_PROMPT } from "./prompt.ts";
import { saveTool, valuesOf } from "./tool.ts";

/** How often rejected values are given back to be mended. What is still unproven then is left to a person. */
const MOST_CORRECTIONS = 2;
/** Share of the token budget after which the next turn is announced as the last one. */
const NEARLY_SPENT = 0.7;

export type ClaudeExtractSettings = {
  claude: Claude;
  model: string;
  maxTurns?: number | undefined;
  maxOutputTokens?: number | undefined;
  maxRunTokens?: number | undefined;
};

/**
 * Extracts with Claude as an agent that reads one document and saves values with quotes. The database judges them; what it
 * rejects goes back twice at most.
 *
 * Throws PipelineError: `model_gave_nothing` when the model saves nothing, and what `Claude` throws; `OverBudget` when the
 * owner's money is spent before a call; the signal's reason when aborted.
 */
export function createClaudeExtract({
  claude,
  model,
  maxTurns = 12,
  maxOutputTokens = 16_000,
  maxRunTokens = 200_000,
}: ClaudeExtractSettings): Extract {
  return async (input, onStep, signal) => {
    const reading = createTools({ pages: [], text: input.text });
    const tools = [...TOOLS.filter(({ name }) => READING.includes(name)), saveTool(input.fields)];
    const spending = createSpending();
    const paid = reserving(claude, input.budget);
    const messages: Anthropic.MessageParam[] = [{ role: "user", content: openingMessage(input) }];
    let corrections = 0;
    let lastTurn = false;

    for (let turn = 1; turn <= maxTurns; turn++) {
      const message = await paid(
        {
          model,
          max_tokens: maxOutputTokens,
          system: [{ type: "text", text: SYSTEM_PROMPT, cache_control: { type: "ephemeral" } }],
          cache_control: { type: "ephemeral" },
          tools,
          messages,
        },
        { signal },
      ).catch((thrown: unknown) => {
        throw thrown instanceof BudgetSpent ? new OverBudget(spending) : thrown;
      });
      spending.add(message, model);
      const calls = message.content.filter((block) => block.type === "tool_use");
      if (calls.length === 0)
        throw new PipelineError("model_gave_nothing", "Claude ended without saving values. The work is tried again.");

      const results: Anthropic.ToolResultBlockParam[] = [];
      for (const call of calls) {
        onStep({ type: "tool", ...shownCall(call.name, call.name === "save_values" ? {} : call.input) });
        if (call.name !== "save_values") {
          const outcome = READING.includes(call.name)
            ? await reading.run(call.name, call.input)
            : { kind: "rejected" as const, content: "There is no such tool." };
          results.push(
            resultOf(
              call.id,
              outcome.kind === "saved" ? "" : outcome.content,
              outcome.kind !== "answer" || outcome.isError,
            ),
          );
          continue;
        }
        const cut = message.stop_reason === "max_tokens" && call === calls.at(-1);
        const saved = cut
          ? { error: "the call was cut off at the token limit; save fewer values" }
          : valuesOf(input.fields, call.input);
        const verdict = "error" in saved ? null : await input.judge(saved.values);
        const complaint = "error" in saved ? saved.error : complaintOf(saved.wrong, verdict);
        if (!("error" in saved) && (complaint === null || corrections >= MOST_CORRECTIONS || lastTurn))
          return finished(saved.values, input, message.model || model, spending.used());
        if ("error" in saved && corrections >= MOST_CORRECTIONS)
          throw new PipelineError(
            "model_gave_nothing",
            "Claude's values were not usable, three times over. The work is tried again.",
          );
        corrections += 1;
        results.push(resultOf(call.id, `Nothing was saved yet. ${complaint}`, true));
      }
      if (lastTurn) break;
      lastTurn = turn === maxTurns - 1 || spending.tokens() >= maxRunTokens * NEARLY_SPENT;
      messages.push({
        role: "assistant",
        content: message.content.filter((block) => block.type !== "text" || block.text.trim() !== ""),
      });
      messages.push({ role: "user", content: lastTurn ? [...results, { type: "text", text: LAST_TURN }] : results });
    }
    throw new PipelineError("model_gave_nothing", "Claude saved no values within its turns. The work is tried again.");
  };
}

const READING = ["read_ocr", "search_ocr"];

const resultOf = (id: string, content: string, isError: boolean): Anthropic.ToolResultBlockParam => ({
  type: "tool_result",
  tool_use_id: id,
  content,
  ...(isError ? { is_error: true } : {}),
});

const REASONS: Record<string, string> = {
  not_on_page: "does not follow from its quote: copy the words exactly as they stand, from the label to the value",
  check_broken: "is part of an equation that does not hold: look again at its digits",
};
/** Rejected values that are named in one answer. */
const MOST_NAMED = 40;

function complaintOf(wrong: string[], verdict: Awaited<ReturnType<ExtractInput["judge"]>> | null): string | null {
  if (!verdict || "gone" in verdict) return null;
  const lines = [
    ...wrong,
    ...verdict.rejected.map(
      ({ path, row, reason }) => `${path}${path.includes(".") ? ` of row ${row}` : ""}: ${REASONS[reason] ?? reason}`,
    ),
    ...verdict.checks.map(
      ({ check, row, difference }) =>
        `${check}${row === null ? "" : ` in row ${row}`}: the sides differ by ${difference}`,
    ),
  ];
  if (lines.length === 0) return null;
  return `${lines.slice(0, MOST_NAMED).join("\n")}\nMend these, or leave out what the document does not say, and save all values again.`;
}

function finished(values: FoundValue[], input: ExtractInput, model: string, used: object): EngineResult {
  // Told once here, so that the record shows which pages were beyond reach.
  return {
    values,
    proposals: [],
    checks: [],
    engine: "claude",
    model,
    prompt_version: PROMPT_VERSION,
    unread_from: input.unread_from,
    learned: input.learned.map(({ id }) => id),
    ...(used as { input_tokens: number; output_tokens: number }),
  };
}
