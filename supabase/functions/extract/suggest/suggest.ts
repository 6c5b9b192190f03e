import { PipelineError } from "../../_shared/errors.ts";
import type { Sample } from "../../_shared/extraction/calls.ts";
import { holds, difference, parseCheck, pathsOf } from "../../_shared/extraction/checks.ts";
import {
  type Field,
  type Fields,
  isArray,
  type Kind,
  LIMITS,
  kindOf,
  parseFields,
  type ScalarField,
} from "../../_shared/extraction/schema.ts";
import { type Template, TEMPLATES } from "../../_shared/extraction/templates/index.ts";
import { numberOf } from "../../_shared/extraction/values.ts";
import { keyOf } from "../../metadata/local/text/text.ts";
import { extractLocally } from "../local/extract.ts";
import { labelsOf } from "../local/labels.ts";
import { commonKind, type FoundTable, type LabelledValue, labelledIn } from "./labelled.ts";

/** A schema that nobody saved yet: what a row of extraction_schemas would have. */
export type SchemaProposal = { name: string; description: string | null; document_types: string[]; fields: Fields };

/** Of so many documents a label has to be in, to be a field of all of them. */
const SHARE = 0.6;
export const MOST_FIELDS = 40;
export const MOST_COLUMNS = 12;

/**
 * The fields that documents share: labels with values of one kind, and tables with the same headings. What a template knows under one of its
 * labels gets the template's name and labels.
 *
 * @throws PipelineError invalid_request when the documents share no labels
 */
export function suggestLocally(samples: Sample[]): SchemaProposal {
  const read = samples.map(({ pages }) => labelledIn(pages));
  const known = knownFields(sharedType(samples));
  const least = leastOf(samples);
  const properties: Fields["properties"] = {};
  const required: string[] = [];

  for (const group of groupsOf(
    read.map(({ values }) => values),
    known,
  )) {
    if (group.documents.size < least || Object.keys(properties).length >= MOST_FIELDS) continue;
    // What is the same on all of them is the sender's letterhead, and no column of a table.
    if (!group.field && samples.length > 1 && new Set(group.texts).size === 1) continue;
    const name = group.field?.name ?? freeName(group.labels[0]!, properties);
    if (name in properties) continue;
    properties[name] = group.field
      ? withLabels(group.field.field, group.labels)
      : ofFewValues(fieldOf(commonKind(group.kinds)!, group.labels), group.texts);
    if (group.documents.size === samples.length) required.push(name);
  }
  const table = tableOf(
    read.map(({ tables }) => tables),
    known,
    least,
  );
  if (table && !(table.name in properties)) properties[table.name] = table.field;
  if (Object.keys(properties).length === 0)
    throw new PipelineError("invalid_request", "These documents share no labels. Choose others that look alike.");

  return proposalOf({ type: "object", properties, required }, samples);
}

/** A proposal of fields, with the name and the type that the documents give it, and the equations that hold in them. */
export function proposalOf(proposed: Fields, samples: Sample[], equations: string[] = []): SchemaProposal {
  const document_type = sharedType(samples);
  const fields = parseFields(proposed);
  const checks = checksThatHold(fields, document_type, samples, equations);
  return {
    name: document_type ? plural(document_type) : "Documents",
    description: null,
    document_types: document_type && samples.every((one) => one.document_type === document_type) ? [document_type] : [],
    fields: parseFields({ ...fields, checks }),
  };
}

/** In how many documents a field has to be found, to be one of all of them. */
export const leastOf = (samples: Sample[]): number =>
  samples.length === 1 ? 1 : Math.max(2, Math.ceil(SHARE * samples.length));

const plural = (type: string): string => {
  const words = type.replaceAll("_", " ");
  return `${words[0]!.toUpperCase()}${words.slice(1)}${words.endsWith("s") ? "" : "s"}`;
};

/** What more than half of the documents are. */
export function sharedType(samples: Sample[]): string | null {
  const types = samples.map(({ document_type }) => document_type);
  const counts = new Map<string, number>();
  for (const type of types) if (type !== null && type !== "other") counts.set(type, (counts.get(type) ?? 0) + 1);
  const [most] = [...counts].sort((a, b) => b[1] - a[1]);
  return most && 2 * most[1] > types.length ? most[0] : null;
}

