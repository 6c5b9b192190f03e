import { describe, expect, it } from "vitest";
import { DEFAULT_CLAUDE_MODEL } from "../../../supabase/functions/_shared/claude.ts";
import { chooseDescribe, type DescriberSettings } from "../../../supabase/functions/metadata/describer.ts";
import { type FakeClaude, ok, toolUse } from "../../fakes/claude.ts";
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

  it("is the local generator when the money is spent", async () => {
    const description = await chooseDescribe({ anthropicApiKey: "sk-fake", anthropicBaseUrl: fake.url })(
      { ...invoice, budgetLeft: async () => 0 },
      () => {},
    );
    expect(description).toMatchObject({ engine: "local", note: "over_budget", cost_micro_usd: 0 });
  });
});

describe("money", () => {
  const turn = ok(toolUse("read_ocr", { from_page: 1, to_page: 1 }));

  it("is asked for before every call, and a call that it does not cover is not made", async () => {
    fake.script({
      kind: "ok",
      content: [toolUse("read_ocr", { from_page: 1, to_page: 1 })],
      usage: { input_tokens: 1000, output_tokens: 100 },
    });
    const answers = [200, 200];
    await expect(run({ input: { budgetLeft: async () => answers.shift()! } }).result).resolves.toMatchObject({
      engine: "claude",
    });
    const spent = run({ input: { budgetLeft: async () => 10 } });
    await expect(spent.result).rejects.toMatchObject({ name: "OverBudget", spending: { used: expect.any(Function) } });
    expect(fake.requests).toHaveLength(3);
  });

  it("that is gone before the first call keeps the model from being asked", async () => {
    fake.script(turn);
    await expect(run({ input: { budgetLeft: async () => 0 } }).result).rejects.toMatchObject({ name: "OverBudget" });
    expect(fake.requests).toHaveLength(0);
  });
});
