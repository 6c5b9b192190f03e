import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import encodeJpeg, { init } from "@jsquash/jpeg/encode.js";
import type { Grey } from "../../engine/picture/grey.ts";

let ready: Promise<void> | undefined;

/** A JPEG of that quality, 0 to 100. */
export async function jpegOf({ width, height, data }: Grey, quality: number): Promise<Uint8Array> {
  ready ??= readFile(createRequire(import.meta.url).resolve("@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm")).then(
    async (wasm) => (init as (module: WebAssembly.Module) => Promise<void>)(await WebAssembly.compile(wasm)),
  );
  await ready;
  const rgba = new Uint8ClampedArray(data.length * 4).fill(255);
  data.forEach((grey, at) => rgba.fill(grey, at * 4, at * 4 + 3));
  return new Uint8Array(await encodeJpeg({ width, height, data: rgba, colorSpace: "srgb" } as ImageData, { quality }));
}
