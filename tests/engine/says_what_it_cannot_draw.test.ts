// Scans that PDFium leaves white because it cannot decode them are no blank pages.
import { PDFDocument, PDFName } from "@cantoo/pdf-lib";
import { afterAll, expect, it } from "vitest";
import { PdfRenderer } from "../../engine/picture/pdf.ts";

const SIZE = { dpi: 72, maxPixels: 1_000_000 };
const renderer = new PdfRenderer();
afterAll(() => renderer.close());

const number = (value: number): number[] => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
/** A segment of JBIG2 (ITU-T T.88, 7.2) of page 1: its number, its type, its data. */
const segment = (at: number, type: number, data: number[]): number[] => [
  ...number(at),
  type,
  0,
  1,
  ...number(data.length),
  ...data,
];
/** A page of 400 by 400, white, and immediate generic regions (type 38) coded by MMR, each so far down and so high. */
const jbig2 = (mmr: number[], regions = [{ top: 0, height: 400 }]): Uint8Array =>
  new Uint8Array([
    ...segment(0, 48, [...number(400), ...number(400), ...number(0), ...number(0), 0, 0, 0]),
    ...regions.flatMap(({ top, height }, at) =>
      segment(at + 1, 38, [...number(400), ...number(height), ...number(0), ...number(top), 0, 1, ...mmr]),
    ),
  ]);

async function scan(picture: Uint8Array): Promise<Uint8Array> {
  const pdf = await PDFDocument.create();
  const page = pdf.addPage([400, 400]);
  const image = pdf.context.stream(picture, {
    Type: "XObject",
    Subtype: "Image",
    Width: 400,
    Height: 400,
    BitsPerComponent: 1,
    ColorSpace: "DeviceGray",
    Filter: "JBIG2Decode",
  });
  const name = page.node.newXObject("Scan", pdf.context.register(image));
  page.node.set(PDFName.of("Contents"), pdf.context.register(pdf.context.stream(`q 400 0 0 400 0 0 cm ${name} Do Q`)));
  return pdf.save();
}
/** What begins a line and never ends one: a decoder that follows the standard stops at it. */
const UNDECODABLE = new Array<number>(1_000).fill(0);
/** Each row is like the one above: a bit each (V0). */
const BLANK = new Array<number>(50).fill(255);

it("says that a scan cannot be drawn whose JBIG2 cannot be decoded", async () => {
  renderer.open(await scan(jbig2(UNDECODABLE)));
  await expect(renderer.render(1, SIZE)).rejects.toMatchObject({
    code: "illegible_page",
    message: expect.stringContaining("JBIG2"),
  });
});

it("draws a blank page of JBIG2", async () => {
  renderer.open(await scan(jbig2(BLANK)));
  expect((await renderer.render(1, SIZE)).data.every((value) => value === 255)).toBe(true);
});

/**
 * ITU-T T.6. The first row: horizontal mode, 100 white and 64 black; each other row, and the white rest of the first, as the row above.
 */
const BAR = bytesOf(`001${"11011"}${"00010101"}${"0000001111"}${"0000110111"}1${"111".repeat(99)}`);

function bytesOf(bits: string): number[] {
  return (bits.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, "0"), 2));
}

it("draws what is coded as a fax within JBIG2, stripe by stripe", async () => {
  renderer.open(
    await scan(
      jbig2(BAR, [
        { top: 0, height: 100 },
        { top: 300, height: 100 },
      ]),
    ),
  );
  const { data, width } = await renderer.render(1, SIZE);
  const at = (x: number, y: number): number => data[y * width + x]!;
  expect([at(130, 50), at(130, 350)]).toEqual([0, 0]);
  expect([at(50, 50), at(200, 350), at(130, 200)]).toEqual([255, 255, 255]);
});
