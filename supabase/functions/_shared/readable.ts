/**
 * What shows nothing: soft hyphens, which tell where a word may be broken, spaces without a width, marks of direction and of annotation, and
 * letters for machines (tags; those of flags stay).
 */
const UNSEEN =
  /[\u00AD\u034F\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u206F\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E001F}]|(?<![\u{1F3F4}\u{E0020}-\u{E007F}])[\u{E0020}-\u{E007F}]+/gu;

/**
 * Joiners where they change nothing: behind letters that do not join, figures, signs and white space. Persian, the scripts of India
 * and emoji need them.
 */
const IDLE_JOINERS =
  /(^|[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Hebrew}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Nd}\p{P}\s])[\u200C\u200D]+/gu;

/** Latin and Armenian ligatures, and Arabic and Hebrew letters in the form that they have in a word: one character for what is typed as another. */
const PRESENTATION_FORMS = /[\uFB00-\uFB06\uFB13-\uFB17\uFB1D-\uFDFF\uFE70-\uFEFC]+/g;

/**
 * A text as people search for it: composed (NFC), letters as they are typed, and without characters that nobody sees. Places in it are not
 * those of the file.
 */
export function readable(text: string): string {
  return text
    .replace(UNSEEN, "")
    .replace(IDLE_JOINERS, "$1")
    .replace(PRESENTATION_FORMS, (forms) => forms.normalize("NFKC"))
    .normalize("NFC");
}
