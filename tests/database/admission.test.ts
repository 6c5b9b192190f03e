import { describe, expect, it } from "vitest";
import { type Database, type Invocation, withDatabase } from "../../testing/database/migrated.ts";
import {
  claim,
  claimInvocation,
  complete,
  expire,
  held,
  readDocument,
  sweep,
  upload,
  METADATA,
} from "../../testing/database/worker.ts";

let database: Database;
let user: string;
withDatabase((made) => ({ database, user } = made));

/** Queues that many readings of a user's documents at once, without dispatching them. */
async function queue(owner: string, count: number): Promise<void> {
  await database.sql(
    `
    with made as (
      insert into public.documents (user_id, filename, storage_path, mime_type, byte_size, content_sha256, status)
      select $1::uuid, 'bulk.pdf', $1::uuid || '/' || gen_random_uuid(), 'application/pdf', 1, encode(sha256(gen_random_uuid()::text::bytea), 'hex'), 'processing'
      from generate_series(1, $2::integer) returning id, user_id)
    insert into private.jobs (document_id, user_id, stage, max_attempts, queue_position)
    select id, user_id, 'ocr', 5, private.next_queue_position('ocr', user_id) + row_number() over () - 1 from made`,
    [owner, count],
  );
}
const dispatch = (): Promise<unknown> => database.sql("select private.dispatch_jobs()");
const limit = (count: number, stage = "ocr"): Promise<unknown> =>
  database.sql("update private.stages set in_flight_limit = $1 where stage = $2", [count, stage]);

async function out(stage = "ocr"): Promise<number> {
  return (
    await database.sql("select from private.jobs where stage = $1 and state in ('dispatched', 'running')", [stage])
  ).length;
}

const ownerOf = async (invocation: Invocation): Promise<string> =>
  (await database.sql("select user_id from private.jobs where id = $1", [invocation.job_id]))[0]!.user_id;

/** Ends the job of the oldest invocation that is out, and says whose job that gave a place to. */
async function endOne(invocation: Invocation): Promise<string | undefined> {
  const before = await database.invocations();
  const claimed = await claimInvocation(database, invocation);
  await database.rpc("fail_job", { ...held(claimed!), error: { code: "broken_file", message: "x", retryable: false } });
  const next = (await database.invocations())[before.length];
  return next && ownerOf(next);
}

describe("never more than the limit is out", () => {
  it("when more is queued, and the next goes out when one ends", async () => {
    await limit(3);
    for (let count = 0; count < 5; count += 1) await upload(database, user);
    expect(await database.invocations()).toHaveLength(3);
    await sweep(database);
    expect(await database.invocations()).toHaveLength(3);
    await endOne((await database.invocations())[0]!);
    expect(await out()).toBe(3);
    expect(await database.invocations()).toHaveLength(4);
  });

  it("when 8 connections dispatch at the same time", async () => {
    await limit(10);
    await queue(user, 60);
    const connections = await Promise.all(Array.from({ length: 8 }, () => database.connection()));
    for (let round = 0; round < 4; round += 1) {
      await Promise.all(connections.map((connection) => connection.query("select private.dispatch_jobs()")));
      expect(await out()).toBe(10);
      await database.sql(
        "update private.jobs set state = 'done', token = null, lease_expires_at = null where state = 'dispatched'",
      );
    }
    expect(await database.invocations()).toHaveLength(40);
  });

  it("when 8 workers end their jobs at the same time, and no slot stays empty", async () => {
    await limit(8);
    await queue(user, 30);
    await dispatch();
    const claims = await Promise.all(
      (await database.invocations()).map((invocation) => claimInvocation(database, invocation)),
    );
    await Promise.all(
      claims.map((claimed) =>
        database.rpc("fail_job", { ...held(claimed!), error: { code: "broken_file", message: "x", retryable: false } }),
      ),
    );
    expect(await out()).toBe(8);
    expect(await database.invocations()).toHaveLength(16);
  });

  it("when uploads arrive in parallel", async () => {
    await limit(2);
    await Promise.all(Array.from({ length: 10 }, () => upload(database, user)));
    expect(await out()).toBe(2);
  });

  it("in each stage by itself", async () => {
    await limit(1);
    await limit(1, "metadata");
    await readDocument(database, user);
    await readDocument(database, user);
    await upload(database, user);
    expect([await out("ocr"), await out("metadata")]).toEqual([1, 1]);
  });

  it("and a limit of 0 stops a stage until it is raised", async () => {
    await limit(0);
    await upload(database, user);
    await sweep(database);
    expect(await database.invocations()).toEqual([]);
    await limit(1);
    await sweep(database);
    expect(await claim(database, "ocr")).toMatchObject({ attempt: 1 });
  });

  it("and a limit that is lowered below what is out waits until enough has ended", async () => {
    await limit(3);
    for (let count = 0; count < 5; count += 1) await upload(database, user);
    await limit(1);
    const invocations = await database.invocations();
    expect(await endOne(invocations[0]!)).toBeUndefined();
    expect(await endOne(invocations[1]!)).toBeUndefined();
    expect(await endOne(invocations[2]!)).toBe(user);
  });
});

