// Those who watch a document that is being described: counted when they join, and told by one query for all.
import { describe, expect, it } from "vitest";
import { type Database, withDatabase } from "../../testing/database/migrated.ts";
import { claim, complete, describeAs, held, readDocument } from "../../testing/database/worker.ts";

let database: Database;
let user: string;
withDatabase((made) => ({ database, user } = made));

const join = (document_id: string): Promise<{ after: number }> => database.rpc("join_metadata", { document_id });
const look = (asked: { document_id: string; after: number }[]): Promise<any[]> =>
  database.rpc("look_at_describing", { asked });

describe("joining", () => {
  it("is counted like any request, and refused beyond the rate", async () => {
    const id = await readDocument(database, user);
    await database.sql("delete from private.request_rates");
    await database.sql("update private.settings set requests_per_minute = 3");
    for (let joins = 0; joins < 3; joins += 1) expect(await join(id)).toEqual({ after: 0 });
    await expect(join(id)).rejects.toMatchObject({ code: "PT429", hint: "too_many_requests" });
  });

  it("says with which event the run before ended", async () => {
    const id = await complete(database, user);
    await database.rpc("regenerate_metadata", { document_id: id });
    const [ended] = await database.sql(
      "select max(id)::integer as id from public.document_events where kind = 'completed'",
    );
    expect(await join(id)).toEqual({ after: ended!.id });
  });

  it("is counted where nobody describes, too, and refused of what is not there", async () => {
    const id = await complete(database, user);
    expect(await join(id)).toBeNull();
    await database.sql("update private.settings set requests_per_minute = 1");
    await database.sql("delete from private.request_rates");
    await join(id);
    await expect(join(id)).rejects.toMatchObject({ hint: "too_many_requests" });
    await expect(join(crypto.randomUUID())).rejects.toMatchObject({ hint: "not_found" });
  });
});

describe("a look", () => {
  it("tells of several documents at once what happened to each since an event", async () => {
    const first = await readDocument(database, user);
    const second = await readDocument(database, user);
    const claimed = await claim(database, "metadata");
    await database.rpc("record_progress", { ...held(claimed), message: "Half.", data: { turn: 1 } });
    const gone = crypto.randomUUID();
    const looks = await look([first, second, gone].map((document_id) => ({ document_id, after: 0 })));
    const of = (id: string) => looks.find(({ document_id }) => document_id === id);
    expect(of(first)).toMatchObject({ status: "ocr_complete", events: [] });
    expect(of(second)).toMatchObject({
      status: "generating_metadata",
      events: [{ kind: "started" }, { message: "Half." }],
    });
    expect(of(gone)).toEqual({ document_id: gone, status: null, error: null, events: [] });
    await describeAs(database, claimed);
    const [again] = await look([{ document_id: second, after: of(second).events.at(-1).id }]);
    expect(again).toMatchObject({ status: "completed", events: [{ kind: "completed" }] });
    expect(await look([])).toEqual([]);
  });
});
