import type postgres from "postgres";
import { noteError } from "./database-errors.ts";
import { refuseUnsafe } from "./safeupdate.ts";

/** By role, the settings that it has of its own (`alter role … set …`). */
export type RoleSettings = Record<string, [name: string, value: string][]>;

/** What makes a connection PostgREST's. */
export type Rest = {
  /** A request gets the settings of its role. */
  roles: RoleSettings;
  /** Auth's own connections: what the library asks of Auth's tables while it checks a token, outside of a request, goes there. */
  auth: postgres.Sql;
};

/** A transaction's settings as @supabase/lite sends them: one statement each, whose answer nobody reads. */
const SETTING = /^\s*SELECT set_config\('([\w.]+)', (\$1|''), true\)\s*$/i;

/** A call of a function. Its answer keeps its type, so that a prepared statement stays good, which saves a further round trip. */
const CALL = /^select \* from [\w".]+\(/i;

/** What @supabase/lite asks after each call: the status and the headers that a function may have set for its answer. */
const ANSWER =
  /^\s*SELECT current_setting\('response\.status', true\) AS status,\s+current_setting\('response\.headers', true\) AS headers\s*$/i;
const ASK_ANSWER =
  "select current_setting('response.status', true) as status, current_setting('response.headers', true) as headers";

/**
 * Sends `begin` and the settings of a request (its role, its claims, its headers: about a dozen statements) as one message,
 * together with the first statement that wants an answer, and what is asked after a call right behind the call. The library waits for each of them in turn, two round trips
 * apiece, which was four fifths of the time of a call; PostgREST sends one statement as well.
 *
 * An error of what was sent ahead shows in the statement behind it, which then finds an aborted transaction.
 *
 * @param rest given for PostgREST's part, in which safeupdate is on
 */
export function sendSettingsAhead(driver: postgres.Sql, rest?: Rest): void {
  const reserve = driver.reserve.bind(driver);
  driver.reserve = async () => {
    const connection = await reserve();
    const unsafe = connection.unsafe.bind(connection);
    const send = ((text: string, parameters?: never[], options?: postgres.UnsafeQueryOptions) => {
      const answer = unsafe(text, parameters, options);
      // A query of this driver is sent by its first then: at once, and its error is noted with the request that it belongs to.
      if (rest) answer.catch(noteError);
      return answer;
    }) as typeof unsafe;
    let inTransaction = false;
    let ahead: string[] = [];
    let settings: string[] = [];
    let asked: ReturnType<typeof send> | undefined;

    const later = (text: string, parameters: unknown[] = []): boolean => {
      if (text === "begin") {
        ahead.push("begin");
        inTransaction = true;
        return true;
      }
      const setting = ahead.length > 0 && SETTING.exec(text);
      if (!setting) return false;
      const value = setting[2] === "$1" ? String(parameters[0] ?? "") : "";
      settings.push(local(setting[1]!, value));
      if (setting[1] === "role") for (const [name, own] of rest?.roles[value] ?? []) settings.push(local(name, own));
      return true;
    };
    connection.unsafe = ((text: string, parameters?: never[], options?: postgres.UnsafeQueryOptions) => {
      if (later(text, parameters)) return Promise.resolve([]);
      if (rest) {
        if (!inTransaction && /"auth"\./.test(text)) return rest.auth.unsafe(text, parameters, options);
        refuseUnsafe(text);
      }
      if (/^(commit|rollback)$/i.test(text)) inTransaction = false;
      if (ahead.length > 0) {
        if (settings.length > 0) ahead.push(`select ${settings.join(", ")}`);
        send(ahead.join("; ")).catch(() => {});
        ahead = [];
        settings = [];
      }
      if (asked && ANSWER.test(text)) return asked;
      asked = undefined;
      if (!CALL.test(text)) return send(text, parameters, options);
      const answer = send(text, parameters, { ...options, prepare: true });
      // Sent when it is asked for: a query of this driver is sent by its first then.
      void answer.catch(() => {});
      asked = send(ASK_ANSWER, [], { prepare: true });
      asked.catch(() => {});
      return answer;
    }) as typeof connection.unsafe;
    return connection;
  };
}

/** Sets something for the transaction. */
const local = (name: string, value: string): string => `set_config(${literal(name)}, ${literal(value)}, true)`;

/** A string as SQL has it. Backslashes mean nothing in it: standard_conforming_strings is on. */
const literal = (value: string): string => `'${value.replaceAll("\0", "").replaceAll("'", "''")}'`;
