import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createClaude, DEFAULT_CLAUDE_MODEL } from "../../../supabase/functions/_shared/claude.ts";
import { type DescribeInput, type DescribeStep, Metadata } from "../../../supabase/functions/_shared/metadata.ts";
import { createClaudeDescribe } from "../../../supabase/functions/metadata/claude/describe.ts";
import { PROMPT_VERSION } from "../../../supabase/functions/metadata/claude/prompt.ts";
import { type FakeClaude, ok, startFakeClaude, text, toolUse } from "../../fakes/claude.ts";

let fake: FakeClaude;
beforeEach(async () => {
  fake = await startFakeClaude();
});
afterEach(() => fake.close());

const invoice: DescribeInput = {
  filename: "scan01.PDF",
  mime_type: "application/pdf",
  page_count: 2,
  pages: [
    { page_number: 1, text: "INVOICE\nAcme Corp\nDate: 2026-03-15\nTotal: EUR 120.00" },
    { page_number: 2, text: "Terms of payment: 30 days" },
  ],
};

const good = {
  display_name: "Invoice - Acme Corp - 2026-03-15.pdf",
  tags: ["invoice", "acme"],
  summary: "Invoice from Acme Corp over EUR 120.00.",
  document_type: "invoice",
  correspondent: "Acme Corp",
  document_date: "2026-03-15",
  language: "en",
  evidence: { correspondent: { page: 1, quote: "Acme Corp" } },
};

function run(options: { maxTurns?: number; signal?: AbortSignal; input?: DescribeInput } = {}) {
  const steps: DescribeStep[] = [];
  const claude = createClaude({ apiKey: "sk-fake", baseUrl: fake.url });
  const describeDocument = createClaudeDescribe({ claude, model: DEFAULT_CLAUDE_MODEL, ...(options.maxTurns ? { maxTurns: options.maxTurns } : {}) });
  return { steps, result: describeDocument(options.input ?? invoice, (step) => steps.push(step), options.signal) };
}

describe("a describing agent", () => {
  it("reads, saves what stands in the text, and says by what it was described", async () => {
    const { steps, result } = run();
    const description = await result;
    expect(description).toMatchObject({ engine: "claude", model: DEFAULT_CLAUDE_MODEL, prompt_version: PROMPT_VERSION });
    expect(Metadata.parse(description.metadata)).toEqual(description.metadata);
    expect(description.metadata).toMatchObject({
      display_name: "Invoice - Acme Corp - 2026-03-15.pdf",
      document_type: "invoice",
      correspondent: "Acme Corp",
      document_date: "2026-03-15",
      evidence: { correspondent: { page: 1, quote: "Acme Corp" }, document_date: { page: 1, quote: "2026-03-15" } },
    });
    expect(steps.filter((step) => step.type === "tool").map((step) => step.tool)).toEqual(["read_ocr", "save_metadata"]);
    expect(steps.flatMap((step) => (step.type === "text" ? [step.text] : [])).join("")).toBe("I read the first pages.I save what I found.");
  });

  it("ends with the save, without paying for another turn", async () => {
    await run().result;
    expect(fake.requests.map((request) => request.status)).toEqual([200, 200]);
  });

  it("sums the tokens of all turns, the cached ones included", async () => {
    fake.script(
      { kind: "ok", content: [toolUse("read_ocr", { from_page: 1, to_page: 1 })], usage: { input_tokens: 1000, output_tokens: 50, cache_creation_input_tokens: 200 } },
      { kind: "ok", content: [toolUse("save_metadata", good)], usage: { input_tokens: 300, output_tokens: 70, cache_read_input_tokens: 200 } },
    );
    expect(await run().result).toMatchObject({ input_tokens: 1700, output_tokens: 120 });
  });

  it("answers every tool call of a turn", async () => {
    fake.script(
      ok(toolUse("read_ocr", { from_page: 1, to_page: 1 }), toolUse("read_ocr", { from_page: 2, to_page: 2 })),
      ok(toolUse("save_metadata", good)),
    );
    await run().result;
    const [one, two] = fake.requests[1]!.body.messages.at(-1).content;
    expect(one.content).toContain("INVOICE");
    expect(one.content).not.toContain("Terms of payment");
    expect(two.content).toContain("Terms of payment");
  });

  it("sends strict tools, and marks tools and system prompt for the cache", async () => {
    await run().result;
    const { tools, system } = fake.requests[0]!.body;
    expect(tools.map((tool: { name: string; strict: boolean }) => [tool.name, tool.strict])).toEqual([["read_ocr", true], ["save_metadata", true]]);
    expect(system).toEqual([expect.objectContaining({ cache_control: { type: "ephemeral" } })]);
  });

  it("drops evidence that does not stand on its page", async () => {
    fake.script(ok(toolUse("save_metadata", {
      ...good,
      evidence: { correspondent: { page: 1, quote: "acme  CORP" }, amount: { page: 1, quote: "EUR 999.00" }, subject: { page: 2, quote: "Total" } },
    })));
    expect((await run().result).metadata.evidence).toEqual({ correspondent: { page: 1, quote: "acme  CORP" } });
  });

  it("gives the display name the file's extension", async () => {
    fake.script(ok(toolUse("save_metadata", { ...good, display_name: "Invoice - Acme Corp" })));
    expect((await run().result).metadata.display_name).toBe("Invoice - Acme Corp.pdf");
  });

  it("does not send an empty text block back, which the API would refuse", async () => {
    fake.script(ok(text(""), toolUse("read_ocr", { from_page: 1, to_page: 1 })));
    await run().result;
    expect(fake.requests.map((request) => request.status)).toEqual([200, 200]);
  });
});

