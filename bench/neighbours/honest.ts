import type { Database } from "../faults/database.ts";
import { makePdf } from "../faults/pdf.ts";
import { pause } from "../faults/watch.ts";
import { idIn, type Neighbour, type Reply, upload } from "./requests.ts";

/** What an honest user's documents took, in milliseconds from the first attempt to send one to its end. */
export type Served = { seconds: number; medianMs: number; slowestMs: number; completed: number; failed: string[] };

/** Files that are sent at the same time, as a page does. */
const LANES = 4;
const LOOK_MS = 100;

/**
 * Sends so many documents as a patient client does, and waits until each has ended.
 *
 * @param from the number of the first one, so that no two runs send the same file
 */
export async function serve(
  user: Neighbour,
  database: Database,
  { documents, from, limitMs }: { documents: number; from: number; limitMs: number },
): Promise<Served> {
  const began = performance.now();
  const deadline = began + limitMs;
  const waiting = Array.from({ length: documents }, (_, at) => from + at);
  const sent = new Map<string, number>();
  const took: number[] = [];
  const failed: string[] = [];

  async function send(number: number): Promise<void> {
    const mark = `document-${String(number).padStart(4, "0")}`;
    const started = performance.now();
    // One in ten has many pages.
    const bytes = makePdf(mark, number % 10 === 0 ? 60 : 1 + (number % 3));
    for (;;) {
      const reply = await upload(user, `${mark}.pdf`, bytes);
      const id = idIn(reply);
      if (id) return void sent.set(id, started);
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
  };
}

/** Whether the same upload may be taken later. */
const mendable = ({ status }: Reply): boolean => status === 0 || status === 429 || status >= 500;
