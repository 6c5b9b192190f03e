import { POSTCODE } from "./addressees.ts";
import { hasLegalForm } from "./company-name.ts";
import { moneyIn } from "../amounts/money.ts";
import { isWritten } from "../text/noise.ts";
import { isOrganization, titleCased } from "./organization-name.ts";
import { ISSUER_LABELS } from "../tables/companies.ts";
import { SENTENCE_VERBS } from "../tables/contracts.ts";
import { NO_SENDER_LABELS } from "../tables/organizations.ts";
import { keyOf, wordsOf, type Line } from "../text/text.ts";
import { writtenDates } from "../dates/written-dates.ts";

/** Authorities that receive what companies must publish. In key form. */
export const FILED_WITH: readonly string[] = [
  "securities and exchange commission",
  "united states securities and exchange commission",
];

/** Whether many words of a page are scraps of what was printed: a short word at its top may be one too. */
export function isNoisy(lines: Line[]): boolean {
  const words = lines.flatMap(({ text }) => text.split(" ")).filter((word) => /\p{L}|[^\d\s]{2}/u.test(word));
  return words.length >= 20 && words.filter((word) => !isWritten(word)).length > words.length * 0.08;
}

/** Whether a cell is the value of a label that names no issuer: the one to its left, or one before a colon. */
export function isValueOfALabel(line: Line, column: number): boolean {
  const left = line.cells[column - 1] ?? "";
  if (/:$/u.test(left)) return !ISSUER_LABELS.includes(keyOf(left).trim());
  const label = keyOf(/^([^:]{2,30}):\s/u.exec(line.cells[column]!)?.[1] ?? "").trim();
  return NO_SENDER_LABELS.includes(label);
}

/** "Poway, California 92129", "54321 Potsdam": a town with its state and postcode, and no name before a street. */
export function isTown(text: string, name: string): boolean {
  const key = keyOf(name);
  if (hasLegalForm(name, key)) return false;
  // "Marylebone, London"
  if (/^\p{Lu}\p{Ll}+(?:\s\p{Lu}\p{Ll}+)?,\s\p{Lu}\p{Ll}+(?:\s\p{Lu}\p{Ll}+)?$/u.test(name) && !isOrganization(key))
    return true;
  return /^\p{Lu}[\p{L} .'-]{1,30},\s?\p{Lu}[\p{L}. ]{1,20}[\s,]{1,3}\d{4,6}(?:-\d{4})?(?:[,\s]{1,3}[\p{L} ]{1,30})?$/u.test(
    text,
  );
}

/** "Buckinghamshire": a county, which stands above its postcode wherever it is a line of its own. */
export function isCounty(name: string, lines: Line[]): boolean {
  if (name.includes(" ")) return false;
  const own = [...lines.keys()].filter((row) => lines[row]!.text === name);
  return own.length >= 2 && own.filter((row) => POSTCODE.test(lines[row + 1]?.text ?? "")).length >= 2;
}

/**
 * "There were 20,000 bottles of water": a verb among words that are written small. Or the beginning of a sentence, up to a mark: "The previous
 * version, effective November 15, 2024, is available in our archive."
 */
export function isPartOfASentence(name: string, line: Line): boolean {
  const words = wordsOf(keyOf(name));
  if (isSentence(line.text) && name.length < line.text.length && !hasLegalForm(name, keyOf(name))) return true;
  return (
    words.length >= 4 &&
    titleCased(name) < 0.5 &&
    words.some((word) => SENTENCE_VERBS.includes(word)) &&
    !hasLegalForm(name, keyOf(name))
  );
}

/** Whether a line ends as a sentence does, and most of its words are written small. */
function isSentence(text: string): boolean {
  const words = text.match(/\p{L}{3,}/gu) ?? [];
  return (
    /\p{Ll}{3}[.!?]$/u.test(text) &&
    words.length >= 6 &&
    words.filter((word) => /^\p{Ll}/u.test(word)).length > words.length * 0.6
  );
}

/** Whether a line is a row of a table: its first cell is a day, or it has a sum. Whom it names was paid, or has paid. */
export function isRow(line: Line): boolean {
  const [date] = writtenDates(line.text, true);
  return (
    moneyIn(line.text).length > 0 ||
    (date !== undefined && date.start < 3) ||
    /^\d{1,2}[./]\d{1,2}\.?\s/u.test(line.text)
  );
}

/** What the edge of a receipt, or its logo, is read as: scraps of three letters that are no capitals ("Le fal"), or capitals within words ("FRviDe"). */
export function looksLikeNoise(name: string): boolean {
  const words = name.match(/\p{L}+/gu) ?? [];
  return (
    (words.every((word) => word.length <= 3) && /\p{Ll}/u.test(name)) ||
    words.some(
      (word) =>
        /\p{Ll}\p{Lu}/u.test(word) &&
        // One letter of a name in capitals was read small: "AIML StORE".
        !(
          (word.match(/\p{Ll}/gu) ?? []).length === 1 &&
          word.length >= 4 &&
          words.some((other) => other !== word && /^\p{Lu}{3,}$/u.test(other))
        ) &&
        !/^(?:Mc|Mac|De|Di|La|Le|O)\p{Lu}\p{Ll}+$/u.test(word) &&
        !/^\p{Lu}\p{Ll}{2,}\p{Lu}\p{Ll}{2,}$/u.test(word),
    )
  );
}
