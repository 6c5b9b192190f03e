import type { Bounds } from "./bounds.ts";
import type { Mark } from "../markdown.ts";
import { type FileText, linesOfText, type MarkedLine, written } from "./file-text.ts";
import { Flow } from "./flow.ts";
import { drawnIn, type Embedded, embeddedParts, takeDrawn, withParts, writeComments } from "./office-drawings.ts";
import { type OfficePackage, openPackage, type Relation } from "./office-package.ts";
import { Formula } from "./office-math.ts";
import { PageWriter } from "./page-writer.ts";
import { AutoNumbers } from "./slide-numbers.ts";
import type { XmlEvents } from "./xml.ts";

/**
 * A presentation (ECMA-376, part 1, 19): a slide a page, in the order in which they are shown, with its charts and diagrams, the speaker's notes and
 * the comments. What stands on every slide of a layout is said on the first of them. Its parts are the files within it.
 */
export async function readPptx(bytes: Uint8Array, bounds: Bounds): Promise<FileText> {
  const file = await openPackage(bytes, bounds);
  const main = await file.mainPart();
  const order: string[] = [];
  await file.read(main, {
    open(name, attributes) {
      if (name === "sldId" && attributes["r:id"]) order.push(attributes["r:id"]);
    },
  });
  const targets = new Map((await file.relationsOf(main)).map(({ id, target }) => [id, target]));
  const text = new PageWriter(bounds);
  // A slide is in a show once; a file that names one a thousand times would be unpacked as often.
  const slides = new Set(order.map((id) => targets.get(id)).filter((target) => target !== undefined));
  const within: { embedded: Embedded[]; relations: Relation[] }[] = [];
  const layouts = new Layouts(file, bounds);
  for (const slide of slides) {
    const relations = await file.relationsOf(slide);
    const target = (type: string): string | undefined => relations.find((relation) => relation.type === type)?.target;
    const embedded: Embedded[] = [];
    const shown = new PageWriter(bounds);
    let isHidden = false;
    let showsLayout = true;
    const events = drawingEvents(shown, { drawn: await drawnIn(file, relations, bounds), embedded });
    await file.read(slide, {
      ...events,
      open(name, attributes) {
        if (name === "sld") [isHidden, showsLayout] = [isOff(attributes.show), !isOff(attributes.showMasterSp)];
        events.open?.(name, attributes);
      },
    });
    text.startPage(isHidden ? "(hidden slide)" : undefined);
    for (const { text: line, mark } of linesOfText(written(shown))) text.line(line, mark);
    if (showsLayout) for (const line of await layouts.newTextOf(target("slideLayout"))) text.line(line);
    within.push({ embedded, relations });
    const notes = target("notesSlide");
    if (notes) {
      const spoken = new PageWriter(bounds);
      await file.read(notes, drawingEvents(spoken));
      const said = spoken.pages().join("\n");
      if (said) text.line(`\nNotes:\n${said}`);
    }
    for (const { type, target } of relations)
      if (type === "comments") writeComments(text, await commentsIn(file, target));
  }
  return withParts(written(text), await embeddedParts(file, within));
}

const isOn = (value: string | undefined): boolean => value === "1" || value === "true";
const isOff = (value: string | undefined): boolean => value === "0" || value === "false";

/** What stands on layouts and masters, and shows on each slide that has them. */
class Layouts {
  readonly #file: OfficePackage;
  readonly #bounds: Bounds;
  readonly #read = new Set<string>();
  readonly #said = new Set<string>();

  constructor(file: OfficePackage, bounds: Bounds) {
    this.#file = file;
    this.#bounds = bounds;
  }

