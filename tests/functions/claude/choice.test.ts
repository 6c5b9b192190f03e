import { describe, expect, it } from "vitest";
import { DEFAULT_CLAUDE_MODEL } from "../../../supabase/functions/_shared/claude.ts";
import { chooseDescribe, type DescriberSettings } from "../../../supabase/functions/metadata/describer.ts";
import { BudgetSpent } from "../../../supabase/functions/_shared/model-budget.ts";
import type { ModelBudget, ModelUse } from "../../../supabase/functions/_shared/model-use.ts";
import { type FakeAnswer, type FakeClaude, startFakeClaude, toolUse } from "../../../testing/fakes/claude.ts";
import { invoice, type Options, runAgent, withFakeClaude } from "./agent.ts";

let fake: FakeClaude;
withFakeClaude((started) => (fake = started));
const run = (options?: Options) => runAgent(fake, options);

describe("the choice of an engine", () => {
  const chosen = async (settings: DescriberSettings) => (await chooseDescribe(settings)(invoice, () => {})).engine;

  it("is Claude with a key, which is all that a script has to give", async () => {
    expect(await chosen({ anthropicApiKey: "sk-fake", anthropicBaseUrl: fake.url })).toBe("claude");
    expect(fake.requests[0]!.body.model).toBe(DEFAULT_CLAUDE_MODEL);
  });

  it("takes the model that is set", async () => {
    await chosen({ anthropicApiKey: "sk-fake", anthropicBaseUrl: fake.url, claudeModel: "claude-opus-5-5" });
    expect(fake.requests[0]!.body.model).toBe("claude-opus-5-5");
  });

  it("is the local generator without a key", async () => {
    expect(await chosen({ anthropicApiKey: undefined })).toBe("local");
    expect(fake.requests).toHaveLength(0);
  });

  it("is the local generator where the owner wants this document described without the model", async () => {
    const describe = chooseDescribe({ anthropicApiKey: "sk-fake", anthropicBaseUrl: fake.url });
    expect((await describe({ ...invoice, engine: "local" }, () => {})).engine).toBe("local");
    expect(fake.requests).toHaveLength(0);
    expect((await describe(invoice, () => {})).engine).toBe("claude");
  });

  it("is the local generator when the money is spent", async () => {
    const description = await chooseDescribe({ anthropicApiKey: "sk-fake", anthropicBaseUrl: fake.url })(
      { ...invoice, budget: budgetOf(0).budget },
      () => {},
    );
    expect(description).toMatchObject({ engine: "local", note: "over_budget", cost_micro_usd: 0 });
  });
});

describe("money", () => {
  const turn: FakeAnswer = {
    kind: "ok",
    content: [toolUse("read_ocr", { from_page: 1, to_page: 1 })],
    usage: { input_tokens: 1000, output_tokens: 100 },
  };
  const COUNTED = { input_tokens: 1000, output_tokens: 100, cost_micro_usd: 150 };
  const anAnswer = expect.objectContaining({ input_tokens: 100, output_tokens: 20, cost_micro_usd: 20 });

  it("is reserved before every call and settled after it, at the model's own count", async () => {
    fake.script(turn);
    const { budget, calls } = budgetOf(1_000_000);
    const { engine, cost_micro_usd } = await run({ input: { budget } }).result;
    expect({ engine, cost_micro_usd }).toEqual({ engine: "claude", cost_micro_usd: 170 });
    expect(calls).toMatchObject([{ settled: [COUNTED] }, { settled: [anAnswer] }]);
    for (const { reserved, settled } of calls) expect(reserved).toBeGreaterThan(settled[0]!.cost_micro_usd!);
  });

  it("that does not cover the most that a call can cost keeps the model from being asked", async () => {
    const spent = run({ input: { budget: budgetOf(1).budget } });
    await expect(spent.result).rejects.toMatchObject({ name: "OverBudget" });
    expect(fake.requests).toHaveLength(0);
  });

  it("that ends in the middle of a run leaves what was used by then to be told", async () => {
    fake.script(turn);
    const { budget, calls } = budgetOf(1_000_000);
    const one = {
      reserve: (...call: Parameters<ModelBudget["reserve"]>) => (calls.length > 0 ? spent() : budget.reserve(...call)),
    };
    const spending = await run({ input: { budget: one } }).result.catch((thrown) => thrown.spending.used());
    expect(spending).toMatchObject(COUNTED);
    expect(fake.requests).toHaveLength(1);
  });

  const failing: [string, FakeAnswer, object][] = [
    ["that the API refused costs nothing", { kind: "error", status: 529 }, { output_tokens: 0, cost_micro_usd: 0 }],
    [
      "that the API ends with an error costs what it told",
      { kind: "error_event", type: "overloaded_error" },
      { input_tokens: 100, output_tokens: 1 },
    ],
    [
      "that is cut off costs the input that was told and the longest answer",
      { kind: "cut" },
      { input_tokens: 100, output_tokens: 4096 },
    ],
    ["whose answer is no answer costs its most", { kind: "garbage" }, { output_tokens: 4096 }],
    ["that the model declines costs what it counted", { kind: "refusal" }, { input_tokens: 100, output_tokens: 20 }],
  ];
  it.each(failing)("for a call %s", async (_name, answer, use) => {
    fake.script(answer);
    const { budget, calls } = budgetOf(1_000_000);
    await expect(run({ input: { budget } }).result).rejects.toThrow();
    expect(calls).toMatchObject([{ settled: [use] }]);
    expect(calls[0]!.settled[0]!.cost_micro_usd).toBeLessThanOrEqual(calls[0]!.reserved);
  });

  it("for a call that never reached the API is free, and for one that is aborted it is not", async () => {
    const away = budgetOf(1_000_000);
    const nobody = await startFakeClaude();
    await nobody.close();
    await expect(runAgent(nobody, { input: { budget: away.budget } }).result).rejects.toMatchObject({
      code: "model_unavailable",
    });
    expect(away.calls).toMatchObject([{ settled: [{ cost_micro_usd: 0 }] }]);
    const leaving = new AbortController();
    fake.script(() => {
      setTimeout(() => leaving.abort(new Error("lease lost")), 0);
      return { kind: "hang" };
    });
    const { budget, calls } = budgetOf(1_000_000);
    await expect(run({ input: { budget }, signal: leaving.signal }).result).rejects.toThrow("lease lost");
    expect(calls[0]!.settled[0]!.cost_micro_usd).toBe(calls[0]!.reserved);
  });
});

/** A budget that reserves what fits into so many millionths of a dollar. */
function budgetOf(microUsd: number) {
  const calls: { reserved: number; settled: ModelUse[] }[] = [];
  const budget: ModelBudget = {
    async reserve(_model, reserved) {
      if (reserved > microUsd) return spent();
      const call = { reserved, settled: [] as ModelUse[] };
      calls.push(call);
      return { settle: async (used) => void call.settled.push(used) };
    },
  };
  return { budget, calls };
}

function spent(): never {
  throw new BudgetSpent();
}
