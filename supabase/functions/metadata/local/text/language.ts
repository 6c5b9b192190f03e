import { ALL_FUNCTION_WORDS, LETTERS } from "../tables/more-function-words.ts";
import { LANGUAGE_PAPER_WORDS } from "../tables/paper-words.ts";
import { keyOf, wordsOf, type Line } from "./text.ts";

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
  dan: "da",
  nob: "no",
  fin: "fi",
  slk: "sk",
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

const SETS = Object.entries(ALL_FUNCTION_WORDS)
  .filter(([language]) => !["el", "ru", "uk", "bg"].includes(language))
  .map(([language, words]) => ({ language, words: new Set([...words, ...(LANGUAGE_PAPER_WORDS[language] ?? [])]) }));

/** What a word says for a language that has it: the less, the more languages have it too. */
const WEIGHTS = new Map<string, number>();
for (const { words } of SETS)
  for (const word of words) WEIGHTS.set(word, 1 / SETS.filter((other) => other.words.has(word)).length);

/** Languages so near to each other that they share most small words: the words that only one of them has decide. */
const NEAR: readonly (readonly string[])[] = [
  ["da", "no", "sv"],
  ["cs", "sk"],
  ["es", "pt"],
  ["ms", "id"],
];

/** A writing system that one language of our time uses, or whose languages its letters tell. */
const SCRIPTS = {
  Han: /\p{Script=Han}/gu,
  Kana: /[\p{Script=Hiragana}\p{Script=Katakana}]/gu,
  Hangul: /\p{Script=Hangul}/gu,
  Hebrew: /\p{Script=Hebrew}/gu,
  Greek: /\p{Script=Greek}/gu,
  Arabic: /\p{Script=Arabic}/gu,
  Cyrillic: /\p{Script=Cyrillic}/gu,
  Thai: /\p{Script=Thai}/gu,
  Latin: /\p{Script=Latin}/gu,
} as const;

/** Kana, characters as only Japan simplifies them, and words of Japanese papers alone. */
const JAPANESE =
  /[ぁ-ゖァ-ヺ]{2}|[円発売駅図応様込払届択覧県済検険営働価続総処証従実対伝労楽気広黒渋戻辺斉]|株式会社|有限会社|合同会社|令和|平成|昭和|御中|消費税|請求書|給与/u;

/** A character of these stands for a syllable or a word. */
const DENSE: readonly string[] = ["Han", "Kana", "Hangul"];

/**
 * The language of the text as an ISO 639-1 code, or null where nothing tells it. The script comes first. The small words
 * decide between the languages of the table, which works for bills of a few words too; trigrams decide the rest.
 *
 * @param names whether the text is names and headings, in which trigrams see any language: then small words alone tell
 */
export async function findLanguage(lines: Line[], { names = false } = {}): Promise<string | null> {
  const byScript = scriptLanguage(
    lines
      .map(({ text }) => text)
      .join(" ")
      .slice(0, SAMPLE),
  );
  if (byScript !== "latin") return byScript ?? trigramLanguage(lines);
  const told = lines.map(withoutAddresses);
  const words = told.flatMap((line) => wordsOf(line.key));
  const letters = lettersOf(told);
  const votes = SETS.map(({ language, words: known }) => {
    const held = words.filter((word) => known.has(word));
    const weight = held.reduce((sum, word) => sum + (WEIGHTS.get(word) ?? 0), 0);
    return { language, held, votes: weight + Math.max(-weight, Math.min(held.length / 2, letters(language))) };
  }).sort((a, b) => b.votes - a.votes);
  const first = votes[0]!;
  const near = NEAR.find((group) => group.includes(first.language)) ?? [first.language];
  const rival = votes.find(({ language }) => !near.includes(language));
  const share = first.held.length * 14 >= words.length;
  const ahead = first.votes >= 1.25 * (rival?.votes ?? 0);
  if (first.held.length >= (words.length < 16 ? 2 : 3) && first.votes >= 1 && ahead && share)
    return nearest(
      votes.filter(({ language }) => near.includes(language)),
      letters,
    );
  if (names) return null;
  const byTrigrams = await trigramLanguage(told);
  // A text of names and numbers looks like any language to the trigrams: a few words of one language say more.
  const ownVotes = votes.find(({ language }) => language === byTrigrams);
  if (first.held.length >= 2 && first.votes >= 1.5 && ahead && ownVotes && ownVotes.votes * 2 < first.votes)
    return nearest(
      votes.filter(({ language }) => near.includes(language)),
      letters,
    );
  // Not every language of the table is known by its trigrams: its letters speak against another.
  if (byTrigrams && letters(byTrigrams) >= 0) return byTrigrams;
  const byLetters = SETS.map(({ language }) => ({ language, points: letters(language) }))
    .filter(({ points }) => points >= 1)
    .map(({ language, points }) => ({
      language,
      points: points + (votes.find((vote) => vote.language === language)?.held.length ?? 0),
    }))
    .sort((a, b) => b.points - a.points);
  if (byLetters[0] && byLetters[0].points > (byLetters[1]?.points ?? 0)) return byLetters[0].language;
  if (byTrigrams) return byTrigrams;
  return first.held.length >= 2 && first.votes > (votes[1]?.votes ?? 0) ? first.language : null;
}

