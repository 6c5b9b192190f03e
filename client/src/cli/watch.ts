import { constants } from "node:fs";
import { access, lstat, readdir, rename, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Docket } from "../docket.ts";
import { DocketError } from "../error.ts";
import { sleep } from "../http.ts";
import type { Document } from "../types.ts";
import { signedIn } from "./config.ts";
import { EXIT, Failure, sayOf } from "./failure.ts";
import { makeFolder, nameWith } from "./folder.ts";
import { print, printJson, say } from "./lines.ts";
import { send } from "./send.ts";

const LOOK_MS = 500;
const AT_ONCE = 4;
/** An empty file is given this many times the settling time: a scanner makes it, and then writes. */
const EMPTY_TIMES = 5;
const AGAIN_MS = 500;
const SLOWEST_AGAIN_MS = 15_000;

type Options = { settle: number; once?: boolean; json?: boolean };
type Seen = { size: number; mtimeMs: number; since: number };

/**
 * Sends each file of a folder once it is complete, waits for its document, and moves it to "done" or, with the reason beside it, to
 * "failed". Nothing is remembered between runs: a file that is still there is sent again, and the same bytes are the same document. So
 * no restart and no outage loses or doubles one.
 */
export async function watchFolder(folder: string, { settle, once, json }: Options): Promise<void> {
  const { docket } = await signedIn();
  const ends = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => ends.abort());
  await lookInto(folder).catch((error: unknown) => {
    throw new Failure(sayOf(error, folder));
  });
  // What is sent is to be moved: out of the one, into the others.
  await mustWrite(folder);
  for (const name of ["done", "failed"]) {
    await makeFolder(path.join(folder, name)).catch((error: Failure) => {
      throw new Failure(`Files could not be moved: ${error.message}`);
    });
    await mustWrite(path.join(folder, name));
  }
  await docket.usage().catch((error: DocketError) => {
    // Only signing in again helps here; a server that is down comes back.
    if (error.status === 401) throw error;
  });
  say(`Watching ${folder}. Files go to ${path.join(folder, "done")} or ${path.join(folder, "failed")}.`);

  const seen = new Map<string, Seen>();
  const busy = new Map<string, Promise<void>>();
  const told = new Map<string, string>();
  /** Files that could not be read or moved, and when they are tried again: meanwhile it is the others' turn. */
  const resting = new Map<string, { until: number; pause: number }>();
  let failed = false;
  let signedOut: DocketError | undefined;
  const tellOnce = (about: string, what: string): void => {
    if (told.get(about) !== what) say(what);
    told.set(about, what);
  };

  while (!ends.signal.aborted) {
    const names = await lookInto(folder).catch((error: unknown) => {
      tellOnce(folder, sayOf(error, folder));
      return undefined;
    });
    for (const name of seen.keys()) if (names && !names.includes(name) && !busy.has(name)) forget(name);
    for (const name of names ?? []) {
      if (busy.has(name) || busy.size >= AT_ONCE || (resting.get(name)?.until ?? 0) > Date.now()) continue;
      if (await isComplete(path.join(folder, name), name))
        busy.set(
          name,
          handle(name)
            .catch((error: unknown) => {
              if (ends.signal.aborted) return;
              if (error instanceof DocketError && error.status === 401) signedOut = error;
              else tellOnce(name, `${name}: ${(error as Error).message}`);
              const pause = Math.min((resting.get(name)?.pause ?? AGAIN_MS / 2) * 2, SLOWEST_AGAIN_MS);
              resting.set(name, { until: Date.now() + pause, pause });
            })
            .finally(() => busy.delete(name)),
        );
    }
    if (signedOut) ends.abort();
    if (once && names && busy.size === 0 && names.every((name) => told.has(name))) {
      // What stays was not sent.
      failed ||= names.length > 0;
      break;
    }
    await sleep(LOOK_MS, ends.signal).catch(() => {});
  }
  await Promise.all(busy.values());
  if (signedOut) throw signedOut;
  process.exitCode = failed ? EXIT.failed : EXIT.done;

  function forget(name: string): void {
    seen.delete(name);
    told.delete(name);
    resting.delete(name);
  }

  /** It has not changed for a while, by what the system says of it. */
  async function isComplete(file: string, name: string): Promise<boolean> {
    const found = await lstat(file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") tellOnce(name, sayOf(error, file));
      // A name whose bytes are no text comes with this letter in their place, and leads to no file.
      else if (name.includes("\uFFFD"))
        tellOnce(name, `${name}: its name is not in UTF-8. Rename it, to have it sent.`);
    });
    if (!found) return false;
    if (found.isSymbolicLink()) {
      tellOnce(name, `${name}: it is a link, and links are not followed. Put the file itself here.`);
      return false;
    }
    const before = seen.get(name);
    if (!before || before.size !== found.size || before.mtimeMs !== found.mtimeMs) {
      seen.set(name, { size: found.size, mtimeMs: found.mtimeMs, since: Date.now() });
      return false;
    }
    return Date.now() - before.since >= (found.size === 0 ? settle * EMPTY_TIMES : settle);
  }

  async function handle(name: string): Promise<void> {
    const file = path.join(folder, name);
    try {
      const { document, duplicate } = await processed(docket, file, name);
      if (document.status === "failed") await refuse(name, document.error!.code, document.error!.message, document.id);
      else {
        await move(file, path.join(folder, "done"));
        report({ file: name, status: "completed", document_id: document.id, duplicate, name: document.display_name });
      }
    } catch (error) {
      if (error instanceof DocketError && !error.passes && error.status !== 401)
        await refuse(name, error.code, error.message);
      else throw error;
    }
  }

  /** A document at its end, however long the server is away: the file is sent again until somebody answers. */
  async function processed(
    docket: Docket,
    file: string,
    name: string,
  ): Promise<{ document: Document; duplicate: boolean }> {
    for (let pause = AGAIN_MS; ; pause = Math.min(pause * 2, SLOWEST_AGAIN_MS)) {
      try {
        const { document_id, duplicate } = await send(docket, file);
        return { document: await docket.wait(document_id, { signal: ends.signal }), duplicate };
      } catch (error) {
        // A document that was deleted in the meantime is sent again.
        const again = error instanceof DocketError && (error.passes || error.code === "not_found");
        // The month's limit ends with the month.
        const later = error instanceof DocketError && error.status === 402;
        if (!again && !later) throw error;
        tellOnce(name, `${name}: ${error.message} Trying again.`);
        await sleep(Math.max(pause, later ? 60_000 : 0, Math.min(error.retryAfterMs ?? 0, 60_000)), ends.signal);
      }
    }
  }

  async function refuse(name: string, code: string, message: string, document_id?: string): Promise<void> {
    failed = true;
    const to = path.join(folder, "failed");
    const moved = await move(path.join(folder, name), to);
    const reason = path.join(to, nameWith(path.basename(moved), "", ".reason.txt"));
    await writeFile(reason, `${message} (${code})\n`).catch((error: unknown) => say(sayOf(error, reason)));
    report({ file: name, status: "failed", document_id, error: { code, message } });
  }

  function report(what: {
    file: string;
    status: string;
    document_id?: string | undefined;
    duplicate?: boolean;
    name?: string | null;
    error?: { code: string; message: string };
  }): void {
    forget(what.file);
    if (json) return printJson(what);
    if (what.error) return print(`${what.file}: failed: ${what.error.message}`);
    print(`${what.file}: ${what.name}  ${what.document_id}${what.duplicate ? "  (was there already)" : ""}`);
  }
}

