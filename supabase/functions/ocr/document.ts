import { FORMATS, formatOfType } from "../_shared/file-formats.ts";
import type { StoredFile, TextEngine } from "../_shared/pages.ts";
import type { Attachment } from "./pdf/attachments.ts";
import type { PlacedValue } from "./typed-on-scan.ts";
import { Bounds } from "./formats/bounds.ts";
import type { Part } from "./formats/file-text.ts";

/** A file opened for reading, page by page. */
export type OpenedDocument = {
  pageCount: number;
  /** What the texts of `textOf` are recorded as, */
  engine: Extract<TextEngine, "pdf_text_layer" | "unpdf" | "file_text">;
  /** but for pages that another reader read: what the text that was given last of that page is recorded as. */
  engineOf?(page: number): OpenedDocument["engine"];
  /**
   * The text that the file itself holds of that page (from 1); null where the page has to be recognized from its picture.
   * @throws PipelineError of this page alone: the others may still be read
   */
  textOf(page: number): Promise<string | null>;
  /** The text that `textOf` gave last of that page as Markdown; null where that is the same. */
  markdownOf?(page: number): string | null;
  /** What the file holds of a page whose `textOf` was null because it is not to be trusted: better than nothing. */
  doubtfulTextOf?(page: number): string;
  /** What was typed onto a page whose `textOf` was null: a picture of the page may not show it. */
  typedOf?(page: number): PlacedValue[];
  /** The files within the file, which become documents of their own. */
  parts?: Part[];
  /** The first files inside a PDF, such as the XML of an e-invoice, each whole in memory. */
  attachments?(): Promise<Attachment[]>;
  /** The files inside a PDF that become documents of their own. @throws PipelineError where its list is broken */
  attachedParts?(): Promise<Part[]>;
  [Symbol.asyncDispose](): Promise<void>;
};

export type OpenOptions = {
  /** What the user gave for an encrypted file. */
  password?: string | undefined;
};

/** Opens a file of one kind. @throws PipelineError encrypted_pdf, broken_file, unsupported_type, and what formats/ throws */
export type OpenDocument = (file: StoredFile, options?: OpenOptions) => Promise<OpenedDocument>;

/** Pictures are pages without a text of their own; of the formats that are read, only TIFF has several in a file. */
const openPicture: OpenDocument = async ({ mime_type, bytes }) => ({
  pageCount:
    mime_type === FORMATS.tiff.type ? (await import("./formats/tiff.ts")).countTiffImages(bytes, new Bounds()) : 1,
  engine: "file_text",
  textOf: async () => null,
  [Symbol.asyncDispose]: async () => {},
});

/** Opens a file by its type. What opens it is loaded when the first such file comes. */
export const openDocument: OpenDocument = async (file, options) => {
  const opens = formatOfType(file.mime_type)?.opens;
  if (opens === "pdf") return (await import("./pdf.ts")).openPdf(file, options);
  if (opens === "picture") return openPicture(file, options);
  return (await import("./formats/formats.ts")).openText(file);
};
