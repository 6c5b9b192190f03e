import { type QueryClient, useQuery } from "@tanstack/react-query";
import { type Project, useProject } from "../project.tsx";
import type { ExtractedValue, Extraction, Proposal, Schema, Value } from "./model.ts";

/** Extraction does not speak through Realtime: what is under way is asked for again after so long. */
const POLL_MS = 1500;
/** As many cells as a page of the Data API has. */
const CELLS_SHOWN = 1000;
const EXTRACTION = "id, document_id, schema_id, status, checks, missing, error, note";

function unwrap<Data>({ data, error }: { data: Data; error: unknown }): NonNullable<Data> {
  if (error) throw error;
  return data as NonNullable<Data>;
}

const isUnderWay = ({ status }: Extraction): boolean => status === "queued" || status === "running";

export function useSchemas() {
  const { supabase } = useProject();
  return useQuery({
    queryKey: ["schemas"],
    queryFn: async () =>
      unwrap(
        await supabase
          .from("extraction_schemas")
          .select("id, name, description, document_types, fields, version")
          .order("name"),
      ) as Schema[],
  });
}

/** What the schemas found in one document: values, and what waits for a person. */
export type Found = { extractions: Extraction[]; values: ExtractedValue[]; proposals: Proposal[] };

export function useExtracted(documentId: string, status: string) {
  const { supabase } = useProject();
  return useQuery({
    queryKey: ["extracted", documentId, status],
    queryFn: async (): Promise<Found> => {
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
        values: unwrap(values) as unknown as ExtractedValue[],
        proposals: unwrap(proposals) as unknown as Proposal[],
      };
    },
    refetchInterval: ({ state }) => (state.data?.extractions.some(isUnderWay) ? POLL_MS : false),
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
  await Promise.all(
    ["extracted", "review", "rows", "sums"].map((key) => client.invalidateQueries({ queryKey: [key] })),
  );
}
