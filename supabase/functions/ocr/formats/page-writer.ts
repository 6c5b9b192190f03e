import { PipelineError } from "../../_shared/errors.ts";
import { FIRST_ROW, type Mark, type Marks, ROW } from "../markdown.ts";
import { singleSpaced } from "./white-space.ts";
import { type Bounds, MAX_CHARACTERS, PAGE_CHARACTERS } from "./bounds.ts";

/**
 * Collects the text of a file as pages. A page ends where the file says so (`pageBreak`, `startPage`), and before it would
 * have more than PAGE_CHARACTERS; then between two lines, or, within a line that is longer than a page, between two words.
 */
export class PageWriter {
  #pages: string[] = [];
  #lines: string[] = [];
  /** What the lines are, by their places; as long as up to the last that is more than text. */
  #marks: (Mark | undefined)[] = [];
  #marksOfPages: Marks[] = [];
  /** Marks of rows, by their columns. */
  readonly #marksOfRows = new Map<string, Mark>();
  #mayGoOn = false;
  #length = 0;
  #total = 0;
  #expected = 0;
  #title: string | undefined;
  /** Set by startPage: the page counts even if nothing follows. */
  #kept = false;
  /** The page that begins with a break that may be none. */
  #doubted: number | undefined;
  /** Characters of the page that are a letterhead. */
  #head = 0;
  readonly bounds: Bounds;

  constructor(bounds: Bounds) {
    this.bounds = bounds;
  }

  /** A line, or a paragraph with line breaks of its own; an empty one parts what is before from what comes. */
  line(text: string, mark?: Mark): void {
    for (let from = 0, to = 0; to >= 0; from = to + 1) {
      to = text.indexOf("\n", from);
      this.#add(text.slice(from, endOfText(text, from, to < 0 ? text.length : to)), mark);
    }
    if (mark?.kind !== "row") this.#mayGoOn = false;
  }

