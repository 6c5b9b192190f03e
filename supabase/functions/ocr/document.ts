import { PipelineError } from "../_shared/errors.ts";
import type { StoredFile } from "../_shared/pages.ts";

/** A file opened for reading, page by page. */
export type OpenDocument = {
  pageCount: number;
  /** The text that the file itself holds of that page; null where the page has to be recognised from its picture. */
  textOf(page: number): Promise<string | null>;
  /** The files inside a PDF, each whole in memory. */
  attachments?(): Promise<{ name: string; bytes: Uint8Array }[]>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** @throws PipelineError encrypted_pdf, broken_file, unsupported_type */
export async function openDocument(file: StoredFile): Promise<OpenDocument> {
  if (file.mime_type === "application/pdf") {
    const { openPdf } = await import("./pdf.ts");
    return openPdf(file.bytes);
  }
  if (file.mime_type.startsWith("image/")) {
    return { pageCount: 1, textOf: async () => null, [Symbol.asyncDispose]: async () => {} };
  }
  throw new PipelineError("unsupported_type", `Files of type ${file.mime_type} cannot be read.`);
}
