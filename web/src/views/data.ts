import { type QueryClient, useQuery } from "@tanstack/react-query";
import { type Place, toList } from "../place.ts";
import { type Project, useProject } from "../project.tsx";

/** A search that was kept by a name. `question` is what stands in the address. */
export type View = { id: string; name: string; question: string };
export type Context = { project: Project; client: QueryClient };

/** The question of a place, in one order, so that two of the same compare equal. */
export function questionOf(place: Place): string {
  const question = toList(place);
  question.sort();
  return question.toString();
}

export function useViews(): View[] {
  const { supabase } = useProject();
  const { data = [] } = useQuery({
    queryKey: ["views"],
    queryFn: async () => {
      const { data: found, error } = await supabase
        .from("saved_views")
        .select("id, name, question")
        .order("position")
        .order("created_at");
      if (error) throw error;
      return found as View[];
    },
  });
  return data;
}

export async function keepView(context: Context, name: string, question: string, position: number): Promise<void> {
  const { error } = await context.project.supabase.from("saved_views").insert({ name, question, position });
  await readAgain(context, error);
}

export async function changeView(
  context: Context,
  id: string,
  values: { name?: string; question?: string },
): Promise<void> {
  const { error } = await context.project.supabase
    .from("saved_views")
    .update(values)
    .eq("id", id)
    .select("id")
    .single();
  await readAgain(context, error);
}

export async function deleteView(context: Context, id: string): Promise<void> {
  const { error } = await context.project.supabase.from("saved_views").delete().eq("id", id);
  await readAgain(context, error);
}

/** Puts a view at another place among the others, and says so to the project where that changed. */
export async function moveView(context: Context, views: View[], from: number, to: number): Promise<void> {
  const moved = [...views];
  moved.splice(to, 0, ...moved.splice(from, 1));
  context.client.setQueryData(["views"], moved);
  const answers = await Promise.all(
    moved.map(({ id }, position) => context.project.supabase.from("saved_views").update({ position }).eq("id", id)),
  );
  await readAgain(context, answers.find(({ error }) => error)?.error);
}

async function readAgain({ client }: Context, error: unknown): Promise<void> {
  await client.invalidateQueries({ queryKey: ["views"] });
  if (error) throw error;
}
