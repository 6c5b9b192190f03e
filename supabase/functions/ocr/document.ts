import type { StoredFile, TextEngine } from "../_shared/pages.ts";
import type { Part } from "./formats/file-text.ts";

/** A file opened for reading, page by page. */
export type OpenDocument = {
  pageCount: number;
  /** The text that the file itself holds of that page; null where the page has to be recognised from its picture. */
  textOf(page: number): Promise<string | null>;
  /** What that text is: pdf_text_layer where nothing else is said. */
  engine?: TextEngine;
  /** The files within the file, which become documents of their own. */
  parts?: Part[];
  [Symbol.asyncDispose](): Promise<void>;
};

/** @throws PipelineError encrypted_pdf, broken_file, unsupported_type, and what formats/ throws */
export async function openDocument(file: StoredFile): Promise<OpenDocument> {
  if (file.mime_type === "application/pdf") {
    const { openPdf } = await import("./pdf.ts");
    return openPdf(file.bytes);
  }
  if (file.mime_type.startsWith("image/")) {
    const pageCount = file.mime_type === "image/tiff" ? (await import("./formats/tiff.ts")).countTiffImages(file.bytes) : 1;
    return { pageCount, textOf: async () => null, [Symbol.asyncDispose]: async () => {} };
  }
  const { openText } = await import("./formats/formats.ts");
  return openText(file);
}