  /** Counts text that comes later, in lines that are not known yet: all of it, blanks too, is kept until then. @throws PipelineError too_many_pages */
  expect(characters: number): void {
    this.#expected += characters;
    if (this.#expected > MAX_CHARACTERS) throw tooMuch();
  }

  /** A letterhead: a page that has nothing else yet is none that a break ends. */
  head(text: string): void {
    const isFirst = this.#length === this.#head;
    this.line(text);
    if (isFirst) this.#head = this.#length;
  }

  /** Ends a table: a row that comes next is of another one. */
  endTable(): void {
    this.#mayGoOn = false;
  }

  /**
   * A row of a table, on one line: its cells that hold something, two spaces between them.
   *
   * @param places the column of each cell, where empty ones were left out
   */
  row(cells: readonly string[], places?: readonly number[]): void {
    const filled: string[] = [];
    const columns: number[] = [];
    let characters = 0;
    let last: { cell: string; flat: string } | undefined;
    for (const [index, cell] of cells.entries()) {
      // Before the work: a cell may be a long text that thousands of cells share.
      characters += cell.length;
      if (this.#total + characters > MAX_CHARACTERS) throw tooMuch();
      // Cells that repeat share their text.
      if (cell !== last?.cell) {
        this.bounds.step(cell.length / FLATTENED_A_STEP);
        last = { cell, flat: singleSpaced(cell).trim() };
      }
      const { flat } = last;
      if (!flat) continue;
      filled.push(flat);
      columns.push(places?.[index] ?? index);
    }
    if (filled.length === 0) return;
    const begins = !this.#mayGoOn;
    this.#mayGoOn = true;
    this.line(filled.join("  "), this.#markOfRow(columns, begins));
  }

  /** Rows with the same columns share their mark: a file may have a million. Most have all of their cells, and need no list of them. */
  #markOfRow(columns: number[], begins: boolean): Mark {
    if (columns.at(-1) === columns.length - 1) return begins ? FIRST_ROW : ROW;
    if (begins) return { kind: "row", columns, begins };
    const key = columns.length <= MAX_SHARED_COLUMNS ? columns.join() : undefined;
    const known = key === undefined ? undefined : this.#marksOfRows.get(key);
    if (known) return known;
    const mark: Mark = { kind: "row", columns };
    if (key !== undefined && this.#marksOfRows.size < MAX_SHARED_MARKS) this.#marksOfRows.set(key, mark);
    return mark;
  }

  /** What follows stands on another page, if there is anything on this one. */
  pageBreak(): void {
    if (this.#length > this.#head) this.#end();
    else if (this.#doubted === this.#pages.length) this.#doubted = undefined;
  }

  /** A page break that may turn out to be none, by `settle`. */
  doubtfulBreak(): void {
    if (this.#length <= this.#head) return;
    this.#end();
    this.#doubted = this.#pages.length;
  }

  /** Says whether the last doubtful break is one. Where it is not, what stands behind it goes on before it, if a page holds both. */
  settle(isBreak: boolean): void {
    const at = this.#doubted;
    this.#doubted = undefined;
    if (at === undefined || isBreak) return;
    const isOpen = at === this.#pages.length;
    const before = this.#pages[at - 1]!;
    const after = isOpen ? this.#lines.join("\n") : this.#pages[at]!;
    this.bounds.step((before.length + after.length) / JOINED_A_STEP);
    if (before.length + after.length >= PAGE_CHARACTERS) return;
    const lines = before.split("\n");
    const marks = [...this.#marksOfPages[at - 1]!];
    for (const [line, mark] of (isOpen ? this.#marks : this.#marksOfPages[at]!).entries())
      if (mark) marks[lines.length + line] = mark;
    if (isOpen) {
      this.#pages.pop();
      this.#marksOfPages.pop();
      this.#lines = [...lines, ...this.#lines];
      this.#marks = marks;
      this.#length += before.length + 1;
    } else {
      this.#pages.splice(at - 1, 2, `${before}\n${after}`);
      this.#marksOfPages.splice(at - 1, 2, marks);
    }
  }

  /** A page of its own (a slide, a sheet), which counts even if it is empty. The title is its first line, also where it goes on. */
  startPage(title?: string): void {
    if (this.#kept || this.#length > 0) this.#end();
    this.#title = title;
    this.#kept = true;
    this.#mayGoOn = false;
    if (title) this.#add(title, TITLE);
  }

  /** The pages; one empty page when there is no text. */
  pages(): string[] {
    if (this.#kept || this.#length > 0) this.#end();
    return this.#pages.length > 0 ? this.#pages : [""];
  }

  /** What the lines of each page are. */
  marks(): Marks[] {
    return this.#marksOfPages;
  }

  #add(line: string, mark?: Mark): void {
    if (line === "" && (this.#lines.length === 0 || this.#lines.at(-1) === "")) return;
    this.bounds.step(1 + line.length / 256);
    this.#total += line.length + 1;
    if (this.#total > MAX_CHARACTERS) throw tooMuch();
    let rest = line;
    while (rest.length > PAGE_CHARACTERS) {
      const cut = lastGap(rest, PAGE_CHARACTERS);
      this.#put(rest.slice(0, cut).trimEnd());
      mark = undefined;
      rest = rest.slice(cut).trimStart();
    }
    this.#put(rest, mark);
  }

  #put(line: string, mark?: Mark): void {
    if (this.#length > 0 && this.#length + line.length > PAGE_CHARACTERS) {
      this.#end();
      if (this.#title) this.#put(this.#title, TITLE);
    }
    if (mark) this.#marks[this.#lines.length] = mark;
    this.#lines.push(line);
    this.#length += line.length + (line === "" ? 0 : 1);
  }

  #end(): void {
    this.#pages.push(this.#lines.join("\n").trimEnd());
    this.#marksOfPages.push(this.#marks);
    this.#lines = [];
    this.#marks = [];
    this.#length = 0;
    this.#head = 0;
    this.#kept = false;
  }
}

/** Characters whose white space is made single in a step, where every other one is white space. */
const FLATTENED_A_STEP = 16;
/** Characters of two pages that are made one in a step. */
const JOINED_A_STEP = 32;

const [MAX_SHARED_MARKS, MAX_SHARED_COLUMNS] = [1_000, 100];

/** The name of a sheet. */
const TITLE: Mark = { kind: "heading", level: 2 };

const tooMuch = (): PipelineError =>
  new PipelineError("too_many_pages", `The file holds more than ${MAX_CHARACTERS} characters of text. Split it.`);

/** Where a line ends without the blanks behind it. */
function endOfText(text: string, from: number, end: number): number {
  let to = end;
  while (to > from && BLANKS.includes(text[to - 1]!)) to -= 1;
  return to;
}

const BLANKS = " \t\u00a0";

/** Where a line is cut: after the last white space before the limit; at the limit, but not within a character, if there is none. */
function lastGap(text: string, limit: number): number {
  for (let at = limit; at > limit / 2; at -= 1) if (/\s/.test(text[at]!)) return at;
  return /[\uDC00-\uDFFF]/.test(text[limit]!) ? limit - 1 : limit;
}
