import { useQuery } from "@tanstack/react-query";
import { useProject } from "../project.tsx";
import type { FoundRow } from "./query.ts";

export type KnownTag = { tag: string; documents: number | null };

/** The user's tags, most used first; those of the loaded rows where the project has no `my_tags`. */
export function useTags(rows: FoundRow[]): KnownTag[] {
  const { supabase } = useProject();
  const { data } = useQuery({
    queryKey: ["tags"],
    queryFn: async () => {
      const { data: found, error } = await supabase.rpc("my_tags", { at_most: 50 });
      return error ? null : (found as { tag: string; documents: number }[]).sort((a, b) => b.documents - a.documents);
    },
  });
  if (data) return data;
  const counts = new Map<string, number>();
  for (const { tags } of rows) for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).slice(0, 50).map(([tag]) => ({ tag, documents: null }));
}
