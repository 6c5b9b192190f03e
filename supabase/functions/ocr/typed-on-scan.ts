import type { Page, Word } from "../_shared/pages.ts";
import { readable } from "../_shared/readable.ts";
import type { Box } from "./pdf/page.ts";
import type { Typed } from "./pdf/typed.ts";

/** A value that was typed onto a page. `at`: its box in shares of the page as it is shown, from the top left; null for a comment. */
export type PlacedValue = Pick<Typed, "kind" | "value" | "label"> & { at: Frame | null };

type Frame = { x0: number; y0: number; x1: number; y1: number };

/** Words whose middles differ by less than this share of a box's height stand on its line. */
const SAME_LINE = 0.6;

/** The places of what was typed onto a page. `rotation`: by how many quarters the page is shown turned to the right. */
export function placedValues(typed: Typed[], page: Box, rotation: number): PlacedValue[] {
  const [width, height] = [page.right - page.left, page.top - page.bottom];
  return typed.map(({ kind, value, label, box }) => ({
    kind,
    value: readable(value).trim(),
    ...(label ? { label: readable(label) } : {}),
    at:
      box && kind !== "comment" && width > 0 && height > 0
        ? turnedRight(
            {
              x0: (box.left - page.left) / width,
              y0: (page.top - box.top) / height,
              x1: (box.right - page.left) / width,
              y1: (page.top - box.bottom) / height,
            },
            rotation,
          )
        : null,
  }));
}

/** The box on the page turned to the right by so many quarters. */
function turnedRight(box: Frame, quarters: number): Frame {
  let { x0, y0, x1, y1 } = box;
  for (let turn = 0; turn < quarters % 4; turn += 1) [x0, y0, x1, y1] = [1 - y1, x0, 1 - y0, x1];
  return { x0, y0, x1, y1 };
}

/**
 * A recognized page with what was typed onto it and its picture did not show, or not well enough to be read: behind the word at its left, else in front
 * of the one at its right, else at the end. What is drawn and was read is left as it is.
 *
 * @param picture the picture that was read; without it nothing has a place
 */
export function withTypedValues(page: Page, picture: Page["picture"], values: PlacedValue[]): Page {
  if (values.length === 0) return page;
  const words = page.words ?? [];
  const offsets = offsetsOf(page.text, words);
  const insertions: { at: number; text: string }[] = [];
  const added: Word[] = [];
  const rest: string[] = [];
  const read = flat(page.text);
  for (const { kind, value, label, at } of values) {
    if (value === "") continue;
    if (!at || !picture || words.length === 0) {
      if (kind !== "mark" && read.includes(flat(value))) continue;
      rest.push(kind === "comment" ? `Comment: ${value}` : kind === "mark" && label ? `${value} ${label}` : value);
      continue;
    }
    const box = inPixels(turnedRight(at, Math.round(picture.rotation / 90)), picture);
    if (kind === "text" && isRead(value, box, words)) continue;
    const place = placeOf(box, words, offsets, kind === "mark");
    if (place === null) rest.push(kind === "mark" && label ? `${value} ${label}` : value);
    else insertions.push({ at: place.offset, text: place.isBefore ? `${value} ` : ` ${value}` });
    added.push({ text: value, ...box, confidence: 1 });
  }
  if (insertions.length === 0 && rest.length === 0) return page;
  let text = page.text;
  // From the last on, so that places stay; of two at one place the second first.
  for (const { at, text: inserted } of insertions.toReversed().toSorted((a, b) => b.at - a.at))
    text = text.slice(0, at) + inserted + text.slice(at);
  return {
    ...page,
    text: [text, rest.join("\n")].filter(Boolean).join("\n\n"),
    words: page.words && [...page.words, ...added],
  };
}

/** The words alone, in small letters, with a blank around each. */
const flat = (text: string): string =>
  ` ${
    text
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu)
      ?.join(" ") ?? ""
  } `;

/** Whether the words in a box are its value. */
function isRead(value: string, box: Frame, words: readonly Word[]): boolean {
  const inside = words.filter((word) => {
    const [x, y] = [(word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2];
    return x > box.x0 && x < box.x1 && y > box.y0 && y < box.y1;
  });
  return flat(inside.map(({ text }) => text).join(" ")).includes(flat(value));
}

const inPixels = (box: Frame, { width, height }: { width: number; height: number }): Frame => ({
  x0: Math.round(box.x0 * width),
  y0: Math.round(box.y0 * height),
  x1: Math.round(box.x1 * width),
  y1: Math.round(box.y1 * height),
});

/** Where each word stands in the text; -1 where it is not found in its order. */
function offsetsOf(text: string, words: readonly Word[]): number[] {
  let from = 0;
  return words.map(({ text: word }) => {
    const at = text.indexOf(word, from);
    if (at >= 0) from = at + word.length;
    return at;
  });
}

/** The place in the text for a value in a box: a mark stands before its label, a value behind it. */
function placeOf(
  box: Frame,
  words: readonly Word[],
  offsets: number[],
  isMark: boolean,
): { offset: number; isBefore: boolean } | null {
  let left: { index: number; gap: number } | undefined;
  let right: { index: number; gap: number } | undefined;
  for (const [index, word] of words.entries()) {
    const height = Math.max(box.y1 - box.y0, word.y1 - word.y0);
    const apart = Math.abs(box.y0 + box.y1 - word.y0 - word.y1) / 2;
    if (offsets[index]! < 0 || apart > SAME_LINE * height) continue;
    const middle = (word.x0 + word.x1) / 2;
    const gap = middle < box.x0 ? box.x0 - middle : middle > box.x1 ? middle - box.x1 : 0;
    if (middle <= (box.x0 + box.x1) / 2) {
      if (!left || gap < left.gap) left = { index, gap };
    } else if (!right || gap < right.gap) right = { index, gap };
  }
  const isBefore = right !== undefined && (isMark || !left);
  const nearest = isBefore ? right : (left ?? right);
  if (!nearest) return null;
  const offset = offsets[nearest.index]!;
  return { offset: isBefore ? offset : offset + words[nearest.index]!.text.length, isBefore };
}
