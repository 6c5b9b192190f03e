import type { PdfFile } from "./pdfium.ts";

/** A file inside a PDF, whole in memory. */
export type Attachment = { name: string; bytes: Uint8Array };

/** What pdf.js tells of attachments: a map since 5.5, an object before. */
type AttachedFile = { filename: string; content?: Uint8Array };
type Attached = Map<string, AttachedFile> | Record<string, AttachedFile>;

/**
 * The files inside a PDF. PDFium counts them, which costs nothing; the few PDFs that have any are opened once more by pdf.js
 * (unpdf), which knows how they are packed.
 */
export async function attachmentsOf({ library, document }: PdfFile, bytes: Uint8Array, password?: string): Promise<Attachment[]> {
  if (library._FPDFDoc_GetAttachmentCount(document) === 0) return [];
  const { getDocumentProxy } = await import("unpdf");
  // pdf.js may detach the buffer that it is given, hence the copy.
  const pdf = await getDocumentProxy(bytes.slice(), { verbosity: 0, isEvalSupported: false, ...(password === undefined ? {} : { password }) });
  try {
    const attached = ((await pdf.getAttachments()) ?? new Map()) as Attached;
    const files = attached instanceof Map ? [...attached.values()] : Object.values(attached);
    return files.flatMap(({ filename, content }) => (content ? [{ name: filename, bytes: content }] : []));
  } finally {
    await pdf.loadingTask.destroy();
  }
}
