import type { Bounds } from "./bounds.ts";

/** An element that is open, as far as selectors look at it. `place`: among the elements of its parent, and among those of its name, from 1. */
export type Element = {
  name: string;
  attributes: Readonly<Record<string, string>>;
  classes: ReadonlySet<string>;
  place: number;
  placeOfName: number;
};

const NO_CLASSES: ReadonlySet<string> = new Set();

/** The elements that are open, each within the one before it, and how many each has had so far. */
export class OpenElements {
  readonly path: Element[] = [];
  readonly #children: { count: number; byName: Map<string, number> | undefined }[] = [{ count: 0, byName: undefined }];

  /** An element begins, which may be one that is left out. */
  begin(name: string): void {
    const siblings = this.#children.at(-1)!;
    siblings.count += 1;
    siblings.byName ??= new Map();
    siblings.byName.set(name, (siblings.byName.get(name) ?? 0) + 1);
  }

  /** The element that began last is one that is open. */
  push(name: string, attributes: Readonly<Record<string, string>>): void {
    const { count, byName } = this.#children.at(-1)!;
    const classes = attributes.class ? new Set(attributes.class.split(/\s+/)) : NO_CLASSES;
    this.path.push({ name, attributes, classes, place: count, placeOfName: byName!.get(name)! });
    this.#children.push({ count: 0, byName: undefined });
  }

  pop(): void {
    this.path.pop();
    this.#children.pop();
  }
}

type Test = (element: Element, bounds: Bounds) => boolean;
/** The parts of a selector, from the element outwards; `isChild`: it is right within the next one. */
type Compound = { name: string; id: string | undefined; classes: string[]; tests: Test[]; isChild: boolean };

/**
 * A selector. `weight`: how much it counts against others (Selectors Level 3, 9). `isSure`: the elements that it fits are those that a browser would take; else
 * it fits more, as it asks for what is not known here (what comes behind an element, which field is checked).
 */
export type Selector = { compounds: Compound[]; weight: number; isSure: boolean };

const MAX_COMPOUNDS = 8;
/** Selectors within ":not()" and its like. */
const MAX_INNER = 20;
export const [CLASS, ID] = [100, 10_000];

/** What no element is while a page is merely looked at, and what is no element but a part of one. */
const NEVER =
  /^:(?::.*|hover|focus|focus-within|focus-visible|active|visited|target|before|after|first-line|first-letter)$/;

const COMBINATOR = /\s*([>+~])\s*|\s+/y;
const NAME = /[a-z][\w-]*|\*/iy;
const CLASS_OR_ID = /([.#])([\w-]+)/y;
const ATTRIBUTE = /\[\s*([\w-]+)\s*(?:([~|^$*]?=)\s*(?:"([^"\]]*)"|'([^'\]]*)'|([^\s"'\]]+))\s*(?:\s([is])\s*)?)?\]/iy;
const PSEUDO = /::?[\w-]+/y;
const ARGUMENT = /\(([^()]{0,400})\)/y;

/** Null where it never fits, or cannot be read. */
export function selectorOf(text: string): Selector | null {
  const reader = new Reader(text.trim());
  let compounds: Compound[] = [];
  let weight = 0;
  let isSure = true;
  for (let isChild = false; ; ) {
    const read = compoundAt(reader);
    if (!read || compounds.length >= MAX_COMPOUNDS) return null;
    weight += read.weight;
    isSure &&= read.isSure;
    compounds.unshift({ ...read.compound, isChild });
    if (reader.isAtEnd) break;
    const combinator = reader.take(COMBINATOR);
    if (!combinator) return null;
    const [, sign] = combinator;
    isChild = sign === ">";
    // What stands beside an element is not kept.
    if (sign === "+" || sign === "~") isSure = false;
  }
  if (!isSure) compounds = compounds.slice(0, 1);
  return { compounds, weight, isSure };
}

/** Reads a text from its beginning on. */
class Reader {
  #text: string;
  #at = 0;
  constructor(text: string) {
    this.#text = text;
  }
  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }
  take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found) this.#at = pattern.lastIndex;
    return found;
  }
}

type Read = { compound: Compound; weight: number; isSure: boolean };

function compoundAt(reader: Reader): Read | null {
  const compound: Compound = { name: "", id: undefined, classes: [], tests: [], isChild: false };
  let weight = 0;
  let isSure = true;
  const name = reader.take(NAME)?.[0];
  if (name !== undefined && name !== "*") [compound.name, weight] = [name.toLowerCase(), 1];
  let parts = name === undefined ? 0 : 1;
  for (; ; parts += 1) {
    const named = reader.take(CLASS_OR_ID);
    const attribute = named ? null : reader.take(ATTRIBUTE);
    const pseudo = named || attribute ? null : reader.take(PSEUDO);
    if (named) {
      const [, sign, its = ""] = named;
      if (sign === ".") compound.classes.push(its);
      else if (compound.id !== undefined && compound.id !== its) return null;
      else compound.id = its;
      weight += sign === "." ? CLASS : ID;
    } else if (attribute) {
      compound.tests.push(attributeTest(attribute));
      weight += CLASS;
    } else if (pseudo) {
      const its = pseudo[0].toLowerCase();
      if (NEVER.test(its)) return null;
      const known = pseudoTest(its, reader.take(ARGUMENT)?.[1]);
      if (known) compound.tests.push(known.test);
      else isSure = false;
      weight += known?.weight ?? CLASS;
    } else break;
  }
  return parts === 0 ? null : { compound, weight, isSure };
}

