import { computing } from "../_shared/computing.ts";
import { FORMATS } from "../_shared/file-formats.ts";
import { type ImageSize, imageSize } from "../_shared/pictures/image-size.ts";
import { pdfAround } from "../_shared/pictures/jpeg-pdf.ts";
import { firstPage } from "./first-page.ts";
import type { Orientation } from "../_shared/pictures/orientation.ts";
import { bmpPixels, gifPixels, pngPixels, tiffPixels, webpOf, webpPixels } from "./codecs.ts";
import { isBlank, isOnItsSide, onPaper, type Pixels, scaledDown, upright } from "./pixels.ts";

/** The box into which a thumbnail fits, in pixels: twice what the widest card of the grid shows. */
export const THUMBNAIL = { width: 400, height: 560 };

/** Most pixels of a JPEG: a phone's 12 megapixels and some. PDFium decodes it, within its own bounds. */
const MAX_JPEG_PIXELS = 16_000_000;
/**
 * The same of all others, which covers a screen of 4K and a scan of A4 at 300 dots an inch. They are decoded whole, in 4 bytes a pixel, twice for a moment, by codecs whose memory
 * never shrinks.
 */
const MOST_UNPACKED_PIXELS = 9_000_000;

/**
 * The first page of a PDF, or a picture, as WebP of at most `THUMBNAIL`; null where there is nothing to see, or the format is not drawn
 * here. Bounded in pixels, in memory and, where PDFium draws, in turns of its loops.
 * @throws PipelineError encrypted_pdf, broken_file, unpacked_too_large, too_complex
 */
export async function drawThumbnail(bytes: Uint8Array, mimeType: string): Promise<Uint8Array | null> {
  using _computing = computing();
  const pixels = await DRAWN[mimeType]?.(bytes);
  return pixels && !isBlank(pixels) ? await webpOf(pixels) : null;
}

/** What is drawn, by media type. private.wants_thumbnail names the same types (a test compares them). */
const DRAWN: Record<string, (bytes: Uint8Array) => Promise<Pixels | null>> = {
  [FORMATS.pdf.type]: (bytes) => firstPage(bytes, THUMBNAIL),
  async [FORMATS.jpeg.type](bytes) {
    const size = within(MAX_JPEG_PIXELS, imageSize(bytes, "jpeg"));
    return size && (await firstPage(pdfAround(bytes, size, size.orientation), THUMBNAIL));
  },
  async [FORMATS.png.type](bytes) {
    const size = within(MOST_UNPACKED_PIXELS, imageSize(bytes, "png"));
    return size && small(await pngPixels(bytes), size.orientation);
  },
  async [FORMATS.webp.type](bytes) {
    const size = within(MOST_UNPACKED_PIXELS, imageSize(bytes, "webp"));
    return size && small(await webpPixels(bytes), size.orientation);
  },
  async [FORMATS.gif.type](bytes) {
    const size = within(MOST_UNPACKED_PIXELS, imageSize(bytes, "gif"));
    return size && small(await gifPixels(bytes, size));
  },
  async [FORMATS.bmp.type](bytes) {
    return within(MOST_UNPACKED_PIXELS, imageSize(bytes, "bmp")) && small(await bmpPixels(bytes));
  },
  async [FORMATS.tiff.type](bytes) {
    const picture = await tiffPixels(bytes, MOST_UNPACKED_PIXELS);
    return picture && small(picture, picture.orientation);
  },
};
export const DRAWN_TYPES = Object.keys(DRAWN);

const within = (maxPixels: number, size: ImageSize | null): ImageSize | null =>
  size && size.width * size.height <= maxPixels ? size : null;

/** Made smaller before it is turned: that is a hundredth of the pixels. */
const small = (pixels: Pixels, orientation: Orientation = 1): Pixels =>
  upright(onPaper(scaledDown(pixels, isOnItsSide(orientation) ? ON_ITS_SIDE : THUMBNAIL)), orientation);
const ON_ITS_SIDE = { width: THUMBNAIL.height, height: THUMBNAIL.width };
