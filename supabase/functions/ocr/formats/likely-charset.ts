import { Buffer } from "node:buffer";
import { CHINESE, HANGUL, KANJI } from "./common-signs.ts";

// What letters a language is written with beyond ASCII, the most common first. Of Latin letters these are the accented ones.
export const LATIN = {
  german: "üäößÄÖÜéà",
  french: "éèàêçîôûùâëïœÉÀÈÇ",
  spanish: "óíáñéúüÁÉÍÓÚÑ",
  portuguese: "ãçáéóíêâõúàôÁÉÓÇ",
  italian: "àèéìòùÈÀ",
  nordic: "åäöæøéÅÄÖÆØ",
  icelandic: "áðíéóæöúþýÁÍÞÓÖÆ",
  polish: "ąłęóżśćńźŁŻŚĆŹÓĄĘŃ",
  czech: "íáéěřčžýšůúďťňóŘČŠŽÚÍÁÉĎŤŇ",
  slovak: "áíčéýžšúľôťňďäóŕĺŠČŽĽÚ",
  hungarian: "áéöíóőüúűÁÉÖÜÓŐÍÚŰ",
  romanian: "ăîţâşțșÎŞŢȘȚÂĂ",
  southSlavic: "čšćžđČŠĆŽĐ",
  turkish: "ıüşçğöİŞÇÜÖĞâ",
  baltic: "ėąšžųįčūęāīēļņģķõäöüŠŽČĀĒĪŅĶĢĻÕÄÖÜ",
};
const RUSSIAN = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё";
const UKRAINIAN = "оаинвіртескмдлупязьгбчхйжїцшющєфґ";
const BULGARIAN = "аиоетнрсвлкдпмзяъубгчцжщхюшйфь";
const withCapitals = (letters: string): string => letters + letters.toUpperCase();
export const CYRILLIC = [RUSSIAN, UKRAINIAN, BULGARIAN].map(withCapitals);
export const GREEK = [withCapitals("αοιετνσηρπκμςλυάίόωέήγδχθύφβώξζψϊϋΐ").replaceAll("Ϊ́", "")];
export const HEBREW = ["יוהלאמרתבשנםקדחעפטגןצסכךזףץ"];
export const ARABIC = ["الينمروتبةعدسفهكقحجشطصىخزإأضذغئؤءآظثًپچگیکۀ،؛؟"];
export const THAI = ["านรอกเ่งมยลวด้ทสตะีปัิบคหแจพช์ขใไโผุู็ืึถศณฟซธำญภษๆฉฐฏฎฑฒฆฬฌฮฤฯ฿"];

/** A charset of one byte a character, and the languages that are written in it, each by its letters. */
export type OneByte = [charset: string, languages: string[]];
/** Charsets of one byte a character, as programs write them, and the languages of each; those first that win where several are as likely. */
const ONE_BYTE: OneByte[] = [
  [
    "windows-1252",
    [LATIN.german, LATIN.french, LATIN.spanish, LATIN.portuguese, LATIN.italian, LATIN.nordic, LATIN.icelandic],
  ],
  [
    "windows-1250",
    [LATIN.polish, LATIN.czech, LATIN.slovak, LATIN.hungarian, LATIN.romanian, LATIN.southSlavic, LATIN.german],
  ],
  ["windows-1251", CYRILLIC],
  ["koi8-r", CYRILLIC],
  ["windows-1253", GREEK],
  ["windows-1254", [LATIN.turkish]],
  ["windows-1255", HEBREW],
  ["windows-1256", ARABIC],
  ["windows-1257", [LATIN.baltic]],
  ["windows-874", THAI],
  ["iso-8859-2", [LATIN.polish, LATIN.czech, LATIN.slovak, LATIN.hungarian, LATIN.romanian, LATIN.southSlavic]],
  ["iso-8859-7", GREEK],
  ["iso-8859-5", CYRILLIC],
  ["cp866", CYRILLIC],
  ["koi8-u", CYRILLIC],
  ["cp850", [LATIN.german, LATIN.french, LATIN.spanish, LATIN.portuguese, LATIN.italian, LATIN.nordic]],
  ["cp852", [LATIN.polish, LATIN.czech, LATIN.hungarian]],
  ["cp857", [LATIN.turkish]],
  ["cp737", GREEK],
  ["cp862", HEBREW],
  ["maccyrillic", CYRILLIC],
  ["iso-8859-6", ARABIC],
  ["macintosh", [LATIN.german, LATIN.french, LATIN.spanish, LATIN.portuguese, LATIN.italian, LATIN.nordic]],
];
/** Of two bytes a character; the lead bytes of what is written most. */
const TWO_BYTES: [charset: string, isCommon: (lead: number, trail: number) => boolean][] = [
  ["shift_jis", (lead) => lead >= 0x88 && lead <= 0x98],
  ["euc-jp", (lead, trail) => lead >= 0xb0 && lead <= 0xcf && trail >= 0xa1],
  ["gb18030", (lead, trail) => lead >= 0xb0 && lead <= 0xd7 && trail >= 0xa1],
  ["euc-kr", (lead, trail) => lead >= 0xb0 && lead <= 0xc8 && trail >= 0xa1],
  ["big5", (lead) => lead >= 0xa4 && lead <= 0xc6],
];

