import { PipelineError } from "../../_shared/errors.ts";
import type { Bounds } from "./bounds.ts";
import { type FileText, type MarkedLine, written } from "./file-text.ts";
import { Flow } from "./flow.ts";
import { FormValues } from "./odf-forms.ts";
import { ListNumbers } from "./odf-lists.ts";
import { objectsIn, takeObject } from "./odf-objects.ts";
import { Styles } from "./odf-styles.ts";
import { writeComments } from "./office-drawings.ts";
import { type OfficePackage, openPackage } from "./office-package.ts";
import { PageWriter } from "./page-writer.ts";
import { headAndFoot, hiddenLines } from "./sheet-margins.ts";
import { singleSpaced } from "./white-space.ts";
import { signsOf } from "./word-signs.ts";
import { LongText } from "./long-text.ts";
import type { XmlEvents } from "./xml.ts";

/** What is no text of the document: what was deleted, how it looks, what describes a picture. */
const SKIPPED = new Set([
  "tracked-changes",
  "automatic-styles",
  "styles",
  "font-face-decls",
  "scripts",
  "script",
  "sequence-decls",
  "ruby-text",
  "desc",
  "binary-data",
]);
/** What describes a picture is its title; within text, one is that of the document. */
const WITHIN_TEXT = new Set(["p", "h", "span", "a"]);
const NUMBERED = new Set(["h", "list-item", "list-header"]);

/** Of a repeated cell or row, this many at most are written out: the rest of a sheet is one cell, repeated. */
const MAX_REPEATS = 100;
/** No program knows sheets with more columns. */
const MAX_CELLS = 16_384;

/**
 * A text document (OpenDocument 1.3, part 3): flowing text with its tables, notes, fields, charts and formulas, then the comments; soft page breaks,
 * where they were saved, end a page.
 */
export async function readOdt(bytes: Uint8Array, bounds: Bounds): Promise<FileText> {
  const file = await openUnlocked(bytes, bounds);
  const text = new PageWriter(bounds);
  const styles = new Styles();
  // The letterhead is in the page style, apart from the text.
  const margins = new Margins(styles, bounds);
  await file.read("styles.xml", margins.events());
  const comments: string[] = [];
  const objects = await objectsIn(file, bounds);
  const events = textEvents(text, { styles, objects, comments });
  await file.read("content.xml", {
    ...events,
    open(name, attributes) {
      // Which page styles the text has, its own styles say, which stand before it.
      if (name === "body") for (const line of margins.linesOf("head")) text.head(line);
      events.open?.(name, attributes);
    },
  });
  writeComments(text, comments);
  for (const line of margins.linesOf("foot")) text.line(line);
  return written(text);
}

/**
 * A spreadsheet (OpenDocument 1.3, part 3): a sheet begins a page with its name, and a row is a line of its cells' text. Then comes what lies upon
 * the sheet (text boxes, charts, comments); at the end, what is printed around all sheets.
 */
export async function readOds(bytes: Uint8Array, bounds: Bounds): Promise<FileText> {
  const file = await openUnlocked(bytes, bounds);
  const text = new PageWriter(bounds);
  await file.read("content.xml", sheetEvents(text, bounds, await objectsIn(file, bounds)));
  const margins: string[] = [];
  await file.read("styles.xml", sheetMarginEvents(margins));
  for (const cells of headAndFoot(margins)) text.row(cells);
  return written(text);
}

/** @throws PipelineError encrypted_file, broken_file */
async function openUnlocked(bytes: Uint8Array, bounds: Bounds): Promise<OfficePackage> {
  const file = await openPackage(bytes, bounds);
  await file.read("META-INF/manifest.xml", {
    open(name) {
      if (name === "encryption-data") throw new PipelineError("encrypted_file");
    },
  });
  return file;
}

type Known = { styles?: Styles; objects?: Map<string, MarkedLine[]>; comments?: string[] };

