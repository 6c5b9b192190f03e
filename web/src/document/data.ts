import { useQuery } from "@tanstack/react-query";
import type { DocumentRow, EventRow, PageRow, RunRow, Word } from "../model.ts";
import { useProject } from "../project.tsx";

const ROWS_AT_ONCE = 1000;

function unwrap<Data>({ data, error }: { data: Data; error: { message: string } | null }): NonNullable<Data> {
  if (error) throw new Error(error.message);
  return data as NonNullable<Data>;
}

/** The document's row; null when there is none, or it is not the reader's. */
export function useDocument(id: string) {
  const { supabase } = useProject();
  return useQuery({
    queryKey: ["document", id],
    queryFn: async () => (unwrap(await supabase.from("documents").select().eq("id", id).limit(1)) as DocumentRow[])[0] ?? null,
  });
}

/** The columns of a page; `error` says why one could not be read, where the project has it. */
const PAGE_COLUMNS = ["page_number, text, engine, confidence, error", "page_number, text, engine, confidence"];

export function usePages(id: string) {
  const { supabase } = useProject();
  return useQuery({
    queryKey: ["pages", id],
    queryFn: async () => {
      const pages: PageRow[] = [];
      const read = (columns: string) => supabase.from("document_pages").select(columns).eq("document_id", id).order("page_number").range(pages.length, pages.length + ROWS_AT_ONCE - 1);
      for (;;) {
        let answer = await read(PAGE_COLUMNS[0]!);
        if (answer.error && PAGE_COLUMNS.length > 1) {
          answer = await read(PAGE_COLUMNS[1]!);
          if (!answer.error) PAGE_COLUMNS.shift();
        }
        const some = unwrap(answer) as unknown as PageRow[];
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
    queryFn: async () => (unwrap(await supabase.from("document_pages").select("words").eq("document_id", id).eq("page_number", page).limit(1)) as { words: Word[] | null }[])[0]?.words ?? null,
  });
}

/** The documents that came inside this one: attachments of a mail, files of an archive. */
export function useParts(document: DocumentRow) {
  const { supabase } = useProject();
  return useQuery({
    queryKey: ["parts", document.id, document.status],
    enabled: document.parent_id !== undefined,
    queryFn: async () => unwrap(await supabase.from("documents").select("id, filename, display_name").eq("parent_id", document.id).order("created_at").limit(200)) as Pick<DocumentRow, "id" | "filename" | "display_name">[],
  });
}

export function useRuns(id: string) {
  const { supabase } = useProject();
  return useQuery({
    queryKey: ["runs", id],
    queryFn: async () => unwrap(await supabase.from("metadata_runs").select("id, engine, model, cost_micro_usd, proposal, applied, evidence, created_at").eq("document_id", id).order("id", { ascending: false }).limit(20)) as RunRow[],
  });
}

export function useEvents(id: string) {
  const { supabase } = useProject();
  return useQuery({
    queryKey: ["events", id],
    queryFn: async () => (unwrap(await supabase.from("document_events").select().eq("document_id", id).order("id", { ascending: false }).limit(500)) as EventRow[]).reverse(),
  });
}

/** An address of the stored file that is good for an hour; not asked for before the file is there. */
export function useFileUrl(document: DocumentRow | null | undefined) {
  const { supabase } = useProject();
  return useQuery({
    queryKey: ["file", document?.id],
    enabled: Boolean(document && document.status !== "uploading"),
    staleTime: 50 * 60_000,
    queryFn: async () => unwrap(await supabase.storage.from("documents").createSignedUrl(document!.storage_path, 3600)).signedUrl,
  });
}
