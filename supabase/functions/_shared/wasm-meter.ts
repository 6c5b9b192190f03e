/**
 * Gives a WebAssembly module a fuel gauge, so that a library without any hook can be stopped: nothing else can interrupt a call
 * in the one thread that a function has. Each turn of each loop takes one unit from the exported global `FUEL`; at zero the
 * module traps, as it does for memory out of bounds. To copy or fill memory takes a unit for each 256 bytes. Recursion needs no
 * gauge of its own: the stack ends it, and what is called again and again parses something in a loop.
 *
 * Counting turns and not milliseconds means that the same file always ends the same way, however busy the machine is.
 *
 * https://webassembly.github.io/spec/core/binary/ (version 2, without SIMD and threads)
 */
export const FUEL = "docket_fuel";

const [SIGNATURES, IMPORTS, FUNCTIONS, GLOBALS, EXPORTS, CODE] = [1, 2, 3, 6, 7, 10];
const [FUNCTION, GLOBAL] = [0, 3];
const [MEMORY_COPY, MEMORY_FILL] = [10, 11];
const [MUTABLE_I32, I32_CONST, END] = [[0x7f, 0x01], 0x41, 0x0b];

/** What follows an opcode: so many LEB128 numbers, or one of the shapes below. */
const [NUMBERS_0, NUMBERS_1, NUMBERS_2, LOOP, TABLE, TYPES, BYTES_4, BYTES_8, PREFIXED, UNKNOWN] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
];
const SHAPES = new Uint8Array(256).fill(UNKNOWN);
const shape = (kind: number, ...opcodes: number[]): void => {
  for (const opcode of opcodes) SHAPES[opcode] = kind;
};
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at);
shape(NUMBERS_0, 0x00, 0x01, 0x05, 0x0b, 0x0f, 0x1a, 0x1b, ...range(0x45, 0xc4), 0xd1);
shape(NUMBERS_1, 0x02, 0x04, 0x0c, 0x0d, 0x10, ...range(0x20, 0x26), 0x3f, 0x40, 0x41, 0x42, 0xd0, 0xd2);
shape(NUMBERS_2, 0x11, ...range(0x28, 0x3e));
shape(LOOP, 0x03);
shape(TABLE, 0x0e);
shape(TYPES, 0x1c);
shape(BYTES_4, 0x43);
shape(BYTES_8, 0x44);
shape(PREFIXED, 0xfc);

/**
 * The module with a gauge.
 * @throws Error where it holds an instruction that is not known here: a part that is not understood could be no bound
 */
export function metered(wasm: Uint8Array): Uint8Array {
  const reader = new Reader(wasm, 8);
  const sections: { id: number; start: number; body: number; end: number }[] = [];
  while (reader.at < wasm.length) {
    const start = reader.at;
    const id = wasm[reader.at++]!;
    const size = reader.number();
    sections.push({ id, start, body: reader.at, end: reader.at + size });
    reader.at += size;
  }
  const bodyOf = (id: number): Reader => {
    const section = sections.find((one) => one.id === id);
    if (!section) throw new Error(`The module has no section ${id}.`);
    return new Reader(wasm, section.body);
  };
  const gauge = numberBytes(imported(bodyOf(IMPORTS), GLOBAL) + bodyOf(GLOBALS).number());
  const signature = numberBytes(bodyOf(SIGNATURES).number());
  const firstHelper = imported(bodyOf(IMPORTS), FUNCTION) + bodyOf(FUNCTIONS).number();
  const name = new TextEncoder().encode(FUEL);
  const added: Record<number, { count: number; bytes: number[] }> = {
    [SIGNATURES]: { count: 1, bytes: [0x60, 3, 0x7f, 0x7f, 0x7f, 0] },
    [FUNCTIONS]: { count: 2, bytes: [...signature, ...signature] },
    // Enough to start the library with.
    [GLOBALS]: { count: 1, bytes: [...MUTABLE_I32, I32_CONST, ...[0xff, 0xff, 0xff, 0xff, 0x07], END] },
    [EXPORTS]: { count: 1, bytes: [name.length, ...name, GLOBAL, ...gauge] },
  };
  const out = new Writer(wasm.length * 1.1 + 1024);
  out.copy(wasm, 0, 8);
  for (const { id, start, body, end } of sections) {
    const more = added[id];
    if (id === CODE) {
      const code = new Writer(wasm.length * 1.1 + 1024);
      withChecks(new Reader(wasm, body), code, gauge, firstHelper);
      out.section(CODE, code);
    } else if (more) {
      const list = new Reader(wasm, body);
      const longer = new Writer(end - body + 64);
      longer.bytes(numberBytes(list.number() + more.count));
      longer.copy(wasm, list.at, end);
      longer.bytes(more.bytes);
      out.section(id, longer);
    } else out.copy(wasm, start, end);
  }
  return out.written();
}

