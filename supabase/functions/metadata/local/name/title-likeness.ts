import { isOfAddress, POSTCODE } from "../sender/addressees.ts";
import { withoutLegalForm } from "../sender/company-name.ts";
import { moneyIn } from "../amounts/money.ts";
import { isBoxLabel } from "./no-name.ts";
import { isWritten, writtenShare } from "../text/noise.ts";
import { ADDRESS_WORDS, NO_NAME_BEGINNINGS } from "../tables/companies.ts";
import { SELF_REFERENCES, SENTENCE_VERBS } from "../tables/contracts.ts";
import { DOCUMENT_NAMES, OTHER_NAMES } from "../tables/document-names.ts";
import { everydayNames } from "../tables/everyday-words.ts";
import { GREETINGS, SALUTATIONS } from "../tables/letters.ts";
import { moreNames } from "../tables/more-words.ts";
import { STAMPS, PARTS_OF_A_BODY, HALVES } from "../tables/no-titles.ts";
import { ADDRESSED, HONORIFICS } from "../tables/stop-words.ts";
import { holds, INTRODUCTION, keyOf, needleOf, RUNS_ON, wordsOf, type Line } from "../text/text.ts";
import { writtenDates } from "../dates/written-dates.ts";

export const LONGEST = 120;

export const TITLE_NAMES = [
  ...new Set(
    Object.values(DOCUMENT_NAMES)
      .flat()
      .concat(OTHER_NAMES, (Object.keys(DOCUMENT_NAMES) as (keyof typeof DOCUMENT_NAMES)[]).flatMap(moreNames))
      .map((name) => keyOf(name).trim())
      .concat((Object.keys(DOCUMENT_NAMES) as (keyof typeof DOCUMENT_NAMES)[]).flatMap(everydayNames)),
  ),
];

/** "Traffic Management Act 2004", "Road Traffic Regulations 1984". */
const LAW = /\b(?:Act|Regulations?|Order|Law|Statute|Code)\s(?:of\s)?\d{4}$/u;

export const isNamed = (key: string): boolean => TITLE_NEEDLES.some((needle) => key.includes(needle));

const TITLE_NEEDLES = TITLE_NAMES.map(needleOf);

export function caseOf(text: string): "capitals" | "title" | "sentence" {
  const words = text.match(/\p{L}{4,}/gu) ?? [];
  if (words.length === 0) return "sentence";
  if (words.every((word) => word === word.toUpperCase())) return "capitals";
  return words.filter((word) => /^\p{Lu}/u.test(word)).length >= words.length * 0.8 ? "title" : "sentence";
}