/** The fields of the templates by name, those of the documents' own type first: for what stands on papers without a label. */
export function templateFields(document_type: string | null): Map<string, ScalarField> {
  const named = new Map<string, ScalarField>();
  for (const { fields } of templatesFor(document_type))
    for (const [name, field] of Object.entries(fields.properties))
      if (!isArray(field) && !named.has(name)) named.set(name, field);
  return named;
}

/** The templates, those for the documents' own type first. */
function templatesFor(document_type: string | null): Template[] {
  const isOwn = ({ document_types }: Template): boolean => document_types.some((one) => one === document_type);
  return Object.values(TEMPLATES).sort((one, other) => Number(isOwn(other)) - Number(isOwn(one)));
}

export type Known = { name: string; field: ScalarField; array: string | null };

/** The fields of the templates by their labels; those of the documents' own type go first. */
export function knownFields(document_type: string | null): Map<string, Known[]> {
  const known = new Map<string, Known[]>();
  for (const { fields } of templatesFor(document_type))
    for (const [name, field] of Object.entries(fields.properties))
      for (const [column, one] of isArray(field) ? Object.entries(field.items.properties) : [[name, field] as const])
        for (const label of labelsOf(column, one)) {
          const key = keyOf(label).trim();
          known.set(key, [
            ...(known.get(key) ?? []),
            { name: column, field: one, array: isArray(field) ? name : null },
          ]);
        }
  return known;
}

const FITS: Partial<Record<Kind, Kind[]>> = {
  integer: ["number", "code", "integer"],
  number: ["number", "money"],
  money: ["money"],
  code: ["code", "string"],
  string: ["string", "code", "enum"],
  date: ["date"],
};
export const knownFor = (known: Map<string, Known[]>, key: string, kind: Kind, inTable: boolean): Known | undefined =>
  known.get(key)?.find(({ field, array }) => (array !== null) === inTable && FITS[kind]?.includes(kindOf(field)));

type Group = { field: Known | undefined; labels: string[]; kinds: Kind[]; texts: string[]; documents: Set<number> };

/** The values of all documents by what they are: a field of a template, or a label. In the order of the first document. */
function groupsOf(documents: LabelledValue[][], known: Map<string, Known[]>): Group[] {
  const groups = new Map<string, Group>();
  documents.forEach((values, document) => {
    for (const { label, key, kind, text } of values) {
      const field = knownFor(known, key, kind, false);
      const id = field ? `field ${field.name}` : `label ${key}`;
      const group = groups.get(id) ?? { field, labels: [], kinds: [], texts: [], documents: new Set<number>() };
      groups.set(id, group);
      // A label that stands twice on a page is its first value's.
      if (group.documents.has(document)) continue;
      group.documents.add(document);
      group.kinds.push(kind);
      group.texts.push(text);
      if (!group.labels.some((one) => keyOf(one).trim() === key)) group.labels.push(label);
    }
  });
  return [...groups.values()];
}

export function fieldOf(kind: Kind, labels: string[]): ScalarField {
  const about = { labels: labels.slice(0, 20) };
  if (kind === "money") return { type: "object", format: "money", ...about };
  if (kind === "boolean") return { type: "boolean", ...about };
  if (kind === "date" || kind === "code") return { type: "string", format: kind, ...about };
  return kind === "number" || kind === "integer" ? { type: kind, ...about } : { type: "string", ...about };
}

const MOST_VALUES = 6;

/** A field of texts as one of a list, where documents have few different ones and each of them again: "Basic", "Plus", "Basic", "Plus". */
function ofFewValues(field: ScalarField, texts: string[]): ScalarField {
  if (kindOf(field) !== "string") return field;
  const counts = new Map<string, { text: string; times: number }>();
  for (const text of texts) {
    const key = keyOf(text);
    counts.set(key, { text: counts.get(key)?.text ?? text, times: (counts.get(key)?.times ?? 0) + 1 });
  }
  const values = [...counts.values()];
  const isFew = values.length > 1 && values.length <= MOST_VALUES && values.every(({ times }) => times > 1);
  if (!isFew || values.some(({ text }) => text.length > 40 || /\d{3}/.test(text))) return field;
  return { type: "string", enum: values.map(({ text }) => text), labels: field.labels ?? [] };
}

