import { PipelineError } from "../../_shared/errors.ts";
import type { Bounds } from "./bounds.ts";
import { type FileText, written } from "./file-text.ts";
import { Flow } from "./flow.ts";
import { type OfficePackage, openPackage } from "./office-package.ts";
import { PageWriter } from "./page-writer.ts";
import type { XmlEvents } from "./xml.ts";

/** What is no text of the document: what was deleted, comments, how it looks. */
const SKIPPED = new Set([
  "tracked-changes",
  "annotation",
  "automatic-styles",
  "styles",
  "font-face-decls",
  "scripts",
  "sequence-decls",
  "ruby-text",
]);

/** Of a repeated cell or row, this many at most are written out: the rest of a sheet is one cell, repeated. */
const MAX_REPEATS = 100;
/** No program knows sheets with more columns. */
const MAX_CELLS = 16_384;

/** A text document (OpenDocument 1.3, part 3): flowing text with its tables and notes; soft page breaks, where they were saved, end a page. */
export async function readOdt(bytes: Uint8Array, bounds: Bounds): Promise<FileText> {
  const file = await openUnlocked(bytes, bounds);
  const text = new PageWriter(bounds);
  // The letterhead is in the page style, apart from the text.
  const [head, foot] = [new PageWriter(bounds), new PageWriter(bounds)];
  await file.read("styles.xml", marginEvents(head, foot));
  const said = (margin: PageWriter): string => margin.pages().join("\n");
  if (said(head)) text.line(said(head));
  await file.read("content.xml", textEvents(text));
  if (said(foot)) text.line(said(foot));
  return written(text);
}

/** A spreadsheet (OpenDocument 1.3, part 3): a sheet begins a page with its name, and a row is a line of its cells' text. */
export async function readOds(bytes: Uint8Array, bounds: Bounds): Promise<FileText> {
  const file = await openUnlocked(bytes, bounds);
  const text = new PageWriter(bounds);
  await file.read("content.xml", sheetEvents(text, bounds));
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

function textEvents(pages: PageWriter): XmlEvents {
  const flow = new Flow(pages);
  let skipped = 0;
  let lists = 0;
  let isFirst = false;
  return {
    open(name, attributes) {
      if (skipped > 0 || SKIPPED.has(name)) skipped += 1;
      else if (name === "list") lists += 1;
      else if (name === "list-item") isFirst = true;
      else if (name === "p" || name === "h") {
        flow.openParagraph();
        if (name === "h") flow.mark({ kind: "heading", level: levelOf(attributes["text:outline-level"]) });
        else if (isFirst) flow.mark({ kind: "item", depth: Math.min(lists, MAX_DEPTH) - 1 });
        isFirst = false;
      } else if (name === "table") flow.openTable();
      else if (name === "s") flow.text(" ".repeat(Math.min(Number(attributes["text:c"] ?? 1) || 1, MAX_REPEATS)));
      else if (name === "tab") flow.text("\t");
      else if (name === "line-break") flow.text("\n");
      else if (name === "soft-page-break") flow.pageBreak();
      else if (name === "table-row") flow.openRow();
      else if (name === "table-cell") flow.openCell();
    },
    close(name) {
      if (skipped > 0) skipped -= 1;
      else if (name === "list") lists -= 1;
      else if (name === "p" || name === "h") flow.closeParagraph();
      else if (name === "table-row") flow.closeRow();
    },
    text(text) {
      // Line ends in the file are white space, no line breaks.
      if (skipped === 0) flow.text(text.replace(/\s+/g, " "));
    },
  };
}

const MAX_DEPTH = 6;
const levelOf = (level: string | undefined): number => Math.min(Math.max(Number(level ?? 1) || 1, 1), 6);

/** What stands in the headers and footers of the first page style. */
function marginEvents(head: PageWriter, foot: PageWriter): XmlEvents {
  const inside = { header: textEvents(head), footer: textEvents(foot) };
  let current: XmlEvents | undefined;
  let masters = 0;
  return {
    open(name, attributes) {
      if (name === "master-page") masters += 1;
      else if (current) current.open?.(name, attributes);
      else if (masters === 1 && (name === "header" || name === "footer")) current = inside[name];
    },
    close(name) {
      if (name === "header" || name === "footer") current = undefined;
      else current?.close?.(name);
    },
    text: (text) => current?.text?.(text),
  };
}

function sheetEvents(pages: PageWriter, bounds: Bounds): XmlEvents {
  let row: string[] = [];
  let columns: number[] = [];
  let column = 0;
  let rowRepeats = 1;
  let cellRepeats = 1;
  let cell = "";
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
      if (skipped > 0 || SKIPPED.has(name)) skipped += 1;
      else if (name === "table") {
        const isHidden =
          hiddenStyles.has(attributes["table:style-name"] ?? "") || attributes["table:display"] === "false";
        pages.startPage(`${attributes["table:name"] ?? ""}${isHidden ? " (hidden sheet)" : ""}`.trim());
      } else if (name === "table-row") {
        [row, columns, column] = [[], [], 0];
        rowRepeats = repeats(attributes["table:number-rows-repeated"]);
      } else if (name === "table-cell") {
        cell = "";
        cellRepeats = repeats(attributes["table:number-columns-repeated"]);
        unseen = unseenValue(attributes);
        date = attributes["office:value-type"] === "date" ? attributes["office:date-value"] : undefined;
      } else if (name === "p") {
        inParagraph = true;
        if (cell) cell += " ";
      } else if (name === "s" || name === "tab" || name === "line-break") cell += " ";
    },
    close(name) {
      if (skipped > 0) skipped -= 1;
      else if (name === "p") inParagraph = false;
      else if (name === "table-cell") {
        // As in XLSX: a date that every reader takes for the same.
        const shown = date && cell ? date.replace("T", " ").replace(/(:\d\d):\d\d.*/, "$1") : cell || unseen;
        if (shown)
          for (let count = 0; count < cellRepeats && row.length < MAX_CELLS; count += 1) {
            bounds.step();
            row.push(shown);
            columns.push(column + count);
          }
        column += cellRepeats;
      } else if (name === "table-row") for (let count = 0; count < rowRepeats; count += 1) pages.row(row, columns);
    },
    text(text) {
      if (inParagraph && skipped === 0) cell += text;
    },
  };
}

/** What a cell holds that no program has written as text yet: its value, else its formula. */
function unseenValue(attributes: Record<string, string>): string {
  const kind = attributes["office:value-type"] ?? "";
  const value =
    kind === "date"
      ? attributes["office:date-value"]?.replace("T", " ")
      : kind === "time"
        ? attributes["office:time-value"]
        : kind === "boolean"
          ? attributes["office:boolean-value"]?.toUpperCase()
          : kind === "string"
            ? attributes["office:string-value"]
            : attributes["office:value"];
  if (value) return value;
  const formula = attributes["table:formula"];
  // "of:=SUM([.A1:.A2];[$Other.B1])" is written as it is shown.
  return formula && kind !== "string"
    ? formula
        .replace(/^[a-z]{1,8}:/, "")
        .replace(/\[([^[\]]{1,200})\]/g, (_, cells: string) => cells.replace(/(^|:)\./g, "$1"))
    : "";
}
