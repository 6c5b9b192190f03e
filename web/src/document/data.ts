import { useQueries, useQuery } from "@tanstack/react-query";
import type { DocumentRow, EventRow, PageRow, PartRow, RunRow, Word } from "../model.ts";
import { type Project, unwrap, useProject } from "../project.tsx";

const ROWS_AT_ONCE = 1000;
export const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The document's row; null when there is none, or it is not the reader's. */
export function useDocument(id: string) {
  return useQuery(documentQuery(useProject(), id));
}

/** The rows of several documents, of those that are known already; null of one that was deleted. */
export function useDocumentsById(ids: string[]): Map<string, DocumentRow | null> {
  const project = useProject();
  const rows = useQueries({ queries: ids.map((id) => documentQuery(project, id)) });
  return new Map(rows.flatMap(({ data }, index) => (data === undefined ? [] : [[ids[index]!, data] as const])));
}

const documentQuery = ({ supabase }: Project, id: string) => ({
  queryKey: ["document", id],
  // What is no id is no document's: no question to the project.
  queryFn: async () =>
    UUID.test(id)
      ? ((unwrap(await supabase.from("documents").select().eq("id", id).limit(1)) as DocumentRow[])[0] ?? null)
      : null,
});

export function usePages(id: string) {
  const { supabase } = useProject();
  return useQuery({
    queryKey: ["pages", id],
    queryFn: async () => {
      const pages: PageRow[] = [];
      for (;;) {
        const some: PageRow[] = unwrap(
          await supabase
            .from("document_pages")
            .select("page_number, text, engine, confidence, error")
            .eq("document_id", id)
            .order("page_number")
            .range(pages.length, pages.length + ROWS_AT_ONCE - 1),
        );
        pages.push(...some);
        if (some.length < ROWS_AT_ONCE) return pages;
      }
    },
  });
}

/** The words of one page with their places: much, so only for the page where something is to be marked. */
export function useWords(id: string, page: number, wanted: boolean) {
  const { supabase } = useProject();
  return useQuery({
    queryKey: ["words", id, page],
    enabled: wanted,
    queryFn: async () =>
      (
        unwrap(
          await supabase.from("document_pages").select("words").eq("document_id", id).eq("page_number", page).limit(1),
        ) as { words: Word[] | null }[]
      )[0]?.words ?? null,
  });
}

/** For what is read again whenever a document's status changes: what was there of the same document stays until it arrives. */
export const whatWasThere =
  <Data>(id: string) =>
  (data: Data | undefined, query?: { queryKey: readonly unknown[] }): Data | undefined =>
    query?.queryKey[1] === id ? data : undefined;

/** What came inside this one, in its order: attachments of a mail, members of an archive. Each is a document, or says why it is none. */
export function useParts(document: DocumentRow) {
  const { supabase } = useProject();
  return useQuery({
    queryKey: ["parts", document.id, document.status],
    placeholderData: whatWasThere(document.id),
    queryFn: async (): Promise<PartRow[]> =>
      unwrap(
        await supabase
          .from("document_parts")
          .select("position, filename, document_id, error")
          .eq("parent_id", document.id)
          .order("position")
          .limit(ROWS_AT_ONCE),
      ),
  });
}

export function useRuns(id: string) {
  const { supabase } = useProject();
  return useQuery({
    queryKey: ["runs", id],
    queryFn: async () =>
      unwrap(
        await supabase
          .from("metadata_runs")
          .select("id, engine, model, cost_micro_usd, proposal, applied, evidence, created_at")
          .eq("document_id", id)
          .order("id", { ascending: false })
          .limit(20),
      ) as RunRow[],
  });
}

export function useEvents(id: string) {
  const { supabase } = useProject();
  return useQuery({
    queryKey: ["events", id],
    queryFn: async () =>
      (
        unwrap(
          await supabase
            .from("document_events")
            .select()
            .eq("document_id", id)
            .order("id", { ascending: false })
            .limit(500),
        ) as EventRow[]
      ).reverse(),
  });
}

/** An address of the stored file that is good for an hour; not asked for before the file is there. */
export function useFileUrl(document: DocumentRow | null | undefined) {
  const { supabase } = useProject();
  return useQuery({
    queryKey: ["file", document?.id],
    enabled: Boolean(document && document.status !== "uploading"),
    staleTime: 50 * 60_000,
    queryFn: async () =>
      unwrap(await supabase.storage.from("documents").createSignedUrl(document!.storage_path, 3600)).signedUrl,
  });
}
