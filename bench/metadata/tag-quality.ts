import { DOCUMENT_TYPES, type Metadata, type TextPage } from "../../supabase/functions/_shared/metadata.ts";
import { FUNCTION_WORDS } from "../../supabase/functions/metadata/local/tables/function-words.ts";
import { monthNames } from "../../supabase/functions/metadata/local/tables/months.ts";
import { TOPICS } from "../../supabase/functions/metadata/local/tables/topics.ts";
import { round } from "../figures.ts";

/**
 * What can be wrong with a tag.
 * - `fragment`: a part of a word, or no word of the text.
 * - `misread`: a word of a picture that its true text does not have.
 * - `near_duplicate`: another spelling of a tag that an earlier document has.
 * - `function_word`: a small word of the language, or the name of a month.
 * - `caption`: the label of a box, or a form of address.
 * - `person`: the name of somebody whom the paper names and who did not send it.
 * - `number`: digits alone.
 */
export const TAG_FAULTS = [
  "fragment",
  "misread",
  "near_duplicate",
  "function_word",
  "caption",
  "person",
  "number",
] as const;
export type TagFault = (typeof TAG_FAULTS)[number];

/** At most this share of all tags may have a fault, in percent. */
export const TAG_GOALS: Record<TagFault, number> = {
  fragment: 0.5,
  misread: 3,
  near_duplicate: 1,
  function_word: 0,
  caption: 0.5,
  person: 1,
  number: 0,
};

export type JudgedTag = { tag: string; fault: TagFault | null };

/** The tags of one description, each with what is wrong with it. `before`: the tags of the documents described before. */
export function judgeTags(
  { tags, correspondent, language }: Metadata,
  { pages, trueText, before }: { pages: TextPage[]; trueText: string | null; before: ReadonlySet<string> },
): JudgedTag[] {
  const text = pages.map((page) => page.text).join("\n");
  const read = folded(text);
  const words = wordsIn(text);
  const truth = trueText === null ? null : wordsIn(trueText);
  const sender = new Set(wordsIn(correspondent ?? "").keys());
  const people = peopleIn(text);
  const small = new Set([...(FUNCTION_WORDS[language ?? "en"] ?? []), ...FUNCTION_WORDS["en"]!, ...MONTHS]);
  const faultOf = (tag: string): TagFault | null => {
    if (/^[\d-]+$/u.test(tag)) return "number";
    const near = [...before].some((other) => other !== tag && isSpelling(tag, other));
    if (LISTED.has(tag)) return null;
    const parts = tag.split("-").map(folded);
    if (parts.length === 1 && small.has(parts[0]!)) return "function_word";
    if (parts.length === 1 && CAPTIONS.has(parts[0]!)) return "caption";
    const missing = parts.filter((part, at) => !stands(part, words, read, at === parts.length - 1 && tag.length > 34));
    if (missing.length > 0) return "fragment";
    if (parts.join("").length < 3 && !UNSPACED.test(tag) && !parts.every((part) => sender.has(part))) return "fragment";
    if (truth && !parts.every((part) => truth.has(part))) return "misread";
    if (near) return "near_duplicate";
    return parts.some((part) => people.has(part) && !sender.has(part)) ? "person" : null;
  };
  return tags.map((tag) => ({ tag, fault: faultOf(tag) }));
}

/** The tags of a run, how many documents have each fault among theirs, and the share of each among all tags. */
export function tagFiguresOf(documents: JudgedTag[][]): Record<string, number | string> {
  const all = documents.flat();
  return {
    documents: documents.length,
    tags: all.length,
    ...Object.fromEntries(
      TAG_FAULTS.map((fault) => {
        const count = all.filter((tag) => tag.fault === fault).length;
        return [fault, `${round((100 * count) / Math.max(1, all.length))}% (${count}), goal ${TAG_GOALS[fault]}%`];
      }),
    ),
    documents_with_a_fault: documents.filter((tags) => tags.some(({ fault }) => fault !== null)).length,
  };
}