/** @throws Failure */
async function mustWrite(folder: string): Promise<void> {
  await access(folder, constants.W_OK | constants.X_OK).catch((error: unknown) => {
    throw new Failure(
      `Files could not be moved: ${isForbidden(error) ? `${folder} may not be written to.` : sayOf(error, folder)}`,
    );
  });
}

const isForbidden = (error: unknown): boolean =>
  ["EACCES", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "");

/** The names of the files that wait: none that is hidden, or that its writer marks as unfinished. */
async function lookInto(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter(
      (entry) =>
        (entry.isFile() || entry.isSymbolicLink()) && !/^[.~]|\.(part|tmp|crdownload|filepart)$/i.test(entry.name),
    )
    .map(({ name }) => name)
    .sort();
}

/** Moves a file into a folder, under a name that is free there; one after another, so that no two find the same one free. */
function move(file: string, to: string): Promise<string> {
  const moved = moving.then(() => moveNow(file, to));
  moving = moved.catch(() => {});
  return moved;
}
let moving: Promise<unknown> = Promise.resolve();

async function moveNow(file: string, to: string): Promise<string> {
  const name = path.basename(file);
  for (let count = 1; ; count += 1) {
    const place = path.join(to, count === 1 ? name : nameWith(name, ` (${count})`));
    const taken = await stat(place).then(
      () => true,
      () => false,
    );
    if (taken) continue;
    await rename(file, place).catch((error: unknown) => {
      throw isForbidden(error) ? new Failure(`${name} may not be moved to ${to}.`) : error;
    });
    return place;
  }
}
