import { describe, expect, test } from "vitest";
import { withoutAnimation } from "../../supabase/functions/_shared/pictures/gif.ts";
import { fileKind, imageSize } from "../../supabase/functions/_shared/pictures/image-size.ts";
import { jpegOrientation } from "../../supabase/functions/_shared/pictures/orientation.ts";

const bytes = (...parts: (string | number[])[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : Buffer.from(part))));

const headers = {
  jpeg: bytes([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xff, 0xc2, 0, 11, 8, 0, 200, 1, 44, 1, 1, 0x11, 0]),
  png: bytes("\x89PNG\r\n\x1a\n", [0, 0, 0, 13], "IHDR", [0, 0, 1, 44, 0, 0, 0, 200]),
  // The screen claims 1 x 1; a comment and the picture follow
  gif: bytes(
    "GIF89a",
    [1, 0, 1, 0, 0, 0, 0, 0x21, 0xfe, 1, 65, 0, 0x2c, 0, 0, 0, 0, 44, 1, 200, 0, 0, 8, 2, 1, 2, 0, 0x3b],
  ),
  webp: bytes("RIFF", [0, 0, 0, 0], "WEBPVP8 ", [0, 0, 0, 0, 0, 0, 0, 0x9d, 0x01, 0x2a, 44, 1, 200, 0]),
  "webp lossless": bytes("RIFF", [0, 0, 0, 0], "WEBPVP8L", [0, 0, 0, 0, 0x2f, 0x2b, 0xc1, 0x31, 0]),
  "webp extended": bytes("RIFF", [0, 0, 0, 0], "WEBPVP8X", [10, 0, 0, 0, 0, 0, 0, 0, 43, 1, 0, 199, 0, 0]),
};

describe("an image's header", () => {
  test.each(Object.entries(headers))("of a %s tells its kind and size", (name, header) => {
    const kind = fileKind(header);
    expect(kind).toBe(name.split(" ")[0]);
    expect(imageSize(header, kind as "jpeg")).toMatchObject({ width: 300, height: 200 });
  });

  test.each(Object.entries(headers))("of a %s that is cut off tells no size", (_, header) => {
    expect(imageSize(header.subarray(0, 13), fileKind(header) as "jpeg")).toBeNull();
  });
});

test("a GIF is cut to its first picture", () => {
  const animated = bytes([...headers.gif.subarray(0, -1)], [0x2c, 0, 0, 0, 0, 255, 255, 255, 255, 0, 8, 0, 0x3b]);
  const still = new Uint8Array(headers.gif);
  still.set([0x2c, 1, 200, 0], 6); // the screen is as large as the picture, 300 x 200
  expect(withoutAnimation(animated)).toEqual(still);
});

test("a PDF is known behind other bytes", () => {
  expect(fileKind(bytes("\n\n\r\n%PDF-1.7"))).toBe("pdf");
});

describe("a JPEG's orientation", () => {
  const exif = (order: "II" | "MM", value: number) =>
    bytes(
      [0xff, 0xd8, 0xff, 0xe1, 0, 34],
      "Exif\0\0",
      order,
      order === "II"
        ? [42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, value, 0, 0, 0, 0, 0, 0, 0]
        : [0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, value, 0, 0, 0, 0, 0, 0],
    );

  test.each(["II", "MM"] as const)("is read in the byte order %s", (order) => {
    expect(jpegOrientation(exif(order, 6))).toBe(6);
  });

  test("is upright where it is missing, cut off or no orientation", () => {
    expect([headers.jpeg, exif("II", 6).subarray(0, 20), exif("MM", 9)].map(jpegOrientation)).toEqual([1, 1, 1]);
  });
});
