// Pictures of a megabyte that unpack to gigabytes, and files in which a reader could run in a circle.
import { deflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { decodePicture, pagesOf } from "../../engine/picture/decode.ts";
import { png, scanOf } from "./documents.ts";
import { engineForTest, post } from "./running.ts";

const MOST = 40_000_000;

/** A TIFF of one directory, in the order of Intel. Values of more than four bytes stand behind it. */
function tiff(tags: Record<number, number[]>, data: Uint8Array = new Uint8Array(0), next = 0): Uint8Array {
  const entries = Object.entries(tags).map(([tag, values]) => [Number(tag), values] as const);
  const start = 8 + 2 + entries.length * 12 + 4;
  const far = entries.reduce((sum, [, values]) => sum + (values.length > 1 ? values.length * 4 : 0), 0);
  const bytes = new Uint8Array(start + far + data.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x49, 0x49, 42, 0, 8, 0, 0, 0]);
  view.setUint16(8, entries.length, true);
  let behind = start;
  for (const [index, [tag, values]] of entries.entries()) {
    const at = 10 + index * 12;
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, 4, true);
    view.setUint32(at + 4, values.length, true);
    if (values.length === 1) view.setUint32(at + 8, tag === 273 || tag === 324 ? start + far : values[0]!, true);
    else {
      view.setUint32(at + 8, behind, true);
      for (const value of values) {
        view.setUint32(behind, value, true);
        behind += 4;
      }
    }
  }
  view.setUint32(10 + entries.length * 12, next, true);
  bytes.set(data, start + far);
  return bytes;
}
const deflated = (side: number, data: Uint8Array<ArrayBufferLike>, more: Record<number, number[]> = {}): Uint8Array =>
  tiff(
    {
      256: [side],
      257: [side],
      258: [8],
      259: [8],
      262: [1],
      273: [0],
      277: [1],
      278: [side],
      279: [data.length],
      ...more,
    },
    data,
  );

describe("a deflated TIFF", () => {
  test("is read where it unpacks to what it says", async () => {
    const file = deflated(4, deflateSync(Uint8Array.from({ length: 16 }, (_, at) => at * 16)));
    expect(Array.from((await decodePicture(file, "tiff", 1, MOST)).picture.data.slice(0, 4))).toEqual([0, 16, 32, 48]);
  });

  test("is broken where it unpacks to more, and no more is ever unpacked", async () => {
    const file = deflated(50, deflateSync(new Uint8Array(200_000_000)));
    const before = process.memoryUsage().arrayBuffers;
    await expect(decodePicture(file, "tiff", 1, MOST)).rejects.toMatchObject({ code: "broken_file" });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000);
  });

  test.each([
    ["a pixel of 65,535 samples", { 277: [65_535] }],
    ["tiles of 4 gigapixels", { 322: [65_535], 323: [65_535], 324: [0], 325: [10] }],
    ["a million strips", { 278: [1], 256: [10], 257: [1_000_000] }],
  ])("is refused with %s", async (_, tags) => {
    const file = deflated(100, deflateSync(new Uint8Array(100)), tags);
    await expect(decodePicture(file, "tiff", 1, MOST)).rejects.toMatchObject({
      code: expect.stringMatching(/^(broken_file|image_too_large)$/),
    });
  });
});

test("a TIFF whose directories run in a circle has the pages up to there", async () => {
  expect(await pagesOf(tiff({ 256: [1], 257: [1] }, undefined, 8), "tiff")).toBe(1);
});

test("a TIFF is never searched for directories within directories", async () => {
  expect(await pagesOf(tiff({ 256: [1], 257: [1], 330: [8], 34665: [8] }), "tiff")).toBe(1);
});

test("a TIFF that claims more values than it has bytes is broken", async () => {
  const file = tiff({ 256: [1], 257: [1], 273: [0, 0] });
  new DataView(file.buffer).setUint32(10 + 2 * 12 + 4, 4_000_000_000, true);
  await expect(pagesOf(file, "tiff")).rejects.toMatchObject({ code: "broken_file" });
});

test.runIf(process.platform === "linux")(
  "a page that takes more memory than a reader gets fails by itself, and the next one is read",
  async () => {
    const engine = await engineForTest({ readerBytes: 420_000_000 });
    const large = png({ width: 6_000, height: 6_000, data: new Uint8Array(36_000_000).fill(255) });
    expect(await post(engine.url, large, "image/png")).toMatchObject({
      status: 422,
      body: { code: expect.stringMatching(/^(unpacked_too_large|broken_file)$/) },
    });
    const read = await post(engine.url, png(await scanOf(["Still here"])), "image/png");
    expect(read.body.pages?.[0]?.text).toBe("Still here");
  },
);
