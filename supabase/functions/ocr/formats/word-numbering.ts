import type { OfficePackage } from "./office-package.ts";
import { isOn } from "./xml.ts";

/** The numbers that Word counts by itself (ECMA-376, part 1, 17.9): "§ 3", "4.2", "b)". The text does not have them. */

type Level = { start: number; format: string; text: string; isLegal?: boolean };
/** `levels`: those that are its own, in the place of those of its kind. */
type List = { counted: string; starts: Map<number, number>; levels: Level[] };

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
  /** Kinds of lists that have their levels by a style, and the kind that each style has. */
  readonly #byStyle = new Map<string, string>();
  readonly #ofStyle = new Map<string, string>();

  /** Reads what a document says of its lists; without such a part nothing is numbered. */
  static async read(file: OfficePackage, part: string | undefined): Promise<Numbering> {
    const numbering = new Numbering();
    let levels: Level[] = [];
    let level: Level | undefined;
    let list: List | undefined;
    let overridden = 0;
    let kind = "";
    if (!part) return numbering;
    await file.read(part, {
      open(name, attributes) {
        const value = attributes["w:val"] ?? "";
        if (name === "abstractNum") {
          numbering.#levels.set((kind = attributes["w:abstractNumId"] ?? ""), (levels = []));
          list = level = undefined;
        } else if (name === "num") {
          numbering.#lists.set(attributes["w:numId"] ?? "", (list = { counted: "", starts: new Map(), levels: [] }));
          level = undefined;
        } else if (name === "numStyleLink" && !list) numbering.#byStyle.set(kind, value);
        else if (name === "styleLink" && !list) numbering.#ofStyle.set(value, kind);
        else if (name === "abstractNumId" && list) list.counted = value;
        else if (name === "lvlOverride") overridden = Number(attributes["w:ilvl"]) || 0;
        else if (name === "startOverride") list?.starts.set(overridden, Number(value) || 0);
        else if (name === "lvl") {
          const at = Number(attributes["w:ilvl"]) || 0;
          level = { start: 1, format: "decimal", text: "" };
          if (at >= 0 && at < MAX_LEVELS) (list?.levels ?? levels)[at] = level;
        } else if (!level) return;
        else if (name === "start") level.start = Number(value) || 0;
        else if (name === "numFmt") level.format = value;
        else if (name === "isLgl") level.isLegal = isOn(attributes);
        else if (name === "lvlText") level.text = value.slice(0, MAX_TEXT);
      },
    });
    return numbering;
  }

  /** The number of the next paragraph of a list, at a level from 0; nothing where it has a sign, or none. */
  next(id: string, at: number): string {
    const list = this.#lists.get(id);
    const kind = list && (this.#ofStyle.get(this.#byStyle.get(list.counted) ?? "") ?? list.counted);
    const levels = kind === undefined ? undefined : this.#levels.get(kind);
    const levelOf = (place: number): Level | undefined => list?.levels[place] ?? levels?.[place];
    const level = levelOf(at);
    if (!list || !level) return "";
    const counts = this.#counts.get(list.counted) ?? [];
    this.#counts.set(list.counted, counts);
    if (!this.#begun.has(id)) {
      this.#begun.add(id);
      for (const from of list.starts.keys()) counts[from] = undefined;
    }
    const start = (place: number): number => list.starts.get(place) ?? levelOf(place)?.start ?? 1;
    for (let place = 0; place < at; place += 1) counts[place] ??= start(place);
    const before = counts[at];
    counts[at] = before === undefined ? start(at) : before + 1;
    counts.length = at + 1;
    if (level.format === "bullet") return "";
    return level.text.replace(/%([1-9])/g, (_, digit: string) => {
      const place = Number(digit) - 1;
      const format = levelOf(place)?.format ?? "decimal";
      return written(counts[place] ?? start(place), level.isLegal && format !== "none" ? "decimal" : format);
    });
  }
}

/** How a number of a list is written; formats that are not known are written in figures. */
export function written(count: number, format: string): string {
  if (format === "none") return "";
  if (format === "decimalZero") return String(count).padStart(2, "0");
  if (format === "lowerLetter") return letters(count);
  if (format === "upperLetter") return letters(count).toUpperCase();
  if (format === "lowerRoman") return roman(count);
  if (format === "upperRoman") return roman(count).toUpperCase();
  if (format === "ordinal") return `${count}${ORDINALS[count % 100 > 10 && count % 100 < 14 ? 0 : count % 10] ?? "th"}`;
  if (format.startsWith("decimalEnclosedCircle") && count >= 1 && count <= 20)
    return String.fromCodePoint(0x245f + count);
  if (format === "russianLower" || format === "russianUpper") {
    const letter = RUSSIAN[count - 1];
    return (format === "russianUpper" ? letter?.toUpperCase() : letter) ?? String(count);
  }
  if (/^(?:chineseCounting|japaneseCounting|taiwaneseCounting|ideographDigital)/.test(format)) return chinese(count);
  return String(count);
}

const ORDINALS = ["th", "st", "nd", "rd"];
const RUSSIAN = "абвгдежзиклмнопрстуфхцчшщыэюя";
const DIGITS = "〇一二三四五六七八九";

/** 十, 二十一 and so on, up to 99. */
function chinese(count: number): string {
  if (count < 1 || count > 99) return String(count);
  const [tens, ones] = [Math.floor(count / 10), count % 10];
  return (tens > 1 ? DIGITS[tens]! : "") + (tens > 0 ? "十" : "") + (ones > 0 ? DIGITS[ones]! : "");
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
