import { readFile } from "node:fs/promises";
import { PDFiumLibrary } from "@hyzyla/pdfium";
import { metered } from "./wasm-meter.ts";

/** The library with a gauge (wasm-meter.ts), compiled once. */
let gauged: WebAssembly.Module | undefined;

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

/**
 * PDFium whose calls can be stopped: it traps when `FUEL` of its exports has run out. Set it before each call.
 */
export async function startMeteredPdfium(): Promise<PDFiumLibrary> {
  // How the library finds its bytes differs between Node, Deno and the hosted runtime, and is its own affair: they are taken
  // where it hands them over.
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = (async (source: BufferSource, imports: WebAssembly.Imports) => {
    if (!("wasi_snapshot_preview1" in imports)) return instantiate(source, imports);
    gauged ??= await WebAssembly.compile(metered(new Uint8Array(source as ArrayBuffer)));
    return { module: gauged, instance: await instantiate(gauged, imports) };
  }) as typeof instantiate;
  try {
    return await startPdfium();
  } finally {
    WebAssembly.instantiate = instantiate;
  }
}
