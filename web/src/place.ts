import { useSyncExternalStore } from "react";

/**
 * Where the reader is, in the query of the address: `?document=<id>`, `?view=usage`, and the list's own search and filters.
 * A query, because a static host then needs no rules for unknown paths.
 */
export type Place = URLSearchParams;

const listeners = new Set<() => void>();
const changed = () => listeners.forEach((listener) => listener());
addEventListener("popstate", changed);

/** How often this page moved within itself: whether "back" stays in it. */
let moves = 0;

export function usePlace(): Place {
  const search = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => location.search,
  );
  return new URLSearchParams(search);
}

export const addressOf = (place: Place): string => `${location.pathname}${place.size > 0 ? `?${place}` : ""}`;

export function go(place: Place, { replace = false } = {}): void {
  if (!replace) moves += 1;
  history[replace ? "replaceState" : "pushState"](null, "", addressOf(place));
  changed();
}

/** The place with some of its values changed; null or "" removes one. */
export function at(place: Place, values: Record<string, string | string[] | null>): Place {
  const next = new URLSearchParams(place);
  for (const [name, value] of Object.entries(values)) {
    next.delete(name);
    for (const one of Array.isArray(value) ? value : [value]) if (one) next.append(name, one);
  }
  return next;
}

/** What documents and views have in the address beside the list's own question. */
const OF_VIEWS = ["document", "view", "kind", "schema", "edit", "of", "lines", "order", "where"];

/** The list, with the question that the place has for it. */
export const toList = (place: Place): Place => at(place, Object.fromEntries(OF_VIEWS.map((name) => [name, null])));

/** Back to where one was, as it was left: of the list, its filters and its scroll. */
export function leaveView(): void {
  if (moves > 0) {
    moves -= 1;
    history.back();
  } else {
    go(toList(new URLSearchParams(location.search)), { replace: true });
  }
}

/** What an `<a>` of the page needs: a real address, and a click that stays in the page. */
export function linkTo(
  place: Place,
  { replace = false } = {},
): { href: string; onClick(event: React.MouseEvent): void } {
  return {
    href: addressOf(place),
    onClick(event) {
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
      event.preventDefault();
      go(place, { replace });
    },
  };
}
