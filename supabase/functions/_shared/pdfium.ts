import { readFile } from "node:fs/promises";
import { PDFiumLibrary } from "@hyzyla/pdfium";

/** PDFium's WebAssembly, beside the module that the package exports. */
const WASM = new URL("pdfium.wasm", import.meta.resolve("@hyzyla/pdfium"));

/**
 * Starts PDFium. Its WebAssembly is read asynchronously: the package would read it with `readFileSync`, which Supabase's edge
 * runtime refuses while a request is served (https://github.com/supabase/edge-runtime/issues/477).
 *
 * Its build (2.1.13) sets traps on `globalThis` for names that it no longer has. They are removed, because those of the first
 * library would hold on to all of its memory for as long as the process lives.
 */
export async function startPdfium(): Promise<PDFiumLibrary> {
  const { buffer, byteOffset, byteLength } = await readFile(WASM);
  const wasmBinary = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
  const before = new Set(Object.getOwnPropertyNames(globalThis));
  const library = await PDFiumLibrary.init({ wasmBinary });
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (!before.has(name) && Object.getOwnPropertyDescriptor(globalThis, name)?.get)
      delete (globalThis as Record<string, unknown>)[name];
  }
  return library;
}
