import { createHash, randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, type FileHandle, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ERRORS, StorageError } from "./errors.ts";
import { isUuid } from "./names.ts";

/** What was written: `size` in bytes, `eTag` the quoted MD5, as S3 gives it. */
export type Written = { version: string; size: number; eTag: string };

/**
 * Bytes on disk, one file a version. A version is a random id: nothing that a caller says becomes part of a path, and a
 * file that stands under its final name is complete.
 */
export type ObjectStore = {
  /**
   * Streams to disk. Too much is read to its end and thrown away: an answer before that would not reach the sender. Infinity for what
   * upstream does not cut.
   */
  write(bytes: Readable, limit: number): Promise<Written>;
  /** Opens a version for reading; undefined when its bytes are gone. */
  open(version: string | null): Promise<FileHandle | undefined>;
  /** @throws StorageError "Object not found" when the bytes are gone */
  copy(version: string | null): Promise<string>;
  remove(versions: (string | null)[]): Promise<void>;
  /** Removes what a crash left behind: everything but these versions. */
  sweep(kept: Set<string>): Promise<number>;
};

export async function openObjectStore(folder: string): Promise<ObjectStore> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const pathOf = (version: string): string => path.join(folder, version);

  return {
    async write(bytes, limit) {
      const version = randomUUID();
      const partial = `${pathOf(version)}.partial`;
      const hash = createHash("md5");
      let size = 0;
      async function* measured(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
        for await (const chunk of chunks) {
          size += chunk.length;
          if (size > limit) continue;
          hash.update(chunk);
          yield chunk;
        }
        if (size > limit) throw ERRORS.tooLarge();
      }
      try {
        // Opened before the first byte: a stream that opens its file by itself may do so after a failed one was cleaned up.
        const file = await open(partial, "wx");
        await pipeline(bytes, measured, file.createWriteStream());
        await rename(partial, pathOf(version));
      } catch (error) {
        await rm(partial, { force: true });
        throw error instanceof StorageError || isOfDisk(error) ? error : ERRORS.aborted(error);
      }
      return { version, size, eTag: `"${hash.digest("hex")}"` };
    },

    async open(version) {
      if (!isUuid(version)) return undefined;
      return open(pathOf(version), "r").catch(unlessMissing);
    },

    async copy(version) {
      const copy = randomUUID();
      const partial = `${pathOf(copy)}.partial`;
      if (!isUuid(version)) throw ERRORS.noSuchKey();
      try {
        await copyFile(pathOf(version), partial, constants.COPYFILE_FICLONE);
        await rename(partial, pathOf(copy));
      } catch (error) {
        await rm(partial, { force: true });
        throw (error as NodeJS.ErrnoException).code === "ENOENT" ? ERRORS.noBytes() : error;
      }
      return copy;
    },

    async remove(versions) {
      for (const version of versions) if (isUuid(version)) await rm(pathOf(version), { force: true });
    },

    async sweep(kept) {
      const ours = (await readdir(folder)).filter((name) => isUuid(name.replace(/\.partial$/, "")));
      const orphans = ours.filter((name) => !kept.has(name));
      for (const name of orphans) await rm(path.join(folder, name), { force: true });
      return orphans.length;
    },
  };
}

function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}

/** An error of writing, not of what was to be written: that one comes from a socket or a parser. */
function isOfDisk(error: unknown): boolean {
  return ["open", "write", "close", "rename"].includes((error as NodeJS.ErrnoException).syscall ?? "");
}
