import type { Context } from "hono";
import { z } from "zod";
import { StorageError } from "./errors.ts";

/** The JSON body of a request, checked; no body counts as `{}`. @throws StorageError 400 that names the first wrong field */
export async function jsonBody<Schema extends z.ZodType>(c: Context, schema: Schema): Promise<z.infer<Schema>> {
  const text = await c.req.text();
  let body: unknown = {};
  try {
    if (text) body = JSON.parse(text);
  } catch (cause) {
    throw new StorageError(400, "Error", "body is not valid JSON", { cause });
  }
  return checked(schema, body, "body");
}

/** The query of a request, checked likewise. */
export function query<Schema extends z.ZodType>(c: Context, schema: Schema): z.infer<Schema> {
  return checked(schema, c.req.query(), "querystring");
}

function checked<Schema extends z.ZodType>(schema: Schema, value: unknown, where: string): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new StorageError(400, "Error", `${[where, ...(issue?.path ?? [])].join("/")}: ${issue?.message}`);
}
