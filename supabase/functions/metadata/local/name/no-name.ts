import { hasLegalForm, isMerelyAForm, withoutLegalForm } from "../sender/company-name.ts";
import { moneyIn } from "../amounts/money.ts";
import { ISSUER_LABELS, NO_NAME_BEGINNINGS, RECIPIENT_LABELS } from "../tables/companies.ts";
import { DOCUMENT_NAMES, OTHER_NAMES } from "../tables/document-names.ts";
import { DOCUMENT_TYPE_EVIDENCE } from "../tables/document-types.ts";
import { DOCUMENT_DATE_LABELS, ORDER_DATE_LABELS, OTHER_DATE_LABELS, PLAIN_DATE_LABELS } from "../tables/dates.ts";
import { FUNCTION_WORDS } from "../tables/function-words.ts";
import { everydayNames } from "../tables/everyday-words.ts";
import { moreNames } from "../tables/more-words.ts";
import { BOX_HEADINGS, COUNTRIES } from "../tables/no-titles.ts";
import { ROLE_LABELS, TITLE_ENDINGS } from "../tables/organizations.ts";
import { holds, keyOf, RUNS_ON, wordsOf } from "../text/text.ts";
import { isWeekday } from "../dates/weekdays.ts";
import { writtenDates } from "../dates/written-dates.ts";

/** Articles and prepositions: none of them is a name by itself. */
const SMALL_WORDS = new Set(
  Object.values(FUNCTION_WORDS)
    .flat()
    .filter((word) => word.length <= 4),
);

/** What papers are called. */
export const TYPE_NAMES = Object.values(DOCUMENT_TYPE_EVIDENCE).flatMap((rows) =>
  rows.filter(([weight]) => weight >= 4).flatMap(([, ...phrases]) => phrases),
);

/** The same as pictures give them, without their blanks: "taxinvoice". */
const GLUED_TYPE_NAMES = new Set(TYPE_NAMES.map((phrase) => phrase.replaceAll(" ", "")));

const DOCUMENT_NAME_KEYS = [
  ...Object.values(DOCUMENT_NAMES).flat(),
  ...(Object.keys(DOCUMENT_NAMES) as (keyof typeof DOCUMENT_NAMES)[]).flatMap(moreNames),
  ...OTHER_NAMES,
]
  .map((name) => (RUNS_ON.test(name) ? `${name} ` : keyOf(name)))
  .concat(
    (Object.keys(DOCUMENT_NAMES) as (keyof typeof DOCUMENT_NAMES)[])
      .flatMap(everydayNames)
      .map((name) => (name.startsWith("*") || RUNS_ON.test(name) ? `${name.replace("*", "")} ` : ` ${name} `)),
  );

/** Names of papers in two words or more: no name of a sender begins with one. */
const LONG_NAMES = DOCUMENT_NAME_KEYS.filter((phrase) => phrase.startsWith(" ") && phrase.trim().includes(" "));

/** Whether words begin with what a paper is called and say what it is for or about. */
function isOfAPaper(words: string[]): boolean {
  const joiner = words.findIndex((word, at) => at > 0 && at <= 3 && ABOUT.has(word));
  return joiner > 0 && isTypeName(words.slice(0, joiner).join(" "));
}

const ABOUT = new Set([
  "for",
  "of",
  "on",
  "about",
  "to",
  "fur",
  "uber",
  "zur",
  "zum",
  "pour",
  "sur",
  "para",
  "sobre",
  "per",
  "voor",
  "over",
  "dla",
]);

const DOCUMENT_NAME_SET = new Set(DOCUMENT_NAME_KEYS.map((phrase) => phrase.trim()));

/** Whether a key, without the blanks around it, is what papers are called. */
export function isTypeName(key: string): boolean {
  return TYPE_NAMES.includes(key) || DOCUMENT_NAME_SET.has(key);
}

/** Whether a word is an article or a preposition of some language. */
export function isSmallWord(word: string): boolean {
  return SMALL_WORDS.has(keyOf(word).trim());
}

