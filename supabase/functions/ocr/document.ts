import { PipelineError } from "../_shared/errors.ts";
import type { StoredFile, TextEngine } from "../_shared/pages.ts";

/** A file opened for reading, page by page. */
export type OpenedDocument = {
  pageCount: number;
  /** What the texts of `textOf` are recorded as. */
  engine: Extract<TextEngine, "pdf_text_layer" | "file_text">;
  /**
   * The text that the file itself holds of that page (from 1); null where the page has to be recognised from its picture.
   * @throws PipelineError of this page alone: the others may still be read
   */
  textOf(page: number): Promise<string | null>;
  /** What the file holds of a page whose `textOf` was null because it is not to be trusted: better than nothing. */
  doubtfulTextOf?(page: number): string;
  [Symbol.asyncDispose](): Promise<void>;
};

export type OpenOptions = {
  /** What the user gave for an encrypted file. */
  password?: string | undefined;
};

/** Opens a file of one kind. @throws PipelineError encrypted_pdf, broken_file, unsupported_type, … */
export type OpenDocument = (file: StoredFile, options?: OpenOptions) => Promise<OpenedDocument>;

/** How each type is opened. What opens it is loaded when the first such file comes. */
const OPENERS: Record<string, () => Promise<OpenDocument>> = {
  "application/pdf": async () => (await import("./pdf.ts")).openPdf,
};

/** A picture is one page, without a text of its own. */
const openPicture: OpenDocument = async () => ({
  pageCount: 1,
  engine: "file_text",
  textOf: async () => null,
  [Symbol.asyncDispose]: async () => {},
});

/** Opens a file by its type. @throws PipelineError unsupported_type, and what its opener throws */
export const openDocument: OpenDocument = async (file, options) => {
  const opener = OPENERS[file.mime_type];
  if (opener) return (await opener())(file, options);
  if (file.mime_type.startsWith("image/")) return openPicture(file, options);
  throw new PipelineError("unsupported_type", `Files of type ${file.mime_type} cannot be read.`);
};
