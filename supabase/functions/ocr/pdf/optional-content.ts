import type { Pdfium } from "./pdfium.ts";

/**
 * Text that a page holds and does not show: optional content (layers, PDF 32000-1, 8.11) that is switched off. PDFium's text layer has it all the same,
 * and no call tells the state of a layer, so each group of objects that hang on the same layers is drawn alone: what leaves the page white is off.
 */
export type Hidden = {
  /** Text objects that are not shown. */
  objects: ReadonlySet<number>;
  /** Of these, such whose letters may be missing in the font: of them only what any font has is surely not shown. */
  unsure: ReadonlySet<number>;
};

const NONE: Hidden = { objects: new Set(), unsure: new Set() };

/** fpdf_edit.h: FPDF_PAGEOBJ_… */
const [TEXT, FORM] = [1, 5];
/** PDF 32000-1, table 106: text rendering mode */
const [FILL, INVISIBLE] = [0, 3];

const MAX_OBJECTS = 20_000;
const MAX_NESTING = 10;
/** Groups that are drawn; beyond these, groups whose layers have the same names are taken for one. */
const MAX_GROUPS = 100;
/** A page is drawn this small, in pixels: a letter leaves a trace however small it is. */
const SIDE = 600;
/** fpdfview.h: FPDFBitmap_BGRA */
const BGRA = 4;
const MAX_NAME_BYTES = 500;

/** What may hide a file's content, by its bytes alone. */
export type Layers = {
  /** It may have optional content at all. */
  some: boolean;
  /** Forms may be such, which name the layer in their dictionary: no call gives it. */
  keyed: boolean;
};

/** Looks for the keys of optional content. Catalogs may stand in packed objects; the dictionaries of streams never do. */
export function layersOf(bytes: Uint8Array): Layers {
  let [some, keyed] = [false, false];
  const [slash, o, c] = [0x2f, 0x4f, 0x43];
  for (let at = bytes.indexOf(slash); at >= 0 && !(some && keyed); at = bytes.indexOf(slash, at + 1)) {
    if (bytes[at + 1] !== o) continue;
    // "/OC" and a space, a number, a dictionary; "/OCProperties", "/OCGs"; "/ObjStm"
    if (bytes[at + 2] === c) {
      some = true;
      keyed ||= !/[A-Za-z]/.test(String.fromCharCode(bytes[at + 3] ?? 0));
    } else if (bytes[at + 2] === 0x62 && bytes[at + 3] === 0x6a && bytes[at + 4] === 0x53) some = true;
  }
  return { some, keyed };
}

/** A text object with the forms around it, the outermost first. */
type Leaf = { object: number; around: number[] };
type Group = { leaves: Leaf[]; marks: { object: number; mark: number }[]; names: string; isKeyed: boolean };

/** The text objects of an open page that are not shown. Afterwards, their layers do not count on this page any more. */
export function hiddenOn(library: Pdfium, page: number, layers: Layers): Hidden {
  if (!layers.some) return NONE;
  const { groups, everything } = groupsOf(library, page, layers.keyed);
  if (groups.length === 0) return NONE;
  const objects = new Set<number>();
  const unsure = new Set<number>();
  const drawn = new Canvas(library, page);
  try {
    for (const object of everything) library._FPDFPageObj_SetIsActive(object, 0);
    for (const group of groups) {
      if (draws(group)) continue;
      for (const { object, mark } of group.marks) library._FPDFPageObj_RemoveMark(object, mark);
      // What leaves no trace without its layer says nothing.
      const isCertain = group.marks.length > 0 && draws(group);
      if (!isCertain && !group.isKeyed) continue;
      for (const { object } of group.leaves) {
        objects.add(object);
        if (!isCertain && library._FPDFFont_GetIsEmbedded(library._FPDFTextObj_GetFont(object)) !== 1)
          unsure.add(object);
      }
    }
  } finally {
    for (const object of everything) library._FPDFPageObj_SetIsActive(object, 1);
    drawn.close();
  }
  return { objects, unsure };

  function draws({ leaves }: Group): boolean {
    const invisible = leaves.filter(({ object }) => library._FPDFTextObj_GetTextRenderMode(object) === INVISIBLE);
    const shown = leaves.flatMap(({ object, around }) => [object, ...around]);
    for (const object of shown) library._FPDFPageObj_SetIsActive(object, 1);
    for (const { object } of leaves) library._FPDFPageObj_SetFillColor(object, 0, 0, 0, 255);
    for (const { object } of invisible) library._FPDFTextObj_SetTextRenderMode(object, FILL);
    const isMarked = drawn.isMarked();
    for (const { object } of invisible) library._FPDFTextObj_SetTextRenderMode(object, INVISIBLE);
    for (const object of shown) library._FPDFPageObj_SetIsActive(object, 0);
    return isMarked;
  }
}

