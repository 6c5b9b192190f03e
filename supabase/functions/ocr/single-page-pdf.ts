import { computing } from "../_shared/computing.ts";
import { PipelineError } from "../_shared/errors.ts";

// Imported when a PDF comes, since most pages never need it.
const library = () => import("@cantoo/pdf-lib");

export type PdfPages = {
  pageCount: number;
  /** Those pages, without protection, as a PDF of their own. */
  pages(pageNumbers: number[]): Promise<Uint8Array>;
  page(pageNumber: number): Promise<Uint8Array>;
};

/**
 * A PDF from which single pages can be taken, each as a PDF of its own with what it shows and nothing of the others.
 * A file that asks for no password but restricts printing or copying opens too.
 *
 * Throws PipelineError: `encrypted_pdf` when a password is needed, `broken_file` when the pages cannot be found.
 */
export async function openPdf(bytes: Uint8Array, password = ""): Promise<PdfPages> {
  using _computing = computing();
  const { PDFDocument } = await library();
  try {
    const source = await PDFDocument.load(bytes, { password, updateMetadata: false });
    const pageCount = source.getPageCount();
    async function pages(pageNumbers: number[]): Promise<Uint8Array> {
      const beyond = pageNumbers.find((pageNumber) => pageNumber < 1 || pageNumber > pageCount);
      if (beyond !== undefined)
        throw new PipelineError("broken_file", `The PDF has ${pageCount} pages; there is no page ${beyond}.`);
      using _computing = computing();
      try {
        const copy = await PDFDocument.create();
        for (const page of await copy.copyPages(
          source,
          pageNumbers.map((pageNumber) => pageNumber - 1),
        ))
          copy.addPage(page);
        return await copy.save();
      } catch (thrown) {
        throw new PipelineError(
          "broken_file",
          `Page ${pageNumbers.join(" or ")} of the PDF is damaged. Upload a working copy.`,
          { cause: thrown },
        );
      }
    }
    return { pageCount, pages, page: (pageNumber) => pages([pageNumber]) };
  } catch (thrown) {
    const needsPassword = thrown instanceof Error && /password|encrypt/i.test(thrown.message);
    throw new PipelineError(needsPassword ? "encrypted_pdf" : "broken_file", undefined, { cause: thrown });
  }
}

/** A one-page PDF that shows a JPEG, whose bytes are embedded unchanged. Throws `broken_file` if they are no JPEG. */
export async function pdfOfJpeg(bytes: Uint8Array): Promise<Uint8Array> {
  using _computing = computing();
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
