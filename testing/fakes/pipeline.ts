/**
 * The part of the database that describing uses, in memory: one document, its pages, its history and its runs. Tests may
 * make a call fail with `fail`. What it does follows supabase/migrations (…_describing, …_job_life), which
 * tests/database tests.
 */
import { type ErrorCode, PipelineError } from "../../supabase/functions/_shared/errors.ts";
import type { Description } from "../../supabase/functions/_shared/metadata.ts";
import type { ModelUse } from "../../supabase/functions/_shared/model-use.ts";
import type { Claim, DescribingEvent, MetadataRun } from "../../supabase/functions/_shared/answers.ts";
import type { Pipeline } from "../../supabase/functions/_shared/pipeline.ts";

export const DOCUMENT_ID = "3f0c8f2e-5a53-4f0f-9f7e-0d1a5f1f7c01";

export type FakePipeline = {
  pipeline: Pipeline;
  claim: Claim;
  /** The document's row, and null when it is deleted. */
  document: (Record<string, any> & { status: string }) | null;
  events: DescribingEvent[];
  runs: MetadataRun[];
  /** The owner's tags. */
  tags: string[];
  /** Every description that was stored. */
  saved: Description[];
  /** The calls of a model: what was reserved, and what each was settled at. */
  modelCalls: { id: string; reserved: number; settled: ModelUse[] }[];
  /** What the owner may still spend, in millionths of a dollar. */
  budget: number | null;
  /** How often the job of describing again has others before it, until it has its slot. */
  ahead: number[];
  /** The names of all calls, in order. */
  calls: string[];
  /** The document ids of all calls that name one. */
  ids: Set<string>;
  /** Makes the next calls of a name fail, one for each code; null lets one pass. `after`: it is done, and only the answer is lost. */
  fail(name: keyof Pipeline, codes: (ErrorCode | null)[], after?: boolean): void;
  /** Adds a line to the history, as another worker would. */
  note(kind: string, message: string, data?: Record<string, unknown>): void;
};

/** `others`: the text of documents that are not this one, by id; they are there to be read by whoever asks for them. */
export type FakePipelineOptions = { pages?: string[]; status?: string; others?: Record<string, string> };

