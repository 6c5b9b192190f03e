import { openAsBlob } from "node:fs";
import { stat } from "node:fs/promises";
import path from "node:path";
import type { Docket } from "../docket.ts";
import type { Uploaded } from "../types.ts";
import { Failure, sayOf } from "./failure.ts";

/** Sends a file of this machine. @throws Failure where it cannot be read, DocketError where it is refused */
export async function send(docket: Docket, file: string): Promise<Uploaded> {
  const found = await stat(file).catch((error: unknown) => {
    throw new Failure(sayOf(error, file));
  });
  if (!found.isFile()) throw new Failure(`${file} is no file.`);
  const blob = await openAsBlob(file).catch((error: unknown) => {
    throw new Failure(sayOf(error, file));
  });
  // Read as a whole: what a try sends must be what the one before did, even when somebody writes to the file meanwhile.
  const bytes = await blob.arrayBuffer().catch(() => {
    throw new Failure(`${file} cannot be read, or changed while it was.`);
  });
  return await docket.upload(new Blob([bytes]), { filename: path.basename(file) });
}

/** Runs some at a time, in order of their beginning. */
export async function eachOf<Item>(items: Item[], atOnce: number, run: (item: Item) => Promise<void>): Promise<void> {
  const left = [...items];
  await Promise.all(
    Array.from({ length: Math.min(atOnce, items.length) }, async () => {
      for (let item = left.shift(); item !== undefined; item = left.shift()) await run(item);
    }),
  );
}
