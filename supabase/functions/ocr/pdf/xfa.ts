import { PipelineError } from "../../_shared/errors.ts";
import { Bounds } from "../formats/bounds.ts";
import { decodeText } from "../formats/charset.ts";
import { xmlParser } from "../formats/xml.ts";
import type { PdfFile } from "./pdfium.ts";

/** fpdf_formfill.h: FORMTYPE_XFA_…; a form whose pages are made by Adobe Reader as it opens them. */
const XFA = new Set([2, 3]);
/** Packets of a form that are looked at; there are about ten. */
const MAX_PACKETS = 50;
const MAX_XFA_BYTES = 5 * 1024 * 1024;
const MAX_XFA_STEPS = 1_000_000;
const MAX_NAME_BYTES = 1_000;

/** What the page of such a form says to every other program. */
const PLEASE_WAIT = /^\s{0,100}please wait\b/i;

export const isPlaceholder = (text: string): boolean => PLEASE_WAIT.test(text);

/**
 * What was filled into an XFA form, a field on a line. Null where it is no such form.
 *
 * @throws PipelineError xfa_form where nothing was filled in, or that is broken, or more than any form has
 */
export async function xfaData(file: PdfFile): Promise<string | null> {
  if (!file.call(() => XFA.has(file.library._FPDF_GetFormType(file.document)))) return null;
  const packet = file.call(() => datasetsOf(file));
  let data = "";
  try {
    if (packet) data = fieldsOf(await decodeText(packet), new Bounds({ steps: MAX_XFA_STEPS }));
  } catch (cause) {
    throw new PipelineError("xfa_form", undefined, { cause });
  }
  if (data === "") throw new PipelineError("xfa_form");
  return data;
}

function datasetsOf({ library, document }: PdfFile): Uint8Array | null {
  const { malloc, free } = library.wasmExports;
  const needed = malloc(8);
  const take = (most: number, write: (buffer: number, bytes: number) => number): Uint8Array | null => {
    const bytes = write(0, 0);
    if (bytes <= 0 || bytes > most) return null;
    const buffer = malloc(bytes);
    write(buffer, bytes);
    const content = library.HEAPU8.slice(buffer, buffer + bytes);
    free(buffer);
    return content;
  };
  try {
    const count = Math.min(library._FPDF_GetXFAPacketCount(document), MAX_PACKETS);
    for (let index = 0; index < count; index += 1) {
      const name = take(MAX_NAME_BYTES, (buffer, bytes) =>
        library._FPDF_GetXFAPacketName(document, index, buffer, bytes),
      );
      if (!name || new TextDecoder().decode(name).replaceAll("\0", "") !== "datasets") continue;
      return take(MAX_XFA_BYTES, (buffer, bytes) => {
        library._FPDF_GetXFAPacketContent(document, index, buffer, bytes, needed);
        return new DataView(library.HEAPU8.buffer).getUint32(needed, true);
      });
    }
    return null;
  } finally {
    free(needed);
  }
}

/** The innermost elements of the data, by their names. */
function fieldsOf(xml: string, bounds: Bounds): string {
  const lines: string[] = [];
  let text = "";
  const parser = xmlParser(
    {
      open() {
        text = "";
      },
      close(name) {
        const value = text.replace(/\s+/g, " ").trim();
        if (value !== "") lines.push(`${name}: ${value}`);
        text = "";
      },
      text(piece) {
        text += piece;
      },
    },
    bounds,
  );
  parser.write(xml);
  parser.end();
  return lines.join("\n");
}
