import type { SupabaseClient } from "@supabase/supabase-js";
import type { Http } from "./http.ts";
import { place, sleep } from "./http.ts";
import type { Document, Status, Step } from "./types.ts";

export type Watcher = {
  /** A document is there, or has changed. Comes for each that is there when watching begins, and again after a lost connection. */
  onDocument(document: Document): void;
  /** A document is gone. Of others' too: row level security does not apply to it. */
  onDeleted?(id: string): void;
  onStep?(step: Step & { document_id: string }): void;
  /** The connection is there (again), or lost. */
  onConnection?(connected: boolean): void;
};

let count = 0;

/**
 * Tells of all changes, by Realtime. It does not promise delivery, so documents are read again whenever it joins.
 *
 * @returns ends the watching
 */
export function watch(supabase: SupabaseClient, watcher: Watcher): () => void {
  const channel = supabase
    .channel(`docket-${++count}`)
    .on("postgres_changes", { event: "*", schema: "public", table: "documents" }, (change) => {
      if (change.eventType === "DELETE") watcher.onDeleted?.(String(change.old.id));
      else watcher.onDocument(change.new as Document);
    })
    .on("postgres_changes", { event: "INSERT", schema: "public", table: "document_events" }, (change) =>
      watcher.onStep?.(change.new as Step & { document_id: string }),
    )
    .subscribe(async (status) => {
      watcher.onConnection?.(status === "SUBSCRIBED");
      if (status !== "SUBSCRIBED") return;
      const { data } = await supabase.from("documents").select().order("created_at", { ascending: false });
      for (const row of data ?? []) watcher.onDocument(row as Document);
    });
  return () => void supabase.removeChannel(channel);
}

export type WaitOptions = {
  signal?: AbortSignal;
  /** Told of each status that is seen. */
  onStatus?(status: Status, document: Document): void;
};

const ENDS = new Set<Status>(["completed", "failed"]);
const FIRST_LOOK_MS = 60;
const SLOWEST_LOOK_MS = 1_000;

/** Waits for a document's end, by looking: often at first, then each second. An outage in between is waited out. */
export async function wait(http: Http, id: string, { signal, onStatus }: WaitOptions): Promise<Document> {
  let last: Status | undefined;
  for (let pause = FIRST_LOOK_MS; ; pause = Math.min(pause * 1.2, SLOWEST_LOOK_MS)) {
    const document = await http.json<Document>(place`/functions/v1/api/documents/${id}`, { signal, repeats: true });
    if (document.status !== last) onStatus?.(document.status, document);
    last = document.status;
    if (ENDS.has(document.status)) return document;
    await sleep(pause, signal);
  }
}