function attributeTest([, name = "", sign, ...rest]: RegExpExecArray): Test {
  const key = name.toLowerCase();
  const [double, single, bare, flag] = rest;
  const isLoose = flag?.toLowerCase() === "i" || LOOSE.has(key);
  const folded = (text: string): string => (isLoose ? text.toLowerCase() : text);
  const wanted = folded(double ?? single ?? bare ?? "");
  return ({ attributes }) => {
    const its = Object.hasOwn(attributes, key) ? attributes[key] : undefined;
    if (its === undefined) return false;
    const value = folded(its);
    if (sign === undefined) return true;
    if (sign === "=") return value === wanted;
    if (wanted === "") return false;
    if (sign === "~=") return value.split(/\s+/).includes(wanted);
    if (sign === "|=") return value === wanted || value.startsWith(`${wanted}-`);
    if (sign === "^=") return value.startsWith(wanted);
    return sign === "$=" ? value.endsWith(wanted) : value.includes(wanted);
  };
}

/** Attributes of HTML whose values are the same in capitals. */
const LOOSE = new Set(["type", "dir", "lang", "align", "media", "method", "rel", "valign"]);

function pseudoTest(name: string, argument: string | undefined): { test: Test; weight: number } | null {
  if (name === ":root") return { test: (element) => element.name === "html", weight: CLASS };
  if (name === ":first-child") return { test: ({ place }) => place === 1, weight: CLASS };
  if (name === ":first-of-type") return { test: ({ placeOfName }) => placeOfName === 1, weight: CLASS };
  if (name === ":nth-child" || name === ":nth-of-type") {
    const wanted = argument?.trim().toLowerCase() ?? "";
    const placeOf = ({ place, placeOfName }: Element): number => (name === ":nth-child" ? place : placeOfName);
    if (wanted === "odd" || wanted === "even")
      return { test: (element) => placeOf(element) % 2 === Number(wanted === "odd"), weight: CLASS };
    return /^\d{1,6}$/.test(wanted) ? { test: (element) => placeOf(element) === Number(wanted), weight: CLASS } : null;
  }
  if ((name !== ":not" && name !== ":is" && name !== ":where") || argument === undefined) return null;
  const inner = selectorsIn(argument).map(innerOf);
  if (inner.length > MAX_INNER) return null;
  const known = inner.filter((one) => one !== null && one !== "never");
  if (known.length + inner.filter((one) => one === "never").length < inner.length) return null;
  const fitsAny: Test = (element, bounds) => known.some(({ compound }) => fits(compound, element, bounds));
  return {
    test: name === ":not" ? (element, bounds) => !fitsAny(element, bounds) : fitsAny,
    weight: name === ":where" ? 0 : Math.max(0, ...known.map(({ weight }) => weight)),
  };
}

/** A selector of one part; null for one of several, and such that ask for what is not known. */
function innerOf(text: string): Read | null | "never" {
  if (NEVER.test(text.trim())) return "never";
  const reader = new Reader(text.trim());
  const read = compoundAt(reader);
  return read?.isSure && reader.isAtEnd ? read : null;
}

/** Selectors that are parted by commas, but for those within brackets and texts. */
export function selectorsIn(text: string): string[] {
  const selectors = [""];
  let depth = 0;
  for (const [piece] of text.matchAll(/"[^"\n]*"|'[^'\n]*'|[,()[\]]|[^"',()[\]]+|["']/g)) {
    if (piece === "(" || piece === "[") depth += 1;
    else if (piece === ")" || piece === "]") depth -= 1;
    if (piece === "," && depth <= 0) selectors.push("");
    else selectors[selectors.length - 1] += piece;
  }
  return selectors;
}

/** By what a selector is found: the most telling part of its last compound. */
export const keyOf = ({ compounds: [first] }: Selector): string =>
  first!.id !== undefined ? `#${first!.id}` : first!.classes.length > 0 ? `.${first!.classes[0]}` : first!.name;

export const keysOf = ({ name, attributes, classes }: Element): string[] => [
  "",
  name,
  ...(attributes.id === undefined ? [] : [`#${attributes.id}`]),
  ...Array.from(classes, (one) => `.${one}`),
];

/** Whether a selector fits the last of these elements, each within the one before it. `bounds` is called for each comparison. */
export const matches = ({ compounds }: Selector, path: readonly Element[], bounds: Bounds): boolean =>
  matchesAt(compounds, 0, path, path.length - 1, bounds);

function matchesAt(
  compounds: readonly Compound[],
  at: number,
  path: readonly Element[],
  depth: number,
  bounds: Bounds,
): boolean {
  bounds.step();
  const compound = compounds[at]!;
  const element = path[depth];
  if (!element || !fits(compound, element, bounds)) return false;
  if (at === compounds.length - 1) return true;
  if (compound.isChild) return matchesAt(compounds, at + 1, path, depth - 1, bounds);
  for (let above = depth - 1; above >= 0; above -= 1)
    if (matchesAt(compounds, at + 1, path, above, bounds)) return true;
  return false;
}

function fits({ name, id, classes, tests }: Compound, element: Element, bounds: Bounds): boolean {
  return (
    (name === "" || name === element.name) &&
    (id === undefined || id === element.attributes.id) &&
    classes.every((one) => element.classes.has(one)) &&
    tests.every((test) => {
      bounds.step();
      return test(element, bounds);
    })
  );
}
