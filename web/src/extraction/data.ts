import { keepPreviousData, type QueryClient, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { whatWasThere } from "../document/data.ts";
import { type Project, unwrap, useProject } from "../project.tsx";
import type { Condition } from "./row-filters.ts";
import type { ExtractedValue, Extraction, Found, Proposal, Schema, Value } from "./model.ts";

/** How far a schema that is applied to many documents is: asked again after so long while it is under way. */
const POLL_MS = 1500;
/** As many cells as a page of the Data API has. */
const CELLS_SHOWN = 1000;
const EXTRACTION = "id, document_id, schema_id, status, checks, missing, error, note, engine, instruction";

export function useSchemas() {
  const { supabase } = useProject();
  return useQuery({
    queryKey: ["schemas"],
    queryFn: async () =>
      unwrap(
        await supabase
          .from("extraction_schemas")
          .select("id, name, description, document_types, tags, senders, fields, version")
          .order("name"),
      ) as Schema[],
  });
}

export async function readExtracted({ supabase }: Project, documentId: string): Promise<Found> {
  const extractions = unwrap(
    await supabase.from("extractions").select(EXTRACTION).eq("document_id", documentId).order("created_at"),
  ) as Extraction[];
  if (extractions.length === 0) return { extractions, values: [], proposals: [] };
  const ids = extractions.map(({ id }) => id);
  const cells = (table: string, own: string) =>
    supabase
      .from(table)
      .select(`extraction_id, path, row_number, value, page, quote, ${own}`)
      .in("extraction_id", ids)
      .order("row_number")
      .order("path")
      .limit(CELLS_SHOWN);
  const [values, proposals] = await Promise.all([
    cells("extracted_values", "proof, note"),
    cells("extraction_proposals", "reason"),
  ]);
  return {
    extractions,
    // unknown: a list of columns that is put together has no type
    values: unwrap(values) as unknown as ExtractedValue[],
    // unknown: as above
    proposals: unwrap(proposals) as unknown as Proposal[],
  };
}

export function useExtracted(documentId: string, status: string) {
  const project = useProject();
  return useQuery({
    queryKey: ["extracted", documentId, status],
    placeholderData: whatWasThere<Found>(documentId),
    queryFn: () => readExtracted(project, documentId),
  });
}

/** What waits for a person, the oldest first. */
export function useReviewQueue() {
  const { supabase } = useProject();
  return useQuery({
    queryKey: ["review"],
    queryFn: async () =>
      unwrap(
        await supabase
          .from("extractions")
          .select(EXTRACTION)
          .eq("status", "needs_review")
          .order("created_at")
          .order("id")
          .limit(500),
      ) as Extraction[],
  });
}

export type Place = { extraction_id: string; path: string; row_number: number };

type Context = { project: Project; client: QueryClient };

/** Says that a value is right, another one, or that the document has none. Throws what the project answers. */
export async function review(
  { project, client }: Context,
  { extraction_id, path, row_number }: Place,
  action: "accept" | "correct" | "absent",
  value?: Value,
): Promise<void> {
  const { error } = await project.supabase
    .from("extraction_reviews")
    .insert({ extraction_id, path, row_number, action, ...(action === "correct" && { value }) });
  if (error) throw error;
  await readAgain(client);
}

/** Puts back what was there before a run that the reader had made. Throws what the project answers. */
export async function undoRun({ project, client }: Context, run_id: number): Promise<void> {
  const { error } = await project.supabase.rpc("undo_extraction_run", { run_id });
  if (error) throw error;
  await readAgain(client);
}

const readAgain = (client: QueryClient): Promise<unknown> =>
  Promise.all(["extracted", "review", "rows", "sums"].map((key) => client.invalidateQueries({ queryKey: [key] })));

export type TableRow = {
  document_id: string;
  extraction_id: string;
  row_number: number;
  status: Extraction["status"];
  values: Record<string, Value>;
  /** What the document is called. */
  name: string;
};
type After = Record<string, unknown> | null;
type RowsPage = { rows: TableRow[]; next: After };

/** The values of a schema over all documents, or the lines of one of its tables. */
export type TableQuestion = {
  schemaId: string;
  lines: string | null;
  sort: string | null;
  descending: boolean;
  where: Condition[];
};

/** No list is no filter. */
const filtersOf = (where: Condition[]): Condition[] | null => (where.length > 0 ? where : null);

async function readRows(
  { supabase }: Project,
  { schemaId, lines, sort, descending, where }: TableQuestion,
  after: After,
): Promise<RowsPage> {
  return unwrap(
    await supabase.rpc("schema_rows", {
      schema_id: schemaId,
      line_items: lines,
      sort,
      descending,
      after,
      filters: filtersOf(where),
    }),
  ) as RowsPage;
}

export function useRows(question: TableQuestion) {
  const project = useProject();
  return useInfiniteQuery({
    queryKey: ["rows", question],
    queryFn: ({ pageParam }) => readRows(project, question, pageParam),
    initialPageParam: null as After,
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
  });
}

export type Sum = { path: string; currency: string | null; count: number; sum: number };

/** What the numbers of the rows add up to. */
export function useSums({ schemaId, lines, where }: TableQuestion) {
  const { supabase } = useProject();
  return useQuery({
    queryKey: ["sums", schemaId, lines, where],
    queryFn: async () =>
      unwrap(
        await supabase.rpc("schema_sums", { schema_id: schemaId, line_items: lines, filters: filtersOf(where) }),
      ) as Sum[],
    placeholderData: keepPreviousData,
  });
}

export type Estimate = { documents: number; pages: number; cost_micro_usd: number };

/**
 * How many documents lack the schema, null when it was deleted meanwhile; and how many are being looked through, asked again
 * while there are any.
 */
export function useProgress(schemaId: string) {
  const { supabase } = useProject();
  return useQuery({
    queryKey: ["progress", schemaId],
    queryFn: async () => {
      const [lacking, { count, error }] = await Promise.all([
        supabase.rpc("estimate_schema", { schema_id: schemaId }),
        supabase
          .from("extractions")
          .select("id", { count: "exact", head: true })
          .eq("schema_id", schemaId)
          .in("status", ["queued", "running"]),
      ]);
      if (error) throw error;
      return { lacking: unwrap(lacking) as Estimate | null, underWay: count ?? 0 };
    },
    refetchInterval: ({ state }) => ((state.data?.underWay ?? 0) > 0 ? POLL_MS : false),
  });
}

/** Has a schema looked for in the documents that lack it. */
export async function applySchema({ project, client }: Context, schemaId: string): Promise<void> {
  const { error } = await project.supabase.from("schema_applications").insert({ schema_id: schemaId });
  if (error) throw error;
  await Promise.all(["progress", "extracted"].map((key) => client.invalidateQueries({ queryKey: [key] })));
}

/** Takes a template as a schema of one's own. Where its name is taken, it gets a number. Returns its id. */
export async function makeSchema(
  { project, client }: Context,
  { name, description, document_types, fields }: Pick<Schema, "name" | "description" | "document_types" | "fields">,
  taken: string[],
): Promise<string> {
  let unique = name;
  for (let number = 2; taken.includes(unique); number += 1) unique = `${name} ${number}`;
  const { id } = unwrap(
    await project.supabase
      .from("extraction_schemas")
      .insert({ name: unique, description, document_types, fields })
      .select("id")
      .single(),
  );
  await client.invalidateQueries({ queryKey: ["schemas"] });
  return id as string;
}

/** Stores a schema: a new one without an id. Returns its id. */
export async function saveSchema(
  { project, client }: Context,
  id: string | null,
  schema: Omit<Schema, "id" | "version">,
): Promise<string> {
  const table = project.supabase.from("extraction_schemas");
  const saved = unwrap(
    await (id === null ? table.insert(schema) : table.update(schema).eq("id", id)).select("id").single(),
  );
  await client.invalidateQueries({ queryKey: ["schemas"] });
  return saved.id as string;
}

export async function deleteSchema({ project, client }: Context, schemaId: string): Promise<void> {
  const { error } = await project.supabase.from("extraction_schemas").delete().eq("id", schemaId);
  if (error) throw error;
  await client.invalidateQueries();
}

/** Senders that contain what was typed, those of most documents first. */
export function useSendersLike(typed: string): string[] {
  const { supabase } = useProject();
  const query = typed.trim();
  const { data = [] } = useQuery({
    queryKey: ["senders", query],
    queryFn: async () => {
      const { data: found, error } = await supabase.rpc("my_senders", { query, at_most: 100 });
      if (error) throw error;
      return found as { sender: string; documents: number }[];
    },
    placeholderData: keepPreviousData,
  });
  return data.map(({ sender }) => sender);
}
