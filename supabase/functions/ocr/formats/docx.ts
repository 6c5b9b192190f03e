import type { Bounds } from "./bounds.ts";
import { type FileText, type MarkedLine, written } from "./file-text.ts";
import { Flow } from "./flow.ts";
import { drawnIn, type Embedded, embeddedParts, takeDrawn, withParts, writeComments } from "./office-drawings.ts";
import { type OfficePackage, openPackage } from "./office-package.ts";
import { PageWriter } from "./page-writer.ts";
import { chunksIn } from "./word-chunks.ts";
import { Numbering } from "./word-numbering.ts";
import { signOf } from "./word-signs.ts";
import { isOn, type XmlEvents } from "./xml.ts";

/** What is no text of the document: properties, field codes, what was deleted, the second form of a text box, furigana. */
const SKIPPED = new Set([
  "pPr",
  "tblPr",
  "trPr",
  "tcPr",
  "sectPr",
  "instrText",
  "delText",
  "del",
  "moveFrom",
  "Fallback",
  "rt",
]);

/**
 * A Word document (ECMA-376, part 1, 17): what the headers say, the text with its tables, charts and diagrams, the notes, the comments, what the
 * footers say. Pages end at page breaks that were set, and at those where Word broke when it saved the file last. Its parts are the files within it.
 */
export const readDocx = (bytes: Uint8Array, bounds: Bounds): Promise<FileText> => readDocxWithin(bytes, bounds, 0);

/** `depth`: within how many documents it stands. */
export async function readDocxWithin(bytes: Uint8Array, bounds: Bounds, depth: number): Promise<FileText> {
  const file = await openPackage(bytes, bounds);
  const main = await file.mainPart();
  const relations = await file.relationsOf(main);
  // Each part once, however often it is named.
  const targets = (type: string): string[] => [
    ...new Set(relations.filter((relation) => relation.type === type).map(({ target }) => target)),
  ];
  const text = new PageWriter(bounds);
  for (const line of await margins(file, targets("header"), bounds)) text.line(line);
  const drawn = await drawnIn(file, relations, bounds);
  for (const [id, lines] of await chunksIn(file, relations, bounds, depth)) drawn.set(id, lines);
  const embedded: Embedded[] = [];
  const { paragraphs, hidden } = await stylesOf(file, targets("styles")[0]);
  const numbering = await Numbering.read(file, targets("numbering")[0]);
  await file.read(main, wordEvents(text, { styles: paragraphs, hiddenStyles: hidden, numbering, drawn, embedded }));
  for (const notes of [...targets("footnotes"), ...targets("endnotes")]) await file.read(notes, wordEvents(text));
  for (const comments of targets("comments")) writeComments(text, await commentsIn(file, comments, bounds));
  for (const line of await margins(file, targets("footer"), bounds)) text.line(line);
  return withParts(written(text), await embeddedParts(file, [{ embedded, relations }]));
}

/** What was said beside the text, in its order. */
async function commentsIn(file: OfficePackage, part: string, bounds: Bounds): Promise<string[]> {
  const comments: string[] = [];
  let text = new PageWriter(bounds);
  let events = wordEvents(text);
  await file.read(part, {
    open(name, attributes) {
      if (name === "comment") {
        bounds.step(READER_STEPS);
        text = new PageWriter(bounds);
        events = wordEvents(text);
      } else events.open?.(name, attributes);
    },
    close(name) {
      if (name === "comment") comments.push(text.pages().join(" "));
      else events.close?.(name);
    },
    text: (piece) => events.text?.(piece),
  });
  return comments;
}

/** Headers or footers, each text once: there is one for first, even and other pages of each section. */
async function margins(file: OfficePackage, names: string[], bounds: Bounds): Promise<string[]> {
  const texts = new Set<string>();
  for (const name of names) {
    const text = new PageWriter(bounds);
    await file.read(name, wordEvents(text));
    texts.add(text.pages().join("\n"));
  }
  return [...texts].filter(Boolean);
}

