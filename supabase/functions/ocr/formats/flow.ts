import type { Mark } from "../markdown.ts";
import type { MarkedLine } from "./file-text.ts";
import type { PageWriter } from "./page-writer.ts";

/** As many as a table of Word can have. */
const MAX_COLUMNS = 63;
/** Places of a row, behind which those of its cells are not counted. */
const MAX_PLACES = 1_000;
/** So many texts of a paragraph become one. */
const JOINED_AT = 4_096;

/**
 * Text that flows: paragraphs, and tables whose rows become lines. Paragraphs may stand in cells, cells hold tables, and a
 * paragraph may hold a text box with paragraphs of its own; what is inside comes before what is around it.
 */
export class Flow {
  #pages: PageWriter;
  /** Those that are open; the first `joined` of its texts are many in one. */
  #paragraphs: { texts: string[]; joined: number; mark?: Mark | undefined }[] = [];
  /** Of the last cell: `wide`, its columns beyond the first; whether it was deleted. */
  #rows: { cells: string[]; wide: number; isDropped: boolean }[] = [];
  /** Whether the innermost paragraph has come to its end and goes on in the next one. */
  #isHeld = false;

  constructor(pages: PageWriter) {
    this.#pages = pages;
  }

  /** Says whether a paragraph begins; else the one before goes on. */
  openParagraph(): boolean {
    const goesOn = this.#isHeld && (this.#paragraphs.at(-1)?.texts.join("").trim() ?? "") !== "";
    if (!this.#isHeld) this.#paragraphs.push({ texts: [], joined: 0 });
    this.#isHeld = false;
    return !goesOn;
  }

  /** The mark at the end of the paragraph was deleted: the next one goes on with it, if any comes in the same place. */
  holdParagraph(): void {
    this.#isHeld = true;
  }

  #release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.closeParagraph();
  }

  /** Says what the paragraph is that is open. */
  mark(mark: Mark | undefined): void {
    const open = this.#paragraphs.at(-1);
    if (open) open.mark = mark;
  }

  closeParagraph(): void {
    const paragraph = this.#paragraphs.pop();
    if (paragraph) this.#emit(paragraph.texts.join(""), paragraph.mark);
  }

  /** Text of the paragraph that is open; what stands between paragraphs is layout of the file. */
  text(text: string): void {
    const open = this.#paragraphs.at(-1);
    if (!open) return;
    this.#pages.expect(text.length);
    open.texts.push(text);
    // A paragraph may come as millions of single letters, each of which takes the memory of ten.
    if (open.texts.length - open.joined < JOINED_AT) return;
    open.texts.push(open.texts.splice(open.joined).join(""));
    open.joined += 1;
  }

  /** Lines of their own, such as those of a chart. They come before the paragraph that they hang on. */
  block(lines: readonly MarkedLine[]): void {
    for (const { text, mark } of lines) this.#emit(text, mark);
    if (this.#rows.length === 0) this.#pages.endTable();
  }

  /** A table of its own, also where another one stands right above it. */
  openTable(): void {
    this.#release();
    if (this.#rows.length === 0) this.#pages.endTable();
  }

  openRow(): void {
    this.#rows.push({ cells: [], wide: 0, isDropped: false });
  }

  openCell(): void {
    const row = this.#rows.at(-1);
    if (!row) return;
    endCell(row);
    for (; row.wide > 0 && row.cells.length < MAX_PLACES; row.wide -= 1) row.cells.push("");
    row.wide = 0;
    row.cells.push("");
  }

  /** The open cell was deleted: the cells behind it take its place. */
  dropCell(): void {
    const row = this.#rows.at(-1);
    if (row) row.isDropped = true;
  }

  /** Says over how many columns the open cell goes. */
  widenCell(columns: number): void {
    const row = this.#rows.at(-1);
    if (row && columns > 1) row.wide = Math.min(columns, MAX_COLUMNS) - 1;
  }

  /** A place for paragraphs ends: a cell, a text box, the text. */
  closePlace(): void {
    this.#release();
  }

  /** A row that was deleted. */
  dropRow(): void {
    this.#rows.pop();
  }

  closeRow(): void {
    const row = this.#rows.pop();
    if (!row) return;
    endCell(row);
    const { cells } = row;
    if (this.#rows.length > 0) this.#emit(cells.filter(Boolean).join("  "));
    else this.#pages.row(cells);
  }

  /** A page break; in a table there is none, since a row is a line. */
  pageBreak(): void {
    if (this.#rows.length > 0) return;
    const open = this.#paragraphs.at(-1);
    if (open && open.texts.length > 0) {
      this.#emit(open.texts.splice(0).join(""), open.mark);
      open.joined = 0;
    }
    this.#pages.pageBreak();
  }

  #emit(text: string, mark?: Mark): void {
    const row = this.#rows.at(-1)?.cells;
    if (!row) return this.#pages.line(text, mark);
    const cell = row.pop() ?? "";
    row.push(cell && text.trim() ? `${cell} ${text}` : cell || text);
  }
}

function endCell(row: { cells: string[]; wide: number; isDropped: boolean }): void {
  if (!row.isDropped) return;
  row.cells.pop();
  row.wide = 0;
  row.isDropped = false;
}
