import type { OfficePackage } from "./office-package.ts";

/** The numbers that Word counts by itself (ECMA-376, part 1, 17.9): "§ 3", "4.2", "b)". The text does not have them. */

type Level = { start: number; format: string; text: string };
type List = { counted: string; starts: Map<number, number> };

/** Word has nine levels. */
const MAX_LEVELS = 9;
/** More text than this before a paragraph is no number. */
const MAX_TEXT = 100;

export class Numbering {
  /** The levels of each kind of list, by its id. */
  readonly #levels = new Map<string, Level[]>();
  /** What a paragraph names: which kind of list it counts with, and where it begins. */
  readonly #lists = new Map<string, List>();
  readonly #counts = new Map<string, (number | undefined)[]>();
  readonly #begun = new Set<string>();

  /** Reads what a document says of its lists; without such a part nothing is numbered. */
  static async read(file: OfficePackage, part: string | undefined): Promise<Numbering> {
    const numbering = new Numbering();
    let levels: Level[] = [];
    let level: Level | undefined;
    let list: List | undefined;
    let overridden = 0;
    if (!part) return numbering;
    await file.read(part, {
      open(name, attributes) {
        const value = attributes["w:val"] ?? "";
        if (name === "abstractNum") {
          numbering.#levels.set(attributes["w:abstractNumId"] ?? "", (levels = []));
          list = undefined;
        } else if (name === "num")
          numbering.#lists.set(attributes["w:numId"] ?? "", (list = { counted: "", starts: new Map() }));
        else if (name === "abstractNumId" && list) list.counted = value;
        else if (name === "lvlOverride") overridden = Number(attributes["w:ilvl"]) || 0;
        else if (name === "startOverride") list?.starts.set(overridden, Number(value) || 0);
        else if (name === "lvl" && !list) {
          const at = Number(attributes["w:ilvl"]) || 0;
          level = { start: 1, format: "decimal", text: "" };
          if (at >= 0 && at < MAX_LEVELS) levels[at] = level;
        } else if (!level || list) return;
        else if (name === "start") level.start = Number(value) || 0;
        else if (name === "numFmt") level.format = value;
        else if (name === "lvlText") level.text = value.slice(0, MAX_TEXT);
      },
    });
    return numbering;
  }

  /** The number of the next paragraph of a list, at a level from 0; nothing where it has a sign, or none. */
  next(id: string, at: number): string {
    const list = this.#lists.get(id);
    const levels = list && this.#levels.get(list.counted);
    const level = levels?.[at];
    if (!list || !level) return "";
    const counts = this.#counts.get(list.counted) ?? [];
    this.#counts.set(list.counted, counts);
    if (!this.#begun.has(id)) {
      this.#begun.add(id);
      for (const from of list.starts.keys()) counts[from] = undefined;
    }
    const start = (place: number): number => list.starts.get(place) ?? levels[place]?.start ?? 1;
    for (let place = 0; place < at; place += 1) counts[place] ??= start(place);
    const before = counts[at];
    counts[at] = before === undefined ? start(at) : before + 1;
    counts.length = at + 1;
    if (level.format === "bullet") return "";
    return level.text.replace(/%([1-9])/g, (_, digit: string) => {
      const place = Number(digit) - 1;
      return written(counts[place] ?? start(place), levels[place]?.format ?? "decimal");
    });
  }
}

function written(count: number, format: string): string {
  if (format === "none") return "";
  if (format === "decimalZero") return String(count).padStart(2, "0");
  if (format === "lowerLetter") return letters(count);
  if (format === "upperLetter") return letters(count).toUpperCase();
  if (format === "lowerRoman") return roman(count);
  if (format === "upperRoman") return roman(count).toUpperCase();
  return String(count);
}

/** a to z, then aa, bb and so on. */
function letters(count: number): string {
  if (count < 1 || count > 26 * 10) return String(count);
  return String.fromCharCode(97 + ((count - 1) % 26)).repeat(Math.ceil(count / 26));
}

const ROMAN: [number, string][] = [
  [1000, "m"],
  [900, "cm"],
  [500, "d"],
  [400, "cd"],
  [100, "c"],
  [90, "xc"],
  [50, "l"],
  [40, "xl"],
  [10, "x"],
  [9, "ix"],
  [5, "v"],
  [4, "iv"],
  [1, "i"],
];

function roman(count: number): string {
  if (count < 1 || count >= 4000) return String(count);
  let left = count;
  let text = "";
  for (const [worth, sign] of ROMAN)
    while (left >= worth) {
      text += sign;
      left -= worth;
    }
  return text;
}
