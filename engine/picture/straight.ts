import type { Word } from "../../supabase/functions/_shared/pages.ts";
import { type Grey, type Quarters, rotated, scaled, turned } from "./grey.ts";

/** A picture made ready for reading, and the way back to the one it was made from. */
export type Straight = {
  picture: Grey;
  /** The box in pixels of the page, upright. */
  toPage(word: Word, page: { width: number; height: number }): Word;
};

const LEAST_DEGREES = 0.25; // less does not show in a line of print

/**
 * Turns a picture by quarters, levels its lines, and makes it larger or smaller.
 * @param degrees to the right
 */
export function straightened(
  picture: Grey,
  { quarters, degrees, scale }: { quarters: Quarters; degrees: number; scale: number },
): Straight {
  const upright = turned(picture, quarters);
  const level = Math.abs(degrees) < LEAST_DEGREES ? upright : rotated(upright, degrees);
  const sized = scaled(
    level,
    Math.max(1, Math.round(level.width * scale)),
    Math.max(1, Math.round(level.height * scale)),
  );
  return {
    picture: sized,
    toPage(word, page) {
      const box = level === upright ? word : turnedBack(word, sized, degrees);
      const [across, down] = [page.width / sized.width, page.height / sized.height];
      const within = (value: number, most: number): number => Math.min(most, Math.max(0, Math.round(value)));
      const [x0, y0] = [within(box.x0 * across, page.width - 1), within(box.y0 * down, page.height - 1)];
      return {
        ...word,
        x0,
        y0,
        x1: Math.max(x0 + 1, within(box.x1 * across, page.width)),
        y1: Math.max(y0 + 1, within(box.y1 * down, page.height)),
      };
    },
  };
}

/** The box around where a box was before its picture was turned: its middle moves, its size stays. */
function turnedBack(
  { x0, y0, x1, y1 }: Word,
  { width, height }: Grey,
  degrees: number,
): { x0: number; y0: number; x1: number; y1: number } {
  const angle = (-degrees * Math.PI) / 180;
  const [x, y] = [(x0 + x1 - width) / 2, (y0 + y1 - height) / 2];
  const [cx, cy] = [
    width / 2 + x * Math.cos(angle) - y * Math.sin(angle),
    height / 2 + x * Math.sin(angle) + y * Math.cos(angle),
  ];
  const [w, h] = [(x1 - x0) / 2, (y1 - y0) / 2];
  return { x0: cx - w, x1: cx + w, y0: cy - h, y1: cy + h };
}
