import { Buffer } from "node:buffer";
import { joinedBytes } from "../../_shared/bytes.ts";
import type { Bounds } from "./bounds.ts";

/** A value in BER: where its content is. Of a value whose length is not given, the end is that of its last part. */
type Value = { tag: number; from: number; to: number; next: number };

const [OCTETS, OBJECT_ID, SEQUENCE, CONTEXT_0] = [0x04, 0x06, 0x30, 0xa0];
const CONSTRUCTED = 0x20;
const SIGNED_DATA = "2a864886f70d010702";
const ENVELOPED_DATA = "2a864886f70d010703";
const MAX_DEPTH = 50;

/**
 * The mail inside an opaque S/MIME message (RFC 8551, `signed-data`): it is packed, not encrypted. Null where it is something else,
 * such as an encrypted mail. The signature is not verified.
 */
export function signedContent(file: Uint8Array, bounds: Bounds): Uint8Array | null {
  try {
    const bytes = derOf(file);
    const [type, wrapped] = childrenOf(bytes, valueAt(bytes, 0, bounds), bounds);
    if (type?.tag !== OBJECT_ID || hex(bytes, type) !== SIGNED_DATA || wrapped?.tag !== CONTEXT_0) return null;
    const [signed] = childrenOf(bytes, wrapped, bounds);
    // Version, algorithms, content, and certificates and signatures behind.
    const content = childrenOf(bytes, signed!, bounds).find(({ tag }) => tag === SEQUENCE);
    const inner = childrenOf(bytes, content!, bounds)[1];
    const octets = inner && childrenOf(bytes, inner, bounds)[0];
    return octets ? joined(bytes, octets, bounds) : null;
  } catch (thrown) {
    if (thrown instanceof RangeError || thrown instanceof TypeError) return null;
    throw thrown;
  }
}

/** Whether content is encrypted (`enveloped-data`). */
export function isEncrypted(file: Uint8Array, bounds: Bounds): boolean {
  try {
    const bytes = derOf(file);
    const [type] = childrenOf(bytes, valueAt(bytes, 0, bounds), bounds);
    return type?.tag === OBJECT_ID && hex(bytes, type) === ENVELOPED_DATA;
  } catch (thrown) {
    if (thrown instanceof RangeError) return false;
    throw thrown;
  }
}

/** Whether content is that of a mail, and not of a file: it begins with fields that say of what type it is. */
export const isMime = (content: Uint8Array): boolean =>
  /^[!-9;-~]{1,60}:/.test(latin1.decode(content.subarray(0, 100))) &&
  /^(?:content-type|content-transfer-encoding|mime-version|from|subject|received):/im.test(
    latin1.decode(content.subarray(0, 4_000)).split(/\r?\n\r?\n/, 1)[0]!,
  );

const latin1 = new TextDecoder("latin1");

/** The bytes of a file that may be written as text: PEM, or base64 alone. */
function derOf(file: Uint8Array): Uint8Array {
  if (file[0] === 0x30) return file;
  const lines = latin1.decode(file).replace(/-----[A-Z0-9 #]{1,40}-----/g, "");
  if (/[^A-Za-z0-9+/=\s]/.test(lines)) return file;
  // A Buffer is one; the types that Deno 2.1 has of Node's do not say so.
  return new Uint8Array(Buffer.from(lines, "base64") as unknown as Uint8Array);
}

function valueAt(bytes: Uint8Array, at: number, bounds: Bounds, depth = 0): Value {
  bounds.step();
  if (depth > MAX_DEPTH || at + 2 > bytes.length) throw new RangeError("No value stands here.");
  const tag = bytes[at]!;
  const first = bytes[at + 1]!;
  if (first === 0x80) {
    let next = at + 2;
    while (bytes[next] !== 0 || bytes[next + 1] !== 0) next = valueAt(bytes, next, bounds, depth + 1).next;
    return { tag, from: at + 2, to: next, next: next + 2 };
  }
  const count = first & 0x80 ? first & 0x7f : 0;
  if (count > 4) throw new RangeError("The value is too long.");
  let length = count === 0 ? first : 0;
  for (let byte = 0; byte < count; byte += 1) length = length * 256 + bytes[at + 2 + byte]!;
  const from = at + 2 + count;
  if (!(from + length <= bytes.length)) throw new RangeError("The value is cut off.");
  return { tag, from, to: from + length, next: from + length };
}

function childrenOf(bytes: Uint8Array, { from, to }: Value, bounds: Bounds): Value[] {
  const children: Value[] = [];
  for (let at = from; at < to; ) {
    const child = valueAt(bytes, at, bounds);
    children.push(child);
    at = child.next;
  }
  return children;
}

/** The bytes of a string, which may come in pieces. */
function joined(bytes: Uint8Array, value: Value, bounds: Bounds): Uint8Array {
  if (value.tag === OCTETS) return bytes.subarray(value.from, value.to);
  if (value.tag !== (OCTETS | CONSTRUCTED)) throw new RangeError("The content is no string of bytes.");
  return joinedBytes(childrenOf(bytes, value, bounds).map(({ from, to }) => bytes.subarray(from, to)));
}

const hex = (bytes: Uint8Array, { from, to }: Value): string =>
  Array.from(bytes.subarray(from, Math.min(to, from + 20)), (byte) => byte.toString(16).padStart(2, "0")).join("");
