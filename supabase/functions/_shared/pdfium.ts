import { PDFiumLibrary } from "@hyzyla/pdfium";

/**
 * Starts PDFium, so that its memory goes when it is left. Its build (2.1.13) sets traps on `globalThis` for names that it no longer
 * has; those of the first library would hold on to all of its memory for as long as the process lives.
 */
export async function startPdfium(): Promise<PDFiumLibrary> {
  const before = new Set(Object.getOwnPropertyNames(globalThis));
  const library = await PDFiumLibrary.init();
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (!before.has(name) && Object.getOwnPropertyDescriptor(globalThis, name)?.get)
      delete (globalThis as Record<string, unknown>)[name];
  }
  return library;
}
