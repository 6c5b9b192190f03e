import { PipelineError } from "../../_shared/errors.ts";
import { MAX_FILE_BYTES } from "../../_shared/file-formats.ts";
import {
  type Bounds,
  MAX_ENTRIES,
  MAX_NAME_CHARACTERS,
  MAX_RATIO,
  MAX_UNPACKED_BYTES,
  RATIO_COUNTS_FROM_BYTES,
} from "./bounds.ts";
import { nameDecoder } from "./name-charset.ts";

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

/** Packed bytes that are unpacked at once, to at most a thousand times as many: what a chunk unpacks to lies in memory whole. */
const PACKED_CHUNK_BYTES = 8 * 1024;

/** A ZIP container: its files in their order, and how many more there are than are looked at. */
export type Zip = { entries: ZipEntry[]; omitted: number };

/**
 * Opens a ZIP container: its list only, nothing is unpacked. All that is unpacked later counts against one limit.
 *
 * @throws PipelineError broken_file
 */
export async function openZip(bytes: Uint8Array, bounds: Bounds): Promise<Zip> {
  const { configure, Uint8ArrayReader, ZipReader } = await import("@zip.js/zip.js");
  configure({ useWebWorkers: false, chunkSize: PACKED_CHUNK_BYTES });
  const entries: ZipEntry[] = [];
  /** Names whose charset the container does not tell, by their place. */
  const unnamed = new Map<number, Uint8Array>();
  let omitted = 0;
  let left = MAX_UNPACKED_BYTES;
  try {
    let listed = 0;
    let claimed = 0;
    const reader = new ZipReader(new Uint8ArrayReader(bytes), {
      // What a member calls itself is nobody's path here: one with an unsafe name costs the others nothing.
      filenameValidation: "tolerant",
    });
    for await (const entry of reader.getEntriesGenerator({ onprogress: (_, total) => void (claimed = total) })) {
      bounds.step(10);
      listed += 1;
      if (entry.directory) continue;
      if (entries.length === MAX_ENTRIES) {
        omitted = Math.max(1, claimed - listed + 1);
        break;
      }
      const { filename, uncompressedSize: size, compressedSize, encrypted } = entry;
      const stream = async (take: (chunk: Uint8Array) => void): Promise<void> => {
        if (encrypted) throw new PipelineError("encrypted_file");
        if (size > left || isBomb(size, compressedSize)) throw new PipelineError("unpacked_too_large");
        let seen = 0;
        let failure: PipelineError | undefined;
        const writable = new WritableStream<Uint8Array>({
          write(chunk) {
            try {
              seen += chunk.byteLength;
              left -= chunk.byteLength;
              bounds.scan(chunk.byteLength * 4);
              if (seen > size)
                throw new PipelineError(
                  "broken_file",
                  "A part of the file is larger than the file says. Upload a working copy.",
                );
              take(chunk);
            } catch (thrown) {
              // Of the last chunk, Deno says only that the stream has failed.
              if (thrown instanceof PipelineError) failure = thrown;
              throw thrown;
            }
          },
        });
        await entry.getData(writable, { checkSignature: true, checkOverlappingEntry: true }).catch((cause: unknown) => {
          throw failure ?? new PipelineError("broken_file", undefined, { cause });
        });
      };
      if (!entry.filenameUTF8) unnamed.set(entries.length, entry.rawFilename);
      entries.push({
        name: filename.slice(0, MAX_NAME_CHARACTERS),
        size,
        encrypted,
        stream,
        async bytes() {
          if (size > left || isBomb(size, compressedSize)) throw new PipelineError("unpacked_too_large");
          // It could not become a document: nothing so large is unpacked to be told so.
          if (size > MAX_FILE_BYTES)
            throw new PipelineError(
              "file_too_large",
              `The part has more than ${MAX_FILE_BYTES / 2 ** 20} MB unpacked.`,
            );
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
  if (entries.some(({ name }, at) => unnamed.has(at) && NOT_ASCII.test(name))) {
    const decode = await nameDecoder([...unnamed.values()]);
    for (const [at, raw] of unnamed)
      entries[at]!.name = decode(raw.subarray(0, MAX_NAME_CHARACTERS * 4)).slice(0, MAX_NAME_CHARACTERS);
  }
  return { entries, omitted };
}

const NOT_ASCII = /[^\0-\x7f]/;

/** Whether something packs better than anything that people write. */
export const isBomb = (size: number, packed: number): boolean =>
  size > RATIO_COUNTS_FROM_BYTES && size > packed * MAX_RATIO;
