import type { PageWriter } from "./page-writer.ts";

/** Sections that begin where the one before ends; any other begins a page (ECMA-376, part 1, 17.18.77). */
const GOES_ON = new Set(["continuous", "nextColumn"]);

/**
 * Sections of a text: the last paragraph of each holds what it is, and with that how it began. So a page that ends with a section is doubtful until
 * the next one ends.
 */
export class Section {
  readonly #pages: PageWriter;
  /** How many elements deep the properties of a section are open. */
  #depth = 0;
  #type = "";
  #ends = false;

  constructor(pages: PageWriter) {
    this.#pages = pages;
  }

  opened(name: string, attributes: Record<string, string>): void {
    if (this.#depth === 0 && name !== "sectPr") return;
    this.#depth += 1;
    if (this.#depth === 1) this.#type = "";
    else if (this.#depth === 2 && name === "type") this.#type = attributes["w:val"] ?? "";
  }

  closed(): void {
    if (this.#depth === 0) return;
    this.#depth -= 1;
    if (this.#depth > 0) return;
    this.#pages.settle(!GOES_ON.has(this.#type));
    this.#ends = true;
  }

  /** The paragraph has ended that the properties stand in, if there were any. */
  endParagraph(): void {
    if (this.#ends) this.#pages.doubtfulBreak();
    this.#ends = false;
  }
}
