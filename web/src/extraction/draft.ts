import { parseCheck, pathsOf } from "../../../supabase/functions/_shared/extraction/checks.ts";
import { mark, type Text } from "../language.ts";
import { words } from "../format.ts";
import { type Fields, type Kind, kindOf, type ScalarField, type Schema } from "./model.ts";

/** A schema while it is edited: what is typed, right or not yet. */
export type Draft = {
  name: string;
  description: string;
  documentTypes: string[];
  /** Of one of these tags, and from one of these senders; any where there are none. */
  tags: string[];
  senders: string[];
  fields: DraftField[];
  checks: { key: number; equation: string }[];
};
/** `key` tells fields apart while their names change. `kept`: what the editor does not show. */
export type DraftField = {
  key: number;
  /** As people write it: "Due date". */
  name: string;
  kind: Kind | "table";
  description: string;
  /** How papers call it, one a line. */
  labels: string;
  /** What it may be, one a line; of a choice. */
  values: string;
  required: boolean;
  columns: DraftField[];
  kept: Record<string, unknown>;
};

let keys = 0;
export const newField = (kind: DraftField["kind"] = "string"): DraftField => ({
  key: (keys += 1),
  name: "",
  kind,
  description: "",
  labels: "",
  values: "",
  required: false,
  columns: kind === "table" ? [newField()] : [],
  kept: {},
});
export const newCheck = (equation = "") => ({ key: (keys += 1), equation });

const linesOf = (text: string): string[] => [
  ...new Set(
    text
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean),
  ),
];

/** "Due date" → "due_date": the name in the data. */
export const slugOf = (name: string): string =>
  name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replaceAll("ß", "ss")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[_0-9]+|_+$/g, "")
    .slice(0, 40);

export function draftOf(schema: Omit<Schema, "id" | "version">): Draft {
  const { properties, required = [], checks = [] } = schema.fields;
  return {
    name: schema.name,
    description: schema.description ?? "",
    documentTypes: schema.document_types,
    tags: schema.tags,
    senders: schema.senders,
    fields: Object.entries(properties).map(([name, field]) => {
      if (field.type !== "array") return scalarDraft(name, field, required.includes(name));
      const { labels, description } = field;
      return {
        ...newField("table"),
        name: words(name.replaceAll("_", "-")),
        labels: (labels ?? []).join("\n"),
        description: description ?? "",
        required: required.includes(name),
        columns: Object.entries(field.items.properties).map(([column, one]) =>
          scalarDraft(column, one, (field.items.required ?? []).includes(column)),
        ),
      };
    }),
    checks: checks.map(newCheck),
  };
}

function scalarDraft(name: string, field: ScalarField, required: boolean): DraftField {
  return {
    ...newField(kindOf(field)),
    name: words(name.replaceAll("_", "-")),
    description: field.description ?? "",
    labels: (field.labels ?? []).join("\n"),
    values: "enum" in field ? field.enum.join("\n") : "",
    required,
    kept: "rule" in field && field.rule ? { rule: field.rule } : {},
  };
}

/** What is stored of a draft. */
export function fieldsOf({ fields, checks }: Draft): Fields {
  const equations = checks.map(({ equation }) => equation.trim()).filter(Boolean);
  return {
    type: "object",
    properties: Object.fromEntries(fields.map((field) => [slugOf(field.name), fieldOf(field)])),
    required: fields.filter(({ required }) => required).map(({ name }) => slugOf(name)),
    checks: equations,
  };
}

function fieldOf(field: DraftField): Fields["properties"][string] {
  if (field.kind !== "table") return scalarOf(field);
  return {
    type: "array",
    ...aboutOf(field),
    items: {
      type: "object",
      properties: Object.fromEntries(field.columns.map((column) => [slugOf(column.name), scalarOf(column)])),
      required: field.columns.filter(({ required }) => required).map(({ name }) => slugOf(name)),
    },
  };
}

