import { getDocumentProxy, getResolvedPDFJS } from "unpdf";
import { PipelineError } from "../_shared/errors.ts";
import type { OpenDocument } from "./document.ts";

type Proxy = Awaited<ReturnType<typeof getDocumentProxy>>;
type PageProxy = Awaited<ReturnType<Proxy["getPage"]>>;

/** With fewer characters than this, a page that shows a picture is taken for a scan with stray words. */
const FEW_CHARACTERS = 16;

/** Opens a PDF for its text layers. @throws PipelineError encrypted_pdf, broken_file */
export async function openPdf(bytes: Uint8Array): Promise<OpenDocument> {
  // pdf.js may detach the buffer that it is given, hence the copy.
  const pdf = await getDocumentProxy(bytes.slice(), { verbosity: 0, isEvalSupported: false }).catch((thrown: Error) => {
    throw new PipelineError(thrown.name === "PasswordException" ? "encrypted_pdf" : "broken_file", undefined, { cause: thrown });
  });
  return {
    pageCount: pdf.numPages,
    async textOf(number) {
      try {
        const page = await pdf.getPage(number);
        const text = await layerOf(page);
        const isPicture = characters(text) < FEW_CHARACTERS && (await paints(page));
        page.cleanup();
        return isPicture ? null : text;
      } catch (cause) {
        throw new PipelineError("broken_file", `Page ${number} of the PDF is damaged and cannot be opened. Upload a working copy.`, { cause });
      }
    },
    [Symbol.asyncDispose]: () => pdf.loadingTask.destroy(),
  };
}

const characters = (text: string): number => text.replace(/\s/g, "").length;

/** The text of a page's layer, a line a line. */
async function layerOf(page: PageProxy): Promise<string> {
  const { items } = await page.getTextContent();
  return items
    .map((item) => ("str" in item ? item.str + (item.hasEOL ? "\n" : "") : ""))
    .join("")
    .replace(/[ \t]+\n/g, "\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

/** Whether anything but text is drawn on the page: an image, or shapes that may be letters. A page with neither is blank. */
async function paints(page: PageProxy): Promise<boolean> {
  const { OPS } = await getResolvedPDFJS();
  const painting = new Set<number>([
    OPS.paintImageXObject, OPS.paintInlineImageXObject, OPS.paintImageMaskXObject, OPS.paintImageXObjectRepeat,
    OPS.paintImageMaskXObjectRepeat, OPS.paintImageMaskXObjectGroup, OPS.paintInlineImageXObjectGroup,
    OPS.constructPath, OPS.fill, OPS.eoFill, OPS.stroke, OPS.shadingFill,
  ].filter((code) => code !== undefined));
  const { fnArray } = await page.getOperatorList();
  return fnArray.some((code) => painting.has(code));
}
