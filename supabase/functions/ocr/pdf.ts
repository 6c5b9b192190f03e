import { PipelineError } from "../_shared/errors.ts";
import type { OpenDocument } from "./document.ts";
import { attachmentsOf } from "./pdf/attachments.ts";
import { drawingOf } from "./pdf/drawing.ts";
import { glyphsOf } from "./pdf/layer.ts";
import { openPage } from "./pdf/page.ts";
import { abandonLibrary, openFile, type PdfFile } from "./pdf/pdfium.ts";
import { doubtOf } from "./pdf/soundness.ts";
import { textOfGlyphs } from "./pdf/text.ts";

/** Opens a PDF for its text layers, each judged before it is used. @throws PipelineError encrypted_pdf, wrong_password, broken_file */
export const openPdf: OpenDocument = async ({ bytes }, { password } = {}) => {
  const file = await guarded(() => openFile(bytes, password));
  /** Texts that were not trusted, until it is known whether the page can be recognised. */
  const doubtful = new Map<number, string>();
  return {
    pageCount: file.pageCount,
    engine: "pdf_text_layer",
    async textOf(number) {
      const { text, doubt } = await guarded(() => readLayer(file, number));
      if (doubt === null) return text;
      doubtful.set(number, text);
      return null;
    },
    doubtfulTextOf(number) {
      const text = doubtful.get(number) ?? "";
      doubtful.delete(number);
      return text;
    },
    attachments: () => attachmentsOf(file, bytes, password),
    async [Symbol.asyncDispose]() {
      await guarded(() => file.close()).catch(() => {});
    },
  };
};

function readLayer(file: PdfFile, number: number) {
  const page = openPage(file, number);
  if (!page) throw new PipelineError("broken_file", `Page ${number} of the PDF is damaged and cannot be opened. Upload a working copy.`);
  try {
    const glyphs = glyphsOf(page);
    const visible = glyphs.filter((glyph) => !glyph.invisible);
    // What a few glyphs hide among many that are shown was not meant to be read.
    const text = textOfGlyphs(visible.length * 2 >= glyphs.length ? visible : glyphs);
    let drawing: ReturnType<typeof drawingOf> | undefined;
    return { text, doubt: doubtOf(glyphs, text, () => (drawing ??= drawingOf(page))) };
  } finally {
    page.close();
  }
}

/** What goes wrong inside of the library (out of memory, out of bounds, no end to a recursion) is the file's fault. */
async function guarded<Value>(work: () => Value | Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof PipelineError) throw thrown;
    abandonLibrary();
    throw new PipelineError("broken_file", undefined, { cause: thrown });
  }
}
