import { lettersOf } from "./sheet-places.ts";
import { singleSpaced } from "./white-space.ts";

/** What is printed around a sheet, and what of it is not shown. */

/** A code of a header or footer (ECMA-376, part 1, 18.3.1.39): a font, a size or a color; its place; a value that Excel fills in. */
const CODE = /&(?:"[^"]{0,200}"|K[0-9A-F]{2}[+-]\d{3}|K[0-9A-F]{6}|\d{1,3}|[A-Za-z&+-])/g;
/** Values that change from page to page. */
const COUNTED = /&[PN]/;
/** "Page 1", "Seite 1 von 3": so many words beside a page's number say nothing else. */
const MAX_WORDS = 2;

/** The headers and footers of a sheet, each as what stands left, in the middle and right; each once. */
export function headAndFoot(margins: readonly string[]): string[][] {
  const rows = new Map<string, string[]>();
  for (const margin of margins) {
    const cells = ["", "", ""];
    let place = 1;
    let from = 0;
    const add = (text: string): void => void (cells[place] += text);
    for (const { 0: code, index } of margin.matchAll(CODE)) {
      add(margin.slice(from, index));
      from = index + code.length;
      if (code === "&&") add("\0");
      else if (/^&[LCR]$/.test(code)) place = "LCR".indexOf(code[1]!);
      else if (COUNTED.test(code)) add(code);
    }
    add(margin.slice(from));
    const shown = cells.map((cell) => {
      const text = singleSpaced(cell.replace(/&[PN]/g, "").replaceAll("\0", "&")).trim();
      return COUNTED.test(cell) && text.split(" ").length <= MAX_WORDS ? "" : text;
    });
    if (shown.some(Boolean)) rows.set(shown.join("\0"), shown);
  }
  return [...rows.values()];
}

/** More places than these are not listed. */
const MAX_LISTED = 50;

/** Which rows and columns of a sheet are hidden, by their numbers; they are read all the same. */
export const hiddenLines = (rows: readonly number[], columns: readonly number[]): string[] =>
  [listed("Hidden rows", rows, String), listed("Hidden columns", columns, lettersOf)].filter(Boolean);

function listed(what: string, places: readonly number[], name: (at: number) => string): string {
  const ranges: [from: number, to: number][] = [];
  for (const place of places.toSorted((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && place <= last[1] + 1) last[1] = place;
    else ranges.push([place, place]);
  }
  if (ranges.length === 0) return "";
  const named = ranges
    .slice(0, MAX_LISTED)
    .map(([from, to]) => (from === to ? name(from) : `${name(from)} to ${name(to)}`));
  return `${what}: ${named.join(", ")}${ranges.length > MAX_LISTED ? " and others" : ""}`;
}
