import type { PageWriter } from "./page-writer.ts";

/**
 * Text that flows: paragraphs, and tables whose rows become lines. Paragraphs may stand in cells, cells hold tables, and a
 * paragraph may hold a text box with paragraphs of its own; what is inside comes before what is around it.
 */
export class Flow {
  #pages: PageWriter;
  #paragraphs: string[][] = [];
  #rows: string[][] = [];

  constructor(pages: PageWriter) {
    this.#pages = pages;
  }

  openParagraph(): void {
    this.#paragraphs.push([]);
  }

  closeParagraph(): void {
    const text = this.#paragraphs.pop()?.join("");
    if (text !== undefined) this.#emit(text);
  }

  /** Text of the paragraph that is open; what stands between paragraphs is layout of the file. */
  text(text: string): void {
    this.#paragraphs.at(-1)?.push(text);
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
    if (open && open.length > 0) this.#emit(open.splice(0).join(""));
    this.#pages.pageBreak();
  }

  #emit(text: string): void {
    const row = this.#rows.at(-1);
    if (!row) return this.#pages.line(text);
    const cell = row.pop() ?? "";
    row.push(cell && text.trim() ? `${cell} ${text}` : cell || text);
  }
}
