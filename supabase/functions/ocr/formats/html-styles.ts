import type { Bounds } from "./bounds.ts";

/** An element that is open, as far as selectors look at it. */
export type Element = { name: string; id: string | undefined; classes: ReadonlySet<string> };

/** What is known of how an element looks. */
export type Look = Partial<Record<Property, string>>;
type Property = "display" | "visibility" | "font-size";
const PROPERTIES: ReadonlySet<string> = new Set<Property>(["display", "visibility", "font-size"]);

/** The look of the last of these elements, each within the one before it, by the sheets of the page and its own style. */
export type LookOf = (path: readonly Element[], style: string) => Look;

type Declaration = { property: Property; value: string; isImportant: boolean };
/** The parts of a selector, from the element outwards; `isChild`: it is right within the next one. */
type Compound = { name: string; id: string | undefined; classes: string[]; isChild: boolean };
/** `weight`: how much it counts against others (Selectors Level 3, 9), then its place. */
type Rule = { compounds: Compound[]; weight: number; declarations: Declaration[] };

/** Sheets, and rules in them, that are looked at: those of a large site have some thousands, of which few hide anything. */
const MAX_SHEETS = 100;
const MAX_RULES = 2_000;
const MAX_COMPOUNDS = 8;
const MAX_NESTING = 10;

/** The declarations of a style that say whether something is seen. */
function declarationsIn(style: string): Declaration[] {
  return style.split(";").flatMap((declaration): Declaration[] => {
    const colon = declaration.indexOf(":");
    const property = declaration.slice(0, colon).trim().toLowerCase();
    if (colon < 0 || !PROPERTIES.has(property)) return [];
    const [value = "", flag] = declaration
      .slice(colon + 1)
      .toLowerCase()
      .split("!");
    // It is one of them, as was just asked.
    return [{ property: property as Property, value: value.trim(), isImportant: flag?.trim() === "important" }];
  });
}

/** The look of elements by their own styles, and by the sheets in the page. `bounds` is called for each comparison. */
export function looksOf(html: string, bounds: Bounds): { lookOf: LookOf; hasSheets: boolean } {
  const rules: Rule[] = [];
  for (const sheet of sheetsOf(html, bounds)) addRules(rules, sheet, bounds);
  const byKey = new Map<string, Rule[]>();
  for (const rule of rules) {
    const key = keyOf(rule.compounds[0]!);
    const its = byKey.get(key);
    if (its) its.push(rule);
    else byKey.set(key, [rule]);
  }
  return {
    hasSheets: rules.length > 0,
    lookOf(path, style) {
      const look: Look = {};
      const held: Partial<Record<Property, number>> = {};
      const take = ({ property, value, isImportant }: Declaration, weight: number): void => {
        const its = weight + (isImportant ? IMPORTANT : 0);
        if (its < (held[property] ?? 0)) return;
        held[property] = its;
        look[property] = value;
      };
      const element = path.at(-1);
      if (byKey.size > 0 && element)
        for (const key of keysOf(element))
          for (const { compounds, weight, declarations } of byKey.get(key) ?? [])
            if (matches(compounds, 0, path, path.length - 1, bounds))
              for (const declaration of declarations) take(declaration, weight);
      if (style) for (const declaration of declarationsIn(style)) take(declaration, OWN_STYLE);
      return look;
    },
  };
}

/** Weights: a rule's place counts least, then elements, classes and ids in its selector, then the element's own style, then "!important". */
const PLACE = 1 / MAX_RULES;
const [CLASS, ID, OWN_STYLE, IMPORTANT] = [100, 10_000, 1_000_000, 10_000_000];

/** By what a rule is found: the most telling part of its last compound. */
const keyOf = ({ name, id, classes }: Compound): string =>
  id !== undefined ? `#${id}` : classes.length > 0 ? `.${classes[0]}` : name;
const keysOf = ({ name, id, classes }: Element): string[] => [
  "",
  name,
  ...(id === undefined ? [] : [`#${id}`]),
  ...Array.from(classes, (one) => `.${one}`),
];

function matches(
  compounds: readonly Compound[],
  at: number,
  path: readonly Element[],
  depth: number,
  bounds: Bounds,
): boolean {
  bounds.step();
  const compound = compounds[at]!;
  const element = path[depth];
  if (!element || !fits(compound, element)) return false;
  if (at === compounds.length - 1) return true;
  if (compound.isChild) return matches(compounds, at + 1, path, depth - 1, bounds);
  for (let above = depth - 1; above >= 0; above -= 1) if (matches(compounds, at + 1, path, above, bounds)) return true;
  return false;
}

const fits = ({ name, id, classes }: Compound, element: Element): boolean =>
  (name === "" || name === element.name) &&
  (id === undefined || id === element.id) &&
  classes.every((one) => element.classes.has(one));

