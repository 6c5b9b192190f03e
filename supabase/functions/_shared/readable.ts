/** What shows nothing: soft hyphens, which tell where a word may be broken, spaces without a width, and marks of direction. */
const UNSEEN = /[\u00AD\u180E\u200B\u200E\u200F\u202A-\u202E\u2060\u2061-\u2064\u2066-\u2069\uFEFF]/g;

/**
 * Joiners where they change nothing: behind letters that do not join, figures, signs and white space. Persian, the scripts of India
 * and emoji need them.
 */
const IDLE_JOINERS =
  /(^|[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Hebrew}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Nd}\p{P}\s])[\u200C\u200D]+/gu;

/** A text as people search for it: composed (NFC), and without characters that nobody sees. Places in it are not those of the file. */
export function readable(text: string): string {
  return text.replace(UNSEEN, "").replace(IDLE_JOINERS, "$1").normalize("NFC");
}
