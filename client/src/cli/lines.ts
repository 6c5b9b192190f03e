/** What is printed, one line each: on a terminal without control characters, which names of files and documents may have. */
export const plain = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, " ");

export const print = (text: string): void => void process.stdout.write(`${plain(text)}\n`);
export const printJson = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);
export const say = (text: string): void => void process.stderr.write(`${plain(text)}\n`);

/** A bar on a terminal, nothing in a pipe. What is told at a step stands above it. */
export function createProgress(total: number): { step(label: string, tell: () => void): void; end(): void } {
  const shown = process.stderr.isTTY === true && total > 1;
  const width = 24;
  let done = 0;
  return {
    step(label, tell) {
      done += 1;
      if (shown) process.stderr.write("\r\u001b[K");
      tell();
      if (!shown) return;
      const full = Math.round((width * done) / total);
      const room = Math.max(0, (process.stderr.columns ?? 80) - width - 16);
      process.stderr.write(
        `[${"█".repeat(full)}${" ".repeat(width - full)}] ${done}/${total} ${plain(label).slice(0, room)}`,
      );
    },
    end() {
      if (shown) process.stderr.write("\r\u001b[K");
    },
  };
}
