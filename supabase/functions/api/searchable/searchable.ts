import type { PDFDocument, PDFImage, PDFPage } from "@cantoo/pdf-lib";
import { PipelineError } from "../../_shared/errors.ts";
import type { Word } from "../../_shared/pages.ts";
import { imageSize } from "../../_shared/pictures/image-size.ts";
import { jpegOrientation, type Orientation } from "../../_shared/pictures/orientation.ts";
import { type Frame, InvisibleFonts, invisibleText, type Picture } from "./invisible-text.ts";

/** What is stored of a recognized page; `words` is null where its text is the file's own. */
export type PageWords = { page_number: number; words: Word[] | null; picture: Picture | null };

/** Pages of a document that a searchable PDF is made of at most: all of it is in memory until it is sent. */
export const MAX_SEARCHABLE_PAGES = 300;
/** Pixels of a PNG that has to be decoded: with an alpha channel, or interlaced. */
const MAX_DECODED_PIXELS = 16_000_000;
const PIXELS_PER_POINT = 200 / 72;
/** PDF 32000-1, annex C: the longest side of a page, in points. */
const MAX_SIDE = 14_400;
const CHUNK_BYTES = 64 * 1024;

/**
 * A scan as a PDF whose words can be found and copied: the pages as they are, with the words that were read where they stand, invisibly. A PDF whose
 * pages have their own text comes back unchanged.
 *
 * @throws PipelineError unsupported_type, too_many_pages, encrypted_pdf, broken_file, image_too_large
 */
export async function searchablePdf(
  { bytes, mime_type, page_count }: { bytes: Uint8Array; mime_type: string; page_count: number },
  pages: AsyncIterable<PageWords[]>,
): Promise<Uint8Array> {
  if (page_count > MAX_SEARCHABLE_PAGES)
    throw new PipelineError(
      "too_many_pages",
      `The document has ${page_count} pages; a searchable PDF is made of up to ${MAX_SEARCHABLE_PAGES}.`,
    );
  const library = await import("@cantoo/pdf-lib");
  const isPdf = mime_type === "application/pdf";
  if (!isPdf && mime_type !== "image/jpeg" && mime_type !== "image/png")
    throw new PipelineError(
      "unsupported_type",
      `A searchable PDF is made of a PDF, a JPEG or a PNG; this is ${mime_type}. Get the file as it is.`,
    );
  try {
    let pdf: PDFDocument | undefined;
    const fonts = new InvisibleFonts();
    const written: { page: PDFPage; drawing: string }[] = [];
    for await (const some of pages)
      for (const { page_number, words, picture } of some) {
        if (isPdf && (!words || !picture)) continue;
        pdf ??= isPdf
          ? await library.PDFDocument.load(bytes, { updateMetadata: false, password: "" })
          : await pdfOfPicture(library.PDFDocument, bytes, mime_type);
        const page = pdf.getPages()[page_number - 1];
        if (!page || !words || !picture) continue;
        const quarters = (page.getRotation().angle / 90 + picture.rotation / 90) % 4;
        const frame: Frame = { ...boxOf(page), quarters: (quarters + 4) % 4 };
        page.setRotation(library.degrees(frame.quarters * 90));
        written.push({ page, drawing: invisibleText(words, picture, frame, fonts) });
      }
    if (!pdf) return bytes;
    const embedded = fonts.embed(pdf);
    for (const { page, drawing } of written) {
      // Whatever the page's own drawing leaves set must not hold for the words.
      const { node } = page;
      node.normalize();
      for (const [name, font] of Object.entries(embedded)) node.setFontDictionary(library.PDFName.of(name), font);
      const [open, close] = [pdf.context.stream("q"), pdf.context.stream("Q")].map((one) => pdf!.context.register(one));
      node.wrapContentStreams(open!, close!);
      node.addContentStream(pdf.context.register(pdf.context.flateStream(drawing)));
    }
    return await pdf.save({ useObjectStreams: false });
  } catch (thrown) {
    if (thrown instanceof PipelineError) throw thrown;
    const isLocked = thrown instanceof Error && /password|encrypt/i.test(thrown.message);
    throw new PipelineError(isLocked ? "encrypted_pdf" : "broken_file", undefined, { cause: thrown });
  }
}

/** What is shown of a page. */
function boxOf(page: PDFPage): Omit<Frame, "quarters"> {
  const { x, y, width, height } = page.getCropBox();
  return { left: x, bottom: y, width, height };
}

/** A PDF of one page with a picture on it, whose bytes are taken as they are where that is possible. */
async function pdfOfPicture(Document: typeof PDFDocument, bytes: Uint8Array, mime_type: string): Promise<PDFDocument> {
  const pdf = await Document.create();
  let image: PDFImage;
  let orientation: Orientation = 1;
  if (mime_type === "image/jpeg") {
    image = await pdf.embedJpg(bytes);
    orientation = jpegOrientation(bytes);
  } else {
    const size = imageSize(bytes, "png");
    if (!size) throw new PipelineError("broken_file");
    if (size.width * size.height > MAX_DECODED_PIXELS) throw new PipelineError("image_too_large");
    image = await pdf.embedPng(bytes);
  }
  const scale = Math.min(1 / PIXELS_PER_POINT, MAX_SIDE / Math.max(image.width, image.height));
  const [width, height] = [image.width * scale, image.height * scale];
  const page = pdf.addPage([width, height]);
  const { quarters, isMirrored } = ORIENTATIONS[orientation];
  page.drawImage(image, isMirrored ? { x: width, y: 0, width: -width, height } : { x: 0, y: 0, width, height });
  const { degrees } = await import("@cantoo/pdf-lib");
  page.setRotation(degrees(quarters * 90));
  return pdf;
}

/** What EXIF says of how a picture lies: mirrored first, then turned to the right. */
const ORIENTATIONS: Record<Orientation, { quarters: number; isMirrored: boolean }> = {
  1: { quarters: 0, isMirrored: false },
  2: { quarters: 0, isMirrored: true },
  3: { quarters: 2, isMirrored: false },
  4: { quarters: 2, isMirrored: true },
  5: { quarters: 3, isMirrored: true },
  6: { quarters: 1, isMirrored: false },
  7: { quarters: 1, isMirrored: true },
  8: { quarters: 3, isMirrored: false },
};

/** Bytes as a stream of pieces: a slow receiver takes them as it can. */
export function inPieces(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.subarray(at, at + CHUNK_BYTES));
      at += CHUNK_BYTES;
    },
  });
}
