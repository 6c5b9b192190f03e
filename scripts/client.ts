import { readFile } from "node:fs/promises";
import path from "node:path";
import { createClient } from "@supabase/supabase-js";
import { WebSocket } from "ws";
import { createDocket, type Docket, DocketError, type Document, type Step } from "../client/src/index.ts";
import type { Database } from "../supabase/functions/_shared/database.types.ts";
import { acceptedType } from "../supabase/functions/_shared/file-type.ts";
import { METADATA_FIELDS, type MetadataField } from "../supabase/functions/_shared/metadata-fields.ts";

/** A step of a document as Realtime told it; `ms` since its upload began. */
export type SeenEvent = { ms: number; status: string } | { ms: number; stage: string; kind: string; message: string };

/** What became of a file, as the `--json` of `npm run demo` prints it. `ms` counts from the upload's begin; null where it was not seen. */
export type Result = {
  file: string;
  document_id: string | null;
  status: string;
  error: { code: string; message: string } | null;
  page_count: number | null;
  text_engine: string | null;
  metadata_source: string | null;
  duplicate: boolean;
  ms: { accepted: number | null; ocr_complete: number | null; completed: number | null };
  events: SeenEvent[];
} & Pick<Database["public"]["Tables"]["documents"]["Row"], MetadataField>;

/** `at` is when it arrived, on the clock of `performance.now()`: it may be before the upload was answered. */
type Watcher = { onRow(row: Document, at: number): void; onStep(step: Step, at: number): void };

/** Realtime gives no delivery guarantee, so the row is read again now and then. */
const REREAD_MS = 5_000;

/** A signed-in user who sends files and watches what becomes of them, through the client alone. */
export type Session = {
  send(file: string, onSeen?: (event: SeenEvent) => void): Promise<Result>;
  close(): Promise<void>;
};

/** Signs the user in, or up when there is no such user yet, and subscribes to their documents. */
export async function openSession(
  url: string,
  publishableKey: string,
  user: { email: string; password: string },
): Promise<Session> {
  // Node has a WebSocket of its own only since version 22.
  const supabase = createClient(url, publishableKey, {
    auth: { persistSession: false },
    // The types of ws and of the browser differ in what nobody uses here
    realtime: { transport: WebSocket as never },
  });
  const known = await supabase.auth.signInWithPassword(user);
  const { data, error } = known.error ? await supabase.auth.signUp(user) : known;
  if (error || !data.session) throw new Error(`Could not sign in as ${user.email}: ${error?.message ?? "no session"}`);
  const docket = createDocket({ url, supabase });

  const watchers = new Map<string, Watcher>();
  const early = new Map<string, ((watcher: Watcher) => void)[]>();
  const tell = (documentId: string, deliver: (watcher: Watcher) => void) => {
    const watcher = watchers.get(documentId);
    if (watcher) deliver(watcher);
    else early.set(documentId, [...(early.get(documentId) ?? []), deliver]);
  };
  const leave = await watching(docket, {
    onRow: (row, at) => tell(row.id, (watcher) => watcher.onRow(row, at)),
    onStep: (step, at) => tell(step.document_id, (watcher) => watcher.onStep(step, at)),
  });

  return {
    async send(file, onSeen = () => {}) {
      const started = performance.now();
      const since = (at: number) => Math.max(0, Math.round(at - started));
      const uploaded = await docket.upload(await fileOf(file)).catch((thrown: unknown) => {
        // Without a status nobody answered.
        if (thrown instanceof DocketError && thrown.status > 0) return thrown;
        throw thrown;
      });
      if (uploaded instanceof DocketError) return refused(file, uploaded);

      const { document_id, duplicate } = uploaded;
      // What is there since long was told when the watching began.
      if (duplicate) early.delete(document_id);
      const events: SeenEvent[] = [];
      const ms: Result["ms"] = { accepted: since(performance.now()), ocr_complete: null, completed: null };
      const see = (event: SeenEvent) => {
        events.push(event);
        onSeen(event);
      };
      const row = await untilEnded(
        document_id,
        (status, at) => {
          if (status === "ocr_complete" || status === "completed") ms[status] = since(at);
          see({ ms: since(at), status });
        },
        ({ stage, kind, message }, at) => see({ ms: since(at), stage, kind, message }),
      );
      return { ...resultOf(file, row), document_id, duplicate, text_engine: await engineOf(document_id), ms, events };
    },
    async close() {
      leave();
      await supabase.realtime.disconnect();
    },
  };

  /** What read the text, as the document's history says. */
  async function engineOf(id: string): Promise<string | null> {
    let engine: string | null = null;
    for (let after = 0; ; ) {
      const steps = await docket.events(id, after);
      if (steps.length === 0) return engine;
      for (const { stage, kind, data } of steps)
        if (stage === "ocr" && kind === "completed") engine = (data.engine as string | undefined) ?? null;
      after = steps.at(-1)!.id;
    }
  }

  /** Waits for the document's end by Realtime, and by looking, should an event get lost. */
  function untilEnded(
    id: string,
    onStatus: (status: string, at: number) => void,
    onStep: Watcher["onStep"],
  ): Promise<Document> {
    return new Promise((resolve, reject) => {
      let last = "";
      const look = async () => {
        const row = await docket.get(id).catch((thrown: unknown) => {
          if (thrown instanceof DocketError && thrown.status === 404)
            end(() => reject(new Error(`Document ${id} is gone.`)));
          return undefined;
        });
        if (row?.status === "completed" || row?.status === "failed") end(() => resolve(row));
      };
      const end = (settle: () => void) => {
        clearInterval(timer);
        watchers.delete(id);
        settle();
      };
      const timer = setInterval(look, REREAD_MS);
      const watcher: Watcher = {
        onRow(row, at) {
          if (row.status !== last) onStatus((last = row.status), at);
          if (row.status === "completed" || row.status === "failed") void look();
        },
        onStep,
      };
      watchers.set(id, watcher);
      for (const deliver of early.get(id) ?? []) deliver(watcher);
      early.delete(id);
      void look();
    });
  }
}