/** The sheets of a page, but for those in comments and scripts, and for other media. */
function sheetsOf(html: string, bounds: Bounds): string[] {
  const sheets: string[] = [];
  const opening = /<!--|<(script|style)\b/gi;
  for (let found = opening.exec(html); found && sheets.length < MAX_SHEETS; found = opening.exec(html)) {
    bounds.step();
    // It is one of the two, by the pattern.
    const name = found[1]?.toLowerCase() as keyof typeof CLOSING | undefined;
    const end = name === undefined ? html.indexOf("-->", found.index) : endOf(html, name, found.index);
    if (end < 0) break;
    opening.lastIndex = end;
    if (name !== "style") continue;
    const begin = html.indexOf(">", found.index) + 1;
    if (begin === 0 || begin > end) continue;
    const media = /\bmedia\s{0,9}=\s{0,9}["']?([^"'>]{0,200})/i.exec(html.slice(found.index, begin))?.[1] ?? "";
    if (isForScreens(media)) sheets.push(html.slice(begin, end));
  }
  return sheets;
}

const CLOSING = { script: /<\/script/gi, style: /<\/style/gi };

function endOf(html: string, name: keyof typeof CLOSING, from: number): number {
  const closing = CLOSING[name];
  closing.lastIndex = from;
  return closing.exec(html)?.index ?? -1;
}

/** Whether a rule counts on a screen of whatever size. */
const isForScreens = (media: string): boolean =>
  media.trim() === "" || media.split(",").some((one) => /^(?:only\s+)?(?:all|screen)$/i.test(one.trim()));

/** Adds the rules of a sheet that say whether something is seen, but for those whose selectors ask for more than names, classes and ids. */
function addRules(rules: Rule[], sheet: string, bounds: Bounds): void {
  const open: ("group" | "passed")[] = [];
  let head = "";
  let body: { selectors: string } | null = null;
  for (const [piece] of withoutComments(sheet).matchAll(/"[^"\n]*"|'[^'\n]*'|[{};]|[^"'{};]+|["']/g)) {
    bounds.step();
    if (piece === "{") {
      if (body) break; // rules within rules
      if (open.length > MAX_NESTING) break;
      if (open.at(-1) === "passed") open.push("passed");
      else if (head.trim().startsWith("@")) open.push(isGroup(head.trim()) ? "group" : "passed");
      else body = { selectors: head };
      head = "";
    } else if (piece === "}") {
      if (body) add(body.selectors, head);
      else open.pop();
      body = null;
      head = "";
    } else if (piece === ";" && !body) head = "";
    else head += piece;
  }

  function add(selectors: string, style: string): void {
    const declarations = declarationsIn(style);
    if (declarations.length === 0) return;
    for (const selector of selectors.split(",")) {
      const compounds = compoundsOf(selector);
      if (!compounds || rules.length >= MAX_RULES) continue;
      const weight = compounds.reduce(
        (sum, { name, id, classes }) =>
          sum + Number(name !== "") + CLASS * classes.length + ID * Number(id !== undefined),
        rules.length * PLACE,
      );
      rules.push({ compounds, weight, declarations });
    }
  }
}

/** Whether the rules within count: "@media screen". */
function isGroup(head: string): boolean {
  const [, kind = "", rest = ""] = /^@([\w-]+)([^]*)$/.exec(head) ?? [];
  return kind.toLowerCase() === "media" ? isForScreens(rest) : ["layer", "supports"].includes(kind.toLowerCase());
}

function withoutComments(sheet: string): string {
  let text = "";
  for (let at = 0; at >= 0 && at < sheet.length; ) {
    const begin = sheet.indexOf("/*", at);
    text += sheet.slice(at, begin < 0 ? undefined : begin);
    const end = begin < 0 ? -1 : sheet.indexOf("*/", begin + 2);
    at = end < 0 ? -1 : end + 2;
  }
  // Of when sheets were kept from programs that did not know them
  return text.replace(/<!--|-->/g, " ");
}

/** Null where a selector asks for more than names, classes and ids. */
function compoundsOf(selector: string): Compound[] | null {
  const pieces = selector.replaceAll(">", " > ").trim().split(/\s+/);
  const compounds: Compound[] = [];
  let isChild = false;
  for (const piece of pieces) {
    if (piece === ">") {
      if (isChild || compounds.length === 0) return null;
      isChild = true;
      continue;
    }
    const [, name = "", rest = ""] = /^([a-z][\w-]*|\*)?((?:[.#][\w-]+)*)$/i.exec(piece) ?? [];
    if (piece === "" || (name === "" && rest === "") || compounds.length >= MAX_COMPOUNDS) return null;
    const parts = rest.match(/[.#][\w-]+/g) ?? [];
    compounds.unshift({
      name: name === "*" ? "" : name.toLowerCase(),
      id: parts.find((part) => part[0] === "#")?.slice(1),
      classes: parts.filter((part) => part[0] === ".").map((part) => part.slice(1)),
      isChild,
    });
    isChild = false;
  }
  return isChild ? null : compounds;
}

/** Whether text of an element is seen, by what it takes over from the one around it and by its own look. */
export type Seen = { isVisible: boolean; hasSize: boolean };

export function seenIn({ visibility, "font-size": size }: Look, around: Seen): Seen {
  return {
    isVisible: visibility === undefined || visibility === "inherit" ? around.isVisible : visibility === "visible",
    hasSize: size === undefined ? around.hasSize : sizeOf(size, around.hasSize),
  };
}

/** "0px" has none; "2em" has one where that of which it is a part has one. */
function sizeOf(size: string, around: boolean): boolean {
  if (/^[+-]?0{0,20}\.?0{0,20}(?:[a-z]{1,5}|%)?$/.test(size) && /\d/.test(size)) return false;
  return /^(?:inherit|larger|smaller|[\d.+-]{1,20}(?:em|%))$/.test(size) ? around : true;
}
