import { z } from "zod";
import { arrayOf, MOST_CHECK_CHARACTERS, parseCheck, pathsOf } from "./checks.ts";

/**
 * What a user wants to know of a document: a subset of JSON Schema, written out in docs/extraction.md. A field is a string,
 * number, integer, boolean, enum, date (`format: "date"`), code (`format: "code"`, such as the number of an invoice) or money
 * (`format: "money"`: {amount, currency}); or an array of objects of such fields, one level deep. private.schema_error checks
 * the same in SQL.
 */

export const LIMITS = { fields: 100, labels: 60, labelLength: 80, values: 50, checks: 20, description: 500 } as const;

const NAME = /^[a-z][a-z0-9_]{0,39}$/;

const text = (longest: number) => z.string().trim().min(1).max(longest);
const labels = z.array(text(LIMITS.labelLength)).max(LIMITS.labels).optional();
const about = { description: text(LIMITS.description).optional(), labels };

/** Rules of describing that find a value by more than its label: who a paper is from, its date, its total. */
export const RULES = ["sender", "date", "total"] as const;
const rule = z.enum(RULES).optional();

const StringField = z.strictObject({
  type: z.literal("string"),
  format: z.enum(["date", "code"]).optional(),
  rule,
  ...about,
});
const EnumField = z.strictObject({
  type: z.literal("string"),
  enum: z.array(text(100)).min(1).max(LIMITS.values),
  ...about,
});
const NumberField = z.strictObject({ type: z.enum(["number", "integer", "boolean"]), ...about });
const MoneyField = z.strictObject({ type: z.literal("object"), format: z.literal("money"), rule, ...about });
export const ScalarField = z.union([EnumField, StringField, NumberField, MoneyField]);
export type ScalarField = z.infer<typeof ScalarField>;

const Names = z.string().regex(NAME, "must be lower-case letters, digits and _, beginning with a letter, at most 40");

export const ArrayField = z.strictObject({
  type: z.literal("array"),
  items: z.strictObject({
    type: z.literal("object"),
    properties: z.record(Names, ScalarField),
    required: z.array(z.string()).optional(),
  }),
  ...about,
});
export type ArrayField = z.infer<typeof ArrayField>;
export type Field = ScalarField | ArrayField;

export type Fields = {
  type: "object";
  properties: Record<string, Field>;
  required?: string[];
  checks?: string[];
};

/** What a field holds. */
export type Kind = "string" | "code" | "number" | "integer" | "boolean" | "date" | "enum" | "money";

export function kindOf(field: ScalarField): Kind {
  if (field.type === "object") return "money";
  if (field.type !== "string") return field.type;
  if ("enum" in field) return "enum";
  return "format" in field && field.format ? field.format : "string";
}

export const isArray = (field: Field): field is ArrayField => field.type === "array";
/** Whether equations may count with a field. */
const isNumber = (kind: Kind): boolean => ["number", "integer", "money"].includes(kind);

/** The scalar fields of a schema by path: `total`, and `items.total` for a column. */
export function scalarsOf(fields: Fields): Map<string, ScalarField> {
  const found = new Map<string, ScalarField>();
  for (const [name, field] of Object.entries(fields.properties)) {
    if (!isArray(field)) found.set(name, field);
    else for (const [column, one] of Object.entries(field.items.properties)) found.set(`${name}.${column}`, one);
  }
  return found;
}

/** The fields of a schema that are not as they must be, each as "field: what is wrong". */
export class SchemaError extends Error {
  readonly field: string;

  constructor(field: string, problem: string) {
    super(`${field}: ${problem}`);
    this.name = "SchemaError";
    this.field = field;
  }
}

