import type { Fields, Kind, ScalarField } from "../../../supabase/functions/_shared/extraction/schema.ts";
import { amountOf } from "../documents/typed.ts";
import { day, decimal, sum, within, words, typedNumber } from "../format.ts";
import { mark, t, type Text } from "../language.ts";

export type { Fields, Kind, ScalarField };

/** Rows as the Data API gives them; docs/extraction.md describes them. */
export type Money = { amount: number; currency: string | null };
export type Value = string | number | boolean | Money | null;
export type Schema = {
  id: string;
  name: string;
  description: string | null;
  document_types: string[];
  tags: string[];
  senders: string[];
  fields: Fields;
  version: number;
};
/** `difference` is null where a number is missing. */
export type Check = { check: string; row: number | null; difference: number | null; holds: boolean | null };
export type Extraction = {
  id: string;
  document_id: string;
  schema_id: string;
  status: "queued" | "running" | "completed" | "needs_review" | "failed" | "stopped";
  checks: Check[];
  missing: string[];
  error: { code: string; message: string } | null;
  note: string | null;
  engine: "claude" | "local" | null;
  instruction: string | null;
};
type Cell = {
  extraction_id: string;
  path: string;
  row_number: number;
  value: Value;
  page: number | null;
  quote: string | null;
};
export type ExtractedValue = Cell & { proof: "quote" | "equation" | "einvoice" | "person"; note: string | null };
export type Proposal = Cell & { reason: "ambiguous" | "check_broken" | "not_on_page" | "unsure" };

/** What the schemas found in one document: values, and what waits for a person. */
export type Found = { extractions: Extraction[]; values: ExtractedValue[]; proposals: Proposal[] };

export const REASONS: Record<Proposal["reason"], Text> = {
  not_on_page: mark("These words are not on the page"),
  check_broken: mark("The sum does not add up"),
  ambiguous: mark("Another value is as likely"),
  unsure: mark("It stands by no label"),
};

/** As _shared/extraction/schema.ts has it, without the checks of schemas that come with it. */
export function kindOf(field: ScalarField): Kind {
  if (field.type === "object") return "money";
  if (field.type !== "string") return field.type;
  if ("enum" in field) return "enum";
  return "format" in field && field.format ? field.format : "string";
}

/** The fields by path, in the order of the schema: `total`, and `items.total` for a column. Those that a document has once come first. */
export function scalarsOf({ properties }: Fields): Map<string, ScalarField> {
  const once: [string, ScalarField][] = [];
  const columns: [string, ScalarField][] = [];
  for (const [name, field] of Object.entries(properties)) {
    if (field.type !== "array") once.push([name, field]);
    else for (const [column, one] of Object.entries(field.items.properties)) columns.push([`${name}.${column}`, one]);
  }
  return new Map([...once, ...columns]);
}

/** The tables of a schema, with the paths of their columns. */
export const tablesOf = (fields: Fields): [name: string, columns: string[]][] =>
  Object.entries(fields.properties)
    .filter(([, { type }]) => type === "array")
    .map(([name]) => [name, [...scalarsOf(fields).keys()].filter((path) => path.startsWith(`${name}.`))]);

export const isNumeric = (field: ScalarField | undefined): boolean =>
  field !== undefined && ["integer", "number", "money"].includes(kindOf(field));

/** "due_date" → "Due date", "items.unit_price" → "Unit price" */
export const labelOf = (path: string): string => t(words(path.split(".").at(-1)!.replaceAll("_", "-")));

export function textOf(value: Value): string {
  if (value === null) return t("None");
  if (typeof value === "object") return value.currency ? `${sum(value.amount)} ${value.currency}` : sum(value.amount);
  if (typeof value === "boolean") return value ? t("Yes") : t("No");
  if (typeof value === "number") return decimal(value);
  return /^\d{4}-\d\d-\d\d$/.test(value) ? day(value) : value;
}

/** What somebody typed, as a value of the kind; undefined when it is none. */
export function parse(kind: Kind, typed: string): Value | undefined {
  const text = typed.trim();
  if (text === "") return undefined;
  if (kind === "boolean") return text === "true";
  if (kind === "date") return /^\d{4}-\d\d-\d\d$/.test(text) ? text : undefined;
  if (kind !== "money" && kind !== "number" && kind !== "integer") return text;
  const amount = amountOf(text.replace(/[^\d.,'’\s-]/g, ""));
  if (amount === undefined || (kind === "integer" && !Number.isInteger(amount))) return undefined;
  return kind === "money" ? { amount, currency: /[A-Za-z]{3}/.exec(text)?.[0].toUpperCase() ?? null } : amount;
}

const HINTS: Partial<Record<Kind, Text>> = {
  money: mark("An amount, with its currency where it has one: 12.50 EUR"),
  number: mark("A number"),
  integer: mark("A number without decimals"),
  date: mark("A date"),
};
/** What has to be typed, where it was something else. */
export const hintOf = (kind: Kind): string => t(HINTS[kind] ?? "Something has to stand here");

/** What is typed for a value, as the editor begins with it. */
export const typedOf = (value: Value | undefined): string =>
  value === null || value === undefined
    ? ""
    : typeof value === "object"
      ? [typedNumber(value.amount), value.currency].filter((part) => part !== null).join(" ")
      : typeof value === "number"
        ? typedNumber(value)
        : String(value);

/** A line of a sum as people write it below each other: its sign, what it is, and its number where that is known. */
export type SumLine = { sign: "" | "+" | "−" | "="; label: string; amount: number | null };

/** An equation with its numbers. `numberAt` knows those of a field, in a row where it has one. */
export function linesOf(
  { check, row }: Check,
  numberAt: (path: string, row: number | null) => number | null,
): SumLine[] {
  const lines: SumLine[] = [];
  let sign: SumLine["sign"] = "";
  for (const [token] of check.matchAll(/sum\([a-z][a-z0-9_.]*\)|[a-z][a-z0-9_.]*|\d[\d.]*|[-+*=]/g)) {
    if (token === "+" || token === "=") sign = token;
    else if (token === "-") sign = "−";
    else if (token === "*") sign = "";
    else {
      const path = token.startsWith("sum(") ? token.slice(4, -1) : token;
      const amount = /^\d/.test(token) ? Number(token) : numberAt(path, token.startsWith("sum(") ? null : row);
      const label = /^\d/.test(token)
        ? token
        : token.startsWith("sum(")
          ? t("All {what}", {
              what: path
                .split(".")
                .map((part) => within(labelOf(part)))
                .join(", "),
            })
          : labelOf(path);
      const last = lines.at(-1);
      // A factor belongs to the line before.
      if (last && sign === "") {
        last.label += ` × ${label}`;
        last.amount = last.amount === null || amount === null ? null : last.amount * amount;
      } else lines.push({ sign, label, amount });
      sign = "";
    }
  }
  return lines;
}

/** The fields that an equation names. */
export const pathsOf = (check: string): string[] =>
  [...check.matchAll(/[a-z][a-z0-9_.]*/g)].map(([path]) => path).filter((path) => path !== "sum");

export const isBroken = ({ holds }: Check): boolean => holds === false;
