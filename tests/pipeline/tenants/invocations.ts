import { describe, expect, it, onTestFinished } from "vitest";
import { FUNCTIONS } from "../../../stack/stack.ts";
import { FIXTURES } from "../../../testing/user.ts";
import { owner, stack, stranger } from "./stage.ts";
import { waitUntil } from "../../../testing/waiting.ts";

const dropped = (): number => stack.logs.filter(({ line }) => line.includes("invocation.dropped")).length;

describe("an invocation", () => {
  it("with a token that is forged, another job's, or used before is dropped by every function", async () => {
    const invocation = (name: string, body: object, headers: Record<string, string> = {}): Promise<Response> =>
      fetch(`${stack.url}/functions/v1/${name}`, {
        method: "POST",
        body: JSON.stringify(body),
        headers: { "Content-Type": "application/json", ...headers },
      });
    const { id } = await owner.process(`${FIXTURES}really-a-pdf.txt`);
    await stack.sql("update private.stages set in_flight_limit = 0 where stage = 'metadata'");
    onTestFinished(async () => {
      await stack.sql("delete from private.jobs where state <> 'done'");
      await stack.sql("update private.stages set in_flight_limit = 4 where stage = 'metadata'");
    });
    // An invocation that is out, whose token we know, as if we had read pg_net's queue.
    await stack.sql(`update private.jobs set state = 'queued' where document_id = '${id}' and stage = 'metadata'`);
    const [job] =
      await stack.sql(`update private.jobs set state = 'dispatched', token = gen_random_uuid(), lease_expires_at = now() + interval '1 hour'
      where document_id = '${id}' and stage = 'metadata' returning id, token`);
    const [other] = await stack.sql(
      `select id from private.jobs where user_id = '${owner.id}' and id <> '${job!.id}' limit 1`,
    );
    const before = dropped();
    const bad = [
      { job_id: job!.id, token: crypto.randomUUID() },
      { job_id: other!.id, token: job!.token },
      { job_id: crypto.randomUUID(), token: job!.token },
    ];
    let sent = 0;
    // The doors for programs and for those who have a link have no jobs, and refuse whoever does not say who they are.
    for (const name of FUNCTIONS.filter((name) => !["api", "mcp", "share", "collect", "inbound"].includes(name))) {
      for (const body of bad) {
        for (const headers of [
          {} as Record<string, string>,
          { Authorization: `Bearer ${stranger.token}` },
          { apikey: stack.keys.anonKey },
        ]) {
          // With an access token only a user's own calls are taken, where there are such.
          const accepted = !("Authorization" in headers) || !["upload", "ocr", "metadata", "extract"].includes(name);
          expect((await invocation(name, body, headers)).status).toBe(accepted ? 202 : 400);
          if (accepted) sent += 1;
        }
      }
    }
    await waitUntil(() => dropped() === before + sent);
    expect(await stack.sql(`select state, attempts from private.jobs where id = '${job!.id}'`)).toMatchObject([
      { state: "dispatched" },
    ]);

    // The real one is taken once, though here there is nothing to describe: a document that is completed.
    expect((await invocation("metadata", { job_id: job!.id, token: job!.token })).status).toBe(202);
    await waitUntil(
      async () =>
        (await stack.sql(`select state from private.jobs where id = '${job!.id}'`))[0]!.state !== "dispatched",
    );
    await invocation("metadata", { job_id: job!.id, token: job!.token });
    await waitUntil(() => dropped() === before + sent + 1);
  });
});
