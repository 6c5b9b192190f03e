import { Buffer } from "node:buffer";
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

/** fpdf_annot.h: FPDF_ANNOT_FILEATTACHMENT */
const FILE_NOTE = 17;
const MAX_NOTES = 2_000;
/** Pages that cost the library are passed over, so many of them. */
const MAX_LOST_PAGES = 3;

/** Whether files may be attached to pages, by a file's bytes alone: its notes may stand in packed objects. */
export const mayAttach = (bytes: Uint8Array): boolean => {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return file.includes("FileAttachment") || file.includes("/ObjStm");
};

/** Where a file is kept: in the list of the document, or with a note on a page (from 1); `index` from 0. */
type Place = { page: number | null; index: number };

/**
 * The files inside a PDF that become documents of their own: what was attached to the document or to a page, and what a portfolio holds. Each is
 * unpacked when it is asked for.
 *
 * @param opened gives the file, opened again where it has cost its library; no page of it may have been flattened, which takes its notes
 * @param pages that may have files, in their order
 */
export async function attachedParts(opened: () => Promise<PdfFile>, pages: number[]): Promise<Part[]> {
  const parts: Part[] = [];
  let left = MAX_UNPACKED_BYTES;
  const file = await opened();
  const count = file.call(() => file.library._FPDFDoc_GetAttachmentCount(file.document));
  await add(range(count).map((index) => ({ page: null, index })));
  let position = count;
  let lost = 0;
  for (const page of pages) {
    if (parts.length > MAX_PARTS) break;
    try {
      const again = await opened();
      await add(again.call(() => notesWithFiles(again, page)));
    } catch (thrown) {
      if (!(thrown instanceof PipelineError) || (lost += 1) > MAX_LOST_PAGES) throw thrown;
    }
  }
  return parts;

  async function add(places: Place[]): Promise<void> {
    for (const place of places) {
      if (parts.length > MAX_PARTS) return;
      const at = place.page === null ? place.index + 1 : (position += 1);
      const again = await opened();
      const name = again.call(() => {
        const name = nameOf(again, place) ?? `attachment-${at}`;
        if (EINVOICE_NAMES.includes(name.toLowerCase())) return null;
        return /\.xml$/i.test(name) && isEinvoice(contentOf(again, place, MAX_ATTACHMENT_BYTES)) ? null : name;
      });
      if (name === null) continue;
      if (parts.length === MAX_PARTS) parts.push(refused(at, name, tooMany()));
      else parts.push({ position: at, filename: name, bytes: () => bytesOf(place) });
    }
  }
  async function bytesOf(place: Place): Promise<Uint8Array> {
    const again = await opened();
    const content = again.call(() => contentOf(again, place, left));
    if (!content) throw new PipelineError("unpacked_too_large");
    left -= content.length;
    return content;
  }
}

/** The same of files that are in memory. */
export const partsOf = (files: Attachment[]): Part[] => withFiles([], files);

/** Parts with more behind them, which are in memory. */
export function withFiles(before: Part[], files: Attachment[]): Part[] {
  const parts = [...before];
  const last = Math.max(0, ...before.map(({ position }) => position));
  for (const [index, { name, bytes }] of files.entries()) {
    const position = last + index + 1;
    if (parts.length > MAX_PARTS) return parts;
    if (EINVOICE_NAMES.includes(name.toLowerCase()) || (/\.xml$/i.test(name) && isEinvoice(bytes))) continue;
    if (parts.length === MAX_PARTS) return [...parts, refused(position, name, tooMany())];
    parts.push({ position, filename: name, bytes: async () => bytes });
  }
  return parts;
}

const range = (count: number): number[] => Array.from({ length: Math.max(0, Math.min(count, 10_000)) }, (_, at) => at);

/** The notes of a page (from 1) that have a file. */
function notesWithFiles({ library, document }: PdfFile, page: number): Place[] {
  const opened = library._FPDF_LoadPage(document, page - 1);
  if (opened === 0) return [];
  const places: Place[] = [];
  const count = Math.min(library._FPDFPage_GetAnnotCount(opened), MAX_NOTES);
  for (let index = 0; index < count; index += 1) {
    const note = library._FPDFPage_GetAnnot(opened, index);
    if (note === 0) continue;
    if (library._FPDFAnnot_GetSubtype(note) === FILE_NOTE && library._FPDFAnnot_GetFileAttachment(note) !== 0)
      places.push({ page, index });
    library._FPDFPage_CloseAnnot(note);
  }
  library._FPDF_ClosePage(opened);
  return places;
}

const isEinvoice = (content: Uint8Array | null): boolean =>
  EINVOICE.test(new TextDecoder("latin1").decode(content?.subarray(0, EINVOICE_WITHIN_BYTES)).replaceAll("\0", ""));

/** Uses the library's handle of a file; what it gives where there is no file. */
function withFile<Value>(
  { library, document }: PdfFile,
  { page, index }: Place,
  none: Value,
  use: (file: number) => Value,
): Value {
  if (page === null) {
    const file = library._FPDFDoc_GetAttachment(document, index);
    return file === 0 ? none : use(file);
  }
  const opened = library._FPDF_LoadPage(document, page - 1);
  if (opened === 0) return none;
  const note = library._FPDFPage_GetAnnot(opened, index);
  const file = note === 0 ? 0 : library._FPDFAnnot_GetFileAttachment(note);
  const value = file === 0 ? none : use(file);
  if (note !== 0) library._FPDFPage_CloseAnnot(note);
  library._FPDF_ClosePage(opened);
  return value;
}

const nameOf = (file: PdfFile, place: Place): string | null =>
  withFile(file, place, null, (attachment) => {
    const name = taken(file, MAX_NAME_BYTES, (buffer, bytes) =>
      file.library._FPDFAttachment_GetName(attachment, buffer, bytes),
    );
    return (name && new TextDecoder("utf-16le").decode(name).replaceAll("\0", "")) || null;
  });

/** The bytes of a file; null where there are more than `most`. */
const contentOf = (file: PdfFile, place: Place, most: number): Uint8Array | null =>
  withFile<Uint8Array | null>(file, place, new Uint8Array(0), (attachment) => {
    const { library } = file;
    let size = 0;
    const content = taken(file, most, (buffer, bytes, needed) => {
      library._FPDFAttachment_GetFile(attachment, buffer, bytes, needed);
      return (size = new DataView(library.HEAPU8.buffer).getUint32(needed, true));
    });
    return content ?? (size > most ? null : new Uint8Array(0));
  });

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
