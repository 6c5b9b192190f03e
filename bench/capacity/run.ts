import type pg from "pg";
import { percentile, ratio, round, say } from "../figures.ts";
import { newUser } from "../user.ts";
import { queueDocuments, type Size } from "../../testing/database/backlog.ts";
import { type Dispatcher, dispatcherOf, type Timings } from "./dispatcher.ts";
import { drive, type Taken } from "./drive.ts";
import { sequentialReads } from "./plans.ts";
import { bytesADocument } from "./sizes.ts";

/** What a queue of some size costs. Times are the median of each call, in milliseconds. */
export type Backlog = {
  documents: number;
  users: number;
  most_of_a_user: number;
  queueing_s: number;
  ms: Record<string, number>;
  fairness: {
    jobs: number;
    users: number;
    most_of_a_user: number;
    ahead_of_a_new_user: number;
    taken_before_a_new_user: number | null;
  };
  sequential_reads: string[];
  bytes_a_document: Record<string, number>;
};

/** Queues the documents, drives the dispatcher for so many jobs, and measures. `db` is left as a project with that backlog. */
export async function measureBacklog(db: pg.Client, size: Size, jobs: number): Promise<Backlog> {
  const began = performance.now();
  await queueDocuments(db, size);
  const queueing = performance.now() - began;
  say(`${size.documents} documents of ${size.users} users are queued …`);
  const bytes = await bytesADocument(db, size.documents);

  const dispatcher = dispatcherOf(db);
  // Plans of a session's first calls are made again, and pages are read from the disk: these are not measured.
  await drive(dispatcher, Math.min(jobs, 100));
  const timings: Timings = {};
  const measured = dispatcherOf(db, timings);
  for (let round = 0; round < 10; round += 1) {
    await measured.takeBack();
    await measured.dispatch();
    await measured.loseInvocations();
    await measured.timed("sweep_of_lost_invocations", "select private.sweep_jobs()");
    await measured.sweep();
  }
  await measured.takeBack();
  const first = await drive(measured, Math.ceil(jobs / 2));
  const newcomer = await newUser(db);
  const document = await measured.upload(newcomer);
  const ahead = await jobsAhead(db, document);
  const second = await drive(measured, Math.ceil(jobs / 2));

  const {
    rows: [largest],
  } = await db.query<{ user_id: string; jobs: string }>(
    "select user_id, count(*) as jobs from private.jobs where state = 'queued' group by user_id order by 2 desc limit 1",
  );
  for (let round = 0; round < 5; round += 1) {
    await measured.timed("health", "select private.pipeline_health()");
    await usageLeft(measured, newcomer, "usage_left");
    await usageLeft(measured, largest!.user_id, "usage_left_of_the_largest_user");
    await measured.admit(largest!.user_id, "upload_of_the_largest_user");
  }
  const sequential = await sequentialReads(db, async () => {
    await dispatcher.sweep();
    await drive(dispatcher, 12, 5);
    await dispatcher.upload(newcomer);
  });
  return {
    ...size,
    most_of_a_user: Number(largest!.jobs),
    queueing_s: round(queueing / 1000),
    ms: Object.fromEntries(Object.entries(timings).map(([what, times]) => [what, round(percentile(times, 50))])),
    fairness: {
      ...spread([...first, ...second]),
      ahead_of_a_new_user: ahead,
      taken_before_a_new_user: takenBefore(second, document),
    },
    sequential_reads: sequential,
    bytes_a_document: bytes,
  };
}

/** How many times as long each call takes with the first as with the second. */
export function growth(large: Backlog, small: Backlog): Record<string, number> {
  return Object.fromEntries(
    Object.entries(large.ms).map(([what, ms]) => [what, ratio(ms, small.ms[what] ?? Number.NaN)]),
  );
}

async function usageLeft({ timed }: Dispatcher, user: string, what: string): Promise<void> {
  await timed("claims", "select set_config('request.jwt.claims', $1, false)", [{ sub: user, role: "authenticated" }]);
  await timed("role", "set role authenticated");
  await timed(what, "select public.usage_left()");
  await timed("role", "reset role");
}

/** Jobs of the stage whose turn comes before that of a document. */
async function jobsAhead(db: pg.Client, document: string): Promise<number> {
  const { rows } = await db.query<{ ahead: string }>(
    `select count(*) as ahead from private.jobs as other join private.jobs as own on own.document_id = $1 and own.stage = 'ocr'
     where other.stage = 'ocr' and other.state = 'queued' and (other.queue_position, other.created_at) < (own.queue_position, own.created_at)`,
    [document],
  );
  return Number(rows[0]!.ahead);
}

function takenBefore(taken: Taken[], document: string): number | null {
  const read = taken.filter(({ stage }) => stage === "ocr");
  const place = read.findIndex((job) => job.document === document);
  return place < 0 ? null : place;
}

/** Over how many users the jobs of reading went, and how many of one user's there were. */
function spread(taken: Taken[]): { jobs: number; users: number; most_of_a_user: number } {
  const counts = new Map<string, number>();
  for (const { stage, user } of taken) if (stage === "ocr") counts.set(user, (counts.get(user) ?? 0) + 1);
  return {
    jobs: [...counts.values()].reduce((sum, count) => sum + count, 0),
    users: counts.size,
    most_of_a_user: Math.max(0, ...counts.values()),
  };
}
