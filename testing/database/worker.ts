import { createHash, randomBytes, randomUUID } from "node:crypto";
import type { Claim, DocumentStatus } from "../../supabase/functions/_shared/answers.ts";
import { waitUntil } from "../waiting.ts";
import type { Database, Invocation } from "./migrated.ts";

/** The SHA-256 of bytes that differ from all others, or of the ones given. */
export const sha256 = (bytes: string | Buffer = randomBytes(16)): string =>
  createHash("sha256").update(bytes).digest("hex");

/** Claims the job that the newest invocation of a function, or of the one for its suspects, offers. */
export async function claim(database: Database, name: "ocr" | "metadata" | "upload" | "thumbnail"): Promise<Claim> {
  const invocation = (await database.invocations())
    .filter((invocation) => [name, `${name}-alone`].includes(invocation.function))
    .at(-1);
  if (!invocation) throw new Error(`No invocation went to ${name}.`);
  return (await claimInvocation(database, invocation)) ?? fail(`The last invocation to ${name} was used before.`);
}

export const claimInvocation = (
  database: Database,
  { job_id, token, function: function_name }: Invocation,
): Promise<Claim | null> => database.rpc("claim_job", { job_id, token, function_name });

/** The proof that a worker shows with everything it saves. */
export const held = ({ job_id, lease }: Claim): { job_id: string; lease: string } => ({ job_id, lease });

/** Admits a file and says that it is stored; its reading is queued. Returns the document's id. */
export async function upload(
  database: Database,
  owner: string,
  content_sha256 = sha256(),
  filename = "scan.pdf",
): Promise<string> {
  const { document_id } = await admit(database, owner, content_sha256, filename);
  await finishUpload(database, document_id);
  return document_id;
}

/** What a stored file leads to. @returns the document's status, null when it is gone */
export async function finishUpload(database: Database, document_id: string): Promise<DocumentStatus | null> {
  const [row] = await database.sql("select private.finish_upload($1) as status", [document_id]);
  return row!.status;
}

export const admit = (
  database: Database,
  owner: string,
  content_sha256 = sha256(),
  filename = "scan.pdf",
): Promise<any> =>
  database.rpc("admit_upload", { owner, filename, mime_type: "application/pdf", byte_size: 1000, content_sha256 });

export const pageOf = (page_number: number, text = `Page ${page_number}.`): Record<string, unknown> => ({
  page_number,
  text,
  engine: "tesseract",
  confidence: 0.9,
  words: null,
});

/** Saves one page and completes a claimed reading. */
export async function read(database: Database, claimed: Claim, text?: string): Promise<void> {
  await database.rpc("save_pages", { ...held(claimed), pages: [pageOf(1, text)], page_count: 1 });
  await database.rpc("complete_reading", {
    ...held(claimed),
    result: { page_count: 1, processing_ms: 5, model: null },
  });
}

export const METADATA = {
  display_name: "Invoice - Acme - 2026-03-15.pdf",
  tags: ["invoice", "acme"],
  summary: "An invoice of Acme.",
  document_type: "invoice",
  correspondent: "Acme",
  document_date: "2026-03-15",
  amount: { value: 120, currency: "EUR" },
  language: "en",
  evidence: {
    correspondent: { page: 1, quote: "Acme" },
    document_date: { page: 1, quote: "15 March 2026" },
    amount: { page: 1, quote: "Total: EUR 120.00" },
  },
};

/** METADATA as the columns of documents have it. */
export const WRITTEN: Record<string, unknown> = (({ evidence: _, amount, ...described }) => ({
  ...described,
  amount: amount.value,
  currency: amount.currency,
}))(METADATA);

/** A page on which all of METADATA stands. */
export const INVOICE = "Acme\nInvoice of 15 March 2026\nTotal: EUR 120.00";

/** Asks for a describing again, and takes its job as the request that waits for it does. */
export async function regenerate(database: Database, document_id: string): Promise<Claim> {
  const { job_id } = await database.rpc("regenerate_metadata", { document_id });
  // Again while somebody else looks at the document, as a second request that is refused does.
  return waitUntil(async () => (await database.rpc("take_watched", { waiting: [{ job_id, patient: true }] }))[0].claim);
}

/** Reserves the most that a call of a model may cost. */
export const reserve = (
  database: Database,
  claimed: Claim,
  cost_micro_usd: number,
  call_id = randomUUID(),
): Promise<any> => database.rpc("reserve_model_call", { ...held(claimed), call_id, model: "a-model", cost_micro_usd });

