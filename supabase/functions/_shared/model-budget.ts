import type { Billed, Claude, ClaudeRequest } from "./claude.ts";
import { PipelineError } from "./errors.ts";
import type { Log } from "./log.ts";
import { type ModelBudget, type ModelUse, NO_USE, useOf } from "./model-use.ts";
import type { Claim } from "./answers.ts";
import type { Pipeline } from "./pipeline.ts";
import type { Stage } from "./stages.ts";
import { costOf, mostOf } from "./prices.ts";
import { retried, type Wait, wait } from "./retry.ts";

/** The month's money does not cover another call. */
export class BudgetSpent extends Error {
  constructor() {
    super("The month's budget for the model is used up.");
    this.name = "BudgetSpent";
  }
}

/** How long a call waits for others of the same user to be settled, when what they reserved is all that is left. */
const PATIENCE_MS = 20_000;
const LOOK_MS = 500;

/** The budget of a claimed document's owner, in rows of private.model_calls. */
export function createModelBudget(
  pipeline: Pick<Pipeline, "reserveModelCall" | "settleModelCall">,
  claim: Claim,
  log: Log,
  waiting: Wait = wait,
): ModelBudget {
  return budgetBy((...call) => pipeline.reserveModelCall(claim, ...call), pipeline, log, waiting);
}

/** A user's budget for calls that they asked for themselves, and that belong to no job. */
export function createOwnersBudget(
  pipeline: Pick<Pipeline, "reserveModelCallOf" | "settleModelCall">,
  owner: string,
  stage: Stage,
  log: Log,
  waiting: Wait = wait,
): ModelBudget {
  return budgetBy((...call) => pipeline.reserveModelCallOf(owner, stage, ...call), pipeline, log, waiting);
}

function budgetBy(
  reserveCall: (callId: string, model: string, most: number) => ReturnType<Pipeline["reserveModelCall"]>,
  pipeline: Pick<Pipeline, "settleModelCall">,
  log: Log,
  waiting: Wait,
): ModelBudget {
  return {
    async reserve(model, most, signal) {
      const callId = crypto.randomUUID();
      // The money is spent, or free again, whoever has the job now: this stops for no signal.
      const settle = (used: ModelUse) =>
        retried(() => pipeline.settleModelCall(callId, used), undefined, waiting).catch((cause) =>
          log.error("model.not_settled", { call: callId }, cause),
        );
      for (let waited = 0; ; waited += LOOK_MS) {
        const answer = await retried(() => reserveCall(callId, model, most), signal, waiting).catch(
          async (thrown: unknown) => {
            // It may have been reserved, and only the answer got lost.
            if (PipelineError.from(thrown).code !== "lease_lost") await settle(NO_USE);
            throw thrown;
          },
        );
        if ("call_id" in answer) return { settle };
        if (answer.refused === "spent" || waited >= PATIENCE_MS) throw new BudgetSpent();
        await waiting(LOOK_MS, signal);
      }
    },
  };
}

/**
 * A Claude that makes no call without its reservation, and settles it with what the call is billed for. One for each
 * conversation: what the model counted for a turn bounds what the next one can cost.
 */
export function reserving(claude: Claude, budget: ModelBudget | undefined): Claude {
  if (!budget) return claude;
  let before: Turn | undefined;
  return async (request, watch = {}) => {
    const prompt = promptTokens(request, before);
    const most = { prompt, output: request.max_tokens };
    const reservation = await budget.reserve(request.model, mostOf(request.model, most), watch.signal);
    let billed: Billed = { kind: "cut_off" };
    try {
      const message = await claude(request, { ...watch, onEnd: (told) => (billed = told) });
      billed = { kind: "counted", usage: message.usage };
      const { input_tokens, output_tokens, cache_read_tokens, cache_write_tokens } = useOf(message, request.model);
      before = {
        messages: [...request.messages],
        tokens: input_tokens + output_tokens + cache_read_tokens + cache_write_tokens,
      };
      return message;
    } finally {
      await reservation.settle(billedUse(billed, request.model, most));
    }
  };
}

/** What a call counts as. Of one that was cut off nobody knows the end: what is not told counts at its most. */
function billedUse(billed: Billed, model: string, most: { prompt: number; output: number }): Required<ModelUse> {
  if (billed.kind === "nothing") return NO_USE;
  if (billed.kind === "counted") return useOf({ usage: billed.usage }, model);
  if (!billed.usage)
    return { ...NO_USE, input_tokens: most.prompt, output_tokens: most.output, cost_micro_usd: mostOf(model, most) };
  const use = { ...useOf({ usage: billed.usage }, model), output_tokens: most.output };
  return { ...use, cost_micro_usd: costOf(model, use) };
}

/** A turn of a conversation that is over: its messages, and what the model counted for them and its answer. */
type Turn = { messages: ClaudeRequest["messages"]; tokens: number };

/** A token is a byte at least. This is for what the API adds by itself: roles, and its own prompt for tools. */
const ADDED_TOKENS = 2_000;
/** The most that a picture counts: https://platform.claude.com/docs/en/build-with-claude/vision */
const PICTURE_TOKENS = 5_000;
/** A page of a PDF counts as a picture and as its own text, which a page of print has 3,000 tokens of. This is for one that is full of hidden text. */
const PDF_PAGE_TOKENS = 90_000;

/** The most tokens that a prompt can have. */
function promptTokens(request: ClaudeRequest, before: Turn | undefined): number {
  const known = before?.messages.every((message, index) => message === request.messages[index]) ? before : undefined;
  // The system prompt and the tools do not change within a conversation.
  const unknown = known
    ? request.messages.slice(known.messages.length)
    : [request.system, request.tools, request.messages];
  let pictures = 0;
  const text = JSON.stringify(unknown, (key, value) => {
    if (key !== "source" || value?.type !== "base64") return value;
    pictures += value.media_type === "application/pdf" ? PDF_PAGE_TOKENS : PICTURE_TOKENS;
    return undefined;
  });
  return (known?.tokens ?? 0) + new TextEncoder().encode(text).length + pictures + ADDED_TOKENS;
}
