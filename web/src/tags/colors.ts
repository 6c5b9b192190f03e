import { useQuery, useQueryClient } from "@tanstack/react-query";
import { mark, type Text } from "../language.ts";
import { useProject } from "../project.tsx";

/** The colors that a tag may have, as preferences.tag_colors takes them. */
export const COLORS = {
  red: mark("Red"),
  orange: mark("Orange"),
  yellow: mark("Yellow"),
  green: mark("Green"),
  teal: mark("Teal"),
  blue: mark("Blue"),
  purple: mark("Purple"),
  pink: mark("Pink"),
} as const satisfies Record<string, Text>;
export type Color = keyof typeof COLORS;
type Colors = Record<string, Color>;

const KEY = ["tag-colors"];

/** The reader's colors of tags. */
export function useTagColors(): Colors {
  const { supabase } = useProject();
  const { data = {} } = useQuery({
    queryKey: KEY,
    staleTime: 60_000,
    queryFn: async () => {
      const { data: rows, error } = await supabase.from("preferences").select("tag_colors").limit(1);
      if (error) throw error;
      return (rows[0]?.tag_colors ?? {}) as Colors;
    },
  });
  return data;
}

/** Gives tags colors, or takes them away with null. Shown at once, and stored. */
export function useColoring(): (changes: Record<string, Color | null>) => Promise<void> {
  const { supabase } = useProject();
  const client = useQueryClient();
  return async (changes) => {
    const before = client.getQueryData<Colors>(KEY) ?? {};
    const next = Object.fromEntries(
      Object.entries({ ...before, ...changes }).filter((entry): entry is [string, Color] => entry[1] !== null),
    );
    client.setQueryData(KEY, next);
    const { error } = await supabase.from("preferences").upsert({ tag_colors: next }, { onConflict: "user_id" });
    if (!error) return;
    client.setQueryData(KEY, before);
    throw error;
  };
}
