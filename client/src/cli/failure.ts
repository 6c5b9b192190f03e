export const EXIT = { done: 0, failed: 1, usage: 2, signedOut: 3, unreachable: 4 } as const;

/** Why a command ends, in a sentence for people. */
export class Failure extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode: number = EXIT.failed) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** What the system says of a file, in a sentence. */
export function sayOf(error: unknown, file: string): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const known: Record<string, string> = {
    ENOENT: "is not there",
    EEXIST: "is no folder",
    ENAMETOOLONG: "has too long a name",
    EROFS: "may not be written: its disk is read-only",
    EACCES: "may not be read",
    EPERM: "may not be read",
    EISDIR: "is a folder",
    ENOTDIR: "is no folder",
    ENOSPC: "does not fit: the disk is full",
  };
  return `${file} ${known[code ?? ""] ?? `cannot be read (${code ?? message})`}.`;
}