function textEvents(
  pages: PageWriter,
  { styles = new Styles(), objects = new Map(), comments = [] }: Known = {},
): XmlEvents {
  const flow = new Flow(pages);
  const forms = new FormValues();
  const comment = new Comment(comments);
  const numbers = new ListNumbers(styles);
  let skipped = 0;
  let isFirst = false;
  let paragraphs = 0;
  /** The number of the paragraph, until its first text comes: a page break may stand before it. */
  let number = "";
  const put = (text: string): void => {
    if (number) flow.text(`${number} `);
    number = "";
    flow.text(text);
  };
  const around: { name: string; style: string; font: string }[] = [];
  return {
    open(name, attributes) {
      styles.opened(name, attributes);
      if (comment.opened(name)) return;
      const outer = around.at(-1);
      // What describes a picture; and numbers as a program has counted them, which are counted here too.
      const isBeside =
        (name === "title" && !WITHIN_TEXT.has(outer?.name ?? "")) ||
        (name === "number" && NUMBERED.has(outer?.name ?? ""));
      const style = attributes["text:style-name"] ?? "";
      around.push({ name, style, font: styles.fontOf(style) ?? outer?.font ?? "" });
      const isCovered = name === "covered-table-cell";
      if (skipped === 0 && (isCovered || name === "table-cell")) {
        flow.openCell();
        flow.widenCell(Number(attributes["table:number-columns-repeated"]) || 1);
      }
      if (skipped > 0 || SKIPPED.has(name) || isBeside || isCovered || styles.hides(name, attributes)) skipped += 1;
      else if (name === "list") numbers.openList(attributes);
      else if (name === "list-item") {
        numbers.openItem(attributes);
        isFirst = true;
      } else if (name === "p" || name === "h") {
        if (paragraphs === 0 && styles.breaksBefore(style)) flow.pageBreak();
        paragraphs += 1;
        flow.openParagraph();
        const level = levelOf(attributes["text:outline-level"]);
        if (name === "h") flow.mark({ kind: "heading", level });
        else if (isFirst) flow.mark({ kind: "item", depth: Math.min(numbers.depth, MAX_DEPTH) - 1 });
        number = isFirst ? numbers.ofItem() : name === "h" ? numbers.ofHeading(level, style, attributes) : "";
        isFirst = false;
      } else if (name === "table") {
        if (paragraphs === 0 && styles.breaksBefore(attributes["table:style-name"] ?? "")) flow.pageBreak();
        flow.openTable();
      } else if (name === "s") put(" ".repeat(Math.min(Number(attributes["text:c"] ?? 1) || 1, MAX_REPEATS)));
      else if (name === "tab") put("\t");
      else if (name === "line-break") put("\n");
      else if (name === "soft-page-break") flow.pageBreak();
      else if (name === "table-row") flow.openRow();
      else if (name === "control") put(forms.shown(attributes));
      else if (name === "object") show(takeObject(objects, attributes));
      else forms.opened(name, attributes);
    },
    close(name) {
      if (comment.closed(name)) return;
      const style = around.pop()?.style ?? "";
      if (skipped > 0) skipped -= 1;
      else if (name === "list") numbers.closeList();
      else if (name === "p" || name === "h") {
        if (number) put("");
        paragraphs -= 1;
        flow.closeParagraph();
        if (paragraphs === 0 && styles.breaksAfter(style)) flow.pageBreak();
      } else if (name === "table-row") flow.closeRow();
      else forms.closed(name);
    },
    text(text) {
      if (comment.text(text) || skipped > 0) return;
      // Line ends in the file are white space, no line breaks.
      if (paragraphs > 0) put(signsOf(around.at(-1)?.font ?? "", singleSpaced(text)));
    },
  };

  /** A formula stands within its line, a chart above. */
  function show(lines: MarkedLine[]): void {
    const [line] = lines;
    if (lines.length === 1 && line && !line.mark) put(line.text);
    else flow.block(lines);
  }
}

/** What somebody wrote beside the text: who and when are left out. */
class Comment {
  readonly #comments: string[];
  #depth = 0;
  #paragraphs = 0;
  #text = "";

