import type { Anthropic } from "@anthropic-ai/sdk";
import type { Claude, ClaudeMessage } from "../../_shared/claude.ts";
import { PipelineError } from "../../_shared/errors.ts";
import { BudgetSpent, reserving } from "../../_shared/model-budget.ts";
import type { Describe, DescribeInput, DescribeStep, Metadata } from "../../_shared/metadata.ts";
import { withExtension } from "./display-name.ts";
import { ranges } from "./page-text.ts";
import { LAST_TURN, openingMessage, PROMPT_VERSION, SYSTEM_PROMPT } from "./prompt.ts";
import { createSpending, OverBudget } from "./spending.ts";
import { createTools, shownCall, type ToolOutcome, TOOLS } from "./tools.ts";

/** How often a save may be rejected: the first one, and two attempts to mend it. */
const MAX_REJECTED_SAVES = 3;

/** Share of the token budget after which the next turn is announced as the last one. */
const NEARLY_SPENT = 0.7;

export type ClaudeDescribeSettings = {
  claude: Claude;
  model: string;
  /** Calls of the model for one document. */
  maxTurns?: number | undefined;
  /** Tokens that one answer may have; enough for a save, and for thinking where the model does that unasked. */
  maxOutputTokens?: number | undefined;
  /** Tokens of all kinds that a run may use before its last turn. */
  maxRunTokens?: number | undefined;
  /** For the whole run, in milliseconds: below the 75 s that a hosted function is sure to have, with time left to save. */
  maxRunMs?: number | undefined;
};

/**
 * Describes a document with Claude as an agent whose tools reach that document alone (see tools.ts). It ends with the
 * first save that is accepted.
 *
 * Throws PipelineError: `model_gave_nothing` when the turns, the tokens or the saves are used up or the model stops
 * without one, `model_unavailable` when the time is, and what `Claude` throws; `OverBudget` when the owner's money is
 * spent before a call; the signal's reason when aborted.
 */
export function createClaudeDescribe({
  claude,
  model,
  maxTurns = 10,
  maxOutputTokens = 4096,
  maxRunTokens = 200_000,
  maxRunMs = 65_000,
}: ClaudeDescribeSettings): Describe {
  return async (input, onStep, signal) => {
    const tools = createTools(input);
    const spending = createSpending();
    const paid = reserving(claude, input.budget);
    const messages: Anthropic.MessageParam[] = [{ role: "user", content: openingMessage(input) }];
    let rejectedSaves = 0;
    let lastTurn = false;

    return await within(maxRunMs, signal, async (limited) => {
      for (let turn = 1; turn <= maxTurns; turn++) {
        const message = await paid(
          {
            model,
            max_tokens: maxOutputTokens,
            // Tools come before the system prompt in the cache, so this one mark covers both, for every document; the
            // mark at the top moves along with the conversation, so that a turn pays only for what is new in it.
            system: [{ type: "text", text: SYSTEM_PROMPT, cache_control: { type: "ephemeral" } }],
            cache_control: { type: "ephemeral" },
            tools: TOOLS,
            messages,
          },
          { signal: limited, onText: (text) => onStep({ type: "text", text: harmless(text) }) },
        ).catch((thrown: unknown) => {
          throw thrown instanceof BudgetSpent ? new OverBudget(spending) : thrown;
        });
        // At the price of the model that was asked for, as it was reserved.
        spending.add(message, model);

        const calls = message.content.filter((block) => block.type === "tool_use");
        if (calls.length === 0) {
          throw new PipelineError(
            "model_gave_nothing",
            "Claude ended without saving a description. The work is tried again.",
          );
        }

        const results: Anthropic.ToolResultBlockParam[] = [];
        for (const call of calls) {
          onStep({ type: "tool", ...shownCall(call.name, call.input) });
          // At the token limit the last call may lack its end, and half an input must not be saved.
          const outcome: ToolOutcome =
            message.stop_reason === "max_tokens" && call === calls.at(-1)
              ? {
                  kind: "rejected",
                  content: "Nothing was done: the call was cut off at the token limit. Make it shorter.",
                }
              : await tools.run(call.name, call.input);
          if (outcome.kind === "saved") {
            return {
              metadata: finished(outcome.metadata, input),
              engine: "claude",
              model: message.model || model,
              prompt_version: PROMPT_VERSION,
              ...spending.used(),
              pages_read: tools.pagesRead(),
            };
          }
          if (outcome.kind === "rejected" && ++rejectedSaves >= MAX_REJECTED_SAVES) {
            throw new PipelineError(
              "model_gave_nothing",
              "Claude's description was not usable, three times over. The work is tried again.",
            );
          }
          const isError = outcome.kind === "rejected" || outcome.isError;
          results.push({
            type: "tool_result",
            tool_use_id: call.id,
            content: outcome.content,
            ...(isError ? { is_error: true } : {}),
          });
        }
        if (lastTurn) break;

        onStep(progressOf(turn, tools.pagesRead(), input, spending.used().cost_micro_usd));
        lastTurn = turn === maxTurns - 1 || spending.tokens() >= maxRunTokens * NEARLY_SPENT;
        messages.push({ role: "assistant", content: sendable(message.content) });
        messages.push({ role: "user", content: lastTurn ? [...results, { type: "text", text: LAST_TURN }] : results });
      }
      throw new PipelineError(
        "model_gave_nothing",
        `Claude saved no description within its ${maxTurns} turns and ${maxRunTokens} tokens. The work is tried again.`,
      );
    });
  };
}

/** Runs work that ends by itself within the time, or is aborted. */
async function within<Result>(
  ms: number,
  signal: AbortSignal | undefined,
  work: (limited: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const limit = new AbortController();
  const late = () =>
    limit.abort(
      new PipelineError(
        "model_unavailable",
        `Claude did not describe the document within ${Math.round(ms / 1000)} s. The work is tried again.`,
      ),
    );
  const timer = setTimeout(late, ms);
  try {
    return await work(signal ? AbortSignal.any([signal, limit.signal]) : limit.signal);
  } finally {
    clearTimeout(timer);
  }
}

function progressOf(
  turn: number,
  pagesRead: number[],
  { page_count }: DescribeInput,
  costMicroUsd: number,
): DescribeStep {
  const message =
    pagesRead.length === 0
      ? "Nothing has been read yet."
      : `Read ${pagesRead.length === 1 ? "page" : "pages"} ${ranges(pagesRead)} of ${page_count}.`;
  return {
    type: "progress",
    message,
    data: { turn, pages_read: ranges(pagesRead), page_count, cost_micro_usd: costMicroUsd },
  };
}

function finished(metadata: Metadata, { filename, mime_type }: DescribeInput): Metadata {
  return { ...metadata, display_name: withExtension(metadata.display_name, filename, mime_type) };
}

/** The model's blocks as they go back to it. It may stream an empty text block, which it does not take back. */
function sendable(content: ClaudeMessage["content"]): Anthropic.ContentBlockParam[] {
  return content.filter((block) => block.type !== "text" || block.text.trim() !== "");
}

/** A piece of the model's words, which cannot be made plain as a whole: without the signs that make markup, and without hidden ones. */
function harmless(piece: string): string {
  return piece.replace(/[<>]|(?![\n\t\u200C\u200D])[\p{Cc}\p{Cf}]/gu, "");
}
