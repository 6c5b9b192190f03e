import { type InfiniteData, keepPreviousData, type QueryClient, useInfiniteQuery } from "@tanstack/react-query";
import { type DocumentRow, STATUSES } from "../model.ts";
import type { Place } from "../place.ts";
import { type Project, useProject } from "../project.tsx";

/** What the list asks for; read from the address, so that a search can be kept and sent to somebody. */
export type Question = {
  query: string;
  tags: string[];
  types: string[];
  statuses: string[];
  from: string;
  to: string;
  sort: string;
};

/** `similar`: it only resembles what was searched. */
export type FoundRow = DocumentRow & { snippet: string | null; similar?: boolean };
type After = { key: string; id: string } | null;
/** `total` comes with the first page: how many match, counted up to 1,001. */
export type Found = { documents: FoundRow[]; next: After; total?: number };
export type FoundPages = InfiniteData<Found, After>;

/** Little to begin with; who scrolls on is sent more at a time. */
const FIRST_PAGE = 100;
const NEXT_PAGES = 200;
/** What "in progress" means in the filter. */
export const UNDER_WAY = "under-way";

export function questionAt(place: Place): Question {
  return {
    query: place.get("q") ?? "",
    tags: place.getAll("tag"),
    types: place.getAll("type"),
    statuses: place.getAll("status"),
    from: place.get("from") ?? "",
    to: place.get("to") ?? "",
    sort: place.get("sort") ?? "",
  };
}

export const isFiltered = ({ query, tags, types, statuses, from, to }: Question): boolean =>
  Boolean(query || from || to || tags.length || types.length || statuses.length);

/** The order in force: of what was searched the best first, otherwise the newest. */
export const orderOf = ({ sort, query }: Question): string => sort || (query.trim() ? "relevance" : "-created_at");

export const keyOf = (question: Question) => ["documents", question] as const;

export async function searchDocuments(
  { supabase }: Project,
  question: Question,
  after: After,
  pageSize = after ? NEXT_PAGES : FIRST_PAGE,
): Promise<Found> {
  const statuses = question.statuses.flatMap((status) =>
    status === UNDER_WAY ? STATUSES.filter((one) => one !== "completed" && one !== "failed") : [status],
  );
  const order = orderOf(question);
  const { data, error } = await supabase.rpc("search_documents", {
    query: question.query || null,
    tags: question.tags,
    document_types: question.types,
    statuses,
    date_from: question.from || null,
    date_to: question.to || null,
    sort: order === "relevance" && !question.query.trim() ? null : order,
    after,
    page_size: pageSize,
  });
  if (error) throw error;
  return data as Found;
}

export function useDocuments(question: Question) {
  const project = useProject();
  return useInfiniteQuery({
    queryKey: keyOf(question),
    queryFn: ({ pageParam }) => searchDocuments(project, question, pageParam),
    initialPageParam: null as After,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    // Pages that are there stay the same objects anyway; comparing all of them, value by value, took longer than a frame.
    structuralSharing: false,
  });
}

/** A changed row, wherever the list shows it. Its snippet stays: the text is the same. */
export function showRow(client: QueryClient, row: DocumentRow): void {
  client.setQueriesData<FoundPages>(
    { queryKey: ["documents"] },
    (data) =>
      data && {
        ...data,
        pages: data.pages.map((page) =>
          page.documents.some(({ id }) => id === row.id)
            ? {
                ...page,
                documents: page.documents.map((known) => (known.id === row.id ? { ...known, ...row } : known)),
              }
            : page,
        ),
      },
  );
}

/** A new row: on top of the lists that are unfiltered and newest first. */
export function addRow(client: QueryClient, row: DocumentRow): void {
  for (const [key, data] of client.getQueriesData<FoundPages>({ queryKey: ["documents"] })) {
    const question = key[1] as Question;
    if (!data?.pages[0] || isFiltered(question) || orderOf(question) !== "-created_at") continue;
    if (data.pages.some(({ documents }) => documents.some(({ id }) => id === row.id))) continue;
    const [first, ...rest] = data.pages;
    client.setQueryData<FoundPages>(key, {
      ...data,
      pages: [{ ...first, documents: [{ ...row, snippet: null }, ...first.documents] }, ...rest],
    });
  }
}

export function removeRows(client: QueryClient, ids: Set<string>): void {
  client.setQueriesData<FoundPages>(
    { queryKey: ["documents"] },
    (data) =>
      data && {
        ...data,
        pages: data.pages.map((page) => ({ ...page, documents: page.documents.filter(({ id }) => !ids.has(id)) })),
      },
  );
}
