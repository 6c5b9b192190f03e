/** What Postgres says when safeupdate refuses a statement. */
class UnsafeStatement extends Error {
  readonly code = "21000";
  readonly severity = "ERROR";
}

/**
 * Refuses an UPDATE or DELETE without WHERE, as the library safeupdate does in PostgREST's sessions (supabase/postgres:
 * `alter role authenticator set session_preload_libraries = 'supautils, safeupdate'`). It is a hook in the server, which no package has; so
 * what is sent is looked at here, and the bodies of our functions, which upstream's sees as well, by a test (tests/database/lints).
 *
 * @throws with the code 21000, which the Data API answers with 400
 */
export function refuseUnsafe(statement: string): void {
  const unsafe = unsafeStatement(statement);
  if (unsafe) throw new UnsafeStatement(`${unsafe} requires a WHERE clause`);
}

/** The kind of the first UPDATE or DELETE in a statement that has no WHERE. */
export function unsafeStatement(statement: string): "UPDATE" | "DELETE" | undefined {
  const text = statement
    .replace(/'(?:[^']|'')*'/g, "''")
    .replace(/"(?:[^"]|"")*"/g, '"x"')
    .replace(/--[^\n]*/g, "");
  const found = /\b(?:(update)\s+(?:only\s+)?[\w".]+\s+(?:as\s+[\w"]+\s+)?set|(delete)\s+from)\b/i.exec(text);
  if (!found || /\bon\s+conflict\b[^;]*\bdo\s+$/i.test(text.slice(0, found.index))) return undefined;
  if (/\bwhere\b/i.test(text.slice(found.index))) return undefined;
  return found[1] ? "UPDATE" : "DELETE";
}
