import { Buffer } from "node:buffer";

/** Charsets of names in archives, as systems had them, those first that win where several are as likely. */
const CHARSETS = ["cp437", "cp850", "windows-1252", "cp852", "windows-1250", "cp866", "windows-1251", "koi8-r"];
const EAST_ASIAN = ["shift_jis", "gbk", "euc-kr", "big5"];
/** Names that are looked at: more make the guess no better. */
const SAMPLE_BYTES = 8 * 1024;

/**
 * How to decode the names of an archive that does not say in which charset they are: one charset for all, the one in which all of
 * them look most like names. A name alone is a few bytes, which could be anything.
 */
export async function nameDecoder(names: readonly Uint8Array[]): Promise<(name: Uint8Array) => string> {
  const foreign = names.filter((name) => name.some((byte) => byte >= 0x80));
  const sample: Uint8Array[] = [];
  let left = SAMPLE_BYTES;
  for (const name of foreign) if ((left -= name.length) >= 0) sample.push(name);
  const utf8 = new TextDecoder("utf-8", { fatal: true });
  const decodeUtf8 = (name: Uint8Array): string => utf8.decode(name);
  if (works(() => foreign.forEach(decodeUtf8))) return decodeUtf8;
  const { default: iconv } = await import("iconv-lite");
  const decoderOf = (charset: string) => (name: Uint8Array) => iconv.decode(Buffer.from(name), charset);
  let best = "cp437";
  let most = Number.NEGATIVE_INFINITY;
  for (const charset of [...CHARSETS, ...EAST_ASIAN]) {
    const text = sample.map(decoderOf(charset)).join("\n");
    const likelihood = EAST_ASIAN.includes(charset)
      ? // A Buffer is a Uint8Array, which the library's types do not say to every checker.
        eastAsian(text, (char) => iconv.encode(char, charset) as unknown as Uint8Array, charset)
      : letters(text);
    if (likelihood > most) [best, most] = [charset, likelihood];
  }
  return decoderOf(best);
}

function works(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}

const NONE = /[\uFFFD\x80-\x9f]/;

/** How much a text looks like one of letters: 1 where each character beyond ASCII is a letter that fits those beside it. */
function letters(text: string): number {
  if (NONE.test(text)) return -10;
  const characters = Array.from(text);
  let score = 0;
  let count = 0;
  let row = 0;
  characters.forEach((char, at) => {
    if (char < "\x80") {
      row = 0;
      return;
    }
    count += 1;
    score += fit(char, characters[at - 1] ?? "", characters[at + 1] ?? "");
    // Words of Latin letters have accents on one letter, or two.
    row = /\p{Script=Latin}/u.test(char) ? row + 1 : 0;
    if (row > 2) score -= 1;
  });
  return count === 0 ? 0 : score / count;
}

function fit(char: string, before: string, after: string): number {
  if (!/\p{L}/u.test(char))
    return /[\u00A7\u00B0\u2013\u2014\u2018\u2019\u201C-\u201E\u20AC№ªº]/u.test(char) ? 0.2 : -2;
  const isCyrillic = /\p{Script=Cyrillic}/u.test(char);
  if (!isCyrillic && !/\p{Script=Latin}/u.test(char)) return -1;
  for (const neighbor of [before, after])
    if (/\p{L}/u.test(neighbor) && isCyrillic !== /\p{Script=Cyrillic}/u.test(neighbor)) return -1;
  // A capital within a word, behind a small letter or before one that is not its first.
  if (/\p{Lu}/u.test(char) && /\p{Ll}/u.test(before)) return -1;
  if (/\p{Lu}/u.test(before) && /\p{Ll}/u.test(char)) return /\p{Lu}/u.test(after) ? -1 : 0.9;
  return COMMON.test(char) ? 1 : 0.6;
}

/** Letters of the languages in which people of these charsets wrote most. */
const COMMON = /[\p{Script=Cyrillic}äöüÄÖÜßéèêëàâáãåæøñóôõòíìîïúùûçÇÅÆØÉÑąćęłńśźżčďěňřšťůžýőű]/u;

/** The same for scripts of two bytes a character: common characters are in the first half of these charsets. */
function eastAsian(text: string, encode: (char: string) => Uint8Array, charset: string): number {
  if (NONE.test(text)) return -10;
  let score = 0;
  let bytes = 0;
  for (const char of text) {
    if (char < "\x80") continue;
    const encoded = encode(char);
    bytes += encoded.length;
    if (/[\uFF61-\uFF9F]/.test(char)) score -= 0.5;
    else if (/[\p{Script=Hiragana}\p{Script=Katakana}ー]/u.test(char)) score += charset === "shift_jis" ? 2 : -1;
    else if (/\p{Script=Hangul}/u.test(char)) score += charset === "euc-kr" ? 2 : -1;
    else if (/\p{Script=Han}/u.test(char)) score += isCommon(encoded[0]!, charset) ? 1.9 : -1;
    else if (/[\u3000-\u303F\uFF01-\uFF5E]/.test(char)) score += 1;
    else score -= 1;
  }
  return bytes === 0 ? 0 : score / bytes;
}

/** Lead bytes of the characters that are used most: JIS level 1, GB 2312 level 1, Big5 level 1. Korean names have hardly any. */
function isCommon(lead: number, charset: string): boolean {
  if (charset === "shift_jis") return lead >= 0x88 && lead <= 0x98;
  if (charset === "gbk") return lead >= 0xb0 && lead <= 0xd7;
  return charset === "big5" && lead >= 0xa4 && lead <= 0xc6;
}
