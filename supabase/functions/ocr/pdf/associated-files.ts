import type { PDFDict, PDFObject } from "@cantoo/pdf-lib";
import type { Attachment } from "./attachments.ts";
import { openObjects } from "./objects.ts";
import { hasObjectsWith, unpacksToLittle } from "./unpacked-size.ts";

/** Objects and files that are looked at. */
const MAX_LOOKED_AT = 200_000;
const MAX_FILES = 200;
const MAX_TREE_DEPTH = 50;

/**
 * The files that hang on parts of a PDF (associated files, PDF 2.0, 14.13): on the whole, a page, a picture, a note. PDFium knows only those that are also in
 * the list of the document, or notes of their own; the others are given here. Of a file that unpacks to much, none.
 */
export async function associatedFiles(bytes: Uint8Array, password: string | undefined): Promise<Attachment[]> {
  if (!(await hasObjectsWith(bytes, "/AF")) || !(await unpacksToLittle(bytes, { isKnown: true }))) return [];
  const { decodePDFRawStream, PDFArray, PDFDict, PDFHexString, PDFName, PDFRawStream, PDFRef, PDFString } =
    await import("@cantoo/pdf-lib");
  try {
    const { context, catalog } = await openObjects(bytes, password);
    const get = (dict: PDFDict, key: string): PDFObject | undefined => context.lookup(dict.get(PDFName.of(key)));
    const dictIn = (dict: PDFDict | undefined, key: string): PDFDict | undefined => {
      const value = dict && get(dict, key);
      return value instanceof PDFDict ? value : undefined;
    };
    const items = (value: PDFObject | undefined): PDFObject[] =>
      value instanceof PDFArray ? value.asArray().slice(0, MAX_LOOKED_AT) : [];
    /** Where the bytes of a file are. */
    const streamOf = (spec: PDFObject | undefined): PDFObject | undefined => {
      const files = spec instanceof PDFDict ? dictIn(spec, "EF") : undefined;
      return files?.get(PDFName.of("UF")) ?? files?.get(PDFName.of("F"));
    };
    const known = new Set<string>();
    const know = (spec: PDFObject | undefined): void => void known.add(String(streamOf(spec)));
    // A list whose parts name one another would be walked once for each way through them.
    const walked = new Set<PDFDict>();
    function knowAll(node: PDFDict | undefined, depth: number): void {
      if (!node || depth > MAX_TREE_DEPTH || walked.has(node)) return;
      walked.add(node);
      const names = items(get(node, "Names"));
      for (let at = 1; at < names.length; at += 2) know(context.lookup(names[at]));
      for (const kid of items(get(node, "Kids"))) {
        const inner = context.lookup(kid);
        if (inner instanceof PDFDict) knowAll(inner, depth + 1);
      }
    }
    knowAll(dictIn(dictIn(catalog, "Names"), "EmbeddedFiles"), 0);
    const specs: PDFObject[] = [];
    const look = (dict: PDFDict): void => {
      if (get(dict, "Subtype") === PDFName.of("FileAttachment")) know(get(dict, "FS"));
      const hanging = get(dict, "AF");
      specs.push(...(hanging instanceof PDFDict ? [hanging] : items(hanging)));
      for (const note of items(get(dict, "Annots"))) if (note instanceof PDFDict) look(note);
    };
    for (const [, object] of context.enumerateIndirectObjects().slice(0, MAX_LOOKED_AT)) {
      if (object instanceof PDFDict) look(object);
      else if (object instanceof PDFRawStream) look(object.dict);
    }
    const found: Attachment[] = [];
    for (const object of specs) {
      const spec = context.lookup(object);
      const reference = streamOf(spec);
      const stream = reference && context.lookup(reference);
      if (!(spec instanceof PDFDict) || !(stream instanceof PDFRawStream)) continue;
      if (!(reference instanceof PDFRef) || known.has(String(reference)) || found.length > MAX_FILES) continue;
      known.add(String(reference));
      const name = get(spec, "UF") ?? get(spec, "F");
      found.push({
        name:
          name instanceof PDFString || name instanceof PDFHexString
            ? name.decodeText()
            : `associated-file-${found.length + 1}`,
        bytes: decodePDFRawStream(stream).decode(),
      });
    }
    return found;
  } catch {
    return [];
  }
}
