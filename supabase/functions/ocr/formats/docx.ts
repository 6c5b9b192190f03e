import type { Bounds } from "./bounds.ts";
import { type FileText, written } from "./file-text.ts";
import { Flow } from "./flow.ts";
import { type OfficePackage, openPackage } from "./office-package.ts";
import { PageWriter } from "./page-writer.ts";
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
 * A Word document (ECMA-376, part 1, 17): what the headers say, the text with its tables, the notes, what the footers say.
 * Pages end at page breaks that were set, and at those where Word broke when it saved the file last.
 */
export async function readDocx(bytes: Uint8Array, bounds: Bounds): Promise<FileText> {
  const file = await openPackage(bytes, bounds);
  const main = await file.mainPart();
  const relations = await file.relationsOf(main);
  // Each part once, however often it is named.
  const targets = (type: string): string[] => [
    ...new Set(relations.filter((relation) => relation.type === type).map(({ target }) => target)),
  ];
  const text = new PageWriter(bounds);
  for (const line of await margins(file, targets("header"), bounds)) text.line(line);
  await file.read(main, wordEvents(text, await paragraphStyles(file, targets("styles")[0])));
  for (const notes of [...targets("footnotes"), ...targets("endnotes")]) await file.read(notes, wordEvents(text));
  for (const line of await margins(file, targets("footer"), bounds)) text.line(line);
  return written(text);
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

type ParagraphStyle = { level?: number; isItem?: boolean; basedOn?: string };

/** What paragraphs of a style are, by its id: headings by their level in the outline, or items of a list. */
async function paragraphStyles(file: OfficePackage, part: string | undefined): Promise<Map<string, ParagraphStyle>> {
  const styles = new Map<string, ParagraphStyle>();
  let style: ParagraphStyle = {};
  if (part)
    await file.read(part, {
      open(name, attributes) {
        if (name === "style") styles.set(attributes["w:styleId"] ?? "", (style = {}));
        else if (name === "basedOn") style.basedOn = attributes["w:val"] ?? "";
        else if (name === "outlineLvl" && Number(attributes["w:val"]) < 6)
          style.level = Number(attributes["w:val"]) + 1;
        else if (name === "name" && /^title$/i.test(attributes["w:val"] ?? "")) style.level = 1;
        else if (name === "numPr") style.isItem = true;
      },
    });
  for (const own of styles.values()) {
    let from: ParagraphStyle | undefined = own;
    for (let step = 0; step < MAX_STEPS && from && own.level === undefined; step += 1) {
      from = styles.get(from.basedOn ?? "");
      if (from?.level !== undefined) own.level = from.level;
      own.isItem ??= from?.isItem;
    }
  }
  return styles;
}

/** Styles that a style is based on, one behind the other. */
const MAX_STEPS = 10;
const MAX_DEPTH = 8;

function wordEvents(pages: PageWriter, styles = new Map<string, ParagraphStyle>()): XmlEvents {
  const flow = new Flow(pages);
  let skipped = 0;
  /** How many elements deep the properties of the paragraph are open. */
  let properties = 0;
  let style: ParagraphStyle = {};
  const mark = (): void => {
    const { level, isItem, depth } = style as ParagraphStyle & { depth?: number };
    flow.mark(
      level !== undefined ? { kind: "heading", level } : isItem ? { kind: "item", depth: depth ?? 0 } : undefined,
    );
  };
  let inText = false;
  let hidden = false;
  return {
    open(name, attributes) {
      if (name === "pageBreakBefore" && isOn(attributes)) flow.pageBreak();
      if (name === "pPr" || properties > 0) properties += 1;
      if (properties > 0) {
        const value = attributes["w:val"] ?? "";
        if (name === "pPr") style = {};
        else if (name === "pStyle") style = { ...styles.get(value), ...style };
        else if (name === "outlineLvl" && Number(value) < 6) style = { ...style, level: Number(value) + 1 };
        else if (name === "ilvl") style = Object.assign(style, { depth: Math.min(Number(value) || 0, MAX_DEPTH) });
        else if (name === "numId") style = { ...style, isItem: value !== "0" };
      }
      if (skipped > 0 || SKIPPED.has(name)) {
        skipped += 1;
        return;
      }
      if (name === "p") flow.openParagraph();
      else if (name === "r") hidden = false;
      else if (name === "vanish") hidden = isOn(attributes);
      else if (name === "t") inText = true;
      else if (name === "tbl") flow.openTable();
      else if (name === "tr") flow.openRow();
      else if (name === "tc") flow.openCell();
      else if (name === "tab" || name === "ptab") flow.text("\t");
      else if (name === "noBreakHyphen") flow.text("-");
      else if (name === "lastRenderedPageBreak") flow.pageBreak();
      else if (name === "br" && attributes["w:type"] === "page") flow.pageBreak();
      else if (name === "br" || name === "cr") flow.text("\n");
    },
    close(name) {
      if (properties > 0 && (properties -= 1) === 0) mark();
      if (skipped > 0) {
        skipped -= 1;
        return;
      }
      if (name === "p") flow.closeParagraph();
      else if (name === "t") inText = false;
      else if (name === "tr") flow.closeRow();
    },
    text(text) {
      if (inText && !hidden && skipped === 0) flow.text(text);
    },
  };
}
