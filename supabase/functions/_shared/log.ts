/** One JSON line a step. Fields are ids, numbers and codes: never a document's text, never a token. */
export type Log = {
  debug(step: string, fields?: LogFields): void;
  info(step: string, fields?: LogFields): void;
  /** `cause` is what was thrown: its stack goes into the log, and nowhere else. */
  error(step: string, fields?: LogFields, cause?: unknown): void;
  /** The same log with fields that every line will carry. */
  with(fields: LogFields): Log;
};

export type LogFields = Record<string, string | number | boolean | null | undefined | string[]>;
export type LogLevel = "debug" | "info" | "error";

const LEVELS: LogLevel[] = ["debug", "info", "error"];

/** @param level the least important level that is written */
export function createLog(level: LogLevel, write: (line: string) => void = console.log, common: LogFields = {}): Log {
  const at =
    (own: LogLevel) =>
    (step: string, fields: LogFields = {}, cause?: unknown) => {
      if (LEVELS.indexOf(own) < LEVELS.indexOf(level)) return;
      write(
        JSON.stringify({
          level: own,
          step,
          ...common,
          ...fields,
          ...(cause === undefined ? {} : { cause: explain(cause) }),
        }),
      );
    };
  return {
    debug: at("debug"),
    info: at("info"),
    error: at("error"),
    with: (fields) => createLog(level, write, { ...common, ...fields }),
  };
}

/** The chain of an error's causes, for the log. */
function explain(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const own = thrown.stack ?? `${thrown.name}: ${thrown.message}`;
  return thrown.cause === undefined ? own : `${own}\ncaused by ${explain(thrown.cause)}`;
}
