import { trimmedEnd } from "../../../_shared/trim.ts";
import { ADDRESS_WORDS, BUSINESS_WORDS, LEGAL_FORMS, MISREAD_LEGAL_FORMS } from "../tables/companies.ts";
import { ORGANIZATION_WORDS } from "../tables/organizations.ts";
import { holds, indexIn, keyOf, lowered, wordsOf } from "../text/text.ts";

const FORM_KEYS = [...new Set(LEGAL_FORMS.map((form) => keyOf(form).trim())), ...MISREAD_LEGAL_FORMS];
/** "sdn" to "Sdn": the words of legal forms that are not written in capitals. */
const FORM_WORDS = new Map(
  [...LEGAL_FORMS, "Sdn Bnd"]
    .flatMap((form) => form.match(/\p{Lu}\p{L}*/gu) ?? [])
    .filter((word) => /\p{Ll}/u.test(word))
    .map((word) => [word.toLowerCase(), word]),
);
const SHORT_FORMS = new Set([
  "se",
  "as",
  "sa",
  "sl",
  "ab",
  "ag",
  "ug",
  "kg",
  "eg",
  "co",
  "bv",
  "nv",
  "oy",
  "s a",
  "s l",
  "l p",
  "k k",
  "a s",
  "e k",
  "e u",
  "s c",
  "sc",
  "og",
  "pc",
  "z s",
  "e v",
  "a g",
  "s b",
]);

/** "Sdn Bhd" as pictures are misread: son bhd, sdn bnd, sdn 8hd, sbn bhd. */
const SDN_BHD = /\S\ss[dbou0][nhm]\s[b8e][hnm][dbo08i]\s/;

/** French and German put some forms before the name: "SARL Dupont", "S.A.S. Lumière". */
const FORM_FIRST = /^(?:S\.?A\.?R\.?L\.?|S\.?A\.?S\.?U?\.?|EURL|S\.?C\.?I\.?|Ets\.?|Fa\.)\s\p{Lu}/u;

