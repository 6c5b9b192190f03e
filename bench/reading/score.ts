/** How near a reading comes to the truth, in counts that can be added up over pages. */
export type Score = { edits: number; characters: number; hits: number; wordsTrue: number; wordsRead: number };

const folded = (text: string): string => text.normalize("NFC").toLowerCase().replace(/\s+/g, " ").trim();

/**
 * Compares without case, and with every run of blanks and line ends as one blank. `edits` is the Levenshtein distance in
 * code points; a word is a hit as often as the truth has it, wherever it stands.
 */
export function scoreOf(truth: string, reading: string): Score {
  const [wanted, read] = [folded(truth), folded(reading)];
  const [wordsTrue, wordsRead] = [wanted, read].map((text) => (text === "" ? [] : text.split(" "))) as [
    string[],
    string[],
  ];
  const left = new Map<string, number>();
  for (const word of wordsTrue) left.set(word, (left.get(word) ?? 0) + 1);
  let hits = 0;
  for (const word of wordsRead) {
    const count = left.get(word) ?? 0;
    if (count === 0) continue;
    hits += 1;
    left.set(word, count - 1);
  }
  return {
    edits: distance([...wanted], [...read]),
    characters: [...wanted].length,
    hits,
    wordsTrue: wordsTrue.length,
    wordsRead: wordsRead.length,
  };
}

/** Percent over pages together: a long page counts more than a short one. */
export function summaryOf(scores: Score[]): { pages: number; cer_percent: number; word_f1_percent: number } {
  const sum = (key: keyof Score): number => scores.reduce((total, score) => total + score[key], 0);
  const percent = (part: number, whole: number): number => Math.round((10_000 * part) / whole) / 100;
  return {
    pages: scores.length,
    cer_percent: percent(sum("edits"), sum("characters")),
    word_f1_percent: percent(2 * sum("hits"), sum("wordsTrue") + sum("wordsRead")),
  };
}

function distance(one: string[], other: string[]): number {
  let before = Uint32Array.from({ length: other.length + 1 }, (_, index) => index);
  let now = new Uint32Array(other.length + 1);
  for (let row = 1; row <= one.length; row++) {
    now[0] = row;
    for (let column = 1; column <= other.length; column++) {
      now[column] = Math.min(
        before[column]! + 1,
        now[column - 1]! + 1,
        before[column - 1]! + (one[row - 1] === other[column - 1] ? 0 : 1),
      );
    }
    [before, now] = [now, before];
  }
  return before[other.length]!;
}
