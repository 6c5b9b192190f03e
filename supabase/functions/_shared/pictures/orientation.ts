/** How a camera held the picture, as EXIF numbers it: 1 upright, 3 upside down, 6 and 8 on a side; 2, 4, 5, 7 mirrored. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** The EXIF orientation of a JPEG; 1 where it says nothing or is damaged. */
export const jpegOrientation = (bytes: Uint8Array): Orientation =>
  orientationIn(bytes, (view) => {
    for (let at = 2; view.getUint8(at) === 0xff; ) {
      const marker = view.getUint8(at + 1);
      const length = view.getUint16(at + 2);
      if (marker === 0xda || length < 2) return null;
      // "Exif\0\0", then a TIFF header
      if (marker === 0xe1 && view.getUint32(at + 4) === 0x45786966) return at + 10;
      at += 2 + length;
    }
    return null;
  });

/** The EXIF orientation of a WebP, from its chunk `EXIF`; 1 where it says nothing or is damaged. */
export const webpOrientation = (bytes: Uint8Array): Orientation =>
  orientationIn(bytes, (view) => {
    for (let at = 12; at + 8 <= view.byteLength; ) {
      const length = view.getUint32(at + 4, true);
      // Some writers put a JPEG's "Exif\0\0" before the TIFF header
      if (view.getUint32(at) === 0x45584946) return view.getUint32(at + 8) === 0x45786966 ? at + 14 : at + 8;
      at += 8 + length + (length % 2);
    }
    return null;
  });

/** The EXIF orientation of a PNG, from its chunk `eXIf`; 1 where it says nothing or is damaged. */
export const pngOrientation = (bytes: Uint8Array): Orientation =>
  orientationIn(bytes, (view) => {
    for (let at = 8; at + 8 <= view.byteLength; at += 12 + view.getUint32(at))
      if (view.getUint32(at + 4) === 0x65584966) return at + 8;
    return null;
  });

/** @param headerIn finds where the TIFF header begins that EXIF is; null without one */
function orientationIn(bytes: Uint8Array, headerIn: (view: DataView) => number | null): Orientation {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const start = headerIn(view);
    return start === null ? 1 : tiffOrientation(view, start);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // what is cut off is no orientation
    return 1;
  }
}

function tiffOrientation(view: DataView, start: number): Orientation {
  const little = view.getUint16(start) === 0x4949; // "II"; else "MM"
  const directory = start + view.getUint32(start + 4, little);
  const entries = view.getUint16(directory, little);
  for (let index = 0; index < entries; index++) {
    const entry = directory + 2 + index * 12;
    if (view.getUint16(entry, little) !== 0x0112) continue;
    const value = view.getUint16(entry + 8, little);
    return value >= 1 && value <= 8 ? (value as Orientation) : 1;
  }
  return 1;
}
