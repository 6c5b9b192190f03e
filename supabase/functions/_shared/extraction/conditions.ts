/** A filter of public.schema_rows. */
export type Condition = { field: string; op: string; value?: string };

const COMPARISON = /^([a-z][a-z0-9_.]*) ?(!=|<=|>=|=|<|>|~)(.*)$/s;
const PRESENCE = /^(!?)([a-z][a-z0-9_.]*)$/;

/**
 * A condition as people write it: "total>=100 EUR", "number=RE-17", "seller~acme"; "number" where there is one, "!number" where there is none.
 * Undefined where it is none.
 */
export function conditionOf(text: string): Condition | undefined {
  const compared = COMPARISON.exec(text.trim());
  if (compared) return { field: compared[1]!, op: compared[2]!, value: compared[3]!.trim() };
  const presence = PRESENCE.exec(text.trim());
  return presence ? { field: presence[2]!, op: presence[1] ? "missing" : "present" } : undefined;
}

/** The same the other way round. */
export const conditionText = ({ field, op, value = "" }: Condition): string =>
  op === "missing" ? `!${field}` : op === "present" ? field : field + op + value;
