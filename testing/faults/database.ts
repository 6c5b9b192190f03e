import pg from "pg";
import { type Postgres, SUPERUSER } from "../../stack/postgres.ts";

/** Queries by the superuser, that wait while Postgres is down. */
export type Database = {
  /** Tries until it gets through; so what it does must be right when it is done twice. */
  sql<Row extends pg.QueryResultRow = Record<string, any>>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Tries once. */
  try<Row extends pg.QueryResultRow = Record<string, any>>(text: string, values?: unknown[]): Promise<Row[]>;
  close(): Promise<void>;
};

const LIMIT_MS = 30_000;
const PAUSE_MS = 50;

export function openDatabase(postgres: Postgres): Database {
  const pool = new pg.Pool({ connectionString: postgres.url(SUPERUSER), max: 6, application_name: "docket faults" });
  pool.on("error", () => {});
  const once = async (text: string, values?: unknown[]): Promise<any[]> => {
    // Several statements come back as an array of results.
    const answer = (await pool.query(text, values)) as pg.QueryResult | pg.QueryResult[];
    return (Array.isArray(answer) ? answer.at(-1)! : answer).rows;
  };
  return {
    try: once,
    async sql(text, values) {
      const deadline = Date.now() + LIMIT_MS;
      for (;;) {
        try {
          return await once(text, values);
        } catch (error) {
          if (!isOutage(error) || Date.now() > deadline) throw error;
          await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
        }
      }
    },
    close: () => pool.end(),
  };
}

/** What a crash or a lock that was not got in time looks like; anything else is a mistake of the query. */
function isOutage(error: unknown): boolean {
  const { code = "", message } = error as { code?: string; message: string };
  return /^(57P0|08|55P03|ECONN|EPIPE)/.test(code) || /terminated|ECONNREFUSED|ended by/i.test(message);
}
