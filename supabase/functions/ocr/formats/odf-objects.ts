import { singleSpaced } from "./white-space.ts";
import type { Bounds } from "./bounds.ts";
import { linesOfText, type MarkedLine, written } from "./file-text.ts";
import { Flow } from "./flow.ts";
import { MathMl } from "./math-ml.ts";
import type { OfficePackage } from "./office-package.ts";
import { PageWriter } from "./page-writer.ts";
import type { XmlEvents } from "./xml.ts";

/** Where the parts of an OpenDocument file stand that are documents in it, such as "Object 1". */
const OBJECT = /^([^/]{1,200})\/content\.xml$/;
/** Objects that are read: a document of nothing else has some hundreds. */
const MAX_OBJECTS = 2_000;

/** What stands in the objects of a file (charts, formulas, tables), by the folder of each. */
export async function objectsIn(file: OfficePackage, bounds: Bounds): Promise<Map<string, MarkedLine[]>> {
  const objects = new Map<string, MarkedLine[]>();
  for (const name of file.names()) {
    const folder = OBJECT.exec(name)?.[1];
    if (folder === undefined || objects.size >= MAX_OBJECTS) continue;
    const text = new PageWriter(bounds);
    await file.read(name, objectEvents(text));
    objects.set(
      folder,
      linesOfText(written(text)).filter(({ text }) => text !== ""),
    );
  }
  return objects;
}

/** Takes what an element shows of an object, so that it is written once. */
export function takeObject(objects: Map<string, MarkedLine[]>, attributes: Record<string, string>): MarkedLine[] {
  const folder = (attributes["xlink:href"] ?? "").replace(/^\.\//, "");
  const lines = objects.get(folder) ?? [];
  objects.delete(folder);
  return lines;
}

const SKIPPED = new Set(["automatic-styles", "styles", "annotation", "annotation-xml", "font-face-decls", "scripts"]);

/** Titles and figures of a chart, the signs of a formula, the cells of a table. */
function objectEvents(pages: PageWriter): XmlEvents {
  const flow = new Flow(pages);
  let skipped = 0;
  let paragraphs = 0;
  const math = new MathMl(pages.bounds);
  return {
    open(name) {
      if (skipped > 0 || SKIPPED.has(name)) {
        skipped += 1;
        return;
      }
      const isWithin = math.isOpen;
      math.opened(name);
      if (isWithin) return;
      if (name === "p" || name === "h" || name === "math") {
        paragraphs += 1;
        flow.openParagraph();
      } else if (name === "table") flow.openTable();
      else if (name === "table-row") flow.openRow();
      else if (name === "table-cell") flow.openCell();
    },
    close(name) {
      if (skipped > 0) {
        skipped -= 1;
        return;
      }
      const formula = math.closed();
      if (formula) flow.text(formula);
      if (math.isOpen) return;
      if (name === "p" || name === "h" || name === "math") {
        paragraphs -= 1;
        flow.closeParagraph();
      } else if (name === "table-row") flow.closeRow();
    },
    text(text) {
      if (skipped > 0 || paragraphs === 0) return;
      const flat = singleSpaced(text);
      if (math.isOpen) math.text(flat);
      else if (flat !== " ") flow.text(flat);
    },
  };
}
