import { mkdir, stat } from "node:fs/promises";
import path from "node:path";
import { Failure, sayOf } from "./failure.ts";

/** Makes a folder, and those that it is in. @throws Failure */
export async function makeFolder(folder: string): Promise<void> {
  const there = (place: string): Promise<boolean> =>
    stat(place).then(
      (found) => found.isDirectory(),
      () => false,
    );
  if (await there(folder)) return;
  const above = path.dirname(path.resolve(folder));
  if (!(await there(above))) await makeFolder(above);
  // One after another: where nothing can be made, as in /proc, mkdir with `recursive` tries without end (Node 20).
  await mkdir(folder).catch(async (error: unknown) => {
    if (!(await there(folder))) throw new Failure(sayOf(error, folder));
  });
}

/** The longest name of a file, in bytes, that file systems take. */
const MOST_BYTES = 255;

/** A name with something added before its ending and after it, cut where it would be too long. */
export function nameWith(name: string, beforeEnding: string, afterEnding = ""): string {
  const { name: base, ext } = path.parse(name);
  const added = beforeEnding + ext + afterEnding;
  const letters = Array.from(base);
  while (letters.length > 1 && Buffer.byteLength(letters.join("") + added) > MOST_BYTES) letters.pop();
  return letters.join("") + added;
}
