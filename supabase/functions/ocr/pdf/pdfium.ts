import { PipelineError } from "../../_shared/errors.ts";
import { boundMemory, startMeteredPdfium } from "../../_shared/pdfium.ts";
import type { Matrix } from "./frame.ts";
import { type Layers, layersOf } from "./optional-content.ts";
import { FUEL } from "../../_shared/wasm-meter.ts";

/**
 * The few functions of PDFium's C interface that reading takes, on the WebAssembly build of @hyzyla/pdfium, whose own
 * classes give neither boxes nor the state of a glyph. Pointers are numbers; what a function writes goes to memory.
 * https://pdfium.googlesource.com/pdfium/+/refs/heads/main/public/ (fpdfview.h, fpdf_text.h, fpdf_edit.h, fpdf_annot.h, fpdf_flatten.h, fpdf_attachment.h)
 */
export type Pdfium = {
  HEAPU8: Uint8Array;
  wasmExports: {
    [FUEL]: WebAssembly.Global;
    memory: WebAssembly.Memory;
    malloc(bytes: number): number;
    free(pointer: number): void;
  };
  _FPDF_LoadMemDocument(pointer: number, bytes: number, password: number): number;
  _FPDF_CloseDocument(document: number): void;
  _FPDF_GetLastError(): number;
  _FPDF_GetPageCount(document: number): number;
  _FPDFDoc_GetAttachmentCount(document: number): number;
  _FPDFDoc_GetAttachment(document: number, index: number): number;
  _FPDFAttachment_GetName(attachment: number, buffer: number, bytes: number): number;
  _FPDFAttachment_GetFile(attachment: number, buffer: number, bytes: number, needed: number): number;
  _FPDF_LoadPage(document: number, index: number): number;
  _FPDF_ClosePage(page: number): void;
  _FPDF_GetPageWidthF(page: number): number;
  _FPDF_GetPageHeightF(page: number): number;
  _FPDF_GetPageBoundingBox(page: number, box: number): number;
  _FPDFPage_SetCropBox(page: number, left: number, bottom: number, right: number, top: number): void;
  _FPDFPage_GetRotation(page: number): number;
  _FPDFPage_CountObjects(page: number): number;
  _FPDFPage_GetObject(page: number, index: number): number;
  _FPDFPageObj_GetType(object: number): number;
  _FPDFPageObj_SetIsActive(object: number, active: number): number;
  _FPDFPageObj_SetFillColor(object: number, red: number, green: number, blue: number, alpha: number): number;
  _FPDFPageObj_GetMatrix(object: number, matrix: number): number;
  _FPDFPageObj_CountMarks(object: number): number;
  _FPDFPageObj_GetMark(object: number, index: number): number;
  _FPDFPageObj_RemoveMark(object: number, mark: number): number;
  _FPDFPageObjMark_GetName(mark: number, buffer: number, bytes: number, length: number): number;
  _FPDFPageObjMark_GetParamStringValue(
    mark: number,
    key: number,
    buffer: number,
    bytes: number,
    length: number,
  ): number;
  _FPDFPageObjMark_GetParamValueType(mark: number, key: number): number;
  _FPDFPageObj_GetClipPath(object: number): number;
  _FPDFClipPath_CountPaths(clip: number): number;
  _FPDFClipPath_CountPathSegments(clip: number, path: number): number;
  _FPDFClipPath_GetPathSegment(clip: number, path: number, segment: number): number;
  _FPDFPathSegment_GetPoint(segment: number, x: number, y: number): number;
  _FPDFPageObj_GetBounds(object: number, left: number, bottom: number, right: number, top: number): number;
  _FPDFFormObj_CountObjects(form: number): number;
  _FPDFFormObj_GetObject(form: number, index: number): number;
  _FPDFPage_GetAnnotCount(page: number): number;
  _FPDFPage_GetAnnot(page: number, index: number): number;
  _FPDFPage_CloseAnnot(annotation: number): void;
  _FPDFPage_RemoveAnnot(page: number, index: number): number;
  _FPDFAnnot_GetSubtype(annotation: number): number;
  _FPDFAnnot_GetFlags(annotation: number): number;
  _FPDFAnnot_GetRect(annotation: number, box: number): number;
  _FPDFAnnot_GetStringValue(annotation: number, key: number, buffer: number, bytes: number): number;
  _FPDFAnnot_HasKey(annotation: number, key: number): number;
  _FPDFAnnot_GetFileAttachment(annotation: number): number;
  _FPDFAnnot_GetFormFieldType(form: number, annotation: number): number;
  _FPDFAnnot_GetFormFieldFlags(form: number, annotation: number): number;
  _FPDFAnnot_GetFormFieldName(form: number, annotation: number, buffer: number, bytes: number): number;
  _FPDFAnnot_GetFormFieldAlternateName(form: number, annotation: number, buffer: number, bytes: number): number;
  _FPDFAnnot_GetFormFieldValue(form: number, annotation: number, buffer: number, bytes: number): number;
  _FPDFAnnot_GetOptionCount(form: number, annotation: number): number;
  _FPDFAnnot_GetOptionLabel(form: number, annotation: number, index: number, buffer: number, bytes: number): number;
  _FPDFAnnot_IsOptionSelected(form: number, annotation: number, index: number): number;
  _FPDFDOC_InitFormFillEnvironment(document: number, info: number): number;
  _FPDFDOC_ExitFormFillEnvironment(form: number): void;
  _FPDF_GetFormType(document: number): number;
  _FPDF_GetXFAPacketCount(document: number): number;
  _FPDF_GetXFAPacketName(document: number, index: number, buffer: number, bytes: number): number;
  _FPDF_GetXFAPacketContent(document: number, index: number, buffer: number, bytes: number, needed: number): number;
  _FPDFPage_Flatten(page: number, usage: number): number;
  _FPDFText_LoadPage(page: number): number;
  _FPDFText_ClosePage(text: number): void;
  _FPDFText_CountChars(text: number): number;
  _FPDFText_GetUnicode(text: number, index: number): number;
  _FPDFText_GetLooseCharBox(text: number, index: number, box: number): number;
  _FPDFText_GetCharBox(text: number, index: number, left: number, right: number, bottom: number, top: number): number;
  _FPDFText_GetCharOrigin(text: number, index: number, x: number, y: number): number;
  _FPDFText_GetFontSize(text: number, index: number): number;
  _FPDFText_GetMatrix(text: number, index: number, matrix: number): number;
  _FPDFText_GetCharAngle(text: number, index: number): number;
  _FPDFText_GetTextObject(text: number, index: number): number;
  _FPDFText_IsGenerated(text: number, index: number): number;
  _FPDFText_IsHyphen(text: number, index: number): number;
  _FPDFText_HasUnicodeMapError(text: number, index: number): number;
  _FPDFTextObj_GetTextRenderMode(object: number): number;
  _FPDFTextObj_SetTextRenderMode(object: number, mode: number): number;
  _FPDFTextObj_GetFont(object: number): number;
  _FPDFTextObj_GetFontSize(object: number, size: number): number;
  _FPDFFont_GetIsEmbedded(font: number): number;
  _FPDFFont_GetBaseFontName(font: number, buffer: number, bytes: number): number;
  _FPDFBitmap_CreateEx(width: number, height: number, format: number, buffer: number, stride: number): number;
  _FPDFBitmap_FillRect(bitmap: number, left: number, top: number, width: number, height: number, color: number): number;
  _FPDFBitmap_GetBuffer(bitmap: number): number;
  _FPDFBitmap_Destroy(bitmap: number): void;
  _FPDF_RenderPageBitmap(
    bitmap: number,
    page: number,
    x: number,
    y: number,
    width: number,
    height: number,
    rotate: number,
    flags: number,
  ): void;
};