export function createFakePipeline({
  pages = ["Hello"],
  status = "completed",
  others = {},
}: FakePipelineOptions = {}): FakePipeline {
  const texts = pages.map((text, index) => ({ page_number: index + 1, text }));
  const textsOf = (id: string) => (named(id) ? texts : [{ page_number: 1, text: others[id] ?? "" }]);
  const claim: Claim = {
    job_id: "a3b1b7de-53c4-4a4e-8d2b-6d0f1a3f0c02",
    lease: "1",
    stage: "metadata",
    attempt: 1,
    payload: {},
    pages_read: texts.map((page) => page.page_number),
    document: {
      id: DOCUMENT_ID,
      user_id: "owner",
      filename: "scan.pdf",
      storage_path: "owner/1",
      mime_type: "application/pdf",
      byte_size: 1,
      content_sha256: "0".repeat(64),
      page_count: pages.length,
    },
  };
  const failures = new Map<string, { codes: (ErrorCode | null)[]; after: boolean }>();
  let held = true;

  const self: FakePipeline = {
    claim,
    document: { id: DOCUMENT_ID, status },
    events: [],
    runs: [],
    tags: ["invoice"],
    saved: [],
    modelCalls: [],
    budget: null,
    ahead: [],
    calls: [],
    ids: new Set(),
    pipeline: undefined as unknown as Pipeline,
    fail: (name, codes, after = false) => void failures.set(name, { codes: [...codes], after }),
    note: (kind, message, data = {}) => void self.events.push({ id: self.events.length + 1, kind, message, data }),
  };
  const mustHold = () => {
    if (!held) throw new PipelineError("lease_lost");
  };
  const named = (id: string) => {
    self.ids.add(id);
    return id === DOCUMENT_ID;
  };

  const calls = {
    async regenerateMetadata(id: string, instruction?: string, engine?: "auto" | "local") {
      if (!named(id) || !self.document) throw new PipelineError("not_found");
      if (self.document.status !== "completed" && self.document.status !== "failed")
        throw new PipelineError("not_allowed_now");
      self.document.status = "generating_metadata";
      claim.payload = { ...claim.payload, ...(instruction && { instruction }), ...(engine && { engine }) };
      self.note("queued", "The owner asked for a new description.");
      return { job_id: claim.job_id };
    },
    async takeWatched(_: string, patient: boolean) {
      const ahead = self.ahead.shift();
      if (ahead !== undefined) return patient ? { ahead } : { elsewhere: true };
      self.note("started", "Describing started.");
      return { claim };
    },
    heartbeat: async () => mustHold(),
    async fail(_: Claim, error: PipelineError) {
      mustHold();
      held = false;
      self.document!.status = "completed";
      self.note("failed", error.message, { code: error.code });
    },
    pagesOf: async (id: string, from: number, to: number) =>
      textsOf(id).filter((page) => page.page_number >= from && page.page_number <= to),
    async searchPages(id: string, words: string[], atMost: number) {
      const found = textsOf(id).filter((page) =>
        words.every((word) => page.text.toLowerCase().includes(word.toLowerCase())),
      );
      return { pages: found.slice(0, atMost), total: found.length };
    },
    tagsOf: async (id: string) => (named(id) ? self.tags.map((tag) => ({ tag, documents: 3, similarity: 1 })) : []),
    async reserveModelCall(_: Claim, id: string, _model: string, reserved: number) {
      if (self.budget !== null && reserved > self.budget) return { refused: "spent" };
      if (!self.modelCalls.some((call) => call.id === id)) self.modelCalls.push({ id, reserved, settled: [] });
      return { call_id: id };
    },
    settleModelCall: async (id: string, used: ModelUse) =>
      void self.modelCalls.find((call) => call.id === id)?.settled.push(used),
    async recordToolCall(_: Claim, tool: string) {
      mustHold();
      self.note("tool", `The agent called ${tool}.`, { tool });
    },
    async recordProgress(_: Claim, message: string, data: Record<string, string | number>) {
      mustHold();
      self.note("progress", message, data);
    },
    async completeMetadata(_: Claim, description: Description) {
      mustHold();
      held = false;
      self.saved.push(description);
      const { evidence: _evidence, ...proposal } = description.metadata;
      const run = { id: self.runs.length + 1, proposal, written: proposal, previous: {} };
      self.runs.push(run);
      self.document = { ...self.document!, ...proposal, status: "completed" };
      self.note("completed", "Named, tagged and summarized.");
      return { document: self.document, run_id: run.id, diff: {}, next: null };
    },
    async joinMetadata(id: string) {
      if (!named(id) || !self.document) throw new PipelineError("not_found");
      if (self.document.status !== "ocr_complete" && self.document.status !== "generating_metadata") return null;
      return { after: self.events.findLast((event) => ["completed", "failed"].includes(event.kind))?.id ?? 0 };
    },
    lookAtDescribing: async (asked: { document_id: string; after: number }[]) =>
      asked.map(({ document_id, after }) => ({
        document_id,
        status: (named(document_id) && self.document?.status) || null,
        error: self.document?.error ?? null,
        events: self.events.filter((event) => event.id > after),
      })),
    documentOf: async (id: string) => (named(id) ? self.document && { ...self.document } : null),
    lastRun: async (id: string) => (named(id) ? (self.runs.at(-1) ?? null) : null),
  };

  self.pipeline = Object.fromEntries(
    Object.entries(calls).map(([name, call]) => [
      name,
      async (...args: never[]) => {
        self.calls.push(name);
        const planned = failures.get(name);
        const code = planned?.codes.shift();
        if (code && !planned!.after) throw new PipelineError(code);
        const answer = await (call as (...args: never[]) => Promise<unknown>)(...args);
        if (code) throw new PipelineError(code);
        return answer;
      },
    ]),
  ) as unknown as Pipeline;
  return self;
}

/** A description that needs no model. */
export const DESCRIPTION: Description = {
  metadata: {
    display_name: "Letter - Acme.pdf",
    tags: ["letter"],
    summary: "A letter.",
    document_type: "letter",
    correspondent: null,
    document_date: null,
    language: "en",
    evidence: {},
  },
  engine: "claude",
  model: "a-model",
  prompt_version: "1",
  input_tokens: 1,
  output_tokens: 1,
};
