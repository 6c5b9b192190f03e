import type { Bounds } from "./bounds.ts";
import { placeOf } from "./sheet-places.ts";

/** A row of a sheet: its filled cells, and their columns, from 0. Rows count from 1. */
export type SheetRow = { number: number; cells: string[]; columns: number[]; isHidden: boolean };

/** What waits for the merged cells. They stand behind all rows, and a large sheet is not kept for them. */
const [MAX_CELLS, MAX_CHARACTERS] = [50_000, 1_000_000];
const MAX_RANGES = 10_000;
/** Ranges that a row is looked up in for a step. */
const RANGES_A_STEP = 16;

type Range = { top: number; left: number; bottom: number; right: number };

/** Holds the rows of a sheet until its merged cells are known: of these the first alone is shown, and others may still have what they had before. */
export class SheetRows {
  readonly #write: (row: SheetRow) => void;
  readonly #bounds: Bounds;
  #held: SheetRow[] | undefined = [];
  #cells = 0;
  #characters = 0;
  #merged: Range[] = [];

  constructor(write: (row: SheetRow) => void, bounds: Bounds) {
    this.#write = write;
    this.#bounds = bounds;
  }

  add(row: SheetRow): void {
    if (!this.#held) return this.#write(row);
    this.#held.push(row);
    this.#cells += row.cells.length + 1;
    for (const cell of row.cells) this.#characters += cell.length;
    if (this.#cells > MAX_CELLS || this.#characters > MAX_CHARACTERS) this.#release();
  }

  /** "A1:C2" is one cell. */
  merge(reference: string): void {
    const [from, to] = reference.replaceAll("$", "").split(":", 2).map(placeOf);
    if (!from || !to || this.#merged.length >= MAX_RANGES) return;
    this.#merged.push({ top: from.row, left: from.column - 1, bottom: to.row, right: to.column - 1 });
  }

  end(): void {
    this.#merged.sort((a, b) => a.top - b.top);
    let open: Range[] = [];
    let next = 0;
    for (const row of this.#held ?? []) {
      while (next < this.#merged.length && this.#merged[next]!.top <= row.number) open.push(this.#merged[next++]!);
      this.#bounds.step((open.length * (1 + row.cells.length)) / RANGES_A_STEP);
      open = open.filter(({ bottom }) => bottom >= row.number);
      if (open.length === 0) continue;
      const isShown = row.columns.map(
        (column) =>
          !open.some(
            ({ top, left, right }) => column >= left && column <= right && (column > left || row.number > top),
          ),
      );
      row.cells = row.cells.filter((_, at) => isShown[at]);
      row.columns = row.columns.filter((_, at) => isShown[at]);
    }
    this.#release();
  }

  #release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const row of held) this.#write(row);
  }
}
