import type { Turn } from "../../../supabase/functions/ocr/pdf/frame.ts";
import type { Glyph } from "../../../supabase/functions/ocr/pdf/layer.ts";

type Style = { size?: number; advance?: number; turn?: Turn | null; invisible?: boolean; unmapped?: boolean };

/** Glyphs of a line of text that begins at x, y (its top), each half as wide as it is high; spaces leave a gap. */
export function typed(
  text: string,
  x: number,
  y: number,
  { size = 10, advance = 0.5, turn = 0, invisible = false, unmapped = false }: Style = {},
): Glyph[] {
  const glyphs: Glyph[] = [];
  let spaceBefore = false;
  [...text].forEach((char, index) => {
    const x0 = x + index * advance * size;
    if (char === " ") spaceBefore = true;
    else {
      glyphs.push({ char, x0, y0: y, x1: x0 + advance * size, y1: y + size, turn, invisible, unmapped, spaceBefore });
      spaceBefore = false;
    }
  });
  return glyphs;
}

/** Lines one below the other. */
export const typedLines = (lines: string[], x: number, y: number, leading = 12): Glyph[] =>
  lines.flatMap((line, index) => typed(line, x, y + index * leading));
