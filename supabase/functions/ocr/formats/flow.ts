import type { Mark } from "../markdown.ts";
import type { MarkedLine } from "./file-text.ts";
import type { PageWriter } from "./page-writer.ts";

/**
 * Text that flows: paragraphs, and tables whose rows become lines. Paragraphs may stand in cells, cells hold tables, and a
 * paragraph may hold a text box with paragraphs of its own; what is inside comes before what is around it.
 */
export class Flow {
  #pages: PageWriter;
  #paragraphs: { texts: string[]; mark?: Mark | undefined }[] = [];
  #rows: string[][] = [];

  constructor(pages: PageWriter) {
    this.#pages = pages;
  }

  openParagraph(): void {
    this.#paragraphs.push({ texts: [] });
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
    this.#paragraphs.at(-1)?.texts.push(text);
  }

  /** Lines of their own, such as those of a chart. They come before the paragraph that they hang on. */
  block(lines: readonly MarkedLine[]): void {
    for (const { text, mark } of lines) this.#emit(text, mark);
    if (this.#rows.length === 0) this.#pages.endTable();
  }

  /** A table of its own, also where another one stands right above it. */
  openTable(): void {
    if (this.#rows.length === 0) this.#pages.endTable();
  }

  openRow(): void {
    this.#rows.push([]);
  }

  openCell(): void {
    this.#rows.at(-1)?.push("");
  }

  closeRow(): void {
    const cells = this.#rows.pop();
    if (!cells) return;
    if (this.#rows.length > 0) this.#emit(cells.filter(Boolean).join("  "));
    else this.#pages.row(cells);
  }

  /** A page break; in a table there is none, since a row is a line. */
  pageBreak(): void {
    if (this.#rows.length > 0) return;
    const open = this.#paragraphs.at(-1);
    if (open && open.texts.length > 0) this.#emit(open.texts.splice(0).join(""), open.mark);
    this.#pages.pageBreak();
  }

  #emit(text: string, mark?: Mark): void {
    const row = this.#rows.at(-1);
    if (!row) return this.#pages.line(text, mark);
    const cell = row.pop() ?? "";
    row.push(cell && text.trim() ? `${cell} ${text}` : cell || text);
  }
}
