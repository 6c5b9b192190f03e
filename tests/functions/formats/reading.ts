import { FORMATS, type OpenedAs } from "../../../supabase/functions/_shared/file-formats.ts";
import { openText } from "../../../supabase/functions/ocr/formats/formats.ts";

export const OPEN_XML = "application/vnd.openxmlformats-officedocument";
/** The pages and the parts of a file, read as the ocr function reads it. */
export async function read(
  type: OpenedAs<"text">,
  content: Uint8Array | string,
): Promise<{ pages: string[]; parts: { filename: string; bytes(): Promise<Uint8Array> }[] }> {
  await using document = await openText({
    mime_type: FORMATS[type].type,
    filename: `file.${type}`,
    bytes: typeof content === "string" ? new TextEncoder().encode(content) : content,
  });
  const pages = await Promise.all(Array.from({ length: document.pageCount }, (_, at) => document.textOf(at + 1)));
  return { pages: pages.map((page) => page ?? "(to be recognized)"), parts: document.parts ?? [] };
}

export const pagesOf = async (type: OpenedAs<"text">, content: Uint8Array | string): Promise<string[]> =>
  (await read(type, content)).pages;
