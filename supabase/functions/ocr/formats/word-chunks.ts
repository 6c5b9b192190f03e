import type { Bounds } from "./bounds.ts";
import { linesOfText, type MarkedLine, type ReadText } from "./file-text.ts";
import type { OfficePackage, Relation } from "./office-package.ts";

/** Documents within documents within documents that are read. */
const MAX_CHUNK_DEPTH = 2;
/** How much of a chunk tells what it is. */
const BEGINNING_BYTES = 1_000;

/**
 * The files that a Word document takes over as they are (ECMA-376, part 1, 17.17.2), by the id of their relation: web pages mostly, as programs
 * without a Word of their own write them. All of the text may stand in one.
 */
export async function chunksIn(
  file: OfficePackage,
  relations: readonly Relation[],
  bounds: Bounds,
  depth: number,
): Promise<Map<string, MarkedLine[]>> {
  const chunks = new Map<string, MarkedLine[]>();
  const seen = new Set<string>();
  for (const { id, type, target } of relations) {
    if (type !== "aFChunk" || seen.has(target) || depth >= MAX_CHUNK_DEPTH) continue;
    seen.add(target);
    const bytes = await file.bytesOf(target)?.();
    if (!bytes) continue;
    const read = await readerOf(bytes, depth);
    chunks.set(id, linesOfText(await read(bytes, bounds, target)));
  }
  return chunks;
}

/** By their first bytes, as names and types of chunks are anything. */
async function readerOf(bytes: Uint8Array, depth: number): Promise<ReadText> {
  const beginning = new TextDecoder("latin1").decode(bytes.subarray(0, BEGINNING_BYTES)).trimStart();
  if (beginning.startsWith("PK")) {
    const { readDocxWithin } = await import("./docx.ts");
    return (inner, bounds) => readDocxWithin(inner, bounds, depth + 1);
  }
  if (beginning.startsWith("{\\rtf")) return (await import("./rtf.ts")).readRtf;
  if (/^(?:MIME-Version|Content-Type|From):/i.test(beginning)) return (await import("./eml.ts")).readEml;
  if (beginning.includes("<")) return (await import("./html.ts")).readHtml;
  return (await import("./plain.ts")).readPlain;
}
