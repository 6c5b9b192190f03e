import { PipelineError } from "../../_shared/errors.ts";
import type { Bounds } from "./bounds.ts";

/** What the dictionary begins with ([MS-OXRTFCP] 2.1.2.1). */
const FIRST_WORDS =
  "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
const DICTIONARY_BYTES = 4096;
const HEADER_BYTES = 16;
const [COMPRESSED, UNCOMPRESSED] = [0x75465a4c, 0x414c454d];

/** Most bytes of the RTF of one mail; its pictures are in it as text. */
const MAX_BYTES = 20 * 1024 * 1024;

/**
 * The RTF of a mail as Outlook packs it ([MS-OXRTFCP]). By hand, since the library for it makes lists of numbers, in eight times
 * the memory, and ends where the packed bytes do, whatever they unpack to. What is cut off, is cut off in the text too.
 *
 * @throws PipelineError broken_file, unpacked_too_large
 */
export function decompressedRtf(packed: Uint8Array, bounds: Bounds): Uint8Array {
  if (packed.length < HEADER_BYTES) throw new PipelineError("broken_file");
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const size = view.getUint32(4, true);
  const kind = view.getUint32(8, true);
  if (kind === UNCOMPRESSED) return packed.subarray(HEADER_BYTES, HEADER_BYTES + size);
  if (kind !== COMPRESSED) throw new PipelineError("broken_file");
  // A flag of a bit and a reference of two bytes make up to 17.
  const most = Math.min(size, packed.length * 9);
  if (most > MAX_BYTES) throw new PipelineError("unpacked_too_large");
  const out = new Uint8Array(most);
  const dictionary = new Uint8Array(DICTIONARY_BYTES);
  let write = 0;
  for (; write < FIRST_WORDS.length; write += 1) dictionary[write] = FIRST_WORDS.charCodeAt(write);
  let length = 0;
  const put = (byte: number): void => {
    out[length++] = byte;
    dictionary[write] = byte;
    write = (write + 1) % DICTIONARY_BYTES;
  };
  for (let at = HEADER_BYTES; at < packed.length; ) {
    bounds.step(0.5);
    const flags = packed[at++]!;
    for (let bit = 0; bit < 8 && at < packed.length && length < most; bit += 1) {
      if (!(flags & (1 << bit))) {
        put(packed[at++]!);
        continue;
      }
      const reference = (packed[at]! << 8) | (packed[at + 1] ?? 0);
      at += 2;
      const from = reference >> 4;
      if (from === write) return out.subarray(0, length);
      for (let left = (reference & 15) + 2, read = from; left > 0 && length < most; left -= 1) {
        put(dictionary[read]!);
        read = (read + 1) % DICTIONARY_BYTES;
      }
    }
    if (length >= most) break;
  }
  return out.subarray(0, length);
}
