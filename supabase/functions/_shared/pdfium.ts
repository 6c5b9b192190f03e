import { readFile } from "node:fs/promises";
import { PDFiumLibrary } from "@hyzyla/pdfium";
import { metered } from "./wasm-meter.ts";

/** PDFium's WebAssembly, beside the module that the package exports. */
const WASM = new URL("pdfium.wasm", import.meta.resolve("@hyzyla/pdfium"));

/** It is compiled once, as it comes and with a gauge (wasm-meter.ts). */
let plain: Promise<WebAssembly.Module> | undefined;
let gauged: Promise<WebAssembly.Module> | undefined;

/** Starts PDFium. */
export const startPdfium = async (): Promise<PDFiumLibrary> => started(await (plain ??= compiled((wasm) => wasm)));

/** PDFium whose calls can be stopped: it traps when `FUEL` of its exports has run out. Set it before each call. */
export const startMeteredPdfium = async (): Promise<PDFiumLibrary> => started(await (gauged ??= compiled(metered)));

/**
 * Refuses a library more memory than `most` gives it at that moment. What was refused may have gone on without it, and left out a part: then
 * `full` is true, and the result is not to be had either.
 */
export function boundMemory(memory: WebAssembly.Memory, most: () => number): { full: boolean } {
  const state = { full: false };
  const grow = memory.grow.bind(memory);
  memory.grow = (pages) => {
    state.full ||= memory.buffer.byteLength + pages * WASM_PAGE > most();
    if (state.full) throw new RangeError("The file needs more memory than it gets.");
    return grow(pages);
  };
  return state;
}

const WASM_PAGE = 64 * 1024;

/**
 * The WebAssembly is read asynchronously: the package would read it with `readFileSync`, which Supabase's edge runtime refuses
 * while a request is served (https://github.com/supabase/edge-runtime/issues/477).
 */
async function compiled(change: (wasm: Uint8Array) => Uint8Array): Promise<WebAssembly.Module> {
  // Deno's own types and Node's, in which it has this function, do not know each other.
  const wasm = (await readFile(WASM as never)) as unknown as Uint8Array;
  return await WebAssembly.compile(change(wasm) as BufferSource);
}

/**
 * The build (2.1.13) sets traps on `globalThis` for names that it no longer has. They are removed, because those of the first
 * library would hold on to all of its memory for as long as the process lives.
 */
async function started(module: WebAssembly.Module): Promise<PDFiumLibrary> {
  const before = new Set(Object.getOwnPropertyNames(globalThis));
  const library = await PDFiumLibrary.init({
    instantiateWasm(imports, done) {
      const instance = new WebAssembly.Instance(module, imports);
      done(instance as never); // the package's types name the wrong one of the two
      return instance.exports;
    },
  });
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (!before.has(name) && Object.getOwnPropertyDescriptor(globalThis, name)?.get)
      delete (globalThis as Record<string, unknown>)[name];
  }
  return library;
}
