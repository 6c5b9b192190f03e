import { useEffect, useSyncExternalStore } from "react";
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { t } from "../language.ts";
import type { DocumentRow, EventRow } from "../model.ts";
import { setLive } from "../online.ts";
import { type Project, useProject } from "../project.tsx";
import { sentenceOf } from "../sentences.ts";
import { addRow, type FoundPages, leaveLists, readListsAgain, showRow } from "./query.ts";

/** Page n of m of a document that is being read, or what describing does, by document. */
const steps = new Map<string, string>();
const listeners = new Set<() => void>();

function setStep(id: string, step: string | null): void {
  if (step === null ? !steps.delete(id) : steps.get(id) === step) return;
  if (step !== null) steps.set(id, step);
  listeners.forEach((listener) => listener());
}

export const useStep = (id: string): string | undefined =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => steps.get(id),
  );

function noteStep({ document_id, kind, data, message }: EventRow): void {
  if (kind === "progress" && data.page_count)
    setStep(document_id, t("Page {page} of {all}", { page: data.page, all: data.page_count }));
  else if (kind === "tool") setStep(document_id, t("Calling {tool}", { tool: data.tool }));
  else if (kind === "retrying")
    setStep(document_id, data.code === "worker_lost" ? t("Trying again") : sentenceOf({ code: data.code, message }));
  else setStep(document_id, null);
}

/**
 * Keeps every list and open document in step with the project. Realtime promises no delivery, so all is read again whenever
 * the channel is joined, and events are news of a row's present state.
 */
export function useLive(userId: string): void {
  const project = useProject();
  const client = useQueryClient();
  useEffect(() => {
    const { supabase } = project;
    const channel = supabase
      .channel(`page ${userId}`)
      .on("postgres_changes", { event: "*", schema: "public", table: "documents" }, (change) => {
        if (change.eventType === "DELETE") return leaveLists(client, [change.old.id as string]);
        const row = change.new as DocumentRow;
        if (row.status === "completed" || row.status === "failed") setStep(row.id, null);
        if (change.eventType === "INSERT") addRow(client, row);
        showRow(client, row);
        // An answer that is on its way may be older than this.
        void client.cancelQueries({ queryKey: ["document", row.id] });
        client.setQueryData(["document", row.id], row);
        if (change.eventType === "INSERT" || row.status === "completed") readFilteredAgain(client);
      })
      .on("postgres_changes", { event: "INSERT", schema: "public", table: "document_events" }, ({ new: event }) => {
        noteStep(event as EventRow);
        // Row level security hides what is in the trash, so its row itself brings no news of that.
        if (event.kind === "trashed") leaveLists(client, [event.document_id]);
        if (event.kind === "restored") void readListsAgain(client, [event.document_id]);
        if (event.kind === "trashed") void client.invalidateQueries({ queryKey: ["trash"] });
        client.setQueryData<EventRow[]>(
          ["events", event.document_id],
          (known) => known && [...known.filter(({ id }) => id !== event.id), event as EventRow],
        );
        if (event.kind === "progress" || event.kind === "completed")
          void client.invalidateQueries({ queryKey: ["pages", event.document_id] });
        if (event.stage === "metadata" && event.kind === "completed")
          void client.invalidateQueries({ queryKey: ["runs", event.document_id] });
        if (event.kind === "completed") void client.invalidateQueries({ queryKey: ["usage"] });
        // A described document is looked through for its tables in the same moment.
        if (event.stage === "metadata" && event.kind === "completed")
          for (const key of ["progress", "rows", "sums", "review"]) void client.invalidateQueries({ queryKey: [key] });
      })
      .on("postgres_changes", { event: "*", schema: "public", table: "extractions" }, (change) => {
        const { document_id } = change.new as { document_id?: string };
        void client.invalidateQueries({ queryKey: document_id ? ["extracted", document_id] : ["extracted"] });
        readTablesAgain(client);
      })
      .subscribe((status) => {
        setLive(status === "SUBSCRIBED");
        if (status === "SUBSCRIBED") void client.invalidateQueries().then(() => readSteps(project, client));
      });
    return () => void supabase.removeChannel(channel);
  }, [project, client, userId]);
}

let tablesWaiting: ReturnType<typeof setTimeout> | undefined;
/** What is made of all extractions. A schema that is applied to many documents brings a change for each: bursts are answered once. */
function readTablesAgain(client: QueryClient): void {
  clearTimeout(tablesWaiting);
  tablesWaiting = setTimeout(() => {
    for (const key of ["progress", "rows", "sums", "review"]) void client.invalidateQueries({ queryKey: [key] });
  }, 400);
}

let waiting: ReturnType<typeof setTimeout> | undefined;
/** Whether a row belongs to a filtered list, and which tags there are, only the database knows. Bursts are answered once. */
function readFilteredAgain(client: QueryClient): void {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    void client.invalidateQueries({ queryKey: ["tags"] });
    void client.invalidateQueries({
      queryKey: ["documents"],
      type: "active",
      predicate: ({ queryKey, state }) => {
        const question = queryKey[1] as { query: string; sort: string } & Record<string, unknown>;
        const plain = !Object.values(question).some((value) =>
          Array.isArray(value) ? value.length > 0 : Boolean(value),
        );
        return !plain && ((state.data as FoundPages | undefined)?.pages.length ?? 0) <= 3;
      },
    });
  }, 800);
}

/** How far the documents are that were under way before this page listened. */
async function readSteps({ supabase }: Project, client: QueryClient): Promise<void> {
  const rows = client
    .getQueriesData<FoundPages>({ queryKey: ["documents"] })
    .flatMap(([, data]) => data?.pages.flatMap(({ documents }) => documents) ?? []);
  const ids = [
    ...new Set(
      rows.filter(({ status }) => status === "processing" || status === "generating_metadata").map(({ id }) => id),
    ),
  ].slice(0, 50);
  if (ids.length === 0) return;
  const { data } = await supabase
    .from("document_events")
    .select()
    .in("document_id", ids)
    .order("id", { ascending: false })
    .limit(500);
  const seen = new Set<string>();
  for (const event of (data ?? []) as EventRow[]) {
    if (seen.has(event.document_id)) continue;
    seen.add(event.document_id);
    noteStep(event);
  }
}
