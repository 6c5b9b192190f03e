import { PipelineError } from "../../_shared/errors.ts";
import { type Bounds, MAX_CHARACTERS } from "./bounds.ts";
import { cellTexts, formatOfId, textFormat } from "./cell-format.ts";
import { Flow } from "./flow.ts";
import { type FileText, written } from "./file-text.ts";
import { drawnIn, type Embedded, embeddedParts, takeDrawn, withParts, writeComments } from "./office-drawings.ts";
import { type OfficePackage, openPackage, type Relation } from "./office-package.ts";
import { PageWriter } from "./page-writer.ts";
import { headAndFoot, hiddenLines } from "./sheet-margins.ts";
import { columnOf, movedFormula } from "./sheet-places.ts";
import { SheetRows } from "./sheet-rows.ts";
import { withLineFeeds } from "./white-space.ts";
import { signsOf } from "./word-signs.ts";
import { LongText } from "./long-text.ts";
import type { XmlEvents } from "./xml.ts";

/**
 * A workbook (ECMA-376, part 1, 18): a sheet begins a page with its name, and a row is a line of the values as they are shown. Then comes what lies
 * upon the sheet (text boxes, charts, comments), and what is printed around it.
 */
export async function readXlsx(bytes: Uint8Array, bounds: Bounds): Promise<FileText> {
  const file = await openPackage(bytes, bounds);
  const main = await file.mainPart();
  const { sheets, date1904 } = await sheetsOf(file, main);
  const relations = await file.relationsOf(main);
  const target = (type: string): string => relations.find((relation) => relation.type === type)?.target ?? "";
  const strings = await sharedStrings(file, target("sharedStrings"));
  const { formats, fonts } = await cellStyles(file, target("styles"));
  const shown = cellTexts(date1904, bounds);
  const around = formats.map(textFormat);
  const text = new PageWriter(bounds);
  const byId = new Map(relations.map((relation) => [relation.id, relation]));
  const seen = new Set<string>();
  const within: { embedded: Embedded[]; relations: Relation[] }[] = [];
  for (const sheet of sheets) {
    const relation = byId.get(sheet.id);
    // A chart may be a sheet of its own, without cells.
    if (!relation || !["worksheet", "chartsheet"].includes(relation.type) || seen.has(relation.target)) continue;
    seen.add(relation.target);
    text.startPage(sheet.isHidden ? `${sheet.name} (hidden sheet)` : sheet.name);
    const besides: Besides = {
      embedded: [],
      margins: [],
      hiddenRows: [],
      hiddenColumns: new Uint8Array(MAX_COLUMNS + 1),
      filled: [],
      isFilled: new Uint8Array(MAX_COLUMNS + 1),
    };
    const rows = new SheetRows(({ number, cells, columns, isHidden }) => {
      if (isHidden && cells.length > 0) besides.hiddenRows.push(number);
      for (const column of columns) fill(besides, column + 1);
      text.row(cells, columns);
    }, bounds);
    await file.read(
      relation.target,
      sheetEvents(rows, besides, (kind, value, style) => {
        const written = (text: string): string => signsOf(fonts[style] ?? "", around[style]?.join(text) ?? text);
        if (kind === "s") return written(strings[Number(value)] ?? "");
        if (kind === "inlineStr" || kind === "str") return written(unescaped(value));
        if (kind === "b") return value === "1" ? "TRUE" : "FALSE";
        if (kind === "" || kind === "n") return shown(Number(value), formats[style] ?? "General");
        // As a cell with a number would have it.
        if (kind === "d") return value.replace(/T00:00(?::00(?:\.0+)?)?Z?$/, "").replace("T", " ");
        return value;
      }),
    );
    rows.end();
    const own = await file.relationsOf(relation.target);
    within.push({ embedded: besides.embedded, relations: own });
    text.endTable();
    for (const { target } of own.filter(({ type }) => type === "drawing")) {
      if (seen.has(target)) continue;
      seen.add(target);
      const drawn = await drawnIn(file, await file.relationsOf(target), bounds);
      await file.read(target, drawingEvents(text, drawn));
    }
    writeComments(text, await commentsOn(file, own, seen));
    const hiddenColumns = besides.filled.filter((column) => besides.hiddenColumns[column] === 1);
    for (const line of hiddenLines(besides.hiddenRows, hiddenColumns)) text.line(line);
    for (const cells of headAndFoot(besides.margins)) text.row(cells);
    text.endTable();
  }
  return withParts(written(text), await embeddedParts(file, within));
}

/** Of a sheet, as every program has it. */
const MAX_COLUMNS = 16_384;

/** What a sheet has beside its cells. Rows and columns count from 1. */
type Besides = {
  embedded: Embedded[];
  margins: string[];
  /** Those with something in them. */
  hiddenRows: number[];
  /** 1 for each that is hidden. */
  hiddenColumns: Uint8Array;
  /** Columns with something in them. */
  filled: number[];
  /** 1 for each of these. */
  isFilled: Uint8Array;
};