/** A PDF in the library's memory. */
export type PdfFile = {
  library: Pdfium;
  document: number;
  pageCount: number;
  /** What may hide some of the file's content. */
  layers: Layers;
  /** The library's handle of the document's form, made when it is asked for, within a call; 0 where there is none. */
  form(): number;
  /**
   * Calls into the library, with fuel for one page's work, or so much. What goes wrong inside of it (out of memory, out of bounds,
   * no end to a recursion, out of fuel) is the file's fault.
   * @throws PipelineError unpacked_too_large, too_complex, broken_file, and what `work` throws
   */
  call<Value>(work: () => Value, fuel?: number): Value;
  /** Whether a call, of this or another file, has left the library in no known state: the file has to be opened again. */
  isLost(): boolean;
  close(): void;
};

/** fpdf_formfill.h: FPDF_FORMFILLINFO, with room to spare. */
const FORM_INFO_BYTES = 512;
const FORM_INFO_VERSION = 1;

/** FPDF_GetLastError: a password is needed, or the one given is wrong; the kind of encryption is unknown. */
const PASSWORD_ERROR = 4;
const SECURITY_ERROR = 5;

/**
 * Memory that the library may have beside the bytes of the files that are open. What a page draws is unpacked and parsed whole, in up
 * to 25 times its unpacked size, and no call bounds either: a page of 20 KB may unpack to 20 MB and need 500.
 */
const WORKING_BYTES = 96 * 1024 * 1024;

/**
 * Turns of the library's loops that one page may take. The hardest of 300 PDFs takes 8 million in its hardest page; a million is
 * 15 ms of drawing's parsing up to 80 ms of laying out text. Drawing that looks small can cost without end: 100 KB of text in a grid
 * take a billion.
 */
const PAGE_FUEL = 16_000_000;
/** The same for opening a file: its tables, and all objects where these have to be found one by one. */
const FILE_FUEL = 32_000_000;
/** Closing gives memory back, and is not to fail. */
const CLOSING_FUEL = 400_000_000;

/**
 * WebAssembly memory never shrinks, so a library that has grown beyond this is left for a new one when its last file is
 * closed, and a function stays small however large the files were that it has seen.
 */
