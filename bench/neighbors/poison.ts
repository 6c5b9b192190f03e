import type { Stack } from "../../stack/stack.ts";
import type { Database } from "../../testing/faults/database.ts";
import { pause } from "../../testing/faults/watch.ts";
import { POISON } from "./attacks.ts";

const LOOK_MS = 25;

/**
 * Ends the worker that reads a file called poison, as a file would for which no reader is prepared. Whatever else the
 * worker holds dies with it.
 */
export function startPoison(stack: Stack, database: Database): { deaths: () => number; stop(): Promise<void> } {
  const killed = new Set<string>();
  let stopping = false;
  const over = (async () => {
    while (!stopping) {
      const rows = await database
        .try<{ lease: string; suspect: boolean }>(
          `select lease, suspect from private.jobs join public.documents on documents.id = document_id
           where stage = 'ocr' and state = 'running' and starts_with(filename, $1)
             -- A worker says that it has a suspect before it begins.
             and (not suspect or heard_at is not null)`,
          [POISON],
        )
        .catch(() => []);
      for (const { lease, suspect } of rows) {
        if (killed.has(lease)) continue;
        killed.add(lease);
        const { pid } = stack.functions[suspect ? "ocr-alone" : "ocr"]!;
        try {
          process.kill(pid!, "SIGKILL");
        } catch {
          // It is being started again.
        }
      }
      await pause(LOOK_MS);
    }
  })();
  return {
    deaths: () => killed.size,
    async stop() {
      stopping = true;
      await over;
    },
  };
}
