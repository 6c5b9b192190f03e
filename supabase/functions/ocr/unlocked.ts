import type { ReadPages } from "../_shared/pages.ts";
import type { PdfPages } from "./single-page-pdf.ts";

/**
 * Recognizes pages of one PDF that a password opens: the recognizer gets a copy of those pages without protection, so that the
 * password stays here.
 */
export function withoutPassword(recognize: ReadPages, password: string): ReadPages {
  let opened: Promise<PdfPages> | undefined;
  return async (file, pageNumbers, signal, budget) => {
    if (file.mime_type !== "application/pdf") return recognize(file, pageNumbers, signal, budget);
    opened ??= import("./single-page-pdf.ts").then(({ openPdf }) => openPdf(file.bytes, password));
    const bytes = await (await opened).pages(pageNumbers);
    const pages = await recognize(
      { ...file, bytes },
      pageNumbers.map((_, index) => index + 1),
      signal,
      budget,
    );
    return pages.map((page) => ({ ...page, page_number: pageNumbers[page.page_number - 1]! }));
  };
}
