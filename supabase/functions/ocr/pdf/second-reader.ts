import { PipelineError } from "../../_shared/errors.ts";
import { placed, type Turn, turnOf } from "./frame.ts";
import { type Glyph, MAX_GLYPHS } from "./layer.ts";
import type { Box } from "./page.ts";
import type { Attachment } from "./attachments.ts";
import type { HiddenNotes } from "./note-layers.ts";
import { placesOf, type Typed } from "./typed.ts";
import { getDocument, meter } from "./pdfjs.mjs";
import { OBJECTS_UNPACKED_BYTES, unpacksToLittle } from "./unpacked-size.ts";

/**
 * The second reader of PDFs: pdf.js, in unpdf's build. It opens files that PDFium refuses, and maps glyphs that PDFium does not. It costs
 * three times the CPU and knows fewer fonts, so it is loaded when the first file needs it. Its loops take from a meter
 * (scripts/metered-pdfjs.ts), which bounds its CPU and the memory of what it makes; what it unpacks at once is bounded by taking only files
 * whose streams unpack to little.
 */
export type SecondReader = {
  pageCount: number;
  /** The glyphs of a page, in the order of the file, and what is seen of the page. It does not tell what is invisible. @throws PipelineError broken_file, too_complex, ocr_timeout */
  read(page: number): Promise<{ glyphs: Glyph[]; box: Box }>;
  /** What people put onto a page: values of form fields, and notes. @throws as `read` */
  typed(page: number): Promise<Typed[]>;
  /** The files inside the PDF: of the whole, and of the notes on its first pages. @throws as `read` */
  attachments(): Promise<Attachment[]>;
  close(): Promise<void>;
};

/** Most milliseconds for opening a file, and for a page. */
const SECOND_OPEN_MS = 4_000;
const SECOND_PAGE_MS = 2_000;

/**
 * Units of work for opening a file, and for a page: about a second of CPU, and 100 MB. Of 300 PDFs the hardest to open takes a fourth of it, and the pages of
 * all but one less than all of it.
 */
const MOST_WORK = 30_000_000;

/** As it is here, as it is in a function: no font or table of characters comes from a file or the network, and no code is made. */
const OPTIONS = {
  verbosity: 0,
  isEvalSupported: false,
  useSystemFonts: false,
  disableFontFace: true,
  useWorkerFetch: false,
  useWasm: false,
  standardFontDataUrl: undefined,
  cMapUrl: undefined,
  maxImageSize: 0,
};

/** What it says of a file that asks for a password: none was given, or a wrong one. */
const NEEDS_PASSWORD = 1;

/** Opens a file. `isKnown`: PDFium has opened it, within its bounds. @throws PipelineError broken_file, encrypted_pdf, wrong_password, too_complex, ocr_timeout */
export async function openSecond(
  bytes: Uint8Array,
  { password, isKnown }: { password?: string | undefined; isKnown: boolean },
): Promise<SecondReader> {
  if (!(await unpacksToLittle(bytes, { isKnown }))) throw new PipelineError("broken_file");
  // It takes the bytes for itself, and refuses a Buffer.
  const pdf = await metered(() => {
    const opening = getDocument({
      data: new Uint8Array(bytes),
      ...OPTIONS,
      ...(password === undefined ? {} : { password }),
    }).promise;
    return within(SECOND_OPEN_MS, opening, () => opening.then((late) => late.destroy()));
  }).catch((cause: unknown) => {
    if ((cause as Error).name !== "PasswordException") throw asPipelineError(cause);
    throw new PipelineError((cause as { code?: number }).code === NEEDS_PASSWORD ? "encrypted_pdf" : "wrong_password");
  });
  let layers: Promise<Layers | null> | undefined;
  /** The layers, where any is switched off and the file is small enough to look at all that it draws. */
  const hidingLayers = (): Promise<Layers | null> =>
    (layers ??= (async () => {
      const all = await within(SECOND_PAGE_MS, pdf.getOptionalContentConfig() as Promise<Layers>);
      if (![...all].some(([, { visible }]) => !visible)) return null;
      return (await unpacksToLittle(bytes, { isKnown, most: OBJECTS_UNPACKED_BYTES })) ? all : null;
    })());
  let notes: Promise<HiddenNotes> | undefined;
  return {
    pageCount: pdf.numPages,
    read: (number) =>
      careful(async () => {
        const page = await pdf.getPage(number);
        const [left = 0, bottom = 0, right = 0, top = 0] = page.view;
        const box = { left, top, right, bottom };
        const hiding = await hidingLayers();
        // The library's list of drawing operations has layers, its text has none.
        const operations = hiding && (await within(SECOND_PAGE_MS, page.getOperatorList({ annotationMode: 0 })));
        const shown = hiding && operations ? shownCharacters(operations as Operations, hiding) : null;
        const glyphs = await glyphsOf(page.streamTextContent() as ReadableStream<Content>, box, shown);
        page.cleanup();
        return { glyphs, box };
      }),
    typed: (number) =>
      careful(async () => {
        const page = await pdf.getPage(number);
        const all = (await within(SECOND_PAGE_MS, page.getAnnotations({ intent: "display" }))) as PdfjsNote[];
        if (!(await hidingLayers())) return typedIn(all);
        notes ??= import("./note-layers.ts").then(({ hiddenNotes }) => hiddenNotes(bytes, password));
        const { ids } = (await notes)(number);
        return typedIn(all.filter(({ id }) => id === undefined || !ids.has(id)));
      }),
    attachments: () =>
      careful(async () => {
        const list = (await within(SECOND_PAGE_MS, pdf.getAttachments())) as Record<string, PdfjsFile> | null;
        const files = Object.values(list ?? {});
        const deadline = performance.now() + SECOND_PAGE_MS;
        for (let number = 1; number <= pdf.numPages && performance.now() < deadline; number += 1) {
          const page = await pdf.getPage(number);
          for (const note of (await within(SECOND_PAGE_MS, page.getAnnotations())) as PdfjsNote[])
            if (note.file) files.push(note.file);
          page.cleanup();
        }
        return files
          .filter(({ content }) => content)
          .map(({ filename, content }, index) => ({ name: filename || `attachment-${index + 1}`, bytes: content! }));
      }),
    close: () => metered(() => pdf.destroy()),
  };
}

