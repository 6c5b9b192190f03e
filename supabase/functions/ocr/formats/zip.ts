import { PipelineError } from "../../_shared/errors.ts";
import { MAX_ENTRIES, MAX_RATIO, MAX_UNPACKED_BYTES, RATIO_COUNTS_FROM_BYTES } from "./bounds.ts";

/** A file in a ZIP container. */
export type ZipEntry = {
  name: string;
  /** Bytes when unpacked, as the container claims. More are never unpacked. */
  size: number;
  encrypted: boolean;
  /** Hands the bytes on as they are unpacked. @throws PipelineError broken_file, encrypted_file, unpacked_too_large */
  stream(take: (chunk: Uint8Array) => void): Promise<void>;
  /** All of its bytes. @throws as `stream` */
  bytes(): Promise<Uint8Array>;
};

/** A ZIP container: its files in their order, and how many more there are than are looked at. */
export type Zip = { entries: ZipEntry[]; omitted: number };

/**
 * Opens a ZIP container: its list only, nothing is unpacked. All that is unpacked later counts against one limit.
 *
 * @throws PipelineError broken_file
 */
export async function openZip(bytes: Uint8Array): Promise<Zip> {
  const { configure, Uint8ArrayReader, ZipReader } = await import("@zip.js/zip.js");
  configure({ useWebWorkers: false });
  const entries: ZipEntry[] = [];
  let omitted = 0;
  let left = MAX_UNPACKED_BYTES;
  try {
    for await (const entry of new ZipReader(new Uint8ArrayReader(bytes)).getEntriesGenerator()) {
      if (entry.directory) continue;
      if (entries.length === MAX_ENTRIES) {
        omitted += 1;
        continue;
      }
      const { filename: name, uncompressedSize: size, compressedSize, encrypted } = entry;
      const stream = async (take: (chunk: Uint8Array) => void): Promise<void> => {
        if (encrypted) throw new PipelineError("encrypted_file");
        if (size > left || isBomb(size, compressedSize)) throw new PipelineError("unpacked_too_large");
        let seen = 0;
        const writable = new WritableStream<Uint8Array>({
          write(chunk) {
            seen += chunk.byteLength;
            left -= chunk.byteLength;
            if (seen > size)
              throw new PipelineError(
                "broken_file",
                "A part of the file is larger than the file says. Upload a working copy.",
              );
            take(chunk);
          },
        });
        await entry.getData(writable, { checkSignature: true, checkOverlappingEntry: true }).catch((cause: unknown) => {
          throw cause instanceof PipelineError ? cause : new PipelineError("broken_file", undefined, { cause });
        });
      };
      entries.push({
        name,
        size,
        encrypted,
        stream,
        async bytes() {
          if (size > left) throw new PipelineError("unpacked_too_large");
          const whole = new Uint8Array(size);
          let at = 0;
          await stream((chunk) => {
            whole.set(chunk, at);
            at += chunk.byteLength;
          });
          return at === size ? whole : whole.slice(0, at);
        },
      });
    }
  } catch (cause) {
    throw new PipelineError("broken_file", undefined, { cause });
  }
  return { entries, omitted };
}

/** Whether something packs better than anything that people write. */
export const isBomb = (size: number, packed: number): boolean =>
  size > RATIO_COUNTS_FROM_BYTES && size > packed * MAX_RATIO;
