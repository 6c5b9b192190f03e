import {
  type Condition,
  conditionOf,
  conditionText,
} from "../../../supabase/functions/_shared/extraction/conditions.ts";
import { isDay } from "../format.ts";
import { mark, t, type Text } from "../language.ts";
import type { Place } from "../place.ts";
import { kindOf, labelOf, type Money, parse, type ScalarField, textOf } from "./model.ts";

export type { Condition };
export type FieldMap = Map<string, ScalarField>;

/** As schema_rows takes them. */
const MOST = { conditions: 20, characters: 300 };
/** Numbers as they are compared: a point before the decimals, a currency behind. */
const AMOUNT = /^(-?\d{1,15}(?:\.\d{1,6})?)(?: ([A-Z]{3}))?$/;
const CURRENCY = /^[A-Z]{3}$/;

/** The fields that rows can be filtered by: those of the documents, and of their lines where each row is a line. */
export const filterable = (fields: FieldMap, lines: string | null): FieldMap =>
  new Map([...fields].filter(([path]) => !path.includes(".") || path.startsWith(`${lines}.`)));

/** The filters in the address. An address is cut and typed by people: what is no condition on these rows is not there. */
export const conditionsAt = (place: Place, fields: FieldMap): Condition[] =>
  place
    .getAll("where")
    .flatMap((text) => conditionOf(text) ?? [])
    .filter((condition) => {
      const field = fields.get(condition.field);
      return field !== undefined && fits(field, condition);
    })
    .slice(0, MOST.conditions);

function fits(field: ScalarField, { op, value = "" }: Condition): boolean {
  if (op === "present" || op === "missing") return true;
  const kind = kindOf(field);
  if (kind === "money" && CURRENCY.test(value)) return op === "=" || op === "!=";
  if (kind === "money" || kind === "number" || kind === "integer") {
    const [, amount, currency] = AMOUNT.exec(value) ?? [];
    return op !== "~" && amount !== undefined && (kind === "money" || currency === undefined);
  }
  if (kind === "date") return op !== "~" && isDay(value);
  return value !== "" && value.length <= MOST.characters;
}

/** What the address has for them, under "where". */
export const whereOf = (conditions: Condition[]): string[] => conditions.map(conditionText);

const SAYINGS: Record<string, Text> = {
  "~": mark("{field} has “{value}”"),
  "=": mark("{field} is {value}"),
  "!=": mark("{field} is not {value}"),
  ">=": mark("{field} from {value}"),
  ">": mark("{field} above {value}"),
  "<=": mark("{field} to {value}"),
  "<": mark("{field} below {value}"),
  present: mark("{field} is there"),
  missing: mark("{field} is missing"),
};

/** A filter as the reader says it: "Total from 1.234,50 EUR". */
export const saidOf = ({ field: path, op, value = "" }: Condition, field: ScalarField): string =>
  t(SAYINGS[op] ?? SAYINGS["="]!, { field: nameOf(path), value: textOfValue(field, value) });

/** "Total", and of a line "Items: Total". */
export const nameOf = (path: string): string =>
  path.includes(".") ? `${labelOf(path.split(".")[0]!)}: ${labelOf(path)}` : labelOf(path);

function textOfValue(field: ScalarField, value: string): string {
  const kind = kindOf(field);
  if (kind === "boolean") return textOf(value === "true");
  const [, amount, currency = null] = AMOUNT.exec(value) ?? [];
  if (kind === "money" && amount !== undefined) return textOf({ amount: Number(amount), currency });
  if (kind === "number" || kind === "integer") return textOf(Number(value));
  return kind === "date" ? textOf(value) : value;
}

/** What can be asked of a field, the first of which is asked where nothing else is chosen. */
export type Way = "has" | "is" | "span" | "present" | "missing";
export function waysOf(field: ScalarField): Way[] {
  const kind = kindOf(field);
  if (kind === "boolean" || kind === "enum") return ["is", "present", "missing"];
  return kind === "string" || kind === "code" ? ["has", "is", "present", "missing"] : ["span", "present", "missing"];
}

/** What was typed or chosen for a filter, as it stands in its form. */
export type Typed = { way: Way; value: string; from: string; to: string; currency: string };

/** The conditions that somebody's words come to; nothing where they are not of the field's kind. */
export function conditionsOf(path: string, field: ScalarField, typed: Typed): Condition[] | undefined {
  if (typed.way === "present" || typed.way === "missing") return [{ field: path, op: typed.way }];
  const found: Condition[] = [];
  const add = (op: string, written: string): boolean => {
    if (written.trim() === "") return true;
    const value = comparable(field, written, typed.currency);
    if (value !== undefined) found.push({ field: path, op, value });
    return value !== undefined;
  };
  const isRead =
    typed.way === "span"
      ? add(">=", typed.from) && add("<=", typed.to)
      : add(typed.way === "has" ? "~" : "=", typed.value);
  if (!isRead) return undefined;
  if (found.length === 0 && typed.currency.trim() !== "")
    found.push({ field: path, op: "=", value: typed.currency.trim().toUpperCase() });
  return found.length > 0 && found.every((condition) => fits(field, condition)) ? found : undefined;
}

/** What was typed as schema_rows compares it; undefined where it is no such value. */
function comparable(field: ScalarField, written: string, currency: string): string | undefined {
  const kind = kindOf(field);
  const value = parse(kind, written);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "object") return String(value);
  const of = (value as Money).currency ?? currency.trim().toUpperCase();
  return [value.amount, of].filter((part) => part !== "").join(" ");
}

/** A new filter of a field replaces the old ones. */
export const withConditions = (known: Condition[], added: Condition[]): Condition[] => [
  ...known.filter(({ field }) => added.every((one) => one.field !== field)),
  ...added,
];
