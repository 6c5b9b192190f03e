import type { Bounds } from "./bounds.ts";
import type { Mark } from "../markdown.ts";
import { type FileText, written } from "./file-text.ts";
import { Flow } from "./flow.ts";
import { openPackage } from "./office-package.ts";
import { PageWriter } from "./page-writer.ts";
import type { XmlEvents } from "./xml.ts";

/** A presentation (ECMA-376, part 1, 19): a slide a page, in the order in which they are shown, with the speaker's notes. */
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
  for (const slide of slides) {
    text.startPage();
    await file.read(slide, drawingEvents(text));
    const notes = (await file.relationsOf(slide)).find(({ type }) => type === "notesSlide")?.target;
    if (!notes) continue;
    const spoken = new PageWriter(bounds);
    await file.read(notes, drawingEvents(spoken));
    const said = spoken.pages().join("\n");
    if (said) text.line(`\nNotes:\n${said}`);
  }
  return written(text);
}

const TITLE: Mark = { kind: "heading", level: 2 };
/** Kinds of places that layouts set as lists. */
const BODY = new Set(["body", "obj", ""]);
const MAX_DEPTH = 8;

/** The text of shapes and tables; the number that each slide shows of itself is left out. */
function drawingEvents(pages: PageWriter): XmlEvents {
  const flow = new Flow(pages);
  let inText = false;
  let inNumber = 0;
  /** What the paragraphs of a shape are, by the place of the layout that it fills. */
  let fills: "title" | "body" | undefined;
  let mark: Mark | undefined;
  return {
    open(name, attributes) {
      if (inNumber > 0 || (name === "fld" && attributes.type === "slidenum") || name === "Fallback") inNumber += 1;
      else if (name === "sp") fills = undefined;
      else if (name === "ph")
        fills = /title$/i.test(attributes.type ?? "") ? "title" : BODY.has(attributes.type ?? "") ? "body" : undefined;
      else if (name === "p") {
        flow.openParagraph();
        mark = fills === "title" ? TITLE : fills === "body" ? { kind: "item", depth: 0 } : undefined;
      } else if (name === "pPr" && mark?.kind === "item")
        mark = { kind: "item", depth: Math.min(Number(attributes.lvl ?? 0) || 0, MAX_DEPTH) };
      else if (name === "buNone") mark = undefined;
      else if (name === "buChar" || name === "buAutoNum") mark ??= { kind: "item", depth: 0 };
      else if (name === "t") inText = true;
      else if (name === "br") flow.text("\n");
      else if (name === "tbl") flow.openTable();
      else if (name === "tr") flow.openRow();
      else if (name === "tc") flow.openCell();
    },
    close(name) {
      if (inNumber > 0) inNumber -= 1;
      else if (name === "p") {
        flow.mark(mark);
        flow.closeParagraph();
      } else if (name === "sp") fills = undefined;
      else if (name === "t") inText = false;
      else if (name === "tr") flow.closeRow();
    },
    text(text) {
      if (inText && inNumber === 0) flow.text(text);
    },
  };
}
