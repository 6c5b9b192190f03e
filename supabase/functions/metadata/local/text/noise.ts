import { trimmedEnd, trimmedStart } from "../../../_shared/trim.ts";
import { FUNCTION_WORDS } from "../tables/function-words.ts";
import { keyOf, wordsOf } from "./text.ts";

const SMALL_WORDS = new Set(Object.values(FUNCTION_WORDS).flat());

/** Names that mix cases: McArthur, DeLuca, GmbH, YouTube. */
const MIXED =
  /^(?:(?:Mc|Mac|De|Di|La|Le|Du|Van|Von|O['’])\p{Lu}\p{L}+|\p{Lu}\p{Ll}+(?:\p{Lu}\p{Ll}+)+|\p{Lu}{2,}s|\p{Ll}{1,2}\p{Lu}\p{L}*|\p{Lu}\p{Ll}?\p{Lu}{1,3}\p{Ll}?|\p{Lu}\p{Ll}+\p{Lu}{2,4}|[gmp]?GmbH)$/u;

/**
 * Whether a word is one that a person writes, and no scrap that a picture is misread as: it has a vowel or is an
 * abbreviation, its cases do not alternate, and no marks stand within. Words of other scripts than Latin count as written.
 */
export function isWritten(word: string): boolean {
  const bare = trimmedStart(trimmedEnd(word, /[)\]"'“”„«»‘’.,;:!?…®™©*]/u), /[("'“”„«»‘’¿¡[]/u);
  if (bare === "" || /^[&+/–—·•|#-]$/u.test(word)) return word !== "|";
  if (/^[\d.,/:%°'’-]+$/u.test(bare)) return true;
  // (주)한빛상사: marks stand within runs of these scripts.
  if (/[\p{Script=Han}\p{Script=Hangul}]/u.test(bare)) return true;
  // Hebrew abbreviations have their mark before the last letter: בע"מ.
  if (/^\p{Script=Hebrew}{1,5}"\p{Script=Hebrew}$/u.test(bare)) return true;
  if (/[^\p{L}\p{M}\p{N}'’׳״.&/+–@-]/u.test(bare)) return false;
  if (/[^\p{Script=Latin}\p{M}\p{N}'’.&/+–@-]/u.test(bare)) return true;
  return bare
    .replace(/['’](?:s|t|d|m|ll|re|ve)$/iu, "")
    .replace(/^(?:[dlsmtncj]|qu)['’]/iu, "")
    .split(/[-–/&+.'’]+/u)
    .every((part) => part === "" || isWrittenPart(part));
}

function isWrittenPart(part: string): boolean {
  if (/\d/u.test(part)) return !/\p{L}\d+\p{L}/u.test(part) && part.length <= 12;
  if (/^\p{Lu}+$/u.test(part)) return part.length <= 6 || /[AEIOUYÄÖÜÉÈÀÁÍÓÚÂÊÎÔÛÅÆØİ]/u.test(part);
  if (/\p{Ll}\p{Lu}|\p{Lu}{2}\p{Ll}/u.test(part)) return MIXED.test(part);
  if (part.length === 1)
    return /[aàáeéèiíoóuyAIOUYE]/u.test(part) || SMALL_WORDS.has(part.toLowerCase()) || /\p{Lu}/u.test(part);
  return (
    /[aeiouyäöüáéíóúàèìòùâêîôûåæøœãõěůőűąęıāēīū]/iu.test(part) ||
    part.length <= 3 ||
    SMALL_WORDS.has(keyOf(part).trim())
  );
}

/** The share of a text's words that a person wrote, 0 to 1; 1 for a text without words. */
export function writtenShare(text: string): number {
  const words = text.split(/\s+/u).filter((word) => word !== "");
  return words.length === 0 ? 1 : words.filter(isWritten).length / words.length;
}

/**
 * A line without what a picture's edges and boxes are read as: scraps at either end, and, where a heading in capitals
 * stands among scraps in other cases, all but the heading.
 */
export function withoutNoise(text: string): string {
  const words = text.split(/\s+/u).filter((word) => word !== "");
  while (words.length > 0 && isScrap(words[0]!, words[1])) words.shift();
  while (words.length > 0 && isScrap(words.at(-1)!, words.at(-2))) words.pop();
  // The line of a box is read as a letter: "I Application for Benefits".
  if (words.length >= 3 && /^[IJL]$/u.test(words[0]!) && /^\p{Lu}\p{L}{2}/u.test(words[1]!)) words.shift();
  const capitals = longestRun(
    words,
    (word) => (/\p{Lu}{2}/u.test(word) && !/\p{Ll}/u.test(word)) || /^[&–-]$/u.test(word),
  );
  const rest = words.length - capitals.length;
  // "Pca HEALTH CLAIM FORM Pica": what stands beside are no words of the heading.
  if (
    capitals.length >= 3 &&
    rest > 0 &&
    rest <= 4 &&
    words.every((word) => capitals.includes(word) || !SMALL_WORDS.has(word.toLowerCase()))
  )
    return capitals.join(" ");
  return words.join(" ");
}

function isScrap(word: string, neighbor: string | undefined): boolean {
  if (!isWritten(word) || /^[[\]|]|[[|]$/u.test(word) || /^[^\p{L}\p{N}]+$/u.test(word)) return true;
  if (!/\p{L}/u.test(word)) return false;
  const key = wordsOf(keyOf(word))[0] ?? "";
  return neighbor !== undefined && word.length <= 1 && !SMALL_WORDS.has(key) && !/^[A-Z]$/u.test(word);
}

function longestRun(words: string[], belongs: (word: string) => boolean): string[] {
  let best: string[] = [];
  let run: string[] = [];
  for (const word of words) {
    run = belongs(word) ? [...run, word] : [];
    if (run.length > best.length) best = run;
  }
  return best;
}
