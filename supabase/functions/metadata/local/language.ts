import { FUNCTION_WORDS } from "./tables/function-words.ts";
import { wordsOf, type Line } from "./text.ts";

/** Characters that the trigram detector looks at; more changes nothing. */
const SAMPLE = 4_000;

/** ISO 639-3 codes that the detector knows and that are told apart well, as ISO 639-1. */
const ISO_639_1: Record<string, string> = {
  eng: "en",
  deu: "de",
  fra: "fr",
  spa: "es",
  ita: "it",
  nld: "nl",
  por: "pt",
  zlm: "ms",
  ind: "id",
  pol: "pl",
  swe: "sv",
  ces: "cs",
  hun: "hu",
  ron: "ro",
  tur: "tr",
  vie: "vi",
  rus: "ru",
  ukr: "uk",
  bul: "bg",
  srp: "sr",
  ell: "el",
  arb: "ar",
  heb: "he",
  pes: "fa",
  urd: "ur",
  hin: "hi",
  ben: "bn",
  tam: "ta",
  tel: "te",
  tha: "th",
  jpn: "ja",
  kor: "ko",
  cmn: "zh",
};

const SETS = Object.entries(FUNCTION_WORDS).map(([language, words]) => ({ language, words: new Set(words) }));

/**
 * The language of the text as an ISO 639-1 code, or null where nothing tells it. The small words decide for the
 * languages of the table, which works for bills of a few words too; trigrams decide for the others.
 */
export async function findLanguage(lines: Line[]): Promise<string | null> {
  const words = lines.flatMap((line) => wordsOf(line.key));
  const votes = SETS.map(({ language, words: known }) => ({
    language,
    votes: words.filter((word) => known.has(word)).length,
  })).sort((a, b) => b.votes - a.votes);
  const [first, second] = votes;
  if (first && first.votes >= 3 && first.votes >= 1.25 * (second?.votes ?? 0) && first.votes * 14 >= words.length)
    return first.language;
  const byTrigrams = await trigramLanguage(lines);
  if (byTrigrams) return byTrigrams;
  return first && first.votes >= 2 && first.votes > (second?.votes ?? 0) ? first.language : null;
}

async function trigramLanguage(lines: Line[]): Promise<string | null> {
  const letters = lines
    .map((line) => line.text.replace(/[^\p{L}\p{M}\s]+/gu, " "))
    .join(" ")
    .slice(0, SAMPLE);
  // A few words in Latin letters look like many languages; other scripts tell sooner.
  const latin = (letters.match(/\p{Script=Latin}/gu) ?? []).length;
  const all = (letters.match(/\p{L}/gu) ?? []).length;
  if (all < (latin * 2 > all ? 60 : 20)) return null;
  const { franc } = await import("franc-min");
  return ISO_639_1[franc(letters, { only: Object.keys(ISO_639_1), minLength: 20 })] ?? null;
}
