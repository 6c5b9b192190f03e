/** What was typed into a field and is not saved yet, in this tab: it outlives "back", a refusal, a reload and a session that ends. */
const PREFIX = "draft ";
const key = (documentId: string, field: string): string => `${PREFIX}${documentId} ${field}`;

export function draftOf(documentId: string, field: string): unknown {
  const kept = sessionStorage.getItem(key(documentId, field));
  return kept === null ? undefined : JSON.parse(kept);
}

export const keepDraft = (documentId: string, field: string, value: unknown): void =>
  sessionStorage.setItem(key(documentId, field), JSON.stringify(value));

export const dropDraft = (documentId: string, field: string): void => sessionStorage.removeItem(key(documentId, field));

/** Before signing out. */
export function dropDrafts(): void {
  for (const name of Object.keys(sessionStorage)) if (name.startsWith(PREFIX)) sessionStorage.removeItem(name);
}
