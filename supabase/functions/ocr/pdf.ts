import { getDocumentProxy, getResolvedPDFJS } from "unpdf";
import { PipelineError } from "../_shared/errors.ts";
import type { OpenDocument } from "./document.ts";

type Proxy = Awaited<ReturnType<typeof getDocumentProxy>>;
type PageProxy = Awaited<ReturnType<Proxy["getPage"]>>;

/** What pdf.js tells of attachments: a map since 5.5, an object before. */
type AttachedFile = { filename: string; content?: Uint8Array };
type Attached = Map<string, AttachedFile> | Record<string, AttachedFile>;

/** With fewer characters than this, a page that shows a picture is taken for a scan with stray words. */
const FEW_CHARACTERS = 16;

/** Opens a PDF for its text layers. @throws PipelineError encrypted_pdf, broken_file */
export async function openPdf(bytes: Uint8Array): Promise<OpenDocument> {
  const pdf = await open(bytes, {});
  let looks: Promise<Proxy[]> | undefined;
  return {
    pageCount: pdf.numPages,
    async textOf(number) {
      try {
        const page = await pdf.getPage(number);
        const text = await layerOf(page);
        page.cleanup();
        if (characters(text) >= FEW_CHARACTERS) return text;
        looks ??= Promise.all(UNDECODED.map((options) => open(bytes, options)));
        return (await paints(await looks, number)) ? null : text;
      } catch (cause) {
        throw new PipelineError("broken_file", `Page ${number} of the PDF is damaged and cannot be opened. Upload a working copy.`, { cause });
      }
    },
    async attachments() {
      const attached = ((await pdf.getAttachments()) ?? new Map()) as Attached;
      const files = attached instanceof Map ? [...attached.values()] : Object.values(attached);
      return files.flatMap(({ filename, content }) => (content ? [{ name: filename, bytes: content }] : []));
    },
    async [Symbol.asyncDispose]() {
      for (const opened of [pdf, ...((await looks?.catch(() => [])) ?? [])]) await opened.loadingTask.destroy();
    },
  };
}

async function open(bytes: Uint8Array, options: { maxImageSize?: number; stopAtErrors?: boolean }): Promise<Proxy> {
  // pdf.js may detach the buffer that it is given, hence the copy.
  return getDocumentProxy(bytes.slice(), { verbosity: 0, isEvalSupported: false, ...options }).catch((thrown: Error) => {
    throw new PipelineError(thrown.name === "PasswordException" ? "encrypted_pdf" : "broken_file", undefined, { cause: thrown });
  });
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

/**
 * How a file is opened to look at a page without decoding its images, which costs memory as the scan is large, and does
 * not end with some hostile ones: once with the images left out, once stopping at the first of them.
 */
const UNDECODED = [{ maxImageSize: 1 }, { maxImageSize: 1, stopAtErrors: true }];

/** Whether anything but text is drawn on the page: shapes that may be letters, or an image. A page with neither is blank. */
async function paints(looks: Proxy[], number: number): Promise<boolean> {
  const { OPS } = await getResolvedPDFJS();
  const [leftOut = [], stopped = []] = await Promise.all(looks.map(async (pdf) => (await (await pdf.getPage(number)).getOperatorList()).fnArray));
  const shapes = new Set<number>([OPS.constructPath, OPS.fill, OPS.eoFill, OPS.stroke, OPS.shadingFill].filter((code) => code !== undefined));
  return leftOut.length !== stopped.length || leftOut.some((code) => shapes.has(code));
}
