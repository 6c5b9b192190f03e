import { PipelineError } from "../../_shared/errors.ts";
import type { Bounds } from "./bounds.ts";

/** Most images that are counted: far more than any project reads. */
const MAX_IMAGES = 10_000;

/** NewSubfileType (tag 254): a smaller copy of a page, and a mask, are no pages. The OCR engine numbers pages in the same way. */
const SUBFILE_TYPE = 254;
const NO_PAGE = 0b101;

/**
 * How many pages a TIFF has: the directories in its chain (TIFF 6.0, section 2; BigTIFF) but for thumbnails and masks. Nothing is
 * decoded. A chain that is damaged or runs in a circle ends where it does so.
 *
 * @throws PipelineError broken_file when there is not even one
 */
export function countTiffImages(bytes: Uint8Array, bounds: Bounds): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength < 16) throw new PipelineError("broken_file");
  const little = view.getUint16(0) === 0x4949;
  const big = view.getUint16(2, little) === 43;
  const offsetAt = (at: number): number => (big ? Number(view.getBigUint64(at, little)) : view.getUint32(at, little));
  const [countSize, entrySize, offsetSize] = big ? [8, 20, 8] : [2, 12, 4];
  const isPage = (first: number, entries: number): boolean => {
    for (let at = first; at < first + entries * entrySize; at += entrySize) {
      if (view.getUint16(at, little) === SUBFILE_TYPE)
        return (view.getUint32(at + (big ? 12 : 8), little) & NO_PAGE) === 0;
    }
    return true;
  };
  const seen = new Set<number>();
  let pages = 0;
  for (
    let at = offsetAt(big ? 8 : 4);
    at !== 0 && at + countSize <= bytes.byteLength && !seen.has(at) && seen.size < MAX_IMAGES;
  ) {
    const entries = big ? Number(view.getBigUint64(at, little)) : view.getUint16(at, little);
    const end = at + countSize + entries * entrySize;
    if (end > bytes.byteLength) break;
    // Directories may lie over one another: ten thousand of them, each as long as the file.
    bounds.step(1 + entries / 16);
    seen.add(at);
    if (isPage(at + countSize, entries)) pages += 1;
    at = end + offsetSize <= bytes.byteLength ? offsetAt(end) : 0;
  }
  if (pages === 0) throw new PipelineError("broken_file");
  return pages;
}
