import type { LayerWord } from "./words.ts";

/** A letter, a figure or a sign that stands alone; scripts without spaces, and those from the right, are set otherwise. */
const SINGLE = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{N}\p{P}]$/u;
const LETTER = /\p{L}/u;
const VOWEL = /[aeiouyαεηιουωаеиоуыэюяієї]/u;

/** Fewer letters are initials, marks or headings of columns; where the file itself has spaces between them, more are needed. */
const MIN_LETTERS = 4;
const MIN_LETTERS_WITH_SPACES = 5;
const MIN_DIFFERENT = 3;
/** In shares of the text's height: letters further apart stand in columns; gaps that differ by less are even; more begins a word. */
const MAX_GAP = 1.2;
const EVEN = 0.1;
const WORD = 0.2;
/** So many of the gaps have to be even. */
const EVEN_SHARE = 0.6;
/** Months and the like, whose initials head columns. */
const INITIALS = new Set(["jfmamjjasond", "efmamjjasond", "gfmamglasond"]);

/**
 * Words of a line, from left to right, with headings whose letters were set apart ("I N V O I C E") as words. Letters are joined where the white between them, or
 * the way from one to the next, is even, and where they can be words: rows of marks, initials of days and alphabets are left.
 */
export function withSpacedLetters(words: LayerWord[]): LayerWord[] {
  if (words.length < MIN_LETTERS) return words;
  const result: LayerWord[] = [];
  let at = 0;
  while (at < words.length) {
    const end = endOfRun(words, at);
    const before = words[at - 1];
    const after = words[end];
    const isApart =
      (!before || gapOf(before, words[at]!) > MAX_GAP * heightOf(before)) &&
      (!after || gapOf(words[end - 1]!, after) > MAX_GAP * heightOf(after));
    result.push(...(joined(words.slice(at, end), isApart) ?? words.slice(at, end)));
    at = end;
  }
  return result;
}

const heightOf = (word: LayerWord): number => word.y1 - word.y0;
const gapOf = (before: LayerWord, word: LayerWord): number => word.x0 - before.x1;

/** Where single letters end that stand near each other; the next word where there is none. */
function endOfRun(words: LayerWord[], from: number): number {
  let end = from;
  while (end < words.length && SINGLE.test(words[end]!.text)) {
    // Between two words of spaced letters stand three gaps and a space.
    if (end > from && gapOf(words[end - 1]!, words[end]!) > (2 * MAX_GAP + WORD * 2) * heightOf(words[end]!)) break;
    end += 1;
  }
  return Math.max(end, from + 1);
}

/** Single letters as words; null where they are none. `isApart`: nothing else stands beside them. */
function joined(letters: LayerWord[], isApart: boolean): LayerWord[] | null {
  if (letters.length < MIN_LETTERS) return null;
  const height = heightOf(letters[0]!);
  const hasSpaces = letters.slice(1).every(({ spaced }) => spaced);
  if (hasSpaces && !isApart) return null;
  const pairs = letters.slice(1).map((letter, at) => ({ before: letters[at]!, letter }));
  const gaps = pairs.map(({ before, letter }) => gapOf(before, letter));
  // Programs put the same white between letters, or put their middles or left sides so far apart.
  const [steps] = [
    gaps,
    pairs.map(({ before, letter }) => (letter.x0 + letter.x1 - before.x0 - before.x1) / 2),
    pairs.map(({ before, letter }) => letter.x0 - before.x0),
  ]
    .filter((distances) => evenOf(distances, height) >= EVEN_SHARE * distances.length)
    .sort((one, other) => evenOf(other, height) - evenOf(one, height));
  if (!steps) return null;
  const usual = median(steps);
  if (median(gaps) > MAX_GAP * height || Math.min(...gaps) < 0) return null;
  const word = { ...letters[0]! };
  for (const [at, { letter }] of pairs.entries()) {
    const begins = (letter.spaced && !hasSpaces) || steps[at]! > usual + WORD * height;
    word.text += (begins ? " " : "") + letter.text;
    word.x1 = Math.max(word.x1, letter.x1);
  }
  return canBeWords(word.text, hasSpaces ? MIN_LETTERS_WITH_SPACES : MIN_LETTERS) ? [word] : null;
}

/** How many of the distances are like the usual one. */
function evenOf(distances: number[], height: number): number {
  const usual = median(distances);
  return distances.filter((distance) => Math.abs(distance - usual) <= EVEN * height).length;
}

/** Of two in the middle the lesser: the wider may part words. */
const median = (numbers: number[]): number => [...numbers].sort((a, b) => a - b)[(numbers.length - 1) >> 1]!;

function canBeWords(text: string, least: number): boolean {
  const letters = [...text.normalize("NFD").toLowerCase()].filter((char) => LETTER.test(char));
  const isAscending = letters.every((letter, at) => at === 0 || letter > letters[at - 1]!);
  return (
    letters.length >= least &&
    new Set(letters).size >= MIN_DIFFERENT &&
    letters.some((letter) => VOWEL.test(letter)) &&
    !isAscending &&
    !INITIALS.has(letters.join(""))
  );
}
