import type { ErrorBody } from "./errors.ts";
import type { ModelBudget, ModelUse } from "./model-use.ts";

/** One word on a page. The box is in pixels of the image that was read, origin top left. */
export type Word = { text: string; x0: number; y0: number; x1: number; y1: number; confidence: number };

/** What produced the text of a page; `unpdf` is the text layer of a PDF where PDFium cannot read it, `file_text` the own text of a file that is no PDF. */
export type TextEngine = "pdf_text_layer" | "unpdf" | "file_text" | "tesseract" | "ppocr" | "claude";

/** What a model counted for a page, and what that cost. */
export type PageUsage = Required<ModelUse> & { model: string };

/** The text of one page, as it is kept in `document_pages`. */
export type Page = {
  /** Starts at 1. */
  page_number: number;
  text: string;
  /** The text as Markdown; null, or left out, where that is the same. */
  markdown?: string | null;
  /** Null for a page that could not be read. */
  engine: TextEngine | null;
  /** 0 to 1; null where the engine does not say (a text layer is taken as it stands). */
  confidence: number | null;
  /** Word boxes, where the engine gives them. */
  words: Word[] | null;
  /** The picture that was read, in pixels, and by how many degrees it was turned to the right for it. */
  picture?: { width: number; height: number; rotation: number } | null;
  /** Where a model read it. */
  usage?: PageUsage | null;
  /** Why the page could not be read; its text is empty then. */
  error?: ErrorBody | null;
};

/** A stored file as the reading functions get it. `bytes` may be detached by a PDF library: pass a copy to one. `user_id`: its owner. */
export type StoredFile = { bytes: Uint8Array; mime_type: string; filename: string; user_id?: string };

/** Reads the given pages of a file. One implementation a vendor; one that is paid reserves each call of the owner's budget. */
export type ReadPages = {
  (file: StoredFile, pageNumbers: number[], signal?: AbortSignal, budget?: ModelBudget): Promise<Page[]>;
  /** It sends the file as it is, so that no file can harm the worker by it. Others take it apart first. */
  sendsWhole?: boolean;
};
