import type { Bounds } from "./bounds.ts";
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
export async function readDocx(bytes: Uint8Array, bounds: Bounds): Promise<{ pages: string[] }> {
  const file = await openPackage(bytes, bounds);
  const main = await file.mainPart();
  const relations = await file.relationsOf(main);
  // Each part once, however often it is named.
  const targets = (type: string): string[] => [
    ...new Set(relations.filter((relation) => relation.type === type).map(({ target }) => target)),
  ];
  const text = new PageWriter(bounds);
  for (const line of await margins(file, targets("header"), bounds)) text.line(line);
  await file.read(main, wordEvents(text));
  for (const notes of [...targets("footnotes"), ...targets("endnotes")]) await file.read(notes, wordEvents(text));
  for (const line of await margins(file, targets("footer"), bounds)) text.line(line);
  return { pages: text.pages() };
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

function wordEvents(pages: PageWriter): XmlEvents {
  const flow = new Flow(pages);
  let skipped = 0;
  let inText = false;
  let hidden = false;
  return {
    open(name, attributes) {
      if (name === "pageBreakBefore" && isOn(attributes)) flow.pageBreak();
      if (skipped > 0 || SKIPPED.has(name)) {
        skipped += 1;
        return;
      }
      if (name === "p") flow.openParagraph();
      else if (name === "r") hidden = false;
      else if (name === "vanish") hidden = isOn(attributes);
      else if (name === "t") inText = true;
      else if (name === "tr") flow.openRow();
      else if (name === "tc") flow.openCell();
      else if (name === "tab" || name === "ptab") flow.text("\t");
      else if (name === "noBreakHyphen") flow.text("-");
      else if (name === "lastRenderedPageBreak") flow.pageBreak();
      else if (name === "br" && attributes["w:type"] === "page") flow.pageBreak();
      else if (name === "br" || name === "cr") flow.text("\n");
    },
    close(name) {
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
