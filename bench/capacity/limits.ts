/** A number of the platform's that was looked up and not measured: from where, and when that was read. */
export type Looked = { value: number; unit: string; source: string };

const FUNCTIONS = "https://supabase.com/docs/guides/functions/limits";
const BILLING = "https://supabase.com/docs/guides/platform/billing-on-supabase";
const REALTIME = "https://supabase.com/docs/guides/realtime/limits";
const COMPUTE = "https://supabase.com/docs/guides/platform/compute-add-ons";
const CLAUDE = "https://platform.claude.com/docs/en/api/rate-limits";

export type Plan = "free" | "pro" | "self-hosted";
export const PLANS: Plan[] = ["free", "pro", "self-hosted"];

/** Limits that differ by plan. Null where there is none. "pro" is what the plan includes: beyond it most are paid for and go on. */
type ByPlan = { of: string; unit: string; source: string } & Record<Plan, number | null>;

export const BY_PLAN = {
  invocations: {
    of: "calls of functions",
    unit: "a month",
    free: 500_000,
    pro: 2_000_000,
    "self-hosted": null,
    source: BILLING,
  },
  realtimeMessages: {
    of: "Realtime messages",
    unit: "a month",
    free: 2_000_000,
    pro: 5_000_000,
    "self-hosted": null,
    source: BILLING,
  },
  realtimeRate: {
    of: "Realtime messages",
    unit: "a second",
    free: 100,
    pro: 500,
    "self-hosted": null,
    source: REALTIME,
  },
  realtimeConnections: {
    of: "Realtime connections",
    unit: "at once",
    free: 200,
    pro: 500,
    "self-hosted": null,
    source: REALTIME,
  },
  egress: { of: "egress", unit: "GB a month", free: 5, pro: 250, "self-hosted": null, source: BILLING },
  storage: { of: "stored files", unit: "GB", free: 1, pro: 100, "self-hosted": null, source: BILLING },
  database: { of: "database", unit: "GB", free: 0.5, pro: 8, "self-hosted": null, source: BILLING },
  connections: {
    of: "direct connections to Postgres (Nano, Micro)",
    unit: "at once",
    free: 60,
    pro: 60,
    "self-hosted": null,
    source: COMPUTE,
  },
  wallClock: {
    of: "wall clock of a function's worker",
    unit: "s",
    free: 150,
    pro: 400,
    "self-hosted": null,
    source: FUNCTIONS,
  },
} satisfies Record<string, ByPlan>;

export const FOR_ALL = {
  functionCpu: { value: 2, unit: "s of CPU a request of a hosted function", source: FUNCTIONS },
  functionMemory: { value: 256, unit: "MB of memory of a hosted function", source: FUNCTIONS },
  invocationsPerBatch: {
    value: 200,
    unit: "requests in a batch of pg_net, then a pause of up to 1 s",
    source: "https://github.com/supabase/pg_net",
  },
  modelRequests: {
    value: 1_000,
    unit: "requests a minute to Claude, Start tier",
    source: "https://www.developersdigest.tech/rate-limits/anthropic",
  },
  modelInput: {
    value: 500_000,
    unit: "input tokens a minute, Start tier",
    source: "https://www.developersdigest.tech/rate-limits/anthropic",
  },
  modelOutput: {
    value: 100_000,
    unit: "output tokens a minute, Start tier",
    source: "https://www.developersdigest.tech/rate-limits/anthropic",
  },
  modelSpend: { value: 500, unit: "dollars a month to Claude, Start tier", source: CLAUDE },
} satisfies Record<string, Looked>;
