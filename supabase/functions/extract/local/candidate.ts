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
export function sameValue(one: Value, other: Value): boolean {
  if (typeof one === "object" && typeof other === "object") return Math.abs(one.amount - other.amount) < 0.005;
  if (typeof one === "string" && typeof other === "string") return keyOf(one) === keyOf(other);
  return one === other;
}
