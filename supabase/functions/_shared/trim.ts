/**
 * A text without the characters at its ends that `edge`, a pattern of one character, matches. Instead of a pattern such as
 * `/[\s.]+$/`, which looks at each run of such characters again from each of its places: 100,000 spaces and a letter take minutes.
 */
export function trimmed(text: string, edge: RegExp): string {
  return trimmedStart(trimmedEnd(text, edge), edge);
}

/** The same for the beginning alone. */
export function trimmedStart(text: string, edge: RegExp): string {
  let from = 0;
  while (from < text.length && edge.test(text[from]!)) from += 1;
  return text.slice(from);
}

/** The same for the end alone. */
export function trimmedEnd(text: string, edge: RegExp): string {
  let to = text.length;
  while (to > 0 && edge.test(text[to - 1]!)) to -= 1;
  return text.slice(0, to);
}

/** Cutting a string may halve a character beyond the basic plane; the halves are dropped. */
export function whole(text: string): string {
  return text.replace(/^[\uDC00-\uDFFF]/, "").replace(/[\uD800-\uDBFF]$/, "");
}