describe("users take turns", () => {
  it("so that one document comes next though another user queued 1,000 before", async () => {
    await limit(2);
    await queue(user, 1000);
    await dispatch();
    const single = await database.user();
    await upload(database, single);
    expect(await endOne((await database.invocations())[0]!)).toBe(single);
    expect(await endOne((await database.invocations())[1]!)).toBe(user);
  });

  it("so that several users alternate, whatever each has queued", async () => {
    await limit(1);
    const [a, b, c] = [user, await database.user(), await database.user()];
    await queue(a, 30);
    await dispatch();
    await queue(b, 3);
    await queue(c, 6);
    const order: (string | undefined)[] = [];
    for (let count = 0; count < 12; count += 1) order.push(await endOne((await database.invocations())[count]!));
    const turns = (owner: string, upTo: number): number => order.slice(0, upTo).filter((next) => next === owner).length;
    // One of a's is out when the others come; within a round the order is open.
    expect([turns(a, 8), turns(b, 8), turns(c, 8)]).toEqual([2, 3, 3]);
    expect([turns(a, 12), turns(b, 12), turns(c, 12)]).toEqual([4, 3, 5]);
  });

  it("so that a user who comes back gets no turns for the time away", async () => {
    await limit(1);
    const [a, b] = [user, await database.user()];
    await queue(a, 1);
    await dispatch();
    await queue(b, 20);
    let invocation = 0;
    for (; invocation < 8; invocation += 1) await endOne((await database.invocations())[invocation]!);
    await queue(a, 10);
    const order: (string | undefined)[] = [];
    for (; invocation < 15; invocation += 1) order.push(await endOne((await database.invocations())[invocation]!));
    expect(order.filter((owner) => owner === a)).toHaveLength(4);
    expect(order[0]).toBe(a);
  });

  it("so that 50 retries of one user, due at once after the stage fell idle, delay another's document by one job", async () => {
    await limit(1);
    // The jitter is full: of a long wait next to nothing would be over by itself.
    await database.sql("update private.settings set retry_base = '100 days', retry_ceiling = '100 days'");
    await queue(user, 50);
    for (let count = 0; count < 50; count += 1) {
      await dispatch();
      const claimed = await claim(database, "ocr");
      await database.rpc("fail_job", {
        ...held(claimed),
        error: { code: "model_timeout", message: "x", retryable: true },
      });
    }
    const waiting = "select from private.jobs where state = 'queued' and run_after is not null";
    expect(await database.sql(waiting)).toHaveLength(50);
    await database.sql("update private.jobs set run_after = clock_timestamp()");
    await sweep(database);
    expect(await database.sql(waiting)).toEqual([]);
    const single = await database.user();
    await upload(database, single);
    await upload(database, single);
    const order = [
      await endOne((await database.invocations()).at(-1)!),
      await endOne((await database.invocations()).at(-1)!),
      await endOne((await database.invocations()).at(-1)!),
    ];
    expect(order[0]).toBe(single);
    expect(order.slice(1)).toContain(single);
  });

  it("so that a retry does not wait for what its user has queued", async () => {
    await limit(1);
    await queue(user, 20);
    await dispatch();
    const claimed = await claim(database, "ocr");
    await database.rpc("fail_job", {
      ...held(claimed),
      error: { code: "model_timeout", message: "x", retryable: true },
    });
    await database.sql("update private.jobs set run_after = clock_timestamp() where run_after is not null");
    await endOne((await database.invocations()).at(-1)!);
    const next = (await database.invocations()).at(-1)!;
    await endOne(next);
    expect([next.job_id, (await database.invocations()).at(-1)!.job_id]).toContain(claimed.job_id);
  });

  it("and one user's own documents are read in the order in which they came", async () => {
    await limit(1);
    const documents: string[] = [];
    for (let count = 0; count < 6; count += 1) documents.push(await upload(database, user));
    for (let count = 0; count < 5; count += 1) await endOne((await database.invocations())[count]!);
    const [row] = await database.sql(`
      select array_agg(document_id order by net.id)::text[] as documents
      from net.http_request_queue as net join private.jobs on jobs.id::text = convert_from(body, 'UTF8')::jsonb ->> 'job_id'`);
    expect(row!.documents).toEqual(documents);
  });
});