/** The file, with the type that its bytes tell: the pipeline compares it where a large one goes to Storage. */
async function fileOf(file: string): Promise<File> {
  const bytes = await readFile(file);
  const name = path.basename(file);
  const type = await acceptedType(bytes, name).catch(() => "");
  return new File([new Uint8Array(bytes)], name, { type });
}

/** Begins to watch, and resolves when the connection is there. */
function watching(
  docket: Docket,
  watcher: { onRow: Watcher["onRow"]; onStep(step: Step & { document_id: string }, at: number): void },
): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const leave = docket.watch({
      onDocument: (row) => watcher.onRow(row, performance.now()),
      onStep: (step) => watcher.onStep(step, performance.now()),
      onConnection: (connected) => (connected ? resolve(leave) : reject(new Error("Realtime cannot be reached."))),
    });
  });
}

type Known = Omit<Result, "document_id" | "duplicate" | "text_engine" | "ms" | "events">;

/** What a row says; null where it says nothing. */
function resultOf(file: string, row: Pick<Document, "status" | "error"> & Partial<Document>): Known {
  const fields = [
    ...METADATA_FIELDS.map(({ name }) => name).filter((name) => name !== "tags"),
    "page_count",
    "metadata_source",
  ] as const;
  const known = Object.fromEntries(fields.map((field) => [field, row[field] ?? null])) as Pick<
    Result,
    (typeof fields)[number]
  >;
  return { file, status: row.status, error: row.error, tags: row.tags ?? [], ...known };
}

function refused(file: string, { code, message }: DocketError): Result {
  const ms = { accepted: null, ocr_complete: null, completed: null };
  return {
    ...resultOf(file, { status: "failed", error: null }),
    status: "refused",
    error: { code, message },
    document_id: null,
    duplicate: false,
    text_engine: null,
    ms,
    events: [],
  };
}
