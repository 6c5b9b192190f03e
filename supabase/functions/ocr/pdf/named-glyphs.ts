import type { PDFDict, PDFObject } from "@cantoo/pdf-lib";
import { textOfName } from "./glyph-names.ts";
import { openObjects } from "./objects.ts";
import { hasObjectsWith } from "./unpacked-size.ts";

/**
 * What the codes of fonts stand for by the names of their glyphs: by the name of the font, then by the code, or by the place for private use that the
 * name has in the Adobe Glyph List ("oneoldstyle"). "" where it is not known.
 */
export type NamedGlyphs = ReadonlyMap<string, ReadonlyMap<number, string>>;

const NONE: NamedGlyphs = new Map();
/** What is looked at in a file: its fonts, their glyphs, and its forms. */
const MAX_LOOKED_AT = 500_000;
const MAX_NESTING = 10;

/**
 * The named glyphs of a page (from 1). PDFium knows no names of more than one character, and none in a Type 3 font, and no call of it gives a name. So a
 * library that shows a file's objects is asked, where these unpack to little. A code that two fonts of a name name differently stands for nothing.
 */
export async function namedGlyphs(
  bytes: Uint8Array,
  password: string | undefined,
): Promise<(page: number) => NamedGlyphs> {
  if (!(await hasObjectsWith(bytes, "/Differences"))) return () => NONE;
  const { PDFArray, PDFDict, PDFName, PDFNumber, PDFRawStream } = await import("@cantoo/pdf-lib");
  try {
    const file = await openObjects(bytes, password);
    const list = (await import("./pdfjs.mjs")).glyphList();
    const get = (dict: PDFDict, key: string): PDFObject | undefined => file.context.lookup(dict.get(PDFName.of(key)));
    const dictIn = (dict: PDFDict, key: string): PDFDict | undefined => {
      const value = get(dict, key);
      return value instanceof PDFDict ? value : undefined;
    };
    let left = MAX_LOOKED_AT;
    function* entriesOf(dict: PDFDict | undefined): Generator<PDFObject | undefined> {
      for (const value of dict?.values() ?? []) {
        left -= 1;
        if (left > 0) yield file.context.lookup(value);
      }
    }
    const known = new Map<PDFDict, Map<number, string>>();
    function textsOf(font: PDFDict): Map<number, string> {
      const texts = known.get(font) ?? new Map<number, string>();
      if (known.has(font)) return texts;
      known.set(font, texts);
      const encoding = get(font, "Encoding");
      const differences = encoding instanceof PDFDict ? get(encoding, "Differences") : undefined;
      if (!(differences instanceof PDFArray) || differences.size() > left) return texts;
      left -= differences.size();
      // Of other fonts, PDFium knows names of one character.
      const isType3 = get(font, "Subtype") === PDFName.of("Type3");
      let code = 0;
      for (const item of differences.asArray()) {
        const value = file.context.lookup(item);
        if (value instanceof PDFNumber) code = value.asNumber();
        else if (value instanceof PDFName) {
          const name = value.decodeText();
          const text = textOfName(name, list) ?? "";
          if (code <= 0xff && (isType3 || Array.from(text).length !== 1)) texts.set(code, text);
          // As PDFium has it, for private use
          if (Object.hasOwn(list, name) && list[name]! > 0xff) texts.set(list[name]!, text);
          code += 1;
        }
      }
      return texts;
    }
    return (page) => {
      if (page > file.getPageCount()) return NONE;
      const named = new Map<string, Map<number, string>>();
      const seen = new Set<PDFDict>();
      const add = (font: PDFDict): void => {
        const base = get(font, "BaseFont");
        const name = base instanceof PDFName ? base.decodeText() : "";
        const all = named.get(name) ?? new Map<number, string>();
        named.set(name, all);
        for (const [code, text] of textsOf(font)) all.set(code, (all.get(code) ?? text) === text ? text : "");
      };
      const visit = (resources: PDFDict | undefined, depth: number): void => {
        if (!resources || seen.has(resources) || depth > MAX_NESTING) return;
        seen.add(resources);
        for (const font of entriesOf(dictIn(resources, "Font"))) {
          if (!(font instanceof PDFDict) || seen.has(font)) continue;
          seen.add(font);
          add(font);
          visit(dictIn(font, "Resources"), depth + 1);
        }
        for (const form of entriesOf(dictIn(resources, "XObject")))
          if (form instanceof PDFRawStream) visit(dictIn(form.dict, "Resources"), depth + 1);
      };
      visit(file.getPage(page - 1).node.Resources(), 0);
      return named;
    };
  } catch {
    return () => NONE;
  }
}
