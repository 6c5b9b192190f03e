import {
  getMultipartBoundary,
  MaxFileSizeExceededError,
  MaxPartsExceededError,
  MultipartParseError,
  MultipartParser,
} from "@remix-run/multipart-parser";
import { PipelineError } from "../_shared/errors.ts";
import { safeName } from "../_shared/file-name.ts";
import type { MemoryBudget } from "../_shared/memory-budget.ts";
import { BUDGET_PATIENCE_MS } from "../_shared/memory-budget.ts";
import { Pace, receivedBytes, UPLOAD_DEADLINE_MS } from "../_shared/request-body.ts";

/** A file as it arrived: its name made safe to show and to keep, and its bytes, whose memory is held until it is disposed of. */
export type ReceivedFile = Disposable & { filename: string; bytes: Uint8Array };

/** What multipart adds to one file, boundaries and headers, and space for a few small fields. */
const ENVELOPE_BYTES = 64 * 1024;
const MAX_PARTS = 10;
/** RFC 2046 allows 70 characters; the search for a long one takes longer. */
const LONGEST_BOUNDARY = 200;
/** Pieces that are smaller are put together: each has its own price in memory. */
const PIECE_BYTES = 4 * 1024;

/** How many bytes a request of one file of at most `maxBytes` may come to. */
export const mostRequestBytes = (maxBytes: number): number => maxBytes + ENVELOPE_BYTES;

/**
 * The one file of a multipart request. Its memory is taken from the budget as it arrives.
 *
 * @param maxBytes the largest file
 * @throws PipelineError no_file, several_files, empty_file, file_too_large, invalid_request, request_too_slow; too_many_requests
 *   when there is no memory, or others waited for that of a slow sender
 */
export async function receiveFile(
  request: Request,
  { maxBytes, budget, owner }: { maxBytes: number; budget: MemoryBudget; owner: string },
): Promise<ReceivedFile> {
  const type = request.headers.get("Content-Type") ?? "";
  if (!/^multipart\/form-data *;/i.test(type)) throw new PipelineError("no_file");
  const boundary = getMultipartBoundary(type)?.trim();
  if (!boundary || boundary.length > LONGEST_BOUNDARY)
    throw new PipelineError(
      "invalid_request",
      "The Content-Type names no boundary. Send the file as multipart/form-data.",
    );

  const mostBytes = mostRequestBytes(maxBytes);
  const announced = Number(request.headers.get("Content-Length") ?? mostBytes);
  const pace = new Pace();
  const allotment = budget.open({
    owner,
    mostBytes: announced > 0 ? Math.min(announced, mostBytes) : mostBytes,
    patienceMs: BUDGET_PATIENCE_MS,
    isSlow: () => pace.isSlow(),
  });
  try {
    const parser = new MultipartParser(boundary, {
      maxFileSize: mostBytes,
      maxTotalSize: mostBytes * 2,
      maxParts: MAX_PARTS,
    });
    let file: { filename: string; bytes: Uint8Array } | undefined;
    const pieces = receivedBytes(request, {
      mostBytes,
      deadlineMs: UPLOAD_DEADLINE_MS,
      tooLarge: () => tooLarge(maxBytes),
      pace,
      signal: allotment.lost,
    });
    for await (const piece of joined(pieces, (bytes) => allotment.take(bytes))) {
      for (const part of parser.write(piece)) {
        if (!part.isFile) continue;
        if (file) throw new PipelineError("several_files");
        file = { filename: safeName(part.filename ?? ""), bytes: part.bytes };
      }
    }
    parser.finish();
    if (!file) throw new PipelineError("no_file");
    if (file.bytes.byteLength === 0) throw new PipelineError("empty_file");
    if (file.bytes.byteLength > maxBytes) throw tooLarge(maxBytes);
    return { ...file, [Symbol.dispose]: () => allotment[Symbol.dispose]() };
  } catch (cause) {
    allotment[Symbol.dispose]();
    if (cause instanceof PipelineError) throw cause;
    if (cause instanceof MaxFileSizeExceededError) throw tooLarge(maxBytes);
    if (cause instanceof MaxPartsExceededError) throw new PipelineError("several_files");
    const message =
      cause instanceof MultipartParseError ? "The multipart body is damaged or was cut off. Send it again." : undefined;
    throw new PipelineError("invalid_request", message, { cause });
  }
}

/** Pieces of a useful size, each with its memory taken before it is kept. */
async function* joined(
  pieces: AsyncIterable<Uint8Array>,
  take: (bytes: number) => Promise<void>,
): AsyncGenerator<Uint8Array> {
  let block = new Uint8Array(PIECE_BYTES);
  let filled = 0;
  for await (const piece of pieces) {
    await take(piece.byteLength);
    if (filled + piece.byteLength > PIECE_BYTES && filled > 0) {
      yield block.subarray(0, filled);
      block = new Uint8Array(PIECE_BYTES);
      filled = 0;
    }
    if (piece.byteLength >= PIECE_BYTES) yield piece;
    else {
      block.set(piece, filled);
      filled += piece.byteLength;
    }
  }
  if (filled > 0) yield block.subarray(0, filled);
}

/** The refusal of a file for its size; it names the limit. */
export function tooLarge(maxBytes: number): PipelineError {
  return new PipelineError(
    "file_too_large",
    `The file is larger than the ${maxBytes} bytes (${Math.floor(maxBytes / 1024 / 1024)} MiB) that this project takes.`,
  );
}
