import type { PDFDocument } from "@cantoo/pdf-lib";

/**
 * Most bytes that are taken to find the objects of a file, each as often as it is looked at: some five for each byte beside
 * the streams (SECOND_STRUCTURE_BYTES), and as many for streams that do not say how long they are.
 */
const MAX_BYTES_TAKEN = 12_000_000;
/** What an error costs, of which the library makes one for each place where no object begins. */
const ERROR_BYTES = 300;

/** How many bytes have been taken of a file. */
const TAKEN = Symbol("taken");

let isBounded = false;

/**
 * Opens a PDF with the library that shows a file's objects. What it does not understand, it looks for the end of from each
 * byte again, and nothing can stop it, so it stops at the bytes that it has taken.
 *
 * @throws Error what the library throws over a file, or where finding the objects takes too much
 */
export async function openObjects(bytes: Uint8Array, password: string | undefined): Promise<PDFDocument> {
  const library = await import("@cantoo/pdf-lib");
  if (!isBounded) bound(library);
  isBounded = true;
  return await library.PDFDocument.load(bytes, { password: password ?? "", updateMetadata: false });
}

/** The library's stream of bytes, which it does not export: its parsers take each byte by `next`, and make errors with `position`. */
type ByteStream = { next(): number; position(): unknown; [TAKEN]?: number };

function bound({ PDFContext, PDFObjectParser }: typeof import("@cantoo/pdf-lib")): void {
  // Its types hide the stream.
  const parser = PDFObjectParser.forBytes(new Uint8Array(0), PDFContext.create()) as unknown as { bytes: ByteStream };
  const stream = Object.getPrototypeOf(parser.bytes) as ByteStream;
  const { next, position } = stream;
  const take = (from: ByteStream, count: number): void => {
    from[TAKEN] = (from[TAKEN] ?? 0) + count;
    if (from[TAKEN] > MAX_BYTES_TAKEN) throw new Error("Finding the objects of the file takes too much.");
  };
  stream.next = function (this: ByteStream): number {
    take(this, 1);
    return next.call(this);
  };
  stream.position = function (this: ByteStream): unknown {
    take(this, ERROR_BYTES);
    return position.call(this);
  };
}
