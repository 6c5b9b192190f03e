import { type InfiniteData, keepPreviousData, type QueryClient, useInfiniteQuery } from "@tanstack/react-query";
import { isDay } from "../format.ts";
import { DOCUMENT_TYPES, type DocumentRow, STATUSES } from "../model.ts";
import { typedFilters } from "./typed.ts";
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
  amountFrom: string;
  amountTo: string;
  currencies: string[];
  /** "soon", "overdue", or nothing. */
  due: string;
  /** How documents came, and how many pages they have: "2-5", "21-". */
  sources: (typeof SOURCES)[number][];
  pages: string;
  /** "yes": only documents with a note. */
  noted: string;
  sort: string;
};

/** `similar`: it only resembles what was searched. `due_date`: the proven day by which it is payable. */
export type FoundRow = DocumentRow & { snippet: string | null; similar?: boolean; due_date?: string | null };
type After = { key: string; id: string } | null;
/** `total` comes with the first page: how many match, counted up to 1,001. */
export type Found = { documents: FoundRow[]; next: After; total?: number };
export type FoundPages = InfiniteData<Found, After>;

/** Little to begin with; who scrolls on is sent more at a time. */
const FIRST_PAGE = 100;
const NEXT_PAGES = 200;
/** What "in progress" means in the filter. */
export const UNDER_WAY = "under-way";

export const SOURCES = ["upload", "mail", "upload_link", "part"] as const;
const ORDERS = [
  ...["created_at", "name", "correspondent", "document_date", "amount", "byte_size"].flatMap((by) => [by, `-${by}`]),
  "due_date",
  "relevance",
];
/** So many values of one filter, and so many characters of one value. */
const MOST = { values: 50, characters: 100, searched: 1000 };

/** An address is typed, cut, and sent around by people: what is no value of a filter is not there. */
export function questionAt(place: Place): Question {
  const all = (name: string, fits: (value: string) => boolean = () => true): string[] => [
    ...new Set(
      place
        .getAll(name)
        .map((value) => value.trim())
        .filter((value) => value && value.length <= MOST.characters && !hasControls(value) && fits(value))
        .slice(0, MOST.values),
    ),
  ];
  const one = (name: string, fits: (value: string) => boolean): string => all(name, fits)[0] ?? "";
  const of = (known: readonly string[]) => (value: string) => known.includes(value);
  return {
    query: withoutControls(place.get("q") ?? "").slice(0, MOST.searched),
    tags: all("tag"),
    types: all("type", of(DOCUMENT_TYPES)),
    statuses: all("status", of([...STATUSES, UNDER_WAY])),
    from: one("from", isDay),
    to: one("to", isDay),
    amountFrom: one("least", isAmount),
    amountTo: one("most", isAmount),
    currencies: all("currency", (code) => /^[A-Z]{3}$/.test(code)),
    due: one("due", of(["soon", "overdue"])),
    sources: all("source", of(SOURCES)) as Question["sources"],
    pages: one("pages", (span) => /^\d{1,6}-\d{0,6}$/.test(span)),
    noted: one("noted", of(["yes"])),
    sort: one("sort", of(ORDERS)),
  };
}

const isControl = (character: string): boolean => character < " " || character === "\u007f";
const hasControls = (text: string): boolean => [...text].some(isControl);
const withoutControls = (text: string): string => [...text].map((one) => (isControl(one) ? " " : one)).join("");
const isAmount = (text: string): boolean => /^-?\d{1,15}(\.\d{1,6})?$/.test(text);

export const isFiltered = ({ sort: _, ...narrowing }: Question): boolean =>
  Object.values(narrowing).some((value) => value.length > 0);

/** The order in force: of what was searched the best first, of what is due the earliest, otherwise the newest. */
export const orderOf = ({ sort, query, due }: Question): string =>
  sort || (typedFilters(query).query ? "relevance" : due ? "due_date" : "-created_at");

export const keyOf = (question: Question) => ["documents", question] as const;

/** The filters as search_documents and sum_amounts take them; those that were typed with those that were chosen. */
export function filtersOf(question: Question) {
  const typed = typedFilters(question.query);
  const [from, to] = question.pages.split("-");
  // The project reads these out of the words. First, as the last word may be half typed.
  const more = [
    ...(question.due ? [`due:${question.due}`] : []),
    ...question.sources.map((source) => `source:${source}`),
    ...(question.noted ? ["has:note"] : []),
    ...(/^\d+-\d*$/.test(question.pages) ? [`pages>=${from}`, ...(to ? [`pages<=${to}`] : [])] : []),
  ];
  return {
    query: [...more, typed.query].filter(Boolean).join(" ") || null,
    tags: question.tags,
    document_types: question.types,
    statuses: question.statuses.flatMap((status) =>
      status === UNDER_WAY ? STATUSES.filter((one) => one !== "completed" && one !== "failed") : [status],
    ),
    date_from: question.from || null,
    date_to: question.to || null,
    amount_from: typed.amountFrom || question.amountFrom || null,
    amount_to: typed.amountTo || question.amountTo || null,
    currencies: [...new Set([...typed.currencies, ...question.currencies])],
  };
}

export async function searchDocuments(
  { supabase }: Project,
  question: Question,
  after: After,
  pageSize = after ? NEXT_PAGES : FIRST_PAGE,
): Promise<Found> {
  const filters = filtersOf(question);
  const order = orderOf(question);
  const { data, error } = await supabase.rpc("search_documents", {
    ...filters,
    sort: order === "relevance" && !filters.query ? null : order,
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

function removeRows(client: QueryClient, ids: Set<string>): void {
  client.setQueriesData<FoundPages>(
    { queryKey: ["documents"] },
    (data) =>
      data && {
        ...data,
        pages: data.pages.map((page) => ({ ...page, documents: page.documents.filter(({ id }) => !ids.has(id)) })),
      },
  );
}

/** Documents that went to the trash or were deleted, here or elsewhere. */
export function leaveLists(client: QueryClient, ids: string[]): void {
  removeRows(client, new Set(ids));
  for (const id of ids) client.setQueryData(["document", id], (known) => known && null);
}

/** Documents that came back from the trash, here or elsewhere. */
export async function readListsAgain(client: QueryClient, ids: string[]): Promise<void> {
  await Promise.all(
    [["documents"], ["trash"], ["tags"], ["rows"], ["sums"], ["review"], ...ids.map((id) => ["document", id])].map(
      (queryKey) => client.invalidateQueries({ queryKey }),
    ),
  );
}
