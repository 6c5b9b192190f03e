import { CLOSINGS } from "../tables/letters.ts";
import { holds, wordsOf, type Line } from "../text/text.ts";

/** The lines of those who sign: a few words each, below the closing of a letter. */
export function signatures(lines: Line[]): Line[] {
  const closing = lines.findLastIndex((line) => wordsOf(line.key).length <= 12 && holds(line.key, CLOSINGS));
  if (closing < 0) return [];
  return lines
    .slice(closing + 1, closing + 5)
    .filter((line) => wordsOf(line.key).length <= 6 && wordsOf(line.key).length >= 2 && !/\d/.test(line.text));
}
