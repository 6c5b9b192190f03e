import { ABBREVIATIONS, BOILERPLATE } from "../tables/boilerplate.ts";
import { FUNCTION_WORDS } from "../tables/function-words.ts";
import { writtenShare } from "./noise.ts";
import { GREETINGS, SALUTATIONS } from "../tables/letters.ts";
import { holds, keyOf, wordsOf, type Line } from "./text.ts";

const SHORTEST = 40;
const LONGEST = 200;

/** The sentence of the first pages that tells most: a whole one, with the words of the subject, early in the text. */
export function tellingSentence(lines: Line[], language: string | null, subject: string | null): string | null {
  const small = new Set(FUNCTION_WORDS[language ?? ""] ?? Object.values(FUNCTION_WORDS).flat());
  const wanted = new Set(wordsOf(keyOf(subject ?? "")).filter((word) => word.length > 3 && !small.has(word)));
  let best: { sentence: string; score: number } | null = null;
  sentencesOf(lines.slice(0, 300)).forEach((sentence, index) => {
    const key = keyOf(sentence);
    if (holds(key, BOILERPLATE)) return;
    const words = wordsOf(key);
    const smallWords = words.filter((word) => small.has(word)).length;
    if (smallWords < 2 || [...SALUTATIONS, ...GREETINGS].some((phrase) => key.startsWith(` ${phrase} `))) return;
    const score =
      3 * words.filter((word) => wanted.has(word)).length + Math.min(words.length, 24) / 8 - Math.min(index, 30) * 0.3;
    if (!best || score > best.score) best = { sentence, score };
  });
  return (best as { sentence: string } | null)?.sentence ?? null;
}

/** Whole sentences of 40 to 200 characters, made of words: not the lines of tables, headings or addresses. */
function sentencesOf(lines: Line[]): string[] {
  return paragraphs(lines)
    .flatMap((paragraph) => joined(paragraph.split(/(?<=[\p{Ll}\p{M})"”«\d]{2}[.!?])\s(?=[\p{Lu}\p{Lo}„«"“¿¡])/u)))
    .filter((sentence) => {
      const letters = sentence.replace(/[^\p{L}\s]/gu, "").length;
      return (
        sentence.length >= SHORTEST &&
        sentence.length <= LONGEST &&
        /^[\p{Lu}\p{Lo}„«"“¿¡]/u.test(sentence) &&
        /[.!]["”«»]?$/u.test(sentence) &&
        // A heading, a label or a number of a list within it: lines of a form that ran together.
        !/\p{L}\s\p{Lu}\p{L}*:\s|\s\d{1,2}[.)]\s\p{Lu}|_{2}|\/\s.{1,60}\/\s|\s\|\s|^\p{L}+:\s|[.!?]\s\d|\p{Ll}{3}[.!?]\s\p{Ll}/u.test(
          sentence,
        ) &&
        writtenShare(sentence) >= 0.9 &&
        letters * 10 >= sentence.length * 8 &&
        !/@|:\/\/|www\.|\.{3}/u.test(sentence) &&
        wordsOf(keyOf(sentence)).length >= 6
      );
    });
}

/** Sentences that were parted behind an abbreviation, as one: "str. | Lungă 5". */
function joined(sentences: string[]): string[] {
  const whole: string[] = [];
  for (const sentence of sentences) {
    const before = whole.at(-1);
    const last = before === undefined ? "" : (/(\p{L}{1,40})\.$/u.exec(before)?.[1] ?? "");
    if (before !== undefined && last !== "" && ABBREVIATION_SET.has(last.toLowerCase()))
      whole[whole.length - 1] = `${before} ${sentence}`;
    else whole.push(sentence);
  }
  return whole;
}

const ABBREVIATION_SET = new Set(ABBREVIATIONS);

/** Lines that run on, joined; a line that ends early without a full stop (a heading, an address) stands alone. */
function paragraphs(lines: Line[]): string[] {
  const found: string[] = [];
  let current = "";
  const widest = Math.min(90, Math.max(0, ...lines.map((line) => line.text.length)));
  for (const line of lines) {
    current =
      /\p{L}-$/u.test(current) && /^\p{Ll}/u.test(line.text)
        ? current.slice(0, -1) + line.text
        : `${current} ${line.text}`.trim();
    const runsOn = line.text.length >= widest * 0.6 && !/[.!?:]$/u.test(line.text);
    if (!runsOn) {
      found.push(current);
      current = "";
    }
  }
  if (current !== "") found.push(current);
  return found;
}
