/** How a camera held the picture, as EXIF numbers it: 1 upright, 3 upside down, 6 and 8 on a side; 2, 4, 5, 7 mirrored. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** The EXIF orientation of a JPEG; 1 where it says nothing or is damaged. */
export function jpegOrientation(bytes: Uint8Array): Orientation {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    for (let at = 2; view.getUint8(at) === 0xff;) {
      const marker = view.getUint8(at + 1);
      const length = view.getUint16(at + 2);
      if (marker === 0xda || length < 2) return 1;
      // "Exif\0\0", then a TIFF header
      if (marker === 0xe1 && view.getUint32(at + 4) === 0x45786966) return tiffOrientation(view, at + 10);
      at += 2 + length;
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // a cut-off header is no orientation
  }
  return 1;
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

/**
 * The same JPEG with a first EXIF segment in the one byte order that tesseract.js looks for: it searches the first 500
 * bytes for a big-endian orientation tag and turns the image by it, but does not see the little-endian one that many
 * cameras write (tesseract.js 7.0.0, worker-script/utils/setImage.js). The picture itself is not touched.
 */
export function withOrientation(jpeg: Uint8Array, orientation: Orientation): Uint8Array {
  const segment = Uint8Array.of(
    0xff, 0xe1, 0x00, 0x22, // APP1, 34 bytes with this length
    0x45, 0x78, 0x69, 0x66, 0x00, 0x00, // "Exif"
    0x4d, 0x4d, 0x00, 0x2a, 0x00, 0x00, 0x00, 0x08, // TIFF header, big-endian
    0x00, 0x01, // one entry: orientation, SHORT, count 1
    0x01, 0x12, 0x00, 0x03, 0x00, 0x00, 0x00, 0x01, 0x00, orientation, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, // no further directory
  );
  const result = new Uint8Array(jpeg.length + segment.length);
  result.set(jpeg.subarray(0, 2));
  result.set(segment, 2);
  result.set(jpeg.subarray(2), 2 + segment.length);
  return result;
}