function scalarOf(field: DraftField): ScalarField {
  const about = aboutOf(field);
  switch (field.kind) {
    case "money":
      return { type: "object", format: "money", ...about, ...field.kept };
    case "enum":
      return { type: "string", enum: linesOf(field.values), ...about };
    case "number":
    case "integer":
    case "boolean":
      return { type: field.kind, ...about };
    case "date":
    case "code":
      return { type: "string", format: field.kind, ...about, ...field.kept };
    default:
      return { type: "string", ...about, ...field.kept };
  }
}

function aboutOf({ description, labels }: DraftField): { description?: string; labels?: string[] } {
  const all = linesOf(labels);
  return {
    ...(description.trim() && { description: description.trim() }),
    ...(all.length > 0 && { labels: all }),
  };
}

/** What is wrong, by the key of the field or equation it is about; `name` and `fields` for the schema itself. */
export type Problems = Map<number | "name" | "fields", Text>;

const MOST = { fields: 100, labels: 60, label: 80, values: 50, checks: 20 };

export function problemsOf(draft: Draft, otherNames: string[]): Problems {
  const problems: Problems = new Map();
  const name = draft.name.trim();
  if (!name) problems.set("name", mark("Give the table a name."));
  else if (otherNames.some((other) => other.toLowerCase() === name.toLowerCase()))
    problems.set("name", mark("Another table has this name."));
  if (draft.fields.length === 0) problems.set("fields", mark("A table needs a field."));
  const all = draft.fields.reduce((sum, { columns }) => sum + Math.max(1, columns.length), 0);
  if (all > MOST.fields) problems.set("fields", mark("A table has at most 100 fields."));
  checkFields(draft.fields, problems);
  const numbers = new Map<string, boolean>();
  for (const field of draft.fields) {
    if (field.kind !== "table") numbers.set(slugOf(field.name), isNumber(field.kind));
    else
      for (const column of field.columns)
        numbers.set(`${slugOf(field.name)}.${slugOf(column.name)}`, isNumber(column.kind));
  }
  for (const { key, equation } of draft.checks) {
    const problem = equation.trim() && problemOfEquation(equation, numbers);
    if (problem) problems.set(key, problem);
  }
  return problems;
}

function checkFields(fields: DraftField[], problems: Problems): void {
  const taken = new Set<string>();
  for (const field of fields) {
    const slug = slugOf(field.name);
    const labels = linesOf(field.labels);
    const values = linesOf(field.values);
    if (!field.name.trim()) problems.set(field.key, mark("Give the field a name."));
    else if (!slug) problems.set(field.key, mark("The name needs a letter from a to z."));
    else if (taken.has(slug)) problems.set(field.key, mark("Another field has this name."));
    else if (field.kind === "enum" && values.length === 0)
      problems.set(field.key, mark("Say what there is to choose from, one a line."));
    else if (values.length > MOST.values) problems.set(field.key, mark("There are at most 50 values to choose from."));
    else if (labels.length > MOST.labels || labels.some((label) => label.length > MOST.label))
      problems.set(field.key, mark("A field has at most 60 labels of 80 characters."));
    else if (field.kind === "table" && field.columns.length === 0)
      problems.set(field.key, mark("Lines need a column."));
    taken.add(slug);
    checkFields(field.columns, problems);
  }
}

const isNumber = (kind: DraftField["kind"]): boolean => ["number", "integer", "money"].includes(kind);

function problemOfEquation(equation: string, numbers: Map<string, boolean>): Text | null {
  try {
    for (const path of pathsOf(parseCheck(equation.trim()))) {
      const number = numbers.get(path);
      if (number === undefined) return mark("The equation names something that is no field of this table.");
      if (!number) return mark("The equation counts with a field that is no number.");
    }
    return null;
  } catch {
    return mark("An equation has fields, numbers, + − * and one =, as in net + tax = total.");
  }
}

/** The names that equations may use, for the hint below them. */
export const namesFor = ({ fields }: Draft): string[] =>
  fields.flatMap((field) =>
    field.kind === "table"
      ? field.columns
          .filter(({ kind }) => isNumber(kind))
          .map((column) => `sum(${slugOf(field.name)}.${slugOf(column.name)})`)
      : isNumber(field.kind)
        ? [slugOf(field.name)]
        : [],
  );
