import { PipelineError } from "../_shared/errors.ts";
import type { OpenDocument } from "./document.ts";
import { attachedParts, attachmentsOf } from "./pdf/attachments.ts";
import { drawingOf } from "./pdf/drawing.ts";
import { glyphsOf } from "./pdf/layer.ts";
import { openPage } from "./pdf/page.ts";
import { openFile, type PdfFile } from "./pdf/pdfium.ts";
import { type Doubt, doubtOf } from "./pdf/soundness.ts";
import { textOfGlyphs } from "./pdf/text.ts";
import { commentsOf, withTyped } from "./pdf/typed.ts";
import { isPlaceholder, xfaData } from "./pdf/xfa.ts";

/** Opens a PDF for its text layers, each judged before it is used. @throws PipelineError encrypted_pdf, wrong_password, broken_file, unpacked_too_large, too_complex */
export const openPdf: OpenDocument = async ({ bytes }, { password } = {}) => {
  let file = await openFile(bytes, password);
  /** The file, opened again where a page has cost it its library. */
  async function opened(): Promise<PdfFile> {
    if (!file.isLost()) return file;
    file.close();
    return (file = await openFile(bytes, password));
  }
  /** Texts that were not trusted, until it is known whether the page can be recognised. */
  const doubtful = new Map<number, string>();
  return {
    pageCount: file.pageCount,
    engine: "pdf_text_layer",
    async textOf(number) {
      const { text, doubt } = readLayer(await opened(), number);
      const data = number === 1 && isPlaceholder(text) ? await xfaData(await opened()) : "";
      if (data !== "") return data;
      if (doubt === null) return text;
      doubtful.set(number, text);
      return null;
    },
    doubtfulTextOf(number) {
      const text = doubtful.get(number) ?? "";
      doubtful.delete(number);
      return text;
    },
    attachments: async () => attachmentsOf(await opened()),
    attachedParts: () => attachedParts(opened),
    async [Symbol.asyncDispose]() {
      try {
        file.close();
      } catch {
        // Its library is left, and its memory with it.
      }
    },
  };
};

function readLayer(file: PdfFile, number: number): { text: string; doubt: Doubt | null } {
  try {
    return file.call(() => judged(file, number));
  } catch (thrown) {
    if (!(thrown instanceof PipelineError)) throw thrown;
    if (thrown.code === "too_complex")
      throw new PipelineError(
        "too_complex",
        `Page ${number} of the PDF takes more work than a page may. Simplify its drawing, or print it to a new PDF.`,
        { cause: thrown.cause },
      );
    if (thrown.code !== "unpacked_too_large") throw thrown;
    throw new PipelineError(
      "unpacked_too_large",
      `Page ${number} of the PDF unpacks to more than this project takes. Simplify its drawing, or print it to a new PDF.`,
      { cause: thrown.cause },
    );
  }
}

function judged(file: PdfFile, number: number): { text: string; doubt: Doubt | null } {
  const page = openPage(file, number);
  if (!page)
    throw new PipelineError(
      "broken_file",
      `Page ${number} of the PDF is damaged and cannot be opened. Upload a working copy.`,
    );
  try {
    const glyphs = withTyped(glyphsOf(page), page.typed, page);
    const visible = glyphs.filter((glyph) => !glyph.invisible);
    // What a few glyphs hide among many that are shown was not meant to be read.
    const shown = textOfGlyphs(visible.length * 2 >= glyphs.length ? visible : glyphs);
    const text = [shown, commentsOf(page.typed, shown)].filter(Boolean).join("\n\n");
    let drawing: ReturnType<typeof drawingOf> | undefined;
    return { text, doubt: doubtOf(glyphs, shown, () => (drawing ??= drawingOf(page))) };
  } finally {
    page.close();
  }
}
