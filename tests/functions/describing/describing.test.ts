import { describe, expect, it } from "vitest";
import { PipelineError } from "../../../supabase/functions/_shared/errors.ts";
import type { Job } from "../../../supabase/functions/_shared/job-run.ts";
import { createLog } from "../../../supabase/functions/_shared/log.ts";
import type { Describe, DescribeInput, Description } from "../../../supabase/functions/_shared/metadata.ts";
import { BudgetSpent } from "../../../supabase/functions/_shared/model-budget.ts";
import { withinBudget } from "../../../supabase/functions/metadata/budget.ts";
import { createSpending, OverBudget } from "../../../supabase/functions/metadata/claude/spending.ts";
import { createDescribing } from "../../../supabase/functions/metadata/describing.ts";
import { createFakePipeline, DESCRIPTION, DOCUMENT_ID, type FakePipeline } from "../../../testing/fakes/pipeline.ts";

/** Runs describing on the fake's document; waits are counted, not waited for. */
function workOn(fake: FakePipeline, describe: Describe) {
  const lines: Record<string, unknown>[] = [];
  const waits: number[] = [];
  const log = createLog("info", (line) => lines.push(JSON.parse(line)));
  const job: Job = { claim: fake.claim, log, signal: new AbortController().signal, takeNext: () => false };
  const waiting = async (ms: number) => void waits.push(ms);
  return { lines, waits, done: createDescribing({ pipeline: fake.pipeline, describe, waiting })()(job) };
}

/** A model that calls a tool in each of two turns, and looks before the second whether it should stop. */
function twoTurns(turns: number[] = []): Describe {
  return async (_document, onStep, signal) => {
    for (const turn of [1, 2]) {
      signal?.throwIfAborted();
      turns.push(turn);
      onStep({ type: "tool", tool: "read_ocr", input: {} });
      await new Promise(setImmediate);
    }
    return DESCRIPTION;
  };
}

describe("the history", () => {
  it("asks the model nothing more once a tool call shows that another worker has the job", async () => {
    const fake = createFakePipeline();
    fake.fail("recordToolCall", ["lease_lost"]);
    const turns: number[] = [];
    const { done, lines } = workOn(fake, twoTurns(turns));
    await expect(done).rejects.toMatchObject({ code: "lease_lost" });
    expect(turns).toEqual([1]);
    expect(lines).toEqual([]);
  });

  it("may miss a step: the work goes on", async () => {
    const fake = createFakePipeline();
    fake.fail("recordToolCall", ["database_unavailable", "database_unavailable"]);
    const { done, lines } = workOn(fake, twoTurns());
    await expect(done).resolves.toBeNull();
    expect(fake.saved).toHaveLength(1);
    expect(lines.filter(({ step }) => step === "metadata.step_not_noted")).toHaveLength(2);
  });

  it("has the tools and the progress, and never the engine's words", async () => {
    const fake = createFakePipeline();
    await workOn(fake, async (_document, onStep) => {
      onStep({ type: "text", text: "I read the letter to Anna." });
      onStep({ type: "tool", tool: "read_ocr", input: { from_page: 1, to_page: 2 } });
      onStep({ type: "progress", message: "Read pages 1-2 of 9.", data: { turn: 1 } });
      return DESCRIPTION;
    }).done;
    expect(fake.events.map(({ kind, message }) => [kind, message])).toEqual([
      ["tool", "The agent called read_ocr."],
      ["progress", "Read pages 1-2 of 9."],
      ["completed", "Named, tagged and summarized."],
    ]);
  });
});

