import { MAX_NAME_CHARACTERS } from "../formats/bounds.ts";
import type { PdfFile } from "./pdfium.ts";

/** A file inside a PDF, whole in memory. */
export type Attachment = { name: string; bytes: Uint8Array };

/** Attachments that are looked at: an e-invoice is among the first. */
const MAX_ATTACHMENTS = 50;
/** Most bytes of a name, in UTF-16. */
const MAX_NAME_BYTES = 2 * MAX_NAME_CHARACTERS;
/** Most bytes that are taken over, of all together: an e-invoice has less. */
const MAX_ATTACHMENT_BYTES = 5 * 1024 * 1024;

/** The files inside a PDF, without those that are too large. The library unpacks them, in the memory that it has. @throws PipelineError unpacked_too_large, broken_file */
export function attachmentsOf(file: PdfFile): Attachment[] {
  const { library, document } = file;
  return file.call(() => {
    const found: Attachment[] = [];
    let left = MAX_ATTACHMENT_BYTES;
    const count = Math.min(library._FPDFDoc_GetAttachmentCount(document), MAX_ATTACHMENTS);
    for (let index = 0; index < count; index += 1) {
      const attachment = library._FPDFDoc_GetAttachment(document, index);
      if (attachment === 0) continue;
      const name = taken(file, MAX_NAME_BYTES, (buffer, bytes) =>
        library._FPDFAttachment_GetName(attachment, buffer, bytes),
      );
      const content = taken(file, left, (buffer, bytes, needed) => {
        library._FPDFAttachment_GetFile(attachment, buffer, bytes, needed);
        return new DataView(library.HEAPU8.buffer).getUint32(needed, true);
      });
      left -= content?.length ?? 0;
      if (name && content)
        found.push({ name: new TextDecoder("utf-16le").decode(name).replaceAll("\0", ""), bytes: content });
    }
    return found;
  });
}

/** What the library writes, asked first for how much it is. Null where it is nothing or too much. */
function taken(
  { library }: PdfFile,
  most: number,
  write: (buffer: number, bytes: number, needed: number) => number,
): Uint8Array | null {
  const needed = library.wasmExports.malloc(8);
  const bytes = write(0, 0, needed);
  const buffer = bytes > 0 && bytes <= most ? library.wasmExports.malloc(bytes) : 0;
  if (buffer !== 0) write(buffer, bytes, needed);
  const content = buffer === 0 ? null : library.HEAPU8.slice(buffer, buffer + bytes);
  library.wasmExports.free(buffer);
  library.wasmExports.free(needed);
  return content;
}
