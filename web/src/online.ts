import { useSyncExternalStore } from "react";

/** Whether the page reaches its project: the browser's own word, and whether Realtime is joined. */
type Link = { online: boolean; live: boolean };

let link: Link = { online: navigator.onLine, live: true };
const listeners = new Set<() => void>();
function set(next: Partial<Link>): void {
  link = { ...link, ...next };
  listeners.forEach((listener) => listener());
}
addEventListener("online", () => set({ online: true }));
addEventListener("offline", () => set({ online: false }));

export const setLive = (live: boolean): void => set({ live });

export const useLink = (): Link =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => link,
  );
