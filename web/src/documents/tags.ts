import { useQuery } from "@tanstack/react-query";
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
