import { PipelineError } from "../_shared/errors.ts";

/** A filter of public.schema_rows. */
export type Condition = { field: string; op: string; value?: string };

const COMPARISON = /^([a-z][a-z0-9_.]*) ?(!=|<=|>=|=|<|>|~)(.*)$/s;
const PRESENCE = /^(!?)([a-z][a-z0-9_.]*)$/;

/**
 * A condition as people write it: "total>=100 EUR", "number=RE-17", "seller~acme"; "number" where there is one, "!number" where there is none.
 *
 * @throws PipelineError invalid_request, naming the condition
 */
export function conditionOf(text: string): Condition {
  const compared = COMPARISON.exec(text.trim());
  if (compared) return { field: compared[1]!, op: compared[2]!, value: compared[3]!.trim() };
  const presence = PRESENCE.exec(text.trim());
  if (presence) return { field: presence[2]!, op: presence[1] ? "missing" : "present" };
  throw new PipelineError(
    "invalid_request",
    `where: "${text.slice(0, 60)}" is no condition. Write total>=100, number=RE-17, seller~acme, number or !number.`,
  );
}
