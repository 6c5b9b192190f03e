/** What is used of pdf.js here. The library types less than it gives, and some of it wrongly. */

/** Gives what is computed from here so many units, and answers with how many were left: below zero, all loops throw. */
export function meter(units: number): number;

/** The Adobe Glyph List: the code points of the names of glyphs. */
export function glyphList(): Record<string, number>;

export function getDocument(options: Record<string, unknown>): { promise: Promise<PdfjsDocument> };

export type PdfjsDocument = {
  numPages: number;
  getPage(number: number): Promise<PdfjsPage>;
  getOptionalContentConfig(): Promise<unknown>;
  getAttachments(): Promise<unknown>;
  destroy(): Promise<void>;
};

export type PdfjsPage = {
  view: number[];
  getOperatorList(options: { annotationMode: number }): Promise<unknown>;
  getAnnotations(options?: { intent: string }): Promise<unknown>;
  streamTextContent(): ReadableStream;
  cleanup(): void;
};
