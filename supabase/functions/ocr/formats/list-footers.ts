import { Buffer } from "node:buffer";
import { joinedBytes } from "../../_shared/bytes.ts";
import type { Bounds } from "./bounds.ts";

const LINE_FEED = 10;

/** Whether the head of a part tells of a text in base64. */
export const isPackedText = (head: string): boolean =>
  /^content-transfer-encoding:\s{0,99}base64/im.test(head) && !/^content-type:\s{0,99}(?!text\/)\w/im.test(head);

/** A line that is no base64: several words, or a rule. */
const NO_BASE64 = /^\s{0,99}(?:[-_=*#~]{5}|\S{1,200}[ \t]{1,99}\S)/;
const BASE64_LINE = 76;

/** Text in base64, and where in the mail it ends. */
export type Packed = { to: number; lines: string };

/** A text in base64 that a list has put a text in plain behind: both in base64, and where they end. */
export function withFooter(
  mail: Buffer,
  { from, length, open }: { from: number; length: number; open: readonly string[] },
  bounds: Bounds,
): Packed | undefined {
  const encoded: string[] = [];
  let footer = -1;
  let to = length;
  for (let at = from; at < length; ) {
    bounds.step();
    const end = mail.indexOf(LINE_FEED, at);
    const next = end < 0 ? length : end + 1;
    const line = mail.toString("latin1", at, next);
    if (open.some((boundary) => line.startsWith(`--${boundary}`))) {
      to = at;
      break;
    }
    if (footer < 0 && NO_BASE64.test(line)) footer = at;
    if (footer < 0) encoded.push(line);
    at = next;
  }
  if (footer < 0 || encoded.join("").trim() === "") return undefined;
  // A Buffer is a Uint8Array; the types that Deno 2.1 has of Node's do not say so.
  const bytes = (piece: unknown): Uint8Array => piece as Uint8Array;
  const text = encoded
    .join("")
    .split(/=+/)
    .map((piece) => bytes(Buffer.from(piece, "base64")));
  const all = joinedBytes([...text, Uint8Array.of(LINE_FEED), bytes(mail.subarray(footer, to))]);
  const whole = Buffer.from(all).toString("base64");
  const lines = Array.from({ length: Math.ceil(whole.length / BASE64_LINE) }, (_, at) =>
    whole.slice(at * BASE64_LINE, (at + 1) * BASE64_LINE),
  );
  return { to, lines: `${lines.join("\r\n")}\r\n` };
}