function fill({ filled, isFilled }: Besides, column: number): void {
  if (column > MAX_COLUMNS || isFilled[column] === 1) return;
  isFilled[column] = 1;
  filled.push(column);
}

/** Text boxes, and charts, as they lie upon a sheet. */
function drawingEvents(text: PageWriter, drawn: Awaited<ReturnType<typeof drawnIn>>): XmlEvents {
  const flow = new Flow(text);
  let inText = false;
  let isHidden = false;
  /** What old versions of Excel draw in the place of what they do not know. */
  let fallback = 0;
  return {
    open(name, attributes) {
      if (fallback > 0 || name === "Fallback") fallback += 1;
      else if (name === "sp") isHidden = false;
      else if (name === "cNvPr") isHidden = attributes.hidden === "1";
      else if (isHidden) return;
      else if (name === "p") flow.openParagraph();
      else if (name === "t") inText = true;
      else if (name === "br") flow.text("\n");
      else flow.block(takeDrawn(drawn, name, attributes));
    },
    close(name) {
      if (fallback > 0) fallback -= 1;
      else if (isHidden) return;
      else if (name === "p") flow.closeParagraph();
      else if (name === "t") inText = false;
    },
    text(piece) {
      if (inText && fallback === 0) flow.text(piece);
    },
  };
}

/** What people wrote to cells. Excel keeps a talk twice, the second time for its older versions, with an explanation. */
async function commentsOn(file: OfficePackage, relations: readonly Relation[], seen: Set<string>): Promise<string[]> {
  const talks: { cell: string; text: string }[] = [];
  const notes: { cell: string; text: string }[] = [];
  for (const { type, target } of relations) {
    if ((type !== "comments" && type !== "threadedComment") || seen.has(target)) continue;
    seen.add(target);
    const into = type === "comments" ? notes : talks;
    let inText = false;
    let inReading = false;
    await file.read(target, {
      open(name, attributes) {
        if (name === "comment" || name === "threadedComment") into.push({ cell: attributes.ref ?? "", text: "" });
        else if (name === "t" || (name === "text" && into === talks)) inText = true;
        else if (name === "rPh") inReading = true;
      },
      close(name) {
        if (name === "t" || name === "text") inText = false;
        else if (name === "rPh") inReading = false;
      },
      text(piece) {
        const last = into.at(-1);
        if (inText && !inReading && last) last.text += piece;
      },
    });
  }
  const talked = new Set(talks.map(({ cell }) => cell));
  return [...notes.filter(({ cell }) => !talked.has(cell)), ...talks].map(({ text }) => unescaped(text));
}

/**
 * Characters that XML cannot have are written as "_x000D_" (ECMA-376-1, 22.9.2.19); and so is what looks like that. Not by a replacement, which keeps
 * millions of matches.
 */
function unescaped(text: string): string {
  let at = text.indexOf("_x");
  if (at < 0) return text;
  const meant = new LongText();
  let from = 0;
  for (; at >= 0; at = text.indexOf("_x", at)) {
    const code = ESCAPED.exec(text.slice(at, at + ESCAPED_LENGTH))?.[1];
    if (code === undefined) {
      at += 1;
      continue;
    }
    meant.add(text.slice(from, at) + String.fromCharCode(Number.parseInt(code, 16)));
    at += ESCAPED_LENGTH;
    from = at;
  }
  meant.add(text.slice(from));
  return withLineFeeds(meant.toString());
}

const ESCAPED = /^_x([\dA-Fa-f]{4})_$/;
const ESCAPED_LENGTH = "_x000D_".length;

async function sheetsOf(
  file: OfficePackage,
  main: string,
): Promise<{ sheets: { name: string; id: string; isHidden: boolean }[]; date1904: boolean }> {
  const sheets: { name: string; id: string; isHidden: boolean }[] = [];
  let date1904 = false;
  await file.read(main, {
    open(name, attributes) {
      if (name === "workbookPr") date1904 = ["1", "true"].includes(attributes.date1904 ?? "");
      if (name === "sheet" && attributes.name && attributes["r:id"])
        sheets.push({
          name: attributes.name,
          id: attributes["r:id"],
          isHidden: /^(?:very)?hidden$/i.test(attributes.state ?? ""),
        });
    },
  });
  return { sheets, date1904 };
}

/** The texts that cells name by number; without the readings of East Asian words. */
async function sharedStrings(file: OfficePackage, name: string): Promise<string[]> {
  const strings: string[] = [];
  let string = new LongText();
  let characters = 0;
  let inText = false;
  let inReading = false;
  await file.read(name, {
    open(element) {
      if (element === "si") string = new LongText();
      else if (element === "t") inText = true;
      else if (element === "rPh") inReading = true;
    },
    close(element) {
      if (element === "t") inText = false;
      else if (element === "rPh") inReading = false;
      else if (element === "si") {
        const text = string.toString();
        characters += text.length;
        if (characters > MAX_CHARACTERS) throw new PipelineError("unpacked_too_large");
        strings.push(unescaped(text));
      }
    },
    text(text) {
      if (inText && !inReading) string.add(text);
    },
  });
  return strings;
}

