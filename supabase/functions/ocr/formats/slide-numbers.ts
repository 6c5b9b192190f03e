import { written } from "./word-numbering.ts";

type Counted = { type: string; start: number; count: number };

/** The numbers that PowerPoint counts by itself within a shape (ECMA-376, part 1, 21.1.2.4.1). A paragraph without text has none. */
export class AutoNumbers {
  /** Of the paragraph, from 0. */
  level = 0;
  #levels: (Counted | undefined)[] = [];
  #own: { type: string; start: number } | undefined;
  #isCounted = false;

  /** Another shape. */
  begin(): void {
    this.#levels = [];
  }

  openParagraph(): void {
    this.level = 0;
    this.#own = undefined;
    this.#isCounted = false;
  }

  numbered(type: string, start: number): void {
    this.#own = { type, start };
  }

  /** The number of the paragraph, before its first text; nothing before what comes then. */
  next(): string {
    if (this.#isCounted) return "";
    this.#isCounted = true;
    this.#levels.length = Math.min(this.#levels.length, this.level + 1);
    const before = this.#levels[this.level];
    const own = this.#own;
    if (!own) {
      this.#levels[this.level] = undefined;
      return "";
    }
    const goesOn = before?.type === own.type && before.start === own.start;
    const count = goesOn ? before.count + 1 : own.start;
    this.#levels[this.level] = { ...own, count };
    return numberOf(count, own.type);
  }
}

const FORMATS: [beginning: string, format: string][] = [
  ["alphaLc", "lowerLetter"],
  ["alphaUc", "upperLetter"],
  ["romanLc", "lowerRoman"],
  ["romanUc", "upperRoman"],
  ["circleNum", "decimalEnclosedCircle"],
  ["ea1", "chineseCounting"],
];

function numberOf(count: number, type: string): string {
  const number = written(count, FORMATS.find(([beginning]) => type.startsWith(beginning))?.[1] ?? "decimal");
  if (type.endsWith("ParenBoth")) return `(${number})`;
  return number + (type.endsWith("ParenR") ? ")" : type.endsWith("Period") ? "." : type.endsWith("Minus") ? "-" : "");
}