const ROOMY_BYTES = 48 * 1024 * 1024;

/** A library, how many files are open in it and their bytes; whether it was refused memory, and whether it is to be left. */
type Instance = { library: Pdfium; open: number; bytes: number; memory: { full: boolean }; lost: boolean };
let current: Promise<Instance> | undefined;

/** Opens a PDF. The cost does not depend on its number of pages. @throws PipelineError encrypted_pdf, wrong_password, broken_file, unpacked_too_large */
export async function openFile(bytes: Uint8Array, password?: string): Promise<PdfFile> {
  const mine = (current ??= start());
  const instance = await mine;
  const { library } = instance;
  const leave = () => {
    if (current === mine) current = undefined;
  };
  const call = <Value>(work: () => Value, fuel = PAGE_FUEL): Value => calling(instance, leave, work, fuel);
  let memory = 0;
  let document = 0;
  let form: number | undefined;
  let formInfo = 0;
  instance.open += 1;
  instance.bytes += bytes.length;

  let closed = false;
  function close(): void {
    if (closed) return;
    closed = true;
    instance.open -= 1;
    instance.bytes -= bytes.length;
    if (instance.lost) return;
    call(() => {
      if (form) library._FPDFDOC_ExitFormFillEnvironment(form);
      if (formInfo !== 0) library.wasmExports.free(formInfo);
      if (document !== 0) library._FPDF_CloseDocument(document);
      if (memory !== 0) library.wasmExports.free(memory);
    }, CLOSING_FUEL);
    if (instance.open === 0 && library.HEAPU8.length > ROOMY_BYTES) leave();
  }
  function formOf(): number {
    if (form !== undefined) return form;
    // An interface without a function: nothing of the form is run or shown.
    formInfo = library.wasmExports.malloc(FORM_INFO_BYTES);
    library.HEAPU8.fill(0, formInfo, formInfo + FORM_INFO_BYTES);
    library.HEAPU8[formInfo] = FORM_INFO_VERSION;
    return (form = library._FPDFDOC_InitFormFillEnvironment(document, formInfo));
  }
  try {
    const { pageCount, error } = call(() => {
      memory = copyOf(library, bytes);
      const secret = password === undefined ? 0 : copyOf(library, new TextEncoder().encode(`${password}\0`));
      document = library._FPDF_LoadMemDocument(memory, bytes.length, secret);
      const error = document === 0 ? library._FPDF_GetLastError() : 0;
      if (secret !== 0) library.wasmExports.free(secret);
      return { pageCount: document === 0 ? 0 : library._FPDF_GetPageCount(document), error };
    }, FILE_FUEL);
    if (pageCount > 0)
      return {
        library,
        document,
        pageCount,
        layers: layersOf(bytes),
        form: formOf,
        call,
        isLost: () => instance.lost,
        close,
      };
    if (error === PASSWORD_ERROR) throw new PipelineError(password ? "wrong_password" : "encrypted_pdf");
    if (error === SECURITY_ERROR)
      throw new PipelineError(
        "encrypted_pdf",
        "The PDF is protected in a way that cannot be opened. Upload a copy without protection.",
      );
    throw new PipelineError("broken_file");
  } catch (thrown) {
    close();
    throw thrown;
  }
}

/** A call that was refused memory may have gone on without it, and left out a part: its result is not to be had either. */
function calling<Value>(instance: Instance, leave: () => void, work: () => Value, fuel: number): Value {
  instance.memory.full = false;
  const gauge = instance.library.wasmExports[FUEL];
  gauge.value = fuel;
  let cause: unknown;
  try {
    const value = work();
    if (!instance.memory.full) return value;
  } catch (thrown) {
    if (thrown instanceof PipelineError && !instance.memory.full) throw thrown;
    cause = thrown;
  }
  instance.lost = true;
  leave();
  const isEmpty = cause instanceof WebAssembly.RuntimeError && gauge.value === 0;
  throw new PipelineError(
    instance.memory.full ? "unpacked_too_large" : isEmpty ? "too_complex" : "broken_file",
    undefined,
    {
      cause,
    },
  );
}

async function start(): Promise<Instance> {
  // The class keeps the module to itself; its constructor's property is all that is taken from it.
  const { module: library } = (await startMeteredPdfium()) as unknown as { module: Pdfium };
  const memory = boundMemory(library.wasmExports.memory, () => WORKING_BYTES + instance.bytes);
  const instance: Instance = { library, open: 0, bytes: 0, memory, lost: false };
  return instance;
}

function copyOf(library: Pdfium, bytes: Uint8Array): number {
  const pointer = library.wasmExports.malloc(bytes.length);
  if (pointer === 0)
    throw new PipelineError("file_too_large", "The PDF needs more memory than there is to read it. Split it.");
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

/** The six numbers of a matrix. */
export function sixAt(library: Pdfium, pointer: number): Matrix {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = new Float32Array(library.HEAPU8.buffer, pointer, 6);
  return [a, b, c, d, e, f];
}