/** The bodies of all functions: each loop with a check at its beginning, and a helper called for whatever copies or fills. */
function withChecks(reader: Reader, out: Writer, gauge: number[], firstHelper: number): void {
  const { wasm } = reader;
  // Empty: trap. Else: take one.
  const check = [0x23, ...gauge, 0x45, 0x04, 0x40, 0x00, END, 0x23, ...gauge, I32_CONST, 1, 0x6b, 0x24, ...gauge];
  const helpers = [MEMORY_COPY, MEMORY_FILL].map((_, at) => [0x10, ...numberBytes(firstHelper + at)]);
  const count = reader.number();
  out.bytes(numberBytes(count + 2));
  /** What is put in, and where; and how many bytes of the module it replaces. */
  const places: { at: number; bytes: number[]; over: number }[] = [];
  for (let left = count; left > 0; left -= 1) {
    const size = reader.number();
    const start = reader.at;
    const end = start + size;
    places.length = 0;
    for (let declarations = reader.number(); declarations > 0; declarations -= 1) {
      reader.skip();
      reader.at += 1;
    }
    while (reader.at < end) {
      const at = reader.at;
      const kind = SHAPES[wasm[reader.at++]!]!;
      if (kind === NUMBERS_0) continue;
      if (kind === NUMBERS_1) reader.skip();
      else if (kind === NUMBERS_2) {
        reader.skip();
        reader.skip();
      } else if (kind === LOOP) {
        reader.skip();
        places.push({ at: reader.at, bytes: check, over: 0 });
      } else if (kind === TABLE) for (let targets = reader.number(); targets >= 0; targets -= 1) reader.skip();
      else if (kind === TYPES) reader.skipBytes(reader.number());
      else if (kind === BYTES_4) reader.at += 4;
      else if (kind === BYTES_8) reader.at += 8;
      else if (kind === PREFIXED) {
        const helper = helpers[prefixed(reader) - MEMORY_COPY];
        if (helper) places.push({ at, bytes: helper, over: reader.at - at });
      } else throw new Error(`The module holds the unknown instruction ${wasm[reader.at - 1]}.`);
    }
    out.bytes(numberBytes(places.reduce((sum, { bytes, over }) => sum + bytes.length - over, size)));
    let from = start;
    for (const { at, bytes, over } of places) {
      out.copy(wasm, from, at);
      out.bytes(bytes);
      from = at + over;
    }
    out.copy(wasm, from, end);
  }
  for (const instruction of [
    [0xfc, MEMORY_COPY, 0, 0],
    [0xfc, MEMORY_FILL, 0],
  ]) {
    const cost = [0x20, 2, I32_CONST, 8, 0x76];
    const body = [
      ...[0, 0x23, ...gauge, ...cost, 0x49, 0x04, 0x40, I32_CONST, 0, 0x24, ...gauge, 0x00, END],
      ...[0x23, ...gauge, ...cost, 0x6b, 0x24, ...gauge],
      ...[0x20, 0, 0x20, 1, 0x20, 2, ...instruction, END],
    ];
    out.bytes([...numberBytes(body.length), ...body]);
  }
}

/** Saturating conversions have nothing behind them; bulk memory and table instructions one index or two. @returns which it is */
function prefixed(reader: Reader): number {
  const opcode = reader.number();
  if (opcode > 17) throw new Error(`The module holds the unknown instruction 252 ${opcode}.`);
  if (opcode > 7) reader.skip();
  if ([8, MEMORY_COPY, 12, 14].includes(opcode)) reader.skip();
  return opcode;
}

/** How many functions, or globals, a module imports: they are counted before its own. */
function imported(reader: Reader, wanted: number): number {
  let found = 0;
  for (let left = reader.number(); left > 0; left -= 1) {
    reader.skipBytes(reader.number());
    reader.skipBytes(reader.number());
    const kind = reader.number();
    if (kind === wanted) found += 1;
    if (kind === FUNCTION) reader.skip();
    else if (kind === GLOBAL) reader.skipBytes(2);
    else {
      if (kind === 1) reader.at += 1;
      const limits = reader.number();
      reader.skip();
      if (limits & 1) reader.skip();
    }
  }
  return found;
}

class Reader {
  constructor(wasm: Uint8Array, at: number) {
    this.wasm = wasm;
    this.at = at;
  }
  wasm: Uint8Array;
  at: number;

  /** An unsigned LEB128 number of 32 bits. */
  number(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.wasm[this.at++]!;
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
  }

  skipBytes(count: number): void {
    this.at += count;
  }

  /** Past a LEB128 number. */
  skip(): void {
    while (this.wasm[this.at++]! >= 128);
  }
}

class Writer {
  #bytes: Uint8Array;
  #at = 0;
  constructor(size: number) {
    this.#bytes = new Uint8Array(size);
  }
  bytes(bytes: ArrayLike<number>): void {
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }
  copy(from: Uint8Array, start: number, end: number): void {
    this.bytes(from.subarray(start, end));
  }
  section(id: number, content: Writer): void {
    this.bytes([id, ...numberBytes(content.#at)]);
    this.bytes(content.written());
  }
  written(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }
}

/** A number as unsigned LEB128. */
function numberBytes(number: number): number[] {
  const bytes: number[] = [];
  for (let rest = number; ; rest >>>= 7) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest & 127) | 128);
  }
}