/** Forms that stand before a name or within it, in scripts without capitals or in Cyrillic. */
const OTHER_FORM =
  /株式会社|有限会社|合同会社|㈱|有限公司|股份公司|주식회사|\(주\)|㈜|유한회사|^(?:ООО|ОАО|ПАО|ЗАО|АО|НАО|АНО|МУП|ГУП|ФГУП|ТСЖ|ТОВ|ТзОВ|ПрАТ|ПАТ|АТ|ПП|КП|КНП|ДП|ФОП|ИП)\s|^(?:شركة|مؤسسة)\s|ذ\.م\.م|בע["״]מ/u;

/**
 * Whether a key holds a legal form (GmbH, Ltd, Sdn Bhd, …). The short ones are words of many languages: they count only
 * where the line spells them in capitals or with points.
 */
export function hasLegalForm(text: string, key: string): boolean {
  if (/ limited (?:warranty|guarantee|edition|time|liability|offer) /.test(key)) return false;
  if (SDN_BHD.test(key) || FORM_FIRST.test(text) || OTHER_FORM.test(text)) return true;
  return FORM_KEYS.some((form) => {
    if (indexIn(key, form) <= 0) return false;
    if (!SHORT_FORMS.has(form)) return true;
    return LEGAL_FORMS.some(
      (written) =>
        keyOf(written).trim() === form &&
        new RegExp(`(?<!\\p{L})${written.replace(/[.\\/]/g, "\\$&")}(?!\\p{L})`, "u").test(text),
    );
  });
}

/** Whether a name is a legal form and nothing else: "SDN BHD" on a line of its own. */
export function isMerelyAForm(key: string): boolean {
  return FORM_KEYS.includes(key.trim());
}

/** Whether a key holds a word that names of businesses hold, beside a word of its own ("Bistro & Cafe" names nobody). */
export function hasBusinessWord(key: string): boolean {
  return (
    holds(key, BUSINESS_WORDS) && wordsOf(key).some((word) => word.length > 1 && !holds(` ${word} `, BUSINESS_WORDS))
  );
}

/** Whether a name is made of such words alone. */
export function isMerelyBusiness(key: string): boolean {
  return holds(key, BUSINESS_WORDS) && !hasBusinessWord(key);
}

export function looksLikeAddress(text: string, key: string): boolean {
  // "32 Pub & Bistro" begins with a number and is a name.
  const street = /^\d+[\s,]/.test(text) && !hasBusinessWord(key) && !holds(key, ORGANIZATION_WORDS);
  return holds(key, ADDRESS_WORDS) || /\b\d{5}\b/.test(text) || street || /\s\d{1,4}\s?[a-z]?,?$/.test(text);
}

/** Characters of a line in which a name is looked for: it stands at the beginning, and the patterns' time grows with the square. */
const MAX_NAME_LINE = 300;

/** The name within a line: without what a letterhead puts beside it (address, registration number, telephone). */
export function nameWithin(text: string): string {
  let name = untilCompany(text)
    .slice(0, MAX_NAME_LINE)
    .replace(/^[\s*•●·|:;>#"“„'‘’`~=+_.,»«-]+/u, "")
    .replace(
      /^(?:name|firma|firmenname|company|company name|société|raison sociale|empresa|razón social|denominazione|ragione sociale|bedrijfsnaam|名称|名稱|상호|이름|nazwa|název|názov|denumire|επωνυμία|ünvan|наименование|найменування|اسم الشركة|שם החברה)\s?[:：]\s?/iu,
      "",
    );
  name = endAtForm(name.replace(CALLED_HEREAFTER, ""));
  name = name.split(/\s[●•·|⋅∙■▪*–—+]\s?|\s-\s(?=\S*\d)|\s{2,}|\s?[<☎✉]/u)[0] ?? "";
  name = name.replace(/\s*[([]\s?(?:co\.?|reg|no|roc|company)?[^()[\]]*\d{3}[^()[\]]*(?:[)\]]|$).*$/iu, "");
  name = name
    .replace(/,\s(?=[^,]*\d).*$/u, "")
    .replace(/\b(?:tel|fax|phone|gst|vat|reg|co\. no)\b.*$/iu, (rest) => (/\d/.test(rest) ? "" : rest));
  name = name.replace(
    /\s(?:au capital|r\.?c\.?s\.?|siret|siren|siège social|hrb|hra|amtsgericht|registered (?:in|office)|company (?:no|number)|ust-?id|abn|kvk|nif|cif|p\.? ?iva)(?![\p{L}]).*$/iu,
    (rest) => (/\d/.test(rest) ? "" : rest),
  );
  name = name.replace(BEFORE_A_NUMBER, "");
  // (주)한빛상사: the form in brackets belongs to the name.
  const bare = trimmedEnd(
    name.replace(/\s+/gu, " ").replace(/^(?:[\s,;:-]|\((?![주株有]\)))+/u, ""),
    /[\s,;:*"'‘|~=_»«(-]/u,
  );
  // ООО «Зелёный сад»: the mark belongs to the name.
  return bare.includes("«") && text.includes(`${bare}»`) ? `${bare}»` : bare;
}

/** "Sliced Invoices Order Number 12345": another column's label with its number. */
const BEFORE_A_NUMBER =
  /(?<=\S)\s(?:invoice|order|account|customer|client|policy|reference|booking|claim|case|member|rechnungs?|kunden|auftrags?|bestell|vertrags?)[ -]?(?:number|no|nr|id|ref|nummer)\b[.:#]{0,2}\s?#?[\p{L}-]{0,5}\d.{0,60}$/iu;

/** "ООО «Ромашка», именуемое в дальнейшем …": what a party is called within its contract. */
const CALLED_HEREAFTER =
  /,?\s\(?(?:именуе|в дальнейшем|надалі|hereinafter|hereafter|ci-après|nachfolgend|nachstehend|im folgenden|en adelante|en lo sucesivo|di seguito|doravante|zwan[aey]m? dalej|dále jen|ďalej len|nedan kallad|herefter|heretter|în continuare|bundan sonra).{0,200}$/iu;

/** Chinese companies end in their form: what follows without a mark is no part of the name. */
function untilCompany(text: string): string {
  const end =
    /^[\p{Script=Han}（）()·]{2,40}?(?:有限责任公司|有限責任公司|股份有限公司|有限公司)(?=[\s\d]|第|关于|關於|年)/u.exec(
      text,
    );
  return end ? end[0] : text;
}

/** A legal form ends a name where a label or a number follows: "Acme Ltd. Invoice date: 02.01.2020" is "Acme Ltd.". */
function endAtForm(text: string): string {
  const form = FORM_WITHIN.exec(text);
  if (!form) return text;
  const end = form.index + form[0].length;
  const rest = text.slice(end);
  // "Acme AG - Uferweg 40"
  if (/^\.?\s[-–·|]\s/u.test(rest)) return text.slice(0, end + (rest.startsWith(".") ? 1 : 0));
  // "Acme AG, Postfach, 8021 Zürich", and not "Acme Co., Ltd".
  if (/^,\s\p{L}/u.test(rest) && FORM_WITHIN.exec(`Xx ${rest.slice(2)}`)?.index !== 3) return text.slice(0, end);
  return /^\s[\p{L}#]/u.test(rest) && /:|\d/u.test(rest) && !/^\s(?:&|and|und|et|of)\s/iu.test(rest)
    ? text.slice(0, end)
    : text;
}

const FORM_WITHIN = new RegExp(
  `(?<=\\p{L}{2}\\.?,?\\s)(?:${[...LEGAL_FORMS]
    .sort((one, other) => other.length - one.length)
    .map((form) => form.replace(/[.\\/]/g, "\\$&"))
    .join("|")}|${LEGAL_FORMS.filter((form) => /\p{Ll}/u.test(form))
    .map((form) => form.toUpperCase().replace(/[.\\/]/g, "\\$&"))
    .sort((one, other) => other.length - one.length)
    .join("|")})(?![\\p{L}.])`,
  "u",
);

/** A name in capitals as one writes it: "SYARIKAT GIN KEE SDN BHD" becomes "Syarikat Gin Kee Sdn Bhd". */
export function titleCase(name: string): string {
  if (/\p{Ll}/u.test(name)) return name;
  const single = wordsOf(keyOf(name)).length === 1;
  return name.replace(/[\p{L}\p{M}'’]+/gu, (word) => {
    const form = FORM_WORDS.get(word.toLowerCase());
    if (form) return form;
    const initials =
      word.length === 1 || (single && word.length <= 4) || (word.length <= 4 && !/[AEIOUYÄÖÜÉ]/u.test(word));
    return initials ? word : word[0] + lowered(word.slice(1));
  });
}

/** The name without its legal form: "Acme GmbH" becomes "Acme". */
export function withoutLegalForm(name: string): string {
  const words = name.split(" ");
  for (let length = Math.min(4, words.length - 1); length > 0; length--) {
    const ending = keyOf(words.slice(-length).join(" ")).trim();
    if (FORM_KEYS.includes(ending)) return withoutLegalForm(trimmedEnd(words.slice(0, -length).join(" "), /[\s,;&-]/u));
  }
  return name;
}
