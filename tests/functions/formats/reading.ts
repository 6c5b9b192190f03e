import { openText } from "../../../supabase/functions/ocr/formats/formats.ts";

export const OPEN_XML = "application/vnd.openxmlformats-officedocument";
export const TYPES = {
  docx: `${OPEN_XML}.wordprocessingml.document`,
  xlsx: `${OPEN_XML}.spreadsheetml.sheet`,
  pptx: `${OPEN_XML}.presentationml.presentation`,
  odt: "application/vnd.oasis.opendocument.text",
  ods: "application/vnd.oasis.opendocument.spreadsheet",
  rtf: "application/rtf",
  txt: "text/plain",
  md: "text/markdown",
  csv: "text/csv",
  html: "text/html",
  eml: "message/rfc822",
  msg: "application/vnd.ms-outlook",
  zip: "application/zip",
} as const;

/** The pages and the parts of a file, read as the ocr function reads it. */
export async function read(
  type: keyof typeof TYPES,
  content: Uint8Array | string,
): Promise<{ pages: string[]; parts: { filename: string; bytes(): Promise<Uint8Array> }[] }> {
  await using document = await openText({
    mime_type: TYPES[type],
    filename: `file.${type}`,
    bytes: typeof content === "string" ? new TextEncoder().encode(content) : content,
  });
  const pages = await Promise.all(Array.from({ length: document.pageCount }, (_, at) => document.textOf(at + 1)));
  return { pages: pages.map((page) => page ?? "(to be recognised)"), parts: document.parts ?? [] };
}

export const pagesOf = async (type: keyof typeof TYPES, content: Uint8Array | string): Promise<string[]> =>
  (await read(type, content)).pages;