type ParagraphStyle = { level?: number; isItem?: boolean; basedOn?: string; list?: string; depth?: number };

/** What paragraphs of a style are, by its id: headings by their level in the outline, or items of a list. And the styles of hidden text. */
async function stylesOf(
  file: OfficePackage,
  part: string | undefined,
): Promise<{ paragraphs: Map<string, ParagraphStyle>; hidden: Set<string> }> {
  const styles = new Map<string, ParagraphStyle>();
  const hidden = new Set<string>();
  let style: ParagraphStyle = {};
  let id = "";
  if (part)
    await file.read(part, {
      open(name, attributes) {
        if (name === "style") styles.set((id = attributes["w:styleId"] ?? ""), (style = {}));
        else if (name === "vanish" && id && isOn(attributes)) hidden.add(id);
        else if (name === "basedOn") style.basedOn = attributes["w:val"] ?? "";
        else if (name === "outlineLvl" && Number(attributes["w:val"]) < 6)
          style.level = Number(attributes["w:val"]) + 1;
        else if (name === "name" && /^title$/i.test(attributes["w:val"] ?? "")) style.level = 1;
        else if (name === "numPr") style.isItem = true;
        else if (name === "numId") style.list = attributes["w:val"] ?? "";
        else if (name === "ilvl") style.depth = depthOf(attributes["w:val"]);
      },
    });
  for (const own of styles.values()) {
    let from: ParagraphStyle | undefined = own;
    for (let step = 0; step < MAX_STEPS && from && (own.level === undefined || own.list === undefined); step += 1) {
      from = styles.get(from.basedOn ?? "");
      if (!from) break;
      if (from.level !== undefined) own.level ??= from.level;
      if (from.isItem !== undefined) own.isItem ??= from.isItem;
      if (from.list !== undefined) own.list ??= from.list;
      if (from.depth !== undefined) own.depth ??= from.depth;
    }
  }
  return { paragraphs: styles, hidden };
}

/** Styles that a style is based on, one behind the other. */
const MAX_STEPS = 10;
const MAX_DEPTH = 8;
/** What it costs to begin a text of its own. */
const READER_STEPS = 10;
const depthOf = (level: string | undefined): number => Math.max(0, Math.min(Number(level) || 0, MAX_DEPTH));

type Known = {
  styles?: ReadonlyMap<string, ParagraphStyle>;
  hiddenStyles?: ReadonlySet<string>;
  numbering?: Numbering | undefined;
  /** What stands in other parts, by the id that names it. */
  drawn?: Map<string, MarkedLine[]>;
  /** Files within the text are added to these. */
  embedded?: Embedded[];
};

const NO_STYLES: ReadonlyMap<string, ParagraphStyle> = new Map();