export function withLabels(field: ScalarField, labels: string[]): ScalarField {
  const own = field.labels ?? [];
  const keys = new Set(own.map((label) => keyOf(label).trim()));
  return { ...field, labels: [...own, ...labels.filter((label) => !keys.has(keyOf(label).trim()))].slice(0, 60) };
}

/** A name for a field by its label: "Due date" is due_date. */
export function freeName(label: string, taken: object): string {
  const words = keyOf(label).match(/[a-z0-9]+/g) ?? [];
  const first = words.findIndex((word) => /^[a-z]/.test(word));
  const name =
    first < 0
      ? "field"
      : words
          .slice(first, first + 5)
          .join("_")
          .slice(0, 36);
  if (!(name in taken)) return name;
  for (let nth = 2; ; nth++) if (!(`${name}_${nth}` in taken)) return `${name}_${nth}`;
}

/** The table that most documents have: columns with the same headings. */
function tableOf(
  documents: FoundTable[][],
  known: Map<string, Known[]>,
  least: number,
): { name: string; field: Field } | null {
  const columns = new Map<
    string,
    {
      name: string | null;
      array: string | null;
      field: ScalarField | null;
      labels: string[];
      kinds: Kind[];
      documents: Set<number>;
    }
  >();
  documents.forEach((tables, document) => {
    const [largest] = [...tables].sort((a, b) => b.rows - a.rows);
    for (const { label, key, kind } of largest?.columns ?? []) {
      const field = knownFor(known, key, kind, true);
      const id = field ? `field ${field.name}` : `label ${key}`;
      const column = columns.get(id) ?? {
        name: field?.name ?? null,
        array: field?.array ?? null,
        field: field?.field ?? null,
        labels: [],
        kinds: [],
        documents: new Set<number>(),
      };
      columns.set(id, column);
      column.documents.add(document);
      column.kinds.push(kind);
      if (!column.labels.includes(label)) column.labels.push(label);
    }
  });
  const kept = [...columns.values()].filter(({ documents }) => documents.size >= least).slice(0, MOST_COLUMNS);
  if (kept.length < 2) return null;
  const properties: Record<string, ScalarField> = {};
  for (const { name, field, labels, kinds } of kept)
    properties[name ?? freeName(labels[0]!, properties)] = field
      ? withLabels(field, labels)
      : fieldOf(commonKind(kinds)!, labels);
  return {
    name: kept.find(({ array }) => array !== null)?.array ?? "items",
    field: { type: "array", items: { type: "object", properties } },
  };
}

/** The equations, also those of the templates, that hold on every document where they can be counted, and can on one at least. */
function checksThatHold(fields: Fields, document_type: string | null, samples: Sample[], more: string[]): string[] {
  const sources = [...new Set([...templatesFor(document_type).flatMap(({ fields }) => fields.checks ?? []), ...more])]
    .filter((source) => fits(fields, source))
    .slice(0, LIMITS.checks);
  const found = samples.map(({ pages, language }) => extractLocally({ pages, fields, language }));
  return sources.filter((source) => {
    const check = parseCheck(source);
    const off = found.flatMap(({ values }) => {
      const of = (path: string) => values.filter((one) => one.path === path).map(({ value }) => numberOf(value));
      const rows =
        source.includes("sum(") || !pathsOf(check).some((path) => path.includes("."))
          ? [0]
          : [...new Set(values.filter(({ path }) => path.includes(".")).map(({ row }) => row))];
      return rows.flatMap((row) => {
        const one = difference(check, {
          one: (path) =>
            path.includes(".")
              ? numberOf(values.find((value) => value.path === path && value.row === row)?.value ?? "")
              : (of(path)[0] ?? null),
          column: (path) => (of(path).length > 0 ? of(path).map((value) => value ?? 0) : null),
        });
        return one === null ? [] : [one];
      });
    });
    return off.length > 0 && off.every(holds);
  });
}

function fits(fields: Fields, source: string): boolean {
  try {
    parseFields({ ...fields, checks: [source] });
    return true;
  } catch {
    return false;
  }
}
