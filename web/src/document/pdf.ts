import { getDocument, GlobalWorkerOptions, type PDFDocumentProxy, type PDFPageProxy } from "pdfjs-dist";
import workerUrl from "pdfjs-dist/build/pdf.worker.min.mjs?url";

GlobalWorkerOptions.workerSrc = workerUrl;

export type Pdf = PDFDocumentProxy;
export type PdfPage = PDFPageProxy;

/** Whether a PDF was not opened for want of its password. */
export const isLocked = (error: unknown): boolean => (error as { name?: string } | null)?.name === "PasswordException";

/** Opens a PDF for showing: no scripts of its own run, and its fonts are drawn without eval. */
export function openPdf(url: string, password?: string): { promise: Promise<Pdf>; close(): void } {
  const parts = new URL("pdfjs/", document.baseURI).href;
  const task = getDocument({
    url,
    ...(password && { password }),
    isEvalSupported: false,
    enableXfa: false,
    useSystemFonts: false,
    stopAtErrors: false,
    cMapUrl: `${parts}cmaps/`,
    cMapPacked: true,
    standardFontDataUrl: `${parts}standard_fonts/`,
    wasmUrl: `${parts}wasm/`,
    iccUrl: `${parts}iccs/`,
  });
  // Not before it is open: a worker that is ended at its beginning throws where nobody can catch it.
  const close = () =>
    void task.promise
      .then(
        () => {},
        () => {},
      )
      .then(() => task.destroy())
      .catch(() => {});
  return { promise: task.promise, close };
}
