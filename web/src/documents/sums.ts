import { useQuery } from "@tanstack/react-query";
import { useProject } from "../project.tsx";
import { type FoundRow, filtersOf, type Question } from "./query.ts";
import { type Sum, sumOf, typedFilters } from "./typed.ts";

/**
 * What the documents found come to, per currency. Of those that are all here, from their rows; of more, from the project. Null where
 * words were searched and more were found than are loaded: the project's sums find words otherwise than the list does.
 */
export function useSumsOf(question: Question, rows: FoundRow[], complete: boolean, wanted: boolean): Sum[] | null {
  const { supabase } = useProject();
  const filters = filtersOf(question);
  const ofWords = typedFilters(question.query).query !== "";
  const { data = [] } = useQuery({
    queryKey: ["sums of documents", filters],
    enabled: wanted && !complete && !ofWords,
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
  if (complete) return sumOf(rows);
  return ofWords ? null : data;
}
