import { type Handler, Parser } from "htmlparser2";
import { type Bounds, depthGuard } from "./bounds.ts";
import { decodeText } from "./charset.ts";
import { FIRST_ROW, type Mark, ROW } from "../markdown.ts";
import { type FileText, type MarkedLine, written } from "./file-text.ts";
import { OpenElements } from "./html-selectors.ts";
import { type Layout, layoutOf, type Look, type Looks, looksOf, placeIn, type Seen, seenIn } from "./html-styles.ts";
import { MathMl } from "./math-ml.ts";
import { PageWriter } from "./page-writer.ts";
import { singleSpaced } from "./white-space.ts";
import { attributeSteps, boundedParser, PIECE_STEPS, wholeText } from "./xml.ts";

/** What shows no text of its own, or text that is no part of the document. */
const SKIPPED = new Set([
  "script",
  "style",
  "template",
  "noscript",
  "defs",
  "desc",
  "metadata",
  "clippath",
  "mask",
  "annotation",
  "annotation-xml",
  "canvas",
  "iframe",
  "object",
  "embed",
  "audio",
  "video",
  "datalist",
  "title",
]);
const BLOCKS = new Set([
  "address",
  "article",
  "aside",
  "blockquote",
  "body",
  "caption",
  "center",
  "dd",
  "details",
  "dialog",
  "div",
  "dl",
  "dt",
  "fieldset",
  "figcaption",
  "figure",
  "footer",
  "form",
  "h1",
  "h2",
  "h3",
  "h4",
  "h5",
  "h6",
  "header",
  "hr",
  "html",
  "legend",
  "li",
  "main",
  "nav",
  "ol",
  "p",
  "pre",
  "section",
  "summary",
  "table",
  "tbody",
  // A label of a picture (SVG)
  "text",
  "textarea",
  "tfoot",
  "thead",
  "tr",
  "ul",
]);
/** Blocks with an empty line around them. */
const APART = new Set(["p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "table", "ul", "ol", "pre", "figure"]);
/** Their levels. */
const HEADINGS = new Map([1, 2, 3, 4, 5, 6].map((level) => [`h${level}`, level]));
/** What an element costs with its place among others, which style sheets may ask for. */
const ELEMENT_STEPS = 8;

/** A web page or a mail's HTML: what a reader sees of it. */
export async function readHtml(bytes: Uint8Array, bounds: Bounds): Promise<FileText> {
  const pages = new PageWriter(bounds);
  for (const { text, mark } of htmlLines(await decodeText(bytes, declaredCharset(bytes)), bounds))
    pages.line(text, mark);
  return written(pages);
}

/** Where HTML names its charset: in the first 1,024 bytes (HTML Standard, 13.2.3.2). One that says UTF-16 there cannot be that. */
export function declaredCharset(bytes: Uint8Array): string | undefined {
  const metas = new TextDecoder("latin1").decode(bytes.subarray(0, 1024)).match(/<meta[^<>]+/gi) ?? [];
  const charset = metas.map((meta) => /charset\s*=\s*(?:["']\s*)?([\w-]+)/i.exec(meta)?.[1]).find(Boolean);
  return charset && /^utf-?16/i.test(charset) ? "utf-8" : charset;
}

/**
 * The text that HTML shows: scripts, styles and hidden elements left out, a block on lines of its own, a table row on one line, its
 * cells two spaces apart. Nothing of it is run or fetched.
 *
 * @throws PipelineError broken_file where elements are nested beyond all reason
 */
export const htmlText = (html: string, bounds: Bounds): string =>
  htmlLines(html, bounds)
    .map(({ text }) => text)
    .join("\n")
    .trim();

/** A choice of a form, while it is open: the options that are shown, and the first, which is where none is chosen. */
type Choice = {
  chosen: string[];
  first: string | undefined;
  isChosen: boolean;
  option: string | undefined;
  shows: number;
};

/** The lines of what HTML shows, and what each is. @throws as `htmlText` */
export const htmlLines = (html: string, bounds: Bounds): MarkedLine[] => linesWithin(html, bounds, MAX_FRAMES);

/** `frames`: how many pages within each other are still read. */
function linesWithin(html: string, bounds: Bounds, frames: number): MarkedLine[] {
  const looks = looksOf(html, bounds);
  const lines = linesOf(html, bounds, frames, looks);
  // A page whose sheets hide all of it is shown by its scripts.
  return looks.hasSheets && !saysAnything(lines) ? linesOf(html, bounds, frames, looksOf("", bounds)) : lines;
}

/** Pages in frames of a page that hold their text themselves, within each other. */
const MAX_FRAMES = 3;

const saysAnything = (lines: readonly MarkedLine[]): boolean => lines.some(({ text }) => /[\p{L}\p{N}]/u.test(text));

function linesOf(html: string, bounds: Bounds, frames: number, { hasSheets, lookOf }: Looks): MarkedLine[] {
  const lines: MarkedLine[] = [];
  /** The elements that are open, where sheets ask for them. */
  const elements = hasSheets ? new OpenElements() : undefined;
  /** Whether the text of each that is open is seen. */
  const seen: Seen[] = [];
  /** How each that is open stands among others, and how it lays out those in it. */
  const boxes: { place: "block" | "cell" | "inline"; layout: Layout }[] = [];
  const isSeen = ({ isVisible, hasSize }: Seen = ALL_SEEN): boolean => isVisible && hasSize;
  const rows: { cells: string[]; columns: number[]; next: number }[] = [];
  /** Cells that reach into the rows below: how many rows are left of each, by column. */
  const taken = new Map<number, number>();
  let heading: number | undefined;
  /** The lists within each other that are open; `next`: the number of the next item, where they are numbered. */
  const lists: { next: number | undefined }[] = [];
  let choice: Choice | undefined;
  let isItem = false;
  let begins = true;
  let line = "";
  /** What the open item begins with. */
  let sign = "";
  // Kept apart: to ask a text that grows how it ends costs as much as it is long.
  let spaced = true;
  /** Whether what follows stands in the next cell of a line. */
  let isNextCell = false;
  let hidden = 0;
  let preformatted = 0;
  const depth = depthGuard();
  const progress = {
    events: 0,
    get depth() {
      return depth.depth;
    },
  };

  const endLine = (): void => {
    const ended = line.trimEnd();
    // The item's text stands in a block of its own.
    if (isItem && ended === sign) return;
    line = "";
    spaced = true;
    isNextCell = false;
    if (ended === "") return;
    const row = rows.at(-1);
    if (!row) {
      const depth = Math.min(Math.max(lists.length, 1), MAX_DEPTH) - 1;
      lines.push({ text: ended, mark: heading !== undefined ? HEADING[heading] : isItem ? ITEM[depth] : undefined });
      isItem = false;
    } else {
      const cell = row.cells.pop();
      row.cells.push(cell ? `${cell} ${ended.trim()}` : ended.trim());
    }
  };
  const endRow = (): void => {
    const row = rows.pop();
    if (!row) return;
    const cells: string[] = [];
    const columns: number[] = [];
    for (const [at, cell] of row.cells.entries()) {
      if (!cell) continue;
      cells.push(cell);
      columns.push(row.columns[at] ?? at);
    }
    line = cells.join(BETWEEN_CELLS);
    if (rows.length > 0 || line === "") return endLine();
    lines.push({ text: line, mark: markOfRow(cells, columns, begins) });
    begins = false;
    line = "";
    spaced = true;
  };
  const gap = (): void => {
    if (rows.length === 0 && lines.length > 0 && lines.at(-1)!.text !== "") lines.push(GAP);
  };

  /** Lines of a page within the page. */
  const block = (inner: readonly MarkedLine[]): void => {
    endLine();
    for (const one of inner) {
      if (rows.length === 0) lines.push(one);
      else {
        line = one.text;
        endLine();
      }
    }
  };
  const beginCell = (): void => {
    if (isNextCell && line !== "") line += spaced ? " " : BETWEEN_CELLS;
    spaced ||= isNextCell;
    isNextCell = false;
  };
  /** A word of its own within the line. */
  const put = (word: string): void => {
    if (word === "" || !isSeen(seen.at(-1))) return;
    beginCell();
    line += spaced || line === "" ? `${word} ` : ` ${word} `;
    spaced = true;
  };
  const text = wholeText((whole) => {
    if (choice) {
      if (choice.option !== undefined) choice.option += whole;
      return;
    }
    if (preformatted > 0) {
      let from = 0;
      for (let to = whole.indexOf("\n"); to >= 0; to = whole.indexOf("\n", from)) {
        bounds.step(PREFORMATTED_LINE_STEPS);
        line += whole.slice(from, to);
        endLine();
        from = to + 1;
      }
      line += from === 0 ? whole : whole.slice(from);
      return;
    }
    const flat = singleSpaced(whole.replace(/[\u200b\ufeff]+/g, ""));
    if (isNextCell && flat !== " " && flat !== "") beginCell();
    const added = spaced || isNextCell ? flat.trimStart() : flat;
    if (added === "") return;
    line += added;
    spaced = added.endsWith(" ");
  });

  const math = new MathMl(bounds);
  const steps = attributeSteps(bounds);
  const events: Partial<Handler> = {
    onattribute: (_, value) => steps.attribute(value),
    onopentag(name, attributes) {
      const { hidden: isHidden, style = "", colspan, rowspan, srcdoc } = attributes;
      const { type, value, checked, selected, size, start } = attributes;
      text.end();
      progress.events += 1;
      bounds.step(ELEMENT_STEPS);
      steps.element();
      depth.opened();
      if (hidden > 0) {
        hidden += 1;
        return;
      }
      elements?.begin(name);
      if ((SKIPPED.has(name) && srcdoc === undefined) || isHidden !== undefined) {
        hidden += 1;
        return;
      }
      elements?.push(name, attributes);
      const look: Look = lookOf(elements?.path ?? [], style);
      if (look.display === "none" || SKIPPED.has(name)) {
        elements?.pop();
        hidden += 1;
        if (look.display !== "none" && name === "iframe" && srcdoc && frames > 0)
          block(linesWithin(srcdoc, bounds, frames - 1));
        return;
      }
      math.opened(name);
      seen.push(seenIn(look, seen.at(-1) ?? ALL_SEEN));
      const around = boxes.at(-1);
      const place = placeIn(look, around?.layout ?? null) ?? (BLOCKS.has(name) ? "block" : "inline");
      boxes.push({ place, layout: layoutOf(look) });
      if (name === "br" || place === "block") endLine();
      if (place === "cell") isNextCell = true;
      if (APART.has(name) && place === "block") gap();
      if (HEADINGS.has(name)) heading = HEADINGS.get(name);
      else if (name === "ul" || name === "ol") lists.push({ next: name === "ol" ? (numberOf(start) ?? 1) : undefined });
      else if (name === "table" && rows.length === 0) {
        begins = true;
        taken.clear();
      }
      if (name === "li" && place !== "block") isNextCell = true;
      else if (name === "li") {
        const list = lists.at(-1);
        if (list?.next !== undefined) list.next = numberOf(value) ?? list.next;
        sign = list?.next === undefined ? "-" : `${list.next++}.`;
        line = `${sign} `;
        isItem = rows.length === 0;
      } else if (name === "pre" || name === "textarea") preformatted += 1;
      else if (name === "input") put(shownOf(type, value, checked !== undefined));
      else if (name === "select")
        choice = { chosen: [], first: undefined, isChosen: false, option: undefined, shows: numberOf(size) ?? 1 };
      else if (name === "option" && choice) {
        endOption(choice);
        choice.option = "";
        choice.isChosen = selected !== undefined;
      } else if (name === "tr") rows.push({ cells: [], columns: [], next: 0 });
      else if (name === "td" || name === "th") {
        endLine();
        const row = rows.at(-1);
        if (!row) return;
        // Columns that a cell of a row above reaches into are taken.
        while ((taken.get(row.next) ?? 0) > 0) {
          bounds.step();
          taken.set(row.next, taken.get(row.next)! - 1);
          row.next += 1;
        }
        row.cells.push("");
        row.columns.push(row.next);
        if (rows.length > 1) return;
        const width = spanOf(colspan);
        if (spanOf(rowspan) > 1) {
          bounds.step(width);
          for (let column = row.next; column < row.next + width; column += 1) taken.set(column, spanOf(rowspan) - 1);
        }
        row.next += width;
      }
    },
    onclosetag(name) {
      text.end();
      progress.events += 1;
      depth.closed();
      if (hidden > 0) {
        hidden -= 1;
        return;
      }
      elements?.pop();
      seen.pop();
      const place = boxes.pop()?.place;
      const formula = math.closed();
      if (formula) {
        text.add(formula);
        text.end();
      }
      if (place === "block" || name === "td" || name === "th") endLine();
      else if (place === "cell" || name === "li") isNextCell = true;
      if ((name === "pre" || name === "textarea") && preformatted > 0) preformatted -= 1;
      else if (name === "option" && choice) endOption(choice);
      else if (name === "select" && choice) {
        endOption(choice);
        const { chosen, first = "", shows } = choice;
        choice = undefined;
        put((chosen.length > 0 || shows > 1 ? chosen : [first]).join(", "));
      }
      if (name === "tr") endRow();
      if (HEADINGS.has(name)) heading = undefined;
      else if (name === "ul" || name === "ol") lists.pop();
      if (APART.has(name) && place === "block") gap();
    },
    ontext(piece) {
      progress.events += 1;
      bounds.step(PIECE_STEPS);
      if (hidden > 0 || !isSeen(seen.at(-1))) return;
      if (math.isOpen) math.text(piece);
      else text.add(piece);
    },
    onend: () => text.end(),
  };
  // In XML an element ends where it says so: "<script/>" holds nothing.
  const parser = new Parser(events, { recognizeSelfClosing: /^\s{0,99}<\?xml\s/.test(html.slice(0, 200)) });
  const feed = boundedParser(parser, bounds, progress);
  feed.write(html);
  feed.end();
  endLine();
  return lines;
}

/** A line costs its memory too: all lines of a page are kept until its end. */
const PREFORMATTED_LINE_STEPS = 4;
const GAP: MarkedLine = { text: "" };
const BETWEEN_CELLS = "  ";

/** Most rows have all of their cells, which the line tells, and share their mark. */
function markOfRow(cells: string[], columns: number[], begins: boolean): Mark {
  const isFull = columns.at(-1) === columns.length - 1;
  if (isFull && !cells.some((cell) => cell.includes(BETWEEN_CELLS))) return begins ? FIRST_ROW : ROW;
  return { kind: "row", cells, columns, ...(begins ? { begins } : {}) };
}

const ALL_SEEN: Seen = { isVisible: true, hasSize: true };
const MAX_DEPTH = 8;
/** Marks by their levels: a page may have hundreds of thousands of each, which share them. */
const HEADING: readonly Mark[] = Array.from({ length: 7 }, (_, level) => ({ kind: "heading", level }));
const ITEM: readonly Mark[] = Array.from({ length: MAX_DEPTH }, (_, depth) => ({ kind: "item", depth }));
/** Over how many columns or rows a cell reaches, within reason. */
const spanOf = (value: string | undefined): number =>
  Math.min(Math.max(Math.trunc(Number(value ?? 1)) || 1, 1), MAX_SPAN);
const MAX_SPAN = 100;

/** What a field of a form shows. */
function shownOf(type = "text", value = "", isOn: boolean): string {
  const kind = type.trim().toLowerCase();
  if (kind === "checkbox" || kind === "radio") return isOn ? "[x]" : "";
  return UNSEEN_FIELDS.has(kind) ? "" : singleSpaced(value).trim();
}

const UNSEEN_FIELDS = new Set(["hidden", "password", "file", "image", "range", "color"]);

function endOption(choice: Choice): void {
  const { option } = choice;
  if (option === undefined) return;
  choice.option = undefined;
  const text = singleSpaced(option).trim();
  choice.first ??= text;
  if (choice.isChosen) choice.chosen.push(text);
}

/** A whole number of up to nine digits. */
const numberOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^\s{0,9}-?\d{1,9}\s{0,9}$/.test(text) ? Number(text) : undefined;
