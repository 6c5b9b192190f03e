import { randomUUID } from "node:crypto";
import type pg from "pg";
import type { Claim } from "../../supabase/functions/_shared/answers.ts";
import type { Stage } from "../../supabase/functions/_shared/stages.ts";
import { callOf, type Database, type Invocation } from "./migrated.ts";
import { finishUpload, held, METADATA, pageOf, sha256 } from "./worker.ts";

/** What may happen next. Numbers choose among what there is at that moment, modulo its count. */
export type Step =
  | { do: "upload"; user: number; bytes: number; arrives: boolean }
  | { do: "deliver"; worker: number; invocation: number }
  | { do: "save" | "yield" | "heartbeat"; worker: number; claim: number }
  | { do: "complete"; worker: number; claim: number; hasty: boolean }
  | { do: "fail"; worker: number; claim: number; retryable: boolean }
  | { do: "sweep"; after: number }
  | { do: "retry" | "edit" | "delete" | "weigh"; document: number }
  | { do: "regenerate"; worker: number; document: number }
  | { do: "revive"; job: number };

/** Jobs that the stages may have out in this world, and the attempts of each. */
export const LIMIT = 2;
export const ATTEMPTS = 3;
/** The pages of each document; a worker reads them one by one. */
export const PAGES = 2;
/** A stage that nobody wrote code for, beside the pipeline: it leaves the document's status alone, and events start it. */
const INVENTED = `
  insert into private.stages (stage, position, label, function_name, suspects_function_name)
  values ('weigh', 90, 'Weighing', 'weigh', 'weigh-alone');
  insert into private.event_consumers (name, event_types, stage) values ('scales', '{ocr.completed,*.failed,edit.edited}', 'weigh')`;
/** Refusals that a caller who is late, asks for too much, or has pages missing, has to expect. */
const EXPECTED = new Set(["lease_lost", "not_allowed_now", "not_found", "internal_error"]);

/**
 * Three users and two workers around one database. A worker remembers every job that it ever claimed, and may come back
 * to any of them; invocations are delivered in any order, any number of times, or never; the clock only moves before a
 * sweep, by `after` seconds.
 */
export type World = ReturnType<typeof createWorld>;

/** A world for each connection, all around the same users and one bill. */
export async function makeWorlds(database: Database, services: pg.Client[]): Promise<World[]> {
  await database.sql(INVENTED);
  await database.sql(`update private.stages set in_flight_limit = ${LIMIT}, max_attempts = ${ATTEMPTS}`);
  await database.sql("update private.settings set retry_base = '0', requests_per_minute = null");
  const users = (
    await database.sql("insert into auth.users (id) select gen_random_uuid() from generate_series(1, 3) returning id")
  ).map(({ id }) => id as string);
  await database.sql(
    `insert into public.webhook_endpoints (user_id, url, events)
    select id, 'https://example.com', '{document.uploaded,document.read,document.completed,document.edited,document.failed,document.deleted}' from auth.users`,
  );
  const accepted = { read: new Set<string>(), paid: 0 };
  return services.map((service) => createWorld(database, service, users, accepted));
}

