import { Buffer } from "node:buffer";
import { joinedBytes } from "../../_shared/bytes.ts";

/** Less may be a word, or a number of an order. */
const LEAST_SIGNS = 40;
const [ZERO, NINE, UPPER_A, UPPER_Z, LOWER_A, LOWER_Z] = [0x30, 0x39, 0x41, 0x5a, 0x61, 0x7a];
const [PLUS, SLASH, EQUALS] = [0x2b, 0x2f, 0x3d];

const isSign = (byte: number): boolean =>
  (byte >= LOWER_A && byte <= LOWER_Z) ||
  (byte >= UPPER_A && byte <= UPPER_Z) ||
  (byte >= ZERO && byte <= NINE) ||
  byte === PLUS ||
  byte === SLASH ||
  byte === EQUALS;

/** What is in bytes that are nothing but whole lines of base64, though nothing says so; null where they are something else. */
export function unsaidBase64(bytes: Uint8Array): Uint8Array | null {
  let signs = 0;
  for (const byte of bytes) {
    if (isSign(byte)) signs += 1;
    else if (byte !== 0x0a && byte !== 0x0d) return null;
  }
  if (signs < LEAST_SIGNS || signs % 4 !== 0) return null;
  const pieces = new TextDecoder("latin1").decode(bytes).split(/=+/);
  // A Buffer is one; the types that Deno 2.1 has of Node's do not say so.
  return joinedBytes(pieces.map((piece) => Buffer.from(piece, "base64") as unknown as Uint8Array));
}

/** Whether bytes are a text in UTF-8 that has words: base64 of anything else hardly ever is. */
export function isUtf8Text(bytes: Uint8Array): boolean {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return !/[\0-\x08\x0E-\x1F\x7F]/.test(text) && /\s/.test(text);
  } catch {
    return false;
  }
}
