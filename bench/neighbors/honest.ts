import type { Database } from "../../testing/faults/database.ts";
import { makePdf } from "../../testing/faults/pdf.ts";
import { pause } from "../../testing/faults/watch.ts";
import { idIn, type Neighbor, type Reply, upload } from "./requests.ts";

/** What an honest user's documents took, in milliseconds from the first attempt to send one to its end. */
export type Served = {
  seconds: number;
  medianMs: number;
  slowestMs: number;
  completed: number;
  failed: string[];
  /** Where the documents spent their time, in milliseconds, by what they waited for. */
  phases: Record<string, Phase>;
};
export type Phase = { medianMs: number; slowestMs: number; times: number };

/** Files that are sent at the same time, as a page does. */
const LANES = 4;
const LOOK_MS = 100;

/**
 * Sends so many documents as a patient client does, and waits until each has ended.
 *
 * @param from the number of the first one, so that no two runs send the same file
 */
export async function serve(
  user: Neighbor,
  database: Database,
  { documents, from, limitMs }: { documents: number; from: number; limitMs: number },
): Promise<Served> {
  const began = performance.now();
  const deadline = began + limitMs;
  const waiting = Array.from({ length: documents }, (_, at) => from + at);
  const sent = new Map<string, number>();
  const took: number[] = [];
  const uploads: number[] = [];
  const served: string[] = [];
  const failed: string[] = [];

  async function send(number: number): Promise<void> {
    const mark = `document-${String(number).padStart(4, "0")}`;
    const started = performance.now();
    // One in ten has many pages.
    const bytes = makePdf(mark, number % 10 === 0 ? 60 : 1 + (number % 3));
    for (;;) {
      const reply = await upload(user, `${mark}.pdf`, bytes);
      const id = idIn(reply);
      if (id) {
        uploads.push(performance.now() - started);
        served.push(id);
        return void sent.set(id, started);
      }
      if (!mendable(reply) || performance.now() > deadline)
        return void failed.push(`${mark}: the upload was answered with ${reply.status} ${reply.body.slice(0, 200)}`);
      await pause(250);
    }
  }
  async function ended(): Promise<void> {
    const rows = await database.sql<{ id: string; filename: string; status: string; code: string | null }>(
      "select id, filename, status, error ->> 'code' as code from public.documents where id = any ($1) and status in ('completed', 'failed')",
      [[...sent.keys()]],
    );
    for (const { id, filename, status, code } of rows) {
      if (status === "completed") took.push(performance.now() - sent.get(id)!);
      else failed.push(`${filename} failed with ${code}`);
      sent.delete(id);
    }
  }

  let sending = true;
  const lanes = Promise.all(
    Array.from({ length: LANES }, async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await send(next);
    }),
  ).finally(() => (sending = false));
  while ((sending || sent.size > 0) && performance.now() < deadline) {
    await ended();
    await pause(LOOK_MS);
  }
  await lanes;
  await ended();
  for (const id of sent.keys()) failed.push(`${id} was not done in time`);
  took.sort((one, other) => one - other);
  return {
    seconds: Math.round((performance.now() - began) / 100) / 10,
    medianMs: Math.round(took[Math.floor(took.length / 2)] ?? 0),
    slowestMs: Math.round(took.at(-1) ?? 0),
    completed: took.length,
    failed,
    phases: { "upload until answered": phaseOf(uploads), ...(await phasesOf(served, database)) },
  };
}

/** What lies between each event of the documents and the one before it, such as `ocr started → ocr completed`. */
async function phasesOf(ids: string[], database: Database): Promise<Record<string, Phase>> {
  const rows = await database.sql<{ phase: string; ms: number }>(
    `select concat_ws(' → ', lag(stage || ' ' || kind) over events, stage || ' ' || kind) as phase,
       (extract(epoch from created_at - lag(created_at) over events) * 1000)::float8 as ms
     from public.document_events where document_id = any ($1)
     window events as (partition by document_id order by id)`,
    [ids],
  );
  const byPhase: Record<string, number[]> = {};
  for (const { phase, ms } of rows) if (ms !== null) (byPhase[phase] ??= []).push(ms);
  return Object.fromEntries(Object.entries(byPhase).map(([phase, all]) => [phase, phaseOf(all)]));
}

function phaseOf(ms: number[]): Phase {
  const sorted = ms.toSorted((one, other) => one - other);
  return {
    medianMs: Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0),
    slowestMs: Math.round(sorted.at(-1) ?? 0),
    times: sorted.length,
  };
}

/** Whether the same upload may be taken later. */
const mendable = ({ status }: Reply): boolean => status === 0 || status === 429 || status >= 500;
