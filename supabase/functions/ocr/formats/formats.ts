import { PipelineError } from "../../_shared/errors.ts";
import { readable } from "../../_shared/readable.ts";
import type { StoredFile } from "../../_shared/pages.ts";
import type { OpenedDocument } from "../document.ts";
import { Bounds } from "./bounds.ts";
import type { ReadText } from "./file-text.ts";

const OPEN_XML = "application/vnd.openxmlformats-officedocument";
const OPEN_DOCUMENT = "application/vnd.oasis.opendocument";

/** The readers of files that hold their own text, each loaded when the first file of its type comes. */
const READERS: Record<string, () => Promise<ReadText>> = {
  [`${OPEN_XML}.wordprocessingml.document`]: async () => (await import("./docx.ts")).readDocx,
  [`${OPEN_XML}.spreadsheetml.sheet`]: async () => (await import("./xlsx.ts")).readXlsx,
  [`${OPEN_XML}.presentationml.presentation`]: async () => (await import("./pptx.ts")).readPptx,
  [`${OPEN_DOCUMENT}.text`]: async () => (await import("./odf.ts")).readOdt,
  [`${OPEN_DOCUMENT}.spreadsheet`]: async () => (await import("./odf.ts")).readOds,
  "application/rtf": async () => (await import("./rtf.ts")).readRtf,
  "text/plain": async () => (await import("./plain.ts")).readPlain,
  "text/markdown": async () => (await import("./plain.ts")).readPlain,
  "text/csv": async () => (await import("./csv.ts")).readCsv,
  "text/html": async () => (await import("./html.ts")).readHtml,
  "message/rfc822": async () => (await import("./eml.ts")).readEml,
  "application/vnd.ms-outlook": async () => (await import("./msg.ts")).readMsg,
  "application/zip": async () => (await import("./archive.ts")).readArchive,
};

/** The types whose files hold their own text. */
export const TEXT_TYPES: readonly string[] = Object.keys(READERS);

/**
 * Opens a file that holds its own text. All of it is read at once: it is bounded, and its pages are only known then.
 *
 * @throws PipelineError broken_file, encrypted_file, unpacked_too_large, too_many_pages, too_complex, ocr_timeout, unsupported_type
 */
export async function openText(file: StoredFile, bounds = new Bounds()): Promise<OpenedDocument> {
  const reader = READERS[file.mime_type];
  if (!reader) throw new PipelineError("unsupported_type", `Files of type ${file.mime_type} cannot be read.`);
  const read = await reader();
  const { pages, parts = [] } = await read(file.bytes, bounds).catch((thrown: unknown) => {
    // A library that trips over a file says so in words of its own; the bytes will not be better the next time.
    throw thrown instanceof PipelineError ? thrown : new PipelineError("broken_file", undefined, { cause: thrown });
  });
  return {
    pageCount: pages.length,
    engine: "file_text",
    textOf: async (page) => readable(pages[page - 1] ?? ""),
    parts,
    [Symbol.asyncDispose]: async () => {},
  };
}
