import type { PDFDocument, PDFRef } from "@cantoo/pdf-lib";
import type { Word } from "../../_shared/pages.ts";

/** The picture that words stand on, in pixels, and by how many degrees it was turned to the right to be read. */
export type Picture = { width: number; height: number; rotation: number };

/** A page of a PDF in its own space, in points, and by how many quarters it is shown turned to the right. */
export type Frame = { left: number; bottom: number; width: number; height: number; quarters: number };

/** PDF 32000-1, table 106: neither filled nor stroked. */
const INVISIBLE = 3;
/** Signs of one font: its codes from 1 on. */
const SIGNS = 255;
/** A sign is so wide in thousandths of its size, and stands so far above and below its line. */
const [WIDTH, ASCENT, DESCENT] = [500, 800, -200];
const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}]/u;

/**
 * Fonts whose signs show nothing, and say which characters they are: what is selected, found and copied is right, whatever the script, and no font has to be
 * embedded.
 */
export class InvisibleFonts {
  readonly #codes = new Map<string, number>();

  /** The number of the font of a sign, and its code there. */
  place(sign: string): { font: number; code: number } {
    let at = this.#codes.get(sign);
    if (at === undefined) this.#codes.set(sign, (at = this.#codes.size));
    return { font: Math.floor(at / SIGNS), code: (at % SIGNS) + 1 };
  }

  /** The fonts, as references by their names. */
  embed(pdf: PDFDocument): Record<string, PDFRef> {
    const signs = [...this.#codes.keys()];
    const fonts: Record<string, PDFRef> = {};
    for (let from = 0; from < signs.length; from += SIGNS)
      fonts[fontName(from / SIGNS)] = fontOf(pdf, signs.slice(from, from + SIGNS));
    return fonts;
  }
}

const fontName = (number: number): string => `DocketText${number}`;

function fontOf(pdf: PDFDocument, signs: string[]): PDFRef {
  const { context } = pdf;
  const codes = signs.map((_, index) => index + 1);
  const empty = context.register(context.stream(`${WIDTH} 0 0 ${DESCENT} ${WIDTH} ${ASCENT} d1`));
  const hex = (value: number, digits: number): string => value.toString(16).toUpperCase().padStart(digits, "0");
  const utf16 = (sign: string): string =>
    Array.from({ length: sign.length }, (_, at) => hex(sign.charCodeAt(at), 4)).join("");
  const blocks: string[] = [];
  for (let from = 0; from < signs.length; from += 100) {
    const some = signs.slice(from, from + 100).map((sign, at) => `<${hex(from + at + 1, 2)}> <${utf16(sign)}>`);
    blocks.push(`${some.length} beginbfchar\n${some.join("\n")}\nendbfchar`);
  }
  const toUnicode = context.flateStream(
    `/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Docket def /CMapType 2 def\n1 begincodespacerange <01> <FF> endcodespacerange\n${blocks.join("\n")}\nendcmap end end`,
  );
  return context.register(
    context.obj({
      Type: "Font",
      Subtype: "Type3",
      FontBBox: [0, DESCENT, WIDTH, ASCENT],
      FontMatrix: [0.001, 0, 0, 0.001, 0, 0],
      CharProcs: { n: empty },
      Encoding: { Type: "Encoding", Differences: [1, ...codes.map(() => "n")] },
      FirstChar: 1,
      LastChar: signs.length,
      Widths: codes.map(() => WIDTH),
      Resources: {},
      ToUnicode: context.register(toUnicode),
    }),
  );
}

/** The drawing of words that nobody sees, each in its box. */
export function invisibleText(words: readonly Word[], picture: Picture, frame: Frame, fonts: InvisibleFonts): string {
  const lines = [`q ${matrixOf(picture, frame).map(short).join(" ")} cm BT ${INVISIBLE} Tr`];
  for (const { text, x0, y0, x1, y1 } of words) {
    const signs = Array.from(text);
    const [width, height] = [x1 - x0, y1 - y0];
    if (signs.length === 0 || !(width > 0 && height > 0)) continue;
    // Readers take signs from left to right as they stand on the page.
    const placed = [...(RIGHT_TO_LEFT.test(text) ? signs.reverse() : signs), " "].map((sign) => fonts.place(sign));
    const scale = (100 * width * 1000) / (signs.length * WIDTH * height);
    const baseline = picture.height - y1 - (DESCENT / 1000) * height;
    lines.push(`${short(scale)} Tz 1 0 0 1 ${short(x0)} ${short(baseline)} Tm`);
    for (let at = 0; at < placed.length; ) {
      const { font } = placed[at]!;
      let codes = "";
      for (; at < placed.length && placed[at]!.font === font; at += 1)
        codes += placed[at]!.code.toString(16).padStart(2, "0");
      lines.push(`/${fontName(font)} ${short(height)} Tf <${codes}> Tj`);
    }
  }
  return `${lines.join("\n")}\nET Q`;
}

/** From pixels of the upright picture, counted from its lower left, to the page's own space. */
function matrixOf({ width: w, height: h }: Picture, { left, bottom, width, height, quarters }: Frame): number[] {
  const [right, top] = [left + width, bottom + height];
  if (quarters === 1) return [0, height / w, -width / h, 0, right, bottom];
  if (quarters === 2) return [-width / w, 0, 0, -height / h, right, top];
  if (quarters === 3) return [0, -height / w, width / h, 0, left, top];
  return [width / w, 0, 0, height / h, left, bottom];
}

const short = (value: number): string => String(Math.round(value * 10_000) / 10_000);