/** A line without addresses of the web and of mail, paths and names of repositories: "nf-core/airrflow". */
function withoutAddresses(line: Line): Line {
  if (!/[@_/]|\w\.\w/u.test(line.text)) return line;
  const kept = line.text.split(" ").filter((word) => !ADDRESS.test(word));
  const text = kept.join(" ");
  return text === line.text ? line : { ...line, text, key: keyOf(text) };
}

const ADDRESS = /@|:\/\/|^www\.|^[a-z\d][a-z\d_.-]*\/[a-z\d_./-]*$|^[a-z\d-]{2,40}\.(?:com|org|net|io)(?:\/|$)/u;

/** Of languages that are near to each other, the one with most words that the others have not, and letters: only Czech has "ř". */
function nearest(
  votes: { language: string; held: string[]; votes: number }[],
  letters: (language: string) => number,
): string {
  const own = votes.map(({ language, held, votes: all }) => {
    const others = new Set(
      votes
        .filter((other) => other.language !== language)
        .flatMap((other) => [...(SETS.find((set) => set.language === other.language)?.words ?? [])]),
    );
    return { language, own: held.filter((word) => !others.has(word)).length + letters(language), all };
  });
  return own.sort((a, b) => b.own - a.own || b.all - a.all)[0]!.language;
}

/** The language that the script of a text tells; "latin" where words have to; null where only trigrams can. */
function scriptLanguage(text: string): string | null {
  const counts = Object.fromEntries(
    Object.entries(SCRIPTS).map(([script, letters]) => [
      script,
      (text.match(letters)?.length ?? 0) * (DENSE.includes(script) ? 3 : 1),
    ]),
  ) as Record<keyof typeof SCRIPTS, number>;
  const eastAsian = counts.Han + counts.Kana + counts.Hangul;
  const others = (["Hebrew", "Greek", "Arabic", "Cyrillic", "Thai"] as const).map((script) => ({
    script,
    count: counts[script],
  }));
  const most = others.sort((a, b) => b.count - a.count)[0]!;
  if (Math.max(eastAsian, most.count) <= counts.Latin) return "latin";
  if (eastAsian >= most.count) {
    if (counts.Hangul > counts.Han + counts.Kana || (counts.Hangul > 0 && counts.Hangul >= counts.Kana * 2))
      return "ko";
    // A bill in Japanese may hold but a few kana, or none: then its own characters and words tell.
    return counts.Kana * 20 >= counts.Han || JAPANESE.test(text.replace(/の/gu, "")) ? "ja" : "zh";
  }
  if (most.script === "Greek") return "el";
  if (most.script === "Hebrew") return /[\u05f0-\u05f2]/u.test(text) ? null : "he";
  if (most.script === "Thai") return "th";
  if (most.script === "Arabic") return /[پچژگکیٹڈڑےں]/u.test(text) ? null : "ar";
  if (/[іїєґ]/iu.test(text)) return "uk";
  if (/[ыэё]/iu.test(text)) return "ru";
  return cyrillicLanguage(text);
}

/** Russian, Ukrainian and Bulgarian by their small words; null where they are none of these. */
function cyrillicLanguage(text: string): string | null {
  if (/[јљњћђџ]/iu.test(text)) return null;
  const words = wordsOf(keyOf(text));
  const votes = ["ru", "uk", "bg"]
    .map((language) => {
      const known = new Set(ALL_FUNCTION_WORDS[language]);
      return { language, votes: words.filter((word) => known.has(word)).length };
    })
    .sort((a, b) => b.votes - a.votes);
  return votes[0]!.votes > votes[1]!.votes ? votes[0]!.language : null;
}

/** What the letters beyond a to z say for a language: half a vote for each word that is written with its own, half a vote against it for each with others. */
function lettersOf(lines: Line[]): (language: string) => number {
  const marked = lines
    .flatMap(
      ({ text }) =>
        text
          .toLowerCase()
          .normalize("NFC")
          .match(/[\p{L}\p{M}]+/gu) ?? [],
    )
    .map((word) => [...word].filter((letter) => letter > "\x7f"))
    .filter((letters) => letters.length > 0);
  return (language) => {
    const own = LETTERS[language] ?? "";
    return marked.reduce((sum, letters) => sum + (letters.every((letter) => own.includes(letter)) ? 0.5 : -0.5), 0);
  };
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
