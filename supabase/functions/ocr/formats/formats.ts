import { PipelineError } from "../../_shared/errors.ts";
import { type FormatName, formatOfType, type OpenedAs } from "../../_shared/file-formats.ts";
import { readable } from "../../_shared/readable.ts";
import type { StoredFile } from "../../_shared/pages.ts";
import type { OpenedDocument } from "../document.ts";
import { markdownOf } from "../markdown.ts";
import { Bounds } from "./bounds.ts";
import type { ReadText } from "./file-text.ts";

/** The readers of the formats that hold their own text, each loaded when the first file of its format comes. */
const READERS: Record<OpenedAs<"text">, () => Promise<ReadText>> = {
  docx: async () => (await import("./docx.ts")).readDocx,
  xlsx: async () => (await import("./xlsx.ts")).readXlsx,
  pptx: async () => (await import("./pptx.ts")).readPptx,
  odt: async () => (await import("./odf.ts")).readOdt,
  ods: async () => (await import("./odf.ts")).readOds,
  rtf: async () => (await import("./rtf.ts")).readRtf,
  txt: async () => (await import("./plain.ts")).readPlain,
  md: async () => (await import("./plain.ts")).readPlain,
  csv: async () => (await import("./csv.ts")).readCsv,
  html: async () => (await import("./html.ts")).readHtml,
  eml: async () => (await import("./eml.ts")).readEml,
  msg: async () => (await import("./msg.ts")).readMsg,
  tnef: async () => (await import("./tnef-file.ts")).readTnef,
  p7m: async () => (await import("./signed-file.ts")).readSigned,
  zip: async () => (await import("./archive.ts")).readArchive,
};

const hasReader = (name: FormatName): name is keyof typeof READERS => Object.hasOwn(READERS, name);

const readableOrNull = (text: string | null): string | null => (text === null ? null : readable(text));

/**
 * Opens a file that holds its own text. All of it is read at once: it is bounded, and its pages are only known then.
 *
 * @throws PipelineError broken_file, encrypted_file, unpacked_too_large, too_many_pages, too_complex, ocr_timeout, unsupported_type
 */
export async function openText(file: StoredFile, bounds = new Bounds()): Promise<OpenedDocument> {
  const name = formatOfType(file.mime_type)?.name;
  if (!name || !hasReader(name))
    throw new PipelineError("unsupported_type", `Files of type ${file.mime_type} cannot be read.`);
  const read = await READERS[name]();
  const {
    pages,
    marks,
    parts = [],
  } = await read(file.bytes, bounds, file.filename).catch((thrown: unknown) => {
    // A library that trips over a file says so in words of its own; the bytes will not be better the next time.
    throw thrown instanceof PipelineError ? thrown : new PipelineError("broken_file", undefined, { cause: thrown });
  });
  return {
    pageCount: pages.length,
    engine: "file_text",
    textOf: async (page) => readable(pages[page - 1] ?? ""),
    // What is written in Markdown is that already.
    markdownOf: (page) => (name === "md" ? null : readableOrNull(markdownOf(pages[page - 1] ?? "", marks?.[page - 1]))),
    parts,
    [Symbol.asyncDispose]: async () => {},
  };
}
