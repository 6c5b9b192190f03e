import type { Glyph } from "./layer.ts";

/** Letters and marks of scripts that run from right to left, without their digits, which run from left to right. */
export const RTL =
  /(?!\p{N})(?:\p{Script=Hebrew}|\p{Script=Arabic}|\p{Script=Syriac}|\p{Script=Thaana}|\p{Script=Nko})/u;

/** Whether most letters of a text run from right to left, or more than a share of them. */
export function runsFromRight(text: string, share = 0.5): boolean {
  if (!RTL.test(text)) return false;
  let right = 0;
  let left = 0;
  for (const char of text) {
    if (RTL.test(char)) right += 1;
    else if (/\p{L}/u.test(char)) left += 1;
  }
  return right > share * (right + left);
}

/** Letters of one line stand with their middles closer than this share of their height. */
const SAME_LINE = 0.3;
/** White between the ink of two words, in shares of their height. Letters that do not join are up to 0.21 apart. */
const INK_GAP = 0.25;
/** The characters of a ligature stand at one point. */
const ONE_POINT = 0.01;

/**
 * Words of letters that run from right to left, each in the order in which it is read. Only their places tell: some programs write
 * such text as it is read, others from left to right, some word by word, and PDFium turns some of it around. The same goes for
 * spaces: many stand nowhere in the file, or at another word.
 */
export function wordsFromRight(glyphs: Glyph[]): Glyph[][] {
  const bases = glyphs.filter(({ char }) => !isMark(char));
  const words: Glyph[][] = [];
  for (const line of linesOfGlyphs(bases)) {
    // Sorting is stable: the characters of a ligature stay in the order of the file.
    line.sort((a, b) => b.x0 - a.x0);
    let left = Number.NEGATIVE_INFINITY;
    for (const cluster of clustersOf(line)) {
      const [first] = cluster as [Glyph, ...Glyph[]];
      const ink = first.ink ?? first;
      if (left - ink.x1 < INK_GAP * (first.y1 - first.y0) && words.length > 0 && left > Number.NEGATIVE_INFINITY)
        words.at(-1)!.push(...inOrder(cluster));
      else words.push(inOrder(cluster));
      left = ink.x0;
    }
  }
  return withMarks(
    words,
    glyphs.filter(({ char }) => isMark(char)),
  );
}

const isMark = (char: string): boolean => /^\p{M}$/u.test(char);

function linesOfGlyphs(glyphs: Glyph[]): Glyph[][] {
  const lines: Glyph[][] = [];
  let first: Glyph | undefined;
  for (const glyph of [...glyphs].sort((a, b) => a.y0 + a.y1 - b.y0 - b.y1)) {
    if (first && (glyph.y0 + glyph.y1 - first.y0 - first.y1) / 2 < SAME_LINE * (first.y1 - first.y0))
      lines.at(-1)!.push(glyph);
    else lines.push([(first = glyph)]);
  }
  return lines;
}

function clustersOf(line: Glyph[]): Glyph[][] {
  const clusters: Glyph[][] = [];
  let last: Glyph | undefined;
  for (const glyph of line) {
    if (last && last.x0 - glyph.x0 < ONE_POINT) clusters.at(-1)!.push(glyph);
    else clusters.push([glyph]);
    last = glyph;
  }
  return clusters;
}

/** The characters of a ligature as they are read. PDFium turns those around that the file maps to several characters, but not those that it takes apart itself. */
function inOrder(cluster: Glyph[]): Glyph[] {
  if (cluster.length === 1) return cluster;
  const turned = [...cluster].reverse();
  const text = (glyphs: Glyph[]): string => glyphs.map(({ char }) => char).join("");
  return ligatures().has(text(cluster)) && !ligatures().has(text(turned)) ? cluster : turned;
}

let known: Set<string> | undefined;
/** What the ligatures of Unicode's Arabic presentation forms stand for. */
function ligatures(): Set<string> {
  if (known) return known;
  known = new Set();
  for (const [from, to] of [
    [0xfbea, 0xfdfb],
    [0xfef5, 0xfefc],
  ] as const)
    for (let code = from; code <= to; code += 1) known.add(String.fromCodePoint(code).normalize("NFKC"));
  return known;
}

/** Puts each mark behind the letter that it stands over or under. */
function withMarks(words: Glyph[][], marks: Glyph[]): Glyph[][] {
  if (marks.length === 0) return words;
  const bases = words.flat().sort((a, b) => middle(a) - middle(b));
  const over = new Map<Glyph, Glyph[]>();
  const alone: Glyph[][] = [];
  for (const mark of marks) {
    const base = nearest(bases, mark);
    if (!base) alone.push([mark]);
    else if (over.has(base)) over.get(base)!.push(mark);
    else over.set(base, [mark]);
  }
  return [...words.map((word) => word.flatMap((glyph) => [glyph, ...(over.get(glyph) ?? [])])), ...alone];
}

const middle = ({ ink, x0, x1 }: Glyph): number => ((ink?.x0 ?? x0) + (ink?.x1 ?? x1)) / 2;
/** Letters to each side of a mark's place that are looked at, on all lines. */
const LOOK_AROUND = 200;

function nearest(bases: Glyph[], mark: Glyph): Glyph | undefined {
  const x = middle(mark);
  let low = 0;
  for (let high = bases.length; low < high; ) {
    const half = (low + high) >> 1;
    if (middle(bases[half]!) < x) low = half + 1;
    else high = half;
  }
  let best: Glyph | undefined;
  let least = mark.y1 - mark.y0;
  for (const base of bases.slice(Math.max(0, low - LOOK_AROUND), low + LOOK_AROUND)) {
    const away = Math.abs(middle(base) - x) + 2 * Math.abs(base.y0 + base.y1 - mark.y0 - mark.y1);
    if (away < least) [best, least] = [base, away];
  }
  return best;
}

const PAIRS: Record<string, string> = {
  "(": ")",
  ")": "(",
  "[": "]",
  "]": "[",
  "{": "}",
  "}": "{",
  "«": "»",
  "»": "«",
};
const OPENING = /[([{«]/;

/** A line that is read from the right with its brackets the right way around: some files have them as they look, some as they are meant. */
export function withBrackets(text: string): string {
  const first = /[()[\]{}«»]/.exec(text)?.[0];
  if (!first || OPENING.test(first) || !text.includes(PAIRS[first]!)) return text;
  return text.replace(/[()[\]{}«»]/g, (bracket) => PAIRS[bracket]!);
}
