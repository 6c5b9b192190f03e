/** How a level of a list is numbered (OpenDocument 1.3, part 3, 16.31). */
export type ListLevel = { format: string; prefix: string; suffix: string; shown: number; start: number; text?: string };

/** What styles say that changes what is read: hidden text, page styles, page breaks, numbers of lists, fonts of signs. */
export class Styles {
  readonly #hidden = new Set<string>();
  readonly pages = new Set<string>();
  readonly #before = new Set<string>();
  readonly #after = new Set<string>();
  readonly #fonts = new Map<string, string>();
  readonly #faces = new Map<string, string>();
  readonly #lists = new Map<string, ListLevel[]>();
  /** The lists that paragraphs of a style are items of; none is "". */
  readonly #listOf = new Map<string, string>();
  #name = "";
  #levels: ListLevel[] | undefined;

  opened(name: string, attributes: Record<string, string>): void {
    if (name === "style") {
      this.#name = attributes["style:name"] ?? "";
      const parent = attributes["style:parent-style-name"] ?? "";
      for (const styles of [this.#hidden, this.#before, this.#after]) if (styles.has(parent)) styles.add(this.#name);
      const page = attributes["style:master-page-name"];
      if (page) {
        this.pages.add(page);
        // Another kind of page begins on a page of its own.
        this.#before.add(this.#name);
      }
      const list = attributes["style:list-style-name"] ?? this.#listOf.get(parent);
      if (list !== undefined) this.#listOf.set(this.#name, list);
      this.#levels = undefined;
    } else if (name === "default-style") this.#name = "";
    else if (name === "text-properties" && this.#name) {
      if (attributes["text:display"] === "none") this.#hidden.add(this.#name);
      const font = attributes["style:font-name"] ?? attributes["fo:font-family"];
      if (font && !this.#levels) this.#fonts.set(this.#name, unquoted(this.#faces.get(font) ?? font));
    } else if (name === "font-face")
      this.#faces.set(attributes["style:name"] ?? "", attributes["svg:font-family"] ?? "");
    else if ((name === "paragraph-properties" || name === "table-properties") && this.#name) {
      set(this.#before, this.#name, attributes["fo:break-before"]);
      set(this.#after, this.#name, attributes["fo:break-after"]);
    } else if (name === "list-style" || name === "outline-style")
      this.#lists.set(name === "outline-style" ? OUTLINE : (attributes["style:name"] ?? ""), (this.#levels = []));
    else if (LEVELS.has(name) && this.#levels) {
      const level = Number(attributes["text:level"]) || 1;
      if (level > 0 && level <= MAX_LEVELS) this.#levels[level - 1] = levelOf(name, attributes);
    }
  }

  /** Whether an element is not shown, by its style or by what it says itself. */
  hides(name: string, attributes: Record<string, string>): boolean {
    if (attributes["text:display"] === "none") return true;
    if (name === "section") return attributes["text:is-hidden"] === "true";
    if (name === "hidden-text" || name === "hidden-paragraph") return attributes["text:is-hidden"] === "true";
    return this.#hidden.has(attributes["text:style-name"] ?? "");
  }

  breaksBefore = (style: string): boolean => this.#before.has(style);
  breaksAfter = (style: string): boolean => this.#after.has(style);
  fontOf = (style: string): string | undefined => this.#fonts.get(style);
  levelsOf = (list: string): ListLevel[] | undefined => this.#lists.get(list);

  /** How headings are numbered that have a style; nothing where that says that they are not. */
  outlineOf(style: string): ListLevel[] | undefined {
    return this.#listOf.get(style) === "" ? undefined : this.#lists.get(OUTLINE);
  }
}

const OUTLINE = "\0outline";
const LEVELS = new Set([
  "list-level-style-number",
  "list-level-style-bullet",
  "list-level-style-image",
  "outline-level-style",
]);
const MAX_LEVELS = 10;
/** More text than this before a paragraph is no number. */
const MAX_TEXT = 100;

function levelOf(name: string, attributes: Record<string, string>): ListLevel {
  const isNumber = name === "list-level-style-number" || name === "outline-level-style";
  const own = attributes["loext:num-list-format"];
  return {
    format: isNumber ? (attributes["style:num-format"] ?? "") : "",
    prefix: (attributes["style:num-prefix"] ?? "").slice(0, MAX_TEXT),
    suffix: (attributes["style:num-suffix"] ?? "").slice(0, MAX_TEXT),
    shown: Math.min(Number(attributes["text:display-levels"]) || 1, MAX_LEVELS),
    start: Number(attributes["text:start-value"] ?? 1) || 0,
    ...(own ? { text: own.slice(0, MAX_TEXT) } : {}),
  };
}

function set(styles: Set<string>, name: string, value: string | undefined): void {
  if (value === "page") styles.add(name);
  else if (value !== undefined) styles.delete(name);
}

const unquoted = (font: string): string => font.replace(/^['"]|['"]$/g, "");
