import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { PipelineError } from "../../supabase/functions/_shared/errors.ts";
import { withoutAnimation } from "../../supabase/functions/_shared/pictures/gif.ts";
import { type Grey, greyOfRgba, scaled } from "./grey.ts";
import {
  assertPixels,
  type ImageKind,
  type ImageSize,
  imageSize,
} from "../../supabase/functions/_shared/pictures/image-size.ts";
import { pdfAround } from "../../supabase/functions/_shared/pictures/jpeg-pdf.ts";
import { decodeTiff, tiffDirectories } from "../../supabase/functions/_shared/pictures/tiff.ts";
import { uprightOf } from "./orientation.ts";
import { PdfRenderer } from "./pdf.ts";

/** A picture as it is read, and the pixels that it has in the file, upright. */
export type Decoded = { picture: Grey; width: number; height: number };

/**
 * Most pixels that are worth reading of a page: A4 at 400 dots an inch. Larger pictures are made smaller as soon as they are
 * decoded, which costs no accuracy and bounds everything after it.
 */
export const WORKING_PIXELS = 16_000_000;

const require = createRequire(import.meta.url);
const wasm = async (file: string): Promise<WebAssembly.Module> =>
  WebAssembly.compile(await readFile(require.resolve(file)));

// What the WebAssembly decoders give; Node has none
globalThis.ImageData ??= class {
  data: Uint8ClampedArray;
  width: number;
  height: number;
  constructor(data: Uint8ClampedArray, width: number, height: number) {
    [this.data, this.width, this.height] = [data, width, height];
  }
} as unknown as typeof ImageData; // the decoders use no more of it than this

/**
 * Decodes one page of an image file: a directory of a TIFF, the first picture of a GIF or HEIC, else the image itself.
 * @param page from 1
 * @throws {PipelineError} broken_file, image_too_large
 */
export async function decodePicture(
  bytes: Uint8Array,
  kind: ImageKind,
  page: number,
  maxPixels: number,
): Promise<Decoded> {
  try {
    if (kind === "jpeg") return await decodeJpeg(bytes, maxPixels);
    const whole = await DECODERS[kind](bytes, page, maxPixels);
    return { picture: atWorkingSize(whole), width: whole.width, height: whole.height };
  } catch (thrown) {
    if (thrown instanceof PipelineError) throw thrown;
    throw new PipelineError("broken_file", undefined, { cause: thrown });
  }
}

/** How many pages an image file has; 1 but for TIFF. */
export async function pagesOf(bytes: Uint8Array, kind: ImageKind): Promise<number> {
  if (kind !== "tiff") return 1;
  return (await tiffDirectories(bytes)).length;
}

/** A decoder is loaded when its kind of file comes: most workers never see most of them. */
const DECODERS: Record<
  Exclude<ImageKind, "jpeg">,
  (bytes: Uint8Array, page: number, maxPixels: number) => Promise<Grey>
> = {
  async png(bytes, _, maxPixels) {
    const { orientation } = measured(bytes, "png", maxPixels);
    const { decode, init } = await import("@jsquash/png/decode.js");
    await init(await wasm("@jsquash/png/codec/pkg/squoosh_png_bg.wasm"));
    const { width, height, data } = await decode(exactly(bytes));
    return uprightOf(greyOfRgba(width, height, data as Uint8ClampedArray), orientation);
  },
  async webp(bytes, _, maxPixels) {
    const { orientation } = measured(bytes, "webp", maxPixels);
    const { default: decode, init } = await import("@jsquash/webp/decode.js");
    await init(await wasm("@jsquash/webp/codec/dec/webp_dec.wasm"));
    const { width, height, data } = await decode(exactly(bytes));
    return uprightOf(greyOfRgba(width, height, data as Uint8ClampedArray), orientation);
  },
  async gif(bytes, _, maxPixels) {
    const { width, height } = measured(bytes, "gif", maxPixels);
    const { GifReader } = await import("omggif");
    const rgba = new Uint8Array(width * height * 4);
    new GifReader(withoutAnimation(bytes)).decodeAndBlitFrameRGBA(0, rgba);
    return greyOfRgba(width, height, rgba);
  },
  async bmp(bytes, _, maxPixels) {
    measured(bytes, "bmp", maxPixels);
    const { decode } = await import("bmp-ts");
    const { width, height, data } = decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), {
      toRGBA: true,
    });
    for (let at = 3; at < data.length; at += 4) data[at] = 255; // most writers leave the fourth byte 0 and mean no transparency
    return greyOfRgba(width, height, data);
  },
  async tiff(bytes, page, maxPixels) {
    const { width, height, orientation, rgba } = await decodeTiff(bytes, page, maxPixels);
    return uprightOf(greyOfRgba(width, height, rgba), orientation);
  },
  async heic(bytes, _, maxPixels) {
    const { default: heic } = await import("heic-decode");
    const pictures = await heic.all({ buffer: bytes });
    try {
      const first = pictures[0]!;
      assertPixels(first, maxPixels);
      const { width, height, data } = await first.decode(); // turned as the file says
      return greyOfRgba(width, height, data);
    } finally {
      pictures.dispose();
    }
  },
};

/** Kept between pictures: to start pdfium and to run it before V8 has optimised it takes five times what a page of 4 megapixels does. */
const jpegRenderer = new PdfRenderer();

async function decodeJpeg(bytes: Uint8Array, maxPixels: number): Promise<Decoded> {
  const size = measured(bytes, "jpeg", maxPixels);
  const pixels = size.width * size.height;
  try {
    jpegRenderer.open(pdfAround(bytes, size));
    const { dpi: _, ...drawn } = await jpegRenderer.render(1, { dpi: 72, maxPixels: Math.min(WORKING_PIXELS, pixels) });
    const picture = uprightOf(drawn, size.orientation);
    const onItsSide = size.orientation >= 5;
    return { picture, width: onItsSide ? size.height : size.width, height: onItsSide ? size.width : size.height };
  } catch (thrown) {
    await jpegRenderer.close(); // not to be trusted after a trap
    throw thrown;
  } finally {
    if (pixels > WORKING_PIXELS) {
      await jpegRenderer.close(); // its memory never shrinks
      globalThis.gc?.(); // 430 MB for 35 megapixels, which would stand beside all that follows
    } else jpegRenderer.open(new Uint8Array(0));
  }
}

function measured(bytes: Uint8Array, kind: ImageKind, maxPixels: number): ImageSize {
  const size = imageSize(bytes, kind);
  if (!size) throw new PipelineError("broken_file");
  assertPixels(size, maxPixels);
  return size;
}

function atWorkingSize(picture: Grey): Grey {
  const shrink = Math.sqrt(WORKING_PIXELS / (picture.width * picture.height));
  return shrink >= 1
    ? picture
    : scaled(picture, Math.floor(picture.width * shrink), Math.floor(picture.height * shrink));
}

/** The bytes as a buffer of their own, as the decoders want them. */
function exactly(bytes: Uint8Array): ArrayBuffer {
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}
