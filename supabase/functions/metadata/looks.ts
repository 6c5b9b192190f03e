import type { DescribingLook } from "../_shared/answers.ts";
import type { Pipeline } from "../_shared/pipeline.ts";
import type { Wait } from "../_shared/retry.ts";

/** How often the documents are looked at that somebody follows; a run takes some seconds, and a look is one small query. */
const LOOK_MS = 400;

/**
 * Looks at documents that are being described: once for all who follow one in this process, however many they are.
 *
 * @returns how to get the next look at a document, with what happened to it after an event
 */
export type NextLook = (documentId: string, after: number, signal: AbortSignal) => Promise<DescribingLook>;

type Asked = {
  documentId: string;
  after: number;
  resolve(look: DescribingLook): void;
  reject(reason: unknown): void;
};

export function createLooks(pipeline: Pick<Pipeline, "lookAtDescribing">, waiting: Wait): NextLook {
  const asked = new Set<Asked>();
  let looking = false;

  /** Each document once, with all that any of its followers has not seen. */
  function documents(all: Asked[]): { document_id: string; after: number }[] {
    const seen = new Map<string, number>();
    for (const { documentId, after } of all) seen.set(documentId, Math.min(after, seen.get(documentId) ?? after));
    return [...seen].map(([document_id, after]) => ({ document_id, after }));
  }

  async function look(): Promise<void> {
    looking = true;
    while (asked.size > 0) {
      const all = [...asked];
      asked.clear();
      try {
        const looks = await pipeline.lookAtDescribing(documents(all));
        for (const { documentId, after, resolve } of all) {
          const found = looks.find(({ document_id }) => document_id === documentId);
          resolve({
            document_id: documentId,
            status: found?.status ?? null,
            error: found?.error ?? null,
            events: found?.events.filter(({ id }) => id > after) ?? [],
          });
        }
      } catch (thrown) {
        for (const { reject } of all) reject(thrown);
      }
      // Those who go on ask again meanwhile.
      await waiting(LOOK_MS);
    }
    looking = false;
  }

  return (documentId, after, signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const leave = () => {
        asked.delete(mine);
        reject(signal.reason);
      };
      const stay = () => signal.removeEventListener("abort", leave);
      const mine: Asked = {
        documentId,
        after,
        resolve(look) {
          stay();
          resolve(look);
        },
        reject(reason) {
          stay();
          reject(reason);
        },
      };
      signal.addEventListener("abort", leave, { once: true });
      asked.add(mine);
      if (!looking) void look();
    });
}