/** `accepted`: what the database accepted; the bill must agree with it. */
function createWorld(
  database: Database,
  service: pg.Client,
  users: string[],
  accepted: { read: Set<string>; paid: number },
) {
  const hands: [Claim[], Claim[]] = [[], []];
  /** The lease of whoever claimed a job last: nobody else may save anything for it. */
  const holders = new Map<string, string>();

  async function call(name: string, args: Record<string, unknown>): Promise<any> {
    const { text, values } = callOf(name, args);
    return (await service.query(text, values)).rows[0].answer;
  }

  /** The answer of a call that was accepted; an error that no caller has to expect ends the run. */
  async function attempt(run: () => Promise<any>): Promise<{ answer: any } | undefined> {
    try {
      return { answer: await run() };
    } catch (error) {
      if (EXPECTED.has((error as { hint?: string }).hint ?? "")) return undefined;
      throw error;
    }
  }

  /** A call by the worker that holds, or once held, a job. */
  async function save(
    name: string,
    claimed: Claim,
    args: Record<string, unknown> = {},
  ): Promise<{ answer: any } | undefined> {
    const done = await attempt(() => call(name, { ...held(claimed), ...args }));
    if (done && holders.get(claimed.job_id) !== claimed.lease)
      throw new Error(`${name} was accepted from a worker that had lost the job.`);
    return done;
  }

  const idOf = async (table: string, where: string, index: number): Promise<string | undefined> => {
    const rows = await database.sql(`select id from ${table} where ${where} order by created_at, id`);
    return rows[index % rows.length]?.id;
  };

  async function take(worker: number, claimed: Claim | null): Promise<void> {
    if (!claimed) return;
    hands[worker % 2]!.push(claimed);
    holders.set(claimed.job_id, claimed.lease);
    // Now and then a worker dies before it says that it has the job.
    if (claimed.alone && claimed.attempt % 2 === 1) await save("heartbeat", claimed);
  }

  const savePage = (claimed: Claim, number: number) =>
    save("save_pages", claimed, { pages: [pageOf(number)], page_count: PAGES });

  /** One call of a model, told twice. */
  async function payFor(claimed: Claim): Promise<void> {
    const call_id = randomUUID();
    if (!(await save("reserve_model_call", claimed, { call_id, model: "a-model", cost_micro_usd: 2 }))) return;
    for (const told of [1, 2])
      await call("settle_model_call", { call_id, used: { input_tokens: 1, cost_micro_usd: told } });
    accepted.paid += 1;
  }

  /** Deletes a document; one whose reading is under way counts as read. */
  async function remove(id: string): Promise<void> {
    await service.query("begin");
    await service.query("select from public.documents where id = $1 for update", [id]);
    const { rows } = await service.query(
      `select from private.reservations where document_id = $1 and open and (pages_counted > 0
        or exists (select from private.jobs where jobs.document_id = $1 and stage = 'ocr' and claimed_at is not null))`,
      [id],
    );
    await service.query("delete from public.documents where id = $1", [id]);
    await service.query("commit");
    if (rows.length > 0) accepted.read.add(id);
  }

  /** Sends the message of a line; one that is `hasty` does not arrive. */
  async function deliver(claimed: Claim, take_next: boolean, hasty: boolean): Promise<Claim | null> {
    const begun = await save("begin_delivery", claimed, { take_next });
    if (!begun?.answer.delivery) return begun?.answer.next ?? null;
    const error = hasty ? { code: "timed_out", message: "No answer came.", final: false } : null;
    const result = { status: null, body: null, ms: 1, error };
    const done = await save("end_delivery", claimed, { delivery_id: begun.answer.delivery.id, result, take_next });
    return done?.answer.next ?? null;
  }

  /** Returns the claim of the next job, where that is asked for and there is one. `hasty`: says that it is done whatever is missing. */
  async function completeJob(claimed: Claim, take_next: boolean, hasty = false): Promise<Claim | null> {
    if (claimed.stage === "webhooks") return await deliver(claimed, take_next, hasty);
    if (claimed.stage === "ocr" && !hasty) for (let page = 1; page <= PAGES; page += 1) await savePage(claimed, page);
    const result = { page_count: PAGES, processing_ms: 1 };
    const description = {
      metadata: METADATA,
      engine: "local",
      model: null,
      prompt_version: null,
      input_tokens: 1,
      output_tokens: 1,
    };
    const [name, args] = (
      {
        ocr: ["complete_reading", { result }],
        metadata: ["complete_metadata", { description }],
        erase: ["private.complete_erasure", {}],
        extract: ["complete_job", { message: "Extracted." }],
        thumbnail: ["complete_thumbnail", { drawn: true }],
        webhooks: ["begin_delivery", {}],
        weigh: ["complete_job", { message: "Weighed." }],
      } as const
    )[claimed.stage as Stage | "weigh"];
    if (claimed.stage === "metadata") await payFor(claimed);
    const done = await save(name, claimed, { ...args, take_next });
    if (done && claimed.stage === "ocr") accepted.read.add(claimed.document!.id);
    return done?.answer.next ?? null;
  }

  /** Time goes by: what expires, expires sooner. Rows that somebody holds are left out, so that this waits for nobody. */
  const pass = (seconds: number): Promise<unknown> =>
    database.sql(`do $$ begin
    set local session_replication_role = replica;
    update private.jobs set lease_expires_at = lease_expires_at - interval '${seconds} s', run_after = run_after - interval '${seconds} s'
      where id in (select id from private.jobs where state not in ('done', 'dead') for update skip locked);
    update public.webhook_endpoints set paused_until = paused_until - interval '${seconds} s'
      where id in (select id from public.webhook_endpoints where paused_until is not null for update skip locked);
    update public.documents set updated_at = updated_at - interval '${seconds} s'
      where id in (select id from public.documents where status = 'uploading' for update skip locked);
  end $$`);

  async function work(step: Extract<Step, { claim: number }>): Promise<void> {
    const claims = hands[step.worker % 2]!;
    const claimed = claims.at(-1 - (step.claim % Math.max(claims.length, 1)));
    if (!claimed) return;
    if (step.do === "complete") return take(step.worker, await completeJob(claimed, step.claim > 0, step.hasty));
    if (step.do === "save") {
      if (claimed.stage !== "ocr") return;
      await savePage(claimed, 1 + (step.claim % PAGES));
    } else if (step.do === "fail") {
      await save("fail_job", claimed, { error: { code: "internal_error", message: "x", retryable: step.retryable } });
    } else {
      await save(step.do === "yield" ? "yield_job" : "heartbeat", claimed);
    }
  }

  async function next(step: Step): Promise<void> {
    switch (step.do) {
      case "upload": {
        const file = {
          owner: users[step.user % 3],
          filename: "a.pdf",
          mime_type: "application/pdf",
          byte_size: 1,
          content_sha256: sha256(String(step.bytes)),
        };
        const { document_id, duplicate } = await call("admit_upload", file);
        if (step.arrives && !duplicate) await finishUpload(database, document_id);
        return;
      }
      case "deliver": {
        const invocations = await database.invocations();
        const invocation = invocations.at(-1 - (step.invocation % Math.max(invocations.length, 1)));
        if (invocation) await take(step.worker, await call("claim_job", claimOf(invocation)));
        return;
      }
      case "sweep":
        if (step.after) await pass(step.after);
        return void (await database.sql("select private.sweep_jobs()"));
      case "revive": {
        const job = await idOf("private.jobs", "true", step.job);
        if (job) await attempt(() => database.sql("select private.revive_job($1)", [job]));
        return;
      }
      case "retry":
      case "edit":
      case "delete":
      case "weigh":
      case "regenerate": {
        const id = await idOf("public.documents", "true", step.document);
        if (!id) return;
        if (step.do === "retry") await attempt(() => call("retry_document", { document_id: id }));
        if (step.do === "regenerate") {
          const queued = await attempt(() => call("regenerate_metadata", { document_id: id }));
          if (queued) {
            const waiting = JSON.stringify([{ job_id: queued.answer.job_id, patient: step.worker % 2 > 0 }]);
            const [answer] = await call("take_watched", { waiting });
            await take(step.worker, answer.claim ?? null);
          }
        }
        if (step.do === "weigh")
          await database.sql(
            "select private.queue_job('weigh', id, user_id) from (select * from public.documents where id = $1 for update) as held",
            [id],
          );
        if (step.do === "delete") await remove(id);
        if (step.do === "edit") {
          const [row] = await database.sql("select user_id from public.documents where id = $1", [id]);
          if (row)
            await database.asUser(
              row.user_id,
              "update public.documents set summary = summary || '!', correspondent = null where id = $1",
              [id],
            );
        }
        return;
      }
      default:
        return work(step);
    }
  }

  /** Well-behaved workers take every invocation once, and do the work; until nothing is left, or for 60 rounds. */
  async function drain(): Promise<void> {
    const seen = new Set<string>();
    for (let round = 0; round < 60; round += 1) {
      await pass(3600);
      await database.sql("select private.sweep_jobs(), private.queue_webhooks()");
      const invocations: Invocation[] = (await database.invocations()).filter(
        (invocation) => !seen.has(invocation.token),
      );
      if (invocations.length === 0) return;
      for (const invocation of invocations) {
        seen.add(invocation.token);
        const claimed: Claim | null = await call("claim_job", claimOf(invocation));
        if (!claimed) continue;
        holders.set(claimed.job_id, claimed.lease);
        await completeJob(claimed, false);
      }
    }
  }

  return { accepted, step: next, drain };
}

const claimOf = ({ job_id, token, function: function_name }: Invocation) => ({ job_id, token, function_name });
