import { BY_PLAN, FOR_ALL, type Plan } from "./limits.ts";
import { ASSUMED, MEASURED } from "./measured.ts";
import { jobsADay, INVOCATIONS_PER_BATCH, PAUSE_SECONDS, SECONDS_A_DAY } from "./slots.ts";

/** What a limit comes to. `aDay`: documents a day; null where the plan has no such limit. `setting`: what moves it. */
export type Rate = { what: string; formula: string; setting: string; aDay: Record<Plan, number | null> };

const DAYS_A_MONTH = 30;
const MINUTES_A_DAY = 1_440;
const GB = 1e9;
/** As delivered: private.stages.in_flight_limit. */
export const SLOTS = 4;

const same = (aDay: number): Record<Plan, number> => ({ free: aDay, pro: aDay, "self-hosted": aDay });
const byPlan = (limits: Record<Plan, number | null>, each: (limit: number) => number): Record<Plan, number | null> => ({
  free: limits.free === null ? null : each(limits.free),
  pro: limits.pro === null ? null : each(limits.pro),
  "self-hosted": limits["self-hosted"] === null ? null : each(limits["self-hosted"]),
});
const ofMonth = (limits: Record<Plan, number | null>, ofADocument: number) =>
  byPlan(limits, (limit) => limit / DAYS_A_MONTH / ofADocument);

const functionCpuMs = MEASURED.uploadCpuMs.value + MEASURED.ocrCpuMs.value + MEASURED.metadataCpuMs.value;
/** The upload itself is a call, too. */
const invocations = MEASURED.invocations.value + 1;

/** What limits the flow without a model. */
export const RATES: Rate[] = [
  {
    what: "slots of ocr",
    formula: "slots × 86,400 × n ÷ (n × seconds + 1), n jobs an invocation",
    setting: "`private.stages.in_flight_limit`",
    aDay: same(jobsADay(SLOTS, MEASURED.ocrSeconds.value)),
  },
  {
    what: "slots of metadata",
    formula: "the same",
    setting: "`private.stages.in_flight_limit`",
    aDay: same(jobsADay(SLOTS, MEASURED.metadataSeconds.value)),
  },
  {
    what: "pg_net",
    formula: "200 ÷ 1 s × 86,400 ÷ invocations",
    setting: "`pg_net.batch_size`",
    aDay: same(((INVOCATIONS_PER_BATCH / PAUSE_SECONDS) * SECONDS_A_DAY) / MEASURED.invocations.value),
  },
  {
    what: "calls of functions",
    formula: "month ÷ 30 ÷ (invocations + 1)",
    setting: "the plan",
    aDay: ofMonth(BY_PLAN.invocations, invocations),
  },
  {
    what: "Realtime messages in a month",
    formula: "month ÷ 30 ÷ (messages × clients)",
    setting: "the plan; fewer clients that watch",
    aDay: ofMonth(BY_PLAN.realtimeMessages, MEASURED.realtimeChanges.value * ASSUMED.watching.value),
  },
  {
    what: "Realtime messages in a second",
    formula: "limit × 86,400 ÷ (messages × clients)",
    setting: "the plan; fewer clients that watch",
    aDay: byPlan(
      BY_PLAN.realtimeRate,
      (limit) => (limit * SECONDS_A_DAY) / (MEASURED.realtimeChanges.value * ASSUMED.watching.value),
    ),
  },
  {
    what: "egress, if a function's download of the file counts",
    formula: "month ÷ 30 ÷ bytes of a file",
    setting: "the plan",
    aDay: ofMonth(inBytes(BY_PLAN.egress), ASSUMED.fileBytes.value),
  },
  {
    what: "the database's CPU, if two shared cores were two of these",
    formula: "2 × 86,400,000 ÷ ms in the database",
    setting: "the compute size",
    aDay: { free: null, pro: (2 * SECONDS_A_DAY * 1000) / MEASURED.databaseMs.value, "self-hosted": null },
  },
  {
    what: "the machine: database and functions",
    formula: "cores × 86,400,000 ÷ (ms in the database + ms of CPU)",
    setting: "cores",
    aDay: {
      free: null,
      pro: null,
      "self-hosted": (ASSUMED.cores.value * SECONDS_A_DAY * 1000) / (MEASURED.databaseMs.value + functionCpuMs),
    },
  },
];

/** What a model adds to these. */
export const MODEL_RATES: Rate[] = [
  {
    what: "slots of metadata, 12 s a job",
    formula: "slots × 86,400 ÷ (12 + 1)",
    setting: "`private.stages.in_flight_limit`",
    aDay: same(jobsADay(SLOTS, ASSUMED.modelSeconds.value)),
  },
  {
    what: "requests to Claude",
    formula: "limit × 1,440 ÷ requests",
    setting: "the tier",
    aDay: same((FOR_ALL.modelRequests.value * MINUTES_A_DAY) / ASSUMED.modelRequests.value),
  },
  {
    what: "input tokens",
    formula: "limit × 1,440 ÷ tokens",
    setting: "the tier",
    aDay: same((FOR_ALL.modelInput.value * MINUTES_A_DAY) / ASSUMED.modelInput.value),
  },
  {
    what: "output tokens",
    formula: "limit × 1,440 ÷ tokens",
    setting: "the tier",
    aDay: same((FOR_ALL.modelOutput.value * MINUTES_A_DAY) / ASSUMED.modelOutput.value),
  },
  {
    what: "the tier's dollars",
    formula: "month ÷ 30 ÷ dollars a document",
    setting: "the tier; `private.settings.cost_micro_usd_per_month` a user",
    aDay: same((FOR_ALL.modelSpend.value * 1e6) / DAYS_A_MONTH / ASSUMED.modelMicroDollars.value),
  },
];

/** How many documents fit at all, before something has to go or to be paid for. */
export const ROOM: { what: string; formula: string; documents: Record<Plan, number | null> }[] = [
  {
    what: "the database",
    formula: "bytes ÷ bytes a document",
    documents: byPlan(inBytes(BY_PLAN.database), (limit) => limit / MEASURED.databaseBytes.value),
  },
  {
    what: "stored files",
    formula: "bytes ÷ bytes of a file",
    documents: byPlan(inBytes(BY_PLAN.storage), (limit) => limit / ASSUMED.fileBytes.value),
  },
];

function inBytes(limits: Record<Plan, number | null>): Record<Plan, number | null> {
  return byPlan(limits, (limit) => limit * GB);
}

/** What saturates first, and at how many documents a day. */
export function first(rates: Rate[], plan: Plan): { what: string; aDay: number } {
  const found = rates.flatMap(({ what, aDay }) => (aDay[plan] === null ? [] : [{ what, aDay: aDay[plan] }]));
  return found.reduce((least, rate) => (rate.aDay < least.aDay ? rate : least));
}