  constructor(comments: string[]) {
    this.#comments = comments;
  }

  /** @returns whether the element is of a comment */
  opened(name: string): boolean {
    if (this.#depth === 0 && name !== "annotation") return false;
    this.#depth += 1;
    if (name === "p") this.#paragraphs += 1;
    return true;
  }

  closed(name: string): boolean {
    if (this.#depth === 0) return false;
    this.#depth -= 1;
    if (name === "p") {
      this.#paragraphs -= 1;
      this.#text += " ";
    }
    if (this.#depth === 0) {
      this.#comments.push(this.#text);
      this.#text = "";
    }
    return true;
  }

  text(text: string): boolean {
    if (this.#depth === 0) return false;
    if (this.#paragraphs > 0) this.#text += text;
    return true;
  }
}

/** What it costs to begin a text of its own. */
const READER_STEPS = 10;
const MAX_DEPTH = 6;
const levelOf = (level: string | undefined): number => Math.min(Math.max(Number(level ?? 1) || 1, 1), 6);

type Side = "head" | "foot";
const SIDES: Record<string, Side> = {
  header: "head",
  "header-first": "head",
  "header-left": "head",
  footer: "foot",
  "footer-first": "foot",
  "footer-left": "foot",
};

/** What stands in the headers and footers of the page styles that a text has: the first one, and those that it names. */
class Margins {
  readonly #styles: Styles;
  readonly #bounds: Bounds;
  readonly #pages = new Map<string, Record<Side, string[]>>();

  constructor(styles: Styles, bounds: Bounds) {
    this.#styles = styles;
    this.#bounds = bounds;
  }

  events(): XmlEvents {
    let page: Record<Side, string[]> = { head: [], foot: [] };
    let current: { events: XmlEvents; text: PageWriter; side: Side } | undefined;
    return {
      open: (name, attributes) => {
        if (current) return current.events.open?.(name, attributes);
        this.#styles.opened(name, attributes);
        const side = SIDES[name];
        if (name === "master-page")
          this.#pages.set(attributes["style:name"] ?? String(this.#pages.size), (page = { head: [], foot: [] }));
        else if (side && attributes["style:display"] !== "false") {
          this.#bounds.step(READER_STEPS);
          const text = new PageWriter(this.#bounds);
          current = { events: textEvents(text, { styles: this.#styles }), text, side };
        }
      },
      close: (name) => {
        if (!current) return;
        if (!SIDES[name]) return current.events.close?.(name);
        page[current.side].push(current.text.pages().join("\n"));
        current = undefined;
      },
      text: (text) => current?.events.text?.(text),
    };
  }

  /** Each text once. */
  linesOf(side: Side): string[] {
    const texts = [...this.#pages].flatMap(([name, page], at) =>
      at === 0 || this.#styles.pages.has(name) ? page[side] : [],
    );
    return [...new Set(texts)].filter(Boolean);
  }
}

/** Fields of a header or footer that change from page to page, in the codes of headAndFoot. */
const FIELDS: Record<string, string> = { "page-number": "&P", "page-count": "&N", "sheet-name": "" };
const REGIONS: Record<string, string> = { "region-left": "&L", "region-center": "&C", "region-right": "&R" };

/** What is printed around the sheets, in the codes of headAndFoot; of the first page style. */
function sheetMarginEvents(margins: string[]): XmlEvents {
  let masters = 0;
  let margin: string | undefined;
  let inParagraph = false;
  let inField = 0;
  return {
    open(name, attributes) {
      if (name === "master-page") masters += 1;
      else if (masters === 1 && SIDES[name] && attributes["style:display"] !== "false") margin = "";
      else if (margin === undefined) return;
      else if (REGIONS[name]) margin += REGIONS[name];
      else if (name === "p") inParagraph = true;
      else if (inField > 0 || FIELDS[name] !== undefined) {
        if (inField === 0) margin += FIELDS[name];
        inField += 1;
      }
    },
    close(name) {
      if (margin === undefined) return;
      if (inField > 0) inField -= 1;
      else if (name === "p") {
        inParagraph = false;
        margin += " ";
      } else if (SIDES[name]) {
        margins.push(margin);
        margin = undefined;
      }
    },
    text(text) {
      if (margin !== undefined && inParagraph && inField === 0) margin += text.replaceAll("&", "&&");
    },
  };
}

function sheetEvents(pages: PageWriter, bounds: Bounds, objects: Map<string, MarkedLine[]>): XmlEvents {
  const comments: string[] = [];
  const comment = new Comment(comments);
  /** What lies upon the sheet and in none of its cells. */
  let floating: string[] = [];
  let shapes = 0;
  let drawn: MarkedLine[] = [];
  let rowNumber = 0;
  let rowsOf = 1;
  let isRowHidden = false;
  let hiddenRows: number[] = [];
  let columnNumber = 0;
  const hiddenColumns = new Uint8Array(MAX_CELLS + 1);
  const filled = new Set<number>();
  const startSheet = (): void => {
    [floating, drawn, hiddenRows] = [[], [], []];
    [rowNumber, columnNumber, shapes] = [0, 0, 0];
    comments.length = 0;
    hiddenColumns.fill(0);
    filled.clear();
  };
  const endSheet = (): void => {
    pages.endTable();
    for (const line of floating) pages.line(line);
    for (const { text, mark } of drawn) pages.line(text, mark);
    writeComments(pages, comments);
    const columns = [...filled].filter((place) => hiddenColumns[place] === 1);
    for (const line of hiddenLines(hiddenRows, columns)) pages.line(line);
    pages.endTable();
  };
  let row: string[] = [];
  let columns: number[] = [];
  let column = 0;
  let rowRepeats = 1;
  let cellRepeats = 1;
  let cell = new LongText();
  let date: string | undefined;
  let unseen = "";
  let style = "";
  const hiddenStyles = new Set<string>();
  let inParagraph = false;
  let skipped = 0;
  const repeats = (value: string | undefined): number => Math.min(Math.max(Number(value ?? 1) || 1, 1), MAX_REPEATS);
  return {
    open(name, attributes) {
      if (name === "style") style = attributes["style:name"] ?? "";
      else if (name === "table-properties" && attributes["table:display"] === "false") hiddenStyles.add(style);
      if (comment.opened(name)) return;
      const isCache = name === "table" && CACHED.test(attributes["table:name"] ?? "");
      const isCovered = name === "covered-table-cell";
      if (isCovered && skipped === 0) column += Number(attributes["table:number-columns-repeated"]) || 1;
      if (skipped > 0 || SKIPPED.has(name) || isCache || isCovered) skipped += 1;
      else if (name === "shapes") shapes += 1;
      else if (name === "object") for (const line of takeObject(objects, attributes)) drawn.push(line);
      else if (shapes > 0) {
        if (name === "p") floating.push("");
        inParagraph = name === "p" || inParagraph;
      } else if (name === "table-column") {
        const repeated = Math.min(Number(attributes["table:number-columns-repeated"] ?? 1) || 1, MAX_CELLS);
        if (isUnseen(attributes)) hiddenColumns.fill(1, columnNumber + 1, columnNumber + repeated + 1);
        columnNumber += repeated;
      } else if (name === "table") {
        startSheet();
        const isHidden =
          hiddenStyles.has(attributes["table:style-name"] ?? "") || attributes["table:display"] === "false";
        pages.startPage(`${attributes["table:name"] ?? ""}${isHidden ? " (hidden sheet)" : ""}`.trim());
      } else if (name === "table-row") {
        [row, columns, column] = [[], [], 0];
        rowRepeats = repeats(attributes["table:number-rows-repeated"]);
        rowsOf = Number(attributes["table:number-rows-repeated"]) || 1;
        isRowHidden = isUnseen(attributes);
      } else if (name === "table-cell") {
        cell = new LongText();
        cellRepeats = repeats(attributes["table:number-columns-repeated"]);
        unseen = unseenValue(attributes);
        date = attributes["office:value-type"] === "date" ? attributes["office:date-value"] : undefined;
      } else if (name === "p") {
        inParagraph = true;
        if (!cell.isEmpty) cell.add(" ");
      } else if (name === "s" || name === "tab" || name === "line-break") cell.add(" ");
    },
    close(name) {
      if (comment.closed(name)) return;
      if (skipped > 0) skipped -= 1;
      else if (name === "shapes") shapes -= 1;
      else if (name === "p") inParagraph = false;
      else if (shapes > 0) return;
      else if (name === "table") endSheet();
      else if (name === "table-cell") {
        // As in XLSX: a date that every reader takes for the same.
        const written = cell.toString();
        const shown = date && written ? dateOf(date, written) : written || unseen;
        if (shown)
          for (let count = 0; count < cellRepeats && row.length < MAX_CELLS; count += 1) {
            bounds.step();
            row.push(shown);
            columns.push(column + count);
            filled.add(column + count + 1);
          }
        column += cellRepeats;
      } else if (name === "table-row") {
        for (let count = 0; count < rowRepeats; count += 1) {
          pages.row(row, columns);
          rowNumber += 1;
          if (isRowHidden && row.length > 0) hiddenRows.push(rowNumber);
        }
        rowNumber += rowsOf - rowRepeats;
      }
    },
    text(text) {
      if (comment.text(text) || skipped > 0 || !inParagraph) return;
      if (shapes > 0) floating[floating.length - 1] += text;
      else cell.add(text);
    },
  };
}

/** A date, with the time and its seconds where the cell shows those. */
function dateOf(date: string, written: string): string {
  const [day = "", time = ""] = date.split("T");
  return time ? `${day} ${time.slice(0, /\d:\d\d:\d\d/.test(written) ? 8 : 5)}` : day;
}

/** What is kept of sheets of other files, for formulas; no program shows it. */
const CACHED = /^'[a-z]{1,20}:\/\/.*'#\$/;

const isUnseen = (attributes: Record<string, string>): boolean =>
  ["collapse", "filter"].includes(attributes["table:visibility"] ?? "");

/** What a cell holds that no program has written as text yet: its value, else its formula. */
function unseenValue(attributes: Record<string, string>): string {
  const kind = attributes["office:value-type"] ?? "";
  const value =
    kind === "date"
      ? attributes["office:date-value"]?.replace("T", " ")
      : kind === "time"
        ? durationOf(attributes["office:time-value"] ?? "")
        : kind === "boolean"
          ? attributes["office:boolean-value"]?.toUpperCase()
          : kind === "string"
            ? attributes["office:string-value"]
            : numberOf(kind, attributes);
  if (value) return value;
  const formula = attributes["table:formula"];
  // "of:=SUM([.A1:.A2];[$Other.B1])" is written as it is shown.
  return formula && kind !== "string"
    ? formula
        .replace(/^[a-z]{1,8}:/, "")
        .replace(/\[([^[\]]{1,200})\]/g, (_, cells: string) => cells.replace(/(^|:)\./g, "$1"))
    : "";
}

function numberOf(kind: string, attributes: Record<string, string>): string | undefined {
  const value = attributes["office:value"];
  if (value && kind === "percentage" && Number.isFinite(Number(value)))
    return `${Number((Number(value) * 100).toPrecision(15))}%`;
  return value && kind === "currency" ? `${value} ${attributes["office:currency"] ?? ""}`.trim() : value;
}

/** "PT12H30M05S" as 12:30:05. */
function durationOf(value: string): string {
  const [, hours, minutes, seconds] = /^-?PT(\d{1,9})H(\d{1,2})M(\d{1,2})(?:[.,]\d{1,20})?S$/.exec(value) ?? [];
  const shown = [hours, minutes, seconds].map((part) => part?.padStart(2, "0")).join(":");
  return seconds === undefined ? value : `${value.startsWith("-") ? "-" : ""}${shown}`;
}
