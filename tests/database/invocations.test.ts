// An upload function that stores a file invokes its reading by itself, by the rules of every other dispatch.
import { describe, expect, it } from "vitest";
import { type Database, withDatabase } from "../../testing/database/migrated.ts";
import {
  admit,
  claimInvocation,
  expire,
  finishUpload,
  jobOf,
  sha256,
  sweep,
  upload,
} from "../../testing/database/worker.ts";

let database: Database;
let user: string;
withDatabase((made) => ({ database, user } = made));

const admitInvoked = (owner = user, content_sha256 = sha256(), invokes = true): Promise<any> =>
  database.rpc("admit_upload", {
    owner,
    filename: "scan.pdf",
    mime_type: "application/pdf",
    byte_size: 1000,
    content_sha256,
    invokes,
  });
const claimAsUploader = ({ job_id, token, function_name }: Record<"job_id" | "token" | "function_name", string>) =>
  claimInvocation(database, { job_id, token, function: function_name });

describe("a file whose uploader invokes its reading", () => {
  it("is read without pg_net, once", async () => {
    const { document_id, invocation } = await admitInvoked();
    expect(invocation.function_name).toBe("ocr");
    expect(await claimAsUploader(invocation), "the file is not stored").toBeNull();
    await finishUpload(database, document_id);
    expect(await database.invocations()).toEqual([]);
    expect(await claimAsUploader({ ...invocation, function_name: "metadata" })).toBeNull();
    expect(await claimAsUploader(invocation)).toMatchObject({
      stage: "ocr",
      attempt: 1,
      document: { id: document_id },
    });
    expect(await claimAsUploader(invocation)).toBeNull();
    expect(await database.sql("select from private.upload_invocations")).toEqual([]);
  });

  it("is read by way of pg_net when the invocation got lost, at the cost of no attempt", async () => {
    const { document_id, invocation } = await admitInvoked();
    await finishUpload(database, document_id);
    await sweep(database);
    expect(await database.invocations(), "it may still arrive").toEqual([]);
    await expire(database, invocation.job_id);
    await sweep(database);
    const [sent] = await database.invocations();
    expect(await claimAsUploader(invocation), "it is too late").toBeNull();
    expect(await claimInvocation(database, sent!)).toMatchObject({ attempt: 1, document: { id: document_id } });
  });

  it("waits for a slot as all others do", async () => {
    await database.sql("update private.stages set in_flight_limit = 1 where stage = 'ocr'");
    await upload(database, user);
    const { document_id, invocation } = await admitInvoked();
    await finishUpload(database, document_id);
    expect(await claimAsUploader(invocation)).toBeNull();
    expect(await jobOf(database, document_id, "ocr")).toMatchObject({ state: "queued", attempts: 0, token: null });
  });

  it("waits for its turn as all others do", async () => {
    await database.sql("update private.stages set in_flight_limit = 0 where stage = 'ocr'");
    await upload(database, user);
    await upload(database, user);
    await database.sql("update private.stages set in_flight_limit = 1 where stage = 'ocr'");
    const { document_id, invocation } = await admitInvoked();
    await finishUpload(database, document_id);
    expect(await claimAsUploader(invocation), "the same user has two before it").toBeNull();
    expect(await database.invocations()).toHaveLength(1);
  });

  it("has one reading when the same bytes come twice at the same time", async () => {
    const bytes = sha256();
    const first = await admitInvoked(user, bytes);
    const second = await admitInvoked(user, bytes);
    expect(second.invocation).toEqual(first.invocation);
    await finishUpload(database, first.document_id);
    await finishUpload(database, first.document_id);
    expect(await claimAsUploader(first.invocation)).not.toBeNull();
    expect(await claimAsUploader(second.invocation)).toBeNull();
    expect(await admitInvoked(user, bytes)).not.toHaveProperty("invocation");
  });

  it("is read by way of pg_net when nobody is there to invoke it any more", async () => {
    const bytes = sha256();
    const { document_id, invocation } = await admitInvoked(user, bytes);
    await database.sql("update private.upload_invocations set made_at = made_at - interval '61 seconds'");
    await finishUpload(database, document_id);
    expect(await claimAsUploader(invocation)).toBeNull();
    expect(await database.invocations()).toHaveLength(1);

    const announced = sha256();
    await admitInvoked(user, announced);
    const later = await admitInvoked(user, announced, false);
    expect(later).not.toHaveProperty("invocation");
    await finishUpload(database, later.document_id);
    expect(await database.invocations(), "its owner sends it by a signed URL").toHaveLength(2);
  });

  it("leaves nothing of an upload that is given up", async () => {
    const { document_id, admitted_at } = await admitInvoked();
    await database.rpc("abandon_upload", { document_id, admitted_at });
    expect(await database.sql("select from private.upload_invocations")).toEqual([]);
  });
});

it("offers no invocation to whoever did not ask for one", async () => {
  expect(await admit(database, user)).not.toHaveProperty("invocation");
});
