import type { PDFDict, PDFObject } from "@cantoo/pdf-lib";
import { openObjects } from "./objects.ts";
import { OBJECTS_UNPACKED_BYTES, unpacksToLittle } from "./unpacked-size.ts";

/** The boxes of a page (from 1) that are checked by the value of the field above them: their places in its list of notes, from 0. */
export type CheckedBoxes = (page: number) => ReadonlySet<number>;

const MAX_NOTES = 2_000;
const MAX_PARENTS = 20;

/**
 * Which boxes are checked that have no state of their own (PDF 32000-1, 12.7.4.2.3): PDFium goes by their state alone, so a library that shows a file's
 * objects is asked, for files that unpack to little; of others none counts as checked.
 */
export async function checkedBoxes(bytes: Uint8Array, password: string | undefined): Promise<CheckedBoxes> {
  const none: CheckedBoxes = () => new Set();
  if (!(await unpacksToLittle(bytes, { isKnown: true, most: OBJECTS_UNPACKED_BYTES }))) return none;
  const { PDFArray, PDFDict, PDFHexString, PDFName, PDFString } = await import("@cantoo/pdf-lib");
  try {
    const file = await openObjects(bytes, password);
    const get = (dict: PDFDict, key: string): PDFObject | undefined => file.context.lookup(dict.get(PDFName.of(key)));
    function isChecked(box: PDFDict): boolean {
      let field: PDFObject | undefined = box;
      let value: PDFObject | undefined;
      let kids = 1;
      for (let depth = 0; field instanceof PDFDict && !value && depth < MAX_PARENTS; depth += 1) {
        const its = get(field, "Kids");
        if (its instanceof PDFArray) kids = its.size();
        value = get(field, "V");
        field = get(field, "Parent");
      }
      const text =
        value instanceof PDFName || value instanceof PDFString || value instanceof PDFHexString
          ? value.decodeText()
          : "Off";
      if (text === "" || text === "Off") return false;
      const looks = get(box, "AP");
      const normal = looks instanceof PDFDict ? get(looks, "N") : undefined;
      const states = normal instanceof PDFDict ? normal.keys().map((key) => key.decodeText()) : [];
      // A box that does not say what its state is called is the only one that can be meant.
      return states.some((state) => state !== "Off") ? states.includes(text) : kids === 1;
    }
    return (page) => {
      const notes = page > file.getPageCount() ? undefined : file.getPage(page - 1).node.Annots();
      const checked = new Set<number>();
      for (let at = 0; notes && at < Math.min(notes.size(), MAX_NOTES); at += 1) {
        const note = notes.lookup(at);
        if (note instanceof PDFDict && isChecked(note)) checked.add(at);
      }
      return checked;
    };
  } catch {
    return none;
  }
}
