/** Pieces of one text that are put together at once. */
export const PIECES_AT_ONCE = 4_096;

/**
 * A text that is put together of pieces, of which a file may have millions. A string that each is appended to is a tree of them, and takes the memory
 * of one until it is read.
 */
export class LongText {
  #joined: string[] = [];
  #pieces: string[] = [];

  add(piece: string): void {
    if (this.#pieces.push(piece) < PIECES_AT_ONCE) return;
    this.#joined.push(this.#pieces.join(""));
    this.#pieces = [];
  }

  get isEmpty(): boolean {
    return this.#pieces.length === 0 && this.#joined.length === 0;
  }

  toString(): string {
    return this.#joined.join("") + this.#pieces.join("");
  }
}