/** The number format and the font of each cell style, in the order in which cells name them. */
async function cellStyles(file: OfficePackage, name: string): Promise<{ formats: string[]; fonts: string[] }> {
  const own = new Map<number, string>();
  const ids: number[] = [];
  const named: string[] = [];
  const ofStyle: number[] = [];
  let inside = "";
  await file.read(name, {
    open(element, attributes) {
      if (element === "numFmt" && inside !== "dxfs")
        own.set(Number(attributes.numFmtId), attributes.formatCode ?? "General");
      else if (["cellXfs", "fonts", "dxfs"].includes(element)) inside = element;
      else if (element === "font" && inside === "fonts") named.push("");
      else if (element === "name" && inside === "fonts" && named.length > 0)
        named[named.length - 1] = attributes.val ?? "";
      else if (element === "xf" && inside === "cellXfs") {
        ids.push(Number(attributes.numFmtId ?? 0));
        ofStyle.push(Number(attributes.fontId ?? 0));
      }
    },
    close(element) {
      if (element === inside) inside = "";
    },
  });
  return { formats: ids.map((id) => own.get(id) ?? formatOfId(id)), fonts: ofStyle.map((at) => named[at] ?? "") };
}

/** Formulas are not computed here: programs that write workbooks may leave that to Excel. Such a cell shows its formula. */
const MAX_FORMULA_CHARACTERS = 8_192;

/** Rows as they come; `show` turns the value of a cell into text, by its type (`t`) and the number of its style. */
function sheetEvents(
  rows: SheetRows,
  besides: Besides,
  show: (kind: string, value: string, style: number) => string,
): XmlEvents {
  let margin = "";
  let inMargin = false;
  let rowNumber = 0;
  let isRowHidden = false;
  let cells: string[] = [];
  let columns: number[] = [];
  let column = 0;
  const add = (text: string): void => {
    if (text === "") return;
    columns.push(column - 1);
    cells.push(text);
  };
  let kind = "";
  let style = 0;
  let value = "";
  let hasValue = false;
  let formula = "";
  let cell = "";
  let shares: string | undefined;
  /** Formulas that cells share, by their number, with the cell that has it written. */
  const shared = new Map<string, { formula: string; cell: string }>();
  let inValue = false;
  let inFormula = false;
  let inReading = false;
  return {
    open(name, attributes) {
      if (name === "row") {
        [cells, columns, column] = [[], [], 0];
        rowNumber = Number(attributes.r) || rowNumber + 1;
        isRowHidden = isTrue(attributes.hidden);
      } else if (name === "c") {
        kind = attributes.t ?? "";
        style = Number(attributes.s ?? 0);
        value = "";
        hasValue = false;
        formula = "";
        cell = attributes.r ?? "";
        // A cell without a place of its own stands next to the one before.
        column = columnOf(cell) ?? column + 1;
        shares = undefined;
      } else if (name === "f") {
        inFormula = true;
        if (attributes.t === "shared") shares = attributes.si ?? "";
      } else if (name === "v" || name === "t") inValue = hasValue = true;
      else if (name === "rPh") inReading = true;
      else if (name === "col" && isTrue(attributes.hidden))
        besides.hiddenColumns.fill(1, Number(attributes.min) || 0, (Number(attributes.max) || 0) + 1);
      else if (name === "mergeCell") rows.merge(attributes.ref ?? "");
      else if (MARGIN.test(name)) [inMargin, margin] = [true, ""];
      else if (name === "oleObject" && attributes["r:id"])
        besides.embedded.push({ relation: attributes["r:id"], program: attributes.progId ?? "" });
    },
    close(name) {
      if (name === "v" || name === "t") inValue = false;
      else if (inMargin && MARGIN.test(name)) {
        inMargin = false;
        besides.margins.push(margin);
      } else if (name === "rPh") inReading = false;
      else if (name === "f") {
        inFormula = false;
        if (shares === undefined) return;
        const written = shared.get(shares);
        if (formula !== "" && shared.size < MAX_SHARED) shared.set(shares, { formula, cell });
        else if (formula === "" && written) formula = movedFormula(written.formula, written.cell, cell);
      } else if (name === "c" && value !== "") add(show(kind, value, style));
      else if (name === "c" && formula !== "" && (kind !== "str" || !hasValue)) add(`=${formula}`);
      else if (name === "row") rows.add({ number: rowNumber, cells, columns, isHidden: isRowHidden });
    },
    text(piece) {
      if (inFormula && formula.length < MAX_FORMULA_CHARACTERS) formula += piece;
      if (inValue && !inReading) value += piece;
      if (inMargin) margin += piece;
    },
  };
}

const MARGIN = /^(?:odd|even|first)(?:Header|Footer)$/;
const isTrue = (value: string | undefined): boolean => value === "1" || value === "true";

const MAX_SHARED = 10_000;