/** "Name: …", "5. ISSUED BY", "Account No. 12": what names a value, or a box of a form. */
export function isLabel(text: string): boolean {
  const before = /^([^:]{1,40}):(?:\s|$)/u.exec(text)?.[1];
  if (before !== undefined && wordsOf(keyOf(before)).length <= 3) return true;
  return (
    /^\(?\d{1,2}[a-z]?[.)]\s/u.test(text) ||
    /^[a-z]\.\s\p{Lu}/u.test(text) ||
    /\b(?:no|nr|num|number|nummer)\.?\s?:?\s?#?\s?[\p{L}-]{0,5}\d/iu.test(text) ||
    /\b(?:no|nr|number|nummer|#)[.:]?$/iu.test(text)
  );
}

/** Whether a text is part of a sentence: "This agreement is made on …", "The board has met …". */
export function isSentence(text: string): boolean {
  const key = keyOf(text);
  const words = wordsOf(key);
  if (words.length < 4 || !words.some((word) => SENTENCE_VERBS.includes(word)) || /\?$/u.test(text)) return false;
  // A title may hold a verb ("What is a lease"), but then it does not speak of itself and is short.
  return words.length > 7 || SELF_REFERENCES.some((phrase) => key.startsWith(` ${phrase} `));
}

/** Whether a line is a stamp or a running head: "CORRECTED (if checked)". */
export function isStamp(text: string): boolean {
  const key = keyOf(text);
  return wordsOf(key).length <= 6 && holds(key, STAMPS);
}

/** Whether a line greets: "Dear …". */
export function greets(line: Pick<Line, "key">): boolean {
  return [...SALUTATIONS, ...GREETINGS].some((phrase) => line.key.startsWith(` ${phrase} `));
}

const isAddressed = (key: string): boolean => ADDRESSED.some((words) => key.startsWith(` ${words} `));

/** 0 for what is no title (a date, an address, a sentence, a label, noise, the sender); else higher for more of a title. */
export function titleLikeness(text: string, correspondent: string | null): number {
  const key = keyOf(text);
  const words = wordsOf(key);
  const letters = text.replace(/[^\p{L}]/gu, "").length;
  if (letters < 4 || letters * 10 < text.replace(/\s/gu, "").length * 6 || words.length > 18 || text.length > LONGEST)
    return 0;
  if (/[.;,]$/u.test(text) && words.length > 6) return 0;
  if (isBoxLabel(key.trim())) return 0;
  if (INTRODUCTION.test(key)) return 0;
  // A sentence of Chinese, Japanese or Korean.
  if (text.split(/[，。；！？]/u).length > 2 || /(?:[。；！？]|니다\.?|です|ます|ました)$/u.test(text)) return 0;
  // Whom a paper is for, in Japanese and Korean; a slogan; a line with a postcode among its parts.
  if (/(?:御中|様|殿|귀하|귀중)$|[®™]/u.test(text) || (POSTCODE.test(text) && text.includes(","))) return 0;
  if (
    /^[(\p{Ll}]|@|:\/\/|www\.|:$|[|[\]{}~_=#]|\.{4}|(?:\. ){3}/u.test(text) ||
    moneyIn(text).length > 0 ||
    isLabel(text)
  )
    return 0;
  if (
    isOfAddress(text) &&
    (words.length < 7 || /^\d{1,5}[a-z]?\s\p{Lu}/u.test(text)) &&
    /\d/.test(text) &&
    !/(?:19|20)\d\d/.test(text)
  )
    return 0;
  // The sender, also without its legal form.
  if (correspondent && key.trim() === keyOf(withoutLegalForm(correspondent)).trim()) return 0;
  if (correspondent && key.includes(keyOf(correspondent)) && words.length <= wordsOf(keyOf(correspondent)).length + 2)
    return 0;
  // The sender with more of its letterhead, a street, or where an article was printed.
  if (correspondent && key.startsWith(keyOf(correspondent)) && !isNamed(key)) return 0;
  if (/^\d/u.test(text) && words.length <= 10 && holds(key, ADDRESS_WORDS)) return 0;
  if (/\d\s?\(\d{4}\)\s?\d|\(\d{4}\)\s?\d+\s?[-–]\s?\d|\b(?:vol|volume|issn|isbn|doi)\b\.?\s?\d/iu.test(text)) return 0;
  // "L. Marchetti1, K. Brandt2 and O. Oyelaran": who wrote it.
  if (
    /^(?:\p{Lu}\.[\s-]?){1,3}\p{Lu}[\p{L}\p{M}'’-]+[\d*†‡,]|\p{Ll}[\d*†‡¹²³](?:,\s?[\d¹²³]){0,4}(?:,|\s(?:and|und|et|y|e|&)\s)/u.test(
      text,
    )
  )
    return 0;
  if ((HONORIFICS.includes(words[0] ?? "") || isAddressed(key)) && !isNamed(key)) return 0;
  // "Am Anger 3, 15230 Neustadt": a house, and a town with its postcode.
  if (/\d[a-z]?,\s(?:[A-Z]{1,2}-)?\d{4,5}\s\p{Lu}/u.test(text)) return 0;
  if (/(?:^|\s)(?:Prof|Dr|Dott|Dra?|Ing|Mag)\.\s\p{Lu}/u.test(text)) return 0;
  if (greets({ key }) || /^(?:version|rev(?:ision)?|release|v)\.?\s?\d|:\s?\p{L}{1,20}:|<[^<>]{0,40}>/iu.test(text))
    return 0;
  // One word of noise spoils a title: what stands beside it is as likely misread.
  if (!text.split(/\s+/u).every(isWritten) || writtenShare(text) < 0.85) return 0;
  const longer = text.match(/\p{L}{3,}/gu) ?? [];
  if (longer.length === 0 && !/[^\p{Script=Latin}\P{L}]/u.test(text)) return 0;
  if (isSentence(text)) return 0.3;
  const named = isNamed(key);
  if (!named && isStamp(text)) return 0;
  // A part of the sender, or the law that a paper goes by.
  if (!named && (PARTS_OF_A_BODY.includes(words[0] ?? "") || LAW.test(text))) return 0;
  // Half a title: "of Collier".
  if (HALVES.includes(words[0] ?? "")) return 0;
  if (
    NO_NAME_BEGINNINGS.some((beginning) => beginning.length > 2 && key.startsWith(` ${beginning} `)) &&
    words.length <= 4 &&
    !named
  )
    return 0;
  if (writtenDates(text, true).length > 0 && words.length <= 6) return 0;
  // "Infraction relevée le 04/03/2025 à 10h41": what happened then, and no title.
  if (!named && writtenDates(text, true).length > 0 && /\d{1,2}\s?[:h]\s?\d{2}(?!\d)/u.test(text)) return 0;
  const shape = caseOf(text);
  const mixed =
    longer.some((word) => word.length > 5 && word === word.toUpperCase()) &&
    longer.some((word) => word.length > 3 && /\p{Ll}/u.test(word))
      ? -2
      : 0;
  return (
    2 +
    Math.min(3, (RUNS_ON.test(key) ? letters / 3 : words.length) * 0.6) +
    (named ? 2 : 0) +
    (shape === "sentence" ? 0 : 0.7) +
    mixed -
    (words.length > 12 ? 1.5 : 0) -
    (words.length === 1 ? 0.5 : 0)
  );
}