function wordEvents(
  pages: PageWriter,
  { styles = NO_STYLES, hiddenStyles = new Set(), numbering, drawn = new Map(), embedded = [] }: Known = {},
): XmlEvents {
  const flow = new Flow(pages);
  const field = new FormField();
  let skipped = 0;
  /** How many elements deep the properties of the paragraph are open, and where in them those begin that it had before a change. */
  let properties = 0;
  let formerly = 0;
  let style: ParagraphStyle = {};
  const mark = (): void => {
    const { level, isItem, depth = 0, list } = style;
    flow.mark(level !== undefined ? { kind: "heading", level } : isItem ? { kind: "item", depth } : undefined);
    number = list === undefined ? "" : (numbering?.next(list, depth) ?? "");
  };
  /** The number of the paragraph, until its first text comes: a page break may stand before it. */
  let number = "";
  const put = (text: string): void => {
    if (number) flow.text(`${number} `);
    number = "";
    flow.text(text);
  };
  let inText = false;
  /** Of the paragraph, and of the run of text in it. */
  let isHidden = false;
  let hidden = false;
  return {
    open(name, attributes) {
      if (name === "pageBreakBefore" && isOn(attributes)) flow.pageBreak();
      if (name === "pPr" || properties > 0) properties += 1;
      if (name === "pPrChange" && formerly === 0) formerly = properties;
      if (properties > 0 && formerly === 0) {
        const value = attributes["w:val"] ?? "";
        if (name === "pPr") [style, isHidden] = [{}, false];
        else if (name === "pStyle") [style, isHidden] = [{ ...styles.get(value), ...style }, hiddenStyles.has(value)];
        else if (name === "outlineLvl" && Number(value) < 6) style = { ...style, level: Number(value) + 1 };
        else if (name === "ilvl") style = { ...style, depth: depthOf(value) };
        else if (name === "numId") style = { ...style, isItem: value !== "0", list: value };
      }
      if (skipped > 0 || SKIPPED.has(name)) {
        skipped += 1;
        return;
      }
      if (name === "ffData" || field.isOpen) return field.opened(name, attributes);
      if (name === "p") {
        isHidden = false;
        if (number) put("");
        flow.openParagraph();
      } else if (name === "r") hidden = isHidden;
      else if (name === "vanish") hidden = isOn(attributes);
      else if (name === "rStyle" && hiddenStyles.has(attributes["w:val"] ?? "")) hidden = true;
      else if (name === "t") inText = true;
      else if (name === "tbl") flow.openTable();
      else if (name === "tr") flow.openRow();
      else if (name === "tc") flow.openCell();
      else if (name === "tab" || name === "ptab") put("\t");
      else if (name === "noBreakHyphen") put("-");
      else if (name === "lastRenderedPageBreak") flow.pageBreak();
      else if (name === "br" && attributes["w:type"] === "page") flow.pageBreak();
      else if (name === "br" || name === "cr") put("\n");
      else if (name === "sym" && !hidden) put(signOf(attributes["w:font"] ?? "", attributes["w:char"] ?? ""));
      // A watermark, or WordArt.
      else if (name === "textpath" && attributes.string) put(attributes.string);
      else if (name === "chart" || name === "relIds" || name === "altChunk")
        flow.block(takeDrawn(drawn, name, attributes));
      else if (name === "OLEObject" && attributes["r:id"])
        embedded.push({ relation: attributes["r:id"], program: attributes.ProgID ?? "" });
    },
    close(name) {
      if (properties > 0 && properties === formerly) formerly = 0;
      if (properties > 0 && (properties -= 1) === 0) mark();
      if (skipped > 0) {
        skipped -= 1;
        return;
      }
      if (field.isOpen) {
        if (name === "ffData") put(field.closed());
        return;
      }
      if (name === "p") {
        if (number) put("");
        flow.closeParagraph();
      } else if (name === "t") inText = false;
      else if (name === "tr") flow.closeRow();
    },
    text(text) {
      if (inText && !hidden && skipped === 0) put(text);
    },
  };
}

/** A field of a form as Word had them before content controls (ECMA-376, part 1, 17.16.17): a box or a choice, whose state stands in its settings. */
class FormField {
  isOpen = false;
  #kind: "box" | "choice" | undefined;
  #isOn = false;
  #chosen: number | undefined;
  #default = 0;
  #choices: string[] = [];

  opened(name: string, attributes: Record<string, string>): void {
    const value = attributes["w:val"] ?? "";
    if (name === "ffData") {
      this.isOpen = true;
      this.#kind = undefined;
      [this.#isOn, this.#chosen, this.#default, this.#choices] = [false, undefined, 0, []];
    } else if (name === "checkBox") this.#kind = "box";
    else if (name === "ddList") this.#kind = "choice";
    else if (name === "checked" || (name === "default" && this.#kind === "box")) this.#isOn = isOn(attributes);
    else if (name === "result") this.#chosen = Number(value) || 0;
    else if (name === "default") this.#default = Number(value) || 0;
    else if (name === "listEntry") this.#choices.push(value);
  }

  /** What it shows; what was typed into a text field stands in the text. */
  closed(): string {
    this.isOpen = false;
    if (this.#kind === "box") return this.#isOn ? "[x]" : "[ ]";
    return this.#kind === "choice" ? (this.#choices[this.#chosen ?? this.#default] ?? "") : "";
  }
}
