import type { Bounds } from "./bounds.ts";

/** How deep a line is quoted. Some programs put a space between the signs. */
const QUOTES = /^(?:> ?(?=>)){0,99}>/;

/**
 * Text whose lines flow (format=flowed, RFC 3676), with each paragraph on one line. A line that ends with a space goes on in the next one, where that is quoted
 * as deep; "-- " begins a signature. `dropsSpace`: the space was only put there to say so (DelSp).
 */
export function unflowed(text: string, dropsSpace: boolean, bounds: Bounds): string {
  bounds.lines(text);
  const paragraphs: { depth: number; pieces: string[] }[] = [];
  let flows = false;
  for (const line of text.split(/\r?\n/)) {
    const quotes = QUOTES.exec(line)?.[0] ?? "";
    const depth = quotes.replaceAll(" ", "").length;
    const rest = line.slice(quotes.length).replace(/^ /, "");
    const last = paragraphs.at(-1);
    const isSignature = rest === "-- ";
    const piece = dropsSpace && rest.endsWith(" ") && !isSignature ? rest.slice(0, -1) : rest;
    if (flows && last?.depth === depth && !isSignature) last.pieces.push(piece);
    else paragraphs.push({ depth, pieces: [piece] });
    flows = rest.endsWith(" ") && !isSignature;
  }
  return paragraphs
    .map(({ depth, pieces }) => `${">".repeat(depth)}${depth > 0 ? " " : ""}${pieces.join("")}`)
    .join("\n");
}
