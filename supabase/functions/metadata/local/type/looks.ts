import { AFFILIATIONS } from "../tables/affiliations.ts";
import { CV_HEADINGS } from "../tables/document-names.ts";
import { WORDS } from "../../../_shared/extraction/templates/words.ts";
import { rankOf } from "../amounts/labelled-sums.ts";
import { moneyIn } from "../amounts/money.ts";
import { PAY_UNTIL_LABELS } from "../tables/amounts.ts";
import { writtenDates } from "../dates/written-dates.ts";
import { holds, keyOf, type Line } from "../text/text.ts";

// What the look of a document says of its type, without a name for it: how it is built, and what stands in its lines.

/** Characters in a line of a till's printer. */
const TILL_WIDTH = 48;
const TIME_OF_DAY =
  /(?<![\d:.])(?:[01]?\d|2[0-3])[:.][0-5]\d(?:[:.][0-5]\d)?\s?(?:[ap]\.?m\b)|(?<![\d:.])(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?![\d:])/iu;

/** "P<USATRAVELER<<HAPPY<<<<": the zone of a passport or an identity card that machines read, which is often misread. */
export const isMachineReadable = ({ text }: Line): boolean =>
  text.includes("<") &&
  /^[PAIC][<A-Z][A-Z]{3}[A-Z\d<]{20,60}$/u.test(text.replaceAll(" ", "")) &&
  /[<KL]{4}/u.test(text);

/** Whether sums stand in short lines, as a till prints them: a form has its words in long ones, a menu neither a total nor a day. */
export function mayBeReceipt(lines: Line[]): boolean {
  const short = lines.filter(({ text }) => text.length <= TILL_WIDTH).length;
  return (
    short >= lines.length * 0.5 &&
    lines.some(({ text }) => moneyIn(text).length > 0) &&
    lines.some(
      (line) =>
        TIME_OF_DAY.test(line.text) ||
        writtenDates(line.text, true).length > 0 ||
        isTotal(line) ||
        TILL_SUM.test(line.key),
    )
  );
}

/** Whether a day or a time of day stands in lines, as on every ticket. */
export const isTimed = (lines: Line[]): boolean =>
  lines.some(({ text }) => TIME_OF_DAY.test(text) || writtenDates(text, true).length > 0);

/** The line that says how much to pay, where another says until when: a bill that has no name of its own. */
export function billLine(lines: Line[]): Line | null {
  const first = lines.filter(({ page }) => page === lines[0]?.page);
  const until = first.some(
    ({ key }, index) =>
      holds(key, PAY_UNTIL) && first.slice(index, index + 2).some(({ text }) => writtenDates(text, true).length > 0),
  );
  return (until && first.find(({ key, text }) => moneyIn(text).length > 0 && rankOf(key) >= DUE)) || null;
}

const PAY_UNTIL: readonly string[] = [...WORDS.due.map((label) => keyOf(label).trim()), ...PAY_UNTIL_LABELS];

/** The rank of a sum that is to be paid, or of one with all that belongs to it. */
const DUE = 8;

/** Whether most lines of the first page are running text, as no till prints it. */
export function isProse(lines: Line[]): boolean {
  const first = lines.filter(({ page }) => page === lines[0]?.page);
  const running = first.filter(
    ({ text }) => /\p{Ll}{2,40}\s\p{Ll}{2,40}\s\p{Ll}{2,40}/u.test(text) && moneyIn(text).length === 0,
  );
  return first.length >= 25 && running.length > first.length * 0.4;
}

/** Whether a page that is no picture is as a till prints it: short lines, a time of day, and a total. */
export function isTillRoll(lines: Line[]): boolean {
  return lines.length < 80 && lines.some(({ text }) => TIME_OF_DAY.test(text)) && lines.some(isTotal);
}

/** What a till prints beside what is to be paid or was, in any language of which tills are known. */
const TILL_SUM = /total|summe|suma|amount|cash|change|jumlah|tunai|合計|合计|합계|المجموع|סה|итого|разом|συνολο/u;

export function isTotal({ key, text }: Line): boolean {
  return (
    / (?:total|summe|totale|totaal|suma|razem|celkem|spolu|summa|yhteensa|toplam) /.test(key) &&
    moneyIn(text).length > 0
  );
}

/** What the look of a picture says for a receipt: one page of short lines, as a till prints them, and the time of day. */
export function stripOfPaper(lines: Line[]): number {
  if (lines.length < 6 || lines.some(({ page }) => page > 1)) return 0;
  const short = lines.filter(({ text }) => text.length <= TILL_WIDTH).length;
  const timed = lines.some(({ text }) => TIME_OF_DAY.test(text));
  return (short >= lines.length * 0.9 ? 3 : 0) + (timed ? 2 : 0);
}

/** The first heading of a curriculum vitae without a title: three of its sections, each in a line of its own. */
export function cvSections(lines: Line[]): Line | null {
  const found = new Map<string, Line>();
  for (const line of lines) {
    const name = line.key.trim();
    if (CV_HEADINGS.includes(name) && !found.has(name)) found.set(name, line);
  }
  return found.size >= 3 &&
    [
      "experience",
      "experienc",
      "experient",
      "employment",
      "work",
      "kerja",
      "praxe",
      "praxis",
      "parcours",
      "skusenost",
      "tapasztalat",
      "deneyim",
      "εμπειρια",
      "опыт",
      "досвід",
      "職歴",
      "工作经",
      "경력",
      "الخبرة",
      "ניסיון",
      "beruf",
      "werdegang",
      "esperienz",
      "werkervaring",
      "doswiadczenie",
      "zkusenosti",
      "erfaren",
      "erfaring",
      "kokemus",
    ].some((word) => [...found.keys()].some((name) => name.includes(word)))
    ? ([...found.values()][0] ?? null)
    : null;
}

/** Whether a text is built as what scholars publish: it cites by number or by year, its authors work somewhere, its parts are numbered. */
export function isScholarly(lines: Line[]): boolean {
  const first = lines.filter(({ page }) => page === lines[0]?.page);
  const cites = lines.filter(isCiting).length >= 2;
  const works = first.slice(0, 20).some(({ key }) => holds(key, AFFILIATIONS));
  const parts = lines.some(({ text, key }) => /^(?:1|I)\.?\s/u.test(text) && holds(key, INTRODUCTIONS));
  return cites && works && (parts || isProse(lines));
}

/** "[1, 2]", "(Voorhees, 1999)", "(Nwosu et al., 2020)" */
export const isCiting = ({ text }: Line): boolean =>
  /\p{Ll}\s?\[\d{1,3}(?:[,–-]\s?\d{1,3}){0,5}\]|\(\p{Lu}\p{L}+(?:\s(?:et al\.?|and \p{Lu}\p{L}+|& \p{Lu}\p{L}+))?,?\s(?:19|20)\d\d[a-z]?[);]/u.test(
    text,
  );

const INTRODUCTIONS: readonly string[] = [
  "introduction",
  "einleitung",
  "introduccion",
  "introduzione",
  "introducao",
  "inleiding",
  "wstep",
  "uvod",
  "inledning",
  "indledning",
  "innledning",
  "johdanto",
  "bevezetes",
  "introducere",
  "giris",
  "εισαγωγη",
  "введение",
  "вступ",
];
