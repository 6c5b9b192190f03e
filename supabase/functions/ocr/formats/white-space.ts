import { inPieces } from "./in-pieces.ts";

const BLANK = /[^\S ]\s*| \s+/g;
const NO_BLANK = /\S/g;
/** A text with one space where it has white space. What is one space already stays: most texts have nothing else, and many. */
export const singleSpaced = (text: string): string => inPieces(text, withSpaces, NO_BLANK);
const withSpaces = (piece: string): string => piece.replace(BLANK, " ");

const LINE_ENDS = /[\r\n]+/g;
const NO_LINE_END = /[^\r\n]/g;
/** A text with a space where lines end. */
export const onOneLine = (text: string): string =>
  inPieces(text, (piece) => piece.replace(LINE_ENDS, " "), NO_LINE_END);

const LINE_END = /\r\n?/g;
const NOT_WITHIN_LINE_END = /(?<!\r)\n|[^\n]/g;
/** A text whose lines end with `\n`. */
export const withLineFeeds = (text: string): string =>
  inPieces(text, (piece) => piece.replace(LINE_END, "\n"), NOT_WITHIN_LINE_END);

const ANY = /[^]/g;
/** A text without a character. */
export const without = (text: string, character: string): string =>
  inPieces(text, (piece) => piece.replaceAll(character, ""), ANY);
