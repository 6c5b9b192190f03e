import { useSyncExternalStore } from "react";

/** Degrees to the right. */
export type Turn = 0 | 90 | 180 | 270;

/** How the reader turned pages, by document and page. In this tab's memory alone: the file stays as it is. */
const turns = new Map<string, Turn>();
const listeners = new Set<() => void>();

const keyOf = (documentId: string, page: number): string => `${documentId} ${page}`;
export const turnOf = (documentId: string, page: number): Turn => turns.get(keyOf(documentId, page)) ?? 0;

export function turnPage(documentId: string, page: number): void {
  turns.set(keyOf(documentId, page), ((turnOf(documentId, page) + 90) % 360) as Turn);
  for (const listener of listeners) listener();
}

export const useTurn = (documentId: string, page: number): Turn =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => turnOf(documentId, page),
  );
