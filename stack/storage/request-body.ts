import type { Context } from "hono";
import { z } from "zod";
import { ERRORS } from "./errors.ts";

/** The JSON body of a request, checked; no body counts as `{}`. @throws StorageError 400 that names the first wrong field */
export async function jsonBody<Schema extends z.ZodType>(c: Context, schema: Schema): Promise<z.infer<Schema>> {
  const text = await c.req.text();
  let body: unknown = {};
  try {
    if (text) body = JSON.parse(text);
  } catch (cause) {
    throw ERRORS.invalidForm("body is not valid JSON", cause);
  }
  return checked(schema, body, "body");
}

/** The query of a signed URL. */
export const Signed = z.object({ token: z.string() });

/** The query of a request, checked likewise. */
export function query<Schema extends z.ZodType>(c: Context, schema: Schema): z.infer<Schema> {
  return checked(schema, c.req.query(), "querystring");
}

function checked<Schema extends z.ZodType>(schema: Schema, value: unknown, where: string): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = [...(issue?.path ?? [])];
  const missing =
    path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], value) === undefined;
  throw ERRORS.invalidForm(
    missing && path.length > 0
      ? `${[where, ...path.slice(0, -1)].join("/")} must have required property '${String(path.at(-1))}'`
      : `${[where, ...path].join("/")}: ${issue?.message}`,
  );
}
