import { useSyncExternalStore } from "react";

/** Passwords of locked files, by document. In this tab's memory alone: a reload forgets them, and so does signing out. */
const passwords = new Map<string, string>();
const listeners = new Set<() => void>();

export function rememberPassword(documentId: string, password: string): void {
  passwords.set(documentId, password);
  listeners.forEach((listener) => listener());
}

export const forgetPasswords = (): void => passwords.clear();

export const usePassword = (documentId: string): string | undefined =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => passwords.get(documentId),
  );
