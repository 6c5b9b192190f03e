import type { Bounds } from "./bounds.ts";
import { type FileText, type MarkedLine, written } from "./file-text.ts";
import { Flow } from "./flow.ts";
import { drawnIn, type Embedded, embeddedParts, takeDrawn, withParts, writeComments } from "./office-drawings.ts";
import { type OfficePackage, openPackage } from "./office-package.ts";
import { PageWriter } from "./page-writer.ts";
import { Formula } from "./office-math.ts";
import { onOneLine } from "./white-space.ts";
import { chunksIn } from "./word-chunks.ts";
import { Fields, FormField } from "./word-fields.ts";
import { Numbering } from "./word-numbering.ts";
import { Section } from "./word-sections.ts";
import { signOf, signsOf } from "./word-signs.ts";
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
 * footers say. Pages end at page breaks and sections, and where Word broke when it saved the file last. Its parts are the files within it.
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
  for (const line of await margins(file, targets("header"), bounds)) text.head(line);
  const drawn = await drawnIn(file, relations, bounds);
  for (const [id, lines] of await chunksIn(file, relations, bounds, depth)) drawn.set(id, lines);
  const embedded: Embedded[] = [];
  const { paragraphs, hidden } = await stylesOf(file, targets("styles")[0]);
  const numbering = await Numbering.read(file, targets("numbering")[0]);
  await file.read(main, wordEvents(text, { styles: paragraphs, hiddenStyles: hidden, numbering, drawn, embedded }));
  for (const notes of [...targets("footnotes"), ...targets("endnotes")])
    await file.read(notes, wordEvents(text, { hiddenStyles: hidden }));
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
      events.close?.(name);
      if (name === "comment") comments.push(text.pages().join(" "));
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

type ParagraphStyle = {
  level?: number;
  isItem?: boolean;
  basedOn?: string;
  list?: string;
  depth?: number;
  isHidden?: boolean;
};

