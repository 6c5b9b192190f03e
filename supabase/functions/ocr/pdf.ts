import { PipelineError } from "../_shared/errors.ts";
import { readable } from "../_shared/readable.ts";
import type { OpenDocument, OpenedDocument } from "./document.ts";
import { attachedParts, type Attachment, attachmentsOf, mayAttach, withFiles } from "./pdf/attachments.ts";
import { openBroken, withTrailer } from "./pdf/broken.ts";
import { type Drawing, drawingOf } from "./pdf/drawing.ts";
import { type Glyph, glyphsOf } from "./pdf/layer.ts";
import type { CheckedBoxes } from "./pdf/checked-boxes.ts";
import { type OpenPage, openPage, UnknownNotes } from "./pdf/page.ts";
import type { NamedGlyphs } from "./pdf/named-glyphs.ts";
import type { HiddenNotes } from "./pdf/note-layers.ts";
import { openFile, type PdfFile } from "./pdf/pdfium.ts";
import type { SecondReader } from "./pdf/second-reader.ts";
import { type Doubt, doubtOf, SCAN_PICTURE } from "./pdf/soundness.ts";
import { layoutOfGlyphs } from "./pdf/text.ts";
import { commentsOf, type KnownNotes, withTyped } from "./pdf/typed.ts";
import { markdownOf } from "./markdown.ts";
import { marksOfPage, type PlacedLine } from "./structure.ts";
import { type PlacedValue, placedValues } from "./typed-on-scan.ts";
import { isPlaceholder, xfaData } from "./pdf/xfa.ts";

/**
 * Opens a PDF for its text layers, each judged before it is used. PDFium comes first: it reads more fonts and form values, at a third of the CPU. What it
 * does not open, and pages whose characters it does not find or know, the second reader tries before anything is recognized.
 *
 * @throws PipelineError encrypted_pdf, wrong_password, broken_file, unpacked_too_large, too_complex
 */
export const openPdf: OpenDocument = async ({ bytes }, { password } = {}) => {
  try {
    return readBy(await openFile(bytes, password), bytes, password);
  } catch (thrown) {
    if (!isBroken(thrown)) throw thrown;
    return await openBroken(bytes, password, thrown).catch(async (refusal: unknown) => {
      const mended = isBroken(refusal) ? withTrailer(bytes) : null;
      if (!mended) throw refusal;
      return readBy(await openFile(mended, password), mended, password);
    });
  }
};