describe("a dispatcher that is cut off", () => {
  it("leaves no slot taken", async () => {
    await limit(2);
    await queue(user, 4);
    const connection = await database.connection();
    await connection.query("begin; select private.dispatch_jobs(); rollback");
    expect(await out()).toBe(0);
    await dispatch();
    expect(await out()).toBe(2);
  });
});

describe("an invocation that was claimed", () => {
  it("keeps its slot until its lease is over", async () => {
    await limit(1);
    await upload(database, user);
    await upload(database, user);
    const claimed = await claim(database, "ocr");
    await sweep(database);
    expect(await out()).toBe(1);
    await expire(database, claimed.job_id);
    await sweep(database);
    // The job itself has become a suspect, which has a slot of its own.
    const sent = (await database.invocations()).slice(-2);
    expect(sent.find((invocation) => invocation.function === "ocr")!.job_id).not.toBe(claimed.job_id);
    expect(sent.find((invocation) => invocation.function === "ocr-alone")!.job_id).toBe(claimed.job_id);
    expect(await out()).toBe(2);
  });

  it("is not counted once it is done", async () => {
    await complete(database, user);
    expect([await out("ocr"), await out("metadata")]).toEqual([0, 0]);
  });
});

describe("a describing that somebody asks for again", () => {
  const take = async (...waiting: { job_id: string; patient: boolean }[]): Promise<any[]> =>
    database.rpc("take_watched", { waiting });
  const ask = async (document_id: string): Promise<string> =>
    (await database.rpc("regenerate_metadata", { document_id })).job_id;

  it("waits for a slot, says how many are before it, and is taken by the request that waits", async () => {
    const ids = [await complete(database, user), await complete(database, user), await complete(database, user)];
    await limit(1, "metadata");
    const jobs: string[] = [];
    for (const id of ids) jobs.push(await ask(id));
    expect(await out("metadata")).toBe(1);
    const invocations = await database.invocations();
    const answers = await take(...jobs.map((job_id) => ({ job_id, patient: true })));
    expect(answers).toMatchObject([{ claim: { job_id: jobs[0], attempt: 1 } }, { ahead: 0 }, { ahead: 1 }]);
    await database.rpc("fail_job", { ...held(answers[0].claim), error: { code: "x", message: "x", retryable: true } });
    expect((await take({ job_id: jobs[0]!, patient: true }))[0]).toEqual({ elsewhere: true });
    expect(await take({ job_id: jobs[1]!, patient: true }, { job_id: jobs[2]!, patient: true })).toMatchObject([
      { claim: { job_id: jobs[1] } },
      { ahead: 0 },
    ]);
    expect(await out("metadata")).toBe(1);
    expect(await database.invocations()).toHaveLength(invocations.length);
  });

  it("is one of its user's jobs: another's document comes before the second of them", async () => {
    const mine = [await complete(database, user), await complete(database, user), await complete(database, user)];
    const other = await database.user();
    const theirs = await complete(database, other);
    await limit(1, "metadata");
    const jobs: string[] = [];
    for (const id of mine) jobs.push(await ask(id));
    const last = await ask(theirs);
    const [first] = await take({ job_id: jobs[0]!, patient: true });
    await database.rpc("fail_job", { ...held(first.claim), error: { code: "x", message: "x", retryable: false } });
    const [second, single] = await take({ job_id: jobs[1]!, patient: true }, { job_id: last, patient: true });
    expect([second, single].filter((answer) => answer.claim)).toHaveLength(1);
    const running = second.claim ?? single.claim;
    await database.rpc("fail_job", { ...held(running), error: { code: "x", message: "x", retryable: false } });
    expect(await take({ job_id: jobs[2]!, patient: true })).toEqual([{ ahead: expect.any(Number) }]);
    expect(
      (await take({ job_id: jobs[1]!, patient: true }, { job_id: last, patient: true })).filter(
        (answer) => answer.claim,
      ),
    ).toHaveLength(1);
  });

  it("is handed on by the worker whose slot it gets, and never taken by that", async () => {
    const asked = await complete(database, user);
    await limit(1, "metadata");
    await readDocument(database, user);
    const before = await claim(database, "metadata");
    const job_id = await ask(asked);
    const { next } = await database.rpc("complete_metadata", {
      ...held(before),
      description: { metadata: METADATA, engine: "local" },
      take_next: true,
    });
    expect(next).toBeNull();
    expect(await take({ job_id, patient: true })).toMatchObject([{ claim: { job_id } }]);
  });

  it("becomes a job like any other when its request is gone, or waits no longer", async () => {
    const left = await complete(database, user);
    const impatient = await complete(database, user);
    await limit(1, "metadata");
    const job_id = await ask(left);
    const second = await ask(impatient);
    expect(await take({ job_id: second, patient: false })).toEqual([{ elsewhere: true }]);
    const invocations = (await database.invocations()).length;
    await expire(database, job_id);
    await sweep(database);
    expect(await database.invocations()).toHaveLength(invocations + 1);
    const claimed = await claim(database, "metadata");
    expect([job_id, second]).toContain(claimed.job_id);
    await database.rpc("fail_job", { ...held(claimed), error: { code: "x", message: "x", retryable: true } });
    expect(await claim(database, "metadata")).toMatchObject({ attempt: 1, last_attempt: true });
  });

  it("is elsewhere when its document is deleted", async () => {
    const id = await complete(database, user);
    const job_id = await ask(id);
    await database.asUser(user, "delete from public.documents where id = $1", [id]);
    expect(await take({ job_id, patient: true })).toEqual([{ elsewhere: true }]);
  });
});

