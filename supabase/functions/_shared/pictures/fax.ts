import type UTIF from "utif2";

/** Longest word of a fax line: the longest code has 13 bits, but zeros may fill a line up before its end. */
const MAX_WORD_BITS = 2_048;
/** A bit that ends no code costs as much as so many of these: each is looked up in a table that does not have it. */
const LOOKS_A_BIT = 10;
/** Pixels and changes of color that are looked at, beside some for each pixel of the picture. */
const MOST_LOOKS = 50_000_000;
const LOOKS_A_PIXEL = 4;

type Library = typeof UTIF;
/** What the library's decoders of fax lines (CCITT groups 2 to 4) call, and look codes up in. */
type FaxDecoders = {
  _lens: Record<string, number>[];
  _dmap: Record<string, number>;
  _addNtimes(line: number[], count: number, color: number): void;
  _findDiff(line: number[], from: number, color: number): number | undefined;
} & Record<"_decodeG2" | "_decodeG3" | "_decodeG4", (...args: unknown[]) => void>;

/** Thrown where a piece says nothing more. */
const END = new Error("The rest of the piece is no fax.");

let left = 0;
let width = 0;
let isBounded = false;

/**
 * Bounds what decoding a picture's fax lines takes. In what is no code, the library looks for one that only grows, and a line that
 * has missed its end only grows too: 10 KB took seconds, and more of them the memory. It ends there, with what it has decoded.
 */
export function boundFax(library: Library, size: { width: number; height: number }): void {
  left = MOST_LOOKS + size.width * size.height * LOOKS_A_PIXEL;
  width = size.width;
  if (isBounded) return;
  isBounded = true;
  // Its types leave out what it uses within.
  const { decode: decoders } = library as unknown as { decode: FaxDecoders };
  const take = (count: number): void => {
    left -= count;
    if (left < 0) throw END;
  };
  // Only words that are no code come to what stands behind a table.
  const behind = new Proxy(
    {},
    {
      get(_, word) {
        if (typeof word === "string" && word.length > MAX_WORD_BITS) throw END;
        take(LOOKS_A_BIT);
        return undefined;
      },
    },
  );
  for (const codes of [...decoders._lens, decoders._dmap]) Object.setPrototypeOf(codes, behind);
  const { _addNtimes: add } = decoders;
  decoders._addNtimes = (line, count, color) => {
    // One pixel too many is enough for the library to know that a line is none.
    const fitting = Math.max(0, Math.min(count, width + 1 - line.length));
    take(fitting);
    add(line, fitting, color);
  };
  decoders._findDiff = (line, from, color) => {
    for (let at = 0; at < line.length; at += 2)
      if (line[at]! >= from && line[at + 1] === color) {
        take(at);
        return line[at];
      }
    take(line.length);
    return undefined;
  };
  for (const name of ["_decodeG2", "_decodeG3", "_decodeG4"] as const) {
    const decode = decoders[name];
    decoders[name] = (...args) => {
      try {
        decode(...args);
      } catch (thrown) {
        if (thrown !== END) throw thrown;
      }
    };
  }
}
