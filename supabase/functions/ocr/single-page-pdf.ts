import { PipelineError } from "../_shared/errors.ts";

// Imported when a PDF comes, since most pages never need it.
const library = () => import("@cantoo/pdf-lib");

/**
 * A PDF from which single pages can be taken, each as a PDF of its own with what it shows and nothing of the others.
 * A file that asks for no password but restricts printing or copying opens too.
 *
 * Throws PipelineError: `encrypted_pdf` when a password is needed, `broken_file` when the pages cannot be found.
 */
export async function openPdf(bytes: Uint8Array): Promise<{ pageCount: number; page(pageNumber: number): Promise<Uint8Array> }> {
  const { PDFDocument } = await library();
  try {
    const source = await PDFDocument.load(bytes, { password: "", updateMetadata: false });
    const pageCount = source.getPageCount();
    return {
      pageCount,
      async page(pageNumber) {
        if (pageNumber < 1 || pageNumber > pageCount) {
          throw new PipelineError("broken_file", `The PDF has ${pageCount} pages; there is no page ${pageNumber}.`);
        }
        try {
          const single = await PDFDocument.create();
          for (const page of await single.copyPages(source, [pageNumber - 1])) single.addPage(page);
          return await single.save();
        } catch (thrown) {
          throw new PipelineError("broken_file", `Page ${pageNumber} of the PDF is damaged. Upload a working copy.`, { cause: thrown });
        }
      },
    };
  } catch (thrown) {
    const needsPassword = thrown instanceof Error && /password|encrypt/i.test(thrown.message);
    throw new PipelineError(needsPassword ? "encrypted_pdf" : "broken_file", undefined, { cause: thrown });
  }
}

/** A one-page PDF that shows a JPEG, whose bytes are embedded unchanged. Throws `broken_file` if they are no JPEG. */
export async function pdfOfJpeg(bytes: Uint8Array): Promise<Uint8Array> {
  const { PDFDocument } = await library();
  try {
    const pdf = await PDFDocument.create();
    const image = await pdf.embedJpg(bytes);
    // The page's size is in points and has an upper bound of 14,400; what counts is the proportion.
    const scale = Math.min(1, 842 / Math.max(image.width, image.height));
    const size: [number, number] = [image.width * scale, image.height * scale];
    pdf.addPage(size).drawImage(image, { x: 0, y: 0, width: size[0], height: size[1] });
    return await pdf.save();
  } catch (thrown) {
    throw new PipelineError("broken_file", undefined, { cause: thrown });
  }
}