export type Likelihood = { charset: string /** Up to 1. */; likelihood: number };

/** Bytes beyond ASCII that are looked at, with those around them. */
const SAMPLE_BYTES = 4_096;
/** What comes of bytes in a charset that they are not in: no character, or a control character that nobody types. */
const NONE = /[\uFFFD\u0080-\u0084\u0086-\u009F]/;

/**
 * The charsets that bytes may be in, the likeliest first: those in which they are letters of one language, the common ones above all. A text in
 * UTF-8 or UTF-16 does not come here.
 */
export async function likelyCharsets(bytes: Uint8Array): Promise<Likelihood[]> {
  return likelihoodsOf(sampleOf(bytes), ONE_BYTE);
}

/** The same of all of the bytes, and of other charsets of one byte a character. */
export async function likelihoodsOf(sample: Uint8Array, oneByte: readonly OneByte[]): Promise<Likelihood[]> {
  const { default: iconv } = await import("iconv-lite");
  const buffer = Buffer.from(sample);
  const found: Likelihood[] = [];
  for (const [charset, languages] of oneByte) {
    const text = iconv.decode(buffer, charset);
    if (!NONE.test(text)) found.push({ charset, likelihood: lettersOf(text, languages) });
  }
  for (const [charset, isCommon] of TWO_BYTES) {
    const text = iconv.decode(buffer, charset);
    // A sample may end within a character.
    if (NONE.test(text.slice(0, -1))) continue;
    // A Buffer is a Uint8Array, which the library's types do not say to every checker.
    const encode = (char: string): Uint8Array => iconv.encode(char, charset) as unknown as Uint8Array;
    found.push({ charset, likelihood: signsOf(text, charset, encode, isCommon) });
  }
  return found.toSorted((a, b) => b.likelihood - a.likelihood);
}

/** The lines of a text with bytes beyond ASCII, up to so many: a page of markup may stand before the first. */
function sampleOf(bytes: Uint8Array): Uint8Array {
  if (bytes.length <= SAMPLE_BYTES) return bytes;
  const sample: number[] = [];
  for (let from = 0; from < bytes.length && sample.length < SAMPLE_BYTES; ) {
    const end = bytes.indexOf(0x0a, from);
    const to = end < 0 ? bytes.length : end + 1;
    const line = bytes.subarray(from, Math.min(to, from + SAMPLE_BYTES));
    if (line.some((byte) => byte >= 0x80)) for (const byte of line) sample.push(byte);
    from = to;
  }
  return Uint8Array.from(sample.slice(0, SAMPLE_BYTES));
}

/** How much a text looks like one of the languages: 1 where all that is beyond ASCII are its commonest letters, where they belong. */
function lettersOf(text: string, languages: string[]): number {
  const ranks = languages.map((letters) => new Map(Array.from(letters, (letter, rank) => [letter, rank])));
  const scores = languages.map(() => 0);
  let common = 0;
  let count = 0;
  let row = 0;
  const characters = Array.from(text);
  characters.forEach((char, at) => {
    if (char < "\x80") {
      row = 0;
      return;
    }
    count += 1;
    const before = characters[at - 1] ?? "";
    const after = characters[at + 1] ?? "";
    if (!/[\p{L}\p{M}]/u.test(char)) {
      row = 0;
      const isWithin = /\p{L}/u.test(before) && /\p{L}/u.test(after);
      // The apostrophe alone stands within words.
      common += char === "\u2019" || (TYPED_SIGNS.test(char) && !isWithin) ? SIGN : NO_SIGN;
      return;
    }
    const isLatin = /\p{Script=Latin}/u.test(char);
    row = isLatin ? row + 1 : 0;
    if (row > 2) common -= 1;
    // A capital behind a small letter; scripts without capitals have none. Few texts are in capitals alone.
    if (/\p{Lu}/u.test(char)) common -= /\p{Ll}/u.test(before) ? 1 : /\p{Lu}/u.test(before) ? IN_CAPITALS : 0;
    if (/\p{L}/u.test(before) && before >= "\x80" !== char >= "\x80" && !isLatin) common -= 1;
    if (/[A-Za-z]/.test(after) && !isLatin) common -= 1;
    if (before >= "\x80" && /\p{L}/u.test(before) && /\p{Script=Latin}/u.test(before) !== isLatin) common -= 1;
    const isAlone = !/\p{L}/u.test(before) && !/[\p{L}\p{M}]/u.test(after);
    if (isAlone && !WORD_OF_ONE.test(char)) common -= ALONE;
    for (const [index, rank] of ranks.entries()) {
      const place = rank.get(char);
      scores[index]! +=
        place === undefined ? STRANGE : 1 - 0.5 * ((place % halfOf(languages[index]!)) / halfOf(languages[index]!));
    }
  });
  return count === 0 ? 0 : (common + Math.max(...scores)) / count;
}