describe("a user whose jobs take long", () => {
  const holders = async (): Promise<Record<string, number>> =>
    Object.fromEntries(
      (
        await database.sql(
          "select user_id, count(*)::integer as held from private.jobs where state in ('dispatched', 'running') group by 1",
        )
      ).map(({ user_id, held: count }) => [user_id, count]),
    );

  it.each([30, 300])("keeps half of the slots when one other waits, with %i jobs queued", async (jobs) => {
    await limit(4);
    const other = await database.user();
    await queue(user, jobs);
    await dispatch();
    await queue(other, jobs);
    expect(await holders()).toEqual({ [user]: 4 });
    // The first two end; then only the other's end, again and again, until theirs have turns far behind.
    for (const invocation of (await database.invocations()).slice(0, 2)) await endOne(invocation);
    for (let round = 0; round < 30 && round < jobs - 2; round += 1) {
      expect(await holders()).toEqual({ [user]: 2, [other]: 2 });
      const [quick] = await database.sql(
        "select id as job_id, token from private.jobs where state = 'dispatched' and user_id = $1 order by queue_position limit 1",
        [other],
      );
      await endOne({ ...quick, function: "ocr" } as Invocation);
    }
  });

  it("shares with one who waits behind the front of a long queue", async () => {
    await limit(4);
    const other = await database.user();
    await queue(user, 400);
    await database.sql("update private.jobs set queue_position = queue_position - 1000");
    await dispatch();
    await queue(other, 10);
    for (const invocation of (await database.invocations()).slice(0, 2)) expect(await endOne(invocation)).toBe(other);
    expect(await holders()).toEqual({ [user]: 2, [other]: 2 });
  });

  it("has all of them when nobody else waits", async () => {
    await limit(4);
    await queue(user, 10);
    await dispatch();
    await endOne((await database.invocations())[0]!);
    expect(await holders()).toEqual({ [user]: 4 });
  });
});