function groupsOf(library: Pdfium, page: number, isKeyed: boolean): { groups: Group[]; everything: number[] } {
  const everything: number[] = [];
  const byKey = new Map<string, Group>();
  type Around = { forms: number[]; marks: Group["marks"]; names: string[] };
  const visit = (object: number, { forms, marks, names }: Around): void => {
    if (everything.length >= MAX_OBJECTS || object === 0) return;
    everything.push(object);
    const own = layerMarksOf(library, object);
    const all: Around = {
      forms,
      marks: [...marks, ...own.map(({ mark }) => ({ object, mark }))],
      names: [...names, ...own.map(({ name }) => name)],
    };
    const type = library._FPDFPageObj_GetType(object);
    if (type === TEXT) {
      const keyed = isKeyed && forms.length > 0;
      if (all.marks.length === 0 && !keyed) return;
      const key = [...all.marks.map(({ mark }) => mark), ...(keyed ? forms : [])].join(" ");
      const group = byKey.get(key) ?? { leaves: [], marks: [], names: all.names.join("\0"), isKeyed: keyed };
      byKey.set(key, group);
      group.leaves.push({ object, around: forms });
      group.marks.push(...all.marks);
    } else if (type === FORM && forms.length < MAX_NESTING) {
      const count = library._FPDFFormObj_CountObjects(object);
      for (let index = 0; index < count && everything.length < MAX_OBJECTS; index += 1)
        visit(library._FPDFFormObj_GetObject(object, index), { ...all, forms: [...forms, object] });
    }
  };
  const count = library._FPDFPage_CountObjects(page);
  for (let index = 0; index < count && everything.length < MAX_OBJECTS; index += 1)
    visit(library._FPDFPage_GetObject(page, index), { forms: [], marks: [], names: [] });
  return { groups: fewer([...byKey.values()]), everything };
}

/** The groups, those of layers with the same names together where there are too many. */
function fewer(groups: Group[]): Group[] {
  if (groups.length <= MAX_GROUPS) return groups;
  const byName = new Map<string, Group[]>();
  for (const group of groups) {
    const key = `${group.names}${group.isKeyed}`;
    byName.set(key, [...(byName.get(key) ?? []), group]);
  }
  return [...byName.values()].slice(0, MAX_GROUPS).map((same) => ({
    leaves: same.flatMap(({ leaves }) => leaves),
    marks: same.flatMap(({ marks }) => marks),
    names: same[0]!.names,
    isKeyed: same[0]!.isKeyed,
  }));
}

/** The marks of an object that name a layer, and what the layer is called. */
function layerMarksOf(library: Pdfium, object: number): { mark: number; name: string }[] {
  const count = Math.max(0, Math.min(library._FPDFPageObj_CountMarks(object), MAX_NESTING * 2));
  const marks: { mark: number; name: string }[] = [];
  for (let index = 0; index < count; index += 1) {
    const mark = library._FPDFPageObj_GetMark(object, index);
    if (mark === 0) continue;
    const tag = writtenBy(library, (buffer, bytes, length) =>
      library._FPDFPageObjMark_GetName(mark, buffer, bytes, length),
    );
    if (tag !== "OC") continue;
    marks.push({
      mark,
      name: withText(library, "Name", (key) =>
        writtenBy(library, (buffer, bytes, length) =>
          library._FPDFPageObjMark_GetParamStringValue(mark, key, buffer, bytes, length),
        ),
      ),
    });
  }
  return marks;
}

function withText<Value>(library: Pdfium, text: string, use: (pointer: number) => Value): Value {
  const pointer = library.wasmExports.malloc(text.length + 1);
  library.HEAPU8.set(new TextEncoder().encode(`${text}\0`), pointer);
  try {
    return use(pointer);
  } finally {
    library.wasmExports.free(pointer);
  }
}

/** A text that the library writes in UTF-16, with how many bytes it has. */
function writtenBy(library: Pdfium, write: (buffer: number, bytes: number, length: number) => number): string {
  const buffer = library.wasmExports.malloc(MAX_NAME_BYTES + 4);
  try {
    if (write(buffer + 4, MAX_NAME_BYTES, buffer) === 0) return "";
    const length = new DataView(library.HEAPU8.buffer).getUint32(buffer, true);
    if (length <= 2 || length > MAX_NAME_BYTES) return "";
    return new TextDecoder("utf-16le").decode(library.HEAPU8.subarray(buffer + 4, buffer + 2 + length));
  } finally {
    library.wasmExports.free(buffer);
  }
}

/** A small picture of a page. */
class Canvas {
  readonly #library: Pdfium;
  readonly #page: number;
  readonly #bitmap: number;

  constructor(library: Pdfium, page: number) {
    this.#library = library;
    this.#page = page;
    this.#bitmap = library._FPDFBitmap_CreateEx(SIDE, SIDE, BGRA, 0, 0);
  }

  /** Whether the page shows anything now, without its annotations. */
  isMarked(): boolean {
    const library = this.#library;
    library._FPDFBitmap_FillRect(this.#bitmap, 0, 0, SIDE, SIDE, 0xffffffff);
    library._FPDF_RenderPageBitmap(this.#bitmap, this.#page, 0, 0, SIDE, SIDE, 0, 0);
    const from = library._FPDFBitmap_GetBuffer(this.#bitmap);
    return new Uint32Array(library.HEAPU8.buffer, from, SIDE * SIDE).some((pixel) => pixel !== 0xffffffff);
  }

  close(): void {
    if (this.#bitmap !== 0) this.#library._FPDFBitmap_Destroy(this.#bitmap);
  }
}