/** Checks the fields of a schema. @throws SchemaError that names the first field that is wrong */
export function parseFields(value: unknown): Fields {
  const top = z
    .strictObject({
      type: z.literal("object"),
      properties: z.record(z.string(), z.unknown()),
      required: z.array(z.string()).optional(),
      checks: z.array(text(MOST_CHECK_CHARACTERS)).max(LIMITS.checks).optional(),
    })
    .safeParse(value);
  if (!top.success) throw fromZod("fields", top.error);
  const { properties, required = [], checks = [] } = top.data;
  if (Object.keys(properties).length === 0) throw new SchemaError("properties", "must have a field");
  const fields: Fields = { type: "object", properties: {}, required, checks };
  for (const [name, raw] of Object.entries(properties)) {
    if (!NAME.test(name))
      throw new SchemaError(name.slice(0, 60), "is no name of a field: lower-case letters, digits and _, at most 40");
    const field = parseField(name, raw);
    fields.properties[name] = field;
    if (isArray(field))
      requireKnown(field.items.required ?? [], Object.keys(field.items.properties), `${name}.items.required`);
  }
  if (scalarsOf(fields).size > LIMITS.fields)
    throw new SchemaError("properties", `has more than ${LIMITS.fields} fields`);
  requireKnown(required, Object.keys(properties), "required");
  for (const [index, check] of checks.entries()) checkEquation(fields, check, `checks[${index}]`);
  return fields;
}

function parseField(name: string, raw: unknown): Field {
  const type = typeof raw === "object" && raw !== null && "type" in raw ? (raw as { type: unknown }).type : undefined;
  if (!["string", "number", "integer", "boolean", "object", "array"].includes(type as string))
    throw new SchemaError(name, `type must be string, number, integer, boolean, object (with format money) or array`);
  if (type === "array") {
    const items = (raw as { items?: { properties?: unknown } }).items;
    const columns = items && typeof items === "object" ? items.properties : undefined;
    if (columns && typeof columns === "object")
      for (const [column, one] of Object.entries(columns)) {
        if (parseColumnType(one) === "array") throw new SchemaError(`${name}.${column}`, "is an array within an array");
        parseOne(`${name}.${column}`, one);
      }
    const parsed = ArrayField.safeParse(raw);
    if (!parsed.success) throw fromZod(name, parsed.error);
    if (Object.keys(parsed.data.items.properties).length === 0)
      throw new SchemaError(name, "must have a field in items.properties");
    return parsed.data;
  }
  return parseOne(name, raw);
}

const parseColumnType = (one: unknown): unknown =>
  typeof one === "object" && one !== null ? (one as { type?: unknown }).type : undefined;

/** The form that a field's own words say it wants to be, so that an error is about that one. */
function parseOne(path: string, raw: unknown): ScalarField {
  const type = parseColumnType(raw);
  const form =
    type === "object"
      ? MoneyField
      : type === "string"
        ? "enum" in (raw as object)
          ? EnumField
          : StringField
        : NumberField;
  const parsed = form.safeParse(raw);
  if (!parsed.success) throw fromZod(path, parsed.error);
  return parsed.data;
}

function requireKnown(names: string[], known: string[], where: string): void {
  const missing = names.find((name) => !known.includes(name));
  if (missing !== undefined) throw new SchemaError(where, `names ${missing.slice(0, 60)}, which is no field`);
}

function checkEquation(fields: Fields, source: string, where: string): void {
  const scalars = scalarsOf(fields);
  let check: ReturnType<typeof parseCheck>;
  try {
    check = parseCheck(source);
  } catch (error) {
    throw new SchemaError(where, (error as Error).message);
  }
  for (const path of pathsOf(check)) {
    const field = scalars.get(path);
    if (!field) throw new SchemaError(where, `names ${path}, which is no field`);
    if (!isNumber(kindOf(field))) throw new SchemaError(where, `names ${path}, which is no number`);
  }
  const array = arrayOf(check);
  for (const { factors } of check.terms)
    for (const factor of factors) {
      if (factor.kind === "sum" && (!factor.path.includes(".") || array !== null))
        throw new SchemaError(where, `sum(${factor.path}) must be over a column, and not beside the fields of one row`);
      if (factor.kind === "field" && factor.path.includes(".") && factor.path.split(".")[0] !== array)
        throw new SchemaError(where, "is about the rows of two tables");
    }
}

function fromZod(path: string, error: z.ZodError): SchemaError {
  const issue = error.issues[0]!;
  const inside = issue.path.map(String).join(".");
  return new SchemaError(inside === "" ? path : `${path}.${inside}`.slice(0, 200), issue.message);
}

/** A schema as the extractor and the function are given it. */
export type ExtractionSchema = { name: string; description: string | null; fields: Fields };