describe("a save that is not acceptable", () => {
  const bad = { ...good, tags: ["Not A Tag"], document_date: "2026-02-31" };

  it("is explained and can be mended", async () => {
    fake.script(ok(toolUse("save_metadata", bad)), ok(toolUse("save_metadata", { ...bad, tags: ["invoice"] })), ok(toolUse("save_metadata", good)));
    expect((await run().result).metadata.tags).toEqual(["invoice", "acme"]);
    const answers = fake.requests.slice(1).map((request) => request.body.messages.at(-1).content[0]);
    expect(answers[0]).toMatchObject({ is_error: true, content: expect.stringMatching(/tags\.0: .*hyphens.*document_date: is no calendar day/) });
    expect(answers[1].content).not.toContain("tags");
  });

  it("three times over ends with model_gave_nothing", async () => {
    fake.script(ok(toolUse("save_metadata", bad)), ok(toolUse("save_metadata", bad)), ok(toolUse("save_metadata", bad)));
    await expect(run().result).rejects.toMatchObject({ code: "model_gave_nothing", retryable: true });
    expect(fake.requests).toHaveLength(3);
  });

  it("because it was cut off at the token limit is not saved, however whole it looks", async () => {
    fake.script(
      { kind: "ok", content: [toolUse("save_metadata", { ...good, summary: "Cut o" })], stop_reason: "max_tokens" },
      ok(toolUse("save_metadata", good)),
    );
    expect((await run().result).metadata.summary).toBe(good.summary);
  });
});

describe("an agent that comes to no end", () => {
  it("is stopped at the turn limit, and told before its last turn", async () => {
    const read = ok(toolUse("read_ocr", { from_page: 1, to_page: 1 }));
    fake.script(...Array.from({ length: 10 }, () => read));
    await expect(run().result).rejects.toMatchObject({ code: "model_gave_nothing" });
    expect(fake.requests).toHaveLength(10);
    const told = fake.requests.map((request) => JSON.stringify(request.body.messages).includes("This is your last turn"));
    expect(told).toEqual([...Array(9).fill(false), true]);
  });

  it("ends with model_gave_nothing when it only talks", async () => {
    fake.script(ok(text("This is an invoice.")));
    await expect(run().result).rejects.toMatchObject({ code: "model_gave_nothing" });
  });

  it.each([
    ["refuses", { kind: "refusal" } as const, "model_refused"],
    ["is cut off in a later turn", { kind: "cut" } as const, "model_unavailable"],
    ["is overloaded in a later turn", { kind: "error", status: 529 } as const, "model_overloaded"],
  ])("fails with the fault's code when it %s", async (_name, answer, code) => {
    fake.script(ok(toolUse("read_ocr", { from_page: 1, to_page: 1 })), answer);
    await expect(run().result).rejects.toMatchObject({ code });
  });

  it("stops when the caller aborts", async () => {
    fake.script(ok(toolUse("read_ocr", { from_page: 1, to_page: 1 })), { kind: "hang", after: "start" });
    const abort = new AbortController();
    const { result } = run({ signal: abort.signal });
    await vi.waitFor(() => expect(fake.requests).toHaveLength(2));
    abort.abort(new Error("the lease is lost"));
    await expect(result).rejects.toThrow("the lease is lost");
    await vi.waitFor(() => expect(fake.requests[1]!.abandoned).toBe(true));
  });
});
