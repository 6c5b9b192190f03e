// The words of a searchable PDF, found again where they stand by two readers that know nothing of how it was made.
import { readFile } from "node:fs/promises";
import { degrees, PDFDocument, StandardFonts } from "@cantoo/pdf-lib";
import { getDocumentProxy } from "unpdf";
import { describe, expect, it } from "vitest";
import { type PageWords, searchablePdf } from "../../supabase/functions/api/searchable/searchable.ts";
import { glyphsOf } from "../../supabase/functions/ocr/pdf/layer.ts";
import { openPage, UnknownNotes } from "../../supabase/functions/ocr/pdf/page.ts";
import { openFile } from "../../supabase/functions/ocr/pdf/pdfium.ts";
import { wordsOf } from "../../supabase/functions/ocr/pdf/words.ts";
import { newPicture, toJpeg } from "../../testing/fixtures/picture.ts";

const PNG = await readFile(new URL("../fixtures/one-word.png", import.meta.url));
const { width: PNG_WIDTH, height: PNG_HEIGHT } = { width: PNG.readUInt32BE(16), height: PNG.readUInt32BE(20) };

type Box = { text: string; x0: number; y0: number; x1: number; y1: number };
const word = (text: string, x0: number, y0: number, x1: number, y1: number) => ({
  text,
  x0,
  y0,
  x1,
  y1,
  confidence: 0.9,
});

async function* batches(...pages: PageWords[]): AsyncGenerator<PageWords[]> {
  yield pages;
}

/** The words of a page as pdf.js finds them, in shares of the page as it is shown. */
async function shownWords(pdf: Uint8Array, number = 1): Promise<Box[]> {
  const document = await getDocumentProxy(new Uint8Array(pdf), { verbosity: 0 });
  const page = await document.getPage(number);
  const view = page.getViewport({ scale: 1 });
  const { items } = await page.getTextContent();
  const boxes = items.flatMap((item): Box[] => {
    if (!("str" in item) || item.str.trim() === "") return [];
    const text = item.str.trim();
    const [a, b, c, d, e, f] = item.transform as number[];
    const length = Math.hypot(a!, b!);
    // The item ends with a blank that is as wide as a sign.
    const width = (item.width * text.length) / item.str.length;
    const corner = (along: number, up: number) =>
      view.convertToViewportPoint(e! + (a! / length) * along + c! * up, f! + (b! / length) * along + d! * up) as [
        number,
        number,
      ];
    const [[x0, y0], [x1, y1]] = [corner(0, -0.2), corner(width, 0.8)];
    const share = (value: number, of: number): number => Math.round((value / of) * 100) / 100;
    return [
      {
        text,
        x0: share(Math.min(x0, x1), view.width),
        y0: share(Math.min(y0, y1), view.height),
        x1: share(Math.max(x0, x1), view.width),
        y1: share(Math.max(y0, y1), view.height),
      },
    ];
  });
  await document.destroy();
  return boxes;
}

/** The words of a page as PDFium finds them. */
async function wordsByPdfium(pdf: Uint8Array): Promise<{ texts: string[]; areInvisible: boolean }> {
  const file = await openFile(pdf, undefined);
  try {
    return file.call(() => {
      const page = openPage(file, 1);
      if (page === null || page instanceof UnknownNotes) throw new Error("The page does not open.");
      const { glyphs } = glyphsOf(page);
      page.close();
      return {
        texts: wordsOf(glyphs).map(({ text }) => text),
        areInvisible: glyphs.every(({ invisible }) => invisible),
      };
    });
  } finally {
    file.close();
  }
}

/** A JPEG of so many pixels, with what EXIF says of how it lies. */
async function jpeg(width: number, height: number, orientation: number): Promise<Uint8Array> {
  const encoded = await toJpeg(newPicture(width, height), 80);
  const exif = [
    0xff,
    0xe1,
    0,
    34,
    0x45,
    0x78,
    0x69,
    0x66,
    0,
    0,
    0x4d,
    0x4d,
    0,
    42,
    0,
    0,
    0,
    8,
    0,
    1,
    1,
    18,
    0,
    3,
    0,
    0,
    0,
    1,
    0,
    orientation,
    0,
    0,
    0,
    0,
    0,
    0,
  ];
  return Uint8Array.from([...encoded.subarray(0, 2), ...exif, ...encoded.subarray(2)]);
}

const WORDS = [word("Größe", 100, 200, 300, 250), word("請求書", 400, 200, 700, 260), word("שלום", 100, 600, 250, 650)];
const PLACES = [
  { text: "Größe", x0: 0.1, y0: 0.1, x1: 0.3, y1: 0.13 },
  { text: "請求書", x0: 0.4, y0: 0.1, x1: 0.7, y1: 0.13 },
  { text: expect.stringMatching(/^(?:שלום|םולש)$/), x0: 0.1, y0: 0.3, x1: 0.25, y1: 0.33 },
];
const PICTURE = { width: 1000, height: 2000, rotation: 0 };

