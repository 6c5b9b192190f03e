import { useSyncExternalStore } from "react";

/** How the documents lie: as rows with columns, or as cards with pictures. Remembered on this device. */
export type Layout = "list" | "grid";

const KEY = "layout";
const listeners = new Set<() => void>();

export function useLayout(): [Layout, (next: Layout) => void] {
  const layout = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => (localStorage.getItem(KEY) === "grid" ? "grid" : "list"),
  );
  return [layout, chooseLayout];
}

function chooseLayout(next: Layout): void {
  if (next === "grid") localStorage.setItem(KEY, next);
  else localStorage.removeItem(KEY);
  for (const listener of listeners) listener();
}
