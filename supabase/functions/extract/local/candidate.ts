import { keyOf } from "../../metadata/local/text/text.ts";
import type { Box, Value } from "../../_shared/extraction/values.ts";

/** A value that a field may have; the higher its score, the surer. */
export type Candidate = {
  path: string;
  value: Value;
  page: number | null;
  quote: string;
  label?: string;
  box: Box | null;
  confidence: number | null;
  score: number;
};

/** Whether two values are the same to a reader. */
export const sameValue = (one: Value, other: Value): boolean => readersKey(one) === readersKey(other);

/** What is the same for two values that are the same to a reader. */
export function readersKey(value: Value): string {
  if (typeof value === "object") return `money ${Math.round(value.amount * 100)}`;
  return typeof value === "string" ? `text ${keyOf(value)}` : `${typeof value} ${value}`;
}