/** Tells what a call cost. */
export const settle = (database: Database, call_id: string, used: Record<string, number>): Promise<void> =>
  database.rpc("settle_model_call", { call_id, used });

/** A call of a model from its reservation to its price. */
export async function pay(database: Database, claimed: Claim, used: Record<string, number>): Promise<void> {
  const { call_id } = await reserve(database, claimed, Math.max(1, used.cost_micro_usd ?? 0));
  await settle(database, call_id, used);
}

/**
 * Completes a claimed describing, which its model is paid for. Returns the whole answer: the document, the run's id,
 * and what it changed.
 */
export async function propose(
  database: Database,
  claimed: Claim,
  metadata: Record<string, unknown> = {},
  made: Record<string, unknown> = {},
): Promise<any> {
  const description = {
    metadata: { ...METADATA, ...metadata },
    engine: "claude",
    model: "a-model",
    prompt_version: "1",
    input_tokens: 100,
    output_tokens: 10,
    cost_micro_usd: 7,
    ...made,
  };
  const {
    input_tokens,
    output_tokens,
    cache_read_tokens = 0,
    cache_write_tokens = 0,
    cost_micro_usd,
  } = description as Record<string, any>;
  if (description.engine === "claude")
    await pay(database, claimed, {
      input_tokens,
      output_tokens,
      cache_read_tokens,
      cache_write_tokens,
      cost_micro_usd,
    });
  return await database.rpc("complete_metadata", { ...held(claimed), description });
}

/** Completes a claimed describing. Returns the document. */
export async function describeAs(
  database: Database,
  claimed: Claim,
  metadata: Record<string, unknown> = {},
): Promise<Record<string, any>> {
  return (await propose(database, claimed, metadata)).document;
}

/** A document that went through the whole chain. */
export async function complete(database: Database, owner: string, text = INVOICE, filename?: string): Promise<string> {
  const id = await readDocument(database, owner, text, filename);
  await describeAs(database, await claim(database, "metadata"));
  return id;
}

/** A document whose text is read, and whose metadata job has an invocation out. */
export async function readDocument(
  database: Database,
  owner: string,
  text = INVOICE,
  filename?: string,
): Promise<string> {
  const id = await upload(database, owner, sha256(), filename);
  await read(database, await claim(database, "ocr"), text);
  return id;
}

export async function statusOf(database: Database, id: string): Promise<DocumentStatus> {
  const [row] = await database.sql("select status from public.documents where id = $1", [id]);
  return row?.status;
}

/** The newest job of a document and stage. */
export async function jobOf(database: Database, id: string, stage: string): Promise<Record<string, any>> {
  const [row] = await database.sql(
    "select * from private.jobs where document_id = $1 and stage = $2 order by created_at desc limit 1",
    [id, stage],
  );
  return row!;
}

/** Lets the time of a lease, an invocation or a retry be over. */
export const expire = (database: Database, jobId: string): Promise<unknown> =>
  database.sql(
    `update private.jobs set lease_expires_at = lease_expires_at - interval '1 day', run_after = run_after - interval '1 day' where id = $1`,
    [jobId],
  );

export const sweep = (database: Database): Promise<unknown> => database.sql("select private.sweep_jobs()");

export const events = async (database: Database, id: string): Promise<string[]> =>
  (
    await database.sql(
      "select stage || ' ' || kind as event from public.document_events where document_id = $1 order by id",
      [id],
    )
  ).map(({ event }) => event);

/** A failure that a retry can mend, and one that none does. */
export const BUSY = { code: "model_overloaded", message: "Claude is overloaded.", retryable: true };
export const BROKEN = { code: "broken_file", message: "The file is damaged.", retryable: false };

/** Claims the newest invocation of a stage and fails. Returns the job's id. */
export async function failNext(
  database: Database,
  stage: "ocr" | "metadata",
  error: Record<string, unknown>,
): Promise<string> {
  const claimed = await claim(database, stage);
  await database.rpc("fail_job", { ...held(claimed), error });
  return claimed.job_id;
}

/** Fails a job until it is dead; returns after how many attempts. */
export async function failForGood(
  database: Database,
  stage: "ocr" | "metadata",
  error: Record<string, unknown> = BUSY,
): Promise<number> {
  for (let attempts = 1; ; attempts += 1) {
    const id = await failNext(database, stage, error);
    const [job] = await database.sql("select state from private.jobs where id = $1", [id]);
    if (job!.state === "dead") return attempts;
    await expire(database, id);
    await sweep(database);
  }
}

function fail(message: string): never {
  throw new Error(message);
}
