import { memo } from "react";
import type { Word } from "../model.ts";
import styles from "./Pages.module.css";

type Size = { width: number; height: number };

/** A canvas writes in sans-serif at this size when it is told nothing. */
const FONT_SIZE = 10;
let pen: CanvasRenderingContext2D | null | undefined;
/** How wide a text is when nobody stretches it, at the size of 1. */
function widthOf(text: string): number {
  pen ??= document.createElement("canvas").getContext("2d");
  return pen ? pen.measureText(text).width / FONT_SIZE : 0;
}

/**
 * The words of a page over its picture, where they stand, invisible: to be selected and copied. Not for screen readers,
 * which have the text beside it. `size` is what the words' places are measured in.
 */
export const PageWords = memo(function PageWords({ words, size }: { words: Word[]; size: Size }): React.JSX.Element {
  const share = (value: number, of: number) => `${(value / of) * 100}%`;
  return (
    <div className={styles.words} aria-hidden translate="no" data-testid="words">
      {words.map(({ text, x0, y0, x1, y1 }, index) => {
        const height = y1 - y0;
        const natural = widthOf(text) * height;
        return (
          <span
            key={index}
            style={{
              left: share(x0, size.width),
              top: share(y0, size.height),
              fontSize: `${(height / size.height) * 100}cqh`,
              scale: natural > 0 ? `${(x1 - x0) / natural} 1` : undefined,
            }}
          >
            {text}
            {isLast(words, index) ? <br /> : " "}
          </span>
        );
      })}
    </div>
  );
});

/** Whether the next word begins a line: it stands further to the left, or too far below for a photograph at an angle. */
function isLast(words: Word[], index: number): boolean {
  const word = words[index]!;
  const next = words[index + 1];
  if (!next) return true;
  const away = Math.abs(next.y0 + next.y1 - word.y0 - word.y1) / 2;
  return next.x0 < word.x0 || away > 1.25 * Math.max(next.y1 - next.y0, word.y1 - word.y0);
}
