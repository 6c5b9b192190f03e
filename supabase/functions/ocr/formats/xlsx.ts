import { PipelineError } from "../../_shared/errors.ts";
import { type Bounds, MAX_CHARACTERS } from "./bounds.ts";
import { cellTexts, formatOfId } from "./cell-format.ts";
import { type FileText, written } from "./file-text.ts";
import { type OfficePackage, openPackage } from "./office-package.ts";
import { PageWriter } from "./page-writer.ts";
import type { XmlEvents } from "./xml.ts";

/** A workbook (ECMA-376, part 1, 18): a sheet begins a page with its name, and a row is a line of the values as they are shown. */
export async function readXlsx(bytes: Uint8Array, bounds: Bounds): Promise<FileText> {
  const file = await openPackage(bytes, bounds);
  const main = await file.mainPart();
  const { sheets, date1904 } = await sheetsOf(file, main);
  const relations = await file.relationsOf(main);
  const target = (type: string): string => relations.find((relation) => relation.type === type)?.target ?? "";
  const strings = await sharedStrings(file, target("sharedStrings"));
  const formats = await cellFormats(file, target("styles"));
  const shown = cellTexts(date1904, bounds);
  const text = new PageWriter(bounds);
  const byId = new Map(relations.map((relation) => [relation.id, relation]));
  const seen = new Set<string>();
  for (const sheet of sheets) {
    const relation = byId.get(sheet.id);
    // Charts that are sheets have no cells.
    if (relation?.type !== "worksheet" || seen.has(relation.target)) continue;
    seen.add(relation.target);
    text.startPage(sheet.isHidden ? `${sheet.name} (hidden sheet)` : sheet.name);
    await file.read(
      relation.target,
      sheetEvents(text, (kind, value, style) => {
        if (kind === "s") return strings[Number(value)] ?? "";
        if (kind === "b") return value === "1" ? "TRUE" : "FALSE";
        if (kind === "" || kind === "n") return shown(Number(value), formats[style] ?? "General");
        return value;
      }),
    );
  }
  return written(text);
}

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
  let string = "";
  let characters = 0;
  let inText = false;
  let inReading = false;
  await file.read(name, {
    open(element) {
      if (element === "si") string = "";
      else if (element === "t") inText = true;
      else if (element === "rPh") inReading = true;
    },
    close(element) {
      if (element === "t") inText = false;
      else if (element === "rPh") inReading = false;
      else if (element === "si") {
        characters += string.length;
        if (characters > MAX_CHARACTERS) throw new PipelineError("unpacked_too_large");
        strings.push(string);
      }
    },
    text(text) {
      if (inText && !inReading) string += text;
    },
  });
  return strings;
}

/** The number format of each cell style, in the order in which cells name them. */
async function cellFormats(file: OfficePackage, name: string): Promise<string[]> {
  const own = new Map<number, string>();
  const ids: number[] = [];
  let inCellStyles = false;
  await file.read(name, {
    open(element, attributes) {
      if (element === "numFmt") own.set(Number(attributes.numFmtId), attributes.formatCode ?? "General");
      else if (element === "cellXfs") inCellStyles = true;
      else if (element === "xf" && inCellStyles) ids.push(Number(attributes.numFmtId ?? 0));
    },
    close(element) {
      if (element === "cellXfs") inCellStyles = false;
    },
  });
  return ids.map((id) => own.get(id) ?? formatOfId(id));
}

/** Formulas are not computed here: programs that write workbooks may leave that to Excel. Such a cell shows its formula. */
const MAX_FORMULA_CHARACTERS = 8_192;

/** Rows as they come; `show` turns the value of a cell into text, by its type (`t`) and the number of its style. */
function sheetEvents(text: PageWriter, show: (kind: string, value: string, style: number) => string): XmlEvents {
  let cells: string[] = [];
  let columns: number[] = [];
  const add = (text: string): void => {
    columns.push((placeOf(cell)?.column ?? cells.length + 1) - 1);
    cells.push(text);
  };
  let kind = "";
  let style = 0;
  let value = "";
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
      if (name === "row") [cells, columns] = [[], []];
      else if (name === "c") {
        kind = attributes.t ?? "";
        style = Number(attributes.s ?? 0);
        value = "";
        formula = "";
        cell = attributes.r ?? "";
        shares = undefined;
      } else if (name === "f") {
        inFormula = true;
        if (attributes.t === "shared") shares = attributes.si ?? "";
      } else if (name === "v" || name === "t") inValue = true;
      else if (name === "rPh") inReading = true;
    },
    close(name) {
      if (name === "v" || name === "t") inValue = false;
      else if (name === "rPh") inReading = false;
      else if (name === "f") {
        inFormula = false;
        if (shares === undefined) return;
        const written = shared.get(shares);
        if (formula !== "" && shared.size < MAX_SHARED) shared.set(shares, { formula, cell });
        else if (formula === "" && written) formula = movedFormula(written.formula, written.cell, cell);
      } else if (name === "c" && value !== "") add(show(kind, value, style));
      else if (name === "c" && formula !== "" && kind !== "str") add(`=${formula}`);
      else if (name === "row") text.row(cells, columns);
    },
    text(piece) {
      if (inFormula && formula.length < MAX_FORMULA_CHARACTERS) formula += piece;
      if (inValue && !inReading) value += piece;
    },
  };
}

const MAX_SHARED = 10_000;
const REFERENCE = /(?<![\w$.])(\$?)([A-Z]{1,3})(\$?)(\d{1,7})(?![\w(])/g;

/** A formula as another cell has it that shares it: its references move along, but for those with a `$`. */
function movedFormula(formula: string, from: string, to: string): string {
  const [start, end] = [placeOf(from), placeOf(to)];
  if (!start || !end) return formula;
  return formula.replace(REFERENCE, (_, fixedColumn: string, column: string, fixedRow: string, row: string) => {
    const across = fixedColumn ? 0 : end.column - start.column;
    const down = fixedRow ? 0 : end.row - start.row;
    return `${fixedColumn}${lettersOf(numberOf(column) + across)}${fixedRow}${Number(row) + down}`;
  });
}

function placeOf(cell: string): { column: number; row: number } | null {
  const [, column, row] = /^([A-Z]{1,3})(\d{1,7})$/.exec(cell) ?? [];
  return column && row ? { column: numberOf(column), row: Number(row) } : null;
}

const numberOf = (letters: string): number =>
  Array.from(letters).reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);

function lettersOf(column: number): string {
  let letters = "";
  for (let left = column; left > 0; left = Math.floor((left - 1) / 26))
    letters = String.fromCharCode(65 + ((left - 1) % 26)) + letters;
  return letters;
}
