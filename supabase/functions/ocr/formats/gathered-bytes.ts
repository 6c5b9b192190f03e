const GATHERED_BYTES = 64 * 1024;

/** Bytes that come in small pieces, gathered: an array of its own for each takes more memory, and a Blob more time, than its bytes. */
export class GatheredBytes {
  readonly #full: Uint8Array[] = [];
  readonly #open = new Uint8Array(GATHERED_BYTES);
  #length = 0;

  /** Where the next bytes go, at most as many as are gathered. To be written before more comes. */
  room(bytes: number): Uint8Array {
    if (this.#length + bytes > GATHERED_BYTES) this.#end();
    this.#length += bytes;
    return this.#open.subarray(this.#length - bytes, this.#length);
  }

  push(piece: Uint8Array | ArrayBuffer | string): void {
    const bytes = typeof piece === "string" ? new TextEncoder().encode(piece) : new Uint8Array(piece);
    if (bytes.length <= GATHERED_BYTES) return this.room(bytes.length).set(bytes);
    this.#end();
    this.#full.push(bytes);
  }

  *[Symbol.iterator](): Iterator<Uint8Array> {
    yield* this.#full;
    yield this.#open.subarray(0, this.#length);
  }

  #end(): void {
    this.#full.push(this.#open.slice(0, this.#length));
    this.#length = 0;
  }
}