  /** The texts of a layout, and of its master, that were not said yet; without those that only show where slides have theirs. */
  async newTextOf(layout: string | undefined): Promise<string[]> {
    if (layout === undefined || this.#read.has(layout)) return [];
    this.#read.add(layout);
    const master = (await this.#file.relationsOf(layout)).find(({ type }) => type === "slideMaster")?.target;
    const texts: string[] = [];
    for (const part of [layout, master]) {
      if (part === undefined || (part === master && this.#read.has(part))) continue;
      this.#read.add(part);
      const pages = new PageWriter(this.#bounds);
      await this.#file.read(part, drawingEvents(pages, { isLayout: true }));
      for (const line of pages.pages().flatMap((page) => page.split("\n")))
        if (line && !this.#said.has(line)) {
          this.#said.add(line);
          texts.push(line);
        }
    }
    return texts;
  }
}

/** What people wrote beside a slide. */
async function commentsIn(file: OfficePackage, part: string): Promise<string[]> {
  const comments: string[] = [];
  let isOpen = false;
  let comment = "";
  await file.read(part, {
    open(name) {
      // Older files have `text` in a comment, newer ones paragraphs of it.
      if (name === "cm" || name === "reply") comment = "";
      else if (name === "text" || name === "t") isOpen = true;
    },
    close(name) {
      if (name === "text" || name === "t") isOpen = false;
      else if (name === "p") comment += " ";
      else if (name === "txBody" || name === "text" || name === "cm" || name === "reply") {
        if (comment.trim()) comments.push(comment);
        comment = "";
      }
    },
    text(piece) {
      if (isOpen) comment += piece;
    },
  });
  return comments;
}

const TITLE: Mark = { kind: "heading", level: 2 };
/** Kinds of places that layouts set as lists. */
const BODY = new Set(["body", "obj", ""]);
const MAX_DEPTH = 8;

type Known = {
  /** What stands in other parts, by the id that names it. */
  drawn?: Map<string, MarkedLine[]>;
  /** Files upon the slide are added to these. */
  embedded?: Embedded[];
  /** Of a layout: places that slides fill are left out. */
  isLayout?: boolean;
};

/** What may be hidden on a slide. */
const SHAPES = new Set(["sp", "grpSp", "graphicFrame", "pic", "cxnSp"]);

/** The text of shapes and tables; the number that each slide shows of itself is left out. */
function drawingEvents(
  pages: PageWriter,
  { drawn = new Map(), embedded = [], isLayout = false }: Known = {},
): XmlEvents {
  const flow = new Flow(pages);
  /** The shapes within each other that are open, and how many of them are not shown. */
  const shapes: { isHidden: boolean }[] = [];
  let hidden = 0;
  const hide = (): void => {
    const shape = shapes.at(-1);
    if (!shape || shape.isHidden) return;
    shape.isHidden = true;
    hidden += 1;
  };
  let inText = false;
  let inNumber = 0;
  const formula = new Formula(pages.bounds);
  const put = (text: string): void => (formula.isOpen ? formula.text(text) : flow.text(text));
  /** What the paragraphs of a shape are, by the place of the layout that it fills. */
  let fills: "title" | "body" | undefined;
  let mark: Mark | undefined;
  let isCovered = false;
  let inProperties = false;
  const numbers = new AutoNumbers();
  return {
    open(name, attributes) {
      if (inNumber > 0 || (name === "fld" && attributes.type === "slidenum") || name === "Fallback") inNumber += 1;
      else if (SHAPES.has(name)) {
        fills = undefined;
        numbers.begin();
        shapes.push({ isHidden: false });
      } else if (name === "cNvPr" && attributes.hidden === "1") hide();
      else if (name === "ph" && isLayout) hide();
      else if (name === "ph")
        fills = /title$/i.test(attributes.type ?? "") ? "title" : BODY.has(attributes.type ?? "") ? "body" : undefined;
      else if (name === "p") {
        flow.openParagraph();
        numbers.openParagraph();
        mark = fills === "title" ? TITLE : fills === "body" ? { kind: "item", depth: 0 } : undefined;
      } else if (name === "pPr") {
        inProperties = true;
        numbers.level = Math.min(Number(attributes.lvl ?? 0) || 0, MAX_DEPTH);
        if (mark?.kind === "item") mark = { kind: "item", depth: numbers.level };
      } else if (name === "buAutoNum" && inProperties) {
        mark ??= { kind: "item", depth: numbers.level };
        numbers.numbered(attributes.type ?? "", Number(attributes.startAt ?? 1) || 1);
      } else if (name === "buNone") mark = undefined;
      else if (name === "buChar" || name === "buAutoNum") mark ??= { kind: "item", depth: 0 };
      else if (name === "t") {
        inText = true;
        formula.opened(name, attributes);
      } else if (name === "br") flow.text("\n");
      else if (name === "tbl") flow.openTable();
      else if (name === "tr") flow.openRow();
      else if (name === "tc") {
        flow.openCell();
        numbers.begin();
        // What was in a cell before it was merged with another stays in the file.
        isCovered = isOn(attributes.hMerge) || isOn(attributes.vMerge);
      } else if (name === "oMathPara" || name === "oMath" || formula.isOpen) formula.opened(name, attributes);
      else if (name === "oleObj" && attributes["r:id"])
        embedded.push({ relation: attributes["r:id"], program: attributes.progId ?? "" });
      else if (hidden === 0) flow.block(takeDrawn(drawn, name, attributes));
    },
    close(name) {
      if (inNumber > 0) inNumber -= 1;
      else if (name === "pPr") inProperties = false;
      else if (name === "p") {
        flow.mark(mark);
        flow.closeParagraph();
      } else if (SHAPES.has(name)) {
        fills = undefined;
        if (shapes.pop()?.isHidden) hidden -= 1;
      } else if (name === "t") inText = false;
      else if (name === "tc") isCovered = false;
      else if (name === "tr") flow.closeRow();
      const whole = inNumber === 0 ? formula.closed() : undefined;
      if (whole && hidden === 0) flow.text(whole);
    },
    text(text) {
      if (!inText || inNumber > 0 || hidden > 0 || isCovered) return;
      const number = numbers.next();
      if (number) flow.text(`${number} `);
      put(text);
    },
  };
}