describe("a searchable PDF", () => {
  it("of a PNG has its words where they stand, in every script, and shows none of them", async () => {
    const scale = { x: PNG_WIDTH / 1000, y: PNG_HEIGHT / 2000 };
    const words = WORDS.map((one) => ({
      ...one,
      x0: one.x0 * scale.x,
      x1: one.x1 * scale.x,
      y0: one.y0 * scale.y,
      y1: one.y1 * scale.y,
    }));
    const picture = { width: PNG_WIDTH, height: PNG_HEIGHT, rotation: 0 };
    const pdf = await searchablePdf(
      { bytes: PNG, mime_type: "image/png", page_count: 1 },
      batches({ page_number: 1, words, picture }),
    );
    expect(await shownWords(pdf)).toEqual(PLACES);
    expect(await wordsByPdfium(pdf)).toEqual({
      texts: expect.arrayContaining(["Größe", "請求書", "שלום"]),
      areInvisible: true,
    });
  });

  it.each([1, 3, 6, 8])("of a JPEG that lies as EXIF says (%s) is upright", async (orientation) => {
    const [width, height] = orientation < 5 ? [100, 200] : [200, 100];
    const pdf = await searchablePdf(
      { bytes: await jpeg(width, height, orientation), mime_type: "image/jpeg", page_count: 1 },
      batches({ page_number: 1, words: WORDS, picture: PICTURE }),
    );
    expect(await shownWords(pdf)).toEqual(PLACES);
    const page = (await PDFDocument.load(pdf)).getPage(0);
    expect(page.getRotation().angle).toBe({ 1: 0, 3: 180, 6: 90, 8: 270 }[orientation]);
    expect(Buffer.from(pdf).includes(Buffer.from(await jpeg(width, height, orientation)))).toBe(true);
  });

  it.each([
    [0, 0],
    [90, 0],
    [0, 90],
    [180, 90],
    [270, 270],
  ])("of a scan in a PDF whose page is turned by %s and was read turned by %s is upright", async (turned, rotation) => {
    const source = await PDFDocument.create();
    const onItsSide = (turned + rotation) % 180 !== 0;
    const page = source.addPage(onItsSide ? [600, 300] : [300, 600]);
    page.setCropBox(0, 0, page.getWidth(), page.getHeight());
    page.setRotation(degrees(turned));
    source.addPage([300, 300]).drawText("own text", { font: await source.embedFont(StandardFonts.Helvetica) });
    const pdf = await searchablePdf(
      { bytes: await source.save(), mime_type: "application/pdf", page_count: 2 },
      batches(
        { page_number: 1, words: WORDS, picture: { ...PICTURE, rotation } },
        { page_number: 2, words: null, picture: null },
      ),
    );
    expect(await shownWords(pdf)).toEqual(PLACES);
    expect((await shownWords(pdf, 2)).map(({ text }) => text)).toEqual(["own text"]);
  });

  it("has more signs than a font has codes", async () => {
    const signs = Array.from({ length: 600 }, (_, at) => String.fromCodePoint(0x4e00 + at));
    const words = Array.from({ length: 60 }, (_, at) =>
      word(signs.slice(at * 10, at * 10 + 10).join(""), 100, at * 30, 900, at * 30 + 20),
    );
    const pdf = await searchablePdf(
      { bytes: await jpeg(100, 200, 1), mime_type: "image/jpeg", page_count: 1 },
      batches({ page_number: 1, words, picture: PICTURE }),
    );
    expect((await wordsByPdfium(pdf)).texts.join("")).toBe(signs.join(""));
  });

  it("is the file itself where its pages have their own text", async () => {
    const bytes = new Uint8Array(await readFile(new URL("../../samples/Doc1.pdf", import.meta.url)));
    const pages = batches({ page_number: 1, words: null, picture: null });
    expect(await searchablePdf({ bytes, mime_type: "application/pdf", page_count: 1 }, pages)).toBe(bytes);
  });

  it("is refused of other files, of too many pages, and of a PDF with a password", async () => {
    const pages = () => batches({ page_number: 1, words: WORDS, picture: PICTURE });
    const encrypted = await readFile(new URL("../fixtures/encrypted.pdf", import.meta.url));
    for (const [bytes, mime_type, page_count, code] of [
      [PNG, "text/plain", 1, "unsupported_type"],
      [PNG, "image/png", 301, "too_many_pages"],
      [encrypted, "application/pdf", 1, "encrypted_pdf"],
      [PNG.subarray(0, 60), "image/png", 1, "broken_file"],
    ] as const)
      await expect(searchablePdf({ bytes, mime_type, page_count }, pages()), code).rejects.toMatchObject({ code });
  });
});