/** What paragraphs of a style are, by its id: headings by their level in the outline, or items of a list. And the styles of hidden text. */
async function stylesOf(
  file: OfficePackage,
  part: string | undefined,
): Promise<{ paragraphs: Map<string, ParagraphStyle>; hidden: Set<string> }> {
  const styles = new Map<string, ParagraphStyle>();
  const hidden = new Set<string>();
  let style: ParagraphStyle = {};
  if (part)
    await file.read(part, {
      open(name, attributes) {
        if (name === "style") styles.set(attributes["w:styleId"] ?? "", (style = {}));
        else if (name === "vanish") style.isHidden = isOn(attributes);
        else if (name === "basedOn") style.basedOn = attributes["w:val"] ?? "";
        else if (name === "outlineLvl" && Number(attributes["w:val"]) < 6)
          style.level = Number(attributes["w:val"]) + 1;
        else if (name === "name" && /^title$/i.test(attributes["w:val"] ?? "")) style.level = 1;
        else if (name === "numPr") style.isItem = true;
        else if (name === "numId") style.list = attributes["w:val"] ?? "";
        else if (name === "ilvl") style.depth = depthOf(attributes["w:val"]);
      },
    });
  for (const [id, own] of styles) {
    let from: ParagraphStyle | undefined = own;
    for (let step = 0; step < MAX_STEPS && from; step += 1) {
      from = styles.get(from.basedOn ?? "");
      if (!from) break;
      if (from.level !== undefined) own.level ??= from.level;
      if (from.isItem !== undefined) own.isItem ??= from.isItem;
      if (from.list !== undefined) own.list ??= from.list;
      if (from.depth !== undefined) own.depth ??= from.depth;
      if (from.isHidden !== undefined) own.isHidden ??= from.isHidden;
    }
    if (own.isHidden) hidden.add(id);
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

/** What holds paragraphs of a part. */
const ROOTS = new Set(["body", "hdr", "ftr", "footnote", "endnote", "comment", "footnotes", "endnotes"]);

const NO_STYLES: ReadonlyMap<string, ParagraphStyle> = new Map();

function wordEvents(
  pages: PageWriter,
  { styles = NO_STYLES, hiddenStyles = new Set(), numbering, drawn = new Map(), embedded = [] }: Known = {},
): XmlEvents {
  const flow = new Flow(pages);
  const field = new FormField();
  const fields = new Fields();
  const formula = new Formula(pages.bounds);
  let inInstructions = false;
  let skipped = 0;
  /** How many elements deep the properties of the paragraph are open, and where in them those begin that it had before a change. */
  let properties = 0;
  let formerly = 0;
  let style: ParagraphStyle = {};
  /** Whether the paragraph begins one, and whether its mark shows where it ends: that may be deleted, or hidden. */
  let begins = true;
  let ends = true;
  /** Whether each row that is open was deleted. */
  const rows: boolean[] = [];
  let inRowProperties = false;
  const mark = (): void => {
    if (!begins) return;
    const { level, isItem, depth = 0, list } = style;
    flow.mark(level !== undefined ? { kind: "heading", level } : isItem ? { kind: "item", depth } : undefined);
    count = list === undefined ? undefined : () => numbering?.next(list, depth) ?? "";
  };
  /** Counts the number of the paragraph once its first text comes: a page break may stand before it, or all of it was deleted. */
  let count: (() => string) | undefined;
  const put = (text: string): void => {
    const number = count?.();
    count = undefined;
    if (number) flow.text(`${number} `);
    if (formula.isOpen) formula.text(text);
    else if (!fields.takes(text)) flow.text(text);
  };
  const section = new Section(pages);
  let inText = false;
  /** Of the paragraph, and of the run of text in it. */
  let isHidden = false;
  let hidden = false;
  let font = "";
  return {
    open(name, attributes) {
      if (name === "pageBreakBefore" && isOn(attributes)) flow.pageBreak();
      section.opened(name, attributes);
      if (name === "pPr" || properties > 0) properties += 1;
      if (name === "pPrChange" && formerly === 0) formerly = properties;
      if (properties > 0 && formerly === 0) {
        const value = attributes["w:val"] ?? "";
        if (name === "pPr") [style, isHidden] = [{}, false];
        else if (name === "pStyle") [style, isHidden] = [{ ...styles.get(value), ...style }, hiddenStyles.has(value)];
        else if (name === "outlineLvl" && Number(value) < 6) style = { ...style, level: Number(value) + 1 };
        else if (name === "ilvl") style = { ...style, depth: depthOf(value) };
        else if (name === "numId") style = { ...style, isItem: value !== "0", list: value };
        else if (name === "del" || name === "moveFrom" || (name === "vanish" && isOn(attributes))) ends = false;
      }
      if (name === "trPr") inRowProperties = true;
      else if (name === "del" && inRowProperties && rows.length > 0) rows[rows.length - 1] = true;
      if (name === "gridSpan" && skipped === 1) flow.widenCell(Number(attributes["w:val"]) || 1);
      else if (name === "cellDel" && skipped === 1) flow.dropCell();
      if (name === "instrText") inInstructions = skipped === 0;
      if (skipped > 0 || SKIPPED.has(name)) {
        skipped += 1;
        return;
      }
      if (name === "ffData" || field.isOpen) return field.opened(name, attributes);
      formula.opened(name, attributes);
      if (name === "p") {
        isHidden = false;
        if (count) put("");
        begins = flow.openParagraph();
        ends = true;
      } else if (name === "r") [hidden, font] = [isHidden, ""];
      else if (name === "rFonts") font = attributes["w:ascii"] ?? "";
      else if (name === "fldChar") fields.marked(attributes);
      else if (name === "vanish") hidden = isOn(attributes);
      else if (name === "rStyle" && hiddenStyles.has(attributes["w:val"] ?? "")) hidden = true;
      else if (name === "t") inText = true;
      else if (name === "tbl") flow.openTable();
      else if (name === "tr") {
        rows.push(false);
        flow.openRow();
      } else if (name === "tc") flow.openCell();
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
      if (name === "trPr") inRowProperties = false;
      if (properties > 0 && properties === formerly) formerly = 0;
      if (properties > 0 && (properties -= 1) === 0) mark();
      section.closed();
      if (name === "instrText") inInstructions = false;
      if (skipped > 0) {
        skipped -= 1;
        return;
      }
      if (field.isOpen) {
        if (name === "ffData") put(field.closed());
        return;
      }
      const whole = formula.closed();
      if (whole) put(whole);
      if (name === "fldChar") {
        const shown = fields.passed();
        if (shown && !hidden) put(shown);
      } else if (name === "p") {
        if (count && ends) put("");
        count = undefined;
        flow.text(fields.endParagraph());
        if (ends) flow.closeParagraph();
        else flow.holdParagraph();
        ends = true;
        section.endParagraph();
      } else if (name === "t") inText = false;
      else if (name === "tc" || name === "txbxContent" || ROOTS.has(name)) flow.closePlace();
      else if (name === "tr") {
        if (rows.pop()) flow.dropRow();
        else flow.closeRow();
      }
    },
    text(text) {
      if (inInstructions) fields.instructions(text);
      if (inText && !hidden && skipped === 0) put(signsOf(font, onOneLine(text)));
    },
  };
}