/** "Agency Case No.", "Account Number", "Customer ID": the label of a number. */
const LABEL_OF_A_NUMBER = /(?:^|\s)(?:no|nr|num|number|numbers|nummer|numero|numéro|número|id|code|#)[.:]?$/iu;

/** "Policy Number SA-8811042": such a label with its number. */
const LABEL_AND_NUMBER =
  /^(?:policy|account|member|group|customer|contract|case|file|claim|card|reference|invoice|order)\s(?:no|nr|number|id)[.:#]{0,2}\s[\p{L}-]{0,5}\d/iu;

const SERVES_THE_SENDER =
  / (?:services?|provided|powered|processed|hosted|printed|managed|distributed|generated|created|produced|made|sent|delivered|collected) (?:by|on behalf of) /;

/** Names of papers in scripts that run on, the longest first. */
const RUNNING_TYPE_NAMES = [...TYPE_NAMES, ...DOCUMENT_NAME_SET]
  .filter((name) => RUNS_ON.test(name))
  .sort((one, other) => other.length - one.length);

/** "江南银行信用卡账单": whose paper it is stands before what it is, without a blank. */
export function beforeTypeName(name: string): string {
  const type = RUNNING_TYPE_NAMES.find((type) => name.length > type.length + 1 && name.endsWith(type));
  return type === undefined ? name : name.slice(0, -type.length);
}

/** What stands before a legal form and is no name by itself. */
export const REST_OF_A_NAME = new Set(
  "betriebs betriebsgesellschaft verwaltungs vertriebs handels beteiligungs immobilien holding holdings services trading enterprise enterprises group company operations management international".split(
    " ",
  ),
);

/** Whether a key, without the blanks around it, is what a form calls a person or a box. */
export const isBoxLabel = (key: string): boolean => BOX_LABELS.has(key);

const BOX_LABELS = new Set(ROLE_LABELS);

const LABELS = new Set([
  ...BOX_HEADINGS,
  ...COUNTRIES,
  ...RECIPIENT_LABELS,
  ...ISSUER_LABELS,
  ...ROLE_LABELS,
  ...DOCUMENT_DATE_LABELS,
  ...ORDER_DATE_LABELS,
  ...OTHER_DATE_LABELS,
  ...PLAIN_DATE_LABELS,
]);

/** How the labels of boxes end in Chinese and Japanese: "项目名称", "发票号码", "登録番号". */
const BOX_ENDING =
  /(?:名称|名稱|号码|號碼|番号|编号|編號|日期|金额|金額|数量|數量|单价|單價|単価|税率|税额|地址|住所|备注|備考)$/u;

/** Whether a text cannot be a name: a heading, a label, a number, an address, a sentence. */
export function isNoName(name: string): boolean {
  const key = keyOf(name);
  const words = wordsOf(key);
  const letters = name.replace(/[^\p{L}]/gu, "").length;
  // Japanese and Korean address a paper to whoever stands before these.
  if (/(?:御中|様|殿|귀하|귀중)$/u.test(name)) return true;
  // "RFP for Construction Management Services" is what a paper is called.
  if (/ quality assurance $/.test(key) || isOfAPaper(words)) return true;
  // "Payroll services by Paychain, Inc.": who runs a service for the sender.
  if (SERVES_THE_SENDER.test(key)) return true;
  // A bracket that nothing closes is the edge of a box that was read as a letter.
  if (/^[[{|\]}]/u.test(name)) return true;
  // A British postcode.
  if (/^[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}$/iu.test(name)) return true;
  if (!hasRealWord(name) || /^\d{4,}\D/u.test(name) || isMerelyAForm(key)) return true;
  if (LABELS.has(key.trim()) || BOX_ENDING.test(key.trim()) || isWeekday(key)) return true;
  // "Betriebs GmbH", "Holdings Ltd": the rest of a name that began on the line above.
  if (
    REST_OF_A_NAME.has(words[0] ?? "") &&
    REST_OF_A_NAME.has(withoutLegalForm(name).toLowerCase()) &&
    words.length > 1
  )
    return true;
  if (letters < 3 || letters * 2 < name.replace(/\s/gu, "").length || name.length > 80 || words.length > 9) return true;
  if (/^\p{Ll}/u.test(name) || /[:?!]$/u.test(name) || /[@]|:\/\/|www\./iu.test(name)) return true;
  if (/[\p{Ll}]{3}\.$/u.test(name) && words.length > 5) return true;
  if (writtenDates(name, true).length > 0 || moneyIn(name).length > 0) return true;
  if (
    NO_NAME_BEGINNINGS.some((beginning) => key.startsWith(` ${beginning} `)) &&
    !hasLegalForm(name, key) &&
    !isBank(name, key)
  )
    return true;
  if (LABEL_AND_NUMBER.test(name) || LABEL_OF_A_NUMBER.test(name) || /\p{L}:\s|：/u.test(name)) return true;
  if (TITLE_ENDINGS.includes(words.at(-1) ?? "") && words.length > 1 && !hasLegalForm(name, key)) return true;
  if (DOCUMENT_NAME_KEYS.some((phrase) => key.endsWith(phrase)) && !hasLegalForm(name, key)) return true;
  // "Insurance Identification Card - Delaware"
  if (LONG_NAMES.some((phrase) => key.startsWith(phrase)) && !hasLegalForm(name, key)) return true;
  if (GLUED_TYPE_NAMES.has(key.replaceAll(" ", ""))) return true;
  return TYPE_NAMES.some(
    (phrase) =>
      key.trim() === phrase ||
      (phrase.startsWith("*") && words.length === 1 && key.endsWith(`${phrase.slice(1)} `)) ||
      (words.length <= 4 && holds(key, [phrase]) && !hasLegalForm(name, key)),
  );
}

/** "Bank Ziemi Kłodzkiej", "Bank of Tamworth": a bank, and no label of one. */
const isBank = (name: string, key: string): boolean =>
  /^bank\s(?:of\s)?\p{Lu}\p{L}{3}/iu.test(name) &&
  // What a picture gives for a logo mixes its cases: "BANK Some Gi WA".
  (/^Bank/u.test(name) || name === name.toUpperCase()) &&
  wordsOf(key)
    .slice(1)
    .every((word) => !BANK_LABELS.has(word));

const BANK_LABELS = new Set(
  "account name details transfer code no nr number address branch charges fee fees balance reference use statement iban bic swift information data holiday draft card slip deposit deposits interest payment payments credit debit only confirmation".split(
    " ",
  ),
);

/** Whether one word at least is no noise of a picture's edge: three letters with a vowel among them, or an acronym in capitals. */
function hasRealWord(name: string): boolean {
  const words = (withoutLegalForm(name).match(/\p{L}[\p{L}\p{M}]*/gu) ?? []).filter(
    (word) => !SMALL_WORDS.has(keyOf(word).trim()),
  );
  return words.some(
    (word) =>
      /[^\p{Script=Latin}]/u.test(word) ||
      (word.length >= 3 && /[aeiouyäöüáéíóúàèìòùâêîôûåæø]/iu.test(word)) ||
      /^\p{Lu}{2,5}$/u.test(word),
  );
}
