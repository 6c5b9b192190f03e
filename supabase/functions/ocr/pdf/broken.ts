import { Buffer } from "node:buffer";
import { joinedBytes } from "../../_shared/bytes.ts";
import { PipelineError } from "../../_shared/errors.ts";
import { readable } from "../../_shared/readable.ts";
import type { OpenedDocument } from "../document.ts";
import type { Drawing } from "./drawing.ts";
import { doubtOf } from "./soundness.ts";
import { type Attachment, partsOf } from "./attachments.ts";
import { layoutOfGlyphs } from "./text.ts";
import { markdownOf } from "../markdown.ts";
import { marksOfPage } from "../structure.ts";
import { commentsOf, withTyped } from "./typed.ts";

/** What a page draws is unknown: only its text is looked at. */
const UNSEEN: Drawing = { picture: 0, shapes: false };

/**
 * Opens a PDF that PDFium does not, by the second reader. A page without sound text cannot be recognized either, as what draws pages is PDFium, and is
 * recorded as unreadable.
 *
 * @param refusal what is thrown when nothing opens it
 * @throws PipelineError encrypted_pdf, wrong_password, and the refusal
 */
export async function openBroken(
  bytes: Uint8Array,
  password: string | undefined,
  refusal: unknown,
): Promise<OpenedDocument> {
  const { openSecond } = await import("./second-reader.ts");
  const reader = await openSecond(bytes, { password, isKnown: false }).catch((thrown: unknown) => {
    throw thrown instanceof PipelineError && thrown.code === "broken_file" ? refusal : thrown;
  });
  const doubtful = new Map<number, string>();
  /** Of the page that was read last. */
  let markdown: string | null = null;
  let attached: Promise<Attachment[]> | undefined;
  const files = (): Promise<Attachment[]> => (attached ??= reader.attachments());
  return {
    pageCount: reader.pageCount,
    engine: "unpdf",
    markdownOf: () => markdown,
    async textOf(number) {
      const { glyphs: own, box } = await reader.read(number);
      const typed = await reader.typed(number);
      const { glyphs, letters, filled } = withTyped(own, typed, { box });
      const { text: laidOut, lines } = layoutOfGlyphs(glyphs);
      const shown = filled(laidOut);
      const text = readable([shown, commentsOf(typed, shown)].filter(Boolean).join("\n\n"));
      markdown = markdownOf(text, marksOfPage(text, lines, "layer"));
      if (text !== "" && doubtOf(letters, text, () => UNSEEN) === null) return text;
      if (/[\p{L}\p{N}]/u.test(text)) doubtful.set(number, text);
      return null;
    },
    doubtfulTextOf(number) {
      const text = doubtful.get(number) ?? "";
      doubtful.delete(number);
      return text;
    },
    attachments: () => files(),
    attachedParts: async () => partsOf(await files()),
    [Symbol.asyncDispose]: () => reader.close(),
  };
}

const CATALOG = "/Catalog";
/** How far before its type the object of a catalog may begin. */
const CATALOG_WITHIN = 2_000;
/** Objects that are looked at for a catalog, from the end: a file has one catalog, or one of each time that it was saved. */
const MAX_CATALOG_OBJECTS = 1_000;

/** The last place of a text that begins before `end`; -1 where there is none. */
const lastBefore = (file: Buffer, text: string, end: number): number =>
  end <= 0 ? -1 : file.lastIndexOf(text, end - 1);

/**
 * A file that was cut off, with an end that names its catalog: a reader finds all other objects by itself. Null where there is none, or where the
 * file is encrypted, as the key is named at the end too.
 */
export function withTrailer(bytes: Uint8Array): Uint8Array | null {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.includes("/Encrypt") || file.includes("/Standard")) return null;
  let at = lastBefore(file, CATALOG, bytes.length);
  for (let objects = 0; at >= 0 && objects < MAX_CATALOG_OBJECTS; objects += 1) {
    const begin = lastBefore(file, " obj", at);
    if (begin < 0) return null;
    // Each object is looked at once, however many catalogs it names.
    const isNear = at - begin <= CATALOG_WITHIN;
    const next = lastBefore(file, CATALOG, isNear ? begin : begin + CATALOG_WITHIN);
    const number = /(\d{1,10})\s{1,3}(\d{1,5})$/.exec(file.toString("latin1", Math.max(0, begin - 20), begin));
    if (!isNear || !number || file.toString("latin1", begin, at).includes("endobj")) {
      at = next;
      continue;
    }
    const end = new TextEncoder().encode(
      `\nendstream\nendobj\ntrailer\n<</Root ${number[1]} ${number[2]} R>>\n%%EOF\n`,
    );
    return joinedBytes([bytes, end]);
  }
  return null;
}
