import type { Kind } from "../../_shared/extraction/schema.ts";
import type { ExtractPage } from "../../_shared/extraction/values.ts";
import { moneyIn } from "../../metadata/local/amounts/money.ts";
import { keyOf } from "../../metadata/local/text/text.ts";
import { writtenDates } from "../../metadata/local/dates/written-dates.ts";
import { isYesOrNo } from "../local/parse.ts";
import { type Cell, type Row, rowsOf } from "../local/grid.ts";
import { cellUnder } from "../local/below.ts";

/** What stands by a label in a document, and what kind of value it is. `label` as it is written, `key` for comparing. */
export type LabelledValue = { label: string; key: string; kind: Kind; text: string };
/** A table: its headings, the kind of each column, and how many rows there are. */
export type FoundTable = { columns: { label: string; key: string; kind: Kind }[]; rows: number };

/** A box, checked or not, with what it says. */
const CHECKBOX = /(\[[xX ]?\]|[☒☑✓✔☐□])\s?([^[\]☒☑✓✔☐□:]{2,40})(?=$|\s{2}|\[|[☒☑✓✔☐□])/gu;
const LONGEST_LABEL = 40;
/** Rows of a document that are looked at: labels stand on the first pages. */
const MOST_ROWS = 1_500;

/** The labels of a document with what stands by them, in order, and its tables. */
export function labelledIn(pages: ExtractPage[]): { values: LabelledValue[]; tables: FoundTable[] } {
  const rows = rowsOf(pages).slice(0, MOST_ROWS);
  const values: LabelledValue[] = [];
  const tables: FoundTable[] = [];
  for (let at = 0; at < rows.length; at++) {
    const table = tableAt(rows, at);
    if (table) {
      tables.push(table);
      at += table.rows;
      continue;
    }
    for (const [, mark, label] of rows[at]!.text.matchAll(CHECKBOX))
      if (isLabel(label!.trim()))
        values.push({ label: label!.trim(), key: keyOf(label!).trim(), kind: "boolean", text: mark! });
    const below = rows[at + 1]?.page === rows[at]!.page ? rows[at + 1] : undefined;
    rows[at]!.cells.forEach((cell, nth) => {
      const found = inCell(cell.text) ?? beside(rows[at]!, nth) ?? under(rows[at]!, nth, below);
      if (found) values.push({ ...found, key: keyOf(found.label).trim() });
    });
  }
  return { values, tables };
}

type Found = Omit<LabelledValue, "key"> | null;
const pair = (label: string, text: string): Found => {
  const kind = kindOfText(text);
  return kind ? { label: label.replace(/[\s:.#№]{1,9}$/u, "").trim(), kind, text: text.trim() } : null;
};

/** "Due date: 29.03.2026", and words before an amount or a date: "Total EUR 12.00". */
function inCell(text: string): Found {
  const colon = /^([^:]{2,40}):\s(.{1,120})$/u.exec(text);
  if (colon && isLabel(colon[1]!)) return pair(colon[1]!, colon[2]!);
  const start = [moneyIn(text).at(-1)?.start, writtenDates(text, true).at(0)?.start].find((one) => one !== undefined);
  if (start === undefined) return null;
  const before = withoutRate(text.slice(0, start))
    .replace(/(?:[A-Z]{3}|[€$£])\s{0,3}$/u, "")
    .trim();
  return isLabel(before) ? pair(before, text.slice(start)) : null;
}

function beside(row: Row, nth: number): Found {
  const [label, value] = [row.cells[nth]!, row.cells[nth + 1]];
  const words = withoutRate(label.text);
  return value && isLabel(words) && !isLabelOf(value) ? pair(words, value.text) : null;
}

/** A label with its value below it, in its column. */
function under(row: Row, nth: number, below: Row | undefined): Found {
  const cell = row.cells[nth]!;
  if (!below || !isLabel(cell.text)) return null;
  const target = cellUnder(row, cell, nth, below);
  const found = target && /\d/.test(target.text) && inCell(target.text) === null ? pair(cell.text, target.text) : null;
  return found?.kind === "string" ? null : found;
}

/** "VAT 20%" is the label of the tax, whatever its rate. */
const withoutRate = (text: string): string => text.replace(/\(?\d{1,2}(?:[.,]\d{1,2})?\s?%\)?/gu, "").trim();

const isLabelOf = (cell: Cell): boolean => isLabel(cell.text) && !/\d/.test(cell.text) && cell.text.endsWith(":");

function isLabel(text: string): boolean {
  return (
    text.length <= LONGEST_LABEL &&
    /\p{L}{2}/u.test(text) &&
    !/\d{2}/.test(text) &&
    !/[@/\\]|www\./u.test(text) &&
    text.split(" ").length <= 5
  );
}

/** A line of headings with rows of values below it. */
function tableAt(rows: Row[], at: number): FoundTable | null {
  const heading = rows[at]!;
  if (heading.cells.length < 3 || /\d{2}/.test(heading.text) || !heading.cells.every(({ text }) => text.length <= 30))
    return null;
  const lines: Row[] = [];
  for (const row of rows.slice(at + 1)) {
    if (row.page !== heading.page || Math.abs(row.cells.length - heading.cells.length) > 1 || !/\d/.test(row.text))
      break;
    lines.push(row);
  }
  // One line below headings may be the head of a letter; of several lines a table is made, or of one with quantity and price.
  const numbers = (row: Row): number =>
    row.cells.filter(({ text }) => ["money", "number", "integer"].includes(kindOfText(text) ?? "")).length;
  if (lines.length === 0 || (lines.length === 1 && numbers(lines[0]!) < 2)) return null;
  const columns = heading.cells.flatMap((cell, nth) => {
    const texts = lines.flatMap((row) => cellUnder(heading, cell, nth, row)?.text ?? []);
    const kind = commonKind(texts.flatMap((text) => kindOfText(text) ?? []));
    return kind && /\p{L}{2}/u.test(cell.text) ? [{ label: cell.text, key: keyOf(cell.text).trim(), kind }] : [];
  });
  return columns.length >= 2 ? { columns, rows: lines.length } : null;
}

/** What a text is that stands where a value does; null for what is none. */
export function kindOfText(given: string): Kind | null {
  const text = given.trim();
  if (text === "" || text.length > 120) return null;
  if (isYesOrNo(text)) return "boolean";
  const rest = (start: number, end: number): string =>
    (text.slice(0, start) + text.slice(end)).replace(/[^\p{L}\d]/gu, "");
  const [date] = writtenDates(text, true);
  if (date && rest(date.start, date.end) === "") return "date";
  const money = moneyIn(text).at(-1);
  const number = /^[-+]?\d{1,9}(?:[.,']\d{1,4}){0,3}$/.test(text);
  if (money && rest(money.start, money.end).length <= 4 && (money.currency !== null || /[.,]\d\d(?!\d)/.test(text)))
    return "money";
  if (number) return /^[-+]?\d{1,6}$/.test(text) ? "integer" : /^\d{7,}$/.test(text) ? "code" : "number";
  if (
    /\d/.test(text) &&
    /^[\p{L}\d][\p{L}\d./_-]*(?: [\p{L}\d./-]{1,6}){0,6}$/u.test(text) &&
    text.split(" ").every((word) => /\d|^[A-Z]{1,3}$/.test(word))
  )
    return "code";
  return /\p{L}{2}/u.test(text) ? "string" : null;
}

/** The kind that values of one field share; a text where they are of several. */
export function commonKind(kinds: Kind[]): Kind | null {
  const seen = new Set(kinds);
  if (seen.size === 0) return null;
  if (seen.size === 1) return kinds[0]!;
  const within = (...some: Kind[]): boolean => [...seen].every((kind) => some.includes(kind));
  if (within("integer", "number")) return "number";
  if (within("integer", "number", "money")) return "money";
  if (within("integer", "code")) return "code";
  return "string";
}
