import { useQuery } from "@tanstack/react-query";
import { useProject } from "../project.tsx";
import { type FoundRow, filtersOf, type Question } from "./query.ts";
import { type Sum, sumOf } from "./typed.ts";

/**
 * What the documents found come to, per currency. Of those that are all here, from their rows; of more, from the project.
 * Nothing where words were searched and more were found: the project's sums find words otherwise than the list does.
 */
export function useSumsOf(question: Question, rows: FoundRow[], complete: boolean, wanted: boolean): Sum[] {
  const { supabase } = useProject();
  const { query, ...filters } = filtersOf(question);
  const { data = [] } = useQuery({
    queryKey: ["sums of documents", filters],
    enabled: wanted && !complete && query === null,
    queryFn: async () => {
      const { data: sums, error } = await supabase.rpc("sum_amounts", filters);
      if (error) throw error;
      return (sums as { currency: string | null; total: number | string }[]).map(({ currency, total }) => ({
        currency,
        total: Number(total),
      }));
    },
  });
  if (!wanted) return [];
  return complete ? sumOf(rows) : query === null ? data : [];
}