function readBy(file: PdfFile, bytes: Uint8Array, password: string | undefined): OpenedDocument {
  /** The file, opened again where a page has cost it its library. */
  async function opened(): Promise<PdfFile> {
    if (!file.isLost()) return file;
    file.close();
    return (file = await openFile(bytes, password));
  }
  /** Texts that were not trusted, until it is known whether the page can be recognized. */
  const doubtful = new Map<number, string>();
  /** Pages that were read, and to which no file is attached. */
  const withoutFiles = new Set<number>();
  /** What was typed onto pages that are recognized. */
  const typed = new Map<number, PlacedValue[]>();
  const readBySecond = new Set<number>();
  let second: Promise<SecondReader> | undefined;
  let notes: Promise<HiddenNotes> | undefined;
  let boxes: Promise<CheckedBoxes> | undefined;
  let associated: Promise<Attachment[]> | undefined;
  let names: Promise<(page: number) => NamedGlyphs> | undefined;
  /** What PDFium finds on a page. Where it does not tell all of its notes, or what its characters are, the rest is looked for. */
  async function layerOf(number: number): Promise<Layer> {
    const known: Known = {};
    let layer = readLayer(await opened(), number);
    if (layer instanceof UnknownNotes) {
      const { unknown } = layer;
      known.notes = {
        hidden: unknown.hidden ? await hiddenNotesOn(number) : NO_PLACES,
        checked: unknown.checked ? await checkedBoxesOn(number) : NO_PLACES,
      };
      layer = readLayer(await opened(), number, known);
    }
    if (!(layer instanceof UnknownNotes) && layer.unnamed) {
      names ??= import("./pdf/named-glyphs.ts").then(({ namedGlyphs }) => namedGlyphs(bytes, password));
      known.named = (await names)(number);
      if (known.named.size > 0) layer = readLayer(await opened(), number, known);
    }
    if (layer instanceof UnknownNotes) throw new PipelineError("broken_file");
    return layer;
  }
  /** Notes of a page that hang on layers which are switched off, by their places. */
  async function hiddenNotesOn(number: number): Promise<ReadonlySet<number>> {
    notes ??= import("./pdf/note-layers.ts").then(({ hiddenNotes }) => hiddenNotes(bytes, password));
    return (await notes)(number).places;
  }
  async function checkedBoxesOn(number: number): Promise<ReadonlySet<number>> {
    boxes ??= import("./pdf/checked-boxes.ts").then(({ checkedBoxes }) => checkedBoxes(bytes, password));
    return (await boxes)(number);
  }
  const associatedOnes = (): Promise<Attachment[]> =>
    (associated ??= import("./pdf/associated-files.ts").then(({ associatedFiles }) =>
      associatedFiles(bytes, password),
    ));
  /** The text that was given last, and the lines that it was made of. */
  let given: { number: number; text: string; lines: readonly PlacedLine[] } | undefined;
  /** The text that the second reader finds on a page; null where that is not to be trusted either, or nothing. */
  async function secondTextOf(
    number: number,
    page: Pick<Layer, "typed" | "drawing" | "text">,
  ): Promise<Pick<Layer, "text" | "lines"> | null> {
    try {
      second ??= import("./pdf/second-reader.ts").then(({ openSecond }) =>
        openSecond(bytes, { password, isKnown: true }),
      );
      const { glyphs, box } = await (await second).read(number);
      const { text, lines, doubt } = judgedGlyphs(glyphs, page.typed, { box }, () => page.drawing);
      // Where both take the codes of a font for its characters, neither knows them.
      return doubt === null && glyphs.length > 0 && text !== page.text ? { text, lines } : null;
    } catch (thrown) {
      if (thrown instanceof PipelineError) return null;
      throw thrown;
    }
  }
  function giving(number: number, { text, lines }: Pick<Layer, "text" | "lines">): string {
    given = { number, text, lines };
    return text;
  }
  return {
    pageCount: file.pageCount,
    engine: "pdf_text_layer",
    markdownOf: (number) =>
      given?.number === number ? markdownOf(given.text, marksOfPage(given.text, given.lines, "layer")) : null,
    engineOf: (number) => (readBySecond.has(number) ? "unpdf" : "pdf_text_layer"),
    async textOf(number) {
      let layer: Layer;
      try {
        layer = await layerOf(number);
      } catch (thrown) {
        const other = isBroken(thrown) ? await secondTextOf(number, NOTHING) : null;
        if (other === null) throw thrown;
        readBySecond.add(number);
        return giving(number, other);
      }
      if (!layer.hasFiles) withoutFiles.add(number);
      const { text, doubt } = layer;
      const data = number === 1 && isPlaceholder(text) ? await xfaData(await opened()) : null;
      if (data !== null) return giving(number, { text: readable(data), lines: [] });
      if (doubt === null) return giving(number, layer);
      const other = isForSecond(layer) ? await secondTextOf(number, layer) : null;
      if (other !== null) {
        readBySecond.add(number);
        return giving(number, other);
      }
      if (layer.values.length > 0) typed.set(number, layer.values);
      // Without a single letter it is nothing to fall back on.
      if (/[\p{L}\p{N}]/u.test(text)) doubtful.set(number, text);
      return null;
    },
    doubtfulTextOf(number) {
      const text = doubtful.get(number) ?? "";
      doubtful.delete(number);
      return text;
    },
    typedOf: (number) => typed.get(number) ?? [],
    attachments: async () => [...attachmentsOf(await opened()), ...(await associatedOnes())],
    async attachedParts() {
      const pages = mayAttach(bytes) ? range(file.pageCount).filter((page) => !withoutFiles.has(page)) : [];
      if (pages.length > 0) {
        // What was printed onto its page is no note any more.
        file.close();
        file = await openFile(bytes, password);
      }
      return withFiles(await attachedParts(opened, pages), await associatedOnes());
    },
    async [Symbol.asyncDispose]() {
      await second?.then((reader) => reader.close()).catch(() => {});
      try {
        file.close();
      } catch {
        // Its library is left, and its memory with it.
      }
    },
  };
}

