import { afterEach, beforeEach } from "vitest";
import { createClaude, DEFAULT_CLAUDE_MODEL } from "../../../supabase/functions/_shared/claude.ts";
import type { DescribeInput, DescribeStep } from "../../../supabase/functions/_shared/metadata.ts";
import { createClaudeDescribe } from "../../../supabase/functions/metadata/claude/describe.ts";
import { type FakeClaude, startFakeClaude } from "../../../testing/fakes/claude.ts";

/** Gives each test of a file a fake of the Messages API, by way of `use`. */
export function withFakeClaude(use: (fake: FakeClaude) => void): void {
  let fake: FakeClaude;
  beforeEach(async () => {
    fake = await startFakeClaude();
    use(fake);
  });
  afterEach(() => fake.close());
}

/** What the agent is given. */
export const invoice: DescribeInput = {
  filename: "scan01.PDF",
  mime_type: "application/pdf",
  page_count: 2,
  pages: [
    { page_number: 1, text: "INVOICE\nAcme Corp\nDate: 2026-03-15\nTotal: EUR 120.00" },
    { page_number: 2, text: "Terms of payment: 30 days" },
  ],
};

/** What it may save of that. */
export const good = {
  display_name: "Invoice - Acme Corp - 2026-03-15.pdf",
  tags: ["invoice", "acme"],
  summary: "Invoice from Acme Corp over EUR 120.00.",
  document_type: "invoice",
  correspondent: "Acme Corp",
  document_date: "2026-03-15",
  language: "en",
  evidence: { correspondent: { page: 1, quote: "Acme Corp" }, document_date: { page: 1, quote: "Date: 2026-03-15" } },
};

export type Options = {
  maxTurns?: number;
  maxRunTokens?: number;
  maxRunMs?: number;
  signal?: AbortSignal;
  input?: Partial<DescribeInput>;
};

/** Lets the agent describe the invoice, with what the fake answers. */
export function runAgent(fake: FakeClaude, { signal, input, ...limits }: Options = {}) {
  const steps: DescribeStep[] = [];
  const claude = createClaude({ apiKey: "sk-fake", baseUrl: fake.url });
  const describeDocument = createClaudeDescribe({ claude, model: DEFAULT_CLAUDE_MODEL, ...limits });
  return { steps, result: describeDocument({ ...invoice, ...input }, (step) => steps.push(step), signal) };
}
