import type { PDFContext, PDFDict, PDFObject } from "@cantoo/pdf-lib";
import { openObjects } from "./objects.ts";
import { OBJECTS_UNPACKED_BYTES, unpacksToLittle } from "./unpacked-size.ts";

/** The notes of a page (from 1) that hang on layers that are switched off: by their places in its list, from 0, and by their objects ("6R"). */
export type HiddenNotes = (page: number) => { places: ReadonlySet<number>; ids: ReadonlySet<string> };

const NONE: HiddenNotes = () => ({ places: new Set(), ids: new Set() });
/** Notes of a page, and layers of a group, that are looked at. */
const MAX_ITEMS = 2_000;
const MAX_NESTING = 10;

/**
 * Which notes are hidden (PDF 32000-1, 8.11): PDFium draws them all, and no call of it gives the layer of a note. So a library that shows a file's
 * objects is asked, for files that unpack to little; of others all notes count as shown.
 */
export async function hiddenNotes(bytes: Uint8Array, password: string | undefined): Promise<HiddenNotes> {
  if (!(await unpacksToLittle(bytes, { isKnown: true, most: OBJECTS_UNPACKED_BYTES }))) return NONE;
  const { PDFArray, PDFDict, PDFName, PDFRef } = await import("@cantoo/pdf-lib");
  try {
    const file = await openObjects(bytes, password);
    const { context, catalog } = file;
    const isOff = offLayers(context, catalog);
    return (page) => {
      const [places, ids] = [new Set<number>(), new Set<string>()];
      if (page > file.getPageCount()) return { places, ids };
      const notes = file.getPage(page - 1).node.Annots();
      for (let at = 0; notes && at < Math.min(notes.size(), MAX_ITEMS); at += 1) {
        const object = notes.get(at);
        const note = context.lookup(object);
        if (!(note instanceof PDFDict) || !isOff(note.get(PDFName.of("OC")))) continue;
        places.add(at);
        if (object instanceof PDFRef) ids.add(`${object.objectNumber}R${object.generationNumber || ""}`);
      }
      return { places, ids };
    };
  } catch {
    return NONE;
  }

  /** Whether a layer, or what is shown with several of them, is off. */
  function offLayers(context: PDFContext, catalog: PDFDict): (layer: PDFObject | undefined) => boolean {
    const entry = (dict: PDFDict, key: string): PDFObject | undefined => dict.get(PDFName.of(key));
    const dictIn = (dict: PDFDict | undefined, key: string): PDFDict | undefined => {
      const value = dict && context.lookup(entry(dict, key));
      return value instanceof PDFDict ? value : undefined;
    };
    const listIn = (dict: PDFDict | undefined, key: string): PDFObject[] => {
      const value = dict && context.lookup(entry(dict, key));
      return value instanceof PDFArray ? value.asArray().slice(0, MAX_ITEMS) : [];
    };
    const nameIn = (dict: PDFDict | undefined, key: string): string => {
      const value = dict && context.lookup(entry(dict, key));
      return value instanceof PDFName ? value.decodeText() : "";
    };
    const settings = dictIn(dictIn(catalog, "OCProperties"), "D");
    const tags = (key: string): Set<string> => new Set(listIn(settings, key).map((layer) => layer.toString()));
    const [on, off] = [tags("ON"), tags("OFF")];
    const isOffAtFirst = nameIn(settings, "BaseState") === "OFF";
    const isShown = (layer: PDFObject): boolean =>
      isOffAtFirst ? on.has(layer.toString()) : !off.has(layer.toString());

    function shows(layer: PDFObject | undefined): boolean {
      const dict = layer && context.lookup(layer);
      if (!layer || !(dict instanceof PDFDict)) return true;
      if (nameIn(dict, "Type") !== "OCMD") return isShown(layer);
      const expression = listIn(dict, "VE");
      if (expression.length > 0) return holds(expression, 0);
      const only = entry(dict, "OCGs");
      const layers =
        only instanceof PDFRef && !(context.lookup(only) instanceof PDFArray) ? [only] : listIn(dict, "OCGs");
      if (layers.length === 0) return true;
      const policy = nameIn(dict, "P");
      if (policy === "AllOn") return layers.every(isShown);
      if (policy === "AnyOff") return !layers.every(isShown);
      return policy === "AllOff" ? !layers.some(isShown) : layers.some(isShown);
    }
    function holds(expression: PDFObject[], depth: number): boolean {
      const [operator, ...rest] = expression;
      const name = operator instanceof PDFName ? operator.decodeText() : "";
      const value = (item: PDFObject): boolean => {
        const inner = context.lookup(item);
        return inner instanceof PDFArray && depth < MAX_NESTING
          ? holds(inner.asArray().slice(0, MAX_ITEMS), depth + 1)
          : isShown(item);
      };
      if (name === "Not") return rest[0] === undefined || !value(rest[0]);
      return name === "Or" ? rest.some(value) : rest.every(value);
    }
    return (layer) => !shows(layer);
  }
}