/** Tags of the generator's own lists stand for words of the text and need not stand in it. */
const LISTED = new Set<string>([...DOCUMENT_TYPES, ...Object.keys(TOPICS)]);

const MONTHS = monthNames().flat().map(folded);

/** Labels of letters and forms, and forms of address: none says what a paper is about. Folded. */
const CAPTIONS = new Set(
  `subject onderwerp betreff objet asunto oggetto assunto emne arende aihe perkara temat predmet vec targy konu
  kenmerk reference referentie aktenzeichen zeichen datum date fecha data tarikh page seite pagina name vorname
  nachname surname forename nom prenom nombre apellidos cognome naam signature unterschrift firma handtekening
  podpis herr herrn frau heer mevrouw monsieur madame senor senora signore signora mister dear geachte liebe
  chere cher estimado gentile telephone telefon telefono telefoon phone fax email mail website address anschrift
  adresse direccion indirizzo adres number nummer numero number anlage anlagen enclosure annexe bijlage copy
  kopie original duplicate version form formular formulaire mod rev yes no ja nein oui non si bitte please thank
  thanks danke merci gracias grazie ordinaire ordinary ordinaria undersigned unterzeichnete soussigne
  sottoscritto abajo total summe montant importe betrag amount`.split(/\s+/u),
);

/** Scripts in which words stand in runs, or have others before them. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Arabic}\p{Script=Hebrew}]/u;

function folded(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/(?![\u3099\u309a])\p{M}/gu, "")
    .normalize("NFC")
    .toLowerCase()
    .replace(/['’]/gu, "");
}

/** The words of a text, folded; halves of a word that the end of a line parts are none, the whole is. */
function wordsIn(text: string): Set<string> {
  const joined = text.replace(/(\p{Ll})[-\u00AD]\n\s{0,40}(?=\p{Ll})/gu, "$1");
  // "d'assurance" is said with and without what is before its apostrophe.
  return new Set(
    [joined, joined.replace(/['’]/gu, " ")].flatMap((form) => folded(form).match(/[\p{L}\p{N}]+/gu) ?? []),
  );
}

function stands(part: string, words: Set<string>, text: string, cut: boolean): boolean {
  if (words.has(part)) return true;
  if (UNSPACED.test(part)) return text.includes(part);
  return cut && [...words].some((word) => word.startsWith(part));
}

/** The names of people whom a text addresses or lists: behind a form of address, or a label of a person. */
function peopleIn(text: string): Set<string> {
  const found = new Set<string>();
  for (const match of text.matchAll(PERSON))
    for (const word of match[1]!.match(/\p{Lu}[\p{L}’'-]{2,}/gu) ?? []) found.add(folded(word));
  return found;
}

const PERSON =
  /(?<!\p{L})(?:mr|mrs|ms|miss|dr|herrn?|frau|monsieur|madame|mme|m\.|sr|sra|sig|sig\.ra|mevr|patient|patientin|paziente|paciente|member|subscriber|passenger|fluggast|passeggero|employee|trabajador|prepared for|customer name|account holder|titular|kontoinhaber)\.?:?[ \t]{1,12}((?:\p{Lu}[\p{L}’'.-]{0,30}[ ,/]{0,2}){1,4})/giu;

/** Whether two tags are spellings of one: equal but for an ending of the plural, or for one letter (two in a long tag). */
function isSpelling(one: string, other: string): boolean {
  const [a, b] = [stem(one), stem(other)];
  if (a === b) return true;
  const longest = Math.max(a.length, b.length);
  if (Math.min(a.length, b.length) < 5 || Math.abs(a.length - b.length) > 2) return false;
  return distance(a, b) <= (longest >= 10 ? 2 : 1);
}

const stem = (tag: string): string =>
  folded(tag)
    .split("-")
    .map((word) => (word.length > 3 ? word.replace(/ies$/u, "y").replace(/(?<![su])s$/u, "") : word))
    .join("");

/** How many letters are to be changed, added or left out. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (one[i - 1] === other[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[other.length]!;
}
