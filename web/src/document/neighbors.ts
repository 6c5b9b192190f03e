import { useQueryClient } from "@tanstack/react-query";
import { type FoundPages, keyOf, questionAt } from "../documents/query.ts";
import { at, go, type Place } from "../place.ts";

/** Before and after a document in the list that it was opened from, as far as that is loaded; null at its ends. */
export type Neighbors = { previous: string | null; next: string | null };

export function useNeighbors(place: Place, id: string): Neighbors {
  const list = useQueryClient().getQueryData<FoundPages>(keyOf(questionAt(place)));
  const ids = list?.pages.flatMap(({ documents }) => documents.map((document) => document.id)) ?? [];
  const index = ids.indexOf(id);
  return index < 0
    ? { previous: null, next: null }
    : { previous: ids[index - 1] ?? null, next: ids[index + 1] ?? null };
}

/** In place of the document that is open, so that "back" leads to the list. */
export const openInstead = (id: string): void =>
  go(at(new URLSearchParams(location.search), { document: id }), { replace: true });
