import { PipelineError } from "../../_shared/errors.ts";
import { MAX_NAME_CHARACTERS, MAX_PARTS, MAX_UNPACKED_BYTES } from "../formats/bounds.ts";
import { type Part, refused, tooMany } from "../formats/file-text.ts";
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

/** Names that the standards give to the invoice; ZUGFeRD 1 and 2, Factur-X, XRechnung. */
export const EINVOICE_NAMES: readonly string[] = ["factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml"];

/** The root of an e-invoice (UN/CEFACT, ZUGFeRD 1, UBL), which belongs to its PDF and is no document of its own. */
const EINVOICE = /<(?:[\w.-]{1,40}:)?(?:CrossIndustryInvoice|CrossIndustryDocument|Invoice|CreditNote)[\s>]/;
const EINVOICE_WITHIN_BYTES = 4_096;

/**
 * The files inside a PDF that become documents of their own: what was attached, and what a portfolio holds. Each is unpacked when it
 * is asked for.
 *
 * @param opened gives the file, opened again where it has cost its library
 */
export async function attachedParts(opened: () => Promise<PdfFile>): Promise<Part[]> {
  const file = await opened();
  const { library, document } = file;
  const parts: Part[] = [];
  let left = MAX_UNPACKED_BYTES;
  file.call(() => {
    const count = library._FPDFDoc_GetAttachmentCount(document);
    for (let index = 0; index < count && parts.length <= MAX_PARTS; index += 1) {
      const name = nameOf(file, index) ?? `attachment-${index + 1}`;
      if (EINVOICE_NAMES.includes(name.toLowerCase())) continue;
      if (/\.xml$/i.test(name) && isEinvoice(contentOf(file, index, MAX_ATTACHMENT_BYTES))) continue;
      const position = index + 1;
      if (parts.length === MAX_PARTS) parts.push(refused(position, name, tooMany()));
      else parts.push({ position, filename: name, bytes });
      async function bytes(): Promise<Uint8Array> {
        const again = await opened();
        const content = again.call(() => contentOf(again, index, left));
        if (!content) throw new PipelineError("unpacked_too_large");
        left -= content.length;
        return content;
      }
    }
  });
  return parts;
}

const isEinvoice = (content: Uint8Array | null): boolean =>
  EINVOICE.test(new TextDecoder("latin1").decode(content?.subarray(0, EINVOICE_WITHIN_BYTES)).replaceAll("\0", ""));

function nameOf(file: PdfFile, index: number): string | null {
  const { library, document } = file;
  const attachment = library._FPDFDoc_GetAttachment(document, index);
  if (attachment === 0) return null;
  const name = taken(file, MAX_NAME_BYTES, (buffer, bytes) =>
    library._FPDFAttachment_GetName(attachment, buffer, bytes),
  );
  return (name && new TextDecoder("utf-16le").decode(name).replaceAll("\0", "")) || null;
}

/** The bytes of an attachment; null where there are more than `most`. */
function contentOf(file: PdfFile, index: number, most: number): Uint8Array | null {
  const { library, document } = file;
  const attachment = library._FPDFDoc_GetAttachment(document, index);
  if (attachment === 0) return new Uint8Array(0);
  let size = 0;
  const content = taken(file, most, (buffer, bytes, needed) => {
    library._FPDFAttachment_GetFile(attachment, buffer, bytes, needed);
    return (size = new DataView(library.HEAPU8.buffer).getUint32(needed, true));
  });
  return content ?? (size > most ? null : new Uint8Array(0));
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