/** What PDFium finds on a page. */
type Layer = {
  text: string;
  /** What the text was made of. */
  lines: readonly PlacedLine[];
  doubt: Doubt | null;
  typed: OpenPage["typed"];
  /** What was typed, by its place on the page as it is shown. Of pages in doubt alone. */
  values: PlacedValue[];
  drawing: Drawing;
  /** Whether PDFium does not know all characters. */
  unnamed: boolean;
  /** Whether the page holds text that it does not show. */
  hides: boolean;
  hasFiles: boolean;
};

/** What of a page PDFium does not tell. */
type Known = { notes?: KnownNotes; named?: NamedGlyphs };

const NO_PLACES: ReadonlySet<number> = new Set();

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

const NOTHING: Pick<Layer, "text" | "typed" | "drawing"> = {
  text: "",
  typed: [],
  drawing: { picture: 0, shapes: false },
};

const isBroken = (thrown: unknown): boolean => thrown instanceof PipelineError && thrown.code === "broken_file";

/** Whether another reader may find more. A scan has no text, and what is invisible the second reader would take for shown. */
const isForSecond = ({ doubt, drawing, hides }: Layer): boolean =>
  !hides && (doubt === "unmapped" || doubt === "garbage" || (doubt === "no_text" && drawing.picture < SCAN_PICTURE));

function readLayer(file: PdfFile, number: number, known: Known = {}): Layer | UnknownNotes {
  try {
    return file.call(() => judged(file, number, known));
  } catch (thrown) {
    if (!(thrown instanceof PipelineError)) throw thrown;
    if (thrown.code === "too_complex")
      throw new PipelineError(
        "too_complex",
        `Page ${number} of the PDF takes more work than a page may. Simplify its drawing, or print it to a new PDF.`,
        { cause: thrown.cause },
      );
    if (thrown.code !== "unpacked_too_large") throw thrown;
    throw new PipelineError(
      "unpacked_too_large",
      `Page ${number} of the PDF unpacks to more than this project takes. Simplify its drawing, or print it to a new PDF.`,
      { cause: thrown.cause },
    );
  }
}

function judged(file: PdfFile, number: number, known: Known): Layer | UnknownNotes {
  const page = openPage(file, number, known.notes);
  if (page instanceof UnknownNotes) return page;
  if (!page)
    throw new PipelineError(
      "broken_file",
      `Page ${number} of the PDF is damaged and cannot be opened. Upload a working copy.`,
    );
  try {
    const { glyphs, unnamed } = glyphsOf(page, known.named);
    let looked: Drawing | undefined;
    const drawing = (): Drawing => (looked ??= drawingOf(page));
    const { text, lines, doubt } = judgedGlyphs(glyphs, page.typed, page, drawing);
    const { picture, shapes } = doubt === null ? NOTHING.drawing : drawing();
    const values = doubt === null ? [] : placedValues(page.typed, page.box, page.rotation);
    return {
      text,
      lines,
      doubt,
      typed: page.typed,
      values,
      unnamed,
      hides: page.hidden.objects.size > 0,
      hasFiles: page.hasFiles,
      drawing: { picture, shapes },
    };
  } finally {
    page.close();
  }
}

function judgedGlyphs(
  own: Glyph[],
  typed: OpenPage["typed"],
  page: Pick<OpenPage, "box">,
  drawing: () => Drawing,
): { text: string; lines: PlacedLine[]; doubt: Doubt | null } {
  const { glyphs, letters, filled } = withTyped(own, typed, page);
  const visible = glyphs.filter((glyph) => !glyph.invisible);
  // What a few glyphs hide among many that are shown was not meant to be read.
  const { text: laidOut, lines } = layoutOfGlyphs(visible.length * 2 >= glyphs.length ? visible : glyphs);
  const shown = filled(laidOut);
  const text = readable([shown, commentsOf(typed, shown)].filter(Boolean).join("\n\n"));
  const typedIn = lines.map((line) => ({
    ...line,
    text: readable(filled(line.text)),
    cells: line.cells.map((cell) => ({ ...cell, text: readable(filled(cell.text)) })),
  }));
  return { text, lines: typed.length > 0 ? typedIn : lines, doubt: doubtOf(letters, shown, drawing) };
}
