import type { Anthropic } from "@anthropic-ai/sdk";
import { z } from "zod";
import { type Fields, kindOf, scalarsOf, type ScalarField } from "../../_shared/extraction/schema.ts";
import type { FoundValue, Value } from "../../_shared/extraction/values.ts";
import { plainValue } from "../../_shared/plain-text.ts";
import { strictSchema } from "../../metadata/claude/strict-schema.ts";

/** Values of one save: a table of a thousand lines has so many. */
const MOST_VALUES = 8_000;

/** The input of save_values, for the fields of one schema. */
function savedValues(fields: Fields) {
  const paths = [...scalarsOf(fields).keys()] as [string, ...string[]];
  return z.strictObject({
    values: z
      .array(
        z.strictObject({
          path: z.enum(paths).describe("the field"),
          row: z.int().min(0).max(19_999).describe("the row of a table, from 0; 0 for other fields"),
          value: z.string().describe("1234.50, 2026-03-15, true, or the words as they stand there"),
          currency: z.string().nullable().describe("ISO 4217 code of an amount; else null"),
          page: z.int().min(1).describe("page number, from 1"),
          quote: z.string().describe("words copied exactly from that page, from the label to the value"),
          label: z.string().nullable().describe("words of the label where it stands elsewhere; else null"),
        }),
      )
      .max(MOST_VALUES),
  });
}

/** The strict tool that is built from a schema. */
export function saveTool(fields: Fields): Anthropic.Tool {
  return {
    name: "save_values",
    description:
      "Saves the values of the document and ends the work. If values are rejected, the answer names them and why.",
    input_schema: strictSchema(savedValues(fields)),
    strict: true,
  };
}

/** What a call of save_values holds, as values to be judged; or what is wrong with it. */
export function valuesOf(
  fields: Fields,
  input: unknown,
): { values: FoundValue[]; wrong: string[] } | { error: string } {
  const parsed = savedValues(fields).safeParse(input);
  if (!parsed.success) return { error: z.prettifyError(parsed.error).slice(0, 500) };
  const scalars = scalarsOf(fields);
  const values: FoundValue[] = [];
  const wrong: string[] = [];
  for (const { path, row, value, currency, page, quote, label } of parsed.data.values) {
    const read = readValue(scalars.get(path)!, value, currency);
    if (read === null) {
      wrong.push(
        `${path}${path.includes(".") ? ` of row ${row}` : ""}: ${JSON.stringify(value.slice(0, 40))} is no ${kindOf(scalars.get(path)!)}`,
      );
      continue;
    }
    values.push({
      path,
      row: path.includes(".") ? row : 0,
      value: plainValue(read) as Value,
      page,
      quote: quote.slice(0, 300),
      ...(label && { label: label.slice(0, 200) }),
      proof: "quote",
      confidence: 0.9,
    });
  }
  return { values, wrong };
}

/** A value in the model's words as its field's kind; null where it is none. */
export function readValue(field: ScalarField, value: string, currency: string | null): Value | null {
  const text = value.trim();
  switch (kindOf(field)) {
    case "money":
      return isNumber(text)
        ? { amount: Number(text), currency: currency && /^[A-Z]{3}$/.test(currency) ? currency : null }
        : null;
    case "number":
      return isNumber(text) ? Number(text) : null;
    case "integer":
      return /^-?\d{1,15}$/.test(text) ? Number(text) : null;
    case "boolean":
      return text === "true" ? true : text === "false" ? false : null;
    case "date":
      return /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : null;
    case "enum":
      return "enum" in field && field.enum.includes(text) ? text : null;
    default:
      return text === "" ? null : text.slice(0, 300);
  }
}

const isNumber = (text: string): boolean => /^-?\d{1,15}(?:\.\d{1,6})?$/.test(text);