/** Letters of scripts with as many capitals as small ones count by their place among either. */
const halfOf = (letters: string): number =>
  /\p{Script=Cyrillic}|\p{Script=Greek}/u.test(letters) ? Math.ceil(letters.length / 2) : letters.length;

/** What a letter of none of its languages counts, a sign that people type, and one that they do not. */
const [STRANGE, SIGN, NO_SIGN] = [-0.6, 0.4, -2];
const IN_CAPITALS = 0.15;
/** What a letter loses where it stands alone, as signs of money do, unless a language has it as a word. */
const ALONE = 0.8;
const WORD_OF_ONE = /[àâèéêìíòóôùúáåöøæýÀÉÈÓÅÖØÆ]/u;
const TYPED_SIGNS =
  /[\u00A0\u00A7\u00AB\u00B0\u00BB\u00BF\u00A1\u2013\u2014\u2018-\u201E\u2022\u2026\u20AC£©®№ªº·²³½¼]/u;

/** What a sign counts that is in the first half of its charset, and not among those that are written most. */
const LESS_COMMON = 1.2;

/** The same for scripts of two bytes a character. */
function signsOf(
  text: string,
  charset: string,
  encode: (char: string) => Uint8Array,
  isCommon: (lead: number, trail: number) => boolean,
): number {
  let score = 0;
  let bytes = 0;
  const isJapanese = charset === "shift_jis" || charset === "euc-jp";
  const narrow = charset === "shift_jis" ? narrowKanaOf(text) : 0;
  for (const char of text) {
    if (char < "\x80") continue;
    const encoded = encode(char);
    bytes += encoded.length;
    const [lead = 0, trail = 0] = encoded;
    if (encoded.length > 2) score -= 2;
    else if (/[\uFF61-\uFF9F]/.test(char)) score += narrow;
    else if (/[\p{Script=Hiragana}\p{Script=Katakana}ー]/u.test(char)) score += isJapanese ? 2 : -1;
    else if (/\p{Script=Hangul}/u.test(char))
      score += charset !== "euc-kr" || !isCommon(lead, trail) ? -1 : HANGUL.has(char) ? 2 : LESS_COMMON;
    else if (/\p{Script=Han}/u.test(char))
      score +=
        charset === "euc-kr" || !isCommon(lead, trail)
          ? -1
          : (isJapanese ? KANJI : CHINESE).has(char)
            ? 1.9
            : LESS_COMMON;
    else if (/[\u3000-\u303F\uFF01-\uFF5E\u2018-\u201D\u2026\u00B7]/.test(char)) score += 1;
    else score -= 1.5;
  }
  return bytes === 0 ? 0 : score / bytes;
}

const [NARROW, NO_NARROW, LEAST_OF_HALF] = [0.8, -0.5, 0.2];
/** Fewer may be anything. */
const LEAST_KANA = 8;

/**
 * What a narrow kana counts: banks of Japan write with them alone. Their bytes are letters of Cyrillic charsets, too, but only from both halves of
 * them together, and with marks of voiced sounds only behind letters that can have one, they are Japanese.
 */
function narrowKanaOf(text: string): number {
  const kana = text.match(/[\uFF66-\uFF9F]/g) ?? [];
  const first = kana.filter((char) => char <= "\uFF7F").length;
  if (kana.length < LEAST_KANA) return NO_NARROW;
  const isOfBoth = first >= LEAST_OF_HALF * kana.length && first <= (1 - LEAST_OF_HALF) * kana.length;
  return isOfBoth && !/(?<![\uFF73\uFF76-\uFF84\uFF8A-\uFF8E])[\uFF9E\uFF9F]/.test(text) ? NARROW : NO_NARROW;
}

/** How much a text of signs looks like Chinese, Japanese or Korean: 1 where all of them are common. */
export function likelihoodOfSigns(text: string): number {
  const signs = Array.from(text).filter((char) => char >= "\x80");
  const score = signs.reduce((sum, char) => {
    const isCommon = CHINESE.has(char) || KANJI.has(char) || HANGUL.has(char);
    if (/[\p{Script=Hiragana}\p{Script=Katakana}ー]/u.test(char)) return sum + 1;
    if (/[\p{Script=Han}\p{Script=Hangul}]/u.test(char)) return sum + (isCommon ? 1 : 0.3);
    return sum + 0.5;
  }, 0);
  return signs.length === 0 ? 0 : score / signs.length;
}
