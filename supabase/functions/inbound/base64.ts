import { Buffer } from "node:buffer";

/** The bytes of a text in Base64; what is none in it is passed over. */
export function bytesOfBase64(text: string): Uint8Array {
  // Deno 2.1's types do not know that a Buffer is a Uint8Array
  return Buffer.from(text, "base64") as unknown as Uint8Array;
}
