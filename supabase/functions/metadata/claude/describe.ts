import type { Anthropic } from "@anthropic-ai/sdk";
import type { Claude, ClaudeMessage } from "../../_shared/claude.ts";
import { PipelineError } from "../../_shared/errors.ts";
import type { Describe, Metadata } from "../../_shared/metadata.ts";
import { withExtension } from "./display-name.ts";
import { foundEvidence } from "./evidence.ts";
import { LAST_TURN, openingMessage, PROMPT_VERSION, SYSTEM_PROMPT } from "./prompt.ts";
import { createTools, TOOLS } from "./tools.ts";

/** How often a save may be rejected: the first one, and two attempts to mend it. */
const MAX_REJECTED_SAVES = 3;

export type ClaudeDescribeSettings = {
  claude: Claude;
  model: string;
  /** Calls of the model for one document. */
  maxTurns?: number;
  /** Tokens that one answer may have; enough for a save, and for thinking where the model does that unasked. */
  maxOutputTokens?: number;
};

/**
 * Describes a document with Claude as an agent that has two tools, `read_ocr` and `save_metadata`. It ends with the
 * first save that is accepted. Tokens are summed over the turns; those read from or written to the prompt cache count
 * as input.
 *
 * Throws PipelineError: `model_gave_nothing` when the turns or the saves are used up or the model stops without one, and
 * what `Claude` throws; the signal's reason when aborted.
 */
export function createClaudeDescribe(
  { claude, model, maxTurns = 10, maxOutputTokens = 4096 }: ClaudeDescribeSettings,
): Describe {
  return async (input, onStep, signal) => {
    const runTool = createTools(input);
    const messages: Anthropic.MessageParam[] = [{ role: "user", content: openingMessage(input) }];
    const tokens = { input: 0, output: 0 };
    let rejectedSaves = 0;

    for (let turn = 1; turn <= maxTurns; turn++) {
      const message = await claude(
        {
          model,
          max_tokens: maxOutputTokens,
          // Tools come before the system prompt in the cache, so this one mark covers both.
          system: [{ type: "text", text: SYSTEM_PROMPT, cache_control: { type: "ephemeral" } }],
          tools: TOOLS,
          messages,
        },
        { signal, onText: (text) => onStep({ type: "text", text }) },
      );
      count(tokens, message.usage);

      const calls = message.content.filter((block) => block.type === "tool_use");
      if (calls.length === 0) {
        throw new PipelineError("model_gave_nothing", "Claude ended without saving a description. The work is tried again.");
      }

      const results: Anthropic.ToolResultBlockParam[] = [];
      for (const call of calls) {
        onStep({ type: "tool", tool: call.name, input: asRecord(call.input) });
        // At the token limit the last call may lack its end, and half an input must not be saved.
        const outcome = message.stop_reason === "max_tokens" && call === calls.at(-1)
          ? { kind: "rejected" as const, content: "Nothing was done: the call was cut off at the token limit. Make it shorter." }
          : runTool(call.name, call.input);
        if (outcome.kind === "saved") {
          return {
            metadata: finished(outcome.metadata, input.filename, input.pages),
            engine: "claude",
            model: message.model || model,
            prompt_version: PROMPT_VERSION,
            input_tokens: tokens.input,
            output_tokens: tokens.output,
          };
        }
        if (outcome.kind === "rejected" && ++rejectedSaves >= MAX_REJECTED_SAVES) {
          throw new PipelineError("model_gave_nothing", "Claude's description was not usable, three times over. The work is tried again.");
        }
        const isError = outcome.kind === "rejected" || outcome.isError;
        results.push({ type: "tool_result", tool_use_id: call.id, content: outcome.content, ...(isError ? { is_error: true } : {}) });
      }

      messages.push({ role: "assistant", content: sendable(message.content) });
      const lastCall: Anthropic.TextBlockParam[] = turn === maxTurns - 1 ? [{ type: "text", text: LAST_TURN }] : [];
      messages.push({ role: "user", content: [...results, ...lastCall] });
    }
    throw new PipelineError("model_gave_nothing", `Claude saved no description within ${maxTurns} turns. The work is tried again.`);
  };
}

function finished(metadata: Metadata, filename: string, pages: { page_number: number; text: string }[]): Metadata {
  return {
    ...metadata,
    display_name: withExtension(metadata.display_name, filename),
    evidence: foundEvidence(metadata.evidence, pages),
  };
}

function count(tokens: { input: number; output: number }, usage: ClaudeMessage["usage"]): void {
  tokens.input += usage.input_tokens + (usage.cache_creation_input_tokens ?? 0) + (usage.cache_read_input_tokens ?? 0);
  tokens.output += usage.output_tokens;
}

/** The model's blocks as they go back to it. It may stream an empty text block, which it does not take back. */
function sendable(content: ClaudeMessage["content"]): Anthropic.ContentBlockParam[] {
  return content.filter((block) => block.type !== "text" || block.text.trim() !== "");
}

function asRecord(input: unknown): Record<string, unknown> {
  return input !== null && typeof input === "object" && !Array.isArray(input) ? input as Record<string, unknown> : {};
}
