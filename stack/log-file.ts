import { createWriteStream, type WriteStream } from "node:fs";

/** A log that outlives whatever happens to its file. */
export type LogFile = { write(line: string): void; end(): Promise<void> };

const TRY_AGAIN_MS = 5_000;
/** Lines that the disk has not taken yet. A disk that takes none would fill the memory instead. */
const MOST_BUFFERED_BYTES = 8 * 1024 * 1024;

export type LogFileOptions = {
  /** Told once when lines begin to get lost. */
  onLoss?: (reason: string) => void;
  open?: (file: string, flags: string) => WriteStream;
  now?: () => number;
};

/**
 * Writes lines to a file, which is made again. While that fails, as on a full disk, lines are dropped: the stack goes on
 * without a log. It is tried again now and then, and the log says how many lines are missing.
 */
export function openLogFile(
  file: string,
  {
    onLoss = () => {},
    open = (name, flags) => createWriteStream(name, { flags }),
    now = Date.now,
  }: LogFileOptions = {},
): LogFile {
  let stream: WriteStream | undefined;
  let lost = 0;
  let reason = "";
  let tryAgainAt = 0;

  function reopen(flags: string): void {
    const opened = open(file, flags);
    stream = opened;
    opened.on("error", (error: Error) => {
      if (stream === opened) stream = undefined;
      opened.destroy();
      if (lost === 0) onLoss(error.message);
      reason = error.message;
      lost += 1;
      tryAgainAt = now() + TRY_AGAIN_MS;
    });
  }
  reopen("w");

  return {
    write(line) {
      if (!stream && now() >= tryAgainAt) reopen("a");
      if (!stream || stream.writableLength > MOST_BUFFERED_BYTES) return void (lost += 1);
      if (lost > 0) {
        const missing = lost;
        stream.write(`${missing} lines or more are missing here: ${reason || "the disk was too slow"}\n`, (error) => {
          if (!error) lost -= missing;
        });
      }
      stream.write(`${line}\n`);
    },
    end: () =>
      new Promise((resolve) => {
        if (!stream) return resolve();
        stream.once("error", () => resolve());
        stream.end(() => resolve());
      }),
  };
}
