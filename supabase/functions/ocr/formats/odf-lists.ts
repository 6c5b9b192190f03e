import type { ListLevel, Styles } from "./odf-styles.ts";
import { written } from "./word-numbering.ts";

/** The numbers of lists and headings (OpenDocument 1.3, part 3, 5.3), which programs count by themselves: the text does not have them. */
export class ListNumbers {
  readonly #styles: Styles;
  /** The lists within each other that are open. */
  readonly #open: { style: string }[] = [];
  #counts: Counts = [];
  readonly #byId = new Map<string, Counts>();
  readonly #byStyle = new Map<string, Counts>();
  readonly #headings: Counts = [];
  #start: number | undefined;

  constructor(styles: Styles) {
    this.#styles = styles;
  }

  /** How many lists are open within each other. */
  get depth(): number {
    return this.#open.length;
  }

  openList(attributes: Record<string, string>): void {
    const style = attributes["text:style-name"] ?? this.#open.at(-1)?.style ?? "";
    if (this.#open.length === 0) {
      const before = this.#byId.get(attributes["text:continue-list"] ?? "");
      const goesOn = attributes["text:continue-numbering"] === "true";
      this.#counts = before ?? (goesOn ? this.#byStyle.get(style) : undefined) ?? [];
      const id = attributes["xml:id"];
      if (id !== undefined) this.#byId.set(id, this.#counts);
      this.#byStyle.set(style, this.#counts);
    }
    this.#open.push({ style });
  }

  closeList(): void {
    this.#open.pop();
  }

  openItem(attributes: Record<string, string>): void {
    this.#start = startOf(attributes);
  }

  /** The number of the first paragraph of the item that is open; nothing where it has a sign, or none. */
  ofItem(): string {
    const levels = this.#styles.levelsOf(this.#open.at(-1)?.style ?? "");
    const start = this.#start;
    this.#start = undefined;
    return levels && this.#open.length > 0 ? next(this.#counts, levels, this.#open.length - 1, start) : "";
  }

  /** The number of a heading. `level`: from 1 */
  ofHeading(level: number, style: string, attributes: Record<string, string>): string {
    const levels = this.#styles.outlineOf(style);
    if (!levels || this.#open.length > 0 || attributes["text:is-list-header"] === "true") return "";
    return next(this.#headings, levels, level - 1, startOf(attributes));
  }
}

type Counts = (number | undefined)[];

const startOf = (attributes: Record<string, string>): number | undefined =>
  attributes["text:start-value"] === undefined ? undefined : Number(attributes["text:start-value"]) || 0;

function next(counts: Counts, levels: readonly ListLevel[], at: number, start: number | undefined): string {
  const level = levels[at];
  if (!level) return "";
  const before = counts[at];
  counts[at] = start ?? (before === undefined ? level.start : before + 1);
  counts.length = at + 1;
  if (level.format === "") return "";
  const number = (place: number): string => {
    const own = levels[place];
    return own && own.format !== "" ? written(counts[place] ?? own.start, FORMATS[own.format] ?? "decimal") : "";
  };
  if (level.text) return level.text.replace(/%(\d{1,2})%/g, (_, place: string) => number(Number(place) - 1)).trim();
  const shown = Array.from({ length: Math.min(level.shown, at + 1) }, (_, back) => number(at - back)).reverse();
  return `${level.prefix}${shown.filter(Boolean).join(".")}${level.suffix}`.trim();
}

/** The formats of OpenDocument by the names that Word has for them. */
const FORMATS: Record<string, string> = {
  a: "lowerLetter",
  A: "upperLetter",
  i: "lowerRoman",
  I: "upperRoman",
  "①, ②, ③, ...": "decimalEnclosedCircle",
  "一, 二, 三, ...": "chineseCounting",
  "1st": "ordinal",
};
