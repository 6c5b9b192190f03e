import type { Bounds } from "./bounds.ts";
import { type Element, keyOf, keysOf, matches, type Selector, selectorOf, selectorsIn } from "./html-selectors.ts";

/** What is known of how an element looks. */
export type Look = Partial<Record<Property, string>>;
/** What hides an element, and what says where it stands. */
const [HIDING, PLACING] = [
  ["display", "visibility", "font-size"],
  ["position", "float", "flex-direction", "flex-wrap", "flex-flow"],
] as const;
type Property = (typeof HIDING | typeof PLACING)[number];
const PROPERTIES: ReadonlySet<string> = new Set<Property>([...HIDING, ...PLACING]);
const IS_PLACING: ReadonlySet<string> = new Set<Property>(PLACING);

/** How elements look. */
export type Looks = {
  /** Whether the page has sheets that hide or show anything; without them, no look depends on what an element is and where it stands. */
  hasSheets: boolean;
  /** The look of the last of these elements, each within the one before it, by the sheets of the page and its own style. */
  lookOf(path: readonly Element[], style: string): Look;
};

const NO_LOOK: Look = {};

type Declaration = { property: Property; value: string; isImportant: boolean };
/** `weight`: that of its selector, then its place. */
type Rule = { selector: Selector; weight: number; declarations: Declaration[] };

/** Sheets, and rules in them, that are looked at: those of a large site have some thousands, of which few hide anything. */
const MAX_SHEETS = 100;
const MAX_RULES = 2_000;
/** Of these, such as only say where something stands. */
const MAX_PLACING_RULES = 1_000;
const MAX_NESTING = 10;

/** The declarations of a style that say whether something is seen, and where. */
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
export function looksOf(html: string, bounds: Bounds): Looks {
  const rules: Rule[] = [];
  for (const sheet of sheetsOf(html, bounds)) addRules(rules, sheet, bounds);
  const byKey = new Map<string, Rule[]>();
  for (const rule of rules) {
    const key = keyOf(rule.selector);
    const its = byKey.get(key);
    if (its) its.push(rule);
    else byKey.set(key, [rule]);
  }
  return {
    hasSheets: rules.length > 0,
    lookOf(path, style) {
      if (!style && byKey.size === 0) return NO_LOOK;
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
          for (const { selector, weight, declarations } of byKey.get(key) ?? [])
            if (matches(selector, path, bounds)) for (const declaration of declarations) take(declaration, weight);
      if (style) for (const declaration of declarationsIn(style)) take(declaration, OWN_STYLE);
      return look;
    },
  };
}

/** Weights: a rule's place counts least, then elements, classes and ids in its selector, then the element's own style, then "!important". */
const PLACE = 1 / MAX_RULES;
const [OWN_STYLE, IMPORTANT] = [1_000_000, 10_000_000];

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

/** Adds the rules of a sheet that say whether something is seen, and where. */
function addRules(rules: Rule[], sheet: string, bounds: Bounds): void {
  let placing = rules.filter(isPlacing).length;
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
    for (const one of selectorsIn(selectors)) {
      const selector = selectorOf(one);
      // What may be hidden, and may be not, is read.
      const its = selector?.isSure ? declarations : declarations.filter(shows);
      if (!selector || its.length === 0 || rules.length >= MAX_RULES) continue;
      const rule = { selector, weight: selector.weight + rules.length * PLACE, declarations: its };
      if (isPlacing(rule) && (placing += 1) > MAX_PLACING_RULES) continue;
      rules.push(rule);
    }
  }
}

const isPlacing = ({ declarations }: Pick<Rule, "declarations">): boolean =>
  declarations.every(({ property, value }) => IS_PLACING.has(property) || (property === "display" && value !== "none"));

const shows = ({ property, value }: Declaration): boolean =>
  IS_PLACING.has(property) || property === "display"
    ? value !== "none"
    : property === "visibility"
      ? value === "visible"
      : sizeOf(value, false) || !/^[\d.+-]/.test(value);

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

/** Whether text of an element is seen, by what it takes over from the one around it and by its own look. */
export type Seen = { isVisible: boolean; hasSize: boolean };

export function seenIn({ visibility, "font-size": size }: Look, around: Seen): Seen {
  if (visibility === undefined && size === undefined) return around;
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

/**
 * How an element stands among the others: on lines of its own, beside them as the cells of a row do, or within the line; null
 * where its name tells. `within`: how the element around it lays out its own.
 */
export function placeIn(look: Look, within: Layout): "block" | "cell" | "inline" | null {
  const { display, position = "", float = "" } = look;
  if (within === "row" || display === "table-cell") return "cell";
  if (within === "lines" || (display !== undefined && OWN_LINES.has(display))) return "block";
  if (/^(?:absolute|fixed)$/.test(position) || /^(?:left|right|inline-)/.test(float)) return "cell";
  return display === "inline" || display === "contents" ? "inline" : null;
}

const OWN_LINES: ReadonlySet<string> = new Set(
  "block flow-root list-item flex grid table table-row table-caption table-row-group table-header-group table-footer-group".split(
    " ",
  ),
);

/** How an element lays out those in it: side by side, each on lines of its own, or as text. */
export type Layout = "row" | "lines" | null;

export function layoutOf({ display, ...look }: Look): Layout {
  if (display === "grid" || display === "inline-grid") return "lines";
  if (display !== "flex" && display !== "inline-flex") return null;
  // What may go on in another line is no row.
  const flow = [look["flex-direction"], look["flex-wrap"], look["flex-flow"]].join(" ");
  return /column|(?<!no)wrap/.test(flow) ? "lines" : "row";
}
