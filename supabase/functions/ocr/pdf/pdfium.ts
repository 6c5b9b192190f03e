import { PDFiumLibrary } from "@hyzyla/pdfium";
import { PipelineError } from "../../_shared/errors.ts";

/**
 * The few functions of PDFium's C interface that reading takes, on the WebAssembly build of @hyzyla/pdfium, whose own
 * classes give neither boxes nor the state of a glyph. Pointers are numbers; what a function writes goes to memory.
 * https://pdfium.googlesource.com/pdfium/+/refs/heads/main/public/ (fpdfview.h, fpdf_text.h, fpdf_edit.h, fpdf_annot.h, fpdf_flatten.h)
 */
export type Pdfium = {
  HEAPU8: Uint8Array;
  wasmExports: { malloc(bytes: number): number; free(pointer: number): void };
  _FPDF_LoadMemDocument(pointer: number, bytes: number, password: number): number;
  _FPDF_CloseDocument(document: number): void;
  _FPDF_GetLastError(): number;
  _FPDF_GetPageCount(document: number): number;
  _FPDFDoc_GetAttachmentCount(document: number): number;
  _FPDF_LoadPage(document: number, index: number): number;
  _FPDF_ClosePage(page: number): void;
  _FPDF_GetPageBoundingBox(page: number, box: number): number;
  _FPDFPage_CountObjects(page: number): number;
  _FPDFPage_GetObject(page: number, index: number): number;
  _FPDFPageObj_GetType(object: number): number;
  _FPDFPageObj_GetBounds(object: number, left: number, bottom: number, right: number, top: number): number;
  _FPDFFormObj_CountObjects(form: number): number;
  _FPDFFormObj_GetObject(form: number, index: number): number;
  _FPDFPage_GetAnnotCount(page: number): number;
  _FPDFPage_GetAnnot(page: number, index: number): number;
  _FPDFPage_CloseAnnot(annotation: number): void;
  _FPDFAnnot_GetSubtype(annotation: number): number;
  _FPDFPage_Flatten(page: number, usage: number): number;
  _FPDFText_LoadPage(page: number): number;
  _FPDFText_ClosePage(text: number): void;
  _FPDFText_CountChars(text: number): number;
  _FPDFText_GetUnicode(text: number, index: number): number;
  _FPDFText_GetLooseCharBox(text: number, index: number, box: number): number;
  _FPDFText_GetCharOrigin(text: number, index: number, x: number, y: number): number;
  _FPDFText_GetFontSize(text: number, index: number): number;
  _FPDFText_GetMatrix(text: number, index: number, matrix: number): number;
  _FPDFText_GetCharAngle(text: number, index: number): number;
  _FPDFText_GetTextObject(text: number, index: number): number;
  _FPDFText_IsGenerated(text: number, index: number): number;
  _FPDFText_IsHyphen(text: number, index: number): number;
  _FPDFText_HasUnicodeMapError(text: number, index: number): number;
  _FPDFTextObj_GetTextRenderMode(object: number): number;
};

/** A PDF in the library's memory. */
export type PdfFile = { library: Pdfium; document: number; pageCount: number; close(): void };

/** FPDF_GetLastError: a password is needed, or the one given is wrong; the kind of encryption is unknown. */
const PASSWORD_ERROR = 4;
const SECURITY_ERROR = 5;

/**
 * WebAssembly memory never shrinks, so a library that has grown beyond this is left for a new one when its last file is
 * closed, and a function stays small however large the files were that it has seen.
 */
const ROOMY_BYTES = 48 * 1024 * 1024;

type Instance = { library: Pdfium; open: number };
let current: Promise<Instance> | undefined;

/** Opens a PDF. The cost does not depend on its number of pages. @throws PipelineError encrypted_pdf, wrong_password, broken_file */
export async function openFile(bytes: Uint8Array, password?: string): Promise<PdfFile> {
  const mine = (current ??= start());
  const instance = await mine;
  const { library } = instance;
  const memory = copyOf(library, bytes);
  const secret = password === undefined ? 0 : copyOf(library, new TextEncoder().encode(`${password}\0`));
  const document = library._FPDF_LoadMemDocument(memory, bytes.length, secret);
  const error = document === 0 ? library._FPDF_GetLastError() : 0;
  if (secret !== 0) library.wasmExports.free(secret);
  const pageCount = document === 0 ? 0 : library._FPDF_GetPageCount(document);
  instance.open += 1;

  function close(): void {
    if (document !== 0) library._FPDF_CloseDocument(document);
    library.wasmExports.free(memory);
    instance.open -= 1;
    if (instance.open === 0 && library.HEAPU8.length > ROOMY_BYTES && current === mine) current = undefined;
  }
  if (pageCount > 0) return { library, document, pageCount, close };
  close();
  if (error === PASSWORD_ERROR) throw new PipelineError(password ? "wrong_password" : "encrypted_pdf");
  if (error === SECURITY_ERROR) throw new PipelineError("encrypted_pdf", "The PDF is protected in a way that cannot be opened. Upload a copy without protection.");
  throw new PipelineError("broken_file");
}

/** After a trap the library's memory is in no known state: files that are open fail, new ones get a new library. */
export function abandonLibrary(): void {
  current = undefined;
}

async function start(): Promise<Instance> {
  // The class keeps the module to itself; its constructor's property is all that is taken from it.
  const library = (await PDFiumLibrary.init()) as unknown as { module: Pdfium };
  return { library: library.module, open: 0 };
}

function copyOf(library: Pdfium, bytes: Uint8Array): number {
  const pointer = library.wasmExports.malloc(bytes.length);
  if (pointer === 0) throw new PipelineError("file_too_large", "The PDF needs more memory than there is to read it. Split it.");
  library.HEAPU8.set(bytes, pointer);
  return pointer;
}

/** A number of 64 bits that PDFium wrote. The memory may have moved since the last call. */
export function doubleAt(library: Pdfium, pointer: number): number {
  return new Float64Array(library.HEAPU8.buffer, pointer, 1)[0]!;
}

/** Four numbers of 32 bits, in PDFium's order: a box, or the first part of a matrix. */
export function fourAt(library: Pdfium, pointer: number): [number, number, number, number] {
  const [a = 0, b = 0, c = 0, d = 0] = new Float32Array(library.HEAPU8.buffer, pointer, 4);
  return [a, b, c, d];
}