describe("an outage of the database", () => {
  it("when saving does not make the model be paid twice", async () => {
    const fake = createFakePipeline();
    fake.fail("completeMetadata", ["database_unavailable", "database_unavailable", "database_unavailable", null]);
    const turns: number[] = [];
    const { done, waits } = workOn(fake, twoTurns(turns));
    await expect(done).resolves.toBeNull();
    expect(fake.saved).toHaveLength(1);
    expect(turns).toEqual([1, 2]);
    expect(waits).toEqual([250, 500, 1000]);
  });

  it("that does not end is reported after some tries, within the time that a lease has", async () => {
    const fake = createFakePipeline();
    fake.fail("completeMetadata", Array(20).fill("database_unavailable"));
    const { done, waits } = workOn(fake, twoTurns());
    await expect(done).rejects.toMatchObject({ code: "database_unavailable" });
    expect(waits.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(60_000);
    expect(fake.saved).toHaveLength(0);
  });

  it("while the agent reads does not stop it", async () => {
    const fake = createFakePipeline();
    let read: unknown;
    await workOn(fake, async ({ text }) => {
      fake.fail("pagesOf", ["database_unavailable"]);
      read = await text!.read(1, 1);
      return DESCRIPTION;
    }).done;
    expect(read).toEqual([{ page_number: 1, text: "Hello" }]);
  });

  it("is not waited for when the lease is lost", async () => {
    const fake = createFakePipeline();
    fake.fail("completeMetadata", ["lease_lost"]);
    const { done, waits } = workOn(fake, twoTurns());
    await expect(done).rejects.toMatchObject({ code: "lease_lost" });
    expect(waits).toEqual([]);
  });
});

describe("what an engine is given", () => {
  const given = async (fake: FakePipeline) => {
    let input: DescribeInput | undefined;
    await workOn(fake, async (document) => {
      input = document;
      await document.text?.search(["page"], 3);
      await document.findTags?.("x");
      await document.budget?.reserve("a-model", 1);
      return DESCRIPTION;
    }).done;
    return input!;
  };
  const pages = (count: number) => Array.from({ length: count }, (_, index) => `Page ${index + 1}.`);

  it("are all pages of a short document", async () => {
    const input = await given(createFakePipeline({ pages: pages(25) }));
    expect(input.pages.map((page) => page.page_number)).toEqual(Array.from({ length: 25 }, (_, index) => index + 1));
  });

  it("are the ends of a long one, and the means to read the rest", async () => {
    const input = await given(createFakePipeline({ pages: pages(300) }));
    expect(input.pages.map((page) => page.page_number)).toEqual([
      ...Array.from({ length: 20 }, (_, index) => index + 1),
      296,
      297,
      298,
      299,
      300,
    ]);
    expect(input.text!.numbers).toHaveLength(300);
    expect(await input.text!.read(150, 151)).toEqual([
      { page_number: 150, text: "Page 150." },
      { page_number: 151, text: "Page 151." },
    ]);
  });

  it("reaches this document alone", async () => {
    const fake = createFakePipeline({ pages: pages(300) });
    await given(fake);
    expect([...fake.ids]).toEqual([DOCUMENT_ID]);
  });

  it("may be a document without any text", async () => {
    expect((await given(createFakePipeline({ pages: [] }))).pages).toEqual([]);
  });
});

describe("a budget that is spent", () => {
  const local: Describe = async () => ({
    ...DESCRIPTION,
    engine: "local",
    model: null,
    input_tokens: 0,
    output_tokens: 0,
  });

  it("has the document described locally, and the run and the history say so", async () => {
    const fake = createFakePipeline();
    const paid: Describe = async () => {
      throw new OverBudget(createSpending());
    };
    await workOn(fake, withinBudget(paid, local)).done;
    expect(fake.saved).toEqual([
      expect.objectContaining({ engine: "local", note: "over_budget", input_tokens: 0, cost_micro_usd: 0 }),
    ]);
    expect(fake.events[0]).toMatchObject({ kind: "progress", data: { note: "over_budget" } });
  });

  it("in the middle of a run leaves what was used by then to be debited", async () => {
    const fake = createFakePipeline();
    const paid: Describe = async () => {
      const spending = createSpending();
      spending.add({ usage: { input_tokens: 1000, output_tokens: 100 } } as never, "claude-haiku-5-5");
      throw new OverBudget(spending);
    };
    await workOn(fake, withinBudget(paid, local)).done;
    expect(fake.saved).toEqual([
      expect.objectContaining({
        engine: "local",
        note: "over_budget",
        input_tokens: 1000,
        output_tokens: 100,
        cost_micro_usd: 150,
      }),
    ]);
  });

  it("is no reason to hide another failure", async () => {
    const failing: Describe = async () => {
      throw new PipelineError("model_refused");
    };
    await expect(workOn(createFakePipeline(), withinBudget(failing, local)).done).rejects.toMatchObject({
      code: "model_refused",
    });
  });
});

describe("the money for a call", () => {
  it("is reserved once and settled, even when answers of the database get lost, and after the lease is", async () => {
    const fake = createFakePipeline();
    fake.fail("reserveModelCall", ["database_unavailable", null], true);
    fake.fail("settleModelCall", ["database_unavailable"]);
    const { done } = workOn(fake, async ({ budget }) => {
      const reservation = await budget!.reserve("a-model", 7);
      await reservation.settle({ input_tokens: 30, output_tokens: 2, cost_micro_usd: 4 });
      throw new PipelineError("lease_lost");
    });
    await expect(done).rejects.toMatchObject({ code: "lease_lost" });
    expect(fake.modelCalls).toMatchObject([
      { reserved: 7, settled: [{ input_tokens: 30, output_tokens: 2, cost_micro_usd: 4 }] },
    ]);
  });

  it("is free again when the database never said whether it was reserved", async () => {
    const fake = createFakePipeline();
    fake.fail("reserveModelCall", Array(20).fill("database_unavailable"), true);
    const { done } = workOn(fake, async ({ budget }) => {
      await budget!.reserve("a-model", 7);
      return DESCRIPTION;
    });
    await expect(done).rejects.toMatchObject({ code: "database_unavailable" });
    expect(fake.modelCalls).toMatchObject([{ settled: [{ cost_micro_usd: 0 }] }]);
  });

  it("is waited for while other calls of the user hold it, and not for ever", async () => {
    const fake = createFakePipeline();
    const answers = ["reserved", "reserved"];
    const reserve = fake.pipeline.reserveModelCall;
    fake.pipeline.reserveModelCall = async (...call) =>
      answers.length > 0 ? { refused: answers.shift() as "reserved" } : reserve(...call);
    await workOn(fake, async ({ budget }) => {
      await budget!.reserve("a-model", 7);
      answers.push(...Array(1000).fill("reserved"));
      await expect(budget!.reserve("a-model", 7)).rejects.toThrow(BudgetSpent);
      return DESCRIPTION;
    }).done;
    expect(fake.modelCalls).toHaveLength(1);
  });
});

it("stores plain values, whatever an engine returns", async () => {
  const fake = createFakePipeline();
  await workOn(fake, async () => ({
    ...DESCRIPTION,
    metadata: {
      ...DESCRIPTION.metadata,
      display_name: "<b>Letter</b>\u202E - ../x.pdf",
      summary: "See http://evil.example <script>x</script>now.",
      correspondent: "<br>",
    },
  })).done;
  expect(fake.saved[0]!.metadata).toMatchObject({
    display_name: "Letter - .. x.pdf",
    summary: "See now.",
    correspondent: null,
  });
});

describe("pages that could not be read", () => {
  /** The summary that is stored of a document of three pages, two of which could not be read. */
  async function summaryOf(
    metadata: Partial<Description["metadata"]>,
    { engine = "claude", summary_language = null as string | null } = {},
  ): Promise<string> {
    const fake = createFakePipeline();
    Object.assign(fake.claim, {
      summary_language,
      document: { ...fake.claim.document!, page_count: 3, unreadable_pages: 2 },
    });
    await workOn(
      fake,
      async () => ({ ...DESCRIPTION, engine, metadata: { ...DESCRIPTION.metadata, ...metadata } }) as Description,
    ).done;
    return fake.saved[0]!.metadata.summary;
  }

  it("are said in the summary in the document's language, whatever engine wrote it", async () => {
    for (const engine of ["claude", "local"]) {
      expect(await summaryOf({}, { engine })).toBe("A letter. 2 of 3 pages could not be read.");
      expect(await summaryOf({ language: "de", summary: "Rechnung von Acme" }, { engine })).toBe(
        "Rechnung von Acme. 2 von 3 Seiten waren nicht lesbar.",
      );
    }
  });

  it("are said in the language that the owner wants summaries in, and in English where it is unknown", async () => {
    expect(await summaryOf({ language: "de", summary: "Facture d'Acme." }, { summary_language: "fr" })).toBe(
      "Facture d'Acme. 2 pages sur 3 illisibles.",
    );
    expect(await summaryOf({ language: null })).toBe("A letter. 2 of 3 pages could not be read.");
    expect(await summaryOf({ language: "pl", summary: "List." })).toBe("List. 2 of 3 pages could not be read.");
  });

  it("are said within 200 characters, however long the summary is", async () => {
    const summary = await summaryOf({ summary: "A word and ".repeat(18).trim() });
    expect(summary.length).toBeLessThanOrEqual(200);
    expect(summary).toMatch(/^A word and .* 2 of 3 pages could not be read\.$/);
  });
});

describe("an e-invoice", () => {
  const EINVOICE = {
    type_code: "380",
    number: "7",
    seller: "Globex Ltd",
    issue_date: "2026-03-17",
    currency: "EUR",
    grand_total: 12.5,
  };

  it.each([
    ["is told to the engine", EINVOICE, EINVOICE],
    ["that is not as it should be is none", { ...EINVOICE, issue_date: "yesterday" }, null],
    ["is none where there is none", undefined, null],
  ])("%s", async (_name, einvoice, told) => {
    const fake = createFakePipeline();
    fake.claim.einvoice = einvoice;
    const inputs: DescribeInput[] = [];
    await workOn(fake, async (input) => {
      inputs.push(input);
      return DESCRIPTION;
    }).done;
    expect(inputs.map((input) => input.einvoice)).toEqual([told]);
  });
});