async function careful<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await metered(work);
  } catch (thrown) {
    throw asPipelineError(thrown);
  }
}

const asPipelineError = (cause: unknown): PipelineError =>
  cause instanceof PipelineError ? cause : new PipelineError("broken_file", undefined, { cause });

/** What the library does now: one thing after the other, as all that it does takes from one meter. */
let current: Promise<unknown> = Promise.resolve();

/** Does work of the library, within its bounds. @throws PipelineError too_complex, and what the work throws */
function metered<Value>(work: () => Promise<Value>): Promise<Value> {
  const done = current.then(async () => {
    meter(MOST_WORK);
    const [result] = await Promise.allSettled([work()]);
    // The library goes on after many an error, without what it was about to read: what was found is not the whole.
    if (meter(MOST_WORK) < 0) throw new PipelineError("too_complex");
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
  current = done.catch(() => {});
  return done;
}

type PdfjsFile = { filename?: string; content?: Uint8Array };
/** What the library says of an annotation, as far as it is used here. */
type PdfjsNote = {
  /** Its object: "6R". */
  id?: string;
  subtype?: string;
  rect?: number[];
  hidden?: boolean;
  noView?: boolean;
  password?: boolean;
  fieldType?: string;
  fieldValue?: unknown;
  exportValue?: string;
  buttonValue?: string | null;
  checkBox?: boolean;
  radioButton?: boolean;
  alternativeText?: string;
  fieldName?: string;
  options?: { exportValue: string; displayValue: string }[];
  contentsObj?: { str: string };
  file?: PdfjsFile;
};

/** Annotations that stand beside the page. */
const NOTES = new Set([
  "Text",
  "Line",
  "Square",
  "Circle",
  "Polygon",
  "PolyLine",
  "Highlight",
  "Underline",
  "Squiggly",
  "StrikeOut",
  "Caret",
  "Ink",
  "FileAttachment",
]);

function typedIn(notes: PdfjsNote[]): Typed[] {
  return notes
    .flatMap((note): Typed[] => {
      if (note.hidden || note.noView) return [];
      const [left = 0, bottom = 0, right = 0, top = 0] = note.rect ?? [];
      const box = right > left && top > bottom ? { left, top, right, bottom } : null;
      const contents = note.contentsObj?.str.replace(/\r\n?/g, "\n") ?? "";
      if (note.subtype === "FreeText") return [{ kind: "text", value: contents, box }];
      if (NOTES.has(note.subtype ?? "")) return [{ kind: "comment", value: contents, box: null }];
      if (note.subtype !== "Widget" || note.password) return [];
      if (note.checkBox || note.radioButton) {
        const value = note.radioButton ? note.buttonValue : note.exportValue;
        const isOn = Boolean(note.fieldValue) && note.fieldValue !== "Off" && note.fieldValue === value;
        return isOn ? [{ kind: "mark", value: "[x]", box, label: note.alternativeText || note.fieldName || "" }] : [];
      }
      const values = (Array.isArray(note.fieldValue) ? note.fieldValue : [note.fieldValue]).filter(
        (value): value is string => typeof value === "string",
      );
      // A choice is kept by what it stands for, and shown by its label.
      const shown = values.map(
        (value) => note.options?.find(({ exportValue }) => exportValue === value)?.displayValue ?? value,
      );
      return [{ kind: "text", value: shown.join(", ").replace(/\r\n?/g, "\n"), box }];
    })
    .filter(({ value }) => value.trim() !== "");
}

/** A run of characters in one font. `transform`: its text matrix, in points of the page. */
type Item = { str: string; dir: string; width: number; height: number; transform: number[]; fontName: string };
type Content = { items: (Item | { type: string })[]; styles: Record<string, { vertical?: boolean }> };

/** Layers, each with its state. */
type Layers = Iterable<[id: string, layer: { visible: boolean }]> & { isVisible(layer: unknown): boolean };
type Operations = { fnArray: number[]; argsArray: unknown[][] };
/** Operations of the library: text that is shown, and what stands around what belongs together. */
const [SHOW_TEXT, BEGIN, BEGIN_WITH, END] = [44, 69, 70, 71];

/** Of each character that a page draws, but white space, whether its layers are on. In the order of the file. */
function shownCharacters({ fnArray, argsArray }: Operations, layers: Layers): boolean[] {
  const shown: boolean[] = [];
  const around: boolean[] = [];
  let hiding = 0;
  for (const [at, operation] of fnArray.entries()) {
    const [first, second] = argsArray[at] ?? [];
    if (operation === BEGIN || operation === BEGIN_WITH) {
      const isOff = operation === BEGIN_WITH && first === "OC" && !layers.isVisible(second);
      around.push(isOff);
      hiding += Number(isOff);
    } else if (operation === END) hiding -= Number(around.pop() ?? false);
    else if (operation === SHOW_TEXT && Array.isArray(first))
      // Numbers between the letters move them
      for (const { unicode = "" } of first as { unicode?: string }[])
        for (const char of unicode) if (!/\s/.test(char)) shown.push(hiding === 0);
  }
  return shown;
}

/** `shown`: which characters are; it counts only where it tells of as many as there are. */
async function glyphsOf(
  content: ReadableStream<Content>,
  box: Box,
  shown: readonly boolean[] | null,
): Promise<Glyph[]> {
  const glyphs: Glyph[] = [];
  const isShown = (_: Glyph, at: number): boolean => shown?.length !== glyphs.length || shown[at]!;
  const seen = (): Glyph[] => glyphs.filter(isShown).filter((glyph) => isOn(glyph, box));
  const reader = content.getReader();
  const deadline = performance.now() + SECOND_PAGE_MS;
  let spaceBefore = true;
  try {
    while (glyphs.length < MAX_GLYPHS) {
      if (performance.now() > deadline) throw tooSlow();
      const { value, done } = await within(SECOND_PAGE_MS, reader.read());
      if (done) return seen();
      for (const item of value.items) {
        if (!("str" in item)) continue;
        const found = glyphsIn(item, value.styles[item.fontName]?.vertical === true, spaceBefore);
        spaceBefore = found.spaceAfter;
        for (const glyph of found.glyphs) glyphs.push(glyph);
      }
    }
    return seen();
  } finally {
    void reader.cancel(new Error("Enough is read.")).catch(() => {});
  }
}

/** What of the type size stands below the line that the letters stand on. */
const BELOW = 0.2;

/** The characters of a run, side by side and equally wide: the reader gives the width of the whole only. */
function glyphsIn(item: Item, isVertical: boolean, afterSpace: boolean): { glyphs: Glyph[]; spaceAfter: boolean } {
  const [a = 0, b = 0, c = 0, d = 0, x = 0, y = 0] = item.transform;
  const size = Math.hypot(c, d) || item.height;
  const turn = isVertical ? 0 : turnOf(-Math.atan2(b, a));
  const start = placed(turn ?? 0, x, y, x, y);
  const letters = Array.from(item.str);
  const places = item.dir === "rtl" ? placesOf(letters) : letters.map((_, index) => index);
  const length = isVertical ? item.height : item.width;
  const advance = length / Math.max(letters.length, 1);
  let spaceBefore = afterSpace;
  const glyphs = letters.flatMap((char, index): Glyph[] => {
    if (/\s/.test(char)) {
      spaceBefore = true;
      return [];
    }
    const along = places[index]! * advance;
    const frame = isVertical
      ? { x0: start.x0 - size / 2, x1: start.x0 + size / 2, y0: start.y0 + along, y1: start.y0 + along + advance }
      : {
          x0: start.x0 + along,
          x1: start.x0 + along + advance,
          y0: start.y0 - (1 - BELOW) * size,
          y1: start.y0 + BELOW * size,
        };
    const isCode = /\p{Cc}/u.test(char);
    const glyph = { char: isCode ? "\uFFFD" : char, ...frame, turn, invisible: false, unmapped: isCode, spaceBefore };
    spaceBefore = false;
    return [glyph];
  });
  return { glyphs, spaceAfter: spaceBefore };
}

function isOn(glyph: Glyph, box: Box): boolean {
  const page = placed((glyph.turn ?? 0) as Turn, box.left, box.top, box.right, box.bottom);
  return glyph.x1 >= page.x0 && glyph.x0 <= page.x1 && glyph.y1 >= page.y0 && glyph.y0 <= page.y1;
}

const tooSlow = () => new PipelineError("ocr_timeout", "Reading the file took too long and was stopped.");

async function within<Value>(ms: number, work: Promise<Value>, late?: () => Promise<unknown>): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      void late?.().catch(() => {});
      reject(tooSlow());
    }, ms);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
