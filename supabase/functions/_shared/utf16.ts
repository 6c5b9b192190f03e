/** Bytes that are looked at. */
const SAMPLE_BYTES = 4_096;
/** Of all characters, so many are letters, figures, signs and white space that people type, */
const MOSTLY_TYPED = 0.9;
const TYPED = /[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}\t\r\n]/u;
/** and so many are ASCII, or what stands between the signs of Chinese and Japanese. */
const SOME_COMMON = 0.1;
const MOST_AT_OTHER_HALF = 0.2;
const COMMON = /[\t\r\n\x20-\x7E\u3000-\u30FF\uFF01-\uFF5E]/;

/**
 * The kind of UTF-16 that bytes without a byte order mark are; undefined where they are something else. Text in it has zero bytes, as it has
 * ASCII: blanks, line ends or figures.
 */
export function unmarkedUtf16(bytes: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  // One alone may end a text of another kind.
  if (bytes.length % 2 !== 0 || sample.indexOf(0) === sample.lastIndexOf(0)) return undefined;
  // Fields that are filled up with zeros have them at either half of a character.
  const zeros = [0, 0];
  for (const [at, byte] of sample.entries()) if (byte === 0) zeros[at % 2]! += 1;
  if (Math.min(...zeros) > MOST_AT_OTHER_HALF * Math.max(...zeros)) return undefined;
  let best: { charset: "utf-16le" | "utf-16be"; common: number } | undefined;
  for (const charset of ["utf-16le", "utf-16be"] as const) {
    const text = new TextDecoder(charset).decode(sample);
    // A character may be cut in two at the end of the sample.
    if (text.includes("\0") || text.slice(0, -1).includes("\uFFFD")) continue;
    const characters = Array.from(text);
    const share = (pattern: RegExp): number =>
      characters.filter((char) => pattern.test(char)).length / characters.length;
    const common = share(COMMON);
    if (common >= SOME_COMMON && share(TYPED) >= MOSTLY_TYPED && common > (best?.common ?? 0))
      best = { charset, common };
  }
  return best?.charset;
}

/** Characters of Chinese, Japanese and Korean, with what stands between them. */
const EAST_ASIAN =
  /[\t\r\n\x20-\x7E\u3000-\u30FF\u4E00-\u9FFF\uAC00-\uD7A3\uFF01-\uFF5E\u2014\u2018-\u201D\u2026\u00B7]/;
/** Of fewer characters than this, nothing can be said. */
const ENOUGH = 2;

/**
 * The kinds of UTF-16 in which bytes without a byte order mark are Chinese, Japanese or Korean and nothing else. Such a text may have no zero byte; so may bytes of
 * another kind, and it takes a look at the signs to tell.
 */
export function eastAsianUtf16(bytes: Uint8Array): ("utf-16le" | "utf-16be")[] {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  if (bytes.length % 2 !== 0 || bytes.length < 2 * ENOUGH) return [];
  return (["utf-16le", "utf-16be"] as const).filter((charset) =>
    Array.from(new TextDecoder(charset).decode(sample)).every((char) => EAST_ASIAN.test(char)),
  );
}
