/**
 * A value as the database can keep it. Postgres takes no NUL in a text, and no half of a surrogate pair in JSON; both come from
 * files: each becomes U+FFFD, the character for what is none, so that places in a text stay where they are. Everything that the
 * functions write passes here (pipeline.ts).
 */
export function storable<Value>(value: Value): Value {
  return mapped(value) as Value;
}

/** A text as the database can keep it. */
export const storableText = (text: string): string => text.replaceAll("\0", "\uFFFD").toWellFormed();

function mapped(value: unknown): unknown {
  if (typeof value === "string") return storableText(value);
  if (Array.isArray(value)) return value.map(mapped);
  if (value === null || typeof value !== "object" || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [storableText(key), mapped(inner)]));
}
