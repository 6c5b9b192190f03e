import { PipelineError } from "../../_shared/errors.ts";

/** Most images that are counted: far more than any project reads. */
const MAX_IMAGES = 10_000;

/**
 * How many images a TIFF holds, each a page: the length of its chain of directories (TIFF 6.0, section 2; BigTIFF). Nothing is
 * decoded. A chain that is damaged or runs in a circle ends where it does so.
 *
 * @throws PipelineError broken_file when there is not even a first one
 */
export function countTiffImages(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength < 16) throw new PipelineError("broken_file");
  const little = view.getUint16(0) === 0x4949;
  const big = view.getUint16(2, little) === 43;
  const offsetAt = (at: number): number => (big ? Number(view.getBigUint64(at, little)) : view.getUint32(at, little));
  const [countSize, entrySize, offsetSize] = big ? [8, 20, 8] : [2, 12, 4];
  const seen = new Set<number>();
  for (let at = offsetAt(big ? 8 : 4); at !== 0 && at + countSize <= bytes.byteLength && !seen.has(at) && seen.size < MAX_IMAGES; ) {
    const entries = big ? Number(view.getBigUint64(at, little)) : view.getUint16(at, little);
    const end = at + countSize + entries * entrySize;
    if (end > bytes.byteLength) break;
    seen.add(at);
    at = end + offsetSize <= bytes.byteLength ? offsetAt(end) : 0;
  }
  if (seen.size === 0) throw new PipelineError("broken_file");
  return seen.size;
}
