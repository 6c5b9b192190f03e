import { kindOf, type ScalarField } from "../../_shared/extraction/schema.ts";
import type { Value } from "../../_shared/extraction/values.ts";
import { keyOf } from "../../metadata/local/text/text.ts";
import type { Cell, Row } from "../local/grid.ts";
import { endInText } from "../local/labels.ts";
import { parseValues, type Reading } from "../local/parse.ts";
import { sameValue } from "../local/candidate.ts";

/** A value in a cell of a row. */
export type Occurrence = { row: number; cell: number; start: number; end: number; value: Value; sure: boolean };

/** How much of a cell a text takes, as a correction showed it. */
export type Extent = {
  /** The words before it in its cell. */
  label: string;
  words: number;
  /** The marks behind it where something follows; null where it takes the rest of the cell. */
  until: string | null;
  hasDigits: boolean;
};

const isText = (field: ScalarField): boolean => ["string", "code"].includes(kindOf(field));
const isWord = (field: ScalarField): boolean => ["boolean", "enum"].includes(kindOf(field));

/** Where a value stands in a cell; null where it does not. */
export function standsIn(
  cell: Cell,
  value: Value,
  field: ScalarField,
  reading: Reading,
): { start: number; end: number } | null {
  if (isText(field)) return typeof value === "string" ? textIn(cell.text, value) : null;
  if (isWord(field)) return wordIn(cell.text, value, field, reading);
  const money = typeof value === "object" ? { ...value, currency: null } : value;
  const found = parseValues(field, cell.text, reading).filter((one) => sameValue(one.value, money));
  return found.at(-1) ?? null;
}

/** A text where its letters and digits stand, whatever stands between them. */
function textIn(text: string, value: string): { start: number; end: number } | null {
  const wanted = lettersOf(value);
  if (wanted === "") return null;
  for (const match of text.matchAll(/(?<![\p{L}\p{N}])[\p{L}\p{N}]/gu)) {
    let letters = "";
    for (let end = match.index; end < text.length && letters.length < wanted.length; ) {
      end += text.codePointAt(end)! > 0xffff ? 2 : 1;
      letters = lettersOf(text.slice(match.index, end));
      if (letters === wanted) return { start: match.index, end };
      if (!wanted.startsWith(letters)) break;
    }
  }
  return null;
}

const lettersOf = (text: string): string => keyOf(text).replaceAll(" ", "");

/** The last place from which on a cell says yes or no, or one of a list. */
function wordIn(
  text: string,
  value: Value,
  field: ScalarField,
  reading: Reading,
): { start: number; end: number } | null {
  for (const match of [...text.matchAll(/\S+/gu)].reverse()) {
    const [parsed] = parseValues(field, text.slice(match.index), reading);
    if (parsed && parsed.value === value) return { start: match.index + parsed.start, end: match.index + parsed.end };
  }
  return null;
}

/** How much of its cell a text took. */
export function extentOf(cell: Cell, { start, end }: { start: number; end: number }, label: string): Extent {
  const rest = cell.text.slice(end);
  const own = cell.text.slice(start, end);
  return {
    label: /[\p{L}\p{N}]/u.test(cell.text.slice(0, start)) ? label : "",
    words: own.split(/\s+/u).length,
    until: /[\p{L}\p{N}]/u.test(rest) ? /^[^\p{L}\p{N}]*/u.exec(rest)![0].trim() : null,
    hasDigits: /\d/.test(own),
  };
}

/** Everything in a row that a value of a field may be. */
export function occurrencesIn(
  row: Row,
  nth: number,
  field: ScalarField,
  reading: Reading,
  extent: Extent,
): Occurrence[] {
  return row.cells.flatMap((cell, column): Occurrence[] => {
    const at = { row: nth, cell: column };
    if (!isText(field) && !isWord(field))
      return parseValues(field, cell.text, reading).map(({ value, start, end, sure }) => ({
        ...at,
        value,
        start,
        end,
        sure,
      }));
    const from = beginningIn(cell, extent.label);
    if (from === null) return [];
    const first = cell.text.slice(from).search(/[\p{L}\p{N}☒☑✓✔☐□[]/u);
    if (first < 0) return [];
    const start = from + first;
    if (isWord(field)) {
      const [parsed] = parseValues(field, cell.text.slice(start), reading);
      return parsed ? [{ ...at, value: parsed.value, start, end: start + parsed.end, sure: true }] : [];
    }
    const end = start + lengthOf(cell.text.slice(start), extent);
    const value = cell.text.slice(start, end).trim();
    return value === "" || value.length > 300 || /\d/.test(value) !== extent.hasDigits
      ? []
      : [{ ...at, value, start, end, sure: true }];
  });
}

/** Where a text begins: behind its label, or with its cell. Null in a cell without the label. */
function beginningIn(cell: Cell, label: string): number | null {
  if (label === "") return 0;
  const at = cell.key.indexOf(` ${label} `);
  return at < 0 ? null : endInText(cell.text, at + 1 + label.length);
}

function lengthOf(text: string, { until, words }: Extent): number {
  if (until === null) return text.replace(/[\s:;,|]{1,9}$/u, "").length;
  if (until !== "") {
    const end = text.indexOf(until);
    return end < 0 ? text.length : end;
  }
  const ends = [...text.matchAll(/\S+/gu)].map((match) => match.index + match[0].length);
  return (ends[words - 1] ?? text.length) - (/[.,;:]$/u.test(text.slice(0, ends[words - 1])) ? 1 : 0);
}
