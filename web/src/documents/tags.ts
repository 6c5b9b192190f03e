import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useProject } from "../project.tsx";

export type KnownTag = { tag: string; documents: number };

/** The user's tags, those of most documents first. */
export function useTags(): KnownTag[] {
  const { supabase } = useProject();
  const { data = [] } = useQuery({
    queryKey: ["tags"],
    queryFn: async () => {
      const { data: found, error } = await supabase.rpc("my_tags", { at_most: 50 });
      if (error) throw error;
      return found as KnownTag[];
    },
  });
  return data;
}

/** Tags that contain what was typed, for filters: the vocabulary may have thousands. */
export function useTagsLike(typed: string): KnownTag[] {
  const { supabase } = useProject();
  const { data = [] } = useQuery({
    queryKey: ["tags", typed],
    queryFn: async () => {
      const { data: found, error } = await supabase.rpc("my_tags", { at_most: 100, ...(typed && { query: typed }) });
      if (error) throw error;
      return found as KnownTag[];
    },
    placeholderData: keepPreviousData,
  });
  return data;
}
