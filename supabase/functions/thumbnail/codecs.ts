import { Buffer } from "node:buffer";
import { readFile } from "node:fs/promises";
import createEncoder from "@jsquash/webp/codec/enc/webp_enc.js";
import { defaultOptions } from "@jsquash/webp/meta.js";
import { PipelineError } from "../_shared/errors.ts";
import { withoutAnimation } from "../_shared/pictures/gif.ts";
import type { ImageSize } from "../_shared/pictures/image-size.ts";
import type { Orientation } from "../_shared/pictures/orientation.ts";
import { decodeTiff, type TiffPicture } from "../_shared/pictures/tiff.ts";
import type { Pixels } from "./pixels.ts";

/** Out of 100: print of a page stays legible at this size, in 5 to 20 KB. */
const QUALITY = 70;
/** Out of 6: more takes twice the time for a tenth of the bytes. */
const EFFORT = 2;

/**
 * The WebAssembly of a codec, beside its module. Read asynchronously: the packages would fetch it, or read it with `readFileSync`, which
 * Supabase's edge runtime refuses while a request is served.
 */
async function wasm(module: string, file: string): Promise<WebAssembly.Module> {
  // Deno's own types and Node's, in which it has this function, do not know each other.
  const bytes = (await readFile(new URL(file, module) as never)) as unknown as Uint8Array;
  return await WebAssembly.compile(bytes as BufferSource);
}

/** Compiled once. Each is started again for a picture, since the memory of a started one never shrinks. */
let encoder: Promise<WebAssembly.Module> | undefined;
let decoder: Promise<WebAssembly.Module> | undefined;

/** The picture as WebP. */
export async function webpOf({ width, height, data }: Pixels): Promise<Uint8Array> {
  const module = await (encoder ??= wasm(import.meta.resolve("@jsquash/webp/codec/enc/webp_enc.js"), "webp_enc.wasm"));
  const { encode } = await createEncoder(startedFrom(module));
  const webp = encode(data as BufferSource, width, height, { ...defaultOptions, quality: QUALITY, method: EFFORT });
  if (!webp) throw new PipelineError("internal_error", "The thumbnail could not be encoded.");
  return new Uint8Array(webp);
}

/** @throws PipelineError broken_file */
export async function webpPixels(bytes: Uint8Array): Promise<Pixels> {
  const module = await (decoder ??= wasm(import.meta.resolve("@jsquash/webp/codec/dec/webp_dec.js"), "webp_dec.wasm"));
  return await decoding(async () => {
    const { default: createDecoder } = await import("@jsquash/webp/codec/dec/webp_dec.js");
    const { decode } = await createDecoder(startedFrom(module));
    return decode(bytes as BufferSource);
  });
}

let png: Promise<unknown> | undefined;

/** @throws PipelineError broken_file */
export async function pngPixels(bytes: Uint8Array): Promise<Pixels> {
  const { default: start, decode } = await import("@jsquash/png/codec/pkg/squoosh_png.js");
  await (png ??= wasm(import.meta.resolve("@jsquash/png/codec/pkg/squoosh_png.js"), "squoosh_png_bg.wasm").then(start));
  // Newer types let a picture have floats as well, which it has only where somebody asks for them.
  return await decoding(async () => decode(bytes) as Pixels);
}

/** The first picture of a GIF. @throws PipelineError broken_file */
export async function gifPixels(bytes: Uint8Array, { width, height }: ImageSize): Promise<Pixels> {
  return await decoding(async () => {
    const { GifReader } = await import("omggif");
    const data = new Uint8Array(width * height * 4);
    new GifReader(withoutAnimation(bytes)).decodeAndBlitFrameRGBA(0, data);
    return { width, height, data };
  });
}

/** @throws PipelineError broken_file */
export async function bmpPixels(bytes: Uint8Array): Promise<Pixels> {
  return await decoding(async () => {
    const { decode } = await import("bmp-ts");
    const decoded = decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), { toRGBA: true });
    const { width, height } = decoded;
    // Deno's own types and Node's, in which it is one, do not know each other.
    const data = decoded.data as unknown as Uint8Array;
    // Most writers leave the fourth byte 0 and mean no transparency.
    for (let at = 3; at < data.length; at += 4) data[at] = 255;
    return { width, height, data };
  });
}

/** The first page of a TIFF; null where it has too many pixels. @throws PipelineError broken_file */
export async function tiffPixels(
  bytes: Uint8Array,
  maxPixels: number,
): Promise<(Pixels & { orientation: Orientation }) | null> {
  let picture: TiffPicture;
  try {
    picture = await decodeTiff(bytes, 1, maxPixels);
  } catch (thrown) {
    if (thrown instanceof PipelineError && thrown.code === "image_too_large") return null;
    throw new PipelineError("broken_file", undefined, { cause: thrown });
  }
  const { width, height, orientation, rgba } = picture;
  return { width, height, orientation, data: rgba };
}

const startedFrom = (module: WebAssembly.Module) => ({
  noInitialRun: true,
  instantiateWasm(imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) {
    const instance = new WebAssembly.Instance(module, imports);
    done(instance);
    return instance.exports;
  },
});

/** Whatever a decoder throws is the file's fault. */
async function decoding(decode: () => Promise<Pixels | null>): Promise<Pixels> {
  withImageData();
  const pixels = await decode().catch((cause: unknown) => {
    throw new PipelineError("broken_file", undefined, { cause });
  });
  if (!pixels) throw new PipelineError("broken_file");
  return pixels;
}

/** What the decoders make of pixels. Neither Node nor the edge runtime has it, and the decoders use no more of it than this. */
function withImageData(): void {
  const scope = globalThis as { ImageData?: unknown };
  scope.ImageData ??= class {
    data: Uint8ClampedArray;
    width: number;
    height: number;
    constructor(data: Uint8ClampedArray, width: number, height: number) {
      this.data = data;
      this.width = width;
      this.height = height;
    }
  };
}
